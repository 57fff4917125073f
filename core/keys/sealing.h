#pragma once

#include "core/base/result.h"

#include <QByteArray>

#include <array>

namespace qcc {

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
