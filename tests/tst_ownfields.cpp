#include "core/config/configparser.h"
#include "core/forward/forwarding.h"
#include "core/health/healthprobes.h"
#include "tests/support/rawclient.h"
#include "tests/support/scriptedupstream.h"
#include "tests/support/testproxy.h"

#include <QTest>

#include <algorithm>

using namespace qcc;
using namespace qcc::test;
using namespace Qt::StringLiterals;

namespace {

using Fields = QMap<QString, QString>;

RequestHead head(const QByteArray &target, const HeaderList &headers = {})
{
    return {.method = "POST", .target = target, .minorVersion = 1, .headers = headers};
}

Endpoint endpointWith(const Fields &headers, const Fields &query)
{
    Endpoint endpoint;
    endpoint.baseUrl = "https://relay.example/api";
    endpoint.apiKey = "K/1";
    endpoint.headers = headers;
    endpoint.query = query;
    return endpoint;
}

QByteArray asText(const HeaderList &headers)
{
    QByteArrayList lines;
    for (const HeaderField &field : headers)
        lines.append(field.name + ": " + field.value);
    return lines.join('|');
}

/// Gives the endpoints of `proxy` these fields.
void give(TestProxy &proxy, const Fields &headers, const Fields &query)
{
    proxy.editEndpoints([&](QList<Endpoint> &endpoints) {
        for (Endpoint &endpoint : endpoints) {
            endpoint.headers = headers;
            endpoint.query = query;
        }
    });
}

/// Of an endpoint with these further members. moc takes what follows "//" in a class for a comment.
QString idWith(const QByteArray &members)
{
    const Result<Config> config = parseConfig(R"({"clusters":[{"name":"a","endpoints":[{"base_url":"http://x","api_key":"k")" + members + "}]}]}");
    return config ? config->clusters.first().endpoints.first().id : config.error().message;
}

} // namespace

class TestOwnFields : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void ownParametersReplaceThoseOfTheirName_data()
    {
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<Fields>("query");
        QTest::addColumn<QByteArray>("upstream");
        const Fields version{{u"api-version"_s, u"2024-10-21"_s}};
        const auto row = [](const char *name, const char *target, const Fields &query, const char *upstream) {
            QTest::newRow(name) << QByteArray(target) << query << QByteArray(upstream);
        };
        row("none", "/v1/messages?beta=true", {}, "/api/v1/messages?beta=true");
        row("no query yet", "/v1/messages", version, "/api/v1/messages?api-version=2024-10-21");
        row("an empty query", "/v1/messages?", version, "/api/v1/messages?api-version=2024-10-21");
        row("behind the client's", "/v1/messages?beta=true&x", version, "/api/v1/messages?beta=true&x&api-version=2024-10-21");
        row("in place of the client's", "/m?api-version=1&a=%20b+c&api-version=2", version, "/api/m?a=%20b+c&api-version=2024-10-21");
        row("in place of one in other signs", "/m?api%2dversion=1&api-Version=2", version, "/api/m?api-Version=2&api-version=2024-10-21");
        row("in place of one without a value", "/m?api-version", version, "/api/m?api-version=2024-10-21");
        row("what has to be encoded", "/m", {{u"a b"_s, u"ü&=#?%\"<"_s}}, "/api/m?a%20b=%C3%BC%26%3D%23%3F%25%22%3C");
        row("in place of one with a space", "/m?a+b=1&a%20b=2", {{u"a b"_s, u"3"_s}}, "/api/m?a%20b=3");
        row("several, by name", "/m", {{u"b"_s, u"2"_s}, {u"a"_s, u"1"_s}}, "/api/m?a=1&b=2");
        row("beside the endpoint's key", "/m?key=mine", version, "/api/m?key=K%2F1&api-version=2024-10-21");
        row("a credential of its own", "/m?token=mine", {{u"token"_s, u"ours"_s}}, "/api/m?token=ours");
        row("a model in the path", "/v1beta/models/g:generateContent?alt=sse", {{u"alt"_s, u"json"_s}}, "/api/v1beta/models/g:generateContent?alt=json");
        row("of no path", "*", version, "*");
    }

    void ownParametersReplaceThoseOfTheirName()
    {
        QFETCH(QByteArray, target);
        QFETCH(Fields, query);
        QTEST(upstreamTarget(head(target), endpointWith({}, query)), "upstream");
    }

    void ownHeadersReplaceThoseOfTheirName()
    {
        const HeaderList sent{{"Host", "h"}, {"User-Agent", "client/1"}, {"x-team", "red"}, {"X-TEAM", "green"}, {"authorization", "Bearer mine"}, {"x-other", "1"}};
        QCOMPARE(asText(upstreamHeaders(head("/m", sent), endpointWith({{u"X-Team"_s, u" blue "_s}, {u"Cf-Access-Client-Secret"_s, u"s"_s}}, {}))),
                 "Host: relay.example|User-Agent: client/1|x-other: 1|Authorization: Bearer K/1|Cf-Access-Client-Secret: s|X-Team: blue"_ba);
        // Also where the client's connection says that one of that name is for it alone.
        const HeaderList nominated{{"Connection", "x-team"}, {"x-team", "red"}};
        QCOMPARE(firstValue(upstreamHeaders(head("/m", nominated), endpointWith({{u"X-Team"_s, u"blue"_s}}, {})), "x-team"), "blue"_ba);
    }

    void reachesTheUpstreamWithRequestsAndTests()
    {
        ThreadedUpstream upstream;
        QVERIFY(upstream->listen());
        TestProxy proxy({upstream->baseUrl()});
        give(proxy, {{u"X-Team"_s, u"blü"_s}, {u"User-Agent"_s, u"gateway"_s}}, {{u"api-version"_s, u"1 2"_s}});
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages?beta=true&api-version=0", R"({"model":"claude-x","messages":[]})", {{"x-team", "red"}, {"user-agent", "mine"}});
        QTRY_COMPARE(client.finished(), 1);
        QCOMPARE(client.response().status, 200);

        DirectProbes probes;
        QList<ProbeResult> results;
        probes.probe(proxy.plane().router.config()->clusters.first().endpoints.first(), std::chrono::seconds(5), [&results](const ProbeResult &result) { results.append(result); });
        QTRY_COMPARE(results.size(), 1);

        const QList<Arrived> arrived = upstream->arrived();
        QCOMPARE(arrived.size(), 2);
        QCOMPARE(arrived[0].rawTarget, "/v1/messages?beta=true&api-version=1%202"_ba);
        QCOMPARE(arrived[1].query("api-version"), "1 2"_ba);
        for (const Arrived &request : arrived) {
            QCOMPARE(request.header("x-team"), "bl\xC3\xBC"_ba);
            QCOMPARE(request.header("user-agent"), "gateway"_ba);
            QCOMPARE(std::ranges::count_if(request.headers, [](const auto &field) { return field.first.compare("x-team", Qt::CaseInsensitive) == 0; }), 1);
        }
        // Where requests are listed there is no query, and so no parameter.
        QCOMPARE(proxy.last().path, "/v1/messages"_ba);
    }

    void whatTheUpstreamQuotesIsNotTold()
    {
        ThreadedUpstream upstream;
        QVERIFY(upstream->listen());
        upstream->setBehaviour([](const Arrived &arrived) {
            return Script().answer(400, "application/json",
                                   R"({"error":{"type":"bad","message":"I do not like )" + arrived.header("x-team") + " of " + arrived.rawTarget + R"("}})");
        });
        TestProxy proxy({upstream->baseUrl()});
        give(proxy, {{u"X-Team"_s, u"a secret value"_s}}, {{u"code"_s, u"another/secret"_s}});
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages", R"({"model":"claude-x","messages":[]})");
        QTRY_COMPARE(client.finished(), 1);
        const QString said = proxy.last().attempts.value(0).upstreamError;
        QVERIFY2(said.contains("I do not like ***"_L1) && said.contains("code=***"_L1), qPrintable(said));
    }

    void endpointsThatDifferInThemAreTheSameEndpoint()
    {
        QCOMPARE(idWith(R"(,"headers":{"X-Team":"blue"},"query":{"a":"b"})"), idWith({}));
    }
};

QTEST_GUILESS_MAIN(TestOwnFields)
#include "tst_ownfields.moc"
