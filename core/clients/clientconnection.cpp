#include "core/clients/clientconnection.h"

#include "core/base/files.h"
#include "core/base/replacefile.h"
#include "core/base/visibletext.h"
#include "core/config/paths.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>

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
    words.replace(byteOrderMark, QByteArrayView());
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

/// As it stands there, and as what it means: an escape hides neither.
void addSecret(FileChange &change, SettingsFormat format, const std::optional<QByteArray> &value)
{
    if (!value)
        return;
    const std::optional<QString> text = textOf(format, *value);
    const bool isQuoted = value->size() > 1 && value->front() == value->back() && QByteArrayView("\"'`").contains(value->front());
    for (const QByteArray &secret : {text ? text->toUtf8() : *value, isQuoted ? value->sliced(1, value->size() - 2) : *value}) {
        if (!secret.isEmpty() && secret != anyKey && !change.secrets.contains(secret))
            change.secrets.append(secret);
    }
    // One that begins another is not to leave that one's end to be seen.
    std::ranges::stable_sort(change.secrets, std::ranges::greater(), &QByteArray::size);
}

/// What stands at `path` before and after the change, whoever wrote it.
void addSecretsAt(FileChange &change, SettingsFormat format, const QStringList &path)
{
    for (const std::optional<QByteArray> *text : {&change.before, &change.after}) {
        const Result<std::optional<QByteArray>> value = *text ? valueIn(format, **text, path) : std::optional<QByteArray>();
        if (value)
            addSecret(change, format, *value);
    }
}

/// Values of `known` that are not among `values` any more, and that `text` still has from qcc: the file may stay as it is, by a kill or a full disk, and is to lead back
/// all the same.
QList<LedgerValue> stillToPutBack(const LedgerFile &known, const QByteArray &text, const QList<LedgerValue> &values)
{
    QList<LedgerValue> left;
    for (LedgerValue value : known.values) {
        const Result<std::optional<QByteArray>> now = valueIn(known.format, text, value.path);
        if (std::ranges::find(values, value.path, &LedgerValue::path) != values.end() || !now || *now == value.old || !isOwn(value, *now))
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
    Planned planned{{wished.path, *now, {}, {}}, {wished.path, wished.format, known && *now ? known->existed : now->has_value(), {}, {}, {}}};
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
            addSecretsAt(planned.change, wished.format, value.path);
    }
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
        if (*now) {
            const Result<Restored> before = restored(file, **now);
            if (!before)
                return about(file.path, before.error());
            change.after = before->isGone ? std::nullopt : std::optional(before->text);
            plan.leftAlone += before->leftAlone;
        }
        for (const LedgerValue &value : file.values) {
            if (value.isSecret)
                addSecretsAt(change, file.format, value.path);
        }
        plan.files.append(change);
    }
    return plan;
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
    for (const FileChange &change : plan.files) {
        if (const Result<void> still = isStill(change); !still)
            return still;
    }
    if (plan.entry) {
        if (const Result<void> kept = writeEntry(*ledger, plan.client, plan.entry, paths); !kept)
            return kept;
    }
    bool isBegun = false;
    for (const FileChange &change : plan.files) {
        if (const Result<void> written = write(change); !written) {
            // Nothing has come of it, so that nothing is said of it either; where that fails, too, there is one way back more than there need be.
            if (!isBegun)
                static_cast<void>(writeLedger(paths, *ledger));
            return written;
        }
        isBegun = isBegun || change.changes();
        // Of a run that was killed, where this one had nothing to write.
        removeLeftover(change.path, newSuffix);
    }
    return plan.entry ? Result<void>() : writeEntry(*ledger, plan.client, {}, paths);
}

namespace {

/// A line may hold secrets of others, too, as all of a file that is one line.
QString withoutOthersSecrets(const QString &line)
{
    static const QRegularExpression named(uR"(([\w.-]*(?:key|token|secret|password|credential|authorization)[\w.-]*["']?\s*[:=]\s*)("(?:\\.|[^"\\])*"|'[^']*'|[^\s,;{}\[\]"']+))"_s,
                                          QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression plain(uR"(^["']?(?:qcc|\*\*\*|\d+|true|false|null)["']?$)"_s);
    QString shown;
    qsizetype taken = 0;
    QRegularExpressionMatchIterator matches = named.globalMatch(line);
    while (matches.hasNext()) {
        const QRegularExpressionMatch match = matches.next();
        if (plain.match(match.captured(2)).hasMatch())
            continue;
        const bool isQuoted = u"\"'"_s.contains(match.captured(2).front());
        shown += QStringView(line).sliced(taken, match.capturedStart(2) - taken);
        shown += isQuoted ? match.captured(2).front() + u"***"_s + match.captured(2).front() : u"***"_s;
        taken = match.capturedEnd(2);
    }
    return withoutKeyLikes(shown + line.sliced(taken));
}

} // namespace

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
        shown.append(sign + withoutOthersSecrets(line));
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
