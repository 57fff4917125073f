#pragma once

#include "tests/traysupport/exchanges.h"
#include "tests/traysupport/overviewsamples.h"

#include <algorithm>
#include <cmath>
#include <numeric>

// The three states that the look was drawn with, value by value, so that what the window makes of them can be laid beside the drawings.

namespace qcc::test::look {

using namespace Qt::StringLiterals;

enum class State { Good, Degraded, Down };

inline const QDateTime drawnAt = QDateTime(QDate(2026, 11, 30), QTime(14, 30, 30), Qt::UTC);

/// The drawings' own source of chance (Park and Miller's), which made the same bars.
class Chance
{
public:
    explicit Chance(qint64 seed) : m_state(seed)
    {
        for (int i = 0; i < 5; ++i)
            next();
    }
    double next()
    {
        m_state = m_state * 16807 % 2147483647;
        return static_cast<double>(m_state) / 2147483647;
    }

private:
    qint64 m_state;
};

/// Complete, recovered, failed and cut short of each minute of an hour.
struct Minute {
    int complete = 0, recovered = 0, error = 0, truncated = 0;
};

inline QList<Minute> minutes(State state)
{
    Chance chance(23);
    const auto round = [](double value) { return static_cast<int>(std::lround(value)); };
    QList<Minute> all;
    for (int i = 0; i < 60; ++i) {
        const double wave = 30 + 13 * std::sin(i / 8.0 + 1) + 7 * std::sin(i / 2.6);
        Minute minute{std::max(3, round(wave + (chance.next() - .5) * 14))};
        if (state == State::Degraded && i > 46) {
            minute.recovered = round(2 + chance.next() * 6);
            minute.complete -= minute.recovered;
        }
        if (i == 17)
            minute.recovered = 5, minute.error = 2;
        if (i == 18)
            minute.recovered = 8;
        if (i == 19)
            minute.recovered = 4, minute.error = 1;
        if (i == 33)
            minute.truncated = 1;
        if (i == 41)
            minute.recovered = 2;
        if (state == State::Down && i == 50)
            minute = {14, 4, 2, 0};
        if (state == State::Down && i > 50)
            minute = {0, 0, QList{3, 7, 6, 4, 3, 2, 2, 1, 2}.at(i - 51), 0};
        all.append(minute);
    }
    return all;
}

/// Of an endpoint in the last half hour.
struct Share {
    double before = 0, after = 0; ///< Of ten requests a minute.
    int turn = 30;                ///< From this minute on `after` holds.
    QList<int> failures;          ///< The minutes in which some failed.
};

inline EndpointTimeline halfHour(Chance &chance, const Share &share)
{
    EndpointTimeline line;
    for (int i = 0; i < 30; ++i)
        line.ok.append(static_cast<int>(std::lround(chance.next() * 10 * (i < share.turn ? share.before : share.after))));
    line.failed = QList<int>(30);
    for (const int at : share.failures)
        line.failed[at] = 1 + static_cast<int>(std::lround(chance.next() * 2));
    return line;
}

struct Drawn {
    EndpointHealth health;
    QString name;
    QString error;
    Share share;
    std::optional<double> firstByte;
    std::optional<double> success;
    int inFlight;
    int returnsInS = 0;
    int failuresInRow = 0;
};

inline QList<Drawn> endpointsOf(State state, bool isWide)
{
    using enum EndpointHealth;
    const Drawn vendor{Unknown, u"api.anthropic.com"_s, {}, {}, {}, {}, 0};
    switch (state) {
    case State::Good:
        return {{Healthy, a, {}, {1, 1, 30, {8}}, 780, 99.8, 9}, {Healthy, b, {}, {.4, .4, 30, {2, 3, 9}}, 940, 98.1, 3},
                {Healthy, vendor.name, {}, {.15, 0, 13, {}}, 690, 100, 0}, {Unknown, c, {}, {}, {}, {}, 0}};
    case State::Degraded: {
        QList<Drawn> some{{Healthy, a, {}, {1, 1, 30, {}}, 780, 99.8, 9}, {Healthy, b, {}, {.3, .7, 17, {3}}, 940, 98.1, 3},
                          {Open, c, u"HTTP 529 (overloaded_error: Overloaded)"_s, {.6, 0, 16, {14, 16, 17, 18, 22, 27}}, 2'100, 71.2, 0, 57, 3}, vendor};
        if (isWide)
            some << Drawn{Resting, u"relay-d with a long name that somebody chose in a hurry"_s, u"quota (HTTP 402)"_s, {.3, 0, 9, {10}}, 1'300, 97.2, 0, 1'440}
                 << Drawn{Disabled, u"relay-e"_s, {}, {}, {}, {}, 0};
        return some;
    }
    case State::Down:
        return {{KeyRefused, a, u"HTTP 401 (authentication_error: invalid x-api-key)"_s, {1, 0, 21, {21, 22}}, 780, 96.4, 0},
                {Open, b, u"HTTP 529 (overloaded_error: Overloaded)"_s, {.5, 0, 21, {21, 22, 23, 24, 26, 28}}, 940, 88.0, 1, 41, 6},
                {Resting, c, u"quota (HTTP 402)"_s, {.3, 0, 18, {19}}, 2'100, 97.2, 0, 1'440},
                {Unhealthy, vendor.name, u"connect: the host was not found"_s, {0, 0, 30, {22, 24, 25, 27, 28, 29}}, {}, 0, 1}};
    }
    Q_UNREACHABLE();
}

inline TimelineView timeline(State state, bool isWide)
{
    TimelineView view;
    view.range = TimelineRange::Hour;
    view.bucketS = 60;
    view.from = drawnAt.addSecs(-59 * 60 - 30);
    for (const Minute &minute : minutes(state))
        view.buckets.append({minute.complete, minute.recovered, 0, minute.error, minute.truncated, 0});
    view.firstByte = {state == State::Down ? 840.0 : 810.0, 2'140, 4'350};
    view.total = {12'300, 48'000, 201'000};
    view.before = PerEnum<Outcome, int>{1'902, 20, 4, 10, 2, 1};
    Chance chance(5);
    double level = .5;
    for (int i = 0; i < 60; ++i) {
        level = std::clamp(level + (chance.next() - .5) * .5, 0.0, 1.0);
        view.inFlightSeries.append(i + 1 == 60 ? (state == State::Down ? 2 : 12) : 4 + static_cast<int>(level * 15));
        view.firstByteSeries.append(660 + level * 300);
    }
    Chance shares(91);
    for (const Drawn &each : endpointsOf(state, isWide)) {
        EndpointTimeline line = halfHour(shares, each.share);
        line.firstByteP50 = each.firstByte;
        if (each.success) {
            line.succeededInRange = std::lround(*each.success * 10);
            line.failedInRange = 1'000 - line.succeededInRange;
        }
        view.endpoints.insert(u"id-"_s + each.name, line);
    }
    return view;
}

inline ProxyView view(State state, bool isWide)
{
    ProxyView view = fullView();
    view.state = state == State::Good ? ProxyState::Running : state == State::Degraded ? ProxyState::Degraded : ProxyState::Down;
    view.clusters = {u"work"_s, u"nightly"_s, u"cheap"_s};
    view.inOrder = view.clusters;
    view.enabledIn = {{u"work"_s, static_cast<int>(endpointsOf(state, isWide).size())}, {u"nightly"_s, 2}, {u"cheap"_s, 1}};
    const QList<Minute> all = minutes(state);
    const auto sums = [&all](qsizetype from) {
        return std::accumulate(all.begin() + from, all.end(), std::pair(0, 0), [](std::pair<int, int> sum, const Minute &minute) {
            return std::pair(sum.first + minute.complete + minute.recovered, sum.second + minute.error + minute.truncated);
        });
    };
    const auto [served, failed] = sums(55);
    const auto [servedInHour, failedInHour] = sums(0);
    view.figures.liveCounted = served + failed;
    view.figures.lastHourCounted = servedInHour + failedInHour;
    view.liveRate = 100.0 * served / (served + failed);
    view.hourRate = 100.0 * servedInHour / (servedInHour + failedInHour);
    view.inFlight = state == State::Down ? 2 : 12;
    view.figures.poolOpen = 4;
    view.figures.poolIdle = 3;
    view.figures.reusedPercent = 95.4;
    view.figures.staleRecovered = 0;
    view.endpoints.clear();
    for (const Drawn &each : endpointsOf(state, isWide)) {
        EndpointView endpoint = endpointOf(each.name, static_cast<int>(view.endpoints.size()) + 1, each.health);
        if (each.name.contains(u' '))
            endpoint.baseUrl = u"https://gateway-eu-west.example/anthropic"_s;
        else if (each.name.startsWith(u"api."))
            endpoint.baseUrl = u"https://"_s + each.name;
        endpoint.requests = each.success ? 1'000 : 0;
        endpoint.successRate = each.success;
        endpoint.firstByteP50 = each.firstByte;
        endpoint.inFlight = each.inFlight;
        endpoint.lastError = each.error;
        endpoint.failuresInRow = each.failuresInRow;
        if (each.returnsInS > 0)
            endpoint.returnsAt = std::chrono::steady_clock::now() + std::chrono::seconds(each.returnsInS) + std::chrono::milliseconds(500);
        view.endpoints.append(endpoint);
    }
    return view;
}

inline ExchangeRecord problem(quint64 number, QTime at, Outcome outcome, const QList<AttemptRecord> &attempts)
{
    ExchangeRecord exchange = exchangeOf(number, outcome, attempts);
    exchange.startedAt = QDateTime(drawnAt.date(), at, Qt::UTC);
    if (outcome == Outcome::Recovered)
        exchange.attempts.last().offsetMs = 1'400;
    return exchange;
}

inline QList<ExchangeRecord> problems(State state)
{
    const auto at = [](const QString &name, int status = 529) { return attemptOf(name, status == 0 ? FailureClass::Connect : status == 402 ? FailureClass::Quota : FailureClass::Transient, status); };
    const auto good = [](const QString &name) { return attemptOf(name, FailureClass::None, 200); };
    const QString vendor = u"api.anthropic.com"_s, d = u"relay-d"_s;
    using enum Outcome;
    if (state == State::Down)
        return {problem(4'830, {14, 30, 21}, Error, {at(b), at(vendor, 0)}), problem(4'829, {14, 28, 2}, Error, {at(b), at(b), at(vendor, 0)})};
    if (state == State::Good)
        return {problem(4'820, {14, 11, 52}, Recovered, {at(a), good(b)}), problem(4'811, {14, 4, 17}, Truncated, {attemptOf(a, FailureClass::BrokenStream, 200)}),
                problem(4'790, {13, 50, 40}, Error, {at(a), at(b)})};
    QList<ExchangeRecord> some;
    for (quint64 i = 0; i < 23; ++i)
        some << problem(4'823 - i, QTime(14, 29, 48).addSecs(-static_cast<int>(i) * 7), Recovered, {at(c), good(a)});
    return some << QList{problem(4'796, {14, 4, 17}, Truncated, {attemptOf(b, FailureClass::BrokenStream, 200)}), problem(4'795, {13, 50, 40}, Error, {at(a), at(b)}),
                         problem(4'794, {13, 50, 31}, Recovered, {at(a), good(b)}), problem(4'790, {13, 49, 12}, Recovered, {at(a, 0), good(b)}),
                         problem(4'789, {13, 48, 58}, Recovered, {at(a, 503), good(b)}), problem(4'788, {13, 48, 31}, Recovered, {at(d, 402), good(a)}),
                         problem(4'787, {13, 48, 20}, Error, {at(a), attemptOf(b, FailureClass::Timeout)}), problem(4'786, {13, 48, 2}, Recovered, {at(a), good(b)})};
}

/// Those of the page Requests, the newest first.
inline QList<ExchangeRecord> exchanges()
{
    struct Tried {
        QString name;
        int status; ///< 0: no connection.
    };
    struct Line {
        int second;
        Outcome outcome;
        QString client, model;
        QList<Tried> tried;
        double firstByteMs, totalMs; ///< 0: none.
        int asked, answered;         ///< Tokens; 0: not told.
    };
    using enum Outcome;
    const QString claude = u"claude-code"_s, codex = u"codex"_s, open = u"opencode"_s;
    const QString sonnet = u"claude-sonnet-4-5"_s, haiku = u"claude-haiku-4-5"_s, gpt = u"gpt-5-codex"_s;
    const QList<Line> lines{
        {43, Complete, claude, sonnet, {{a, 200}}, 710, 6'300, 21'000, 640},         {42, Complete, claude, haiku, {{b, 200}}, 520, 900, 1'100, 12},
        {40, Recovered, claude, sonnet, {{c, 529}, {c, 529}, {a, 200}}, 2'300, 7'900, 18'000, 1'200},
        {38, Complete, open, sonnet, {{a, 200}}, 800, 4'400, 9'800, 410},            {37, CallerError, codex, gpt, {{a, 400}}, 210, 200, 0, 0},
        {35, Recovered, claude, sonnet, {{c, 529}, {b, 200}}, 1'600, 9'100, 22'000, 980},
        {34, Complete, u"gemini-cli"_s, u"gemini-2.5-pro"_s, {{b, 200}}, 1'100, 3'800, 4'000, 220},
        {32, ClientCancelled, claude, sonnet, {{a, 200}}, 770, 2'500, 20'000, 0},    {31, Complete, claude, sonnet, {{a, 200}}, 1'400, 31'000, 148'000, 3'400},
        {29, Complete, claude, sonnet, {{a, 200}}, 690, 5'600, 21'000, 512},         {28, Complete, codex, gpt, {{a, 200}}, 880, 12'000, 33'000, 1'900},
        {26, Truncated, claude, haiku, {{b, 200}}, 550, 4'000, 7'200, 0},            {25, Error, codex, gpt, {{a, 529}, {b, 529}, {b, 529}}, 0, 4'800, 0, 0},
        {23, Recovered, claude, sonnet, {{a, 529}, {b, 200}}, 1'300, 6'600, 19'000, 700},
        {22, Recovered, open, sonnet, {{a, 0}, {b, 200}}, 10'000, 14'000, 8'100, 350}, {20, Complete, claude, sonnet, {{a, 200}}, 730, 5'100, 20'000, 460}};
    QList<ExchangeRecord> all;
    for (const Line &line : lines) {
        QList<AttemptRecord> attempts;
        for (qsizetype i = 0; i < line.tried.size(); ++i) {
            const Tried &tried = line.tried.at(i);
            AttemptRecord attempt = tried.status == 200 || tried.status == 400 ? goodAttempt() : tried.status == 0 ? unreachableAttempt() : overloadedAttempt();
            attempt.endpointName = tried.name;
            attempt.endpointId = u"id-"_s + tried.name;
            attempt.status = tried.status;
            attempts << attempt;
        }
        AttemptRecord &last = attempts.last();
        // As the drawing of the request that is open there has it: two refusals, a pause between them, and what was served.
        if (attempts.size() == 3 && line.outcome == Recovered) {
            attempts[0].dnsMs = 10, attempts[0].connectMs = 80, attempts[0].tlsMs = 80, attempts[0].firstByteMs = 460, attempts[0].totalMs = 460;
            attempts[1].dnsMs.reset(), attempts[1].connectMs.reset(), attempts[1].tlsMs.reset();
            attempts[1].reusedConnection = true, attempts[1].offsetMs = 960, attempts[1].firstByteMs = 310, attempts[1].totalMs = 310;
            last.offsetMs = 1'270;
        }
        if (line.outcome == CallerError)
            last.failure = FailureClass::Caller;
        if (line.outcome == ClientCancelled)
            last.failure = FailureClass::Cancelled;
        if (line.outcome == Truncated) {
            last.failure = FailureClass::BrokenStream, last.fromUpstream = false;
            last.error = u"the connection was closed in the middle of the answer"_s;
        }
        last.totalMs = line.totalMs - last.offsetMs;
        if (line.firstByteMs > 0)
            last.firstByteMs = line.firstByteMs - last.offsetMs;
        ExchangeRecord exchange = finished(4'820 - static_cast<quint64>(all.size()), attempts, line.outcome);
        exchange.startedAt = QDateTime(drawnAt.date(), QTime(16, 12, line.second), Qt::UTC);
        exchange.client = line.client;
        exchange.model = line.model;
        exchange.status = line.outcome == ClientCancelled ? 499 : line.tried.constLast().status;
        exchange.totalMs = line.totalMs;
        exchange.firstByteMs = line.firstByteMs > 0 ? std::optional(line.firstByteMs) : std::nullopt;
        exchange.inputTokens = line.asked > 0 ? std::optional<qint64>(line.asked) : std::nullopt;
        exchange.outputTokens = line.answered > 0 ? std::optional<qint64>(line.answered) : std::nullopt;
        all << exchange;
    }
    return all;
}

inline QList<RunningView> runningOnes()
{
    const auto one = [](quint64 number, int second, RunningState state, double ageMs, const QString &client, const QString &model) {
        RunningView each = running(number, state, ageMs);
        each.startedAt = QDateTime(drawnAt.date(), QTime(16, 12, second), Qt::UTC);
        each.client = client;
        each.model = model;
        return each;
    };
    RunningView asking = one(4'821, 44, RunningState::Attempting, 7'200, u"claude-code"_s, u"claude-haiku-4-5"_s);
    asking.tried = {overloadedAttempt()};
    asking.attempts = 2;
    asking.current->endpointName = b;
    asking.current->status = 0;
    RunningView codex = one(4'822, 46, RunningState::Streaming, 5'000, u"codex"_s, u"gpt-5-codex"_s);
    codex.firstByteMs = 920;
    RunningView claude = one(4'823, 48, RunningState::Streaming, 3'100, u"claude-code"_s, u"claude-sonnet-4-5"_s);
    claude.firstByteMs = 740;
    return {asking, codex, claude};
}

} // namespace qcc::test::look
