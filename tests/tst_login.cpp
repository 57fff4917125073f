#include "core/config/configedit.h"
#include "core/config/configparser.h"
#include "core/config/loginhosts.h"
#include "core/forward/forwarding.h"
#include "core/forward/login.h"
#include "core/routing/failure.h"

#include <QJsonArray>
#include <QTest>

using namespace qcc;
using namespace Qt::StringLiterals;

namespace {

const QByteArray token = "the-access-token";

RequestHead head(const QByteArray &target, const HeaderList &headers = {})
{
    return {.method = "POST", .target = target, .minorVersion = 1, .headers = headers};
}

Endpoint passing(const QByteArray &baseUrl)
{
    Endpoint endpoint;
    endpoint.baseUrl = baseUrl;
    endpoint.auth = AuthStyle::Passthrough;
    return endpoint;
}

QByteArray asText(const HeaderList &headers)
{
    QByteArrayList lines;
    for (const HeaderField &field : headers)
        lines.append(field.name + ": " + field.value);
    return lines.join('|');
}

/// What the parser says of an endpoint with these members, on the line where they stand.
QString saidOf(const QByteArray &members)
{
    const Result<Config> config = parseConfig("{\"clusters\":[{\"name\":\"a\",\"endpoints\":[{\n" + members + "}]}]}");
    return config ? QString() : config.error().message;
}

QJsonObject withEndpoint(const QJsonObject &endpoint)
{
    return {{u"clusters"_s, QJsonArray{QJsonObject{{u"name"_s, u"a"_s}, {u"endpoints"_s, QJsonArray{endpoint}}}}}};
}

QJsonObject endpointOf(const QJsonObject &config)
{
    return config.value("clusters"_L1).toArray().at(0)["endpoints"_L1].toArray().at(0).toObject();
}

const QByteArray vendors = "\"base_url\":\"https://api.anthropic.com\",\"auth\":\"passthrough\"";
const QByteArray relays = "\"base_url\":\"https://relay.example\",\"auth\":\"passthrough\"";

} // namespace

/// What of a request is the client's own login, and where that may go.
class TestLogin : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsALogin_data()
    {
        QTest::addColumn<HeaderList>("sent");
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<bool>("isLogin");
        const auto row = [](const char *name, const HeaderList &sent, bool isLogin, const QByteArray &target = "/v1/messages") {
            QTest::newRow(name) << sent << target << isLogin;
        };
        row("a bearer", {{"Authorization", "Bearer eyJ.login"}}, true);
        row("of another scheme", {{"authorization", "Basic dXNlcjpwYXNzd29yZA=="}}, true);
        row("a key", {{"X-API-KEY", "sk-1"}}, true);
        row("Google's key", {{"x-goog-api-key", "AIza1"}}, true);
        row("Azure's key", {{"api-key", "0123"}}, true);
        row("in the query", {}, true, "/v1beta/models?alt=sse&key=AIza1");
        row("nothing", {}, false);
        row("an empty one", {{"authorization", ""}, {"x-api-key", "  "}}, false, "/v1?key=");
        row("a scheme alone", {{"authorization", "Bearer"}}, false);
        row("a scheme and a blank", {{"authorization", "Bearer "}}, false);
        row("the word of client env", {{"authorization", "Bearer qcc"}, {"x-api-key", "qcc"}, {"x-goog-api-key", "qcc"}}, false, "/v1?key=qcc");
        row("the word of README", {{"authorization", "bearer any"}}, false);
        row("the access token", {{"authorization", "Bearer " + token}}, false);
        row("the access token without a scheme", {{"authorization", token}}, false);
        row("the access token as a key", {{"x-api-key", token}}, false);
        row("the access token as a key with a scheme", {{"x-api-key", "Bearer " + token}}, false);
        row("the access token behind another word", {{"authorization", "Token " + token}}, false);
        row("the access token in the query", {}, false, "/v1?key=the-access%2Dtoken");
        row("in its own field", {{"x-qcc-token", "something"}}, false);
        row("a cookie", {{"cookie", "session=1"}}, false);
        row("other credentials", {{"x-auth-token", "1"}, {"proxy-authorization", "Basic 1"}, {"x_api_key", "1"}}, false, "/v1?token=1&api_key=2");
        row("meant for this hop", {{"connection", "x-api-key"}, {"x-api-key", "sk-1"}}, false);
        row("beside the access token", {{"x-api-key", token}, {"authorization", "Bearer sk-1"}}, true);
    }

    void whatIsALogin()
    {
        QFETCH(HeaderList, sent);
        QFETCH(QByteArray, target);
        QFETCH(bool, isLogin);
        const RequestHead asked = head(target, sent);
        const Login login(asked, token);
        QCOMPARE(login.isEmpty(), !isLogin);
        QCOMPARE(login.mark().isEmpty(), !isLogin);
        // Of what is none nothing goes anywhere.
        const Endpoint endpoint = passing("https://relay.example");
        if (!isLogin) {
            QCOMPARE(credentialsOf(head({}, upstreamHeaders(asked, endpoint, login))), ClientCredentials());
            QVERIFY(!upstreamTarget(asked, endpoint, login).contains("key=q") && !upstreamTarget(asked, endpoint, login).contains("token=1"));
        }
    }

    void whoBringsAHeapOfThemBringsNone()
    {
        HeaderList sent;
        for (int i = 0; i < 9; ++i)
            sent.append({"x-api-key", "secret-number-" + QByteArray::number(i)});
        const RequestHead asked = head("/v1/messages?key=secret-too", sent);
        const Login login(asked, {});
        QVERIFY(login.isEmpty());
        const Endpoint endpoint = passing("https://relay.example");
        QVERIFY(!asText(upstreamHeaders(asked, endpoint, login)).contains("secret") && !upstreamTarget(asked, endpoint, login).contains("secret"));
    }

    void itStaysWhereItStands()
    {
        const HeaderList sent{{"Host", "h"}, {"x-api-key", token}, {"authorization", "Bearer  eyJ.login"}, {"Accept", "*/*"}, {"Cookie", "a=1"},
                              {"x-qcc-token", token}, {"api-key", "0123"}, {"x-auth-token", "no"}};
        const RequestHead asked = head("/v1/m?a=1&key=AIz%61&token=no&key=qcc", sent);
        const Login login(asked, token);
        const Endpoint endpoint = passing("https://api.example/base");
        QCOMPARE(asText(upstreamHeaders(asked, endpoint, login)), "Host: api.example|authorization: Bearer  eyJ.login|Accept: */*|api-key: 0123"_ba);
        QCOMPARE(upstreamTarget(asked, endpoint, login), "/base/v1/m?a=1&key=AIz%61&token=&key="_ba);
        // Nobody else gets it, and it gets nothing where nobody has looked for a login.
        Endpoint other = endpoint;
        for (const AuthStyle style : EnumTable<AuthStyle>::values) {
            other.auth = style;
            other.apiKey = style == AuthStyle::Passthrough ? QByteArray() : QByteArray("K");
            const Login none;
            const Login &given = style == AuthStyle::Passthrough ? none : login;
            const QByteArray text = asText(upstreamHeaders(asked, other, given)) + upstreamTarget(asked, other, given);
            QVERIFY2(!text.contains("eyJ") && !text.contains("AIz") && !text.contains("0123"), text.constData());
        }
    }

    void twoLoginsAreToldApart()
    {
        const auto markOf = [](const HeaderList &headers, const QByteArray &target = "/") { return Login(head(target, headers), token).mark(); };
        const QByteArray one = markOf({{"authorization", "Bearer 1"}});
        QCOMPARE(markOf({{"Accept", "x"}, {"Authorization", "Bearer 1"}}), one);
        QVERIFY(markOf({{"authorization", "Bearer 2"}}) != one);
        QVERIFY(markOf({{"x-api-key", "Bearer 1"}}) != one);
        QVERIFY(markOf({}, "/?key=1") != markOf({{"x-api-key", "1"}}));
        QVERIFY(!one.contains("Bearer"));
    }

    void whatQuotesItIsMasked()
    {
        const Login login(head("/?key=AIza%2Bsecret%2F1", {{"authorization", "Bearer eyJ.login/1+2"}}), {});
        QCOMPARE(login.removedFrom(u"no Bearer eyJ.login/1+2, eyJ.login/1+2, eyJ.login%2F1%2B2 or AIza+secret/1 and AIza%2Bsecret%2F1"_s), u"no ***, ***, *** or *** and ***"_s);
        // What is too short to be one is a word of its own.
        QCOMPARE(Login(head("/", {{"x-api-key", "model"}}), {}).removedFrom(u"no such model"_s), u"no such model"_s);
    }

    void theirOwnHostsAreTheVendors_data()
    {
        QTest::addColumn<QByteArray>("url");
        QTest::addColumn<bool>("theirs");
        for (const char *url : {"https://api.anthropic.com", "https://API.Anthropic.com/", "https://chatgpt.com/backend-api/codex", "https://api.openai.com/v1",
                                "https://generativelanguage.googleapis.com/v1beta", "https://cloudcode-pa.googleapis.com", "https://api.anthropic.com:443"})
            QTest::newRow(url) << QByteArray(url) << true;
        for (const char *url : {"http://api.anthropic.com", "https://api.anthropic.com.relay.example", "https://relay.example/api.anthropic.com", "https://xapi.anthropic.com",
                                "https://anthropic.com", "https://sub.chatgpt.com", "https://api.anthropic.com:8443", "https://api.anthropic.com.", "http://127.0.0.1",
                                "https://\xD0\xB0pi.anthropic.com"})
            QTest::newRow(url) << QByteArray(url) << false;
    }

    void theirOwnHostsAreTheVendors()
    {
        QFETCH(QByteArray, url);
        QFETCH(bool, theirs);
        QCOMPARE(takesItsOwnLogins(url), theirs);
        QCOMPARE(passthroughFault(passing(url), false).isEmpty(), theirs);
        Endpoint anywhere = passing(url);
        anywhere.passthroughAnywhere = true;
        QVERIFY(passthroughFault(anywhere, false).isEmpty());
        QCOMPARE(passthroughNote(anywhere).contains(u"passthrough_anywhere"_s), !theirs);
        QVERIFY(passthroughNote(passing(url)).isEmpty());
    }

    void aVendorGetsNoOthersLogin_data()
    {
        QTest::addColumn<QByteArray>("url");
        QTest::addColumn<bool>("anywhere");
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<HeaderList>("fields");
        QTest::addColumn<bool>("goes");
        const auto row = [](const char *name, const char *url, const char *target, const HeaderList &fields, bool goes, bool anywhere = false) {
            QTest::newRow(name) << QByteArray(url) << anywhere << QByteArray(target) << fields << goes;
        };
        constexpr auto anthropic = "https://api.anthropic.com", chatGpt = "https://chatgpt.com/backend-api/codex", google = "https://generativelanguage.googleapis.com";
        row("Claude's to Anthropic", anthropic, "/v1/messages", {}, true);
        row("Claude's to ChatGPT", chatGpt, "/v1/messages", {}, false);
        row("Claude's list to ChatGPT", chatGpt, "/v1/models", {{"anthropic-version", "1"}}, false);
        row("Claude's list to Anthropic", anthropic, "/v1/models", {{"anthropic-version", "1"}}, true);
        row("Codex's to ChatGPT", chatGpt, "/responses", {}, true);
        row("Codex's to Anthropic", anthropic, "/v1/responses", {}, false);
        row("Codex's list to Anthropic", anthropic, "/v1/models", {{"User-Agent", "codex_cli_rs/0.169"}}, false);
        row("Codex's list to ChatGPT", chatGpt, "/models", {{"ChatGPT-Account-Id", "1"}}, true);
        row("Gemini's to Google", google, "/v1beta/models/g:generateContent", {}, true);
        row("Gemini's to Anthropic", anthropic, "/v1beta/models/g:generateContent", {}, false);
        row("nobody knows whose", anthropic, "/v1/files", {}, true);
        row("anywhere", chatGpt, "/v1/messages", {}, true, true);
        row("anywhere else", "http://127.0.0.1:1", "/v1/messages", {}, true, true);
    }

    void aVendorGetsNoOthersLogin()
    {
        QFETCH(QByteArray, url);
        QFETCH(bool, anywhere);
        QFETCH(QByteArray, target);
        QFETCH(HeaderList, fields);
        Endpoint endpoint = passing(url);
        endpoint.passthroughAnywhere = anywhere;
        const RequestHead asked = head(target, fields);
        Tries tries;
        tries.login = "mark";
        tries.loginDialect = dialectOfLogin(asked, dialectOf("POST", asked.path()));
        QTEST(maySendTo(endpoint, tries), "goes");
        tries.login.clear();
        QVERIFY(!maySendTo(endpoint, tries));
    }

    void configSaysWhereItMayGo()
    {
        QCOMPARE(saidOf(vendors), QString());
        QCOMPARE(saidOf(relays + ",\"passthrough_anywhere\":true"), QString());
        const QString elsewhere = saidOf(relays);
        QVERIFY2(elsewhere.contains(u"clusters[0].endpoints[0].auth (line 2)"_s) && elsewhere.contains(u"relay.example"_s) && elsewhere.contains(u"passthrough_anywhere"_s),
                 qPrintable(elsewhere));
        QVERIFY(saidOf(relays + ",\"passthrough_anywhere\":false").contains(u"passthrough_anywhere"_s));
        QVERIFY(saidOf(vendors + ",\"api_key\":\"k\"").contains(u"beside a key"_s));
        QVERIFY(saidOf(vendors + ",\"api_key\":{\"sealed\":\"v1:x\"}").contains(u"beside a key"_s));
        QVERIFY(saidOf(vendors + ",\"api_key_command\":\"pass\"").contains(u"beside a key"_s));
        QCOMPARE(saidOf(vendors + ",\"api_key\":null"), QString());
        QCOMPARE(saidOf(vendors + ",\"api_key\":\"\""), QString());
        QVERIFY(saidOf(relays + ",\"passthrough_anywhere\":1").contains(u"true or false"_s));
    }

    void whoStopsPassingItOnStopsLettingItGoAnywhere()
    {
        QJsonObject config = withEndpoint({{u"name"_s, u"x"_s}, {u"base_url"_s, u"https://relay.example"_s}});
        EndpointFields fields;
        fields.auth = AuthStyle::Passthrough;
        fields.passthroughAnywhere = true;
        QVERIFY(editEndpoint(config, u"a"_s, u"x"_s, fields));
        QCOMPARE(endpointOf(config).value("auth"_L1).toString(), u"passthrough"_s);
        QCOMPARE(endpointOf(config).value("passthrough_anywhere"_L1), QJsonValue(true));
        EndpointFields renamed;
        renamed.name = u"x"_s;
        QVERIFY(editEndpoint(config, u"a"_s, u"x"_s, renamed));
        QVERIFY(endpointOf(config).contains("passthrough_anywhere"_L1));
        EndpointFields bearer;
        bearer.auth = AuthStyle::Bearer;
        QVERIFY(editEndpoint(config, u"a"_s, u"x"_s, bearer));
        QVERIFY(!endpointOf(config).contains("passthrough_anywhere"_L1));
    }

    void refusalsOfItAreTheClients_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("said");
        QTest::addColumn<FailureClass>("ofLogin");
        QTest::addColumn<FailureClass>("ofKey");
        QTest::newRow("401") << 401 << QByteArray() << FailureClass::Caller << FailureClass::Auth;
        QTest::newRow("403") << 403 << QByteArray("{\"error\":{\"type\":\"permission_error\"}}") << FailureClass::Caller << FailureClass::Auth;
        QTest::newRow("403, a page") << 403 << QByteArray("<html>") << FailureClass::Caller << FailureClass::Blocked;
        QTest::newRow("500 about a key") << 500 << QByteArray("{\"error\":{\"code\":\"invalid_api_key\"}}") << FailureClass::Caller << FailureClass::Auth;
        QTest::newRow("402") << 402 << QByteArray() << FailureClass::Quota << FailureClass::Quota;
        QTest::newRow("429") << 429 << QByteArray() << FailureClass::RateLimit << FailureClass::RateLimit;
        QTest::newRow("529") << 529 << QByteArray() << FailureClass::Transient << FailureClass::Transient;
    }

    void refusalsOfItAreTheClients()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, said);
        const auto classOf = [&](bool toClientsLogin) {
            Evidence evidence{.phase = Phase::Body, .status = status, .ofApi = true, .error = readApiError(status, said)};
            evidence.toClientsLogin = toClientsLogin;
            return classify(evidence);
        };
        QTEST(classOf(true), "ofLogin");
        QTEST(classOf(false), "ofKey");
        // What the user says of a status goes first.
        Config::Retry rules;
        rules.retryStatuses = {401};
        QCOMPARE(classify({.status = 401, .toClientsLogin = true}, rules), FailureClass::Transient);
    }

    void codexsPathIsThatOfItsOwnServer_data()
    {
        QTest::addColumn<QByteArray>("target");
        QTest::newRow("responses") << QByteArray("/responses");
        QTest::newRow("compact") << QByteArray("/responses/compact");
        QTest::newRow("models") << QByteArray("/models?client_version=0.169.0");
    }

    void codexsPathIsThatOfItsOwnServer()
    {
        QFETCH(QByteArray, target);
        // As Codex asks chatgpt.com itself: the address that it has built in, and this.
        QCOMPARE(upstreamTarget(head(target), passing("https://chatgpt.com/backend-api/codex")), "/backend-api/codex" + target);
    }
};

QTEST_GUILESS_MAIN(TestLogin)
#include "tst_login.moc"
