#include "core/config/configfile.h"

#include "core/base/replacefile.h"
#include "core/config/configtext.h"

#include <QFile>
#include <QJsonDocument>

#include <optional>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

using Seals = OpenedSecrets::Seals;

struct Edited {
    ConfigEdit edit;
    OpenedSecrets::Sealed sealed;
};

Result<void> writeText(const QString &path, const QByteArray &text)
{
    const QString problem = replaceFile(path, text, QFileDevice::ReadOwner | QFileDevice::WriteOwner);
    if (problem.isEmpty())
        return {};
    return Failure{ErrorCode::WriteFailed, QStringLiteral("%1 cannot be written: %2.").arg(path, problem),
                   QStringLiteral("The old configuration is untouched. Check free space and permissions.")};
}

/// Errors: InvalidConfig for what is no JSON object.
Result<QJsonObject> jsonOf(const std::optional<QByteArray> &text)
{
    if (!text)
        return defaultConfigJson();
    const QJsonDocument document = QJsonDocument::fromJson(*text);
    if (document.isObject())
        return document.object();
    return parseConfig(*text).error();
}

/// Why an edit that brings a new key failed, as a sentence.
Failure notSealed(Failure failure)
{
    if (!failure.message.isEmpty() && failure.message.at(0).isLower())
        failure.message = u"The key cannot be encrypted: %1."_s.arg(failure.message);
    return failure;
}

Result<Edited> edit(const QString &path, KeyRing &keys, const std::function<Result<void>(QJsonObject &)> &change, Seals seals,
                    KeyRing::Waiting waiting)
{
    FileLock lock(path + u".lock"_s);
    // An edit takes milliseconds; the bound is for a process that was stopped in the middle of one, or waits for the keychain.
    const auto lockWait = waiting == KeyRing::Waiting::Allowed ? editPatience : std::chrono::milliseconds(0);
    const FileLock::Outcome locked = lock.lock(lockWait);
    if (locked == FileLock::Outcome::Busy)
        return Failure{ErrorCode::Busy, u"%1 cannot be locked for editing."_s.arg(path), u"Another qcc is editing it; try again."_s};
    if (locked != FileLock::Outcome::Locked)
        return Failure{ErrorCode::WriteFailed, u"%1 cannot be locked for editing."_s.arg(path),
                       u"Check that its folder exists, belongs to you and can be written to."_s};

    const Result<std::optional<QByteArray>> oldText = readConfigText(path);
    if (!oldText)
        return oldText.error();
    // What does not validate may be what `change` is about to mend.
    const Result<QJsonObject> before = jsonOf(*oldText);
    if (!before)
        return before.error();

    const SecretOpener open = keys.opener(waiting);
    const OpenedSecrets opened(*before, open);
    QJsonObject json = opened.json();
    const Result<void> changed = change(json);
    if (!changed)
        return changed.error();
    // The lines in an error are those of the file where that is what is at fault.
    const bool unchanged = *oldText && json == opened.json();
    const Result<Config> config = parseConfig(unchanged ? **oldText : QJsonDocument(json).toJson(), open);
    if (!config)
        return config.error();
    // Only of what is good: nothing is made in the keychain for a change that is refused.
    const Result<OpenedSecrets::Sealed> sealed = opened.seal(json, keys, seals, waiting);
    if (!sealed)
        return notSealed(sealed.error());
    if (!*oldText || sealed->json != *before) {
        if (const Result<void> written = writeText(path, QJsonDocument(sealed->json).toJson()); !written)
            return written.error();
    }
    return Edited{{*config, opened.json()}, *sealed};
}

} // namespace

Result<Config> loadConfig(const QString &path, KeyRing &keys)
{
    const auto text = readConfigText(path);
    if (!text)
        return text.error();
    return *text ? parseConfig(**text, keys.opener(KeyRing::Waiting::Allowed)) : Result<Config>(Config());
}

Result<Config> loadConfigWithoutKeys(const QString &path)
{
    const auto text = readConfigText(path);
    if (!text)
        return text.error();
    return *text ? parseConfig(**text) : Result<Config>(Config());
}

Result<QJsonObject> loadConfigJson(const QString &path, KeyRing &keys, KeyRing::Waiting waiting)
{
    const auto text = readConfigText(path);
    if (!text)
        return text.error();
    const Result<QJsonObject> json = jsonOf(*text);
    if (!json)
        return json;
    return OpenedSecrets(*json, keys.opener(waiting)).json();
}

Result<ConfigEdit> editConfigUndoably(const QString &path, KeyRing &keys, const std::function<Result<void>(QJsonObject &)> &change,
                                      KeyRing::Waiting waiting)
{
    Result<Edited> edited = edit(path, keys, change, Seals::Keep, waiting);
    return edited ? Result<ConfigEdit>(std::move(edited->edit)) : edited.error();
}

Result<Config> editConfig(const QString &path, KeyRing &keys, const std::function<Result<void>(QJsonObject &)> &change)
{
    Result<Edited> edited = edit(path, keys, change, Seals::Keep, KeyRing::Waiting::Allowed);
    return edited ? Result<Config>(std::move(edited->edit.config)) : edited.error();
}

OpenedSecrets::Unsealed unsealedAfter(const QString &path, KeyRing &keys, const std::function<Result<void>(QJsonObject &)> &change)
{
    const auto text = readConfigText(path);
    const Result<QJsonObject> before = text ? jsonOf(*text) : text.error();
    if (!before)
        return {};
    const SecretOpener open = keys.opener(KeyRing::Waiting::Forbidden);
    const OpenedSecrets opened(*before, open);
    QJsonObject after = opened.json();
    if (!change(after) || !parseConfig(QJsonDocument(after).toJson(), open))
        return {};
    return opened.unsealed(after);
}

Result<Rekeyed> rekeyConfig(const QString &path, KeyRing &keys, AtRest rule)
{
    const auto setRule = [rule](QJsonObject &json) -> Result<void> {
        QJsonObject section = json.value("keys"_L1).toObject();
        section.insert("at_rest"_L1, toWord(rule));
        json.insert("keys"_L1, section);
        return {};
    };
    // Who names no place wants what is plain sealed, and nothing moved.
    const Result<Edited> edited = edit(path, keys, setRule, rule == AtRest::Auto ? Seals::Insist : Seals::Renew, KeyRing::Waiting::Allowed);
    if (!edited)
        return edited.error();
    const OpenedSecrets::Sealed &sealed = edited->sealed;
    // Not before the write: until then it opens what lies in the file.
    if (rule == AtRest::Keychain && sealed.closed == 0)
        QFile::remove(keys.keyFile());
    AtRest place = sealed.place;
    if (rule != AtRest::Plain && place == AtRest::Plain)
        place = QFile::exists(keys.keyFile()) ? AtRest::File : AtRest::Keychain;
    return Rekeyed{edited->edit.config, place, sealed.sealed, sealed.closed};
}

} // namespace qcc
