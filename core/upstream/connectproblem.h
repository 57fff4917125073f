#pragma once

#include "core/upstream/upstreamconnection.h"

#include <QAbstractSocket>
#include <QList>
#include <QString>

class QSslCertificate;
class QSslError;

namespace qcc {

/// How a connection ended to an upstream, by what Qt says of it; of one through a proxy, once the tunnel stands.
UpstreamConnection::End endOf(QAbstractSocket::SocketError error);

/// What went wrong on the way to a proxy, in the words that Qt has for that.
QAbstractSocket::SocketError asOfProxy(QAbstractSocket::SocketError error);

/// Whether it is the proxy itself that was not reached.
bool isOfProxy(QAbstractSocket::SocketError error);

/// Whether it may have failed for want of a descriptor, without a word about that.
bool needsFiles(QAbstractSocket::SocketError error);

/// That there is no descriptor for a connection, with the next step.
QString noDescriptors();

/// Says in one sentence why a connection through a proxy could not be made, and whose refusal it was: the proxy's or that of the
/// upstream behind it. Names neither user nor password. `qtText` is Qt's own words, used where they add something.
QString proxyProblem(QAbstractSocket::SocketError error, const UpstreamAddress &address, const QString &qtText);

/// Why the certificate that `host` showed is not accepted, in one clause with the next step. Of several reasons that which the
/// others may follow from: a wrong clock before a wrong name, a wrong name before an unknown issuer.
/// `leaf`: that certificate, as far as it came to that. `authoritiesFile`: the file with those who were trusted to vouch for it, or empty.
QString certificateProblem(const QList<QSslError> &errors, const QString &host, const QSslCertificate &leaf, const QString &authoritiesFile);

/// Whether OpenSSL's `text` is of an alert about the certificate that this side has shown, or has not.
bool isOfClientCertificate(const QString &text);
/// Why a handshake with `host`:`port` failed although no certificate was refused: what OpenSSL says (`text`) in words for a person.
/// Empty `text`: the other side closed the connection in mid-handshake.
QString handshakeProblem(const QString &text, const QString &host, quint16 port);

} // namespace qcc
