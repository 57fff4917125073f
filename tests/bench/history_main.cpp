#include "core/history/historyfile.h"
#include "core/history/historyreader.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QTimeZone>

#include <algorithm>
#include <cstdio>
#include <random>
#include <vector>

using namespace qcc;
using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype batch = 1000;
const HistoryQuery::Time begin{std::chrono::sys_days(std::chrono::year(2026) / 10 / 1)};

/// What a month of several people looks like: nearly all requests go well, words differ where an upstream puts an id into them.
class Requests
{
public:
    explicit Requests(qint64 rows) : m_step(std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::days(30)) / rows) { }

    ExchangeRecord next()
    {
        const quint64 number = ++m_number;
        const bool isRare = number % 200'000 == 123'456;
        const int luck = within(1000);
        ExchangeRecord exchange;
        exchange.number = number;
        exchange.endedAt = begin + m_step * number;
        exchange.totalMs = 400 + within(20'000) + within(1000) / 1000.0;
        exchange.startedAt = QDateTime::fromMSecsSinceEpoch(std::chrono::floor<std::chrono::milliseconds>(exchange.endedAt).time_since_epoch().count(),
                                                            QTimeZone::utc()).addMSecs(-qint64(exchange.totalMs));
        exchange.method = "POST";
        exchange.path = within(10) < 9 ? "/v1/messages" : "/v1/chat/completions";
        exchange.cluster = isRare ? u"experiment"_s : m_clusters[within(3)];
        exchange.model = m_models[within(8)];
        exchange.answeredModel = exchange.model;
        exchange.client = m_clients[within(4)];
        exchange.outcome = luck < 955 ? Outcome::Complete
            : luck < 975              ? Outcome::Recovered
            : luck < 985              ? Outcome::ClientCancelled
            : luck < 990              ? Outcome::CallerError
            : luck < 998              ? Outcome::Error
                                      : Outcome::Truncated;
        exchange.status = exchange.outcome == Outcome::Error ? 502 : exchange.outcome == Outcome::CallerError ? 400 : 200;
        exchange.streamed = within(10) < 8;
        exchange.requestBytes = 2'000 + within(200'000);
        exchange.answerBytes = 1'000 + within(30'000);
        exchange.inputTokens = within(60'000);
        exchange.outputTokens = within(4'000);
        exchange.firstByteMs = 200 + within(3000) / 7.0;
        const int tries = exchange.outcome == Outcome::Error ? 3 : exchange.outcome == Outcome::Recovered ? 2 : 1;
        for (int i = 0; i < tries; ++i)
            exchange.attempts.append(attempt(exchange, i + 1 == tries, isRare));
        if (exchange.outcome == Outcome::Error)
            exchange.error = u"all endpoints failed"_s;
        return exchange;
    }

private:
    int within(int most) { return static_cast<int>(m_random() % static_cast<unsigned>(most)); }

    AttemptRecord attempt(const ExchangeRecord &exchange, bool isLast, bool isRare)
    {
        const int endpoint = isRare ? 12 : within(12);
        AttemptRecord attempt;
        attempt.endpointId = u"%1"_s.arg(endpoint * 7919 + 0x10000, 8, 16, QLatin1Char('0'));
        attempt.endpointName = m_endpoints[endpoint];
        attempt.phase = Phase::Body;
        attempt.version = HttpVersion::Http1;
        attempt.address = u"203.0.113.%1:443"_s.arg(endpoint);
        attempt.status = 200;
        attempt.reusedConnection = within(10) < 8;
        attempt.offsetMs = within(5000) / 1000.0;
        if (!attempt.reusedConnection) {
            attempt.dnsMs = within(20'000) / 1000.0;
            attempt.connectMs = within(90'000) / 1000.0;
            attempt.tlsMs = within(90'000) / 1000.0;
        }
        attempt.firstByteMs = exchange.firstByteMs;
        attempt.totalMs = exchange.totalMs / 2;
        if (!isLast || exchange.outcome == Outcome::Error) {
            attempt.status = 529;
            attempt.failure = FailureClass::Transient;
            attempt.upstreamError = within(2) ? u"overloaded_error: Overloaded"_s
                                              : u"api_error: upstream failed (request id: req_%1)"_s.arg(quint64(m_random()), 16, 16, QLatin1Char('0'));
        }
        if (isRare)
            attempt.upstreamError = u"the quick brown fox of %1"_s.arg(exchange.number);
        return attempt;
    }

    std::mt19937_64 m_random{20261130};
    std::chrono::milliseconds m_step;
    quint64 m_number = 0;
    const QStringList m_clusters{u"work"_s, u"home"_s, u"night"_s};
    const QStringList m_models{u"claude-opus-4-5"_s, u"claude-sonnet-4-5"_s, u"claude-haiku-4-5"_s, u"gpt-5"_s,
                               u"gpt-5-mini"_s,      u"gemini-2.5-pro"_s,    u"deepseek-chat"_s,    u"qwen3-coder"_s};
    const QStringList m_clients{u"claude-cli"_s, u"codex"_s, u"OpenAI"_s, u"curl"_s};
    const QStringList m_endpoints{u"relay-a"_s, u"relay-b"_s, u"relay-c"_s, u"relay-d"_s, u"relay-e"_s, u"relay-f"_s, u"relay-g"_s,
                                  u"relay-h"_s, u"relay-i"_s, u"relay-j"_s, u"relay-k"_s, u"relay-l"_s, u"spare"_s};
};

double ms(const QElapsedTimer &clock)
{
    return static_cast<double>(clock.nsecsElapsed()) / 1e6;
}

bool fill(const QString &path, qint64 rows)
{
    HistoryFile file(path);
    if (const Result<void> opened = file.open(); !opened) {
        std::fprintf(stderr, "%s: %s\n", qPrintable(path), qPrintable(opened.error().message));
        return false;
    }
    Requests requests(rows);
    QElapsedTimer all;
    all.start();
    qint64 writingNs = 0;
    double longest = 0;
    for (qint64 done = 0; done < rows; done += batch) {
        QList<ExchangeRecord> exchanges;
        for (qsizetype i = 0; i < batch; ++i)
            exchanges.append(requests.next());
        const Minute minute = std::chrono::floor<std::chrono::minutes>(exchanges.last().endedAt);
        QElapsedTimer clock;
        clock.start();
        if (!file.add({{minute, {}}}, Minute(), {minute, {}, {}}, exchanges))
            return false;
        writingNs += clock.nsecsElapsed();
        longest = std::max(longest, ms(clock));
    }
    const double rowCount = static_cast<double>(rows);
    std::printf("rows                       %lld\n", static_cast<long long>(rows));
    std::printf("a row costs to write, us   %.2f\n", static_cast<double>(writingNs) / 1000 / rowCount);
    std::printf("longest batch of %lld, ms  %.1f\n", static_cast<long long>(batch), longest);
    file.close();
    std::printf("bytes a row                %.0f\n", static_cast<double>(historyBytes(path)) / rowCount);
    return true;
}

struct View {
    const char *name;
    HistoryQuery query;
};

std::vector<View> views(qint64 rows)
{
    const auto middle = begin + std::chrono::days(15);
    using enum Outcome;
    return {
        {"newest page", {}},
        {"oldest first", {.order = HistoryOrder::OldestFirst}},
        {"failures alone", {.outcomes = {CallerError, Error, Truncated}}},
        {"one outcome", {.outcomes = {Truncated}}},
        {"a cluster", {.cluster = u"home"_s}},
        {"a rare cluster", {.cluster = u"experiment"_s}},
        {"an endpoint", {.endpoint = u"relay-f"_s}},
        {"a rare endpoint", {.endpoint = u"spare"_s}},
        {"a model", {.model = u"gpt-5"_s}},
        {"a client", {.client = u"codex"_s}},
        {"a rare endpoint in a cluster that it never had", {.cluster = u"home"_s, .endpoint = u"spare"_s}},
        {"text: frequent", {.text = u"overloaded"_s}},
        {"text: in every row", {.text = u"e"_s}},
        {"text: rare", {.text = u"brown fox"_s}},
        {"text: one row", {.text = u"brown fox of 323456"_s}},
        {"text: none", {.text = u"no such words"_s}},
        {"text: a number", {.text = u"req-%1"_s.arg(rows / 3)}},
        {"text: frequent, in failures of a model at a client", {.outcomes = {Error}, .model = u"gpt-5"_s, .client = u"curl"_s, .text = u"overloaded"_s}},
        {"text and outcome that never meet", {.outcomes = {Truncated}, .text = u"upstream failed"_s}},
        {"an hour in the middle", {.from = middle, .to = middle + std::chrono::hours(1)}},
        {"a day in the middle, failures", {.from = middle, .to = middle + std::chrono::days(1), .outcomes = {Error}}},
        {"page in the middle", {.beyond = rows / 2}},
        {"the last page", {.beyond = 101}},
        {"failures, page far down", {.outcomes = {CallerError, Error, Truncated}, .beyond = rows / 10}},
        {"a cluster, page far down", {.cluster = u"night"_s, .beyond = rows / 10}},
    };
}

bool read(const QString &path, qint64 rows, int rounds)
{
    std::printf("\n%-52s %8s %8s %8s\n", "view of 100 rows, file opened anew", "ms", "worst", "rows");
    for (const View &view : views(rows)) {
        std::vector<double> times;
        qsizetype found = 0;
        for (int round = 0; round < rounds; ++round) {
            QElapsedTimer clock;
            clock.start();
            HistoryReader reader(path);
            if (!reader.open())
                return false;
            const Result<HistoryPage> page = reader.page(view.query);
            if (!page)
                return false;
            times.push_back(ms(clock));
            found = page->exchanges.size();
        }
        std::ranges::sort(times);
        std::printf("%-52s %8.1f %8.1f %8lld\n", view.name, times[times.size() / 2], times.back(), static_cast<long long>(found));
    }
    HistoryReader reader(path);
    QElapsedTimer clock;
    clock.start();
    if (!reader.open() || !reader.names() || !reader.summary())
        return false;
    std::printf("%-52s %8.1f\n", "names to choose from, and the summary", ms(clock));
    return true;
}

/// What the writer and whoever clears it pay for a full file.
bool forget(const QString &path)
{
    HistoryFile file(path);
    if (!file.open())
        return false;
    QElapsedTimer clock;
    double longest = 0;
    int steps = 0;
    const Minute half = std::chrono::floor<std::chrono::minutes>(begin + std::chrono::days(15));
    QElapsedTimer all;
    all.start();
    do {
        clock.start();
        if (!file.add({}, half, {half, {}, {}}))
            return false;
        longest = std::max(longest, ms(clock));
        ++steps;
    } while (file.mayForgetMore());
    std::printf("\nhalf of it forgotten       %d steps in %.0f ms, the longest %.1f ms\n", steps, ms(all), longest);
    clock.start();
    if (!file.clear())
        return false;
    std::printf("the rest cleared           %.0f ms, %lld bytes left\n", ms(clock), static_cast<long long>(historyBytes(path)));
    return true;
}

} // namespace

/// Writes a history.db of many rows by the proxy's own code, then opens every view of it, and prints what each costs.
int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    QCommandLineParser parser;
    parser.addOptions({{u"rows"_s, u"How many exchanges (1000000)."_s, u"N"_s, u"1000000"_s}, {u"rounds"_s, u"How often each view (5)."_s, u"N"_s, u"5"_s},
                       {u"keep"_s, u"Forget nothing at the end."_s}});
    parser.addPositionalArgument(u"file"_s, u"Where to; what is there already is read and not written."_s);
    parser.addHelpOption();
    parser.process(app);
    if (parser.positionalArguments().size() != 1)
        parser.showHelp(2);
    const QString path = parser.positionalArguments().first();
    const qint64 rows = std::max<qint64>(parser.value(u"rows"_s).toLongLong() / batch, 1) * batch;
    const bool filled = QFileInfo::exists(path) || fill(path, rows);
    return filled && read(path, rows, std::max(parser.value(u"rounds"_s).toInt(), 1)) && (parser.isSet(u"keep"_s) || forget(path)) ? 0 : 1;
}
