#include "core/front/access.h"

#include <QTest>

using namespace qcc;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

RequestHead headOf(const QByteArray &method, const QByteArray &target, const HeaderList &headers)
{
    RequestHead head;
    head.method = method;
    head.target = target;
    head.headers = headers;
    return head;
}

Config::Listen listening()
{
    Config::Listen listen;
    listen.allowedHosts = {u"box.lan"_s};
    listen.allowedOrigins = {u"app://obsidian.md"_s, u"http://localhost:3000"_s};
    return listen;
}

const QHostAddress loopback(QHostAddress::LocalHost);

} // namespace

class TestAccess : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void judgesTheHost_data();
    void judgesTheHost();
    void takesTheHostOfAnAbsoluteTargetToo();
    void takesTheAddressThatTheConnectionCameTo();
    void judgesWhoMadeTheRequest_data();
    void judgesWhoMadeTheRequest();
    void namesTheOriginThatWouldHaveToBeListed();
    void showsItsPagesToABrowserThatLooksAtThem();
    void asksForTheTokenLast();
    void takesTheTokenInTheQuery();
    void takesTheTokenAsAnyCredential();
    void answersAPreflightOfAListedPage();
    void letsAListedPageReadTheAnswer();
    void countsEveryRefusalAndTellsSome();
};

void TestAccess::judgesTheHost_data()
{
    QTest::addColumn<QByteArray>("host");
    QTest::addColumn<bool>("allowed");
    const auto row = [](const char *host, bool allowed) { QTest::newRow(host) << QByteArray(host) << allowed; };
    row("127.0.0.1:7860", true);
    row("127.0.0.1", true);
    row("127.1.2.3:7860", true);
    row("localhost:7860", true);
    row("LOCALHOST", true);
    row("localhost.:7860", true);
    row("[::1]:7860", true);
    row("[::ffff:127.0.0.1]:7860", true);
    row("box.lan:7860", true);
    row("Box.Lan", true);
    row("evil.example", false);
    row("evil.example:7860", false);
    row("127.0.0.1.evil.example", false);
    row("localhost.evil.example", false);
    row("evil.localhost", false);
    row("0.0.0.0:7860", false);
    row("[::]:7860", false);
    row("192.168.1.5", false);
    row("evil@127.0.0.1", false);
    row("[::1", false);
    row("", false);
    row("127.0.0.1:", true);
    row("[::1]", true);
    row("[::1]:", true);
    row("[::1]evil.example", false);
    row("[::1].evil.example:7860", false);
    row("[::1%evil.example]:7860", false);
    row("[::1%25evil.example]:7860", false);
    row("[::1%]", false);
    row("[localhost]", false);
    row("[127.0.0.1]", false);
    row("[::1]:7860@evil.example", false);
    row("[::1]:78x", false);
    row("127.0.0.1:80@evil.example", false);
    row("127.0.0.1:80:evil.example", false);
    row("127.0.0.1:evil.example", false);
    row("localhost@evil.example", false);
    row("localhost:x@evil.example", false);
    row("localhost/evil.example", false);
    row("localhost?evil.example", false);
    row("localhost#evil.example", false);
    row("localhost\\evil.example", false);
    row("localhost evil.example", false);
    row("localhost,evil.example", false);
    row("localhost%2eevil.example", false);
    row(":7860", false);
    row("[]", false);
    row("[127.0.0.1", false);
    row("127.0.0.1]", false);
    row("localhost..", false);
}

void TestAccess::judgesTheHost()
{
    QFETCH(QByteArray, host);
    const auto denied = denialOf(headOf("GET", "/v1/models", {{"Host", host}}), listening(), loopback);
    QTEST(!denied.has_value(), "allowed");
    if (denied) {
        QCOMPARE(denied->why, Denial::Host);
        QCOMPARE(denied->status, 403);
        QVERIFY(denied->message.contains("listen.allowed_hosts"));
    }
}

void TestAccess::takesTheHostOfAnAbsoluteTargetToo()
{
    RequestHead head = headOf("GET", "/", {{"Host", "127.0.0.1"}});
    head.authority = "evil.example";
    QCOMPARE(denialOf(head, listening(), loopback)->why, Denial::Host);
    head.authority = "127.0.0.1:7860";
    QVERIFY(!denialOf(head, listening(), loopback));
    head.authority = "127.0.0.1:7860@evil.example";
    QCOMPARE(denialOf(head, listening(), loopback)->why, Denial::Host);
    head.authority = "[::1]evil.example";
    QCOMPARE(denialOf(head, listening(), loopback)->why, Denial::Host);
}

void TestAccess::takesTheAddressThatTheConnectionCameTo()
{
    const RequestHead head = headOf("GET", "/", {{"Host", "192.168.1.5:7860"}});
    QVERIFY(!denialOf(head, listening(), QHostAddress(u"192.168.1.5"_s)));
    QVERIFY(!denialOf(head, listening(), QHostAddress(u"::ffff:192.168.1.5"_s)));
    QVERIFY(denialOf(head, listening(), QHostAddress(u"192.168.1.6"_s)));
}

void TestAccess::judgesWhoMadeTheRequest_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<HeaderList>("headers");
    QTest::addColumn<bool>("allowed");
    const auto row = [](const char *name, const QByteArray &method, const HeaderList &headers, bool allowed) {
        QTest::newRow(name) << method << headers << allowed;
    };
    row("a client without the browsers' fields", "POST", {{"Content-Type", "application/json"}}, true);
    row("Gemini CLI: Node's fetch", "POST", {{"sec-fetch-mode", "cors"}}, true);
    row("Claude Code", "POST", {{"anthropic-dangerous-direct-browser-access", "true"}}, true);
    row("curl -d", "POST", {{"User-Agent", "curl/8"}, {"Content-Type", "application/x-www-form-urlencoded"}}, true);
    row("a file sent by an SDK", "POST", {{"User-Agent", "OpenAI/Python"}, {"Content-Type", "multipart/form-data; boundary=x"}}, true);
    row("an address typed into a browser", "GET", {{"Sec-Fetch-Site", "none"}, {"Sec-Fetch-Mode", "navigate"}}, true);
    row("a listed origin", "POST", {{"Origin", "app://obsidian.md"}, {"Sec-Fetch-Site", "cross-site"}}, true);
    row("a listed origin in other case", "POST", {{"Origin", "APP://Obsidian.md"}}, true);
    row("fetch of a page", "POST", {{"Origin", "http://evil.example"}, {"Sec-Fetch-Site", "cross-site"}}, false);
    row("fetch of an old browser", "POST", {{"Origin", "http://evil.example"}}, false);
    row("fetch without cors", "GET", {{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Mode", "no-cors"}}, false);
    row("a link in a page", "GET", {{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Mode", "navigate"}}, false);
    row("another port of localhost", "GET", {{"Sec-Fetch-Site", "same-site"}}, false);
    row("a page of an endpoint", "GET", {{"Sec-Fetch-Site", "same-origin"}}, false);
    row("a sandboxed page", "POST", {{"Origin", "null"}}, false);
    row("a preflight", "OPTIONS", {{"Origin", "http://evil.example"}, {"Access-Control-Request-Method", "POST"}}, false);
    row("a listed origin with more behind it", "POST", {{"Origin", "http://localhost:30001"}}, false);
    row("a plain text form", "POST", {{"Content-Type", "text/plain;charset=UTF-8"}}, false);
    row("one field of two is foreign", "POST", {{"Origin", "http://localhost:3000"}, {"Origin", "http://evil.example"}}, false);
    row("the other field of two is foreign", "POST", {{"Origin", "http://evil.example"}, {"Origin", "http://localhost:3000"}}, false);
    row("two listed origins", "POST", {{"Origin", "http://localhost:3000"}, {"Origin", "app://obsidian.md"}}, false);
    row("a listed origin and more in one field", "POST", {{"Origin", "http://localhost:3000, http://evil.example"}}, false);
    row("the same listed origin twice", "POST", {{"Origin", "http://localhost:3000"}, {"Origin", "http://localhost:3000"}}, true);
    row("a second site", "GET", {{"Sec-Fetch-Site", "none"}, {"Sec-Fetch-Site", "cross-site"}}, false);
    row("a second site before", "GET", {{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "none"}}, false);
    row("two sites in one field", "GET", {{"Sec-Fetch-Site", "none, cross-site"}}, false);
    row("two harmless sites", "GET", {{"Sec-Fetch-Site", "none"}, {"Sec-Fetch-Site", "none"}}, true);
    row("a page that an old browser names", "GET", {{"Referer", "http://evil.example/page?x=1"}}, false);
    row("a page behind a harmless one", "GET", {{"Referer", "http://127.0.0.1:7860/"}, {"Referer", "http://evil.example/"}}, false);
    row("a page of another port", "GET", {{"Referer", "http://127.0.0.1:3000/"}}, false);
    row("a page whose name begins with ours", "GET", {{"Referer", "http://127.0.0.1:7860.evil.example/"}}, false);
    row("a page with our name before an @", "GET", {{"Referer", "http://127.0.0.1:7860@evil.example/"}}, false);
    row("a page of this address", "GET", {{"Referer", "http://127.0.0.1:7860/docs"}}, true);
    row("a listed page", "GET", {{"Referer", "http://localhost:3000/chat"}}, true);
    row("a listed page of an app", "GET", {{"Referer", "app://obsidian.md/index.html"}}, true);
    row("a Referer that names no page", "POST", {{"Referer", "my-script"}}, true);
    row("a page beside a site that is harmless", "GET", {{"Referer", "http://evil.example/"}, {"Sec-Fetch-Site", "none"}}, true);
    row("OpenRouter's name for an application", "POST", {{"HTTP-Referer", "https://app.example"}}, true);
    row("a form of an old browser", "POST", {{"User-Agent", "Mozilla/5.0"}, {"Content-Type", "application/x-www-form-urlencoded"}}, false);
    row("an upload of an old browser", "POST", {{"User-Agent", "Mozilla/5.0"}, {"Content-Type", "multipart/form-data; boundary=x"}}, false);
}

void TestAccess::judgesWhoMadeTheRequest()
{
    QFETCH(QByteArray, method);
    QFETCH(HeaderList, headers);
    headers.prepend({"Host", "127.0.0.1:7860"});
    const auto denied = denialOf(headOf(method, "/v1/messages", headers), listening(), loopback);
    QTEST(!denied.has_value(), "allowed");
    if (denied)
        QCOMPARE(denied->why, Denial::CrossSite);
}

void TestAccess::namesTheOriginThatWouldHaveToBeListed()
{
    for (const char *field : {"Origin", "Referer"}) {
        const auto denied = denialOf(headOf("GET", "/", {{"Host", "127.0.0.1:7860"}, {field, "https://evil.example:444"}}), listening(), loopback);
        QVERIFY(denied && denied->message.contains("\"https://evil.example:444\"") && denied->message.contains("listen.allowed_origins"));
    }
}

void TestAccess::showsItsPagesToABrowserThatLooksAtThem()
{
    const HeaderList headers{{"Host", "127.0.0.1:7860"}, {"Sec-Fetch-Site", "same-origin"}};
    QVERIFY(!denialOf(headOf("GET", "/__qcc__/stats", headers), listening(), loopback));
    QVERIFY(denialOf(headOf("GET", "/__qcc__/stats", {{"Host", "127.0.0.1"}, {"Sec-Fetch-Site", "cross-site"}}), listening(), loopback));
    QVERIFY(denialOf(headOf("GET", "/__qcc__/stats", {{"Host", "127.0.0.1"}, {"Sec-Fetch-Site", "same-origin"}, {"Sec-Fetch-Site", "cross-site"}}),
                     listening(), loopback));
}

void TestAccess::asksForTheTokenLast()
{
    Config::Listen listen = listening();
    listen.accessToken = "token-1";
    const auto why = [&listen](const HeaderList &headers) { return denialOf(headOf("POST", "/v1/messages", headers), listen, loopback)->why; };
    QCOMPARE(why({{"Host", "127.0.0.1"}}), Denial::Token);
    QCOMPARE(why({{"Host", "evil.example"}, {"x-api-key", "token-1"}}), Denial::Host);
    QCOMPARE(why({{"Host", "127.0.0.1"}, {"Origin", "http://evil.example"}, {"x-api-key", "token-1"}}), Denial::CrossSite);
    QVERIFY(!denialOf(headOf("POST", "/v1/messages", {{"Host", "127.0.0.1"}, {"x-api-key", "token-1"}}), listen, loopback));
}

void TestAccess::takesTheTokenInTheQuery()
{
    QVERIFY(showsToken(headOf("POST", "/v1beta/models/g:generateContent?alt=sse&key=to%2Fken", {}), "to/ken"));
    QVERIFY(!showsToken(headOf("POST", "/v1beta/models/g:generateContent?monkey=token", {}), "token"));
    QVERIFY(!showsToken(headOf("POST", "/v1beta/models/g:generateContent?key=", {}), "token"));
    QVERIFY(!showsToken(headOf("POST", "/v1/x?max_tokens=token", {}), "token"));
    for (const char *name : {"api-key", "api_key", "access_token", "token", "KEY", "%6bey", "key=wrong&key"})
        QVERIFY2(showsToken(headOf("POST", QByteArray("/v1/x?a=1&") + name + "=token", {}), "token"), name);
}

void TestAccess::takesTheTokenAsAnyCredential()
{
    for (const char *name : {"api-key", "X-Api-Key", "x_api_key", "Authorization", "x-auth-token", "x-access-token", "x-goog-api-key", "x-qcc-token"}) {
        for (const char *value : {"token", "Bearer token", "bearer  token"})
            QVERIFY2(showsToken(headOf("POST", "/", {{name, value}}), "token"), name);
        QVERIFY2(!showsToken(headOf("POST", "/", {{name, "tokens"}}), "token"), name);
    }
    QVERIFY(!showsToken(headOf("POST", "/", {{"x-request-token-count", "token"}}), "token"));
}

void TestAccess::answersAPreflightOfAListedPage()
{
    Config::Listen listen = listening();
    listen.accessToken = "token-1";
    const RequestHead head = headOf("OPTIONS", "/v1/messages",
                                    {{"Host", "127.0.0.1"}, {"Origin", "http://localhost:3000"}, {"Access-Control-Request-Method", "POST"},
                                     {"Access-Control-Request-Headers", "x-api-key, content-type"}});
    QVERIFY(!denialOf(head, listen, loopback));
    QVERIFY(isPreflight(head));
    const HeaderList answer = crossOriginHeaders(head, listedOrigin(head, listen));
    QCOMPARE(firstValue(answer, "access-control-allow-origin"), QByteArray("http://localhost:3000"));
    QCOMPARE(firstValue(answer, "access-control-allow-headers"), QByteArray("x-api-key, content-type"));
    QVERIFY(!contains(answer, "access-control-allow-credentials"));
}

void TestAccess::letsAListedPageReadTheAnswer()
{
    const RequestHead head = headOf("POST", "/v1/messages", {{"Host", "127.0.0.1"}, {"Origin", "http://localhost:3000"}});
    QCOMPARE(firstValue(crossOriginHeaders(head, listedOrigin(head, listening())), "access-control-allow-origin"), QByteArray("http://localhost:3000"));
    QVERIFY(listedOrigin(headOf("POST", "/", {{"Origin", "http://evil.example"}}), listening()).isEmpty());
}

void TestAccess::countsEveryRefusalAndTellsSome()
{
    Refusals refusals;
    QStringList told;
    refusals.noticed = [&told](Denial why, const QString &what) { told.append(toWord(why) + u' ' + what); };
    const std::chrono::steady_clock::time_point start{1h};
    refusals.count(Denial::Host, u"a"_s, start);
    refusals.count(Denial::Host, u"b"_s, start + 1s);
    refusals.count(Denial::User, u"c"_s, start + 2s);
    refusals.count(Denial::Host, u"d"_s, start + 10s);
    QCOMPARE(refusals.counts()[Denial::Host], 3);
    QCOMPARE(refusals.counts()[Denial::CrossSite], 0);
    QCOMPARE(refusals.counts().total(), 4);
    QCOMPARE(told, (QStringList{u"host a"_s, u"user c"_s, u"host d"_s}));
}

QTEST_GUILESS_MAIN(TestAccess)
#include "tst_access.moc"
