#pragma once

#include <QAbstractSocket>
#include <QList>
#include <QString>

class QSslCertificate;
class QSslError;

namespace qcc {

struct UpstreamAddress;

/// Says in one sentence why a connection through a proxy could not be made, and whose refusal it was: the proxy's or that of the
/// upstream behind it. Names neither user nor password. `qtText` is Qt's own words, used where they add something.
QString proxyProblem(QAbstractSocket::SocketError error, const UpstreamAddress &address, const QString &qtText);

/// Why the certificate that `host` showed is not accepted, in one clause with the next step. Of several reasons that which the
/// others may follow from: a wrong clock before a wrong name, a wrong name before an unknown issuer.
/// `leaf`: that certificate, as far as it came to that. `authoritiesFile`: the file with those who were trusted to vouch for it, or empty.
QString certificateProblem(const QList<QSslError> &errors, const QString &host, const QSslCertificate &leaf, const QString &authoritiesFile);

/// Why a handshake with `host`:`port` failed although no certificate was refused: what OpenSSL says (`text`) in words for a person.
/// Empty `text`: the other side closed the connection in mid-handshake.
QString handshakeProblem(const QString &text, const QString &host, quint16 port);

} // namespace qcc
