#include "core/forward/forwarding.h"
#include "tests/support/coding.h"
#include "tests/support/rawclient.h"
#include "tests/support/scriptedupstream.h"
#include "tests/support/testclock.h"
#include "tests/support/testproxy.h"

#include <QTest>

#include <memory>

using namespace qcc;
using namespace qcc::test;
using namespace std::chrono_literals;

namespace {

// What Claude Code puts into a request, and what a parser that writes anew would not leave as it is: the order of members, a member twice,
// escapes, numbers beyond a double, the attribution block at the beginning of `system`, and members that nobody knows.
const QByteArray question("{\"model\":\"claude-opus-5\",\"max_tokens\":128000,\"stream\":true , \"temperature\":1.0,\"temperature\":1e0,\n"
                          "\"system\":[{\"type\":\"text\",\"text\":\"x-anthropic-billing-header: cc_version=2.1.332.b7e; cc_entrypoint=cli; cch=61d9b;\"},\n"
                          "  {\"text\":\"caf\\u00e9 \\uD83D\\uDE00 caf\xc3\xa9 \\/ \\u0000\",\"cache_control\":{\"ttl\":\"1h\",\"type\":\"ephemeral\"},\"type\":\"text\"}],\n"
                          "\"thinking\":{\"type\":\"adaptive\",\"budget\":12345678901234567890123},\"context_management\":{\"edits\":[ ]},\n"
                          "\"output_config\":{\"effort\":\"xhigh\"},\"tools\":[{\"name\":\"Bash\",\"strict\":true,\"defer_loading\":false,\"model\":\"of-a-tool\"}],\n"
                          "\"metadata\":{\"user_id\":\"{\\\"session_id\\\":\\\"s-1\\\"}\"},\"messages\":[{\"role\":\"user\",\"content\":\"hi \\ud800\"}],\"not_known_yet\":-0.0E-0}\r\n");

// As the vendor words it; the client looks for these words, and mends its request.
const QByteArray thinkingRefused("{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"messages.1.content.0: Invalid `signature` in `thinking` block\"},"
                                 "\"request_id\":\"req_011\"}\n");
const QByteArray otherConversation("{ \"error\" : {\"message\":\"thinking block is bound to a different conversation\",\"type\":\"invalid_request_error\"},\"type\":\"error\"}");
const QByteArray unknownTool("{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"tools.0: Input tag 'tool_search_tool_regex_20251119' found using "
                             "'type' does not match any of the expected tags\"}}");
const QByteArray tooLong("{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"prompt is too long: 213000 tokens > 200000 maximum\"}}");
const QByteArray tooLarge("{\"type\":\"error\",\"error\":{\"type\":\"request_too_large\",\"message\":\"Request exceeds the maximum size\"}}");
const QByteArray noSuchModel("{\"type\":\"error\",\"error\":{\"type\":\"not_found_error\",\"message\":\"model: claude-opus-9\"}}");
const QByteArray keyRefused("{\"type\":\"error\",\"error\":{\"type\":\"authentication_error\",\"message\":\"OAuth token has expired\"},\"odd\":1e400}");
const QByteArray notAllowed("{\"type\":\"error\",\"error\":{\"type\":\"permission_error\",\"message\":\"Your account may not use this key \\u00fc\"}}");
const QByteArray limited("{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"This request would exceed your account's rate limit\"}}");
const QByteArray overloaded("{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n");

const QByteArray messageStart("event: message_start\ndata: {\"message\":{\"id\":\"m\"},\"type\":\"message_start\"}\n\n");
const QByteArray delta("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"hi\"}}\n\n");

/// Without what belongs to the connection, the key, and the mark that upstreams on this computer get to see (core/forward/forwarding.h).
RawHeaders withoutFraming(const RawHeaders &headers)
{
    RawHeaders kept;
    for (const auto &field : headers) {
        const QByteArray name = field.first.toLower();
        if (name != "host" && name != "content-length" && name != "connection" && name != "x-api-key" && name != "transfer-encoding"
            && name != hopField)
            kept.append(field);
    }
    return kept;
}

} // namespace

/// What Claude Code's vendor asks of a gateway (docs/gateway-contract.md): requests, answers and errors, as they pass.
class TestGatewayContract : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_upstream = std::make_unique<ScriptedUpstream>();
        QVERIFY(m_upstream->listen());
    }

    void headersPassAsTheyCame()
    {
        const RawHeaders sent{{"Accept", "application/json"},
                              {"X-Stainless-Retry-Count", "0"},
                              {"x-stainless-timeout", "600"},
                              {"X-Stainless-Helper-Method", "stream"},
                              {"anthropic-version", "2023-06-01"},
                              {"anthropic-beta", "claude-code-20250219,oauth-2025-04-20, not-yet-invented-2031-01-01"},
                              {"Anthropic-Beta", "a-second-line;q=1,,  ,context-1m-2025-08-07"},
                              {"anthropic-beta", ""},
                              {"anthropic-dangerous-direct-browser-access", "true"},
                              {"anthropic-anything-else", "\"quoted, \\\" text\" \xc3\xa9"},
                              {"x-app", "cli"},
                              {"User-Agent", "claude-cli/2.1.332 (external, cli)"},
                              {"X-Claude-Code-Session-Id", "5a6b"},
                              {"x-claude-code-agent-id", "a1"},
                              {"x-claude-code-parent-agent-id", "a0"},
                              {"x-claude-code-request-class", "subagent"},
                              {"x-claude-code-agent-type", "general-purpose"},
                              {"x-claude-code-compaction", "reactive"},
                              {"x-claude-code-context-compacted", "1"},
                              {"x-claude-code-prev-tool-durations", "Bash=742;Read=9;mcp__a%20b=" + QByteArray(3900, '1')},
                              {"x-client-request-id", "7f"},
                              {"Accept-Encoding", "gzip, deflate, br, zstd"},
                              {"Content-Type", "application/json"},
                              // Codex's
                              {"x-codex-turn-metadata", R"({"session_id":"s","request_kind":"turn"})"},
                              {"x-codex-window-id", "w:3"},
                              {"session-id", "s"},
                              {"thread-id", "t"},
                              {"x-openai-subagent", "review"},
                              {"originator", "codex_cli_rs"}};
        TestProxy proxy({m_upstream->baseUrl()});
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages?beta=true", question, sent + RawHeaders{{"x-api-key", "sk-of-the-client"}});
        QTRY_VERIFY(client.response().complete);
        const Arrived arrived = m_upstream->arrivedAt(0);
        QCOMPARE(arrived.rawTarget, QByteArray("/v1/messages?beta=true"));
        QCOMPARE(withoutFraming(arrived.headers), sent);
        QCOMPARE(arrived.header("x-api-key"), QByteArray("upstream-key-0"));
    }

    void bodiesPassAsTheyCame()
    {
        TestProxy proxy({m_upstream->baseUrl()});
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages?beta=true", question);
        QTRY_VERIFY(client.response().complete);
        QCOMPARE(m_upstream->arrivedAt(0).body, question);
    }

    void aModelIsRenamedAndNothingElse()
    {
        TestProxy proxy({m_upstream->baseUrl()});
        proxy.setModelMap({{QStringLiteral("claude-opus-*"), QStringLiteral("relay/opus")}});
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages?beta=true", question);
        QTRY_VERIFY(client.response().complete);
        QByteArray renamed = question;
        renamed.replace("\"claude-opus-5\"", "\"relay/opus\"");
        QCOMPARE(m_upstream->arrivedAt(0).body, renamed);
        // A map that speaks of other models leaves everything.
        proxy.setModelMap({{QStringLiteral("gpt-*"), QStringLiteral("relay/gpt")}});
        client.post("/v1/messages?beta=true", question);
        QTRY_COMPARE(client.finished(), 2);
        QCOMPARE(m_upstream->arrivedAt(1).body, question);
    }

    void compressedBodiesPassAsTheyCame_data()
    {
        QTest::addColumn<bool>("foreignMap");
        QTest::newRow("no model has another name") << false;
        QTest::newRow("another model has") << true;
    }

    void compressedBodiesPassAsTheyCame()
    {
        // Codex with a ChatGPT login.
        QFETCH(bool, foreignMap);
        if (!codings().contains("zstd"))
            QSKIP("Built without zstd.");
        const QByteArray plain(R"JSON({"model":"gpt-6-codex","stream":true,"input":[{"role":"user","content":"hi"}],"prompt_cache_key":"k"})JSON");
        const QByteArray body = coded("zstd", plain);
        TestProxy proxy({m_upstream->baseUrl()});
        if (foreignMap)
            proxy.setModelMap({{QStringLiteral("claude-*"), QStringLiteral("relay/claude")}});
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/responses", body, {{"Content-Encoding", "zstd"}, {"Content-Type", "application/json"}});
        QTRY_VERIFY(client.response().complete);
        QCOMPARE(m_upstream->arrivedAt(0).body, body);
        QCOMPARE(m_upstream->arrivedAt(0).header("content-encoding"), QByteArray("zstd"));
        QCOMPARE(proxy.last().model, QStringLiteral("gpt-6-codex"));
    }

    void headersOfAnswersPassAsTheyCame()
    {
        const RawHeaders sent{{"Content-Type", "text/event-stream; charset=utf-8"},
                              {"Cache-Control", "no-cache"},
                              {"request-id", "req_011CTqGz"},
                              {"x-should-retry", "true"},
                              {"anthropic-organization-id", "o-1"},
                              {"anthropic-ratelimit-unified-status", "allowed_warning"},
                              {"anthropic-ratelimit-unified-5h-status", "allowed"},
                              {"anthropic-ratelimit-unified-5h-utilization", "0.8123456789012345678"},
                              {"anthropic-ratelimit-unified-5h-reset", "1764547200"},
                              {"Anthropic-Ratelimit-Unified-7d_oi-utilization", "1e-3"},
                              {"anthropic-ratelimit-unified-representative-claim", "five_hour"},
                              {"anthropic-ratelimit-unified-fallback-percentage", "0.5"},
                              {"anthropic-ratelimit-unified-overage-disabled-reason", "org_level_disabled"},
                              {"x-codex-primary-used-percent", "12"},
                              {"x-codex-primary-window-minutes", "300"},
                              {"Set-Cookie", "__cf_bm=1"},
                              {"set-cookie", "b=2"},
                              {"CF-RAY", "9a"}};
        m_upstream->setBehaviour([&sent](const Arrived &) {
            return Script().head(200, sent + RawHeaders{{"Transfer-Encoding", "chunked"}}).chunk(messageStart + delta + "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n").lastChunk();
        });
        TestProxy proxy({m_upstream->baseUrl()});
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages?beta=true", question);
        QTRY_VERIFY(client.response().complete);
        QCOMPARE(withoutFraming(client.response().headers), sent);
    }

    void pingsAndCommentsPassAtOnce_data()
    {
        QTest::addColumn<QByteArray>("piece");
        QTest::newRow("a ping") << QByteArray("event: ping\ndata: {\"type\": \"ping\"}\n\n");
        QTest::newRow("an empty ping") << QByteArray("event: ping\ndata: {}\n\n");
        QTest::newRow("a comment") << QByteArray(": still here\n\n");
        QTest::newRow("an empty comment") << QByteArray(":\n\n");
        QTest::newRow("a comment without a blank line") << QByteArray(": still here\n");
    }

    void pingsAndCommentsPassAtOnce()
    {
        // Nothing follows it, neither an event nor the end.
        QFETCH(QByteArray, piece);
        m_upstream->setBehaviour([piece](const Arrived &) { return Script().streamHead().events({delta, piece}, 0ms).stall(); });
        TestClock clock;
        TestProxy proxy({m_upstream->baseUrl()}, TestProxy::patient(), {}, clock);
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages?beta=true", question);
        QTRY_COMPARE(client.response().body, delta + piece);
        QVERIFY(!client.response().complete);
    }

    void errorsPassAsTheyCame_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::newRow("400, a signature") << 400 << thinkingRefused;
        QTest::newRow("400, a conversation") << 400 << otherConversation;
        QTest::newRow("400, a tool") << 400 << unknownTool;
        QTest::newRow("400, too long") << 400 << tooLong;
        QTest::newRow("401") << 401 << keyRefused;
        QTest::newRow("403") << 403 << notAllowed;
        QTest::newRow("404") << 404 << noSuchModel;
        QTest::newRow("413") << 413 << tooLarge;
        QTest::newRow("429") << 429 << limited;
        QTest::newRow("529") << 529 << overloaded;
    }

    void errorsPassAsTheyCame()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        const RawHeaders own{{"Content-Type", "application/json; charset=utf-8"}, {"request-id", "req_1"}, {"x-should-retry", "false"}, {"anthropic-ratelimit-unified-status", "rejected"}};
        m_upstream->setBehaviour([&](const Arrived &arrived) {
            // The last attempt's words are passed on, not the first one's.
            return arrived.index == 0 ? Script().answer(500, "application/json", overloaded) : Script().answer(status, own.first().second, body, own.sliced(1));
        });
        ScriptedUpstream second;
        QVERIFY(second.listen());
        second.setBehaviour([&](const Arrived &) { return Script().answer(status, own.first().second, body, own.sliced(1)); });
        Config config = TestProxy::shortDeadlines();
        config.retry.maxAttemptsPerEndpoint = 1;
        TestProxy proxy({m_upstream->baseUrl(), second.baseUrl()}, config);
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages?beta=true", question);
        QTRY_VERIFY(client.response().complete);
        const RawResponse response = client.response();
        QCOMPARE(response.status, status);
        QCOMPARE(response.body, body);
        for (const auto &field : own)
            QCOMPARE(response.allHeaders(field.first), QList<QByteArray>{field.second});
        QCOMPARE(second.arrivedCount(), 1);
    }

private:
    std::unique_ptr<ScriptedUpstream> m_upstream;
};

QTEST_GUILESS_MAIN(TestGatewayContract)
#include "tst_gatewaycontract.moc"
