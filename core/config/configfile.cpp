#include "core/config/configfile.h"

#include "core/base/replacefile.h"
#include "core/config/configparser.h"
#include "core/config/paths.h"
#include "core/config/settings.h"
#include "core/keys/keyring.h"

#include <QFile>
#include <QFileInfo>
#include <QFileSystemWatcher>
#include <QJsonDocument>
#include <QTimer>

#include <optional>
#include <utility>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

Result<std::optional<QByteArray>> textOf(const QString &path)
{
    if (!QFileInfo::exists(path)) {
        const QString closed = closedProblem(path, QFileInfo(path).absolutePath());
        if (closed.isEmpty())
            return std::optional<QByteArray>();
        return Failure{ErrorCode::ConfigUnreadable, closed, {}};
    }
    QFile file;
    QString wrong = fileOwnerProblem(path);
    const Result<void> opened = wrong.isEmpty() ? openOrdinary(path, file) : Result<void>();
    // Once more of the file itself: another may have taken its name.
    if (wrong.isEmpty() && file.isOpen())
        wrong = fileOwnerProblem(file, path);
    if (!wrong.isEmpty())
        return Failure{ErrorCode::NotAllowed, wrong, {}};
    const QByteArray text = file.isOpen() ? file.readAll() : QByteArray();
    if (opened && file.error() == QFileDevice::NoError)
        return std::optional<QByteArray>(text);
    return Failure{ErrorCode::ConfigUnreadable,
                   QStringLiteral("%1 cannot be read: %2.").arg(path, opened ? file.errorString() : opened.error().message),
                   QStringLiteral("Check its permissions.")};
}

bool isWhole(const QByteArray &text)
{
    return QJsonDocument::fromJson(text).isObject();
}

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
    const auto lockWait = waiting == KeyRing::Waiting::Allowed ? editTimeout : std::chrono::milliseconds(0);
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

Result<std::optional<QByteArray>> readConfigText(const QString &path)
{
    Result<std::optional<QByteArray>> text = textOf(path);
    if (!text || !*text || isWhole(**text))
        return text;
    // A beginning is no whole text: it is being written over, or was when the computer ended.
    if (const QString copy = wholeCopyOf(path); !copy.isEmpty()) {
        const Result<std::optional<QByteArray>> whole = textOf(copy);
        if (whole && *whole)
            return whole;
        text = textOf(path); // which is whole by now
    }
    return text;
}

Result<Config> loadConfig(const QString &path, KeyRing &keys, KeyRing::Waiting waiting)
{
    const auto text = readConfigText(path);
    if (!text)
        return text.error();
    return *text ? parseConfig(**text, keys.opener(waiting)) : Result<Config>(Config());
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

ConfigWatcher::ConfigWatcher(QString path, ConfigSnapshot initial, KeyRing &keys, QObject *parent)
    : QObject(parent)
    , m_path(std::move(path))
    , m_keys(keys)
    , m_current(std::move(initial))
    , m_wasThere(QFileInfo::exists(m_path))
    , m_watcher(new QFileSystemWatcher(this))
    , m_settle(new QTimer(this))
    , m_lookAgain(new QTimer(this))
{
    using namespace std::chrono_literals;
    m_settle->setSingleShot(true);
    m_settle->setInterval(50ms);
    // Not restarted by further notices: a folder that never rests must not keep a change waiting for ever.
    const auto settle = [this] {
        if (!m_settle->isActive())
            m_settle->start();
    };
    connect(m_watcher, &QFileSystemWatcher::fileChanged, this, settle);
    connect(m_watcher, &QFileSystemWatcher::directoryChanged, this, settle);
    connect(m_settle, &QTimer::timeout, this, &ConfigWatcher::reload);
    m_lookAgain->setInterval(5s);
    connect(m_lookAgain, &QTimer::timeout, this, &ConfigWatcher::reload);
    // The ring may still be in the middle of a call that waited for the answer.
    connect(&m_keys, &KeyRing::keychainAnswered, this, [this] {
        m_readAgain = true;
        reload();
    }, Qt::QueuedConnection);
    watch();
    // The file may have changed between being loaded and being watched.
    m_settle->start();
}

ConfigWatcher::~ConfigWatcher() = default;

void ConfigWatcher::watch()
{
    // The folder tells of a file that is created or renamed into place, which ends the watch on the old file.
    const QString folder = QFileInfo(m_path).absolutePath();
    if (!m_watcher->directories().contains(folder) && QFileInfo(folder).isDir())
        m_watcher->addPath(folder);
    if (!m_watcher->files().contains(m_path) && QFileInfo::exists(m_path))
        m_watcher->addPath(m_path);
}

void ConfigWatcher::reload()
{
    const bool again = std::exchange(m_readAgain, false);
    // Before reading: a change after the read is then noticed.
    watch();

    const Result<std::optional<QByteArray>> read = readConfigText(m_path);
    if (!read || !*read) {
        if (read && !m_wasThere)
            return;
        m_lastText = QByteArray();
        // Whatever keeps us from reading it (descriptors have run out, the disk does not answer) may end without a notice.
        if (read)
            m_lookAgain->stop();
        else
            m_lookAgain->start();
        return refuse(read ? QStringLiteral("%1 is gone. Put it back, or make a new one.").arg(m_path)
                           : (read.error().message + u' ' + read.error().hint).trimmed());
    }
    const QByteArray &text = **read;
    m_lookAgain->stop();
    m_wasThere = true;
    if (text == m_lastText && !m_lastText.isNull() && !again)
        return;
    // Whoever has just changed the file may have unlocked the keychain for it.
    if (!again && !m_lastText.isNull())
        m_keys.forgetRefusal();
    bool unanswered = false;
    const SecretOpener open = m_keys.opener(KeyRing::Waiting::Forbidden);
    const Result<Config> parsed = parseConfig(text, [this, &open, &unanswered](const QByteArray &sealed, AtRest rule) {
        const Result<QByteArray> opened = open(sealed, rule);
        unanswered = unanswered || (!opened && m_keys.isAsking());
        return opened;
    });
    if (unanswered)
        return; // keychainAnswered follows.
    m_lastText = text.isNull() ? QByteArray("") : text;
    if (!parsed)
        return refuse(parsed.error().message);
    const bool wasBad = !std::exchange(m_lastProblem, QString()).isEmpty();
    if (*parsed != *m_current) {
        m_current = std::make_shared<const Config>(*parsed);
        Q_EMIT changed(m_current);
    }
    if (wasBad)
        Q_EMIT mended();
}

void ConfigWatcher::refuse(const QString &problem)
{
    if (std::exchange(m_lastProblem, problem) != problem)
        Q_EMIT rejected(problem);
}

QString ConfigWatcher::withLastGood(const QString &problem)
{
    return problem + (problem.endsWith(u'.') ? QStringLiteral(" ") : QStringLiteral(". ")) + QStringLiteral("The last good configuration stays in force.");
}

} // namespace qcc
