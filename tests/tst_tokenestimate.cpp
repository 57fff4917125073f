#include "core/api/dialect.h"
#include "core/api/tokens.h"

#include <QTest>

using namespace qcc;

namespace {

QByteArray requestWith(const QByteArray &content)
{
    return R"({"model":"m","messages":[{"role":"user","content":)" + content + "}]}";
}

/// What `content` adds to a message without any.
int costOf(const QByteArray &content)
{
    return estimatedTokens(requestWith(content)) - estimatedTokens(requestWith("\"\""));
}

QByteArray quoted(const QByteArray &text)
{
    return '"' + text + '"';
}

} // namespace

class TestTokenEstimate : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void knowsTheRequest_data();
    void knowsTheRequest();
    void countsTextByItsCharacters_data();
    void countsTextByItsCharacters();
    void countsBlocks_data();
    void countsBlocks();
    void countsAroundTheMessages_data();
    void countsAroundTheMessages();
    void anImageIsNotText();
    void brokenBodiesCountBySize_data();
    void brokenBodiesCountBySize();
    void aLargeBodyTakesLinearTime();
};

void TestTokenEstimate::knowsTheRequest_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<bool>("is");
    const auto row = [](const char *method, const char *path, bool is) {
        QTest::addRow("%s %s", method, path) << QByteArray(method) << QByteArray(path) << is;
    };
    row("POST", "/v1/messages/count_tokens", true);
    row("POST", "/v1/messages/count_tokens/", true);
    row("POST", "/api/anthropic/v1/messages/count_tokens", true);
    row("POST", "/messages/count_tokens", true);
    row("GET", "/v1/messages/count_tokens", false);
    row("post", "/v1/messages/count_tokens", false);
    row("POST", "/v1/messages", false);
    row("POST", "/v1/count_tokens", false);
    row("POST", "/v1/messages/count_tokens/x", false);
    row("POST", "/v1/xmessages/count_tokens", false);
    row("POST", "", false);
    row("POST", "/", false);
}

void TestTokenEstimate::knowsTheRequest()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);
    QTEST(apiCallOf(method, path).purpose == Purpose::CountTokens, "is");
}

void TestTokenEstimate::countsTextByItsCharacters_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("tokens");
    const auto row = [](const char *name, const QByteArray &text, int tokens) { QTest::newRow(name) << text << tokens; };
    row("letters", QByteArray("word").repeated(100), 100);
    row("digits", QByteArray("12").repeated(100), 100);
    row("signs", QByteArray("{}").repeated(100), 100);
    row("a run of blanks is one", QByteArray(400, ' ') + "abc", 1);
    row("escaped line breaks are blanks", QByteArray("\\n").repeated(400) + "abc", 1);
    row("escaped quotes are signs", QByteArray("\\\"\\\"").repeated(100), 100);
    row("Chinese", QByteArray("\xe4\xbd\xa0").repeated(100), 90);
    row("Chinese as escapes", QByteArray("\\u4f60").repeated(100), 90);
    row("Cyrillic", QByteArray("\xd0\xb6").repeated(100), 50);
    row("Cyrillic as escapes", QByteArray("\\u0436").repeated(100), 50);
    row("emoji", QByteArray("\xf0\x9f\x98\x80").repeated(100), 200);
    row("emoji as escapes", QByteArray("\\ud83d\\ude00").repeated(100), 200);
    row("bytes that continue nothing", QByteArray(100, '\x80'), 0);
    row("escape that is cut off", "\\u4f", 1);
    row("escape that is none", "\\uzzzz", 0);
}

void TestTokenEstimate::countsTextByItsCharacters()
{
    QFETCH(QByteArray, text);
    QTEST(costOf(quoted(text)), "tokens");
}

void TestTokenEstimate::countsBlocks_data()
{
    QTest::addColumn<QByteArray>("block");
    QTest::addColumn<int>("tokens");
    const auto row = [](const char *name, const QByteArray &block, int tokens) { QTest::newRow(name) << block << tokens; };
    const QByteArray text = QByteArray("word").repeated(100);
    const QByteArray base64 = QByteArray("iVBORw0KGgo+/").repeated(50'000);
    row("text", R"({"type":"text","text":")" + text + R"(","cache_control":{"type":"ephemeral"}})", 104);
    row("type last", R"({"text":")" + text + R"(","type":"text"})", 104);
    row("image", R"({"type":"image","source":{"type":"base64","media_type":"image/png","data":")" + base64 + "\"}}", 1600);
    row("image by address", R"({"type":"image","source":{"type":"url","url":"https://example.com/a.png"}})", 1600);
    row("document", R"({"type":"document","source":{"type":"base64","media_type":"application/pdf","data":")" + base64 + "\"}}", 13'004);
    row("short document", R"({"type":"document","source":{"type":"base64","data":"JVBERi0="}})", 1604);
    row("document of text", R"({"type":"document","source":{"type":"text","media_type":"text/plain","data":")" + text + "\"}}", 104);
    row("thinking without its signature", R"({"type":"thinking","thinking":")" + text + R"(","signature":")" + base64 + "\"}", 104);
    row("encrypted thinking", R"({"type":"redacted_thinking","data":")" + base64 + "\"}", 4);
    row("tool call", R"({"type":"tool_use","id":"toolu_01","name":"wo","input":{"word":"wordword"}})", 19);
    row("tool result", R"({"type":"tool_result","tool_use_id":"toolu_01","content":")" + text + "\"}", 112);
    row("tool result with an image", R"({"type":"tool_result","content":[{"type":"image","source":{"type":"base64","data":")" + base64 + "\"}}]}", 1612);
    row("tool result without content", R"({"type":"tool_result","tool_use_id":"toolu_01"})", 12);
    row("unknown", R"({"type":"none","text":"wordword."})", 16);
    row("number", "12345678", 8);
}

void TestTokenEstimate::countsBlocks()
{
    QFETCH(QByteArray, block);
    QFETCH(int, tokens);
    QCOMPARE(costOf('[' + block + ']'), tokens);
    QCOMPARE(costOf('[' + block + " , " + block + ']'), 2 * tokens);
}

void TestTokenEstimate::countsAroundTheMessages_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("tokens");
    const auto row = [](const char *name, const QByteArray &body, int tokens) { QTest::newRow(name) << body << tokens; };
    row("nothing", "{}", 3);
    row("one empty message", requestWith("\"\""), 7);
    row("hello", requestWith("\"Hello, world\""), 10);
    row("two messages", R"({"messages":[{"role":"user","content":"word"},{"role":"assistant","content":"word"}]})", 13);
    row("system", R"({"system":"wordword","messages":[]})", 5);
    row("system of blocks", R"({"system":[{"type":"text","text":"wordword"}],"messages":[]})", 9);
    row("no tools", R"({"tools":[]})", 3);
    row("a tool", R"({"tools":[{"name":"word"}]})", 3 + 346 + 10 + 5);
    row("what the model does not read", R"({"model":"some-long-name","max_tokens":100000,"metadata":{"user_id":"abcdefgh"}})", 3);
    row("messages that are none", R"({"messages":"wordword"})", 3);
    row("a key with escapes", R"({"syst\u0065m":"wordword"})", 5);
}

void TestTokenEstimate::countsAroundTheMessages()
{
    QFETCH(QByteArray, body);
    QTEST(estimatedTokens(body), "tokens");
}

void TestTokenEstimate::anImageIsNotText()
{
    const auto image = [](qsizetype bytes) {
        return requestWith(R"([{"type":"image","source":{"data":")" + QByteArray(bytes, 'A') + R"("}}])");
    };
    QCOMPARE(estimatedTokens(image(100)), estimatedTokens(image(4'000'000)));
}

void TestTokenEstimate::brokenBodiesCountBySize_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("tokens");
    QTest::newRow("empty") << QByteArray() << 1;
    QTest::newRow("short") << QByteArray("hi") << 1;
    QTest::newRow("array") << QByteArray("[1,2,3,4,5,6]") << 3;
    QTest::newRow("cut off") << requestWith("\"" + QByteArray(400, 'a') + "\"").chopped(2) << 113;
    QTest::newRow("binary") << QByteArray(4000, '\0') << 1000;
    QTest::newRow("only brackets") << QByteArray(4'000'000, '[') << 1'000'000;
}

void TestTokenEstimate::brokenBodiesCountBySize()
{
    QFETCH(QByteArray, body);
    QTEST(estimatedTokens(body), "tokens");
}

void TestTokenEstimate::aLargeBodyTakesLinearTime()
{
    // As deep as it is long, and results within results: what nesting could make quadratic or exhaust the stack with.
    const int levels = 50'000;
    const QByteArray open = R"([{"type":"tool_result","content":)";
    const QByteArray nested = open.repeated(levels) + "\"x\"" + QByteArray("}]").repeated(levels);
    QVERIFY(estimatedTokens(requestWith(nested)) > levels);
    const QByteArray message = R"({"role":"user","content":[{"type":"text","text":"one two three four five"}]})";
    const int count = 60'000;
    const QByteArray body = "{\"messages\":[" + (message + ',').repeated(count) + message + "]}";
    int tokens = 0;
    QBENCHMARK {
        tokens = estimatedTokens(body);
    }
    QVERIFY(tokens > 8 * count);
}

QTEST_APPLESS_MAIN(TestTokenEstimate)
#include "tst_tokenestimate.moc"
