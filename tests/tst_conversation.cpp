#include "core/api/dialect.h"

#include <QCryptographicHash>
#include <QTest>

using namespace qcc;

namespace {

RequestHead headOf(const HeaderList &headers)
{
    return {"POST", "/v1/messages", 1, headers};
}

QByteArray sha256(const QByteArray &text)
{
    return QCryptographicHash::hash(text, QCryptographicHash::Sha256).toHex();
}

const QByteArray legacyUser = "user_" + QByteArray(64, 'a')
    + "_account_01234567-0123-0123-0123-0123456789ab_session_89abcdef-0123-0123-0123-0123456789ab";

} // namespace

class TestConversation : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsTheHeaders_data();
    void readsTheHeaders();
    void readsTheBody_data();
    void readsTheBody();
    void headersComeBeforeTheBody();
    void aLongKeyIsHashed_data();
    void aLongKeyIsHashed();
    void theHeaderAndTheBodyOfClaudeCodeAgree();
    void aLargeBodyIsReadToItsEnd();
};

void TestConversation::readsTheHeaders_data()
{
    QTest::addColumn<HeaderList>("headers");
    QTest::addColumn<QByteArray>("key");
    const auto row = [](const char *name, const HeaderList &headers, const char *key) {
        QTest::newRow(name) << headers << QByteArray(key);
    };
    row("Claude Code", {{"X-Claude-Code-Session-Id", "s1"}}, "s1");
    row("Codex", {{"session-id", "s2"}}, "s2");
    row("older Codex", {{"session_id", "s3"}}, "s3");
    row("thread", {{"Thread-Id", "t"}}, "t");
    row("conversation", {{"conversation_id", "c"}}, "c");
    row("turn metadata", {{"x-codex-turn-metadata", R"({"turn_id":"1","session_id":"s4"})"}}, "s4");
    row("turn metadata with a thread only", {{"x-codex-turn-metadata", R"({"thread_id":"t4"})"}}, "t4");
    row("window without its generation", {{"x-codex-window-id", "w:12"}}, "w");
    row("window as it is", {{"x-codex-window-id", "w"}}, "w");
    row("window with another colon", {{"x-codex-window-id", "w:x"}}, "w:x");
    row("all of Codex", {{"x-codex-window-id", "w:0"}, {"x-codex-turn-metadata", R"({"session_id":"m"})"}, {"thread-id", "t"}, {"session-id", "s"}}, "s");
    row("Claude Code first", {{"session-id", "s"}, {"x-claude-code-session-id", "c"}}, "c");
    row("an empty one is passed over", {{"x-claude-code-session-id", "  "}, {"session-id", ""}, {"thread-id", "t"}}, "t");
    row("metadata is not JSON", {{"x-codex-turn-metadata", "s"}, {"x-codex-window-id", "w:0"}}, "w");
    row("metadata is cut off", {{"x-codex-turn-metadata", R"({"session_id":"s)"}}, "");
    row("session is a number", {{"x-codex-turn-metadata", R"({"session_id":7})"}}, "");
    row("none", {{"user-agent", "curl"}}, "");
}

void TestConversation::readsTheHeaders()
{
    QFETCH(HeaderList, headers);
    QTEST(conversationOf(headOf(headers), {}), "key");
}

void TestConversation::readsTheBody_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("key");
    const auto row = [](const char *name, const QByteArray &body, const QByteArray &key) { QTest::newRow(name) << body << key; };
    row("Claude Code", R"({"model":"a","metadata":{"user_id":"{\"device_id\":\"d\",\"account_uuid\":\"\",\"session_id\":\"s\"}"}})", "s");
    row("older Claude Code", "{\"metadata\":{\"user_id\":\"" + legacyUser + "\"}}", sha256(legacyUser));
    row("older, short", R"({"metadata":{"user_id":"user_a_account__session_b"}})", "user_a_account__session_b");
    row("a user without session", R"({"metadata":{"user_id":"user_a_account_b"}})", "");
    row("a session without name", R"({"metadata":{"user_id":"user_a_account_b_session_"}})", "");
    row("JSON without session", R"({"metadata":{"user_id":"{\"device_id\":\"d\"}"}})", "");
    row("JSON with an empty session", R"({"metadata":{"user_id":"{\"session_id\":\"\"}"}})", "");
    row("JSON that is cut off", R"({"metadata":{"user_id":"{\"session_id\":\"s"}})", "");
    row("a user that is a number", R"({"metadata":{"user_id":5}})", "");
    row("metadata that is none", R"({"metadata":"user_a_session_b"})", "");
    row("cache key", R"({"input":[],"prompt_cache_key":"p"})", "p");
    row("cache key with escapes", R"({"prompt_cache_key":"p\u0041"})", "pA");
    row("cache key null", R"({"prompt_cache_key":null})", "");
    row("the session before the cache key", R"({"prompt_cache_key":"p","metadata":{"user_id":"{\"session_id\":\"s\"}"}})", "s");
    row("the cache key where the user names no session", R"({"prompt_cache_key":"p","metadata":{"user_id":"u"}})", "p");
    row("the previous answer is no key", R"({"previous_response_id":"resp_1"})", "");
    row("nested ones are somebody else's", R"({"messages":[{"prompt_cache_key":"p","metadata":{"user_id":"a_session_b"}}]})", "");
    row("cut off behind", R"({"prompt_cache_key":"p","input":"x)", "p");
    row("array", R"([{"prompt_cache_key":"p"}])", "");
    row("not JSON", "prompt_cache_key=p", "");
    row("invalid UTF-8", "{\"x\":\"\xff\",\"prompt_cache_key\":\"p\"}", "p");
    row("empty", "", "");
}

void TestConversation::readsTheBody()
{
    QFETCH(QByteArray, body);
    QTEST(conversationOf(headOf({}), body), "key");
}

void TestConversation::headersComeBeforeTheBody()
{
    const QByteArray body = R"({"prompt_cache_key":"p"})";
    QCOMPARE(conversationOf(headOf({{"session-id", "s"}}), body), "s");
    QCOMPARE(conversationOf(headOf({{"session-id", ""}}), body), "p");
}

void TestConversation::aLongKeyIsHashed_data()
{
    QTest::addColumn<int>("length");
    QTest::addColumn<bool>("hashed");
    QTest::newRow("at the limit") << 128 << false;
    QTest::newRow("over the limit") << 129 << true;
    QTest::newRow("huge") << 1'000'000 << true;
}

void TestConversation::aLongKeyIsHashed()
{
    QFETCH(int, length);
    QFETCH(bool, hashed);
    const QByteArray key(length, 'k');
    QCOMPARE(conversationOf(headOf({{"session-id", key}}), {}), hashed ? sha256(key) : key);
    const QByteArray ofBody = conversationOf(headOf({}), "{\"prompt_cache_key\":\"" + key + "\"}");
    QVERIFY(ofBody.size() <= 128 && !ofBody.isEmpty());
    QCOMPARE(ofBody == key, !hashed);
    QVERIFY(ofBody != conversationOf(headOf({}), "{\"prompt_cache_key\":\"" + key + "l\"}"));
}

void TestConversation::theHeaderAndTheBodyOfClaudeCodeAgree()
{
    const QByteArray body = R"({"metadata":{"user_id":"{\"session_id\":\"0f-1e\"}"}})";
    QCOMPARE(conversationOf(headOf({}), body), conversationOf(headOf({{"X-Claude-Code-Session-Id", "0f-1e"}}), {}));
}

void TestConversation::aLargeBodyIsReadToItsEnd()
{
    const QByteArray text = QByteArray(R"(a \"quoted\" {word} )").repeated(300'000);
    const QByteArray body = "{\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}],\"metadata\":{\"user_id\":\"a_session_b\"}}";
    QVERIFY(body.size() > 5'000'000);
    QByteArray key;
    QBENCHMARK {
        key = conversationOf(headOf({}), body);
    }
    QCOMPARE(key, "a_session_b");
}

QTEST_APPLESS_MAIN(TestConversation)
#include "tst_conversation.moc"
