#include "core/config/configfile.h"

#include "core/base/commitfile.h"
#include "core/base/filelock.h"
#include "core/config/words.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSaveFile>

#include <optional>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

/// The text of the file, or nothing where there is none.
Result<std::optional<QByteArray>> readText(const QString &path)
{
    QFile file(path);
    if (!file.exists())
        return std::optional<QByteArray>();
    if (file.open(QIODevice::ReadOnly)) {
        const QByteArray text = file.readAll();
        if (file.error() == QFileDevice::NoError)
            return std::optional<QByteArray>(text);
    }
    return Failure{ErrorCode::ConfigUnreadable, QStringLiteral("%1 cannot be read: %2.").arg(path, file.errorString()),
                   QStringLiteral("Check that the file belongs to you.")};
}

Result<void> writeText(const QString &path, const QByteArray &text)
{
    QSaveFile file(path);
    const bool written = file.open(QIODevice::WriteOnly)
        && file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner) && file.write(text) == text.size()
        && commitFile(file);
    if (written)
        return {};
    return Failure{ErrorCode::WriteFailed, QStringLiteral("%1 cannot be written: %2.").arg(path, file.errorString()),
                   QStringLiteral("The old configuration is untouched. Check free space and permissions.")};
}

/// Errors: InvalidConfig for what is no JSON object.
Result<QJsonObject> jsonOf(const QByteArray &text)
{
    const QJsonDocument document = QJsonDocument::fromJson(text);
    if (document.isObject())
        return document.object();
    return parseConfig(text).error();
}

double inSeconds(std::chrono::milliseconds duration)
{
    return static_cast<double>(duration.count()) / 1000;
}

qint64 inSeconds(std::chrono::seconds duration)
{
    return duration.count();
}

} // namespace

QJsonObject defaultConfigJson()
{
    const Config d;
    return {
        {"version"_L1, 1},
        {"listen"_L1,
         QJsonObject{{"host"_L1, d.listen.host}, {"port"_L1, d.listen.port}, {"access_token"_L1, QJsonValue::Null},
                     {"allowed_hosts"_L1, QJsonArray()}, {"allowed_origins"_L1, QJsonArray()}, {"allowed_users"_L1, QJsonArray()}}},
        {"active_cluster"_L1, QJsonValue::Null},
        {"clusters"_L1, QJsonArray()},
        {"pool"_L1,
         QJsonObject{{"max_connections"_L1, d.pool.maxConnections},
                     {"max_keepalive_connections"_L1, d.pool.maxKeepaliveConnections},
                     {"keepalive_expiry_s"_L1, inSeconds(d.pool.keepaliveExpiry)},
                     {"strategy"_L1, toWord(d.pool.strategy)}}},
        {"timeouts"_L1,
         QJsonObject{{"connect_s"_L1, inSeconds(d.timeouts.connect)},
                     {"connect_failover_s"_L1, inSeconds(d.timeouts.connectFailover)},
                     {"read_s"_L1, inSeconds(d.timeouts.read)},
                     {"total_s"_L1, inSeconds(d.timeouts.total)}}},
        {"retry"_L1,
         QJsonObject{{"max_attempts"_L1, d.retry.maxAttempts},
                     {"max_attempts_per_endpoint"_L1, d.retry.maxAttemptsPerEndpoint},
                     {"retry_statuses"_L1, QJsonArray()},
                     {"pass_statuses"_L1, QJsonArray()}}},
        {"breaker"_L1,
         QJsonObject{{"failures"_L1, d.breaker.failures},
                     {"window_s"_L1, inSeconds(d.breaker.window)},
                     {"open_s"_L1, inSeconds(d.breaker.open)},
                     {"max_open_s"_L1, inSeconds(d.breaker.maxOpen)}}},
        {"affinity"_L1, QJsonObject{{"ttl_s"_L1, inSeconds(d.affinity.ttl)}}},
        {"model"_L1, QJsonObject{{"mode"_L1, toWord(d.model.mode)}, {"override"_L1, d.model.override}}},
        {"client"_L1, QJsonObject{{"sse_keepalive_s"_L1, inSeconds(d.client.sseKeepalive)}}},
        {"log"_L1,
         QJsonObject{{"level"_L1, toWord(d.log.level)}, {"max_mb"_L1, d.log.maxMb}, {"files"_L1, d.log.files}}},
        {"history"_L1, QJsonObject{{"enabled"_L1, d.history.enabled}, {"days"_L1, d.history.days}}},
    };
}

Result<Config> loadConfig(const QString &path)
{
    const auto text = readText(path);
    if (!text)
        return text.error();
    return *text ? parseConfig(**text) : Result<Config>(Config());
}

Result<QJsonObject> loadConfigJson(const QString &path)
{
    const auto text = readText(path);
    if (!text)
        return text.error();
    return *text ? jsonOf(**text) : Result<QJsonObject>(defaultConfigJson());
}

Result<ConfigEdit> editConfigUndoably(const QString &path, const std::function<Result<void>(QJsonObject &)> &change)
{
    FileLock lock(path + QStringLiteral(".lock"));
    // An edit takes milliseconds; the bound is for a process that was stopped in the middle of one.
    if (const FileLock::Outcome locked = lock.lock(std::chrono::seconds(3)); locked != FileLock::Outcome::Locked)
        return Failure{ErrorCode::WriteFailed, QStringLiteral("%1 cannot be locked for editing.").arg(path),
                       locked == FileLock::Outcome::Busy ? QStringLiteral("Another qcc is editing it; try again.")
                                                         : QStringLiteral("Check that its folder exists, belongs to you and can be written to.")};

    const auto oldText = readText(path);
    if (!oldText)
        return oldText.error();
    // What does not validate may be what `change` is about to mend.
    const Result<QJsonObject> before = *oldText ? jsonOf(**oldText) : Result<QJsonObject>(defaultConfigJson());
    if (!before)
        return before.error();

    QJsonObject json = *before;
    const Result<void> changed = change(json);
    if (!changed)
        return changed.error();
    const bool unchanged = *oldText && json == *before;
    const QByteArray newText = unchanged ? **oldText : QJsonDocument(json).toJson(QJsonDocument::Indented);
    const Result<Config> config = parseConfig(newText);
    if (!config)
        return config.error();
    if (!unchanged) {
        if (const Result<void> written = writeText(path, newText); !written)
            return written.error();
    }
    return ConfigEdit{*config, *before};
}

Result<Config> editConfig(const QString &path, const std::function<Result<void>(QJsonObject &)> &change)
{
    Result<ConfigEdit> edit = editConfigUndoably(path, change);
    return edit ? Result<Config>(std::move(edit->config)) : edit.error();
}

} // namespace qcc
