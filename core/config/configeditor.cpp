#include "core/config/configeditor.h"

namespace qcc {

namespace {

Result<void> nothing(QJsonObject &)
{
    return {};
}

} // namespace

ConfigEditor::ConfigEditor(QString path, KeyRing &keys, QObject *parent)
    : QObject(parent)
    , m_path(std::move(path))
    , m_keys(keys)
{
}

void ConfigEditor::edit(const Change &change, const Done &done)
{
    const OpenedSecrets::Unsealed needs = unsealedAfter(m_path, m_keys, change);
    const auto write = [this, change, done] { done(editNow(change)); };
    if (needs.fresh) {
        // Somebody is there who can unlock it.
        m_keys.forgetRefusal();
        return m_keys.prepareSealing(needs.rule, needs.mayMake, this, write);
    }
    const Result<ConfigEdit> edited = editNow(change);
    // What is sealed in the file may be at fault only until it can be opened.
    if (!edited && m_keys.isAsking())
        return m_keys.prepareSealing(needs.rule, false, this, write);
    done(edited);
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
