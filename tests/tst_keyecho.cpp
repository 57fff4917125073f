#include "core/forward/credentials.h"
#include "tests/support/rawclient.h"
#include "tests/support/scriptedupstream.h"
#include "tests/support/testproxy.h"

#include <QTest>

#include <memory>

using namespace qcc;
using namespace qcc::test;

namespace {

const QByteArray key("sk-relay/+=0123456789");
const QByteArray stars(key.size(), '*');

/// `body` passed in pieces of `step` bytes.
QByteArray passed(const QByteArray &body, qsizetype step, const QByteArray &of = key)
{
    KeyEcho echo({of});
    QByteArray out;
    for (qsizetype at = 0; at < body.size(); at += step)
        out += echo.pass(body.mid(at, step));
    return out + echo.rest();
}

} // namespace

/// An endpoint that quotes its key: the client does not get to see it, and gets every other byte.
class TestKeyEcho : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void replacesTheKeyHoweverTheBodyIsCut_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char *name, const QByteArray &body, const QByteArray &expected) { QTest::newRow(name) << body << expected; };
        row("nothing", "", "");
        row("no key", "{\"error\":\"no\"}", "{\"error\":\"no\"}");
        row("in the middle", "key " + key + " refused", "key " + stars + " refused");
        row("alone", key, stars);
        row("twice", key + key, stars + stars);
        row("a part of it", key.first(10), key.first(10));
        row("a part of it and then the whole", key.first(10) + key, key.first(10) + stars);
        row("all but its last byte", key.chopped(1) + "x", key.chopped(1) + "x");
        row("in other case", key.toUpper(), key.toUpper());
        row("late", QByteArray(60'000, 'x') + key + QByteArray(60'000, 'y'), QByteArray(60'000, 'x') + stars + QByteArray(60'000, 'y'));
        row("over the edge of what is looked at", QByteArray(KeyEcho::reach - 1, 'x') + key + "y", QByteArray(KeyEcho::reach - 1, 'x') + stars + "y");
        row("just beyond", QByteArray(KeyEcho::reach, 'x') + key + "y", QByteArray(KeyEcho::reach, 'x') + key + "y");
        row("a part of it over the edge", QByteArray(KeyEcho::reach - 5, 'x') + key.first(9), QByteArray(KeyEcho::reach - 5, 'x') + key.first(9));
        row("beyond what is looked at", QByteArray(2 * KeyEcho::reach, 'x') + key, QByteArray(2 * KeyEcho::reach, 'x') + key);
    }

    void replacesTheKeyHoweverTheBodyIsCut()
    {
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, expected);
        for (const qsizetype step : {1, 2, 7, 20, 21, 22, 1000, 200'000})
            QCOMPARE(passed(body, step), expected);
    }

    void readsAKeyThatRepeatsItself()
    {
        for (const qsizetype step : {1, 2, 3, 100})
            QCOMPARE(passed("xabababcx", step, "ababc"), QByteArray("xab*****x"));
        QCOMPARE(passed("anything", 3, QByteArray()), QByteArray("anything"));
    }

    void takesOutSeveral()
    {
        const QByteArray inner = "sk-0123456789", outer = "Bearer sk-0123456789", other = "secret-42424242";
        for (const qsizetype step : {1, 2, 3, 7, 20, 100}) {
            KeyEcho echo({inner, outer, other, {}});
            const QByteArray body = "a " + outer + ", b " + other + ", c " + inner + ", d " + other.chopped(1);
            QByteArray out;
            for (qsizetype at = 0; at < body.size(); at += step)
                out += echo.pass(body.mid(at, step));
            out += echo.rest();
            const QByteArray hidden(inner.size(), '*');
            // Of the outer one the plain word may stay, where the body was cut behind it.
            QVERIFY2(!out.contains(inner) && !out.contains(other) && out.size() == body.size(), out.constData());
            QVERIFY2(out.endsWith(", b " + QByteArray(other.size(), '*') + ", c " + hidden + ", d " + other.chopped(1)), out.constData());
        }
    }

    void knowsWhatIsSecret_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("value");
        QTest::addColumn<bool>("secret");
        const auto row = [](const char *name, const char *value, bool secret) { QTest::newRow(value) << QString::fromLatin1(name) << QString::fromLatin1(value) << secret; };
        row("CF-Access-Client-Secret", "onlyletters", true);
        row("CF-Access-Client-Secret", "short", false);
        row("X-Team", "5f2b8c1d9e7a4b60", true);
        row("X-Team", "dGVhbS1zZWNyZXQ+L3dpdGg/c2xhc2hlcw42==", true);
        row("X-Team", "blue", false);
        row("Accept", "application/json", false);
        row("Accept", "application/vnd.api.v2+json", false);
        row("Accept", "text/event-stream", false);
        row("User-Agent", "claude-cli/1.0.83", false);
        row("User-Agent", "relay/2.1.0 (external, cli)", false);
        row("Content-Type", "application/json; charset=utf8", false);
    }

    void knowsWhatIsSecret()
    {
        QFETCH(QString, name);
        QFETCH(QString, value);
        QFETCH(bool, secret);
        Endpoint endpoint;
        endpoint.apiKey = key;
        endpoint.headers = {{name, value}};
        QCOMPARE(secretsOf(endpoint).contains(value.toUtf8()), secret);
        QVERIFY(secretsOf(endpoint).contains(key));
        endpoint.headers.clear();
        endpoint.query = {{name, value}};
        QCOMPARE(secretsOf(endpoint).contains(value.toUtf8()), secret);
        QCOMPARE(secretsOf(endpoint).contains(value.toUtf8().toPercentEncoding()), secret);
    }

    /// A gateway that quotes what it refuses.
    void ownFieldsAreTakenOutLikewise()
    {
        const QByteArray token = "cf-secret-9876543210", parameter = "team+token/0123456789";
        ScriptedUpstream upstream;
        QVERIFY(upstream.listen());
        Config config = TestProxy::shortDeadlines();
        config.retry.maxAttempts = 1;
        TestProxy proxy({upstream.baseUrl()}, config);
        proxy.editEndpoints([&](QList<Endpoint> &endpoints) {
            endpoints.first().headers = {{QStringLiteral("CF-Access-Client-Secret"), QString::fromLatin1(token)}, {QStringLiteral("Accept"), QStringLiteral("text/plain")}};
            endpoints.first().query = {{QStringLiteral("team"), QString::fromLatin1(parameter)}};
        });
        const QByteArray body = "bad " + token + " at ?team=" + parameter.toPercentEncoding() + " (" + parameter + ")";
        upstream.setBehaviour([&](const Arrived &) { return Script().answer(403, "text/plain", body, {{"x-you-sent", token}, {"x-at", parameter.toPercentEncoding()}}); });
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/other", "{}");
        QTRY_VERIFY(client.response().complete);
        QCOMPARE(client.response().status, 403);
        const QByteArray hidden(token.size(), '*'), encoded(parameter.toPercentEncoding().size(), '*');
        QCOMPARE(client.response().body, "bad " + hidden + " at ?team=" + encoded + " (" + QByteArray(parameter.size(), '*') + ")");
        QCOMPARE(client.response().header("x-you-sent"), hidden);
        QCOMPARE(client.response().header("x-at"), encoded);
        QCOMPARE(client.response().header("content-type"), QByteArray("text/plain"));
    }

    void isTakenOutOfRefusalsAndHeads_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("coding");
        QTest::addColumn<bool>("keptInBody");
        QTest::newRow("401") << 401 << QByteArray() << false;
        QTest::newRow("400") << 400 << QByteArray() << false;
        QTest::newRow("529") << 529 << QByteArray() << false;
        QTest::newRow("a good answer") << 200 << QByteArray() << true;
        QTest::newRow("a compressed one") << 401 << QByteArray("br") << true;
        QTest::newRow("a compressed one, coded twice") << 401 << QByteArray("identity, gzip") << true;
        QTest::newRow("its charset for a coding") << 400 << QByteArray("utf-8") << false;
        QTest::newRow("coded by nothing, twice") << 400 << QByteArray("identity, identity") << false;
    }

    void isTakenOutOfRefusalsAndHeads()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, coding);
        QFETCH(bool, keptInBody);
        ScriptedUpstream upstream;
        QVERIFY(upstream.listen());
        Config config = TestProxy::shortDeadlines();
        config.retry.maxAttempts = 1;
        TestProxy proxy({upstream.baseUrl()}, config);
        const QByteArray its = TestProxy::endpointAt(upstream.baseUrl(), 0).apiKey;
        const QByteArray body = "{\"type\":\"error\",\"error\":{\"type\":\"authentication_error\",\"message\":\"bad " + its + "\"}}";
        upstream.setBehaviour([=](const Arrived &) {
            RawHeaders headers{{"x-you-sent", "Bearer " + its + "; " + its}, {"Set-Cookie", "k=" + its}, {"content-type", "text/x-other"},
                               {"Content-Length", QByteArray::number(body.size())}};
            if (!coding.isEmpty())
                headers.append({"Content-Encoding", coding});
            const qsizetype cut = body.indexOf(its) + 3;
            return Script().head(status, headers).send(body.first(cut)).delay(milliseconds(50)).send(body.sliced(cut));
        });
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/other", "{}");
        QTRY_VERIFY(client.response().complete);
        const QByteArray hidden(its.size(), '*');
        QCOMPARE(client.response().status, status);
        QCOMPARE(client.response().body, keptInBody ? body : QByteArray(body).replace(its, hidden));
        QCOMPARE(client.response().header("x-you-sent"), "Bearer " + hidden + "; " + hidden);
        QCOMPARE(client.response().header("set-cookie"), "k=" + hidden);
    }
};

QTEST_GUILESS_MAIN(TestKeyEcho)
#include "tst_keyecho.moc"
