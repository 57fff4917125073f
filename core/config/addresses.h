#pragma once

#include <QByteArray>
#include <QString>

namespace qcc {

/// Whether `host` names this computer and nobody else can reach it: "localhost" or a loopback address.
bool isLoopbackHost(const QString &host);

/// "http://127.0.0.1:7860", what `host` and `port` are to a client; an IPv6 address may come with its brackets or without.
QString httpAddress(const QString &host, quint16 port);

/// What is wrong with `host` as an address to listen on ("must be …"); empty when nothing is.
QString listenHostFault(const QString &host);

/// What is wrong with `name` as a name that a Host header may hold ("must be …"); empty when nothing is.
QString hostNameFault(const QString &name);

/// What is wrong with `origin` as the origin of a page ("must be …"); empty when nothing is. Source: RFC 6454 §6.
QString originFault(const QString &origin);

/// What is wrong with `text` as an endpoint's base URL ("must be …"); empty when nothing is.
QString baseUrlFault(const QString &text);

/// `text` without the slashes at its end, as the id of an endpoint wants it.
QByteArray trimmedBaseUrl(const QString &text);

/// The host of a good base URL.
QString hostOf(const QByteArray &baseUrl);

/// Whether a good base URL literally names this computer, by whatever address or name that is always its own.
bool isOfThisComputer(const QByteArray &baseUrl);

/// Whether a good base URL literally names the address that qcc listens on; names are not resolved.
bool pointsAt(const QByteArray &baseUrl, const QString &listenHost, quint16 listenPort);

} // namespace qcc
