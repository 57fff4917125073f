#include "core/service/proxyservice.h"
#include "tests/support/clientload.h"
#include "tests/support/faults.h"
#include "tests/support/scriptedupstream.h"
#include "tests/support/scriptwords.h"
#include "tests/support/silentaddress.h"
#include "tests/support/testkeys.h"

#include <QCryptographicHash>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

#include <array>
#include <memory>
#include <mutex>
#include <random>
#include <utility>
#include <vector>

using namespace qcc;
using namespace qcc::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// The ways in which a flaky relay fails; a refused connection comes from the listener.
const std::array<const char *, 9> troubles{"reset-before-answer", "close-before-answer", "status:429", "status:500", "status:503",
                                           "overloaded-529", "error-event-first", "empty-200", "stall-before-head"};

QByteArray sha256(const QByteArray &bytes)
{
    return QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex();
}

/// Listens where the system gives no port to outgoing connections, so that nobody takes it while it is closed for a moment.
bool listenOnAPortOfItsOwn(ThreadedUpstream &upstream)
{
    static std::mt19937 random{std::random_device{}()};
    for (int tries = 0; tries < 50; ++tries)
        if (upstream->listen(static_cast<quint16>(20'000 + random() % 10'000)))
            return true;
    return false;
}

/// Three relays of which each fails about three requests in ten, at random and on purpose.
class FlakyRelays
{
public:
    FlakyRelays()
    {
        for (size_t i = 0; i < m_relays.size(); ++i) {
            m_listening = m_listening && listenOnAPortOfItsOwn(m_relays[i]);
            m_relays[i]->setBehaviour([this](const Arrived &arrived) { return behave(arrived); });
        }
        m_refusals.setInterval(150ms);
        QObject::connect(&m_refusals, &QTimer::timeout, [this] { refuseForAMoment(); });
        m_refusals.start();
    }

    QList<QByteArray> urls() const
    {
        QList<QByteArray> urls;
        for (const ThreadedUpstream &relay : m_relays)
            urls.append(relay->baseUrl());
        return urls;
    }
    /// Bodies that got a good answer more than once.
    int answeredTwice() const
    {
        const std::lock_guard lock(m_mutex);
        return static_cast<int>(std::count_if(m_good.begin(), m_good.end(), [](int times) { return times > 1; }));
    }
    int arrivals(const QByteArray &body) const
    {
        const QByteArray hash = sha256(body);
        int times = 0;
        for (const ThreadedUpstream &relay : m_relays)
            times += relay->countOfBody(hash);
        return times;
    }
    int failures() const { return m_failures; }
    bool areListening() const { return m_listening; }

private:
    Script behave(const Arrived &arrived)
    {
        const std::lock_guard lock(m_mutex);
        if (arrived.body.contains("\"callers fault\""))
            return scriptFromWords("status:400", arrived);
        if (arrived.method == "POST" && m_random() % 100 < 30) {
            ++m_failures;
            return scriptFromWords(troubles[m_random() % troubles.size()], arrived);
        }
        if (arrived.method == "POST")
            ++m_good[arrived.bodySha256];
        // Now and then a connection that will be closed while it is idle.
        if (m_random() % 12 == 0)
            return normalAnswer(arrived).closeWhenIdle(1ms, 30ms);
        return normalAnswer(arrived);
    }

    void refuseForAMoment()
    {
        // Where this computer is slow, the last one may not listen again yet.
        if (std::exchange(m_refusing, true))
            return;
        ThreadedUpstream &relay = anyRelay();
        const quint16 port = relay->port();
        relay->stopListening();
        QTimer::singleShot(20ms, &m_refusals, [this, &relay, port] {
            m_listening = m_listening && relay->listen(port);
            m_refusing = false;
        });
    }

    ThreadedUpstream &anyRelay()
    {
        const std::lock_guard lock(m_mutex);
        return m_relays[m_random() % m_relays.size()];
    }

    std::array<ThreadedUpstream, 3> m_relays;
    bool m_listening = true;
    bool m_refusing = false; ///< One of them, for the moment.
    QTimer m_refusals;
    mutable std::mutex m_mutex; ///< The relays decide in threads of their own.
    std::mt19937 m_random{20261123};
    QHash<QByteArray, int> m_good;
    std::atomic<int> m_failures{0};
};

bool isGood(const RawResponse &response, bool stream)
{
    if (!response.complete || response.status != 200)
        return false;
    return stream ? response.body.contains("event: message_stop") && !response.body.contains("event: error")
                  : response.body.startsWith('{') && response.body.contains("\"stop_reason\"");
}

} // namespace

/// The promise: with flaky endpoints the client hardly ever notices. The whole service in this process, over real sockets.
class TestReliability : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }
    void cleanup() { m_service.reset(); }

    void survivesThreeFlakyEndpoints_data()
    {
        QTest::addColumn<int>("attempts");
        QTest::addColumn<int>("perEndpoint");
        QTest::addColumn<double>("least");
        QTest::newRow("eight attempts, three per endpoint") << 8 << 3 << 99.9;
        QTest::newRow("as configured by default") << 5 << 2 << 99.3; // 99.7 on average, and by chance 99.5 once in a hundred times
    }

    void survivesThreeFlakyEndpoints()
    {
        QFETCH(int, attempts);
        QFETCH(int, perEndpoint);
        QFETCH(double, least);
        FlakyRelays relays;
        startWith(relays.urls(), {{u"timeouts"_s, QJsonObject{{u"read_s"_s, 2}}},
                                  {u"retry"_s, QJsonObject{{u"max_attempts"_s, attempts}, {u"max_attempts_per_endpoint"_s, perEndpoint}}}});
        constexpr int count = 5000;
        const auto isCallers = [](int number) { return number % 50 == 7; };
        const auto isStream = [](int number) { return number % 2 == 0; };
        const auto bodyOf = [&](int number) {
            return QByteArray("{\"model\":\"claude-x\",\"stream\":") + (isStream(number) ? "true" : "false") + ",\"messages\":[\""
                + (isCallers(number) ? "callers fault" : "hello") + "\"],\"n\":" + QByteArray::number(number) + "}";
        };
        ClientLoad load(m_service->port(), 50, count, [&](int number) { return ClientLoad::Request{.body = bodyOf(number)}; });
        load.start();
        QTRY_VERIFY_WITH_TIMEOUT(load.isDone(), 150'000);

        int good = 0, bad = 0, callers = 0;
        for (const LoadAnswer &answer : load.answers()) {
            if (isCallers(answer.number) && answer.response.status == 400) {
                QCOMPARE(relays.arrivals(bodyOf(answer.number)), 1); // never tried again
                ++callers;
            } else if (!isCallers(answer.number) && isGood(answer.response, isStream(answer.number))) {
                ++good;
            } else {
                ++bad;
            }
        }
        const double rate = 100.0 * good / (good + bad);
        QVERIFY(relays.areListening());
        QVERIFY(relays.failures() > count / 5); // the relays were flaky indeed
        QVERIFY2(rate >= least, qPrintable(QString::number(rate)));
        QCOMPARE(relays.answeredTwice(), 0);
        const QJsonObject stats = m_service->stats();
        m_service.reset(); // which takes Qt's messages for its log
        qInfo("%d of %d succeeded (%.3f %%), %d failures on the way; p50 %.1f ms, p99 %.0f ms", good, good + bad, rate, relays.failures(),
              load.quantile(0.5), load.quantile(0.99));
        QCOMPARE(stats.value("successful_requests"_L1).toInt(), good);
        QCOMPARE(stats.value("failed_requests"_L1).toInt(), bad);
        QCOMPARE(stats.value("caller_errors"_L1).toInt(), callers);
        QVERIFY(qAbs(stats.value("success_rate"_L1).toDouble() - rate) < 1e-9);
        QCOMPARE(stats.value("in_flight"_L1).toInt(), 0);
    }

    void isNotSlowedByADeadEndpoint_data()
    {
        QTest::addColumn<bool>("blackHole");
        QTest::newRow("refused") << false;
        QTest::newRow("black-holed") << true;
    }

    void isNotSlowedByADeadEndpoint()
    {
        QFETCH(bool, blackHole);
        ThreadedUpstream one, two;
        QVERIFY(one->listen());
        QVERIFY(two->listen());
        // A listener that accepts nobody and whose line is full: to a client, packets that vanish.
        SilentAddress hole;
        QVERIFY(hole.listen());
        const QByteArray dead = "http://127.0.0.1:" + QByteArray::number(hole.port());
        if (!blackHole)
            hole.close();
        startWith({dead, one->baseUrl(), two->baseUrl()}, {{u"timeouts"_s, QJsonObject{{u"connect_failover_s"_s, 1}}}});
        ClientLoad load(m_service->port(), 5, 600, [](int) { return ClientLoad::Request{.body = "{\"model\":\"m\"}"}; });
        load.start();
        QTRY_VERIFY_WITH_TIMEOUT(load.isDone(), 60'000);
        for (const LoadAnswer &answer : load.answers())
            QCOMPARE(answer.response.status, 200);
        // Only the first few can have met the dead one: those that were under way before anybody knew.
        int slow = 0;
        for (const LoadAnswer &answer : load.answers())
            slow += answer.number >= 10 && answer.tookMs > 500;
        QCOMPARE(slow, 0);
        QVERIFY(endpoint(0).value("health_status"_L1)["consecutive_failures"_L1].toInt() > 0);
    }

    void tellsTheTruthWhenAllAreDownAndComesBackByItself()
    {
        ThreadedUpstream one, two;
        QVERIFY(listenOnAPortOfItsOwn(one));
        QVERIFY(listenOnAPortOfItsOwn(two));
        const quint16 port = one->port();
        startWith({one->baseUrl(), two->baseUrl()}, {{u"breaker"_s, QJsonObject{{u"failures"_s, 2}, {u"open_s"_s, 1}, {u"max_open_s"_s, 1}}}});
        one->stopListening();
        two->stopListening();
        RawResponse answer;
        for (int i = 0; i < 3; ++i)
            answer = ask();
        QVERIFY(answer.status == 502 || answer.status == 503);
        QVERIFY(!answer.header("retry-after").isEmpty());
        QVERIFY(answer.body.contains("\"type\":\"error\""));
        QVERIFY(answer.body.contains("relay-0: ") && answer.body.contains("relay-1: "));
        QCOMPARE(m_service->stats().value("healthy_endpoints"_L1).toInt(), 0);
        QTRY_VERIFY(m_service->stats().value("failure_queue_size"_L1).toInt() == 2);

        QVERIFY(one->listen(port));
        // Nobody asks meanwhile: the background check finds out.
        QTRY_VERIFY_WITH_TIMEOUT(endpoint(0).value("breaker"_L1)["state"_L1].toString() != u"open"_s, 5000);
        QElapsedTimer sinceVerified;
        sinceVerified.start();
        while (ask().status != 200)
            QVERIFY(sinceVerified.elapsed() < 2000);
        QVERIFY(sinceVerified.elapsed() < 2000);
        QCOMPARE(endpoint(0).value("breaker"_L1)["state"_L1].toString(), u"closed"_s);
        QVERIFY(m_service->stats().value("endpoint_verify_counts"_L1).toObject().value(endpoint(0).value("id"_L1).toString()).toInt() > 0);
    }

    void switchesClustersUnderRunningStreams()
    {
        ThreadedUpstream one, two;
        QVERIFY(one->listen());
        QVERIFY(two->listen());
        // Streams that run for as long as the switching takes.
        const auto longStream = [](const Arrived &arrived) {
            return arrived.header("x-long") == "yes" ? Script().streamHead().events(QList<QByteArray>(200, "event: ping\ndata: {}\n\n"), 25ms)
                                                           .chunk("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n").lastChunk()
                                                     : Script();
        };
        one->setBehaviour(longStream);
        two->setBehaviour(longStream);
        startWith({one->baseUrl()}, {}, {two->baseUrl()});
        std::vector<std::unique_ptr<RawClient>> streams;
        for (int i = 0; i < 50; ++i) {
            streams.push_back(std::make_unique<RawClient>());
            streams.back()->connectTo(m_service->port());
            streams.back()->post("/v1/messages", "{\"stream\":true}", {{"x-long", "yes"}});
        }
        QTRY_COMPARE(one->openStreams(), 50);
        int onOne = one->arrivedCount(), onTwo = two->arrivedCount();
        for (int i = 0; i < 100; ++i) {
            const bool second = i % 2 == 0;
            QVERIFY(m_service->useCluster(second ? u"second"_s : u"first"_s));
            QCOMPARE(ask().status, 200);
            (second ? onTwo : onOne) += 1;
            QCOMPARE(one->arrivedCount(), onOne);
            QCOMPARE(two->arrivedCount(), onTwo);
        }
        for (const auto &stream : streams) {
            QTRY_VERIFY_WITH_TIMEOUT(stream->finished() == 1, 20'000);
            QVERIFY(stream->response().complete);
            QVERIFY(stream->response().body.contains("message_stop"));
        }
    }

private:
    void startWith(const QList<QByteArray> &urls, QJsonObject config, const QList<QByteArray> &second = {})
    {
        const auto cluster = [](const QString &name, const QList<QByteArray> &at) {
            QJsonArray endpoints;
            for (const QByteArray &url : at)
                endpoints.append(QJsonObject{{u"name"_s, u"relay-%1"_s.arg(endpoints.size())}, {u"base_url"_s, QString::fromLatin1(url)},
                                             {u"api_key"_s, u"key-%1"_s.arg(endpoints.size())}, {u"priority"_s, endpoints.size() + 1},
                                             {u"proxy"_s, u"none"_s}});
            return QJsonObject{{u"name"_s, name}, {u"endpoints"_s, endpoints}};
        };
        config.insert(u"version"_s, 1);
        config.insert(u"active_cluster"_s, u"first"_s);
        QJsonArray clusters{cluster(u"first"_s, urls)};
        if (!second.isEmpty())
            clusters.append(cluster(u"second"_s, second));
        config.insert(u"clusters"_s, clusters);
        QFile file(m_folder->filePath(u"config.json"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QJsonDocument(config).toJson());
        file.close();
        m_keys = std::make_unique<TestKeys>(Paths(m_folder->path()));
        m_service = std::make_unique<ProxyService>(Paths(m_folder->path()), *m_keys);
        StartOptions options;
        options.port = quint16(0);
        const Result<void> started = m_service->start(options);
        QVERIFY2(started, started ? "" : qPrintable(started.error().message));
    }

    RawResponse ask()
    {
        RawClient client;
        client.connectTo(m_service->port());
        client.post("/v1/messages", "{\"model\":\"m\"}");
        const bool done = QTest::qWaitFor([&] { return client.finished() == 1 || client.isClosed(); }, 15'000);
        return done ? client.response() : RawResponse{};
    }

    QJsonObject endpoint(int index)
    {
        return m_service->stats().value("endpoints"_L1).toArray().at(index).toObject();
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<TestKeys> m_keys;
    std::unique_ptr<ProxyService> m_service;
};

QTEST_GUILESS_MAIN(TestReliability)
#include "tst_reliability.moc"
