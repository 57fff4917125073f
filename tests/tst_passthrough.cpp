#include "core/forward/login.h"
#include "core/health/healthprobes.h"
#include "core/report/loglines.h"
#include "core/report/recordsjson.h"
#include "tests/support/rawclient.h"
#include "tests/support/scriptedupstream.h"
#include "tests/support/testclock.h"
#include "tests/support/testproxy.h"

#include <QJsonDocument>
#include <QTest>

#include <algorithm>
#include <memory>

using namespace qcc;
using namespace qcc::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const QByteArray body(R"({"model":"claude-x","messages":[]})");
const QByteArray token = "access-token-0123456789";
const QByteArray secret = "sk-ant-oat01-LOGIN+/0123456789=LOGIN";
const RawHeaders login{{"Authorization", "Bearer " + secret}};

const QByteArray expired = R"({"type":"error","error":{"type":"authentication_error","message":"OAuth token has expired: )" + secret + R"("}})";
const QByteArray forbidden(R"({"type":"error","error":{"type":"permission_error","message":"OAuth authentication is not allowed"}})");
const QByteArray refusedInStream("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"authentication_error\",\"message\":\"no\"}}\n\n");
const QByteArray usedUp(R"({"type":"error","error":{"type":"rate_limit_error","message":"used up"}})");
const QByteArray broken = R"({"type":"error","error":{"type":"api_error","message":"broken for )" + secret + R"("}})";
// In each protocol's own words.
const QByteArray ofAnthropic(R"("type":"authentication_error")");
const QByteArray ofOpenAi(R"("error":{)");
const QByteArray ofGemini(R"("status":"UNAUTHENTICATED")");

QByteArray textOf(const Arrived &arrived)
{
    QByteArray text = arrived.rawTarget;
    for (const auto &[name, value] : arrived.headers)
        text += '\n' + name + ": " + value;
    return text;
}

} // namespace

/// An endpoint that gets the client's own login: who sees that, and whose its refusals are.
class TestPassthrough : public QObject
{
    Q_OBJECT

private:
    struct Relay {
        std::unique_ptr<ScriptedUpstream> upstream = std::make_unique<ScriptedUpstream>();
        bool passesOn = false;
    };
    std::vector<Relay> m_relays;

    /// In the order of `order`: "p" passes the login on, every other letter has a key of its own.
    std::unique_ptr<TestProxy> proxyOf(const QByteArray &order, Config config = TestProxy::shortDeadlines(), const Clock &clock = Clock::system())
    {
        QList<QByteArray> urls;
        for (const char letter : order) {
            Relay relay;
            relay.passesOn = letter == 'p';
            if (!relay.upstream->listen())
                qFatal("no upstream");
            urls.append(relay.upstream->baseUrl());
            m_relays.push_back(std::move(relay));
        }
        auto proxy = std::make_unique<TestProxy>(urls, config, FixedTimeouts{}, clock);
        proxy->editEndpoints([this, &order](QList<Endpoint> &endpoints) {
            for (qsizetype i = 0; i < endpoints.size(); ++i) {
                if (m_relays[size_t(i)].passesOn) {
                    endpoints[i].auth = AuthStyle::Passthrough;
                    endpoints[i].passthroughAnywhere = true;
                    endpoints[i].apiKey.clear();
                    endpoints[i].id = endpointId(endpoints[i].baseUrl, {});
                } else if (order[i] == 'b') {
                    endpoints[i].auth = AuthStyle::Bearer;
                }
            }
        });
        return proxy;
    }

    ScriptedUpstream &upstream(int index) { return *m_relays[size_t(index)].upstream; }

    RawResponse ask(TestProxy &proxy, const RawHeaders &headers, const QByteArray &target = "/v1/messages")
    {
        RawClient client;
        client.connectTo(proxy.port());
        client.post(target, body, headers);
        return QTest::qWaitFor([&client] { return client.finished() == 1; }) ? client.response() : RawResponse();
    }

    static EndpointState stateOf(const TestProxy &proxy, const ScriptedUpstream &upstream) { return proxy.states().value(endpointId(upstream.baseUrl(), {})); }

private Q_SLOTS:
    void cleanup() { m_relays.clear(); }

    void onlyItGetsTheLogin_data()
    {
        QTest::addColumn<QByteArray>("order");
        QTest::addColumn<int>("failing");
        QByteArray order = "abp";
        do {
            for (int failing = 0; failing <= 3; ++failing)
                QTest::addRow("%s, %d fail", order.constData(), failing) << order << failing;
        } while (std::next_permutation(order.begin(), order.end()));
    }

    void onlyItGetsTheLogin()
    {
        QFETCH(QByteArray, order);
        QFETCH(int, failing);
        Config config = TestProxy::shortDeadlines();
        config.retry.maxAttemptsPerEndpoint = 1;
        config.listen.accessToken = token;
        const std::unique_ptr<TestProxy> proxy = proxyOf(order, config);
        for (int i = 0; i < failing; ++i)
            upstream(i).setDefaultScript("status:500");
        struct Sent {
            const char *name;
            RawHeaders headers;
            QByteArray target;
            bool isLogin;
        };
        const RawHeaders shown{{"x-qcc-token", token}};
        const QList<Sent> sent{
            {"bearer", shown + login, "/v1/messages", true},
            {"x-api-key", shown + RawHeaders{{"X-Api-Key", secret}}, "/v1/messages", true},
            {"both", shown + login + RawHeaders{{"x-api-key", secret}}, "/v1/messages", true},
            {"query", shown, "/v1/messages?a=1&key=" + secret.toPercentEncoding(), true},
            {"beside the token as a key", RawHeaders{{"x-api-key", token}} + login, "/v1/messages", true},
            {"the token alone", {{"Authorization", "Bearer " + token}}, "/v1/messages", false},
            {"the token alone, twice", {{"Authorization", "Bearer " + token}, {"x-api-key", token}}, "/v1/messages", false},
            {"qcc's own word", shown + RawHeaders{{"Authorization", "Bearer qcc"}}, "/v1/messages", false},
            {"README's word", shown + RawHeaders{{"x-api-key", "any"}}, "/v1/messages", false},
            {"a cookie", shown + RawHeaders{{"Cookie", "session=" + secret}}, "/v1/messages", false},
            {"another credential's field", shown + RawHeaders{{"x-auth-token", secret}}, "/v1/messages", false},
        };
        for (const Sent &each : sent) {
            QList<int> before;
            for (const Relay &relay : m_relays)
                before.append(relay.upstream->arrivedCount());
            for (const Endpoint &endpoint : proxy->plane().router.config()->clusters.first().endpoints)
                proxy->plane().router.reset(endpoint.id);
            const RawResponse answer = ask(*proxy, each.headers, each.target);
            const qsizetype at = order.indexOf('p');
            const QByteArray serving = each.isLogin ? order : QByteArray(order).remove(at, 1);
            const int broken = failing - (!each.isLogin && at < failing ? 1 : 0);
            QVERIFY2(answer.status == (broken < serving.size() ? 200 : 500), each.name);
            for (int i = 0; i < order.size(); ++i) {
                const QList<Arrived> arrived = upstream(i).arrived().sliced(before[i]);
                const bool passesOn = m_relays[size_t(i)].passesOn;
                if (passesOn && !each.isLogin)
                    QVERIFY2(arrived.isEmpty(), each.name);
                for (const Arrived &request : arrived) {
                    const QByteArray text = textOf(request);
                    QVERIFY2(!text.contains(token) && !text.contains("qcc-token") && !text.contains("session="), text.constData());
                    if (!passesOn) {
                        QVERIFY2(!text.contains(secret) && !text.contains(secret.toPercentEncoding()), text.constData());
                        QVERIFY2(text.contains("upstream-key-" + QByteArray::number(i)), text.constData());
                        continue;
                    }
                    QVERIFY2(!text.contains("upstream-key"), text.constData());
                    for (const auto &[name, value] : each.headers) {
                        if (value.contains(secret))
                            QCOMPARE(request.header(name), value);
                    }
                    QCOMPARE(request.rawTarget, each.target);
                }
            }
        }
    }

    void aRefusedLoginIsTheClients_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("said");
        QTest::addColumn<QByteArray>("target");
        QTest::newRow("expired") << 401 << expired << QByteArray("/v1/messages");
        QTest::newRow("forbidden") << 403 << forbidden << QByteArray("/v1/messages");
        QTest::newRow("forbidden by a page") << 403 << QByteArray("<html>no</html>") << QByteArray("/v1/messages");
        QTest::newRow("forbidden without a word") << 403 << QByteArray() << QByteArray("/v1/messages");
        QTest::newRow("expired at a count") << 401 << expired << QByteArray("/v1/messages/count_tokens");
        QTest::newRow("expired at a list") << 401 << expired << QByteArray("/v1/files");
    }

    void aRefusedLoginIsTheClients()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, said);
        QFETCH(QByteArray, target);
        const std::unique_ptr<TestProxy> proxy = proxyOf("pa");
        const RawHeaders fields{{"www-authenticate", "Bearer error=\"invalid_token\""}, {"request-id", "r1"}};
        upstream(0).setBehaviour([&](const Arrived &arrived) {
            return arrived.header("authorization").contains("RENEWED") ? Script() : Script().answer(status, "application/json", said, fields);
        });
        const RawResponse refused = ask(*proxy, login, target);
        QCOMPARE(refused.status, status);
        QCOMPARE(refused.body, said);
        QCOMPARE(refused.header("www-authenticate"), fields.first().second);
        QCOMPARE(upstream(0).arrivedCount(), 1);
        QCOMPARE(upstream(1).arrivedCount(), 0);
        QTRY_COMPARE(proxy->records().size(), 1);
        QCOMPARE(proxy->last().outcome, Outcome::CallerError);
        const EndpointState state = stateOf(*proxy, upstream(0));
        QVERIFY(state.rest == RestReason::None && state.breaker == BreakerState::Closed && state.consecutiveFailures == 0);
        QVERIFY(state.health == HealthStatus::Unknown || state.health == HealthStatus::Healthy);
        // The record holds nothing of it.
        const QByteArray kept = QJsonDocument(exchangeJson(proxy->last())).toJson() + logLineFor(proxy->last()).text.toUtf8();
        QVERIFY2(!kept.contains(secret) && !kept.contains("LOGIN"), kept.constData());

        // The client renews it, and goes on.
        const RawResponse renewed = ask(*proxy, {{"Authorization", "Bearer sk-ant-oat01-RENEWED"}});
        QCOMPARE(renewed.status, 200);
        QCOMPARE(upstream(0).arrivedCount(), 2);
        QCOMPARE(upstream(1).arrivedCount(), 0);
    }

    void aRefusalToldInAStreamIsTheClientsToo()
    {
        const std::unique_ptr<TestProxy> proxy = proxyOf("pa");
        upstream(0).setBehaviour([](const Arrived &) {
            return Script().streamHead().chunk(refusedInStream).lastChunk();
        });
        const RawResponse answer = ask(*proxy, login);
        QVERIFY(answer.body.contains("authentication_error"));
        QCOMPARE(upstream(1).arrivedCount(), 0);
        QCOMPARE(stateOf(*proxy, upstream(0)).rest, RestReason::None);
    }

    void aSpentPlanIsOneLoginsAlone_data()
    {
        QTest::addColumn<RawHeaders>("fields");
        QTest::newRow("Claude") << RawHeaders{{"anthropic-ratelimit-unified-status", "rejected"}, {"anthropic-ratelimit-unified-5h-utilization", "1"}, {"retry-after", "900"}};
        QTest::newRow("ChatGPT") << RawHeaders{{"x-codex-primary-used-percent", "100"}, {"x-codex-primary-window-minutes", "300"}, {"x-codex-primary-reset-after-seconds", "900"}};
    }

    void aSpentPlanIsOneLoginsAlone()
    {
        QFETCH(RawHeaders, fields);
        TestClock clock;
        const std::unique_ptr<TestProxy> proxy = proxyOf("pa", TestProxy::shortDeadlines(), clock);
        upstream(0).setBehaviour([fields](const Arrived &arrived) {
            return arrived.header("authorization").contains("OTHER") ? Script()
                                                                    : Script().answer(429, "application/json", usedUp, fields);
        });
        const RawHeaders other{{"Authorization", "Bearer sk-ant-oat01-OTHER"}};
        const auto askAndCount = [&](const RawHeaders &headers) {
            const RawResponse answer = ask(*proxy, headers);
            return QList<int>{answer.status, upstream(0).arrivedCount(), upstream(1).arrivedCount()};
        };
        QCOMPARE(askAndCount(login), (QList<int>{200, 1, 1})); // refused there, served elsewhere
        QCOMPARE(askAndCount(login), (QList<int>{200, 1, 2})); // rests for this login
        QCOMPARE(askAndCount(other), (QList<int>{200, 2, 2})); // not for another
        const EndpointState state = stateOf(*proxy, upstream(0));
        QVERIFY(state.rest == RestReason::None && state.health == HealthStatus::Healthy && state.reopensInS == 0);
        QCOMPARE(state.restingLogins, QList<double>{900});
        clock.advance(899s);
        QCOMPARE(askAndCount(login), (QList<int>{200, 2, 3}));
        clock.advance(2s);
        QCOMPARE(askAndCount(login), (QList<int>{200, 3, 4})); // asked again, and refused again
    }

    void aSpentPlanIsPassedOnWhereNobodyElseIs()
    {
        const std::unique_ptr<TestProxy> proxy = proxyOf("p");
        const RawHeaders fields{{"anthropic-ratelimit-unified-status", "rejected"}, {"anthropic-ratelimit-unified-7d-reset", "1900000000"}, {"retry-after", "900"}};
        upstream(0).setBehaviour([fields](const Arrived &) { return Script().answer(429, "application/json", usedUp, fields); });
        const RawResponse answer = ask(*proxy, login);
        QCOMPARE(answer.status, 429);
        QCOMPARE(answer.header("anthropic-ratelimit-unified-7d-reset"), "1900000000"_ba);
        QCOMPARE(answer.header("retry-after"), "900"_ba);
        // What it is told is the rest of its own login.
        QCOMPARE(ask(*proxy, login).header("retry-after"), "900"_ba);
    }

    void withoutALoginItIsSkippedAndSaysSo()
    {
        const std::unique_ptr<TestProxy> proxy = proxyOf("pa");
        QCOMPARE(ask(*proxy, {}).status, 200);
        QCOMPARE(upstream(0).arrivedCount(), 0);
        QTRY_COMPARE(proxy->records().size(), 1);
        QCOMPARE(proxy->last().skipped, QStringList(QStringLiteral("relay-a")));
        QVERIFY2(logLineFor(proxy->last()).text.contains(QStringLiteral("skipped without a login: relay-a")), qPrintable(logLineFor(proxy->last()).text));
        QCOMPARE(exchangeFromJson(exchangeJson(proxy->last()))->skipped, proxy->last().skipped);

        upstream(1).setDefaultScript("close-before-answer");
        const RawResponse failed = ask(*proxy, {});
        QCOMPARE(failed.status, 502);
        QVERIFY2(failed.body.contains("relay-a: skipped") && failed.body.contains("relay-b: "), failed.body.constData());
        QCOMPARE(upstream(0).arrivedCount(), 0);

        // With one it is not.
        QCOMPARE(ask(*proxy, login).status, 200);
        QTRY_COMPARE(proxy->records().size(), 3);
        QVERIFY(proxy->last().skipped.isEmpty());
    }

    void whereItAloneIsThereTheClientHearsWhatIsMissing_data()
    {
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<QByteArray>("shape");
        QTest::newRow("Anthropic") << QByteArray("/v1/messages") << ofAnthropic;
        QTest::newRow("OpenAI") << QByteArray("/v1/responses") << ofOpenAi;
        QTest::newRow("Gemini") << QByteArray("/v1beta/models/g:generateContent") << ofGemini;
    }

    void whereItAloneIsThereTheClientHearsWhatIsMissing()
    {
        QFETCH(QByteArray, target);
        QFETCH(QByteArray, shape);
        const std::unique_ptr<TestProxy> proxy = proxyOf("p");
        const RawResponse answer = ask(*proxy, {{"Authorization", "Bearer qcc"}}, target);
        QCOMPARE(answer.status, 401);
        QVERIFY2(answer.body.contains(shape) && answer.body.contains("relay-a: skipped") && answer.body.contains("--login keep"), answer.body.constData());
        QVERIFY(answer.header("retry-after").isEmpty());
        QCOMPARE(upstream(0).arrivedCount(), 0);
        QTRY_COMPARE(proxy->records().size(), 1);
        QCOMPARE(proxy->last().outcome, Outcome::CallerError);
        QVERIFY(stateOf(*proxy, upstream(0)).health == HealthStatus::Unknown);
    }

    void itsFailuresAreJudgedLikeAnyOther()
    {
        Config config = TestProxy::shortDeadlines();
        config.retry.maxAttemptsPerEndpoint = 1;
        const std::unique_ptr<TestProxy> proxy = proxyOf("pa", config);
        upstream(0).setBehaviour([](const Arrived &) { return Script().answer(500, "application/json", broken); });
        upstream(1).setDefaultScript("close-before-answer");
        const RawResponse answer = ask(*proxy, login);
        QCOMPARE(answer.status, 502);
        // What one endpoint says of the login is not told in qcc's own words.
        QVERIFY2(!answer.body.contains(secret) && answer.body.contains("broken for ***"), answer.body.constData());
        QVERIFY(stateOf(*proxy, upstream(0)).consecutiveFailures > 0);
    }

    void aTestBringsNoLogin()
    {
        const std::unique_ptr<TestProxy> proxy = proxyOf("p");
        upstream(0).setDefaultScript("status:401");
        const Endpoint endpoint = proxy->plane().router.config()->clusters.first().endpoints.first();
        DirectProbes probes;
        QList<ProbeResult> results;
        probes.probe(endpoint, 5s, [&results](const ProbeResult &result) { results.append(result); });
        QTRY_COMPARE(results.size(), 1);
        QVERIFY2(results.first().reachable && results.first().status == 401, qPrintable(results.first().error));
        const Arrived arrived = upstream(0).arrivedAt(0);
        QVERIFY(arrived.header("authorization").isEmpty() && arrived.header("x-api-key").isEmpty());

        // A message would cost a refusal and tell nothing.
        probes.test({u"test"_s, endpoint, 5s, messageTest(endpoint, proxy->plane().router.config())}, [&results](const ProbeResult &result, const Endpoint &) { results.append(result); });
        QTRY_COMPARE(results.size(), 2);
        QCOMPARE(results[1].failure, FailureClass::Cancelled);
        QVERIFY2(results[1].error.contains(u"the client's own login"_s), qPrintable(results[1].error));
        QCOMPARE(upstream(0).arrivedCount(), 1);
    }
};

QTEST_GUILESS_MAIN(TestPassthrough)
#include "tst_passthrough.moc"
