#pragma once

#include <QByteArray>
#include <QSslCertificate>
#include <QSslKey>

namespace qcc::test {

/// A throw-away certificate for "localhost" and 127.0.0.1 that signs itself, made when it is asked for.
struct TestCertificate {
    QByteArray certificatePem;
    QByteArray keyPem;

    /// Both fields are empty where OpenSSL cannot make one.
    static TestCertificate make();

    QSslCertificate certificate() const { return QSslCertificate(certificatePem, QSsl::Pem); }
    QSslKey privateKey() const { return QSslKey(keyPem, QSsl::Ec, QSsl::Pem); }
};

} // namespace qcc::test
