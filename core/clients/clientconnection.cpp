#include "core/clients/clientconnection.h"

#include "core/base/files.h"
#include "core/base/replacefile.h"
#include "core/config/paths.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <chrono>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

/// Settings that people and programs write are far smaller.
constexpr qint64 longestSettings = 16 * 1024 * 1024;

QByteArray digestOf(const QByteArray &text)
{
    return QCryptographicHash::hash(text, QCryptographicHash::Sha256).toHex();
}

Failure about(const QString &path, const Failure &why)
{
    return {why.code, u"%1 stays as it is: %2."_s.arg(path, why.message), {}};
}

/// Errors: Failed.
Result<std::optional<QByteArray>> textOfFile(const QString &path)
{
    if (!QFileInfo::exists(path))
        return std::optional<QByteArray>();
    const Result<QByteArray> text = readOrdinary(path, longestSettings);
    return text ? Result<std::optional<QByteArray>>(*text) : about(path, text.error());
}

/// What a text was before qcc, as far as that still stands in it.
struct Restored {
    QByteArray text;
    bool isGone = false; ///< There was no file, and nothing else has been put into it.
    QList<LeftAlone> leftAlone;
};

bool isOwn(const LedgerValue &value, const std::optional<QByteArray> &now)
{
    return now == value.own || (now && value.earlier.contains(*now));
}

/// Whether nothing is in `text` that says something.
bool saysNothing(SettingsFormat format, const QByteArray &text)
{
    QByteArray words = text;
    words.replace("\xEF\xBB\xBF", "");
    words = words.simplified();
    return words.isEmpty() || (format == SettingsFormat::Json && (words == "{}" || words == "{ }"));
}

Result<Restored> restored(const LedgerFile &file, const QByteArray &text)
{
    if (digestOf(text) == file.digest) {
        if (const std::optional<QByteArray> before = undone(text, file.splices))
            return Restored{*before, !file.existed, {}};
    }
    // Somebody else has changed it since: value by value, the last one first.
    Restored result{text, false, {}};
    for (auto value = file.values.crbegin(); value != file.values.crend(); ++value) {
        const Result<std::optional<QByteArray>> now = valueIn(file.format, result.text, value->path);
        if (!now)
            return now.error();
        if (*now == value->old)
            continue;
        if (!isOwn(*value, *now)) {
            result.leftAlone.append({file.path, value->path});
            continue;
        }
        const Result<Splices> splices = value->old ? setting(file.format, result.text, value->path, *value->old) : taking(file.format, result.text, value->path, value->made);
        if (!splices)
            return splices.error();
        result.text = applied(result.text, *splices);
    }
    result.isGone = !file.existed && saysNothing(file.format, result.text);
    return result;
}

const LedgerFile *fileIn(const Ledger &ledger, ClientProgram client, const QString &path)
{
    const auto entry = ledger.constFind(client);
    if (entry == ledger.constEnd())
        return nullptr;
    const auto it = std::ranges::find(entry->files, path, &LedgerFile::path);
    return it == entry->files.constEnd() ? nullptr : &*it;
}

/// The values that qcc has written there until now.
QList<QByteArray> writtenBefore(const LedgerFile *known, const QStringList &path)
{
    if (!known)
        return {};
    const auto value = std::ranges::find(known->values, path, &LedgerValue::path);
    if (value == known->values.end())
        return {};
    QList<QByteArray> earlier = value->earlier;
    if (value->own && !earlier.contains(*value->own))
        earlier.append(*value->own);
    return earlier;
}

void addSecret(FileChange &change, SettingsFormat format, const std::optional<QByteArray> &value)
{
    if (!value)
        return;
    const std::optional<QString> text = textOf(format, *value);
    const QByteArray secret = text ? text->toUtf8() : *value;
    if (!secret.isEmpty() && secret != anyKey && !change.secrets.contains(secret))
        change.secrets.append(secret);
}

struct Planned {
    FileChange change;
    LedgerFile file;
};

Result<Planned> planFile(const WishedFile &wished, const LedgerFile *known)
{
    const Result<std::optional<QByteArray>> now = textOfFile(wished.path);
    if (!now)
        return now.error();
    Planned planned{{wished.path, *now, {}, {}}, {wished.path, wished.format, known ? known->existed : now->has_value(), {}, {}, {}}};
    QByteArray text = now->value_or(QByteArray());
    // From what it was before qcc, so that there is one way back, however often it was connected.
    if (known && *now) {
        const Result<Restored> before = restored(*known, text);
        if (!before)
            return about(wished.path, before.error());
        text = before->text;
    }
    for (const WishedValue &value : wished.values) {
        const Result<std::optional<QByteArray>> old = valueIn(wished.format, text, value.path);
        if (!old)
            return about(wished.path, old.error());
        const Result<qsizetype> made = missingBefore(wished.format, text, value.path);
        if (!made)
            return about(wished.path, made.error());
        if (value.isSecret) {
            addSecret(planned.change, wished.format, *old);
            addSecret(planned.change, wished.format, value.value);
        }
        if (*old == value.value)
            continue;
        const Result<Splices> splices = value.value ? setting(wished.format, text, value.path, *value.value) : taking(wished.format, text, value.path, 0);
        if (!splices)
            return about(wished.path, splices.error());
        text = applied(text, *splices);
        planned.file.splices += *splices;
        planned.file.values.append({value.path, *old, value.value, writtenBefore(known, value.path), *made, value.isSecret});
    }
    planned.file.digest = digestOf(text);
    planned.change.after = text;
    if (!*now && text.isEmpty())
        planned.change.after.reset();
    return planned;
}

} // namespace

bool ClientPlan::changes() const
{
    return std::ranges::any_of(files, &FileChange::changes);
}

Result<ClientPlan> planConnect(ClientProgram client, const QList<WishedFile> &wishes, const Ledger &ledger, const QDateTime &now)
{
    ClientPlan plan{client, {}, {}, LedgerEntry{now, {}}, ledger.contains(client)};
    if (plan.wasConnected)
        plan.entry->since = ledger.value(client).since;
    for (const WishedFile &wished : wishes) {
        const Result<Planned> planned = planFile(wished, fileIn(ledger, client, wished.path));
        if (!planned)
            return planned.error();
        plan.files.append(planned->change);
        plan.entry->files.append(planned->file);
    }
    // A file that it no longer uses keeps its way back.
    for (const LedgerFile &file : ledger.value(client).files) {
        if (std::ranges::find(plan.entry->files, file.path, &LedgerFile::path) == plan.entry->files.end())
            plan.entry->files.append(file);
    }
    return plan;
}

Result<ClientPlan> planDisconnect(ClientProgram client, const Ledger &ledger)
{
    const auto entry = ledger.constFind(client);
    if (entry == ledger.constEnd())
        return Failure{ErrorCode::NotFound, u"%1 is not connected by qcc."_s.arg(toWord(client)), {}};
    ClientPlan plan{client, {}, {}, std::nullopt, true};
    for (const LedgerFile &file : entry->files) {
        const Result<std::optional<QByteArray>> now = textOfFile(file.path);
        if (!now)
            return now.error();
        FileChange change{file.path, *now, *now, {}};
        for (const LedgerValue &value : file.values) {
            if (!value.isSecret)
                continue;
            addSecret(change, file.format, value.old);
            addSecret(change, file.format, value.own);
        }
        if (*now) {
            const Result<Restored> before = restored(file, **now);
            if (!before)
                return about(file.path, before.error());
            change.after = before->isGone ? std::nullopt : std::optional(before->text);
            plan.leftAlone += before->leftAlone;
        }
        plan.files.append(change);
    }
    return plan;
}

namespace {

/// Errors: Failed, WriteFailed.
Result<void> write(const FileChange &change)
{
    if (!change.changes())
        return {};
    const Result<std::optional<QByteArray>> now = textOfFile(change.path);
    if (!now)
        return now.error();
    if (*now != change.before)
        return Failure{ErrorCode::Failed, u"%1 was changed by somebody else at this moment, and stays as it is."_s.arg(change.path), u"Do it again."_s};
    const auto failed = [&change](const QString &why) {
        return Failure{ErrorCode::WriteFailed, u"%1 cannot be written: %2."_s.arg(change.path, why), u"It is as it was. Check its permissions and free space, and do it again."_s};
    };
    if (!change.after) {
        QFile file(QFileInfo(change.path).canonicalFilePath());
        return file.remove() ? Result<void>() : failed(file.errorString());
    }
    constexpr auto own = QFileDevice::ReadOwner | QFileDevice::WriteOwner;
    if (!change.before && !QDir().mkpath(QFileInfo(change.path).absolutePath()))
        return failed(u"its folder cannot be made"_s);
    // Who may read it is its owner's affair; of one that is new it is nobody but he, as there is a key in it.
    constexpr auto modes = QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner | QFileDevice::ReadGroup | QFileDevice::WriteGroup | QFileDevice::ExeGroup
        | QFileDevice::ReadOther | QFileDevice::WriteOther | QFileDevice::ExeOther;
    const QFileDevice::Permissions permissions = change.before ? QFileInfo(change.path).permissions() & modes : own;
    const QString problem = replaceFile(change.path, *change.after, permissions);
    return problem.isEmpty() ? Result<void>() : failed(problem);
}

Result<void> writeEntry(const ClientPlan &plan, const Paths &paths)
{
    // Others may have been connected since it was read.
    Result<Ledger> ledger = readLedger(paths);
    if (!ledger)
        return ledger.error();
    if (plan.entry)
        ledger->insert(plan.client, *plan.entry);
    else
        ledger->remove(plan.client);
    return writeLedger(paths, *ledger);
}

} // namespace

Result<void> carryOut(const ClientPlan &plan, const Paths &paths)
{
    using namespace std::chrono_literals;
    if (const QString problem = paths.ensureHome(); !problem.isEmpty())
        return Failure{ErrorCode::WriteFailed, problem, {}};
    FileLock lock(paths.clients() + u".lock"_s);
    if (lock.lock(5s) == FileLock::Outcome::Busy)
        return Failure{ErrorCode::Busy, u"Another qcc is connecting or disconnecting a client right now."_s, u"Try again in a moment."_s};
    if (plan.entry) {
        if (const Result<void> kept = writeEntry(plan, paths); !kept)
            return kept;
    }
    for (const FileChange &change : plan.files) {
        if (const Result<void> written = write(change); !written)
            return written;
        // Of a run that was killed, where this one had nothing to write.
        if (plan.wasConnected)
            removeLeftover(change.path);
    }
    return plan.entry ? Result<void>() : writeEntry(plan, paths);
}

QStringList changedLines(const FileChange &change)
{
    const auto linesOf = [&change](const std::optional<QByteArray> &text) {
        QStringList lines;
        QByteArray rest = text.value_or(QByteArray());
        for (const QByteArray &secret : change.secrets)
            rest.replace(secret, "***");
        if (rest.isEmpty())
            return lines;
        for (QByteArray line : rest.split('\n')) {
            if (line.endsWith('\r'))
                line.chop(1);
            lines.append(QString::fromUtf8(line));
        }
        if (lines.constLast().isEmpty())
            lines.removeLast();
        return lines;
    };
    const QStringList before = linesOf(change.before), after = linesOf(change.after);
    QStringList shown;
    qsizetype old = 0, fresh = 0;
    bool isOpen = false;
    // A line that is in both is found again nearby: what is edited is a few lines here and there.
    constexpr qsizetype horizon = 400;
    const auto note = [&shown, &isOpen, &fresh](QChar sign, const QString &line) {
        if (!std::exchange(isOpen, true))
            shown.append(u"@@ line %1"_s.arg(fresh + 1));
        shown.append(sign + line);
    };
    while (old < before.size() || fresh < after.size()) {
        if (old < before.size() && fresh < after.size() && before.at(old) == after.at(fresh)) {
            ++old, ++fresh;
            isOpen = false;
            continue;
        }
        const qsizetype inNew = old < before.size() ? after.mid(fresh, horizon).indexOf(before.at(old)) : -1;
        const qsizetype inOld = fresh < after.size() ? before.mid(old, horizon).indexOf(after.at(fresh)) : -1;
        if (old < before.size() && (inNew < 0 || (inOld >= 0 && inOld <= inNew)))
            note(u'-', before.at(old++));
        else
            note(u'+', after.at(fresh)), ++fresh;
    }
    return shown;
}

} // namespace qcc
