#pragma once

#include <QByteArray>
#include <QString>

#include <functional>
#include <memory>

namespace qcc {

/// What the keychain says about the one secret that qcc keeps there.
struct KeychainAnswer {
    enum Kind {
        Found,    ///< `secret` is it.
        NotThere, ///< It holds none; some say so while they are locked, too.
        Refused,  ///< Locked, denied, or no service behind it; `reason` says what it said.
    } kind = Refused;
    QByteArray secret = {};
    QString reason = {};
};

/// The system's store of secrets: Secret Service or KWallet, Windows' credentials, macOS' keychain.
/// Thread: any. An answer comes on whatever thread, after the call or from within it; late, or never where the user does not unlock it.
class Keychain
{
public:
    using Reply = std::function<void(const KeychainAnswer &)>;

    virtual ~Keychain() = default;
    virtual void read(Reply reply) = 0;
    /// Keeps `secret`, unless there is one: that is never replaced. Found: what there is now.
    virtual void keep(const QByteArray &secret, Reply reply) = 0;
};

/// The keychain of this session; null where none can answer (no session bus, built without one, or QCC_KEYCHAIN=off), at once.
std::unique_ptr<Keychain> systemKeychain();

/// Whether this session can have a keychain at all. Answers at once.
bool sessionMayHaveKeychain();

} // namespace qcc
