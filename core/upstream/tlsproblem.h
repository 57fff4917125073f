#pragma once

#include <QList>
#include <QString>

class QSslError;

namespace qcc {

/// Why the certificate that `host` showed is not accepted, in one clause with the next step. Of several reasons that which the
/// others may follow from: a wrong clock before a wrong name, a wrong name before an unknown issuer.
QString certificateProblem(const QList<QSslError> &errors, const QString &host);

/// Why a handshake with `host`:`port` failed although no certificate was refused: what OpenSSL says (`text`) in words for a person.
/// Empty `text`: the other side closed the connection in mid-handshake.
QString handshakeProblem(const QString &text, const QString &host, quint16 port);

} // namespace qcc
