#include "core/clients/clientconnection.h"

#include "core/base/visibletext.h"

#include <QRegularExpression>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

/// A line may hold secrets of others, too, as all of a file that is one line.
QString withoutOthersSecrets(const QString &line)
{
    static const QRegularExpression named(uR"(([\w.-]*(?:key|token|secret|password|credential|authorization)[\w.-]*["']?\s*[:=]\s*)("(?:\\.|[^"\\])*"|'[^']*'|[^\s,;{}\[\]"']+))"_s,
                                          QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression plain(uR"(^["']?(?:qcc|\*\*\*(?: \(another\))?|\d+|true|false|null)["']?$)"_s);
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
    static const QRegularExpression user(u"(://)[^/@\\s\"']+@"_s);
    shown += QStringView(line).sliced(taken);
    return withoutKeyLikes(shown.replace(user, u"\\1***@"_s));
}

/// `text` of the change without its secrets. That a new one comes in the place of another is seen.
QByteArray masked(const FileChange &change, QByteArray text)
{
    for (const QStringList &key : change.secretKeys) {
        const auto valueOf = [&](const std::optional<QByteArray> &from) {
            const Result<std::optional<QByteArray>> value = from ? valueIn(change.format, *from, key) : std::optional<QByteArray>();
            return value ? *value : std::optional<QByteArray>();
        };
        const std::optional<QByteArray> value = valueOf(text), before = valueOf(change.before);
        if (!value || textOf(change.format, *value) == QLatin1StringView(anyKey))
            continue;
        const bool isAnother = before && !sameValue(change.format, value, before);
        const Result<Splices> splices = setting(change.format, text, key, quotedFor(change.format, isAnother ? u"*** (another)"_s : u"***"_s));
        // What cannot be hidden is not shown.
        if (!splices)
            return {};
        text = applied(text, *splices);
    }
    return text;
}

} // namespace

QStringList changedLines(const FileChange &change)
{
    const auto linesOf = [&change](const std::optional<QByteArray> &text) {
        QStringList lines;
        const QByteArray rest = text ? masked(change, *text) : QByteArray();
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
