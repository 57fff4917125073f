#include "app/cli/commands.h"
#include "core/config/configfile.h"
#include "core/control/commands.h"
#include "core/control/controlclient.h"
#include "core/history/history.h"
#include "core/history/historyreader.h"
#include "core/report/recordsjson.h"

#include <QLocale>

namespace qcc::cli {

using namespace Qt::StringLiterals;

namespace {

QString size(qint64 bytes)
{
    return QLocale::c().formattedDataSize(bytes, 1, QLocale::DataSizeTraditionalFormat);
}

QJsonValue isoOrNull(const std::optional<HistoryQuery::Time> &time)
{
    return time ? QJsonValue(isoTime(*time)) : QJsonValue(QJsonValue::Null);
}

QString timeOrDash(const std::optional<HistoryQuery::Time> &time)
{
    return time ? shownTime(*time) : u"-"_s;
}

void print(const HistorySummary &summary, const Config::History &settings, Run &run)
{
    const QString kept = u"%1 days, %2"_s.arg(settings.days).arg(settings.words ? u"errors in words"_s : u"no words"_s);
    for (const TintedText &line : columns({{u"file"_s, run.paths().history()},
                                           {u"size"_s, size(summary.bytes)},
                                           {u"requests"_s, QString::number(summary.exchanges)},
                                           {u"oldest"_s, timeOrDash(summary.oldest)},
                                           {u"newest"_s, timeOrDash(summary.newest)},
                                           {u"minutes"_s, QString::number(summary.minutes)},
                                           {u"kept"_s, settings.enabled ? kept : u"off: history.enabled is false"_s}}))
        run.terminal().line(line);
}

QJsonObject json(const HistorySummary &summary, const Config::History &settings, const QString &path)
{
    return {{u"path"_s, path},
            {u"bytes"_s, summary.bytes},
            {u"requests"_s, summary.exchanges},
            {u"oldest"_s, isoOrNull(summary.oldest)},
            {u"newest"_s, isoOrNull(summary.newest)},
            {u"minutes"_s, summary.minutes},
            {u"enabled"_s, settings.enabled},
            {u"days"_s, settings.days},
            {u"words"_s, settings.words}};
}

void show(bool asJson, Run &run)
{
    const Result<Config> config = readConfigWithoutKeys(run);
    if (!config)
        return run.fail(config.error());
    HistoryReader reader(run.paths().history());
    const Result<void> opened = reader.open();
    const bool none = !opened && opened.error().code == ErrorCode::NotFound;
    const Result<HistorySummary> summary = none ? HistorySummary() : opened ? reader.summary() : Result<HistorySummary>(opened.error());
    if (!summary)
        return run.fail({summary.error().code, u"%1 cannot be read: %2."_s.arg(run.paths().history(), summary.error().message), {}});
    if (asJson)
        run.printJson(json(*summary, config->history, run.paths().history()));
    else
        print(*summary, config->history, run);
    run.finish();
}

void runHistory(const Invocation &call, Run &run)
{
    auto *client = new ControlClient(run.paths().controlSocket(), &run);
    client->call(controlRequest(ControlCommand::WriteHistory),
                 [&run, asJson = call.has("json"_L1)](const Result<QJsonObject> &) { show(asJson, run); }, std::chrono::seconds(3));
}

void told(const QJsonObject &cleared, bool asJson, Run &run)
{
    if (asJson) {
        run.printJson(cleared);
    } else {
        const auto counted = [](qint64 count, const QString &word) { return u"%1 %2%3"_s.arg(count).arg(word, count == 1 ? u""_s : u"s"_s); };
        run.terminal().line(u"Removed %1 and the counts of %2; history.db went from %3 to %4."_s
                                .arg(counted(cleared.value("exchanges"_L1).toInteger(), u"request"_s), counted(cleared.value("minutes"_L1).toInteger(), u"minute"_s))
                                .arg(size(cleared.value("bytes_before"_L1).toInteger()), size(cleared.value("bytes"_L1).toInteger())));
    }
    run.finish();
}

/// Where no proxy has the file open.
void clearFile(bool asJson, Run &run)
{
    const Result<HistoryCleared> cleared = clearHistory(run.paths().history());
    if (!cleared && cleared.error().code != ErrorCode::NotFound)
        return run.fail({cleared.error().code, u"%1 cannot be cleared: %2."_s.arg(run.paths().history(), cleared.error().message), {}});
    if (!cleared && !asJson) {
        run.terminal().line(u"There is no history to clear."_s);
        return run.finish();
    }
    told(clearedJson(cleared ? *cleared : HistoryCleared()), asJson, run);
}

void runClear(const Invocation &call, Run &run)
{
    auto *client = new ControlClient(run.paths().controlSocket(), &run);
    client->call(controlRequest(ControlCommand::ClearHistory),
                 [&run, asJson = call.has("json"_L1)](const Result<QJsonObject> &cleared) {
                     if (cleared)
                         return told(*cleared, asJson, run);
                     if (cleared.error().code == ErrorCode::NotRunning)
                         return clearFile(asJson, run);
                     run.fail(cleared.error());
                 },
                 std::chrono::minutes(2));
}

} // namespace

std::vector<Command> historyCommands()
{
    const Option json{.name = u"json"_s, .help = u"Print JSON."_s};
    return {
        Command{.name = u"history"_s,
                .summary = u"Tells what is kept of past requests, and where"_s,
                .options = {json},
                .examples = {{u"qcc history"_s, u"The file, its size, the oldest request in it"_s}},
                .details = u"The requests themselves are listed by `qcc requests`. How long they are kept, and whether errors are kept in words, say "
                           "history.days and history.words in config.json; history.enabled switches all of it off."_s,
                .handler = runHistory},
        Command{.name = u"history clear"_s,
                .summary = u"Forgets all past requests, with the proxy running or not"_s,
                .options = {json},
                .examples = {{u"qcc history clear"_s, u"history.db is nearly empty afterwards"_s}},
                .details = u"The requests, the counts of each minute and the lists of a running proxy go; its counters since the start stay, and so does which "
                           "keys have worked. Nothing asks whether you mean it. proxy.log is another file, which stays."_s,
                .handler = runClear},
    };
}

} // namespace qcc::cli
