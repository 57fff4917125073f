#include "tests/support/testcertificate.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <QTest>

#include <memory>

namespace qcc::test {

namespace {

template <typename T, auto Free>
struct Freed {
    void operator()(T *object) const { Free(object); }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY, EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509, X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION, X509_EXTENSION_free>>;
using Memory = std::unique_ptr<BIO, Freed<BIO, BIO_vfree>>;

QByteArray contentsOf(BIO *memory)
{
    char *bytes = nullptr;
    const auto size = BIO_ctrl(memory, BIO_CTRL_INFO, 0, &bytes);
    return QByteArray(bytes, qsizetype(size));
}

bool addExtension(X509 *certificate, int id, const char *value)
{
    const Extension extension(X509V3_EXT_conf_nid(nullptr, nullptr, id, value));
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

Memory readerOf(const QByteArray &pem)
{
    return Memory(BIO_new_mem_buf(pem.constData(), int(pem.size())));
}

Certificate signedFor(EVP_PKEY *key, const TestCertificate::Terms &terms)
{
    constexpr long daySeconds = 86'400;
    Certificate certificate(X509_new());
    X509 *x509 = certificate.get();
    X509_set_version(x509, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
    X509_gmtime_adj(X509_getm_notBefore(x509), terms.validFromDays * daySeconds);
    X509_gmtime_adj(X509_getm_notAfter(x509), terms.validUntilDays * daySeconds);
    X509_set_pubkey(x509, key);
    X509_NAME *name = X509_get_subject_name(x509);
    const QByteArray &host = terms.commonName;
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char *>(host.constData()),
                               int(host.size()), -1, 0);
    Certificate issuer;
    Key issuerKey;
    if (terms.issuer) {
        issuer.reset(PEM_read_bio_X509(readerOf(terms.issuer->certificatePem).get(), nullptr, nullptr, nullptr));
        issuerKey.reset(PEM_read_bio_PrivateKey(readerOf(terms.issuer->keyPem).get(), nullptr, nullptr, nullptr));
        if (!issuer || !issuerKey)
            return {};
    }
    X509_set_issuer_name(x509, issuer ? X509_get_subject_name(issuer.get()) : name);
    const bool ok = addExtension(x509, NID_basic_constraints, issuer ? "critical,CA:FALSE" : "critical,CA:TRUE")
        && addExtension(x509, NID_subject_alt_name, terms.names.constData())
        && X509_sign(x509, issuerKey ? issuerKey.get() : key, EVP_sha256()) > 0;
    return ok ? std::move(certificate) : Certificate();
}

} // namespace

TestCertificate TestCertificate::make(const Terms &terms)
{
    const Key key(terms.rsa ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256"));
    const Certificate certificate = key ? signedFor(key.get(), terms) : Certificate();
    const Memory certificatePem(BIO_new(BIO_s_mem()));
    const Memory keyPem(BIO_new(BIO_s_mem()));
    if (!certificate || PEM_write_bio_X509(certificatePem.get(), certificate.get()) != 1
        || PEM_write_bio_PrivateKey_traditional(keyPem.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
        return {};
    return {contentsOf(certificatePem.get()), contentsOf(keyPem.get())};
}

void addFaultyCertificates()
{
    QTest::addColumn<TestCertificate>("shown");
    QTest::addColumn<bool>("trusted");
    QTest::addColumn<QString>("says");
    const TestCertificate authority = TestCertificate::make({.commonName = "An Authority", .names = "DNS:authority.example"});
    const auto row = [](const char *name, const TestCertificate &shown, bool trusted, const char *says) {
        QTest::newRow(name) << shown << trusted << QString::fromLatin1(says);
    };
    row("signed by itself", TestCertificate::make(), false, "signed by itself");
    row("unknown authority", TestCertificate::make({.issuer = &authority}), false, "signed by \"An Authority\"");
    row("expired", TestCertificate::make({.validFromDays = -9, .validUntilDays = -2}), true, "expired on");
    row("another host", TestCertificate::make({.commonName = "other.example", .names = "DNS:other.example"}), true, "is for other.example, not for localhost");
}

} // namespace qcc::test
