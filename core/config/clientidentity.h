#pragma once

#include "core/base/result.h"

#include <QDateTime>
#include <QList>
#include <QSslCertificate>
#include <QSslKey>
#include <QString>

namespace qcc {

/// By what qcc shows an endpoint whose it is: a certificate, with those behind it that lead to its authority, and the certificate's key.
struct ClientIdentity {
    QList<QSslCertificate> chain;
    QSslKey key;

    /// When the first one of the chain is no longer valid.
    QDateTime expiry() const;
};

/// Reads it from PEM files; without a `keyFile` the key stands in that of the certificate. Keys under a passphrase are refused: nobody is there to be asked.
/// Errors: Failed; the message names the file and what is wrong with it, at the time `now` as well, and behind a semicolon the next step.
Result<ClientIdentity> readClientIdentity(const QString &certificateFile, const QString &keyFile, const QDateTime &now);

} // namespace qcc
