#include "core/config/configedit.h"
#include "core/config/configfile.h"
#include "core/history/historyfile.h"
#include "core/service/proxyservice.h"
#include "tests/support/rawclient.h"
#include "tests/support/scriptedupstream.h"
#include "tests/support/testkeys.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <memory>

#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

using namespace qcc;
using namespace qcc::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// How far the computer's clock has been set, in seconds. The steady clock knows nothing of it.
std::atomic<int> setBy{0};

} // namespace

// What the C library has under these names is hidden from this whole process, Qt and the C++ library included.
extern "C" int clock_gettime(clockid_t clock, timespec *time) noexcept
{
    const long result = ::syscall(SYS_clock_gettime, clock, time);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        time->tv_sec += setBy;
    return static_cast<int>(result);
}

extern "C" int gettimeofday(timeval *time, void *) noexcept
{
    timespec now{};
    const int result = clock_gettime(CLOCK_REALTIME, &now);
    time->tv_sec = now.tv_sec;
    time->tv_usec = now.tv_nsec / 1'000;
    return result;
}

namespace {

const QByteArray request(R"JSON({"model":"claude-x","messages":[]})JSON");

} // namespace

/// The whole proxy on a computer whose clock is set by hours.
class TestClockJump : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        setBy = 0;
        m_folder = std::make_unique<QTemporaryDir>();
        m_keys = std::make_unique<TestKeys>(paths());
        for (std::unique_ptr<ScriptedUpstream> *upstream : {&m_first, &m_second, &m_third}) {
            *upstream = std::make_unique<ScriptedUpstream>();
            QVERIFY((*upstream)->listen());
        }
        QVERIFY(editConfig(paths().config(), [this](QJsonObject &json) -> Result<void> {
                    Result<void> done = addCluster(json, u"work"_s);
                    json.insert("breaker"_L1, QJsonObject{{"failures"_L1, 1}});
                    for (const ScriptedUpstream *upstream : {m_first.get(), m_second.get(), m_third.get()}) {
                        EndpointFields fields;
                        fields.name = QString::number(upstream->port());
                        fields.baseUrl = QString::fromLatin1(upstream->baseUrl());
                        fields.apiKey = u"key"_s;
                        fields.proxy = u"none"_s;
                        done = done ? addEndpoint(json, u"work"_s, fields) : done;
                    }
                    return done;
                }).has_value());
        QVERIFY(start());
    }

    void cleanup()
    {
        m_service.reset();
        setBy = 0;
    }

    void theTestHasTheClockInHand()
    {
        const auto wall = std::chrono::system_clock::now();
        const QDateTime qt = QDateTime::currentDateTimeUtc();
        const auto steady = std::chrono::steady_clock::now();
        setBy = 3'600;
        QVERIFY(std::chrono::system_clock::now() - wall >= 1h);
        QVERIFY(qt.secsTo(QDateTime::currentDateTimeUtc()) >= 3'600);
        QVERIFY(std::chrono::steady_clock::now() - steady < 1min);
    }

    void breakerRestsAndFiguresFollowTheSteadyClock_data()
    {
        QTest::addColumn<int>("jump");
        QTest::newRow("five hours ahead") << 5 * 3'600;
        QTest::newRow("five hours back") << -5 * 3'600;
        QTest::newRow("a minute back") << -60;
    }

    void breakerRestsAndFiguresFollowTheSteadyClock()
    {
        QFETCH(int, jump);
        // The first is out by its breaker, the second rests, the third has the conversation.
        m_first->setDefaultScript("status:503");
        m_second->setDefaultScript("rate-limit-seconds:600");
        QCOMPARE(post().status, 200);
        QCOMPARE(endpoint(0).value("breaker"_L1)["state"_L1].toString(), u"open"_s);
        QCOMPARE(endpoint(1).value("breaker"_L1)["rest_reason"_L1].toString(), u"rate_limit"_s);
        const double breaker = endpoint(0).value("breaker"_L1)["reopens_in_s"_L1].toDouble();
        const double rest = endpoint(1).value("breaker"_L1)["reopens_in_s"_L1].toDouble();
        const double uptime = m_service->stats().value("uptime"_L1).toDouble();
        const int counted = m_service->stats().value("total_requests"_L1).toInt();
        const int asked = m_first->arrivedCount();
        m_first->setDefaultScript({});
        m_second->setDefaultScript({});

        setBy = jump;
        const QJsonObject open = endpoint(0).value("breaker"_L1).toObject();
        QCOMPARE(open.value("state"_L1).toString(), u"open"_s);
        QVERIFY(std::abs(open.value("reopens_in_s"_L1).toDouble() - breaker) < 5);
        const QJsonObject resting = endpoint(1).value("breaker"_L1).toObject();
        QCOMPARE(resting.value("rest_reason"_L1).toString(), u"rate_limit"_s);
        QVERIFY(std::abs(resting.value("reopens_in_s"_L1).toDouble() - rest) < 5);
        const int third = m_third->arrivedCount();
        QCOMPARE(post().status, 200);
        QCOMPARE(m_third->arrivedCount(), third + 1);
        QCOMPARE(m_first->arrivedCount(), asked);
        const QJsonObject stats = m_service->stats();
        QCOMPARE(stats.value("total_requests"_L1).toInt(), counted + 1);
        QVERIFY(stats.value("uptime"_L1).toDouble() - uptime < 30);
        QVERIFY(stats.value("total_ms"_L1)["p99"_L1].toDouble() < 30'000);
    }

    void historyKeepsBothSidesOfAJump_data() { breakerRestsAndFiguresFollowTheSteadyClock_data(); }

    void historyKeepsBothSidesOfAJump()
    {
        QFETCH(int, jump);
        QCOMPARE(post().status, 200);
        setBy = jump;
        QCOMPARE(post().status, 200);
        setBy = 0; // set right again
        QCOMPARE(post().status, 200);
        stop();

        const MinuteCounts kept = history();
        QCOMPARE(completeIn(kept), 3);
        QVERIFY(kept.size() >= 2);
    }

    /// Forty-five days ahead for a moment, as before the network has set the clock; the days that history is kept are thirty.
    void aWrongClockCostsNoHistory_data()
    {
        QTest::addColumn<bool>("atTheStart");
        QTest::newRow("while it runs") << false;
        QTest::newRow("at the start") << true;
    }

    void aWrongClockCostsNoHistory()
    {
        QFETCH(bool, atTheStart);
        stop();
        const Minute now = std::chrono::floor<std::chrono::minutes>(std::chrono::system_clock::now());
        {
            MinuteCounts minutes;
            for (int i = 1; i <= 4'000; ++i)
                minutes[now - i * 10min].count(Outcome::Complete);
            HistoryFile file(paths().history());
            QVERIFY(file.open().has_value());
            QVERIFY(file.add(minutes, now - 30 * 24h, {now, {}, {}}).has_value());
        }
        setBy = atTheStart ? 45 * 86'400 : 0;
        QVERIFY(start());
        if (!atTheStart)
            setBy = 45 * 86'400;
        QCOMPARE(post().status, 200);
        setBy = atTheStart ? 45 * 86'400 : 0; // set right again, or still wrong at the end
        QCOMPARE(post().status, 200);
        stop();
        setBy = 0;
        QCOMPARE(completeIn(history()), 4'002);
    }

private:
    /// All that is in history.db.
    MinuteCounts history() const
    {
        HistoryFile file(paths().history());
        const Result<void> opened = file.open();
        const Result<MinuteCounts> read = opened ? file.read(Minute(0min)) : opened.error();
        return read ? *read : MinuteCounts();
    }

    static quint64 completeIn(const MinuteCounts &minutes)
    {
        quint64 sum = 0;
        for (const auto &[minute, counts] : minutes)
            sum += counts.of(Outcome::Complete);
        return sum;
    }

    void stop()
    {
        QSignalSpy stopped(m_service.get(), &ProxyService::stopped);
        m_service->stop();
        QTRY_COMPARE(stopped.size(), 1);
    }

    Paths paths() const { return Paths(m_folder->path()); }

    Result<void> start()
    {
        m_service = std::make_unique<ProxyService>(paths(), *m_keys);
        StartOptions options;
        options.port = 0;
        return m_service->start(options);
    }

    RawResponse post() const
    {
        RawClient client;
        client.connectTo(m_service->port());
        client.post("/v1/messages", request, {{"X-Claude-Code-Session-Id", "s-1"}});
        static_cast<void>(QTest::qWaitFor([&client] { return client.response().complete || client.isClosed(); }));
        return client.response();
    }

    QJsonObject endpoint(int place) const { return m_service->stats().value("endpoints"_L1)[place].toObject(); }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<ScriptedUpstream> m_first;
    std::unique_ptr<ScriptedUpstream> m_second;
    std::unique_ptr<ScriptedUpstream> m_third;
    std::unique_ptr<TestKeys> m_keys;
    std::unique_ptr<ProxyService> m_service;
};

QTEST_GUILESS_MAIN(TestClockJump)
#include "tst_clockjump.moc"
