#include "core/config/clientidentity.h"

#include "core/base/opensslerrors.h"
#include "core/config/endpointtext.h"

#include <QFile>
#include <QLocale>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <memory>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

template <auto free>
struct Freed {
    template <typename T>
    void operator()(T *it) const
    {
        free(it);
    }
};
using Memory = std::unique_ptr<BIO, Freed<BIO_free>>;
using PrivateKey = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;

Failure faultyCertificate(const QString &file, const QString &fault)
{
    return {ErrorCode::Failed,
            u"the client certificate %1 %2; put another one in its place, or give the endpoint another one (client_cert)"_s.arg(file, fault), {}};
}

Failure faultyKey(const QString &file, const QString &fault)
{
    return {ErrorCode::Failed, u"the client key %1 %2; put another one in its place, or give the endpoint another one (client_key)"_s.arg(file, fault), {}};
}

Failure lockedKey(const QString &file)
{
    return {ErrorCode::Failed,
            u"the client key %1 is under a passphrase; save it without one, readable by you alone (openssl pkey -in OLD.pem -out NEW.pem)"_s.arg(file), {}};
}

QString dayOf(const QDateTime &time)
{
    return QLocale::c().toString(time.toUTC(), u"yyyy-MM-dd"_s);
}

/// Nobody is asked for a passphrase.
int noPassphrase(char *, int, int, void *)
{
    return -1;
}

PrivateKey keyIn(const QByteArray &pem)
{
    const Memory bytes(BIO_new_mem_buf(pem.constData(), static_cast<int>(pem.size())));
    return PrivateKey(bytes ? PEM_read_bio_PrivateKey(bytes.get(), nullptr, noPassphrase, nullptr) : nullptr);
}

bool isPair(const QSslCertificate &certificate, EVP_PKEY *key)
{
    const QByteArray der = certificate.toDer();
    const auto *bytes = reinterpret_cast<const unsigned char *>(der.constData());
    const Certificate x509(d2i_X509(nullptr, &bytes, static_cast<long>(der.size())));
    return x509 && X509_check_private_key(x509.get(), key) == 1;
}

/// As Qt takes it: of the kinds that it knows.
QSslKey asQtKey(const QByteArray &pem, const EVP_PKEY *key)
{
    switch (EVP_PKEY_base_id(key)) {
    case EVP_PKEY_EC:
        return QSslKey(pem, QSsl::Ec, QSsl::Pem, QSsl::PrivateKey);
    case EVP_PKEY_RSA:
        return QSslKey(pem, QSsl::Rsa, QSsl::Pem, QSsl::PrivateKey);
    default:
        return {};
    }
}

Result<QSslKey> readKeyOf(const QSslCertificate &certificate, const QString &file)
{
    QFile opened(file);
    if (!opened.open(QIODevice::ReadOnly))
        return faultyKey(file, toText(CaFileFault::Unreadable));
    const QByteArray pem = opened.readAll();
    if (pem.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----") || pem.contains("Proc-Type: 4,ENCRYPTED"))
        return lockedKey(file);
    if (!pem.contains("PRIVATE KEY-----"))
        return faultyKey(file, u"holds no key in PEM form (-----BEGIN PRIVATE KEY-----)"_s);
    const PrivateKey key = keyIn(pem);
    if (!key)
        return faultyKey(file, u"holds a key that cannot be read"_s);
    if (!isPair(certificate, key.get()))
        return faultyKey(file, u"does not belong to the client certificate"_s);
    const QSslKey whole = asQtKey(pem, key.get());
    if (whole.isNull())
        return faultyKey(file, u"holds a key of a kind that qcc cannot use: it must be RSA or EC"_s);
    return whole;
}

/// As of a file of certificates, which it may be.
CaFileFault fileFault(const QString &path)
{
    const CaFileFault fault = readCaFile(path);
    const bool isOfContents = fault == CaFileFault::NoCertificate || fault == CaFileFault::DamagedCertificate;
    return isOfContents ? CaFileFault::None : fault;
}

} // namespace

QDateTime ClientIdentity::expiry() const
{
    QDateTime first = chain.first().expiryDate();
    for (const QSslCertificate &certificate : chain)
        first = std::min(first, certificate.expiryDate());
    return first;
}

Result<ClientIdentity> readClientIdentity(const QString &certificateFile, const QString &keyFile, const QDateTime &now)
{
    const OpenSslErrorsTaken taken;
    ClientIdentity identity;
    if (const CaFileFault fault = readCaFile(certificateFile, &identity.chain); fault != CaFileFault::None)
        return faultyCertificate(certificateFile, toText(fault));
    const QString fileOfKey = keyFile.isEmpty() ? certificateFile : keyFile;
    if (const CaFileFault fault = fileFault(fileOfKey); fault != CaFileFault::None)
        return faultyKey(fileOfKey, toText(fault));
    const Result<QSslKey> key = readKeyOf(identity.chain.first(), fileOfKey);
    if (!key)
        return key.error();
    identity.key = *key;
    const auto late = std::ranges::find_if(identity.chain, [&now](const QSslCertificate &one) { return one.expiryDate() < now; });
    if (late != identity.chain.end())
        return faultyCertificate(certificateFile, u"expired on %1"_s.arg(dayOf(late->expiryDate())));
    if (identity.chain.first().effectiveDate() > now)
        return faultyCertificate(certificateFile, u"is not valid before %1"_s.arg(dayOf(identity.chain.first().effectiveDate())));
    return identity;
}

} // namespace qcc
