#include "core/journal/journal.h"
#include "core/report/localanswers.h"
#include "core/report/recordsjson.h"
#include "core/report/stats.h"
#include "tests/support/routerfixture.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QSet>
#include <QTest>
#include <QTimeZone>

#include <numeric>
#include <thread>

using namespace qcc;
using namespace Qt::StringLiterals;

namespace {

AttemptRecord attempt(const QString &id, FailureClass failure = FailureClass::None, double ms = 100)
{
    AttemptRecord record;
    record.endpointId = id;
    record.endpointName = u"name-"_s + id;
    record.failure = failure;
    record.status = failure == FailureClass::None ? 200 : 529;
    record.error = failure == FailureClass::None ? QString() : u"went wrong: "_s + toWord(failure);
    record.totalMs = ms;
    return record;
}

ExchangeRecord exchange(quint64 number, Outcome outcome, const QList<AttemptRecord> &attempts = {}, double ms = 100)
{
    ExchangeRecord record;
    record.number = number;
    record.startedAt = QDateTime(QDate(2026, 11, 23), QTime(1, 2, 3, 4), QTimeZone::utc());
    record.method = "POST";
    record.path = "/v1/messages";
    record.outcome = outcome;
    record.status = 200;
    record.attempts = attempts;
    record.totalMs = ms;
    record.firstByteMs = ms / 2;
    return record;
}

Endpoint endpoint(const QString &name, bool enabled = true)
{
    Endpoint e;
    e.name = name;
    e.baseUrl = "https://" + name.toUtf8();
    e.apiKey = "sk-very-secret-key";
    e.enabled = enabled;
    e.id = u"id-"_s + name;
    return e;
}

LiveFigures figures()
{
    auto config = std::make_shared<Config>();
    config->clusters = {Cluster{u"work"_s, Strategy::Fastest,
                                {endpoint(u"good"_s), endpoint(u"open"_s), endpoint(u"resting"_s), endpoint(u"sick"_s),
                                 endpoint(u"off"_s, false), endpoint(u"new"_s)}}};
    LiveFigures live;
    live.running = true;
    live.startTime = QDateTime(QDate(2026, 11, 23), QTime(0, 0), QTimeZone::utc());
    live.uptimeS = 12.5;
    live.inFlight = 3;
    live.config = config;
    live.cluster = u"work"_s;
    live.preferredEndpointId = u"id-open"_s;
    live.pool = {.open = 5, .http2 = 4, .idle = 2, .busy = 3, .queued = 1, .limit = 100,
                 .openedTotal = 10, .reusedTotal = 30, .staleRecoveredTotal = 4};
    EndpointState good;
    good.health = HealthStatus::Healthy;
    good.lastCheck = QDateTime(QDate(2026, 11, 23), QTime(1, 0), QTimeZone::utc());
    good.inFlight = 2;
    good.pool = {.open = 1, .http2 = 1, .busy = 1, .limit = 10, .openedTotal = 1, .reusedTotal = 3};
    EndpointState open;
    open.health = HealthStatus::Degraded;
    open.breaker = BreakerState::Open;
    open.breakerReason = u"3 failures in a row"_s;
    open.reopensInS = 41;
    open.consecutiveFailures = 3;
    open.verifyCount = 7;
    EndpointState resting;
    resting.rest = RestReason::RateLimit;
    EndpointState sick;
    sick.health = HealthStatus::Unhealthy;
    live.endpoints = {{u"id-good"_s, good}, {u"id-open"_s, open}, {u"id-resting"_s, resting}, {u"id-sick"_s, sick}};
    return live;
}

QSet<QString> keysOf(const QJsonObject &object)
{
    const QStringList keys = object.keys();
    return QSet<QString>(keys.begin(), keys.end());
}

} // namespace

class TestJournal : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void countsEveryOutcomeWhereItBelongs()
    {
        Journal journal;
        QCOMPARE(journal.counters().successRate(), 100.0);
        quint64 number = 0;
        const auto add = [&](Outcome outcome, int times) {
            for (int i = 0; i < times; ++i)
                journal.record(exchange(++number, outcome));
        };
        add(Outcome::CallerError, 5);
        add(Outcome::ClientCancelled, 6);
        QCOMPARE(journal.counters().successRate(), 100.0);
        add(Outcome::Complete, 5);
        add(Outcome::Recovered, 1);
        add(Outcome::Error, 1);
        add(Outcome::Truncated, 1);
        const Counters &c = journal.counters();
        QCOMPARE(c.total(), quint64(19));
        QCOMPARE(c.successful(), quint64(6));
        QCOMPARE(c.failed(), quint64(2));
        QCOMPARE(c.successRate(), 75.0);
    }

    void measuresOnlySuccesses()
    {
        Journal journal;
        journal.record(exchange(1, Outcome::Complete, {}, 100));
        journal.record(exchange(2, Outcome::Recovered, {}, 300));
        for (const Outcome outcome :
             {Outcome::Error, Outcome::Truncated, Outcome::CallerError, Outcome::ClientCancelled})
            journal.record(exchange(3, outcome, {}, 1));
        QCOMPARE(journal.total().count(), quint64(2));
        QCOMPARE(journal.total().mean(), 200.0);
        QCOMPARE(journal.firstByte().mean(), 100.0);
    }

    void countsAttemptsPerEndpoint_data()
    {
        QTest::addColumn<int>("failure");
        QTest::addColumn<int>("total");
        QTest::addColumn<int>("failed");
        const auto row = [](FailureClass failure, int total, int failed) {
            QTest::newRow(qPrintable(toWord(failure))) << static_cast<int>(failure) << total << failed;
        };
        row(FailureClass::None, 1, 0);
        row(FailureClass::Stale, 0, 0);
        row(FailureClass::Connect, 1, 1);
        row(FailureClass::Broken, 1, 1);
        row(FailureClass::Transient, 1, 1);
        row(FailureClass::RateLimit, 1, 1);
        row(FailureClass::Quota, 1, 1);
        row(FailureClass::Auth, 1, 1);
        row(FailureClass::Timeout, 1, 1);
        row(FailureClass::BadAnswer, 1, 1);
        row(FailureClass::Caller, 1, 0);
        row(FailureClass::BrokenStream, 1, 1);
        row(FailureClass::Cancelled, 0, 0);
        row(FailureClass::Loop, 1, 1);
    }

    void countsAttemptsPerEndpoint()
    {
        QFETCH(int, failure);
        QFETCH(int, total);
        QFETCH(int, failed);
        const auto failureClass = static_cast<FailureClass>(failure);
        Journal journal;
        journal.record(exchange(1, Outcome::Error, {attempt(u"a"_s, failureClass)}));
        const EndpointCounters counters = journal.endpoint(u"a"_s);
        QCOMPARE(counters.total, quint64(total));
        QCOMPARE(counters.failed, quint64(failed));
        QCOMPARE(counters.successRate(), failed ? 0.0 : 100.0);
        QCOMPARE(counters.lastError.isEmpty(), failed == 0);
        QCOMPARE(journal.counters().of(failureClass), quint64(failureClass == FailureClass::None ? 0 : 1));
    }

    void anEndpointsFiguresAreItsOwn()
    {
        Journal journal;
        journal.record(exchange(1, Outcome::Recovered,
                                {attempt(u"a"_s, FailureClass::Transient, 5),
                                 attempt(u"b"_s, FailureClass::None, 30)}));
        journal.record(exchange(2, Outcome::Complete, {attempt(u"b"_s, FailureClass::None, 50)}));
        QCOMPARE(journal.endpoint(u"a"_s).lastError, u"went wrong: transient"_s);
        QCOMPARE(journal.endpoint(u"b"_s).succeeded, quint64(2));
        QCOMPARE(journal.endpoint(u"b"_s).averageMs(), 40.0);
        QCOMPARE(journal.endpoint(u"c"_s).total, quint64(0));
        QCOMPARE(journal.lastUsedEndpointId(), u"b"_s);
        journal.record(exchange(3, Outcome::Error)); // No endpoint was tried.
        QCOMPARE(journal.lastUsedEndpointId(), u"b"_s);
    }

    void keepsTheLastExchangesNewestFirst()
    {
        Journal journal;
        for (quint64 i = 1; i <= quint64(Journal::keptExchanges) + 5; ++i)
            journal.record(exchange(i, Outcome::Complete));
        const QList<ExchangeRecord> all = journal.recent();
        QCOMPARE(all.size(), Journal::keptExchanges);
        QCOMPARE(all.first().number, quint64(505));
        QCOMPARE(all.last().number, quint64(6));
        QCOMPARE(journal.recent(2).size(), 2);
        QCOMPARE(journal.recent(2).last().number, quint64(504));
        QVERIFY(journal.recent(-1).isEmpty());
    }

    void announcesAnExchangeAfterCountingIt()
    {
        Journal journal;
        quint64 countedThen = 0;
        quint64 announced = 0;
        connect(&journal, &Journal::exchangeFinished, this, [&](const ExchangeRecord &record) {
            countedThen = journal.counters().total();
            announced = record.number;
        });
        journal.record(exchange(7, Outcome::Complete));
        QCOMPARE(countedThen, quint64(1));
        QCOMPARE(announced, quint64(7));
    }

    void statsHaveExactlyTheDocumentedKeys()
    {
        const Journal journal;
        const QJsonObject stats = statsJson(journal, figures());
        QCOMPARE(keysOf(stats),
                 (QSet<QString>{u"running"_s, u"cluster"_s, u"total_requests"_s, u"successful_requests"_s,
                                u"failed_requests"_s, u"success_rate"_s, u"last_hour"_s, u"last_5_minutes"_s, u"by_cluster"_s, u"by_client"_s, u"by_class"_s, u"by_route"_s, u"client_cancelled"_s, u"caller_errors"_s,
                                u"truncated"_s, u"recovered"_s, u"refused"_s, u"peers_unknown"_s, u"needs_token"_s, u"stuck_workers"_s, u"no_network"_s, u"in_flight"_s, u"avg_response_time"_s,
                                u"first_byte_ms"_s, u"total_ms"_s, u"start_time"_s, u"uptime"_s,
                                u"last_used_endpoint_id"_s, u"preferred_endpoint_id"_s, u"total_endpoints"_s, u"healthy_endpoints"_s,
                                u"failed_endpoints"_s, u"failure_queue_size"_s, u"endpoint_verify_counts"_s,
                                u"endpoints"_s, u"pool"_s}));
        const QSet<QString> quantiles{u"p50"_s, u"p90"_s, u"p95"_s, u"p99"_s};
        QCOMPARE(keysOf(stats.value("first_byte_ms"_L1).toObject()), quantiles);
        QCOMPARE(keysOf(stats.value("total_ms"_L1).toObject()), quantiles);
        QCOMPARE(keysOf(stats.value("pool"_L1).toObject()),
                 (QSet<QString>{u"open"_s, u"http2"_s, u"idle"_s, u"busy"_s, u"queued"_s, u"opened_total"_s, u"reused_total"_s,
                                u"reuse_ratio"_s, u"stale_recovered_total"_s, u"warmed_total"_s, u"limit"_s}));
        const QJsonObject first = stats.value("endpoints"_L1).toArray().at(0).toObject();
        QCOMPARE(keysOf(first),
                 (QSet<QString>{u"id"_s, u"name"_s, u"base_url"_s, u"priority"_s, u"weight"_s, u"enabled"_s,
                                u"is_healthy"_s, u"health_status"_s, u"first_byte_ms"_s, u"breaker"_s, u"resting_models"_s, u"resting_logins"_s, u"limits"_s, u"pool"_s}));
        QCOMPARE(keysOf(first.value("first_byte_ms"_L1).toObject()), quantiles);
        QCOMPARE(keysOf(stats.value("last_hour"_L1).toObject()),
                 (QSet<QString>{u"total_requests"_s, u"successful_requests"_s, u"failed_requests"_s, u"success_rate"_s}));
        QCOMPARE(keysOf(first.value("health_status"_L1).toObject()),
                 (QSet<QString>{u"status"_s, u"last_check"_s, u"consecutive_failures"_s, u"total_requests"_s,
                                u"failed_requests"_s, u"success_rate"_s, u"avg_response_time"_s, u"last_error"_s}));
    }

    void statsBeforeAnythingHappened()
    {
        const QJsonObject stats = statsJson(Journal(), LiveFigures());
        QCOMPARE(stats.value("running"_L1), QJsonValue(false));
        QCOMPARE(stats.value("success_rate"_L1).toDouble(), 100.0);
        QCOMPARE(stats.value("total_requests"_L1).toInt(), 0);
        QVERIFY(stats.value("start_time"_L1).isNull());
        QVERIFY(stats.value("last_used_endpoint_id"_L1).isNull());
        QVERIFY(stats.value("preferred_endpoint_id"_L1).isNull());
        QVERIFY(stats.value("endpoints"_L1).toArray().isEmpty());
        QCOMPARE(stats.value("last_hour"_L1)["success_rate"_L1].toDouble(), 100.0);
        QCOMPARE(stats.value("pool"_L1).toObject().value("reuse_ratio"_L1).toDouble(), 0.0);
    }

    void statsTellOfTheEndpoints()
    {
        Journal journal;
        journal.record(exchange(1, Outcome::Recovered,
                                {attempt(u"id-open"_s, FailureClass::Transient), attempt(u"id-good"_s)}));
        const QJsonObject stats = statsJson(journal, figures());
        QCOMPARE(stats.value("total_endpoints"_L1).toInt(), 6);
        QCOMPARE(stats.value("healthy_endpoints"_L1).toInt(), 2); // One is new, and nothing speaks against it.
        QCOMPARE(stats.value("failed_endpoints"_L1).toArray(),
                 (QJsonArray{u"id-open"_s, u"id-resting"_s, u"id-sick"_s}));
        QCOMPARE(stats.value("failure_queue_size"_L1).toInt(), 1);
        QCOMPARE(stats.value("endpoint_verify_counts"_L1).toObject().value("id-open"_L1).toInt(), 7);
        QCOMPARE(stats.value("last_used_endpoint_id"_L1).toString(), u"id-good"_s);
        QCOMPARE(stats.value("preferred_endpoint_id"_L1).toString(), u"id-open"_s);
        QCOMPARE(stats.value("start_time"_L1).toString(), u"2026-11-23T00:00:00.000Z"_s);
        QCOMPARE(stats.value("pool"_L1).toObject().value("reuse_ratio"_L1).toDouble(), 0.75);
        QCOMPARE(stats.value("pool"_L1)["http2"_L1], QJsonValue(4));

        const QJsonArray endpoints = stats.value("endpoints"_L1).toArray();
        const QJsonObject good = endpoints.at(0).toObject();
        QVERIFY(good.value("is_healthy"_L1).toBool());
        QCOMPARE(good.value("base_url"_L1).toString(), u"https://good"_s);
        QCOMPARE(good.value("health_status"_L1).toObject().value("status"_L1).toString(), u"healthy"_s);
        QVERIFY(good.value("health_status"_L1).toObject().value("last_error"_L1).isNull());
        QCOMPARE(good.value("pool"_L1)["http2"_L1], QJsonValue(1));
        const QJsonObject open = endpoints.at(1).toObject();
        QVERIFY(!open.value("is_healthy"_L1).toBool());
        QCOMPARE(open.value("breaker"_L1).toObject().value("state"_L1).toString(), u"open"_s);
        QCOMPARE(open.value("breaker"_L1).toObject().value("reopens_in_s"_L1).toDouble(), 41.0);
        const QJsonObject health = open.value("health_status"_L1).toObject();
        QCOMPARE(health.value("success_rate"_L1).toDouble(), 0.0);
        QCOMPARE(health.value("last_error"_L1).toString(), u"went wrong: transient"_s);
        QCOMPARE(health.value("consecutive_failures"_L1).toInt(), 3);
        QVERIFY(!endpoints.at(4).toObject().value("is_healthy"_L1).toBool());
    }

    void theClockAloneIsNoNews()
    {
        test::RouterFixture f(4);
        const Choice limited = f.first();
        f.end(limited.route, FailureClass::RateLimit, std::chrono::minutes(10));
        QCOMPARE(f.go(FailureClass::Quota), u"b"_s);
        QCOMPARE(f.go(FailureClass::None), u"c"_s);
        f.breakOpen(u"d"_s);
        Journal journal;
        const auto start = std::chrono::sys_days(std::chrono::year(2026) / 11 / 23) + std::chrono::hours(12);
        journal.record(exchange(1, Outcome::Complete), start);
        const auto statsAfter = [&](std::chrono::seconds passed) {
            LiveFigures live;
            live.now = start + passed;
            live.uptimeS = static_cast<double>(passed.count());
            live.config = f.router.config();
            live.cluster = u"work"_s;
            live.endpoints = f.router.states(f.now + passed);
            return statsJson(journal, live);
        };
        const QJsonObject before = statsAfter({});
        QVERIFY(statsAfter(std::chrono::seconds(20)) != before);
        QCOMPARE(withoutTime(statsAfter(std::chrono::seconds(20))), withoutTime(before));
        // But the end of a rest is, and so is that the breaker's check is due.
        const QJsonObject later = withoutTime(statsAfter(std::chrono::seconds(601)));
        const auto endpoint = [](const QJsonObject &stats, int at) { return stats.value("endpoints"_L1)[at].toObject(); };
        QVERIFY(endpoint(later, 0) != endpoint(withoutTime(before), 0));
        QVERIFY(endpoint(later, 3) != endpoint(withoutTime(before), 3));
        QCOMPARE(endpoint(later, 1), endpoint(withoutTime(before), 1));
    }

    void theLastHourIsNotTheWholeRun()
    {
        Journal journal;
        LiveFigures live = figures();
        live.now = std::chrono::sys_days(std::chrono::year(2026) / 11 / 23) + std::chrono::hours(12);
        journal.record(exchange(1, Outcome::Error), live.now - std::chrono::hours(2));
        journal.record(exchange(2, Outcome::Truncated), live.now - std::chrono::minutes(10));
        for (quint64 i = 3; i < 6; ++i)
            journal.record(exchange(i, Outcome::Complete), live.now);
        const QJsonObject stats = statsJson(journal, live);
        QCOMPARE(stats.value("total_requests"_L1).toInt(), 5);
        const QJsonValue hour = stats.value("last_hour"_L1);
        QCOMPARE(hour["total_requests"_L1].toInt(), 4);
        QCOMPARE(hour["successful_requests"_L1].toInt(), 3);
        QCOMPARE(hour["failed_requests"_L1].toInt(), 1);
        QCOMPARE(hour["success_rate"_L1].toDouble(), 75.0);
    }

    void earlierRunsCountInTheLastHourAlone()
    {
        Journal journal;
        LiveFigures live = figures();
        live.now = std::chrono::sys_days(std::chrono::year(2026) / 11 / 23) + std::chrono::hours(12);
        OutcomeCounts earlier;
        earlier.count(Outcome::Complete);
        journal.restore({{std::chrono::floor<std::chrono::minutes>(live.now), earlier}});
        const QJsonObject stats = statsJson(journal, live);
        QCOMPARE(stats.value("total_requests"_L1).toInt(), 0);
        QCOMPARE(stats.value("last_hour"_L1)["total_requests"_L1].toInt(), 1);
    }

    void firstBytesOfAnEndpointAreThoseOfItsSuccesses()
    {
        Journal journal;
        AttemptRecord good = attempt(u"id-good"_s);
        good.firstByteMs = 200;
        AttemptRecord refused = attempt(u"id-good"_s, FailureClass::Transient);
        refused.firstByteMs = 1;
        AttemptRecord other = attempt(u"id-open"_s);
        other.firstByteMs = 900;
        journal.record(exchange(1, Outcome::Recovered, {refused, good}));
        journal.record(exchange(2, Outcome::Complete, {other}));
        QCOMPARE(journal.firstByteOf(u"id-good"_s)->count(), quint64(1));
        QVERIFY(!journal.firstByteOf(u"id-new"_s));
        const QJsonArray endpoints = statsJson(journal, figures()).value("endpoints"_L1).toArray();
        QCOMPARE(endpoints.at(0)["first_byte_ms"_L1]["p50"_L1].toDouble(), 200.0);
        QCOMPARE(endpoints.at(1)["first_byte_ms"_L1]["p95"_L1].toDouble(), 900.0);
        QCOMPARE(endpoints.at(5)["first_byte_ms"_L1]["p99"_L1].toDouble(), 0.0);
    }

    void attemptsCountInTheMinuteInWhichTheyEnded_data()
    {
        QTest::addColumn<FailureClass>("failure");
        QTest::addColumn<int>("ok");
        QTest::addColumn<int>("failed");
        QTest::newRow("good") << FailureClass::None << 1 << 0;
        QTest::newRow("failed") << FailureClass::Timeout << 0 << 1;
        QTest::newRow("stale") << FailureClass::Stale << 0 << 0;
        QTest::newRow("the caller's fault") << FailureClass::Caller << 0 << 0;
        QTest::newRow("cancelled") << FailureClass::Cancelled << 0 << 0;
    }

    void attemptsCountInTheMinuteInWhichTheyEnded()
    {
        QFETCH(FailureClass, failure);
        const Timeline::Time end = std::chrono::sys_days(std::chrono::year(2026) / 11 / 23) + std::chrono::hours(12);
        Journal journal;
        AttemptRecord first = attempt(u"a"_s, failure, 30'000);
        AttemptRecord second = attempt(u"b"_s, FailureClass::None, 150'000);
        second.offsetMs = 30'000;
        journal.record(exchange(1, Outcome::Recovered, {first, second}, 180'000), end);
        const Timeline::Sparkline line = journal.timeline().sparkline(u"a"_s, end);
        // Ended two and a half minutes before the exchange did.
        QTEST(int(line.ok.at(26)), "ok");
        QTEST(int(line.failed.at(26)), "failed");
        QCOMPARE(std::accumulate(line.ok.begin(), line.ok.end(), line.failed.at(26)), line.ok.at(26) + line.failed.at(26));
        QCOMPARE(journal.timeline().sparkline(u"b"_s, end).ok.last(), quint64(1));
    }

    void requestsComeWithTheirAttempts()
    {
        Journal journal;
        for (quint64 i = 1; i <= 3; ++i)
            journal.record(exchange(i, Outcome::Recovered, {attempt(u"a"_s, FailureClass::Stale), attempt(u"a"_s)}));
        const QJsonArray requests = requestsJson(journal, 2).value("requests"_L1).toArray();
        QCOMPARE(requests.size(), 2);
        const QJsonObject newest = requests.at(0).toObject();
        QCOMPARE(newest.value("id"_L1).toString(), u"req-3"_s);
        QCOMPARE(newest.value("outcome"_L1).toString(), u"recovered"_s);
        QCOMPARE(newest.value("started_at"_L1).toString(), u"2026-11-23T01:02:03.004Z"_s);
        QCOMPARE(newest.value("first_byte_ms"_L1).toDouble(), 50.0);
        QCOMPARE(newest.value("input_tokens"_L1), QJsonValue(QJsonValue::Null));
        QCOMPARE(newest.value("output_tokens"_L1), QJsonValue(QJsonValue::Null));
        const QJsonArray attempts = newest.value("attempts"_L1).toArray();
        QCOMPARE(attempts.size(), 2);
        QCOMPARE(attempts.at(0).toObject().value("failure"_L1).toString(), u"stale"_s);
        QVERIFY(attempts.at(0).toObject().value("dns_ms"_L1).isNull());
    }

    void requestsAfterTheFirstFew_data()
    {
        QTest::addColumn<int>("limit");
        QTest::addColumn<quint64>("after");
        QTest::addColumn<QList<int>>("numbers");
        QTest::newRow("all") << 50 << quint64(0) << QList<int>{3, 2, 1};
        QTest::newRow("the last one") << 50 << quint64(2) << QList<int>{3};
        QTest::newRow("limited") << 1 << quint64(1) << QList<int>{3};
        QTest::newRow("nothing new") << 50 << quint64(3) << QList<int>{};
        QTest::newRow("counted by another run") << 50 << quint64(1'000) << QList<int>{};
        QTest::newRow("none") << 0 << quint64(0) << QList<int>{};
    }

    void requestsAfterTheFirstFew()
    {
        QFETCH(int, limit);
        QFETCH(quint64, after);
        Journal journal;
        for (quint64 i = 1; i <= 3; ++i)
            journal.record(exchange(i, Outcome::Complete));
        const QJsonObject json = requestsJson(journal, limit, after);
        QList<int> numbers;
        const QJsonArray requests = json.value("requests"_L1).toArray();
        for (const QJsonValue &request : requests)
            numbers.append(request["number"_L1].toInt());
        QTEST(numbers, "numbers");
        QCOMPARE(json.value("total"_L1).toInt(), 3);
    }

    void anExchangeIsReadBackFromItsJson_data()
    {
        QTest::addColumn<ExchangeRecord>("record");
        QTest::newRow("bare") << exchange(1, Outcome::ClientCancelled);
        ExchangeRecord absent = exchange(2, Outcome::Error);
        absent.firstByteMs.reset();
        QTest::newRow("without a first byte") << absent;
        ExchangeRecord full = exchange(quint64(1) << 52, Outcome::Truncated);
        full.cluster = u"work"_s;
        full.model = u"claude-\u00fc"_s;
        full.client = u"claude-cli"_s;
        full.path = "/v1/m\xc3\xbc";
        full.status = 499;
        full.streamed = true;
        full.requestBytes = qint64(1) << 40;
        full.answerBytes = 12;
        full.inputTokens = 12'000;
        full.outputTokens = 0;
        full.error = u"broke off"_s;
        full.totalMs = 1234.5678;
        AttemptRecord timed = attempt(u"a"_s, FailureClass::BrokenStream);
        timed.phase = Phase::Body;
        timed.reusedConnection = true;
        timed.version = HttpVersion::Http2;
        timed.fromUpstream = false;
        timed.upstreamError = u"overloaded"_s;
        timed.offsetMs = 3.25;
        timed.dnsMs = 0;
        timed.connectMs = 1.5;
        timed.tlsMs = 2.5;
        timed.firstByteMs = 1e-3;
        full.attempts = {attempt(u"b"_s, FailureClass::RateLimit), timed};
        QTest::newRow("full") << full;
        AttemptRecord plain = attempt(u"a"_s);
        plain.version = HttpVersion::Http1;
        QTest::newRow("over HTTP/1.1") << exchange(4, Outcome::Complete, {plain});
        for (int i = 0; i <= int(FailureClass::Cancelled); ++i) {
            AttemptRecord one = attempt(u"a"_s, static_cast<FailureClass>(i));
            one.phase = static_cast<Phase>(i % (int(Phase::Body) + 1));
            QTest::newRow(qPrintable(toWord(one.failure)))
                << exchange(3, static_cast<Outcome>(i % (int(Outcome::ClientCancelled) + 1)), {one});
        }
    }

    void anExchangeIsReadBackFromItsJson()
    {
        QFETCH(ExchangeRecord, record);
        // Over the wire, as it comes to the reader.
        const QByteArray line = QJsonDocument(exchangeJson(record)).toJson(QJsonDocument::Compact);
        const auto read = exchangeFromJson(QJsonDocument::fromJson(line).object());
        QVERIFY(read);
        QCOMPARE(exchangeJson(*read), exchangeJson(record));
        QCOMPARE(read->number, record.number);
        QCOMPARE(read->startedAt, record.startedAt);
        QCOMPARE(read->firstByteMs, record.firstByteMs);
        QCOMPARE(read->inputTokens, record.inputTokens);
        QCOMPARE(read->outputTokens, record.outputTokens);
        QCOMPARE(read->attempts.size(), record.attempts.size());
        for (qsizetype i = 0; i < record.attempts.size(); ++i) {
            QCOMPARE(read->attempts[i].dnsMs, record.attempts[i].dnsMs);
            QCOMPARE(read->attempts[i].fromUpstream, record.attempts[i].fromUpstream);
            QCOMPARE(read->attempts[i].version, record.attempts[i].version);
        }
    }

    void whatIsNoExchangeIsNotReadAsOne_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QJsonValue>("value");
        QTest::newRow("no number") << u"number"_s << QJsonValue();
        QTest::newRow("a number in words") << u"number"_s << QJsonValue(u"7"_s);
        QTest::newRow("no start") << u"started_at"_s << QJsonValue(u"yesterday"_s);
        QTest::newRow("an outcome of the future") << u"outcome"_s << QJsonValue(u"complet"_s);
        QTest::newRow("a failure of the future")
            << u"attempts"_s << QJsonValue(QJsonArray{QJsonObject{{u"phase"_s, u"body"_s}, {u"failure"_s, u"bored"_s}}});
        QTest::newRow("a phase of the future")
            << u"attempts"_s << QJsonValue(QJsonArray{QJsonObject{{u"phase"_s, u"tea"_s}, {u"failure"_s, u"none"_s}}});
        QTest::newRow("a protocol of the future")
            << u"attempts"_s << QJsonValue(QJsonArray{QJsonObject{{u"phase"_s, u"body"_s}, {u"failure"_s, u"none"_s}, {u"protocol"_s, u"h4"_s}}});
    }

    void whatIsNoExchangeIsNotReadAsOne()
    {
        QFETCH(QString, key);
        QFETCH(QJsonValue, value);
        QJsonObject json = exchangeJson(exchange(1, Outcome::Complete, {attempt(u"a"_s)}));
        QVERIFY(exchangeFromJson(json));
        json.insert(key, value);
        QVERIFY(!exchangeFromJson(json));
    }

    void attemptsTellWhatTheirConnectionSpoke_data()
    {
        QTest::addColumn<HttpVersion>("version");
        QTest::addColumn<QString>("protocol");
        QTest::newRow("no connection") << HttpVersion::Unknown << u""_s;
        QTest::newRow("HTTP/1.1") << HttpVersion::Http1 << u"http/1.1"_s;
        QTest::newRow("HTTP/2") << HttpVersion::Http2 << u"h2"_s;
    }

    void attemptsTellWhatTheirConnectionSpoke()
    {
        QFETCH(HttpVersion, version);
        QFETCH(QString, protocol);
        AttemptRecord one = attempt(u"a"_s);
        one.version = version;
        const QJsonObject told = exchangeJson(exchange(1, Outcome::Complete, {one})).value("attempts"_L1)[0].toObject();
        QCOMPARE(told.value("protocol"_L1), QJsonValue(protocol));
    }

    /// A proxy of before keeps running while a newer tray asks it.
    void anAttemptWithoutAProtocolIsReadAsOneOfBefore()
    {
        const QJsonObject old{{u"phase"_s, u"body"_s}, {u"failure"_s, u"none"_s}};
        QJsonObject json = exchangeJson(exchange(1, Outcome::Complete));
        json.insert(u"attempts"_s, QJsonArray{old});
        const auto read = exchangeFromJson(json);
        QVERIFY(read);
        QCOMPARE(read->attempts.at(0).version, HttpVersion::Unknown);
    }

    void requestsTellTokensWhereTheyAreKnown()
    {
        ExchangeRecord known = exchange(1, Outcome::Complete, {attempt(u"a"_s)});
        known.inputTokens = 1'000'000'000'000;
        known.outputTokens = 0;
        const QJsonObject told = exchangeJson(known);
        QCOMPARE(told.value("input_tokens"_L1), QJsonValue(qint64(1'000'000'000'000)));
        QCOMPARE(told.value("output_tokens"_L1), QJsonValue(0));
    }

    void metricsArePrometheusText()
    {
        Journal journal;
        journal.record(exchange(1, Outcome::Recovered,
                                {attempt(u"id-open"_s, FailureClass::Transient), attempt(u"id-good"_s)}, 2'000));
        LiveFigures live = figures();
        auto config = std::make_shared<Config>(*live.config);
        config->clusters[0].endpoints[0].name = u"a\"b\\c"_s;
        live.config = config;
        const QByteArray text = metricsText(journal, live);
        const QList<QByteArray> lines = text.split('\n');
        for (const QByteArray &expected :
             {QByteArray("qcc_up 1"), QByteArray("qcc_in_flight 3"),
              QByteArray("qcc_requests_total{outcome=\"recovered\"} 1"),
              QByteArray("qcc_requests_total{outcome=\"error\"} 0"),
              QByteArray("qcc_failed_attempts_total{class=\"transient\"} 1"), QByteArray("qcc_request_seconds_count 1"),
              QByteArray("qcc_request_seconds_sum 2"), QByteArray("qcc_request_seconds{quantile=\"0.5\"} 2"),
              QByteArray("qcc_pool_connections{state=\"idle\"} 2"), QByteArray("qcc_pool_connections{state=\"busy\"} 3"),
              QByteArray("# TYPE qcc_pool_connections_http2 gauge"), QByteArray("qcc_pool_connections_http2 4"),
              QByteArray("qcc_pool_reused_total 30"),
              QByteArray("qcc_endpoint_requests_total{endpoint=\"id-good\",name=\"a\\\"b\\\\c\"} 1"),
              QByteArray("qcc_endpoint_up{endpoint=\"id-open\",name=\"open\"} 0")})
            QVERIFY2(lines.contains(expected), expected.constData());

        QVERIFY(text.endsWith('\n'));
        QByteArray family;
        for (const QByteArray &line : lines) {
            if (line.startsWith("# TYPE "))
                family = line.split(' ').at(2);
            else if (!line.isEmpty() && !line.startsWith('#'))
                QVERIFY2(!family.isEmpty() && line.startsWith(family), line.constData());
        }
    }

    void everyFailureIsCountedInAPlaceOfItsOwn()
    {
        Journal journal;
        int number = 0;
        QList<AttemptRecord> attempts;
        for (const FailureClass failure : EnumTable<FailureClass>::values)
            attempts.append(QList<AttemptRecord>(++number, attempt(u"a"_s, failure)));
        journal.record(exchange(1, Outcome::Error, attempts));
        QCOMPARE(journal.timeline().lastHour(std::chrono::system_clock::now()).total(), quint64(1));
        const QList<QByteArray> lines = metricsText(journal, figures()).split('\n');
        number = 0;
        for (const FailureClass failure : EnumTable<FailureClass>::values) {
            ++number;
            const quint64 expected = failure == FailureClass::None ? 0 : quint64(number);
            QCOMPARE(journal.counters().of(failure), expected);
            const QByteArray line =
                "qcc_failed_attempts_total{class=\"" + toWord(failure).toUtf8() + "\"} " + QByteArray::number(expected);
            QVERIFY2(failure == FailureClass::None || lines.contains(line), line.constData());
        }
    }

    void everyWordNamesItsOwnValue()
    {
        const auto check = []<typename E>(const EnumTable<E> &) {
            for (const E value : EnumTable<E>::values)
                QCOMPARE(fromWord<E>(toWord(value)), value);
            QCOMPARE(fromWord<E>(u"tea"), std::nullopt);
        };
        check(EnumTable<Outcome>());
        check(EnumTable<FailureClass>());
        check(EnumTable<Phase>());
        check(EnumTable<HttpVersion>());
        check(EnumTable<Denial>());
        check(EnumTable<HealthStatus>());
        check(EnumTable<BreakerState>());
    }

    void nothingShowsAKey()
    {
        const Journal journal;
        const LiveFigures live = figures();
        QVERIFY(!QJsonDocument(statsJson(journal, live)).toJson().contains("secret"));
        QVERIFY(!metricsText(journal, live).contains("secret"));
    }

    void recordsWakeTheirReaderAtOnceAndThenAtAPace()
    {
        QList<qsizetype> taken;
        std::unique_ptr<RecordQueue> queue;
        queue = std::make_unique<RecordQueue>([&] { taken.append(queue->takeAll().size()); }, std::chrono::hours(1));
        for (quint64 i = 1; i <= 3; ++i)
            queue->post(exchange(i, Outcome::Complete));
        QVERIFY(taken.isEmpty()); // Never from within post().
        QCoreApplication::processEvents();
        QCOMPARE(taken, QList<qsizetype>{3});
        queue->post(exchange(4, Outcome::Complete));
        QCoreApplication::processEvents();
        QCOMPARE(taken, QList<qsizetype>{3});
        QCOMPARE(queue->takeAll().size(), 1);
    }

    void whatFollowsIsTakenWhenThePaceIsOver()
    {
        QList<qsizetype> taken;
        std::unique_ptr<RecordQueue> queue;
        queue = std::make_unique<RecordQueue>([&] { taken.append(queue->takeAll().size()); }, std::chrono::milliseconds(1));
        queue->post(exchange(1, Outcome::Complete));
        QCoreApplication::processEvents();
        QCOMPARE(taken, QList<qsizetype>{1});
        queue->post(exchange(2, Outcome::Complete));
        queue->post(exchange(3, Outcome::Complete));
        QTRY_COMPARE(taken, (QList<qsizetype>{1, 2}));
    }

    void whatWasTakenInBetweenWakesNobody()
    {
        QList<qsizetype> taken;
        std::unique_ptr<RecordQueue> queue;
        queue = std::make_unique<RecordQueue>([&] { taken.append(queue->takeAll().size()); }, std::chrono::milliseconds(1));
        queue->post(exchange(1, Outcome::Complete));
        const QList<ExchangeRecord> first = queue->takeAll();
        QCOMPARE(first.size(), 1);
        QCOMPARE(first.at(0).number, quint64(1));
        QTRY_COMPARE(taken, QList<qsizetype>{0}); // It was on its way.
        queue->post(exchange(2, Outcome::Complete));
        QTRY_COMPARE(taken, (QList<qsizetype>{0, 1}));
    }

    void aMailboxLosesNothingBetweenThreads()
    {
        constexpr int perThread = 2'000;
        qsizetype taken = 0;
        std::unique_ptr<RecordQueue> queue;
        queue = std::make_unique<RecordQueue>([&] { taken += queue->takeAll().size(); }, std::chrono::milliseconds(5));
        const auto worker = [&] {
            for (quint64 i = 0; i < perThread; ++i)
                queue->post(exchange(i, Outcome::Complete));
        };
        const std::jthread one(worker);
        const std::jthread two(worker);
        QTRY_COMPARE(taken, qsizetype(2 * perThread));
    }
};

QTEST_GUILESS_MAIN(TestJournal)
#include "tst_journal.moc"
