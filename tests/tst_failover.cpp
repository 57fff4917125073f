#include "tests/support/rawclient.h"
#include "tests/support/scriptedupstream.h"
#include "tests/support/testproxy.h"

#include <QTcpServer>
#include <QTest>

#include <memory>

using namespace qcc;
using namespace qcc::test;

namespace {

const QByteArray streamRequest(R"JSON({"model":"claude-x","stream":true,"messages":[]})JSON");

} // namespace

/// What happens when an endpoint fails before the client has seen anything of its answer.
class TestFailover : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_upstream = std::make_unique<ScriptedUpstream>();
        QVERIFY(m_upstream->listen());
    }

    void passesARefusedEndpointBy()
    {
        QTcpServer closed; // a port where nobody listens
        QVERIFY(closed.listen(QHostAddress::LocalHost));
        const QByteArray dead = "http://127.0.0.1:" + QByteArray::number(closed.serverPort());
        closed.close();
        TestProxy proxy({dead, m_upstream->baseUrl()});
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages", streamRequest);
        QTRY_VERIFY(client.response().complete);
        QCOMPARE(client.response().status, 200);
        QCOMPARE(proxy.last().outcome, Outcome::Recovered);
        QCOMPARE(proxy.last().attempts.at(0).failure, FailureClass::Connect);
        QCOMPARE(m_upstream->arrivedAt(0).header("x-api-key"), QByteArray("upstream-key-1"));
    }

    void takesTheNextEndpointWhereThatMayHelp_data()
    {
        QTest::addColumn<QByteArray>("script");
        QTest::addColumn<FailureClass>("failure");
        QTest::addColumn<bool>("movesOn");
        QTest::addColumn<QString>("rests");
        QTest::addColumn<int>("counted");
        const auto row = [](QByteArray script, FailureClass failure, bool movesOn = true) {
            const QString rests = failure == FailureClass::RateLimit || failure == FailureClass::Quota || failure == FailureClass::Auth
                ? toWord(failure) : QString();
            QTest::newRow(script.constData()) << script << failure << movesOn << rests << (movesOn && rests.isEmpty() ? 1 : 0);
        };
        // The line "stale" is tst_pool's, "connect" stands below, "broken_stream" and "cancelled" are tst_holdback's and tst_proxy's.
        row("close-before-answer", FailureClass::Broken);
        row("reset-inside-headers", FailureClass::Broken);
        row("garbage", FailureClass::Broken);
        row("stall-before-head", FailureClass::Timeout);
        row("payment-required", FailureClass::Quota);
        row("rate-limit-seconds", FailureClass::RateLimit);
        row("overloaded-529", FailureClass::Transient);
        for (const int status : {408, 500, 502, 503, 504, 520, 521, 522, 523, 524, 525, 526, 527, 528, 529})
            row("status:" + QByteArray::number(status), FailureClass::Transient);
        for (const int status : {500, 502, 503, 504, 520, 522, 524}) {
            row("status:" + QByteArray::number(status) + ":html", status == 503 ? FailureClass::Blocked : FailureClass::Transient);
            row("status:" + QByteArray::number(status) + ":empty", status == 503 ? FailureClass::Blocked : FailureClass::Transient);
        }
        row("rate-limit-date", FailureClass::RateLimit);
        row("rate-limit-ms:60000", FailureClass::RateLimit);
        row("quota-anthropic", FailureClass::Quota);
        row("quota-openai", FailureClass::Quota);
        row("quota-relay", FailureClass::Quota);
        // A success that is none.
        for (const char *script : {"empty-200", "empty-stream", "opening-events-only", "html-200"})
            row(script, FailureClass::BadAnswer);
        for (const char *script : {"error-event-first", "error-event-after-start", "error-json-200"})
            row(script, FailureClass::Transient);
        row("status:403:html", FailureClass::Blocked);
        row("status:403:empty", FailureClass::Blocked);
        row("status:404:html", FailureClass::Misplaced);
        row("status:405", FailureClass::Misplaced);
        row("close-after-head", FailureClass::Broken);
        row("stall-after-opening", FailureClass::Timeout);
        for (const int status : {401, 403})
            row("status:" + QByteArray::number(status), FailureClass::Auth);
        for (const int status : {400, 404, 409, 413, 415, 422, 418})
            row("status:" + QByteArray::number(status), FailureClass::Caller, false);
    }

    void takesTheNextEndpointWhereThatMayHelp()
    {
        QFETCH(QByteArray, script);
        QFETCH(bool, movesOn);
        m_upstream->setDefaultScript(script);
        ScriptedUpstream second;
        QVERIFY(second.listen());
        TestProxy proxy({m_upstream->baseUrl(), second.baseUrl()});
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages", streamRequest);
        QTRY_VERIFY(client.response().complete);
        QTRY_COMPARE(proxy.records().size(), 1);
        const ExchangeRecord record = proxy.last();
        QTEST(record.attempts.first().failure, "failure");
        QCOMPARE(record.outcome, movesOn ? Outcome::Recovered : Outcome::CallerError);
        QCOMPARE(client.response().status == 200, movesOn);
        QCOMPARE(record.attempts.size(), movesOn ? 2 : 1);
        QCOMPARE(m_upstream->arrivedCount(), 1);
        QCOMPARE(second.arrivedCount(), movesOn ? 1 : 0);
        const EndpointState state = proxy.states().value(TestProxy::endpointAt(m_upstream->baseUrl(), 0).id);
        QTEST(toWord(state.rest), "rests");
        QTEST(state.consecutiveFailures, "counted");
        if (movesOn)
            QVERIFY(!client.response().body.contains("error"));
    }

    void passesTheLastAnswerOnVerbatim()
    {
        ScriptedUpstream second;
        QVERIFY(second.listen());
        m_upstream->setDefaultScript("close-before-answer");
        second.setDefaultScript("overloaded-529");
        Config config = TestProxy::shortDeadlines();
        config.retry.maxAttemptsPerEndpoint = 1;
        TestProxy proxy({m_upstream->baseUrl(), second.baseUrl()}, config);
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages", streamRequest);
        QTRY_VERIFY(client.response().complete);
        QCOMPARE(client.response().status, 529);
        QVERIFY(client.response().body.contains("overloaded_error"));
        QVERIFY(client.response().header("x-qcc-request-id").isEmpty()); // not qcc's own
        QCOMPARE(proxy.last().outcome, Outcome::Error);
        QCOMPARE(proxy.last().attempts.size(), 2);
    }

    void obeysTheUsersOwnStatusLists()
    {
        ScriptedUpstream second;
        QVERIFY(second.listen());
        Config config = TestProxy::shortDeadlines();
        config.retry.passStatuses = {503};
        config.retry.retryStatuses = {404};
        TestProxy proxy({m_upstream->baseUrl(), second.baseUrl()}, config);
        RawClient client;
        client.connectTo(proxy.port());
        m_upstream->setDefaultScript("status:503");
        client.post("/v1/messages", streamRequest);
        QTRY_COMPARE(client.finished(), 1);
        QCOMPARE(client.response(0).status, 503);
        m_upstream->setDefaultScript("status:404");
        client.post("/v1/messages", streamRequest);
        QTRY_COMPARE(client.finished(), 2);
        QCOMPARE(client.response(1).status, 200);
    }

    void saysWhyWhenNothingIsLeft_data()
    {
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<QByteArray>("shape");
        QTest::newRow("anthropic") << QByteArray("/v1/messages") << QByteArray("\"type\":\"error\"");
        QTest::newRow("openai") << QByteArray("/v1/chat/completions") << QByteArray("\"code\"");
        QTest::newRow("gemini") << QByteArray("/v1beta/models/g:generateContent") << QByteArray("\"status\"");
    }

    void saysWhyWhenNothingIsLeft()
    {
        QFETCH(QByteArray, path);
        QFETCH(QByteArray, shape);
        QTcpServer closed;
        QVERIFY(closed.listen(QHostAddress::LocalHost));
        const QByteArray dead = "http://127.0.0.1:" + QByteArray::number(closed.serverPort());
        closed.close();
        TestProxy proxy({dead, "http://no-such-host.invalid"});
        RawClient client;
        client.connectTo(proxy.port());
        client.post(path, streamRequest);
        QTRY_VERIFY_WITH_TIMEOUT(client.response().complete, 15'000);
        const RawResponse response = client.response();
        QCOMPARE(response.status, 502);
        QVERIFY(response.body.contains(shape));
        QVERIFY(response.body.contains("relay-a: "));
        QVERIFY(response.body.contains("relay-b: "));
        QCOMPARE(response.header("x-qcc-attempts"), QByteArray("4")); // twice each
        QVERIFY(response.header("retry-after").toInt() > 0);
        QVERIFY(!response.body.contains("upstream-key"));
        QCOMPARE(proxy.last().outcome, Outcome::Error);
    }

private:
    std::unique_ptr<ScriptedUpstream> m_upstream;
};

QTEST_GUILESS_MAIN(TestFailover)
#include "tst_failover.moc"
