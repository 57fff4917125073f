#include "core/clients/clientconnection.h"

#include "core/base/files.h"
#include "core/base/replacefile.h"
#include "core/base/userplaces.h"
#include "core/clients/restored.h"
#include "core/config/paths.h"

#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <system_error>
#include <utility>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

/// Settings that people and programs write are far smaller.
constexpr qint64 longestSettings = 16 * 1024 * 1024;

Failure about(const QString &path, const Failure &why)
{
    const QString hint = why.code == ErrorCode::InvalidConfig ? u"Correct it there, and do it again."_s : u"Check what it is and its permissions, and do it again."_s;
    return {why.code, u"%1 stays as it is: %2."_s.arg(path, why.message), hint};
}

/// Nothing: there is no file. What cannot be seen may be one.
/// Errors: Failed.
Result<std::optional<QByteArray>> textOfFile(const QString &path)
{
    if (QFileInfo::exists(path)) {
        const Result<QByteArray> text = readOrdinary(path, longestSettings);
        return text ? Result<std::optional<QByteArray>>(*text) : about(path, text.error());
    }
    if (const std::optional<QString> closed = closedOnTheWayTo(path))
        return about(path, {ErrorCode::Failed, u"%1 may not be entered"_s.arg(*closed), {}});
    std::error_code error;
    static_cast<void>(std::filesystem::status(QFileInfo(path).filesystemFilePath(), error));
    if (error == std::errc::too_many_symbolic_link_levels)
        return about(path, {ErrorCode::Failed, u"it is a link that leads to itself"_s, {}});
    return std::optional<QByteArray>();
}

std::optional<LedgerEntry> entryIn(const Ledger &ledger, ClientProgram client)
{
    return ledger.contains(client) ? std::optional(ledger.value(client)) : std::nullopt;
}

const LedgerFile *fileIn(const std::optional<LedgerEntry> &entry, const QString &path)
{
    if (!entry)
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

/// Values of `known` that are not among `values` any more, and that `text` still has from qcc: the file may stay as it is, by a kill or a full disk, and is to lead back
/// all the same.
QList<LedgerValue> stillToPutBack(const LedgerFile &known, const QByteArray &text, const QList<LedgerValue> &values)
{
    QList<LedgerValue> left;
    for (LedgerValue value : known.values) {
        const Result<std::optional<QByteArray>> now = valueIn(known.format, text, value.path);
        if (std::ranges::find(values, value.path, &LedgerValue::path) != values.end() || !now || sameValue(known.format, *now, value.old) || !isOwn(known.format, value, *now))
            continue;
        value.earlier = writtenBefore(&known, value.path);
        value.own = value.old;
        left.append(value);
    }
    return left;
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
    Planned planned{{wished.path, *now, {}, wished.format, {}}, {wished.path, wished.format, known && *now ? known->existed : now->has_value(), {}, {}, {}}};
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
        if (*old == value.value)
            continue;
        const Result<Splices> splices = value.value ? setting(wished.format, text, value.path, *value.value) : taking(wished.format, text, value.path, 0);
        if (!splices)
            return about(wished.path, splices.error());
        text = applied(text, *splices);
        planned.file.splices += *splices;
        planned.file.values.append({value.path, *old, value.value, writtenBefore(known, value.path), *made, value.isSecret});
    }
    if (known && *now)
        planned.file.values += stillToPutBack(*known, **now, planned.file.values);
    planned.file.digest = digestOf(text);
    planned.change.after = text;
    if (!*now && text.isEmpty())
        planned.change.after.reset();
    for (const WishedValue &value : wished.values) {
        if (value.isSecret)
            planned.change.secretKeys.append(value.path);
    }
    return planned;
}

} // namespace

bool ClientPlan::changes() const
{
    return std::ranges::any_of(files, &FileChange::changes);
}

Result<ClientPlan> planConnect(ClientProgram client, const QList<WishedFile> &wishes, const Ledger &ledger, const QDateTime &now, bool keepsLogin)
{
    ClientPlan plan{client, true, {}, {}, {}, LedgerEntry{now, {}, keepsLogin}, entryIn(ledger, client)};
    if (plan.known)
        plan.entry->since = plan.known->since;
    for (const WishedFile &wished : wishes) {
        const Result<Planned> planned = planFile(wished, fileIn(plan.known, wished.path));
        if (!planned)
            return planned.error();
        plan.files.append(planned->change);
        plan.entry->files.append(planned->file);
    }
    // A file that it no longer uses keeps its way back.
    for (const LedgerFile &file : plan.known ? plan.known->files : QList<LedgerFile>()) {
        if (std::ranges::find(plan.entry->files, file.path, &LedgerFile::path) == plan.entry->files.end())
            plan.entry->files.append(file);
    }
    return plan;
}

Result<ClientPlan> planDisconnect(ClientProgram client, const Ledger &ledger)
{
    const std::optional<LedgerEntry> known = entryIn(ledger, client);
    if (!known)
        return Failure{ErrorCode::NotFound, u"%1 is not connected by qcc."_s.arg(toWord(client)), u"Those that are: qcc client list"_s};
    ClientPlan plan{client, false, {}, {}, {}, std::nullopt, known};
    LedgerEntry kept{known->since, {}};
    for (const LedgerFile &file : known->files) {
        const Result<std::optional<QByteArray>> now = textOfFile(file.path);
        if (!now)
            return now.error();
        FileChange change{file.path, *now, *now, file.format, {}};
        // It may be back one day: what was in it is nowhere else.
        if (!*now && file.existed) {
            plan.missing.append(file.path);
            kept.files.append(file);
        }
        if (*now) {
            const Result<Restored> before = restored(file, **now);
            if (!before)
                return about(file.path, before.error());
            change.after = before->isGone ? std::nullopt : std::optional(before->text);
            plan.leftAlone += before->leftAlone;
            if (before->keepsSecret)
                kept.files.append(file);
        }
        for (const LedgerValue &value : file.values) {
            if (value.isSecret)
                change.secretKeys.append(value.path);
        }
        plan.files.append(change);
    }
    if (!kept.files.isEmpty())
        plan.entry = kept;
    return plan;
}

Result<ClientPlan> planForget(ClientProgram client, const Ledger &ledger)
{
    const std::optional<LedgerEntry> known = entryIn(ledger, client);
    if (!known)
        return Failure{ErrorCode::NotFound, u"%1 is not connected by qcc."_s.arg(toWord(client)), u"Those that are: qcc client list"_s};
    return ClientPlan{client, false, {}, {}, {}, std::nullopt, known};
}

namespace {

/// Beside a file of others a name that nobody else has.
constexpr auto newSuffix = ".qcc-new"_L1;

/// Errors: Failed.
Result<void> isStill(const FileChange &change)
{
    const Result<std::optional<QByteArray>> now = textOfFile(change.path);
    if (!now)
        return now.error();
    if (*now == change.before)
        return {};
    return Failure{ErrorCode::Failed, u"%1 was changed by somebody else at this moment, and stays as it is."_s.arg(change.path), u"Do it again."_s};
}

/// Errors: Failed, WriteFailed.
Result<void> write(const FileChange &change)
{
    if (!change.changes())
        return {};
    if (const Result<void> still = isStill(change); !still)
        return still;
    const auto failed = [&change](const QString &why) {
        return Failure{ErrorCode::WriteFailed, u"%1 cannot be written: %2."_s.arg(change.path, why), u"Check its permissions and free space, and do it again."_s};
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
    const QString problem = replaceFile(change.path, *change.after, permissions, Links::Followed, newSuffix);
    return problem.isEmpty() ? Result<void>() : failed(problem);
}

/// Whether all of them are as they were before, the last one first.
bool areBack(const QList<FileChange> &changes)
{
    return std::all_of(changes.crbegin(), changes.crend(), [](FileChange change) {
        std::swap(change.before, change.after);
        return write(change).has_value();
    });
}

Result<void> writeEntry(Ledger ledger, ClientProgram client, const std::optional<LedgerEntry> &entry, const Paths &paths)
{
    if (entry)
        ledger.insert(client, *entry);
    else
        ledger.remove(client);
    return writeLedger(paths, ledger);
}

} // namespace

Result<void> carryOut(const ClientPlan &plan, const Paths &paths)
{
    using namespace std::chrono_literals;
    if (const QString problem = paths.ensureHome(); !problem.isEmpty())
        return Failure{ErrorCode::WriteFailed, problem, {}};
    FileLock lock(paths.clients() + u".lock"_s);
    switch (lock.lock(5s)) {
    case FileLock::Outcome::Locked: break;
    case FileLock::Outcome::Busy: return Failure{ErrorCode::Busy, u"Another qcc is connecting or disconnecting a client right now."_s, u"Try again in a moment."_s};
    case FileLock::Outcome::Impossible:
        return Failure{ErrorCode::WriteFailed, u"%1 cannot be written: it cannot be locked."_s.arg(paths.clients()), u"No settings were changed. Check free space and permissions."_s};
    }
    // Others may have been connected since the plan was made.
    const Result<Ledger> ledger = readLedger(paths);
    if (!ledger)
        return ledger.error();
    if (entryIn(*ledger, plan.client) != plan.known)
        return Failure{ErrorCode::Busy, u"Another qcc has connected or disconnected %1 at this moment."_s.arg(toWord(plan.client)), u"Do it again."_s};
    for (const FileChange &change : plan.files) {
        if (const Result<void> still = isStill(change); !still)
            return still;
    }
    if (plan.connects) {
        if (const Result<void> kept = writeEntry(*ledger, plan.client, plan.entry, paths); !kept)
            return kept;
    }
    for (qsizetype i = 0; i < plan.files.size(); ++i) {
        const FileChange &change = plan.files.at(i);
        if (const Result<void> written = write(change); !written) {
            // Those before it go back, so that nothing has been done; where that cannot be, the ledger knows the way back.
            if (areBack(plan.files.first(i)))
                static_cast<void>(writeLedger(paths, *ledger));
            return written;
        }
        // Of a run that was killed, where this one had nothing to write.
        removeLeftover(change.path, newSuffix);
    }
    return plan.connects ? Result<void>() : writeEntry(*ledger, plan.client, plan.entry, paths);
}

} // namespace qcc
