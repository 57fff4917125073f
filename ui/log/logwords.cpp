#include "ui/log/logwords.h"

#include "core/facts/exchangerecord.h"
#include "ui/model/words.h"

#include <QRegularExpression>

#include <algorithm>
#include <array>
#include <vector>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

/// Words of the file and what is shown for them. "%2" is an endpoint's id in the first, and missing in the second.
struct Phrase {
    const char *inFile;
    const char *shown;
};

/// How a request's line begins: after its number.
constexpr std::array openings{
    Phrase{"✓ 流式响应完成", QT_TRANSLATE_NOOP("LogWords", "Streamed to its end")},
    Phrase{"✓ 响应成功", QT_TRANSLATE_NOOP("LogWords", "Answered")},
    Phrase{"⚠ 请求有误", QT_TRANSLATE_NOOP("LogWords", "The request was at fault")},
    Phrase{"✗ 请求超时", QT_TRANSLATE_NOOP("LogWords", "No answer in time")},
    Phrase{"✗ 响应失败", QT_TRANSLATE_NOOP("LogWords", "Failed")},
    Phrase{"⚠ 流式传输中断", QT_TRANSLATE_NOOP("LogWords", "The stream broke off")},
    Phrase{"客户端已断开", QT_TRANSLATE_NOOP("LogWords", "The client left")},
};

constexpr std::array sentences{
    Phrase{"endpoint %1 (%2) is left alone for %3: %4; it is checked in the background and comes back by itself",
           QT_TRANSLATE_NOOP("LogWords", "%1 is left alone for %3: %4; it is checked in the background and comes back by itself")},
    Phrase{"endpoint %1 (%2) is back", QT_TRANSLATE_NOOP("LogWords", "%1 is back")},
    Phrase{"endpoint %1 (%2) refuses its key, which has worked, and rests for %3; it is checked in the background and comes back by itself",
           QT_TRANSLATE_NOOP("LogWords", "%1 refuses its key, which has worked, and rests for %3; it is checked in the background and comes back by itself")},
    Phrase{"endpoint %1 (%2) refused its key and is not used any more. Edit the key, or try it again with: qcc endpoint test",
           QT_TRANSLATE_NOOP("LogWords", "%1 refused its key and is not used any more. Edit the key, or test the endpoint.")},
    Phrase{"endpoint %1 (%2) is out of use: %4; it is asked again when a request needs the key",
           QT_TRANSLATE_NOOP("LogWords", "%1 is out of use: %4; it is asked again when a request needs the key")},
    Phrase{"endpoint %1 (%2) says that its balance or quota is spent and rests for %3",
           QT_TRANSLATE_NOOP("LogWords", "%1 says that its balance or quota is spent and rests for %3")},
    Phrase{"endpoint %1 (%2) limits the rate and rests for %3", QT_TRANSLATE_NOOP("LogWords", "%1 limits the rate and rests for %3")},
    Phrase{"endpoint %1 (%2) is picked by hand: new requests go there first",
           QT_TRANSLATE_NOOP("LogWords", "%1 is picked by hand: new requests go there first")},
    Phrase{"endpoint %1 (%2) is not picked by hand any more", QT_TRANSLATE_NOOP("LogWords", "%1 is not picked by hand any more")},
    Phrase{"endpoint %1 of cluster \"%3\" is out of use: %4", QT_TRANSLATE_NOOP("LogWords", "%1 of cluster \"%3\" is out of use: %4")},
    Phrase{"qcc %1 listens on %3, cluster \"%4\"", QT_TRANSLATE_NOOP("LogWords", "qcc %1 listens on %3, cluster \"%4\"")},
    Phrase{"cluster \"%1\" is in use", QT_TRANSLATE_NOOP("LogWords", "Cluster \"%1\" is in use")},
    Phrase{"config.json reloaded", QT_TRANSLATE_NOOP("LogWords", "config.json was read anew")},
    Phrase{"config.json is good again", QT_TRANSLATE_NOOP("LogWords", "config.json is good again")},
    Phrase{"a changed address takes effect at the next start", QT_TRANSLATE_NOOP("LogWords", "A changed address takes effect at the next start")},
    Phrase{"stopping: no new connections, %1 exchanges run", QT_TRANSLATE_NOOP("LogWords", "Stopping: no new connections, requests that run: %1")},
    Phrase{"the grace period is over: ending %1 running exchanges",
           QT_TRANSLATE_NOOP("LogWords", "The time to finish is over; requests that are ended: %1")},
    Phrase{"stopped", QT_TRANSLATE_NOOP("LogWords", "Stopped")},
    Phrase{"not let in: %1", QT_TRANSLATE_NOOP("LogWords", "Not let in: %1")},
    Phrase{"worker %1 has not come round for %3 s, and its requests wait; if that stays so, stop qcc and start it again",
           QT_TRANSLATE_NOOP("LogWords", "Worker %1 has not come round for %3 s, and its requests wait; if that stays so, stop qcc and start it again")},
    Phrase{"worker %1 came round again", QT_TRANSLATE_NOOP("LogWords", "Worker %1 came round again")},
    Phrase{"a worker hangs and is left behind; only the end of this process ends it",
           QT_TRANSLATE_NOOP("LogWords", "A worker hangs and is left behind; only the end of this process ends it")},
    Phrase{"file descriptors run short (limit %1): new connections wait until others have closed; raise the limit with ulimit -n if this comes again",
           QT_TRANSLATE_NOOP("LogWords", "File descriptors run short (limit %1): new connections wait until others have closed; raise the limit with "
                                         "ulimit -n if this comes again")},
    Phrase{"%1: connections to endpoints that may be dead are closed",
           QT_TRANSLATE_NOOP("LogWords", "%1: connections to endpoints that may be dead are closed")},
    Phrase{"history.db cannot be used, so that this run leaves no history: %1",
           QT_TRANSLATE_NOOP("LogWords", "history.db cannot be used, so that this run leaves no history: %1")},
    Phrase{"history.db cannot be written; it is tried again after the next requests: %1",
           QT_TRANSLATE_NOOP("LogWords", "history.db cannot be written; it is tried again after the next requests: %1")},
};

constexpr int mostArguments = 4;

/// The longest words of `phrase` that stand in each of its lines.
QString markOf(const Phrase &phrase)
{
    static const QRegularExpression argument(u"(endpoint )?%\\d( \\(%\\d\\))?"_s);
    const QStringList parts = QString::fromUtf8(phrase.inFile).split(argument);
    return *std::ranges::max_element(parts, {}, &QString::size);
}

struct Known {
    QString mark;
    QRegularExpression form;
    const Phrase *phrase = nullptr;
    std::vector<int> arguments; ///< Their numbers, in the order of the groups.
};

Known known(const Phrase &phrase)
{
    static const QRegularExpression argument(u"%(\\d)"_s);
    const QString text = QString::fromUtf8(phrase.inFile);
    Known made{markOf(phrase), {}, &phrase, {}};
    QString form;
    qsizetype done = 0;
    for (const QRegularExpressionMatch &match : argument.globalMatch(text)) {
        const int number = match.captured(1).toInt();
        form += QRegularExpression::escape(text.sliced(done, match.capturedStart() - done));
        form += number == 2 ? u"([0-9a-f]{8})"_s : u"(.*)"_s;
        made.arguments.push_back(number);
        done = match.capturedEnd();
    }
    made.form.setPattern(u'^' + form + QRegularExpression::escape(text.sliced(done)) + u'$');
    return made;
}

const std::vector<Known> &allKnown()
{
    static const std::vector<Known> all = [] {
        std::vector<Known> list;
        std::ranges::transform(sentences, std::back_inserter(list), known);
        return list;
    }();
    return all;
}

/// "relay-c timeout" → "relay-c: no answer in time".
QString attemptShown(const QString &attempt)
{
    static const QRegularExpression failed(u"^(.+) ([a-z_]+)(, .*)?$"_s, QRegularExpression::DotMatchesEverythingOption);
    const QRegularExpressionMatch match = failed.match(attempt);
    const auto failure = match.hasMatch() ? fromWord<FailureClass>(match.captured(2)) : std::nullopt;
    return failure ? u"%1: %2%3"_s.arg(match.captured(1), Words::of(*failure), match.captured(3)) : attempt;
}

} // namespace

QString LogWords::shown(const QString &line, const Names &names)
{
    // The time and the level stay: "2026-11-23 10:00:00,123 - INFO - ".
    static const QRegularExpression head(u"^\\S+ \\S+ - [A-Z]+ - "_s);
    const QRegularExpressionMatch begun = head.match(line);
    if (!begun.hasMatch())
        return line;
    const QString before = begun.captured();
    const QString message = line.sliced(begun.capturedEnd());

    static const QRegularExpression exchange(u"^(\\[req-\\d+\\] )([^:]+): (HTTP \\d+), 耗时: ([\\d.]+ms)(?:, endpoint: ([0-9a-f]{8}))?, (.*)$"_s);
    if (const QRegularExpressionMatch match = exchange.match(message); match.hasMatch()) {
        const QString words = match.captured(2);
        const auto opening = std::ranges::find_if(openings, [&words](const Phrase &each) { return words == QString::fromUtf8(each.inFile); });
        QStringList facts{match.captured(3), tr("took %1").arg(match.captured(4))};
        if (const QString id = match.captured(5); !id.isEmpty())
            facts << names.value(id, id);
        static const QRegularExpression firstByte(u", 首字节: ([\\d.]+ms)"_s);
        QString rest = match.captured(6);
        if (const QRegularExpressionMatch first = firstByte.match(rest); first.hasMatch())
            rest.replace(first.capturedStart(), first.capturedLength(), u", "_s + tr("first byte %1").arg(first.captured(1)));
        QStringList attempts = rest.split(u" → "_s);
        if (attempts.size() > 1)
            std::ranges::transform(attempts, attempts.begin(), attemptShown);
        facts << attempts.join(u" → "_s);
        return before + match.captured(1) + (opening == openings.end() ? words : tr(opening->shown)) + u": "_s + facts.join(u", "_s);
    }
    for (const Known &each : allKnown()) {
        if (!message.contains(each.mark))
            continue;
        const QRegularExpressionMatch match = each.form.match(message);
        if (!match.hasMatch())
            continue;
        std::array<QString, mostArguments + 1> arguments;
        for (std::size_t i = 0; i < each.arguments.size(); ++i)
            arguments[static_cast<std::size_t>(each.arguments[i])] = Words::reason(match.captured(static_cast<int>(i) + 1));
        QString text = tr(each.phrase->shown);
        // All at once: what stands for one may look like the sign for another.
        static const QRegularExpression sign(u"%(\\d)"_s);
        QString filled;
        qsizetype done = 0;
        for (const QRegularExpressionMatch &found : sign.globalMatch(text)) {
            filled += text.sliced(done, found.capturedStart() - done) + arguments[found.captured(1).toUInt() % arguments.size()];
            done = found.capturedEnd();
        }
        return before + filled + text.sliced(done);
    }
    return line;
}

QStringList LogWords::inFile(const QString &text, const Names &names)
{
    QStringList words;
    if (text.isEmpty())
        return words;
    for (auto it = names.cbegin(); it != names.cend(); ++it) {
        if (it.value().contains(text))
            words << it.key();
    }
    for (const Phrase &each : openings) {
        if (tr(each.shown).contains(text))
            words << QString::fromUtf8(each.inFile);
    }
    for (const Known &each : allKnown()) {
        if (tr(each.phrase->shown).contains(text))
            words << each.mark;
    }
    return words;
}

QStringList LogWords::patterns()
{
    QStringList all;
    for (const Phrase &each : openings)
        all << QString::fromUtf8(each.inFile);
    for (const Phrase &each : sentences)
        all << QString::fromUtf8(each.inFile);
    return all;
}

} // namespace qcc
