#include "core/forward/credentials.h"
#include "core/forward/forwarding.h"

#include <QTest>

using namespace qcc;

namespace {

RequestHead head(const QByteArray &target, const HeaderList &headers = {})
{
    return {.method = "POST", .target = target, .minorVersion = 1, .headers = headers};
}

Endpoint endpoint(AuthStyle auth, const QByteArray &baseUrl = "https://relay.example/api")
{
    Endpoint e;
    e.baseUrl = baseUrl;
    e.apiKey = "K/1";
    e.auth = auth;
    return e;
}

QByteArray credentials(const HeaderList &headers)
{
    QByteArrayList found;
    for (const HeaderField &field : headers)
        if (isNamed(field, "authorization") || isNamed(field, "x-api-key") || isNamed(field, "x-goog-api-key") || isNamed(field, "api-key"))
            found.append(field.name.toLower() + '=' + field.value);
    return found.join(' ');
}

} // namespace

class TestForwarding : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void replacesTheCredential_data()
    {
        QTest::addColumn<HeaderList>("sent");
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<AuthStyle>("auth");
        QTest::addColumn<QByteArray>("credential");
        QTest::addColumn<QByteArray>("upstreamTarget");
        const HeaderList bearer = {{"authorization", "Bearer mine"}};
        const HeaderList xApiKey = {{"X-Api-Key", "mine"}};
        const HeaderList google = {{"x-goog-api-key", "mine"}};
        const HeaderList two = {{"authorization", "Bearer mine"}, {"x-api-key", "mine"}};
        const auto row = [](const char *name, HeaderList sent, AuthStyle auth, QByteArray credential, QByteArray target = "/v1/messages",
                            QByteArray upstream = "/api/v1/messages") {
            QTest::newRow(name) << sent << target << auth << credential << upstream;
        };
        row("auto, bearer", bearer, AuthStyle::Auto, "authorization=Bearer K/1");
        row("auto, x-api-key", xApiKey, AuthStyle::Auto, "x-api-key=K/1");
        row("auto, both", two, AuthStyle::Auto, "x-api-key=K/1 authorization=Bearer K/1");
        row("auto, google", google, AuthStyle::Auto, "x-goog-api-key=K/1");
        row("auto, Azure", {{"api-key", "mine"}}, AuthStyle::Auto, "api-key=K/1");
        row("auto, a key under a percent form", {}, AuthStyle::Auto, "", "/v1/x?%6bey=mine", "/api/v1/x?%6bey=K%2F1");
        row("auto, key in the query", {}, AuthStyle::Auto, "", "/v1beta/m:g?alt=sse&key=mine&x=1", "/api/v1beta/m:g?alt=sse&key=K%2F1&x=1");
        row("auto, none, anthropic path", {}, AuthStyle::Auto, "x-api-key=K/1");
        row("auto, none, openai path", {}, AuthStyle::Auto, "authorization=Bearer K/1", "/v1/chat/completions", "/api/v1/chat/completions");
        row("auto, none, gemini path", {}, AuthStyle::Auto, "x-goog-api-key=K/1", "/v1beta/models", "/api/v1beta/models");
        row("x-api-key", bearer, AuthStyle::XApiKey, "x-api-key=K/1");
        row("bearer", xApiKey, AuthStyle::Bearer, "authorization=Bearer K/1");
        row("both", bearer, AuthStyle::Both, "x-api-key=K/1 authorization=Bearer K/1");
        row("google", bearer, AuthStyle::XGoogApiKey, "x-goog-api-key=K/1");
        row("api-key", bearer, AuthStyle::ApiKey, "api-key=K/1");
        row("api-key, as the client did", {{"Api-Key", "mine"}}, AuthStyle::ApiKey, "api-key=K/1");
        row("api-key for a client that sent two others", two, AuthStyle::ApiKey, "api-key=K/1", "/v1/x?key=mine", "/api/v1/x?key=");
        row("none", two, AuthStyle::None, "");
        row("two keys in the query", {}, AuthStyle::Auto, "", "/v1/x?key=mine&a=1&key=other", "/api/v1/x?key=K%2F1&a=1&key=K%2F1");
        row("neither of two keys leaves", {}, AuthStyle::Bearer, "authorization=Bearer K/1", "/v1/x?key=mine&key=&key=k&b", "/api/v1/x?key=&key=&key=&b");
        row("the client's key in the query never leaves", {}, AuthStyle::Bearer, "authorization=Bearer K/1", "/v1/x?key=mine", "/api/v1/x?key=");
    }

    void replacesTheCredential()
    {
        QFETCH(HeaderList, sent);
        QFETCH(QByteArray, target);
        QFETCH(AuthStyle, auth);
        const HeaderList headers = upstreamHeaders(head(target, sent), endpoint(auth));
        QTEST(credentials(headers), "credential");
        QTEST(upstreamTarget(head(target, sent), endpoint(auth)), "upstreamTarget");
    }

    void theKeyIsReplacedWherePathsAreJoined()
    {
        QCOMPARE(upstreamTarget(head("/v1beta/m:g?alt=sse&key=mine"), endpoint(AuthStyle::Auto, "https://relay.example/v1beta")), "/v1beta/m:g?alt=sse&key=K%2F1");
        QCOMPARE(upstreamTarget(head("/v1;key=mine"), endpoint(AuthStyle::Bearer, "https://relay.example/v1")), "/v1;key=");
    }

    void noCredentialOfTheClientLeaves_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<bool>("inQuery");
        QTest::addColumn<bool>("leaves");
        for (const char *name :
             {"Authorization", "X-Api-Key", "x-api-key", "X_API_KEY", "x-goog-api-key", "x-qcc-token", "api-key", "API-KEY", "cookie", "Cookie",
              "x-auth-token", "x-access-token", "ocp-apim-subscription-key", "x-amz-security-token", "cf-aig-authorization",
              "x-portkey-api-key", "helicone-auth", "Helicone-Auth", "proxy-authorization", "x-litellm-api-key", "x-authorization",
              "xi-api-key", "x-functions-key", "x-rapidapi-key", "cf-access-jwt-assertion", "x-goog-iap-jwt-assertion",
              "x-portkey-virtual-key", "openrouter-api-key", "access-key", "jwt", "Sec-WebSocket-Protocol", "x.api.key"})
            QTest::newRow(name) << QByteArray(name) << false << false;
        for (const char *name : {"x-request-token-count", "x-api-key-id-count", "anthropic-beta", "cookies-allowed", "x-tokens", "authorization-mode"})
            QTest::newRow(name) << QByteArray(name) << false << true;
        for (const char *name : {"key", "api-key", "api_key", "apikey", "API_KEY", "access_token", "accessToken", "token", "KEY", "%6bey", "%6BEY",
                                 "api%2Dkey", "api%5fkey", "%74%6f%6b%65%6e", "subscription-key", "x-api-key", "auth_token", "+api_key", "api_key%20",
                                 "api key", "api.key", "api_key[]", "api_key%5B%5D", "api_key%00", "%2561pi_key", "private_token", "openai_api_key",
                                 "X-Amz-Signature", "sig"})
            QTest::addRow("?%s", name) << QByteArray(name) << true << false;
        for (const char *name : {"max_tokens", "monkey", "keys", "pageToken", "page_token", "token_count", "beta", "alt"})
            QTest::addRow("?%s", name) << QByteArray(name) << true << true;
    }

    void noCredentialOfTheClientLeaves()
    {
        QFETCH(QByteArray, name);
        QFETCH(bool, inQuery);
        QFETCH(bool, leaves);
        const QByteArray target = inQuery ? "/v1/x?a=1&" + name + "=secret-of-mine&b=%41" : QByteArray("/v1/x");
        const HeaderList sent = inQuery ? HeaderList{} : HeaderList{{name, "secret-of-mine"}};
        for (const AuthStyle auth : EnumTable<AuthStyle>::values) {
            QByteArray all = upstreamTarget(head(target, sent), endpoint(auth));
            if (inQuery) // whatever else is there stays as it is
                QVERIFY2(all.startsWith("/api/v1/x?a=1&" + name + '=') && all.endsWith("&b=%41"), all.constData());
            for (const HeaderField &field : upstreamHeaders(head(target, sent), endpoint(auth)))
                all += '\n' + field.name + ": " + field.value;
            QVERIFY2(all.contains("secret-of-mine") == leaves, all.constData());
        }
    }

    void noCredentialLeavesByAnotherSeparator_data()
    {
        QTest::addColumn<QByteArray>("sent");
        QTest::addColumn<QByteArray>("upstream");
        const auto row = [](const QByteArray &sent, const QByteArray &upstream) { QTest::newRow(sent) << sent << upstream; };
        row("/v?a=1;api_key=mine", "/v?a=1;api_key=");
        row("/v?;api_key=mine&b=2", "/v?;api_key=&b=2");
        row("/v??api_key=mine", "/v??api_key=");
        row("/v?a?api_key=mine;b", "/v?a?api_key=;b");
        row("/v?#token=mine", "/v?#token=");
        row("/v#token=mine", "/v#token=");
        row("/v?a=1&amp;token=mine", "/v?a=1&amp;token=");
        row("/v?token%3Dmine&b=2", "/v?token%3D&b=2");
        row("/v?token%253dmine", "/v?token%253d");
        row("/v?max_tokens%3D5;a=b?c=d", "/v?max_tokens%3D5;a=b?c=d");
        row("/v?a=b=token", "/v?a=b=token");
        row("/v?token", "/v?token");
        row("/v;token=mine", "/v;token="); // a parameter of the path
        row("/v#token=mine", "/v#token=");
    }

    void noCredentialLeavesByAnotherSeparator()
    {
        QFETCH(QByteArray, sent);
        QFETCH(QByteArray, upstream);
        QCOMPARE(upstreamTarget(head(sent), endpoint(AuthStyle::Bearer, "http://a")), upstream);
        const HeaderList referred = upstreamHeaders(head("/v", {{"Referer", "http://localhost:1" + sent}}), endpoint(AuthStyle::None, "http://a"));
        QCOMPARE(firstValue(referred, "referer"), "http://localhost:1" + upstream);
    }

    void showsNothingBehindThePath_data()
    {
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<QByteArray>("shown");
        const auto row = [](const QByteArray &target, const QByteArray &shown) { QTest::newRow(target) << target << shown; };
        row("/v1/messages", "/v1/messages");
        row("/v1beta/models/a%2Fb:generateContent", "/v1beta/models/a%2Fb:generateContent");
        row("/v1?key=mine", "/v1");
        row("/v1#key=mine", "/v1");
        row("/v1;key=mine", "/v1");
        row("/v1%3Fkey=mine", "/v1");
        row("/v1%23key=mine", "/v1");
        row("/v1%2525253bkey=mine", "/v1");
        row("/v1%", "/v1%");
        row("/v1%2", "/v1%2");
    }

    void showsNothingBehindThePath()
    {
        QFETCH(QByteArray, target);
        QTEST(beforeParameters(target).toByteArray(), "shown");
    }

    void removesWhatBelongsToOneConnection()
    {
        const HeaderList sent = {{"Host", "127.0.0.1:7860"}, {"Connection", "keep-alive, X-Hop"}, {"X-Hop", "1"}, {"TE", "trailers"},
                                 {"Keep-Alive", "5"}, {"Transfer-Encoding", "chunked"}, {"Upgrade", "h2c"}, {"Proxy-Authorization", "x"},
                                 {"Content-Length", "3"}, {"Expect", "100-continue"}, {"Accept-Encoding", "gzip, br"}, {"X-A", "1"}, {"x-a", "2"}};
        const HeaderList expected = {{"Host", "relay.example"}, {"Accept-Encoding", "gzip, br"}, {"X-A", "1"}, {"x-a", "2"}};
        QCOMPARE(upstreamHeaders(head("/x", sent), endpoint(AuthStyle::None)), expected);

        AnswerHead answer;
        answer.headers = {{"Connection", "close, x-y"}, {"X-Y", "1"}, {"Transfer-Encoding", "chunked"}, {"Content-Length", "1"},
                          {"Set-Cookie", "a"}, {"Set-Cookie", "b"}, {"retry-after", "3"}};
        const HeaderList back = {{"Set-Cookie", "a"}, {"Set-Cookie", "b"}, {"retry-after", "3"}};
        QCOMPARE(clientHeaders(answer), back);
    }

    void asksForAWebSocketWithoutTheClientsKeys_data()
    {
        QTest::addColumn<QByteArray>("protocols");
        QTest::addColumn<QByteArray>("passed");
        QTest::newRow("none") << QByteArray() << QByteArray();
        QTest::newRow("names") << QByteArray("realtime,openai-beta.realtime-v1 , mcp") << QByteArray("realtime, openai-beta.realtime-v1, mcp");
        QTest::newRow("OpenAI's key") << QByteArray("realtime, openai-insecure-api-key.secret-of-mine") << QByteArray("realtime");
        QTest::newRow("a scheme and a key") << QByteArray("token, secret-of-mine") << QByteArray();
        QTest::newRow("Kubernetes' token") << QByteArray("base64url.bearer.authorization.k8s.io.secret-of-mine, mcp") << QByteArray("mcp");
        QTest::newRow("a name that only begins so") << QByteArray("realtime-secret-of-mine, mcp.secret-of-mine") << QByteArray();
        QTest::newRow("other letters") << QByteArray("REALTIME") << QByteArray(); // they matter: RFC 6455 §11.5
        QTest::newRow("nothing between commas") << QByteArray(",, ,realtime,") << QByteArray("realtime");
    }

    void asksForAWebSocketWithoutTheClientsKeys()
    {
        QFETCH(QByteArray, protocols);
        QFETCH(QByteArray, passed);
        RequestHead asks = head("/v1/realtime", {{"Connection", "keep-alive, Upgrade"}, {"Upgrade", "h2c, websocket"}, {"Sec-WebSocket-Version", "13"},
                                                 {"Sec-WebSocket-Key", "a"}, {"Sec-WebSocket-Extensions", "permessage-deflate; x"},
                                                 {"Sec-WebSocket-Protocol", protocols}, {"Authorization", "Bearer secret-of-mine"}});
        asks.method = "GET";
        HeaderList expected{{"Host", "relay.example"}, {"Sec-WebSocket-Version", "13"}, {"Sec-WebSocket-Key", "a"},
                            {"Sec-WebSocket-Extensions", "permessage-deflate; x"}, {"Connection", "Upgrade"}, {"Upgrade", "websocket"}};
        if (!passed.isEmpty())
            expected.append({"Sec-WebSocket-Protocol", passed});
        QCOMPARE(upstreamHeaders(asks, endpoint(AuthStyle::None)), expected);
        // Without the upgrade, nothing of all this.
        asks.method = "POST";
        QVERIFY(!contains(upstreamHeaders(asks, endpoint(AuthStyle::None)), "upgrade"));
        QVERIFY(!contains(upstreamHeaders(asks, endpoint(AuthStyle::None)), "sec-websocket-protocol"));
    }

    void joinsBasePathAndTarget_data()
    {
        QTest::addColumn<QByteArray>("base");
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<QByteArray>("joined");
        QTest::addColumn<QByteArray>("host");
        QTest::newRow("plain") << QByteArray("http://a:8080") << QByteArray("/v1/x?y=%41") << QByteArray("/v1/x?y=%41") << QByteArray("a:8080");
        QTest::newRow("slash") << QByteArray("http://a/") << QByteArray("/x") << QByteArray("/x") << QByteArray("a");
        QTest::newRow("path") << QByteArray("https://a:443/b%20c/") << QByteArray("//x") << QByteArray("/b%20c//x") << QByteArray("a");
        QTest::newRow("ipv6") << QByteArray("http://[::1]:9/p") << QByteArray("/x") << QByteArray("/p/x") << QByteArray("[::1]:9");
        QTest::newRow("a version in both") << QByteArray("https://a/v1") << QByteArray("/v1/x?y=%41") << QByteArray("/v1/x?y=%41") << QByteArray("a");
        QTest::newRow("another version") << QByteArray("https://a/paas/v4/") << QByteArray("/v1/chat/completions") << QByteArray("/paas/v4/chat/completions")
                                         << QByteArray("a");
        QTest::newRow("a whole path") << QByteArray("https://a/v1/chat/completions") << QByteArray("/v1/chat/completions")
                                      << QByteArray("/v1/chat/completions") << QByteArray("a");
        QTest::newRow("server itself, below a version") << QByteArray("http://a/v1") << QByteArray("*") << QByteArray("*") << QByteArray("a");
        QTest::newRow("server itself") << QByteArray("http://a/p") << QByteArray("*") << QByteArray("*") << QByteArray("a");
    }

    void joinsBasePathAndTarget()
    {
        QFETCH(QByteArray, base);
        QFETCH(QByteArray, target);
        const Endpoint e = endpoint(AuthStyle::None, base);
        QTEST(upstreamTarget(head(target), e), "joined");
        QTEST(firstValue(upstreamHeaders(head(target), e), "host"), "host");
    }
};

QTEST_GUILESS_MAIN(TestForwarding)
#include "tst_forwarding.moc"
