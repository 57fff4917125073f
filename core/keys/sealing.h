#pragma once

#include "core/base/enumwords.h"
#include "core/base/result.h"

#include <QByteArray>

#include <array>
#include <functional>

namespace qcc {

/// How keys lie in config.json: sealed under a master key in the keychain or in a file (auto: in the file where there is one, else in
/// the keychain where that works), or as they are.
#define QCC_AT_REST(X)       \
    X(Auto, "auto")          \
    X(Keychain, "keychain")  \
    X(File, "file")          \
    X(Plain, "plain")
QCC_ENUM_WITH_WORDS(AtRest, QCC_AT_REST)

/// Opens a sealed value of config.json under the rule that the file states.
/// Errors: InvalidConfig (the value itself is at fault), any other code (the master key is out of reach).
using SecretOpener = std::function<Result<QByteArray>(const QByteArray &sealed, AtRest rule)>;

/// The key under which all others are sealed. Wiped from memory when it goes; copies of it that OpenSSL or Qt make are theirs.
class MasterKey
{
public:
    static constexpr std::size_t bytes = 32;

    /// Errors: Failed (the system has no randomness).
    static Result<MasterKey> random();
    /// From toText(). Errors: Failed (damaged).
    static Result<MasterKey> fromText(const QByteArray &text);

    MasterKey(const MasterKey &) = default;
    MasterKey &operator=(const MasterKey &) = default;
    ~MasterKey();

    /// As it is kept in the key file and the keychain: base64.
    QByteArray toText() const;
    const unsigned char *data() const { return m_bytes.data(); }
    bool operator==(const MasterKey &) const = default;

private:
    MasterKey() = default;

    std::array<unsigned char, bytes> m_bytes{};
};

/// `secret` as config.json holds it: "v1:" and the base64 of nonce, AES-256-GCM ciphertext and tag. Twice the same secret gives two texts.
/// Errors: Failed (OpenSSL refused).
Result<QByteArray> seal(const QByteArray &secret, const MasterKey &master);

/// Undoes seal(). Errors: InvalidConfig (damaged, of a later version, or sealed with another master key).
Result<QByteArray> unseal(const QByteArray &sealed, const MasterKey &master);

} // namespace qcc
