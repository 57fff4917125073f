#pragma once

#include "core/keys/keychain.h"

#include <QByteArray>
#include <QList>

#include <memory>

namespace qcc::test {

/// A keychain as the test wants it. Answers from within the call, or when the test says so.
struct FakeKeychainState {
    QByteArray secret;
    bool locked = false;        ///< Refuses.
    bool hidden = false;        ///< Says that there is nothing, until something is to be kept: a Secret Service that is locked.
    bool silent = false;        ///< Keeps the answers in `pending`.
    bool refusesWriting = false;
    bool keepsInSilence = false; ///< Never says what has become of what it was to keep.
    int reads = 0;
    int writes = 0;
    QList<Keychain::Reply> pending;

    KeychainAnswer answer() const
    {
        if (locked)
            return {KeychainAnswer::Refused, {}, QStringLiteral("it is locked")};
        return secret.isEmpty() || hidden ? KeychainAnswer{KeychainAnswer::NotThere} : KeychainAnswer{KeychainAnswer::Found, secret};
    }

    void answerNow()
    {
        for (const Keychain::Reply &reply : std::exchange(pending, {}))
            reply(answer());
    }
};

class FakeKeychain final : public Keychain
{
public:
    explicit FakeKeychain(FakeKeychainState &state) : m_state(state) { }

    void read(Reply reply) override
    {
        ++m_state.reads;
        if (m_state.silent)
            m_state.pending.append(reply);
        else
            reply(m_state.answer());
    }

    void keep(const QByteArray &secret, Reply reply) override
    {
        ++m_state.writes;
        if (m_state.locked || m_state.refusesWriting)
            return reply({KeychainAnswer::Refused, {}, QStringLiteral("it is locked")});
        if (m_state.keepsInSilence)
            return;
        m_state.hidden = false;
        if (m_state.secret.isEmpty())
            m_state.secret = secret;
        reply(m_state.answer());
    }

private:
    FakeKeychainState &m_state;
};

} // namespace qcc::test
