#pragma once

#include "core/base/result.h"
#include "core/keys/keychain.h"
#include "core/keys/sealing.h"

#include <QObject>

#include <QPointer>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

class QTimer;

namespace qcc {

/// A master key and where it lies.
struct PlacedKey {
    MasterKey key;
    AtRest place; ///< Keychain or File.
};

/// Where the master key of one home lies, and what it opens: all that sealing needs beside config.json (ARCH-10). The keychain is asked once, its
/// answer kept.
/// Thread: the one that it lives on.
class KeyRing : public QObject
{
    Q_OBJECT

public:
    /// Whether a call may wait for the keychain, or only ask it.
    enum class Waiting { Allowed, Forbidden };

    static constexpr std::chrono::milliseconds usualTimeout{5'000};

    /// `keychain`: null where there is none. `timeout`: the longest wait for it.
    KeyRing(QString keyFile, std::unique_ptr<Keychain> keychain, QObject *parent = nullptr,
            std::chrono::milliseconds timeout = usualTimeout);
    ~KeyRing() override;

    /// A function for one reading of config.json: it looks into the key file anew, and asks the keychain only for what that does not open. Both
    /// whatever the rule says, so that nothing is lost by a kill between two places, or by a rule that was changed by hand.
    /// Its errors: NotFound, NotAllowed, Timeout (the master key is out of reach), InvalidConfig (the value itself is at fault).
    /// Lifetime: not longer than the ring.
    SecretOpener opener(Waiting waiting);

    /// The master key to seal with under the rule `rule`. `mayMake`: where there is none yet, one is made; else that is an error, since
    /// what is sealed already would need the one that is missing. Where waiting is forbidden, the keychain is not asked: what it has not
    /// been asked yet is an error, too; see prepareSealing().
    /// Errors: NotFound, NotAllowed, Timeout, Failed, WriteFailed.
    Result<PlacedKey> sealingKey(AtRest rule, bool mayMake, Waiting waiting);
    /// Has the keychain asked for all that sealingKey() wants of it, and a master key made there, without waiting. Then `then` is called,
    /// once, while `context` lives: from within where nothing has to be asked, after twice the timeout at the latest.
    void prepareSealing(AtRest rule, bool mayMake, QObject *context, std::function<void()> then);

    /// Whether the keychain has been asked and may still answer within the timeout.
    bool isAsking() const { return m_state == State::Asking; }
    /// Lets the keychain be asked again where it has refused: it may have been unlocked since.
    void forgetRefusal();

    QString keyFile() const { return m_keyFile; }

Q_SIGNALS:
    /// isAsking() has become false, or the answer has come after all.
    void keychainAnswered();

private:
    enum class State { NotAsked, Asking, Found, NotThere, Refused };
    struct Question;

    Result<MasterKey> keychainKey(Waiting waiting);
    Result<PlacedKey> keyFromFile(bool mayMake);
    bool sealsByFile(AtRest rule) const;
    void ask();
    void make();
    void begin(std::shared_ptr<Question> question);
    void await();
    void answered();
    bool askForMore(bool mayMake);
    void take();
    void giveUp();
    void conclude(const KeychainAnswer &answer);

    QString m_keyFile;
    std::unique_ptr<Keychain> m_keychain;
    std::chrono::milliseconds m_timeout;
    State m_state = State::NotAsked;
    std::optional<MasterKey> m_key;      ///< The keychain's, once Found.
    Failure m_refusal;                   ///< Why not, once Refused or NotThere.
    std::shared_ptr<Question> m_question; ///< Shared with the reply, which may come when the ring has gone.
    struct Preparation {
        QPointer<QObject> context;
        bool mayMake;
        std::function<void()> then;
    };
    std::vector<Preparation> m_preparations; ///< That wait for the keychain.
    QTimer *m_giveUp;
};

} // namespace qcc
