#include "core/keys/keyring.h"

#include "core/keys/keyfile.h"

#include <QFileInfo>
#include <QTimer>

#include <condition_variable>
#include <mutex>

namespace qcc {

/// What the keychain was asked. Its answer comes on another thread, now, later or never.
struct KeyRing::Question {
    std::mutex mutex;
    std::condition_variable answered;
    std::optional<KeychainAnswer> answer;
    KeyRing *ring = nullptr; ///< Null when the ring has gone.
    const bool toMake;       ///< A master key; else to read the one that there is.

    Question(KeyRing *asking, bool make) : ring(asking), toMake(make) { }

    static Keychain::Reply reply(const std::shared_ptr<Question> &question)
    {
        return [question](const KeychainAnswer &answer) {
            const std::lock_guard lock(question->mutex);
            question->answer = answer;
            question->answered.notify_all();
            if (question->ring)
                QMetaObject::invokeMethod(question->ring, [ring = question->ring] { ring->take(); }, Qt::QueuedConnection);
        };
    }

    std::optional<KeychainAnswer> waitFor(std::chrono::milliseconds timeout)
    {
        std::unique_lock lock(mutex);
        answered.wait_for(lock, timeout, [this] { return answer.has_value(); });
        return answer;
    }
};

namespace {

QString wayOut()
{
    return QStringLiteral("Unlock it and restart qcc, or set the key anew after `qcc config secure --file`.");
}

Failure noKeychain()
{
    return {ErrorCode::NotFound, QStringLiteral("this session has no keychain"),
            QStringLiteral("Start qcc within the desktop session, or set the key anew after `qcc config secure --file`.")};
}

Failure notAskedKeychain()
{
    return {ErrorCode::Timeout, QStringLiteral("the keychain has not answered yet"), QStringLiteral("Try again.")};
}

Failure silentKeychain(std::chrono::milliseconds timeout)
{
    return {ErrorCode::Timeout,
            QStringLiteral("the keychain did not answer within %1 s (locked?)").arg(static_cast<double>(timeout.count()) / 1000), wayOut()};
}

Failure refusingKeychain(const QString &reason)
{
    return {ErrorCode::NotAllowed,
            reason.isEmpty() ? QStringLiteral("the keychain refused") : QStringLiteral("the keychain refused (%1)").arg(reason), wayOut()};
}

} // namespace

KeyRing::KeyRing(QString keyFile, std::unique_ptr<Keychain> keychain, QObject *parent, std::chrono::milliseconds timeout)
    : QObject(parent)
    , m_keyFile(std::move(keyFile))
    , m_keychain(std::move(keychain))
    , m_timeout(timeout)
    , m_giveUp(new QTimer(this))
{
    m_giveUp->setSingleShot(true);
    m_giveUp->setInterval(timeout);
    connect(m_giveUp, &QTimer::timeout, this, &KeyRing::giveUp);
}

KeyRing::~KeyRing()
{
    if (m_question) {
        const std::lock_guard lock(m_question->mutex);
        m_question->ring = nullptr;
    }
}

SecretOpener KeyRing::opener(Waiting waiting)
{
    // Read once for all values of one reading.
    const auto file = std::make_shared<std::optional<Result<MasterKey>>>();
    return [this, waiting, file](const QByteArray &sealed, AtRest rule) -> Result<QByteArray> {
        if (!*file)
            *file = readKeyFile(m_keyFile);
        const Result<MasterKey> &inFile = **file;
        if (inFile) {
            // The file first under every rule: it is at hand, and the tag tells whether it was the right one.
            Result<QByteArray> opened = unseal(sealed, *inFile);
            if (opened || !m_keychain)
                return opened;
        } else if (inFile.error().code != ErrorCode::NotFound) {
            return inFile.error();
        } else if (!m_keychain) {
            return rule == AtRest::Keychain ? noKeychain() : inFile.error();
        }
        // Under the rule "file", too: somebody may have changed the rule by hand.
        const Result<MasterKey> inKeychain = keychainKey(waiting);
        if (inKeychain)
            return unseal(sealed, *inKeychain);
        if (inFile && m_state == State::NotThere)
            return unseal(sealed, *inFile);
        return rule == AtRest::File && !inFile ? inFile.error() : inKeychain.error();
    };
}

bool KeyRing::sealsByFile(AtRest rule) const
{
    return rule == AtRest::File || (rule == AtRest::Auto && QFileInfo::exists(m_keyFile));
}

Result<PlacedKey> KeyRing::sealingKey(AtRest rule, bool mayMake, Waiting waiting)
{
    if (sealsByFile(rule))
        return keyFromFile(mayMake);
    Failure failure = noKeychain();
    if (m_keychain) {
        if (waiting == Waiting::Allowed) {
            // Somebody is there who can unlock it.
            forgetRefusal();
            while (askForMore(mayMake))
                await();
        }
        if (m_state == State::Found)
            return PlacedKey{*m_key, AtRest::Keychain};
        // The key file is for where it has said no.
        if (m_state == State::NotAsked || m_state == State::Asking || (m_state == State::NotThere && mayMake))
            return notAskedKeychain();
        failure = m_refusal;
    }
    if (rule == AtRest::Auto && mayMake)
        return keyFromFile(true);
    return failure;
}

void KeyRing::prepareSealing(AtRest rule, bool mayMake, QObject *context, std::function<void()> then)
{
    if (sealsByFile(rule) || !m_keychain || !askForMore(mayMake))
        return then();
    m_preparations.push_back({context, mayMake, std::move(then)});
}

/// Asks what is still to be asked before anything can be sealed. False: there is nothing more.
bool KeyRing::askForMore(bool mayMake)
{
    if (m_state == State::NotAsked)
        ask();
    if (m_state == State::NotThere && mayMake)
        make();
    return m_state == State::Asking;
}

Result<PlacedKey> KeyRing::keyFromFile(bool mayMake)
{
    Result<MasterKey> key = readKeyFile(m_keyFile);
    if (!key && key.error().code == ErrorCode::NotFound && mayMake)
        key = makeKeyFile(m_keyFile);
    if (!key)
        return key.error();
    return PlacedKey{*key, AtRest::File};
}

Result<MasterKey> KeyRing::keychainKey(Waiting waiting)
{
    if (m_state == State::NotAsked)
        ask();
    if (m_state == State::Asking && waiting == Waiting::Allowed)
        await();
    if (m_state == State::Asking)
        return silentKeychain(m_timeout);
    return m_state == State::Found ? Result<MasterKey>(*m_key) : m_refusal;
}

void KeyRing::ask()
{
    begin(std::make_shared<Question>(this, false));
    m_keychain->read(Question::reply(m_question));
}

/// A master key, in the keychain. The answer may be another one: of another process, or one that lay behind a lock.
void KeyRing::make()
{
    const Result<MasterKey> made = MasterKey::random();
    if (!made) {
        m_state = State::Refused;
        m_refusal = made.error();
        return;
    }
    begin(std::make_shared<Question>(this, true));
    m_keychain->keep(made->toText(), Question::reply(m_question));
}

void KeyRing::begin(std::shared_ptr<Question> question)
{
    m_state = State::Asking;
    m_giveUp->start();
    m_question = std::move(question);
}

void KeyRing::await()
{
    if (m_question->waitFor(m_giveUp->remainingTimeAsDuration()))
        take();
    else
        giveUp();
}

void KeyRing::take()
{
    if (!m_question)
        return; // Taken by await().
    std::optional<KeychainAnswer> answer;
    {
        const std::lock_guard lock(m_question->mutex);
        answer = m_question->answer;
    }
    if (!answer)
        return; // Of an earlier question.
    // Else it would be asked for ever.
    if (m_question->toMake && answer->kind == KeychainAnswer::NotThere)
        answer = KeychainAnswer{KeychainAnswer::Refused, {}, QStringLiteral("it keeps nothing")};
    m_question.reset();
    m_giveUp->stop();
    conclude(*answer);
    answered();
}

void KeyRing::giveUp()
{
    m_giveUp->stop();
    m_state = State::Refused;
    m_refusal = silentKeychain(m_timeout);
    answered();
}

void KeyRing::answered()
{
    // First those who want more of it: until then nobody else is to take this for the last word.
    std::vector<Preparation> done;
    for (Preparation &preparation : std::exchange(m_preparations, {})) {
        if (askForMore(preparation.mayMake))
            m_preparations.push_back(std::move(preparation));
        else
            done.push_back(std::move(preparation));
    }
    if (!isAsking())
        Q_EMIT keychainAnswered();
    for (const Preparation &preparation : done) {
        if (preparation.context)
            preparation.then();
    }
}

void KeyRing::conclude(const KeychainAnswer &answer)
{
    switch (answer.kind) {
    case KeychainAnswer::Found:
        if (const Result<MasterKey> key = MasterKey::fromText(answer.secret)) {
            m_key = *key;
            m_state = State::Found;
            return;
        }
        m_refusal = {ErrorCode::NotAllowed, QStringLiteral("the master key in the keychain is damaged"),
                     QStringLiteral("Remove qcc's entry from the keychain and set the key anew.")};
        m_state = State::Refused;
        return;
    case KeychainAnswer::NotThere:
        m_refusal = {ErrorCode::NotFound, QStringLiteral("there is no key file, and the keychain does not hold the master key (locked?)"), wayOut()};
        m_state = State::NotThere;
        return;
    case KeychainAnswer::Refused:
        m_refusal = refusingKeychain(answer.reason);
        m_state = State::Refused;
        return;
    }
}

void KeyRing::forgetRefusal()
{
    if (m_state != State::Refused && m_state != State::NotThere)
        return;
    // A question that is still open is not put twice: the user would be asked twice.
    m_state = m_question ? State::Asking : State::NotAsked;
    if (m_question)
        m_giveUp->start();
}

} // namespace qcc
