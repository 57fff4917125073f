#include "core/config/configeditor.h"

namespace qcc {

namespace {

/// An edit takes milliseconds.
constexpr std::chrono::milliseconds untilNextTry{50};

Result<void> nothing(QJsonObject &)
{
    return {};
}

} // namespace

ConfigEditor::ConfigEditor(QString path, KeyRing &keys, QObject *parent)
    : QObject(parent)
    , m_path(std::move(path))
    , m_keys(keys)
    , m_again(this)
{
    m_again.setInterval(untilNextTry);
    connect(&m_again, &QTimer::timeout, this, &ConfigEditor::tryAgain);
}

void ConfigEditor::edit(const Change &change, const Done &done)
{
    const OpenedSecrets::Unsealed needs = unsealedAfter(m_path, m_keys, change);
    const auto write = [this, change, done] { editSoon(change, done); };
    if (needs.fresh) {
        // Somebody is there who can unlock it.
        m_keys.forgetRefusal();
        return m_keys.prepareSealing(needs.rule, needs.mayMake, this, write);
    }
    editSoon(change, [this, done, write, rule = needs.rule](const Result<ConfigEdit> &edited) {
        // What is sealed in the file may be at fault only until it can be opened.
        if (!edited && m_keys.isAsking())
            return m_keys.prepareSealing(rule, false, this, write);
        done(edited);
    });
}

void ConfigEditor::editSoon(const Change &change, const Done &done)
{
    m_pending.push_back({change, done, QDeadlineTimer(editTimeout)});
    if (m_pending.size() == 1)
        tryAgain();
}

void ConfigEditor::tryAgain()
{
    while (!m_pending.empty()) {
        const Result<ConfigEdit> edited = editNow(m_pending.front().change);
        if (!edited && edited.error().code == ErrorCode::Busy && !m_pending.front().deadline.hasExpired()) {
            m_again.start();
            return;
        }
        const Pending tried = std::move(m_pending.front());
        m_pending.pop_front();
        tried.done(edited);
    }
    m_again.stop();
}

Result<ConfigEdit> ConfigEditor::editNow(const Change &change)
{
    Result<ConfigEdit> edited = editConfigUndoably(m_path, m_keys, change, KeyRing::Waiting::Forbidden);
    if (edited)
        sealWhatIsPlain();
    return edited;
}

void ConfigEditor::sealWhatIsPlain()
{
    if (m_sealing)
        return;
    const OpenedSecrets::Unsealed needs = unsealedAfter(m_path, m_keys, nothing);
    if (!needs.old)
        return;
    m_sealing = true;
    m_keys.prepareSealing(needs.rule, needs.mayMake, this, [this] {
        // What cannot be sealed stays as it is; the next edit that brings a key will tell why.
        static_cast<void>(editConfigUndoably(m_path, m_keys, nothing, KeyRing::Waiting::Forbidden));
        m_sealing = false;
    });
}

} // namespace qcc
