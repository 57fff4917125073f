#include "core/keys/sealing.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <cstring>
#include <memory>

namespace qcc {

namespace {

constexpr QByteArrayView version = "v1:";
constexpr int nonceBytes = 12;
constexpr int tagBytes = 16;
/// Bound to every sealing, so that nothing else that the master key may ever seal can pass for a key of config.json.
constexpr QByteArrayView purpose = "qcc config.json secret v1";

struct FreeContext {
    void operator()(EVP_CIPHER_CTX *context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

unsigned char *writable(QByteArray &bytes, qsizetype offset = 0)
{
    return reinterpret_cast<unsigned char *>(bytes.data()) + offset;
}

const unsigned char *readable(QByteArrayView bytes)
{
    return reinterpret_cast<const unsigned char *>(bytes.data());
}

int intSize(QByteArrayView bytes)
{
    return static_cast<int>(bytes.size());
}

Failure opensslRefused()
{
    return {ErrorCode::Failed, QStringLiteral("OpenSSL refused to encrypt a key."), {}};
}

Failure notOpened()
{
    return {ErrorCode::InvalidConfig, QStringLiteral("it is damaged, or was encrypted with another master key"), {}};
}

} // namespace

Result<MasterKey> MasterKey::random()
{
    MasterKey key;
    if (RAND_priv_bytes(key.m_bytes.data(), int(bytes)) != 1)
        return Failure{ErrorCode::Failed, QStringLiteral("The system gave no random numbers for a master key."), {}};
    return key;
}

Result<MasterKey> MasterKey::fromText(const QByteArray &text)
{
    auto decoded = QByteArray::fromBase64Encoding(text.trimmed(), QByteArray::AbortOnBase64DecodingErrors);
    if (!decoded || decoded.decoded.size() != qsizetype(bytes))
        return Failure{ErrorCode::Failed, QStringLiteral("is damaged"), {}};
    MasterKey key;
    std::memcpy(key.m_bytes.data(), decoded.decoded.constData(), bytes);
    OPENSSL_cleanse(decoded.decoded.data(), bytes);
    return key;
}

MasterKey::~MasterKey()
{
    OPENSSL_cleanse(m_bytes.data(), m_bytes.size());
}

QByteArray MasterKey::toText() const
{
    return QByteArray::fromRawData(reinterpret_cast<const char *>(m_bytes.data()), qsizetype(bytes)).toBase64();
}

Result<QByteArray> seal(const QByteArray &secret, const MasterKey &master)
{
    QByteArray out(nonceBytes + secret.size() + tagBytes, Qt::Uninitialized);
    const Context context(EVP_CIPHER_CTX_new());
    int written = 0;
    int rest = 0;
    const bool sealed = context && RAND_bytes(writable(out), nonceBytes) == 1
        && EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, master.data(), readable(out)) == 1
        && EVP_EncryptUpdate(context.get(), nullptr, &written, readable(purpose), intSize(purpose)) == 1
        && EVP_EncryptUpdate(context.get(), writable(out, nonceBytes), &written, readable(secret), intSize(secret)) == 1
        && EVP_EncryptFinal_ex(context.get(), writable(out, nonceBytes + written), &rest) == 1
        && EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, tagBytes, writable(out, nonceBytes + secret.size())) == 1;
    if (!sealed)
        return opensslRefused();
    return version.toByteArray() + out.toBase64();
}

Result<QByteArray> unseal(const QByteArray &sealed, const MasterKey &master)
{
    if (!sealed.startsWith(version)) {
        return Failure{ErrorCode::InvalidConfig, QStringLiteral("it is damaged, or was encrypted by a later version of qcc"), {}};
    }
    const QByteArray text = sealed.sliced(version.size());
    auto decoded = QByteArray::fromBase64Encoding(text, QByteArray::AbortOnBase64DecodingErrors);
    // One text per value: the bits of the last character that the decoder ignores must be as the encoder leaves them.
    if (!decoded || decoded.decoded.size() < nonceBytes + tagBytes || decoded.decoded.toBase64() != text)
        return notOpened();
    QByteArray &in = decoded.decoded;
    const qsizetype length = in.size() - nonceBytes - tagBytes;
    QByteArray secret(length, Qt::Uninitialized);
    const Context context(EVP_CIPHER_CTX_new());
    int written = 0;
    int rest = 0;
    const bool opened = context
        && EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, master.data(), readable(in)) == 1
        && EVP_DecryptUpdate(context.get(), nullptr, &written, readable(purpose), intSize(purpose)) == 1
        && EVP_DecryptUpdate(context.get(), writable(secret), &written, readable(in) + nonceBytes, int(length)) == 1
        && EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, tagBytes, writable(in, nonceBytes + length)) == 1
        && EVP_DecryptFinal_ex(context.get(), writable(secret, written), &rest) == 1;
    if (opened)
        return secret;
    // What was decrypted before the tag was checked is not to be trusted, nor to be left lying about.
    OPENSSL_cleanse(secret.data(), std::size_t(length));
    return notOpened();
}

} // namespace qcc
