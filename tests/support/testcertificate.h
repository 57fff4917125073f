#pragma once

#include <QByteArray>
#include <QSslCertificate>
#include <QSslKey>

namespace qcc::test {

/// A throw-away certificate, made when it is asked for.
struct TestCertificate {
    /// By default for "localhost" and 127.0.0.1, valid from yesterday until tomorrow, and signed by itself.
    struct Terms {
        QByteArray commonName = "localhost";
        QByteArray names = "DNS:localhost,IP:127.0.0.1"; ///< As OpenSSL writes alternative names.
        int validFromDays = -1;                          ///< Counted from now.
        int validUntilDays = 1;
        const TestCertificate *issuer = nullptr;
        bool rsa = false; ///< The key; else it is an elliptic curve's.
    };

    QByteArray certificatePem;
    QByteArray keyPem;

    /// Both fields are empty where OpenSSL cannot make one.
    static TestCertificate make(const Terms &terms);
    static TestCertificate make() { return make(Terms{}); }

    QSslCertificate certificate() const { return QSslCertificate(certificatePem, QSsl::Pem); }
    /// Of one that is not RSA's.
    QSslKey privateKey() const { return QSslKey(keyPem, QSsl::Ec, QSsl::Pem); }
};

/// The columns "shown", "trusted" (whether the client is told to) and "says", with a row for each fault of a certificate and how it is named.
void addFaultyCertificates();

} // namespace qcc::test
