#pragma once

#include <QByteArray>
#include <QString>

namespace qcc {

/// Whether `host` names this computer and nobody else can reach it: "localhost" or a loopback address.
bool isLoopbackHost(const QString &host);

/// "http://127.0.0.1:7860", what `host` and `port` are to a client; an IPv6 address may come with its brackets or without.
QString httpAddress(const QString &host, quint16 port);

/// What programs of this computer ask where qcc listens on `host` and `port`: for all addresses of the computer, its own one.
QString clientAddress(const QString &host, quint16 port);

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

/// What a request asks for, at a base URL with the path `basePath` ("/api", without a slash at its end, or ""). What both say is said once: a base
/// URL that ends in a version ("/api/v1", "/paas/v4", "/v1beta/openai") says it for every request, and one that is the whole path of an API
/// ("/v1/chat/completions") stands for what is before that. Everything else of `target` stays as it is, byte for byte.
/// The base URL's version has the last word, since clients know one version each and relays have the one that they have.
QByteArray joinedTarget(const QByteArray &basePath, const QByteArray &target);

/// What a good base URL has behind a version that does not end it ("/chat" of "https://relay.example/v1/chat"), so that requests name one twice.
/// Empty where it has none, and where the base URL is complete with it. The version may be a relay's own prefix, so that it is left as it is.
QByteArray pathBehindVersion(const QByteArray &baseUrl);

/// A good base URL without characters that cannot be seen, which QUrl encodes in a path and drops in a host.
QByteArray withoutUnseen(const QByteArray &baseUrl);

/// The end of a good base URL that requests name themselves ("/v1", "/v1/messages"). It is joined, but keeps out clients that ask for another version.
QByteArray needlessEnd(const QByteArray &baseUrl);

/// Why requests may not arrive below a good base URL, as the rest of a sentence about it ("names v1 in its midst, …"); empty where there is no such
/// doubt.
QString baseUrlDoubt(const QByteArray &baseUrl);
/// The doubt, or else what could be left out; likewise.
QString baseUrlAdvice(const QByteArray &baseUrl);

} // namespace qcc
