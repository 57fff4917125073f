#include "app/cli/commands.h"
#include "app/cli/endpointview.h"
#include "app/cli/parse.h"
#include "core/config/configfile.h"
#include "core/control/commands.h"
#include "core/control/controlclient.h"
#include "core/history/historyreader.h"
#include "core/report/recordsjson.h"

#include <QJsonDocument>
#include <QRegularExpression>

namespace qcc::cli {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr qsizetype kUsualLimit = 50;
constexpr int kMostListed = 100'000;
constexpr qsizetype kPage = 500;
constexpr auto kFailed = "failed"_L1;

enum class Form { Table, Json, Csv };

/// What a request is asked for, and how it is shown.
struct Listing {
    HistoryQuery query;
    std::optional<qsizetype> last; ///< So many of the newest; absent: all.
    Form form = Form::Table;
};

/// "2h" is so long before `now`; a day begins at midnight, and what names no zone is local time.
std::optional<QDateTime> momentOf(const QString &text, const QDateTime &now)
{
    static const QRegularExpression ago(u"^(\\d{1,6})([smhdw])$"_s);
    if (const QRegularExpressionMatch match = ago.match(text); match.hasMatch()) {
        constexpr qint64 second = 1;
        const QHash<QString, qint64> units{{u"s"_s, second}, {u"m"_s, 60}, {u"h"_s, 3'600}, {u"d"_s, 86'400}, {u"w"_s, 604'800}};
        return now.addSecs(-match.captured(1).toLongLong() * units.value(match.captured(2)));
    }
    if (const QDate date = QDate::fromString(text, Qt::ISODate); date.isValid() && text.size() == 10)
        return date.startOfDay();
    QString iso = text;
    const QDateTime moment = QDateTime::fromString(iso.replace(u' ', u'T'), Qt::ISODate);
    return moment.isValid() ? std::optional(moment) : std::nullopt;
}

Result<std::optional<HistoryQuery::Time>> momentGiven(const Invocation &call, QLatin1StringView option)
{
    const std::optional<QString> text = call.value(option);
    if (!text)
        return std::optional<HistoryQuery::Time>();
    const std::optional<QDateTime> moment = momentOf(*text, QDateTime::currentDateTime());
    if (!moment)
        return Failure{ErrorCode::Usage, u"\"%1\" is no time for --%2."_s.arg(*text, QString(option)),
                       u"Such as 30m, 2h, 7d, 2026-11-30, 2026-11-30T14:00 or 2026-11-30T14:00:00Z."_s};
    return std::optional(HistoryQuery::Time(std::chrono::milliseconds(moment->toMSecsSinceEpoch())));
}

Result<Listing> listingOf(const Invocation &call)
{
    Listing listing;
    HistoryQuery &query = listing.query;
    const auto since = momentGiven(call, "since"_L1);
    const auto until = momentGiven(call, "until"_L1);
    if (!since || !until)
        return since ? until.error() : since.error();
    if (*since && *until && **since >= **until)
        return Failure{ErrorCode::Usage, u"--until is not after --since, so that no request can lie between them."_s, u"Name a later --until, or leave it out for now."_s};
    query.from = *since;
    query.to = *until;
    for (const QString &word : call.values("outcome"_L1)) {
        if (const std::optional<Outcome> outcome = fromWord<Outcome>(word))
            query.outcomes.append(*outcome);
        else // the only other choice
            query.outcomes += {Outcome::CallerError, Outcome::Error, Outcome::Truncated};
    }
    query.cluster = call.value("cluster"_L1).value_or(QString());
    query.endpoint = call.value("endpoint"_L1).value_or(QString());
    query.model = call.value("model"_L1).value_or(QString());
    query.client = call.value("client"_L1).value_or(QString());
    query.text = call.value("grep"_L1).value_or(QString());
    listing.form = call.has("json"_L1) ? Form::Json : call.has("csv"_L1) ? Form::Csv : Form::Table;
    if (const std::optional<int> limit = call.number("limit"_L1))
        listing.last = *limit;
    else if (!query.from && !query.to)
        listing.last = kUsualLimit;
    return listing;
}

Tint tintOf(Outcome outcome)
{
    switch (outcome) {
    case Outcome::Complete:
        return Tint::Green;
    case Outcome::Recovered:
        return Tint::Yellow;
    case Outcome::ClientCancelled:
        return Tint::Dim;
    default:
        return Tint::Red;
    }
}

QString counted(std::optional<qint64> tokens)
{
    return tokens ? QString::number(*tokens) : u"-"_s;
}

Row heading()
{
    return {u"ENDED"_s, u"REQUEST"_s, u"OUTCOME"_s, u"STATUS"_s, u"CLUSTER"_s, u"ENDPOINT"_s, u"MODEL"_s, u"TOKENS"_s, u"TIME"_s, u"PATH"_s, u"ERROR"_s};
}

Row row(const ExchangeRecord &exchange)
{
    const QString tries = exchange.attempts.size() > 1 ? u" (%1 tries)"_s.arg(exchange.attempts.size()) : QString();
    return {shownTime(exchange.endedAt),
            exchange.id(),
            TintedText(tintOf(exchange.outcome), toWord(exchange.outcome)),
            QString::number(exchange.status),
            exchange.cluster,
            exchange.attempts.isEmpty() ? u"-"_s : exchange.attempts.last().endpointName + tries,
            exchange.model.isEmpty() ? u"-"_s : exchange.model,
            u"%1 / %2"_s.arg(counted(exchange.inputTokens), counted(exchange.outputTokens)),
            shownDuration(exchange.totalMs),
            QString::fromUtf8(exchange.path),
            wordsOf(exchange)};
}

/// Prints pages one after another, in one of the forms.
class Printer
{
public:
    Printer(Form form, Terminal &terminal) : m_form(form), m_terminal(terminal) { }

    /// False when nobody reads any more.
    bool print(const QList<KeptExchange> &exchanges)
    {
        const bool first = !std::exchange(m_begun, true);
        if (first && m_form == Form::Json)
            m_terminal.lines(u"{\"requests\":["_s);
        else if (first && m_form == Form::Csv && !m_terminal.line(csvHeading()))
            return false;
        if (m_form == Form::Table)
            return printRows(exchanges, first);
        return std::ranges::all_of(exchanges, [this](const KeptExchange &kept) {
            if (m_form == Form::Csv)
                return m_terminal.line(csvLine(kept));
            const QByteArray json = QJsonDocument(keptJson(kept)).toJson(QJsonDocument::Compact);
            return m_terminal.lines(std::exchange(m_between, u",\n"_s) + QString::fromUtf8(json));
        });
    }

    void end()
    {
        if (!m_begun)
            print({});
        if (m_form == Form::Json)
            m_terminal.lines(u"\n]}\n"_s);
    }

private:
    bool printRows(const QList<KeptExchange> &exchanges, bool first)
    {
        std::vector<Row> rows{heading()};
        for (const KeptExchange &kept : exchanges)
            rows.push_back(row(kept.record));
        const QList<TintedText> lines = columns(rows);
        if (exchanges.isEmpty() && first)
            return m_terminal.line(u"No request matches."_s);
        for (qsizetype i = first ? 0 : 1; i < lines.size(); ++i) {
            if (!m_terminal.line(i == 0 ? TintedText(Tint::Bold, lines[i].text()) : lines[i]))
                return false;
        }
        return true;
    }

    Form m_form;
    Terminal &m_terminal;
    bool m_begun = false;
    QString m_between = u"\n"_s;
};

/// The newest of them, which come last, as in a log.
Result<void> printLast(HistoryReader &reader, Listing listing, Printer &printer)
{
    QList<KeptExchange> found;
    for (bool more = true; more && found.size() < *listing.last;) {
        listing.query.limit = std::min(kPage, *listing.last - found.size());
        const Result<HistoryPage> page = reader.page(listing.query);
        if (!page)
            return page.error();
        found += page->exchanges;
        more = page->hasMore;
        if (more)
            listing.query.beyond = found.last().id;
    }
    std::ranges::reverse(found);
    printer.print(found);
    return {};
}

Result<void> printAll(HistoryReader &reader, Listing listing, Printer &printer)
{
    listing.query.order = HistoryOrder::OldestFirst;
    listing.query.limit = kPage;
    for (bool more = true; more;) {
        const Result<HistoryPage> page = reader.page(listing.query);
        if (!page)
            return page.error();
        more = page->hasMore && printer.print(page->exchanges);
        if (!page->hasMore)
            printer.print(page->exchanges);
        if (more)
            listing.query.beyond = page->exchanges.last().id;
    }
    return {};
}

Failure nothingKept(bool enabled)
{
    if (!enabled)
        return {ErrorCode::NotFound, u"History is off, so that no request is kept."_s,
                u"Set history.enabled to true in config.json; requests are kept from then on."_s};
    return {ErrorCode::NotFound, u"No request has been kept yet."_s, u"They are from the first one that a proxy of this version forwards."_s};
}

/// A name that never occurred finds nothing; it may be a slip.
QString slipIn(const HistoryQuery &query, HistoryReader &reader)
{
    const Result<HistoryNames> names = reader.names();
    if (!names)
        return {};
    for (const auto &[name, all] : {std::pair{query.cluster, names->clusters}, std::pair{query.endpoint, names->endpoints},
                                    std::pair{query.model, names->models}, std::pair{query.client, names->clients}}) {
        if (!name.isEmpty() && all.size() < HistoryReader::mostNames && !all.contains(name))
            return u"\"%1\" occurs in no request. %2"_s.arg(name, didYouMean(name, all)).trimmed();
    }
    return {};
}

void print(const Listing &listing, Run &run)
{
    const Result<Config> config = readConfigWithoutKeys(run);
    const bool enabled = !config || config->history.enabled;
    HistoryReader reader(run.paths().history());
    if (const Result<void> opened = reader.open(); !opened) {
        if (opened.error().code == ErrorCode::NotFound)
            return run.fail(nothingKept(enabled));
        return run.fail({opened.error().code, u"%1 cannot be read: %2."_s.arg(run.paths().history(), opened.error().message), {}});
    }
    if (!enabled)
        run.terminal().warning(u"History is off: these are requests from before."_s);
    if (const QString slip = slipIn(listing.query, reader); !slip.isEmpty())
        run.terminal().warning(slip);
    Printer printer(listing.form, run.terminal());
    const Result<void> printed = listing.last ? printLast(reader, listing, printer) : printAll(reader, listing, printer);
    if (!printed)
        return run.fail({ErrorCode::Failed, u"%1 cannot be read: %2."_s.arg(run.paths().history(), printed.error().message), {}});
    printer.end();
    run.finish();
}

void runRequests(const Invocation &call, Run &run)
{
    const Result<Listing> listing = listingOf(call);
    if (!listing)
        return run.fail(listing.error());
    // A proxy that runs has those of the last half second in its memory. One that does not answer keeps nobody from the rest.
    auto *client = new ControlClient(run.paths().controlSocket(), &run);
    client->call(controlRequest(ControlCommand::WriteHistory), [&run, listing = *listing](const Result<QJsonObject> &) { print(listing, run); }, 3s);
}

Option named(const QString &name, const QString &placeholder, const QString &help, Candidates candidates = Candidates::None)
{
    return {.name = name, .help = help, .value = {.placeholder = placeholder, .candidates = candidates}};
}

} // namespace

std::vector<Command> requestsCommands()
{
    return {
        Command{.name = u"requests"_s,
                .summary = u"Lists the requests that were forwarded, the newest last"_s,
                .options = {named(u"since"_s, u"TIME"_s, u"Only what ended then or later: 30m, 2h, 7d ago, or a date, or a date and a time."_s),
                            named(u"until"_s, u"TIME"_s, u"Only what ended before."_s),
                            Option{.name = u"outcome"_s,
                                   .help = u"Only what ended so; \"failed\" is caller_error, error and truncated. May be repeated."_s,
                                   .value = {.placeholder = u"OUTCOME"_s, .kind = ValueKind::Choice, .choices = allWords<Outcome>() + QStringList{kFailed}},
                                   .repeatable = true},
                            named(u"cluster"_s, u"NAME"_s, u"Only requests to this cluster."_s, Candidates::Clusters),
                            named(u"endpoint"_s, u"NAME"_s, u"Only requests for which this endpoint was tried."_s, Candidates::Endpoints),
                            named(u"model"_s, u"NAME"_s, u"Only requests for this model, or that this model answered."_s),
                            named(u"client"_s, u"NAME"_s, u"Only requests of this client, as it calls itself (\"claude-cli\")."_s),
                            named(u"grep"_s, u"TEXT"_s, u"Only requests with TEXT in a name, a path, an address or an error; or one by its \"req-12\"."_s),
                            Option{.name = u"limit"_s,
                                   .help = u"The newest N (default 50; with --since or --until all)."_s,
                                   .value = {.placeholder = u"N"_s, .kind = ValueKind::Integer, .min = 1, .max = kMostListed},
                                   .letter = u'n'},
                            Option{.name = u"json"_s, .help = u"Print JSON: each request with its attempts."_s},
                            Option{.name = u"csv"_s, .help = u"Print CSV: a line for each request."_s}},
                .exclusive = {{u"json"_s, u"csv"_s}},
                .examples = {{u"qcc requests --outcome failed --since 24h"_s, u"What went wrong since yesterday"_s},
                             {u"qcc requests --grep overloaded -n 10"_s, u"The last ten that an endpoint called so"_s},
                             {u"qcc requests --since 2026-11-01 --until 2026-12-01 --csv"_s, u"A month for a spreadsheet"_s}},
                .details = u"They are read from history.db, so this works without a running proxy too; one that runs writes first what has just ended. What "
                           "was asked and answered is not in there. The newest is last, next to the prompt, as in a log."_s,
                .handler = runRequests},
    };
}

} // namespace qcc::cli
