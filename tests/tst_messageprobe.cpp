#include "core/api/sampleanswer.h"
#include "core/health/healthprobes.h"
#include "core/report/healthcommands.h"
#include "core/report/recordsjson.h"
#include "core/routing/router.h"
#include "tests/support/scriptedupstream.h"

#include <QJsonDocument>
#include <QSignalSpy>
#include <QTest>

#include <memory>

using namespace qcc;
using namespace qcc::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const QByteArray key("sk-secret-0123456789");
const QByteArray page("<!DOCTYPE html><html><title>Just a moment</title></html>");
const QByteArray overloaded("{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}");
const QByteArray badKey("{\"error\":{\"type\":\"authentication_error\",\"message\":\"no such key: sk-secret-0123456789\"}}");
const QByteArray badModel("{\"error\":{\"type\":\"not_found_error\",\"message\":\"model: claude-haiku-4-5\"}}");
const QByteArray spent("{\"error\":{\"code\":\"insufficient_quota\",\"message\":\"You exceeded your current quota\"}}");
const QByteArray slowDown("{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"slow down\"}}");
const QByteArray unknownPath("{\"error\":{\"type\":\"invalid_request_error\",\"message\":\"Unknown request URL: POST\"}}");

QByteArray said(Dialect dialect, const QStringList &pieces, qsizetype without = 0)
{
    QList<QByteArray> events = answerEvents(dialect, {u"1"_s, u"a-model-20260101"_s, pieces, 1'700'000'000, 8});
    events.resize(events.size() - without);
    return events.join();
}

Script stream(const QByteArray &events)
{
    return Script().answer(200, "text/event-stream", events);
}

QJsonObject bodyOf(const Arrived &arrived)
{
    return QJsonDocument::fromJson(arrived.body).object();
}

} // namespace

/// A test with a message: what it asks, and how its answer is judged.
class TestMessageProbe : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_upstream = std::make_unique<ScriptedUpstream>();
        QVERIFY(m_upstream->listen());
        m_probes = std::make_unique<DirectProbes>();
        m_config = Config();
        m_endpoint = Endpoint();
        m_endpoint.name = u"relay"_s;
        m_endpoint.baseUrl = m_upstream->baseUrl();
        m_endpoint.apiKey = key;
        m_endpoint.id = u"id-of-relay"_s;
    }

    void asksAsTheEndpointIsSpokenTo_data()
    {
        QTest::addColumn<QByteArray>("baseUrl");
        QTest::addColumn<AuthStyle>("auth");
        QTest::addColumn<Dialect>("ofEndpoint");
        QTest::addColumn<Dialect>("ofCluster");
        QTest::addColumn<QList<Dialect>>("dialects");
        const auto row = [](const char *name, const char *url, AuthStyle auth, Dialect own, Dialect cluster, const QList<Dialect> &dialects) {
            QTest::newRow(name) << QByteArray(url) << auth << own << cluster << dialects;
        };
        const QList<Dialect> guess{Dialect::Anthropic, Dialect::OpenAiChat};
        row("nothing is known", "https://relay.example", AuthStyle::Auto, Dialect::Unknown, Dialect::Unknown, guess);
        row("a bearer says nothing", "https://relay.example", AuthStyle::Bearer, Dialect::Unknown, Dialect::Unknown, guess);
        row("its own requests", "https://relay.example", AuthStyle::XApiKey, Dialect::OpenAiResponses, Dialect::Anthropic, {Dialect::OpenAiResponses});
        row("its neighbours", "https://relay.example", AuthStyle::Bearer, Dialect::Unknown, Dialect::OpenAiResponses, {Dialect::OpenAiResponses});
        row("its URL before its neighbours", "https://api.openai.com/v1", AuthStyle::Auto, Dialect::Unknown, Dialect::Anthropic, {Dialect::OpenAiChat});
        row("x-api-key", "https://relay.example", AuthStyle::XApiKey, Dialect::Unknown, Dialect::Unknown, {Dialect::Anthropic});
        row("api-key says nothing", "https://relay.example", AuthStyle::ApiKey, Dialect::Unknown, Dialect::Unknown, guess);
        row("x-goog-api-key", "https://relay.example", AuthStyle::XGoogApiKey, Dialect::Unknown, Dialect::Unknown, {Dialect::Gemini});
        row("Anthropic itself", "https://api.anthropic.com", AuthStyle::Auto, Dialect::Unknown, Dialect::Unknown, {Dialect::Anthropic});
        row("Gemini itself", "https://generativelanguage.googleapis.com", AuthStyle::Auto, Dialect::Unknown, Dialect::Unknown, {Dialect::Gemini});
        row("Gemini's OpenAI", "https://generativelanguage.googleapis.com/v1beta/openai", AuthStyle::Bearer, Dialect::Unknown, Dialect::Unknown,
            {Dialect::OpenAiChat});
        row("a vendor that speaks one", "https://api.deepseek.com/anthropic", AuthStyle::Bearer, Dialect::Unknown, Dialect::OpenAiChat, {Dialect::Anthropic});
        row("a vendor that speaks the other", "https://api.groq.com/openai", AuthStyle::Bearer, Dialect::Unknown, Dialect::Unknown, {Dialect::OpenAiChat});
        row("a vendor that speaks both", "https://openrouter.ai/api", AuthStyle::Bearer, Dialect::Unknown, Dialect::Unknown, guess);
        row("a vendor's customer", "https://mine.openai.azure.com/openai", AuthStyle::ApiKey, Dialect::Unknown, Dialect::Unknown, {Dialect::OpenAiChat});
        row("a whole path", "https://relay.example/v1/responses", AuthStyle::Bearer, Dialect::Unknown, Dialect::Unknown, {Dialect::OpenAiResponses});
    }

    void asksAsTheEndpointIsSpokenTo()
    {
        QFETCH(QByteArray, baseUrl);
        QFETCH(AuthStyle, auth);
        QFETCH(Dialect, ofEndpoint);
        QFETCH(Dialect, ofCluster);
        const auto lately = [](Dialect dialect) { return dialect == Dialect::Unknown ? std::nullopt : std::optional(LatelyAsked{dialect, u"m"_s}); };
        m_endpoint.baseUrl = baseUrl;
        m_endpoint.auth = auth;
        const MessageTest test = messageTest(m_endpoint, snapshot(), {}, lately(ofEndpoint), lately(ofCluster));
        QTEST(test.dialects, "dialects");
        QCOMPARE(test.isGuess(), test.dialects.size() > 1);
    }

    void findsTheModel()
    {
        const LatelyAsked lately{Dialect::OpenAiChat, u"last-asked"_s};
        m_config.model.override = u"overridden"_s;
        QCOMPARE(messageTest(m_endpoint, snapshot()).model, u"overridden"_s);
        m_endpoint.modelMap = {{u"claude-*"_s, u"mapped"_s}};
        QCOMPARE(messageTest(m_endpoint, snapshot()).model, u"mapped"_s);
        QCOMPARE(messageTest(m_endpoint, snapshot(), {}, lately).model, u"last-asked"_s);
        QCOMPARE(messageTest(m_endpoint, snapshot(), {}, {}, lately).model, u"last-asked"_s);
        QCOMPARE(messageTest(m_endpoint, snapshot(), u"named"_s, lately).model, u"named"_s);
    }

    void learnsFromGoodRequestsAlone()
    {
        const auto exchange = [](const char *path, const char *model, const QString &endpoint, Outcome outcome = Outcome::Complete) {
            ExchangeRecord record;
            record.method = "POST";
            record.path = path;
            record.model = QString::fromLatin1(model);
            record.cluster = u"work"_s;
            record.outcome = outcome;
            AttemptRecord failed;
            failed.endpointId = u"c"_s;
            AttemptRecord last;
            last.endpointId = endpoint;
            record.attempts = {failed, last};
            return record;
        };
        const QList<ExchangeRecord> newestFirst{exchange("/v1/messages", "broken", u"a"_s, Outcome::Error),
                                                exchange("/v1/messages/count_tokens", "counted", u"a"_s),
                                                exchange("/v1/responses", "gpt", u"b"_s), exchange("/v1/messages", "claude", u"a"_s)};
        QCOMPARE(latelyAsked(newestFirst, u"work"_s, u"a"_s)->model, u"claude"_s);
        QCOMPARE(latelyAsked(newestFirst, u"work"_s, u"a"_s)->dialect, Dialect::Anthropic);
        QCOMPARE(latelyAsked(newestFirst, u"work"_s, {})->model, u"gpt"_s);
        QVERIFY(!latelyAsked(newestFirst, u"work"_s, u"c"_s));
        QVERIFY(!latelyAsked(newestFirst, u"home"_s, {}));
    }

    void sendsTheSmallestQuestionOfEachDialect_data()
    {
        QTest::addColumn<Dialect>("dialect");
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<QByteArray>("credential");
        QTest::newRow("Anthropic") << Dialect::Anthropic << QByteArray("/v1/messages") << QByteArray("x-api-key");
        QTest::newRow("Chat") << Dialect::OpenAiChat << QByteArray("/v1/chat/completions") << QByteArray("authorization");
        QTest::newRow("Responses") << Dialect::OpenAiResponses << QByteArray("/v1/responses") << QByteArray("authorization");
        QTest::newRow("Gemini") << Dialect::Gemini << QByteArray("/v1beta/models/asked:streamGenerateContent?alt=sse") << QByteArray("x-goog-api-key");
    }

    void sendsTheSmallestQuestionOfEachDialect()
    {
        QFETCH(Dialect, dialect);
        QFETCH(QByteArray, credential);
        m_upstream->setBehaviour([dialect](const Arrived &) { return stream(said(dialect, {u"Hel"_s, u"lo"_s})); });
        const ProbeResult result = asked({snapshot(), {dialect}, u"asked"_s});
        QCOMPARE(result.failure, FailureClass::None);
        QVERIFY(result.reachable);
        QCOMPARE(result.error, QString());
        QCOMPARE(result.status, 200);
        QVERIFY(result.firstByteMs && *result.firstByteMs <= result.totalMs);
        QVERIFY(result.message);
        QCOMPARE(result.message->words, u"Hello"_s);
        QCOMPARE(result.message->model, u"asked"_s);
        QCOMPARE(result.message->answeredModel, u"a-model-20260101"_s);
        QCOMPARE(m_upstream->arrivedCount(), 1);
        const Arrived arrived = m_upstream->arrivedAt(0);
        QCOMPARE(arrived.method, QByteArray("POST"));
        QTEST(arrived.rawTarget, "target");
        QCOMPARE(arrived.header("content-type"), QByteArray("application/json"));
        QVERIFY(arrived.header(credential).contains(key));
        QCOMPARE(arrived.header("anthropic-version").isEmpty(), dialect != Dialect::Anthropic);
        const QJsonObject body = bodyOf(arrived);
        QCOMPARE(body.value("model"_L1).toString(), dialect == Dialect::Gemini ? QString() : u"asked"_s);
        QCOMPARE(body.value("stream"_L1).toBool(), dialect != Dialect::Gemini);
        QVERIFY(arrived.body.size() < 300);
        QTRY_COMPARE(m_upstream->openConnections(), 0);
    }

    void tellsTokensWhereTheyAreTold()
    {
        m_upstream->setBehaviour([](const Arrived &) { return stream(said(Dialect::Anthropic, {u"Hi"_s})); });
        const ProbeResult result = asked({snapshot(), {Dialect::Anthropic}, {}});
        QCOMPARE(result.message->inputTokens, std::optional<qint64>(8));
        QCOMPARE(result.message->outputTokens, std::optional<qint64>(1));
        QCOMPARE(bodyOf(m_upstream->arrivedAt(0)).value("max_tokens"_L1).toInt(), 1);
    }

    void theRulesAboutModelsHoldAsForClients()
    {
        m_upstream->setBehaviour([](const Arrived &) { return stream(said(Dialect::Anthropic, {u"Hi"_s})); });
        m_endpoint.modelMap = {{u"claude-*"_s, u"glm-9"_s}};
        const ProbeResult result = asked({snapshot(), {Dialect::Anthropic}, u"claude-opus-5"_s});
        QCOMPARE(bodyOf(m_upstream->arrivedAt(0)).value("model"_L1).toString(), u"glm-9"_s);
        QCOMPARE(result.message->model, u"glm-9"_s);
    }

    void readsAnswersThatAreNotStreamed()
    {
        m_upstream->setBehaviour([](const Arrived &) {
            return Script().answer(200, "application/json", answerJson(Dialect::OpenAiChat, {u"1"_s, u"m"_s, {u"Good day"_s}, 1, 1}));
        });
        const ProbeResult result = asked({snapshot(), {Dialect::OpenAiChat}, {}});
        QVERIFY(result.reachable);
        QCOMPARE(result.message->words, u"Good day"_s);
    }

    void triesTheNextDialectWhereThePathIsMissing_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::newRow("a page") << 404 << page;
        QTest::newRow("an API's error") << 404 << unknownPath;
        QTest::newRow("405") << 405 << QByteArray();
    }

    void triesTheNextDialectWhereThePathIsMissing()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        m_upstream->setBehaviour([status, body](const Arrived &arrived) {
            return arrived.path() == "/v1/messages" ? Script().answer(status, "text/html", body) : stream(said(Dialect::OpenAiChat, {u"Hi"_s}));
        });
        const ProbeResult result = asked(messageTest(m_endpoint, snapshot()));
        QVERIFY(result.reachable);
        QCOMPARE(result.message->words, u"Hi"_s);
        QCOMPARE(result.message->path, u"/v1/chat/completions"_s);
        QCOMPARE(m_upstream->arrivedCount(), 2);
    }

    void judgesAsARequestIsJudged_data()
    {
        QTest::addColumn<Script>("script");
        QTest::addColumn<FailureClass>("failure");
        QTest::addColumn<QString>("error");
        const auto row = [](const char *name, const Script &script, FailureClass failure, const char *error) {
            QTest::newRow(name) << script << failure << QString::fromLatin1(error);
        };
        const QByteArray good = said(Dialect::Anthropic, {u"Hello"_s});
        row("good", stream(good), FailureClass::None, "");
        row("good, its end forgotten", stream(said(Dialect::Anthropic, {u"Hello"_s}, 1)), FailureClass::None, "");
        row("a 200 that is an error", stream("event: error\ndata: " + overloaded + "\n\n"), FailureClass::Transient,
            "an error inside a 200: overloaded_error: Overloaded");
        row("a 200 that is a JSON error", Script().answer(200, "application/json", overloaded), FailureClass::Transient,
            "an error inside a 200: overloaded_error: Overloaded");
        row("an error after words", stream(said(Dialect::Anthropic, {u"Hello"_s}, 3) + "event: error\ndata: " + overloaded + "\n\n"), FailureClass::Transient,
            "the answer ended in an error: overloaded_error: Overloaded");
        row("a page", Script().answer(200, "text/html", page), FailureClass::BadAnswer, "an HTML page instead of an answer: Just a moment");
        row("nothing", Script().answer(200, "text/event-stream", {}), FailureClass::BadAnswer, "an empty stream");
        row("529", Script().answer(529, "application/json", overloaded), FailureClass::Transient,
            "HTTP 529: overloaded_error: Overloaded");
        row("401, which quotes the key", Script().answer(401, "application/json", badKey), FailureClass::Auth,
            "the key was refused (HTTP 401): authentication_error: no such key: ***");
        row("no such model", Script().answer(404, "application/json", badModel), FailureClass::Model,
            "HTTP 404: not_found_error: model: claude-haiku-4-5");
        row("a spent quota", Script().answer(429, "application/json", spent), FailureClass::Quota,
            "HTTP 429: You exceeded your current quota");
        row("too many requests", Script().answer(429, "application/json", slowDown), FailureClass::RateLimit,
            "HTTP 429: rate_limit_error: slow down");
        row("a firewall", Script().answer(403, "text/html", page), FailureClass::Blocked,
            "something before the API blocks the request (HTTP 403): Just a moment");
        row("elsewhere", Script().answer(302, "text/html", {}, {{"Location", "https://login.example/?key=1"}}), FailureClass::Misplaced,
            "the base URL redirects to https://login.example/");
        row("neither yes nor no", Script().answer(300, "text/plain", "choose"), FailureClass::BadAnswer, "HTTP 300*");
        row("it breaks off", Script().streamHead().chunk(said(Dialect::Anthropic, {u"Hello"_s}, 3)).reset(), FailureClass::BrokenStream,
            "the answer broke off: *");
        row("it ends early", stream(said(Dialect::Anthropic, {u"Hello"_s}, 3)), FailureClass::BrokenStream, "the answer ended before its protocol's end");
        row("closed", Script().close(), FailureClass::Broken, "the connection was closed before an answer");
    }

    void judgesAsARequestIsJudged()
    {
        QFETCH(Script, script);
        m_upstream->setBehaviour([script](const Arrived &) { return script; });
        const ProbeResult result = asked({snapshot(), {Dialect::Anthropic}, {}});
        QTEST(result.failure, "failure");
        QFETCH(QString, error);
        if (error.endsWith(u'*') && !error.contains("**"_L1))
            QVERIFY2(result.error.startsWith(error.chopped(1)), qPrintable(result.error));
        else
            QCOMPARE(result.error, error);
        QCOMPARE(result.reachable, result.failure == FailureClass::None);
        QVERIFY(!QJsonDocument(probeJson(u"work"_s, m_endpoint, result)).toJson().contains(key));
        QCOMPARE(m_upstream->arrivedCount(), 1);
    }

    void wordsOfOthersAreShownWithoutTheKeyAndHarmless()
    {
        const QString long1 = QString(300, u'x');
        m_upstream->setBehaviour([long1](const Arrived &) {
            return stream(said(Dialect::Anthropic, {u"your key is sk-secret-"_s, u"0123456789 and your team token-4242\n\u001b[31m"_s, long1}));
        });
        m_endpoint.headers = {{u"X-Team"_s, u"token-4242"_s}};
        const QString words = asked({snapshot(), {Dialect::Anthropic}, {}}).message->words;
        QVERIFY2(words.startsWith(u"your key is *** and your team ***\\n\\u001b[31mxx"_s), qPrintable(words));
        QCOMPARE(words.size(), 200);
    }

    void silenceEndsInTime_data()
    {
        QTest::addColumn<Script>("script");
        QTest::addColumn<QString>("error");
        QTest::newRow("no head") << Script().stall() << u"no answer within 0.5 s"_s;
        QTest::newRow("no end") << Script().streamHead().chunk(said(Dialect::Anthropic, {u"Hello"_s}, 3)).stall() << u"the answer did not end within 0.5 s"_s;
    }

    void silenceEndsInTime()
    {
        QFETCH(Script, script);
        m_upstream->setBehaviour([script](const Arrived &) { return script; });
        const ProbeResult result = asked({snapshot(), {Dialect::Anthropic}, {}}, 500ms);
        QCOMPARE(result.failure, FailureClass::Timeout);
        QTEST(result.error, "error");
        QTRY_COMPARE(m_upstream->openConnections(), 0);
    }

    void anAnswerThatNeverEndsIsNotPaidFor()
    {
        m_upstream->setBehaviour([](const Arrived &) {
            const QByteArray event = "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\",\"text\":\"la \"}}\n\n";
            return Script().streamHead().repeatChunked(event, -1);
        });
        const ProbeResult result = asked({snapshot(), {Dialect::Anthropic}, {}});
        QVERIFY(result.reachable);
        QVERIFY(result.message->words.startsWith("la la"_L1));
        QTRY_COMPARE(m_upstream->openConnections(), 0);
    }

    void itEndsWithTheOneWhoAsked()
    {
        m_upstream->setDefaultScript("stall-before-head");
        auto asker = std::make_unique<QObject>();
        ProbeTarget target{u"work"_s, m_endpoint, 5s, MessageTest{snapshot(), {Dialect::Anthropic}, {}}, QPointer(asker.get())};
        QList<ProbeResult> results;
        m_probes->test(target, [&results](const ProbeResult &result, const Endpoint &) { results.append(result); });
        QTRY_COMPARE(m_upstream->arrivedCount(), 1);
        asker.reset();
        QTRY_COMPARE(m_upstream->openConnections(), 0);
        QCOMPARE(results.size(), 1);
        QCOMPARE(results.first().failure, FailureClass::Cancelled);
        // And one that he did not live to see begin asks nobody.
        m_probes->test(target, [&results](const ProbeResult &result, const Endpoint &) { results.append(result); });
        QTRY_COMPARE(results.size(), 2);
        QCOMPARE(m_upstream->arrivedCount(), 1);
    }

    void itEndsOnceWhereNobodyIsAskedEither()
    {
        m_endpoint.keyFault = u"its key cannot be opened"_s;
        auto asker = std::make_unique<QObject>();
        QList<ProbeResult> results;
        m_probes->test({u"work"_s, m_endpoint, 5s, MessageTest{snapshot(), {Dialect::Anthropic}, {}}, QPointer(asker.get())},
                       [&results](const ProbeResult &result, const Endpoint &) { results.append(result); });
        asker.reset();
        QCoreApplication::processEvents();
        QCOMPARE(results.size(), 1);
        QCOMPARE(results.first().failure, FailureClass::Cancelled);
    }

    void aKeyThatCannotBeOpenedIsNotAskedWith()
    {
        m_endpoint.keyFault = u"its key cannot be opened"_s;
        const ProbeResult result = asked({snapshot(), {Dialect::Anthropic}, {}});
        QCOMPARE(result.failure, FailureClass::Auth);
        QCOMPARE(m_upstream->arrivedCount(), 0);
    }

    void theRouterLearns_data()
    {
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<HealthStatus>("health");
        QTest::addColumn<RestReason>("rest");
        QTest::addColumn<int>("failures");
        const auto row = [](const char *name, const char *before, int status, const QByteArray &body, HealthStatus health, RestReason rest, int failures) {
            QTest::newRow(name) << QByteArray(before) << status << body << health << rest << failures;
        };
        row("good", "", 200, {}, HealthStatus::Healthy, RestReason::None, 0);
        row("good, after the key was refused", "refused", 200, {}, HealthStatus::Healthy, RestReason::None, 0);
        row("good, after it was given up", "open", 200, {}, HealthStatus::Healthy, RestReason::None, 0);
        row("it fails", "", 529, overloaded, HealthStatus::Degraded, RestReason::None, 1);
        row("a key that never worked is refused", "", 401, badKey, HealthStatus::Unhealthy, RestReason::Auth, 0);
        row("a key that has worked is refused", "worked", 401, badKey, HealthStatus::Healthy, RestReason::None, 0);
        row("a spent quota", "", 402, spent, HealthStatus::Unknown, RestReason::None, 0);
        row("no such model", "", 404, badModel, HealthStatus::Unknown, RestReason::None, 0);
        row("nobody knows the path", "", 404, page, HealthStatus::Unknown, RestReason::None, 0);
    }

    void theRouterLearns()
    {
        QFETCH(QByteArray, before);
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        m_config.activeCluster = u"work"_s;
        m_config.clusters = {{u"work"_s, Strategy::PriorityFailover, {m_endpoint}}};
        Router router;
        router.configure(snapshot(), QString());
        QStringList worked;
        router.setKeyListener([&worked](const Endpoint &endpoint) { worked.append(endpoint.id); });
        HealthCommands commands(router);
        CommandTable table;
        commands.addTo(table);
        const auto now = std::chrono::steady_clock::now();
        if (before == "refused")
            router.verified(m_endpoint.id, false, true, now);
        for (int i = 0; before == "open" && i < m_config.breaker.failures; ++i)
            router.verified(m_endpoint.id, false, false, now);
        if (before == "worked")
            router.messageTested(m_endpoint.id, FailureClass::None, now);
        worked.clear();
        m_upstream->setBehaviour([status, body](const Arrived &) {
            return status == 200 ? stream(said(Dialect::Anthropic, {u"Hi"_s})) : Script().answer(status, "application/json", body);
        });
        QList<QJsonObject> replies;
        table.handle({{u"cmd"_s, u"test_endpoints"_s}, {u"message"_s, true}, {u"model"_s, u"mine"_s}},
                     [&replies](const QJsonObject &reply) { replies.append(reply); });
        QTRY_COMPARE(replies.size(), 1);
        const QJsonValue result = replies.first().value("result"_L1)["results"_L1][0];
        QCOMPARE(result["message"_L1]["model"_L1].toString(), u"mine"_s);
        QCOMPARE(result["reachable"_L1].toBool(), status == 200);
        const EndpointState state = router.states(std::chrono::steady_clock::now()).value(m_endpoint.id);
        QTEST(state.health, "health");
        QTEST(state.rest, "rest");
        QTEST(state.consecutiveFailures, "failures");
        QCOMPARE(worked, status == 200 ? QStringList{m_endpoint.id} : QStringList());
    }

private:
    ConfigSnapshot snapshot() const { return std::make_shared<const Config>(m_config); }

    ProbeResult asked(const MessageTest &test, std::chrono::milliseconds timeout = 5s)
    {
        std::optional<ProbeResult> found;
        m_probes->test({u"work"_s, m_endpoint, timeout, test}, [&found](const ProbeResult &result, const Endpoint &) { found = result; });
        const bool ended = QTest::qWaitFor([&found] { return found.has_value(); }, 10'000);
        return ended ? *found : ProbeResult(); // which no row expects
    }

    std::unique_ptr<ScriptedUpstream> m_upstream;
    std::unique_ptr<DirectProbes> m_probes;
    Config m_config;
    Endpoint m_endpoint;
};

QTEST_GUILESS_MAIN(TestMessageProbe)
#include "tst_messageprobe.moc"
