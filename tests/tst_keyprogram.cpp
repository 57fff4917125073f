#include "core/keys/keyprogram.h"
#include "tests/support/rawclient.h"
#include "tests/support/scriptedupstream.h"
#include "tests/support/testclock.h"
#include "tests/support/testproxy.h"

#include "core/health/healthprobes.h"
#include "core/report/healthcommands.h"
#include "core/routing/router.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <memory>

using namespace qcc;
using namespace qcc::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const QByteArray question = R"({"model":"claude-x","messages":[]})";

QStringList shell(const QString &script)
{
    return {u"/bin/sh"_s, u"-c"_s, script};
}

QByteArray read(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void write(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
        qFatal("no file");
}

} // namespace

/// Programs that say keys: each way in which one ends, and a proxy that has them asked.
class TestKeyProgram : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!QFile::exists(u"/bin/sh"_s))
            QSKIP("the programs are scripts");
    }

    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_a = std::make_unique<ThreadedUpstream>();
        m_b = std::make_unique<ThreadedUpstream>();
        QVERIFY((*m_a)->listen() && (*m_b)->listen());
    }

    void saysItsFirstLine_data()
    {
        QTest::addColumn<QStringList>("command");
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<QString>("why"); // in the sentence
        const auto good = [](const char *name, const QString &script, const char *line) { QTest::newRow(name) << shell(script) << QByteArray(line) << QString(); };
        const auto bad = [](const char *name, const QStringList &command, const QString &why) { QTest::newRow(name) << command << QByteArray() << why; };
        good("a line", u"echo sk-1"_s, "sk-1");
        good("without its end", u"printf sk-1"_s, "sk-1");
        good("of several", u"printf 'sk-1\\r\\nuser: me\\n'"_s, "sk-1");
        good("with words on the other stream", u"echo careful >&2; echo sk-1"_s, "sk-1");
        good("that reads what nobody writes", u"cat; echo sk-1"_s, "sk-1");
        good("with a child that lives on", u"sleep 30 >/dev/null 2>&1 & echo sk-1"_s, "sk-1");
        bad("that is not there", {u"/nonexistent/key"_s}, u"its key program \"/nonexistent/key\" cannot be started: "_s);
        bad("that fails", shell(u"echo sk-1; echo 'the vault is locked' >&2; echo more >&2; exit 3"_s),
            u"its key program \"/bin/sh\" ended with the code 3: the vault is locked"_s);
        bad("that fails and quotes a key", shell(u"echo 'token=abcdefgh0123456789 is bad' >&2; exit 1"_s), u"ended with the code 1: token=*** is bad"_s);
        bad("that says nothing", shell(u"exit 0"_s), u"says nothing in its first line"_s);
        bad("that begins with an empty line", shell(u"echo; echo sk-1"_s), u"says nothing in its first line"_s);
        bad("that crashes", shell(u"kill -SEGV $$"_s), u"crashed"_s);
        bad("that never stops talking", shell(u"while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done"_s), u"says more than a key"_s);
        bad("that hangs", shell(u"echo sk-1; exec sleep 60"_s), u"did not end within 0.7 s"_s);
        bad("that fails and quotes a key of no known form", shell(u"echo 'cannot refresh 9f86d081884c7d659a2feaa0c55ad015' >&2; exit 3"_s), u"ended with the code 3: cannot refresh ***"_s);
        bad("that fails and quotes what it has said", shell(u"echo pa55word; echo 'pa55word is stale' >&2; exit 3"_s), u"ended with the code 3: *** is stale"_s);
        bad("that fails and quotes what it was given", {u"/bin/sh"_s, u"-c"_s, u"echo \"bad token $1\" >&2; exit 1"_s, u"sh"_s, u"s3cret"_s}, u"ended with the code 1: bad token ***"_s);
        bad("that steers the terminal", shell(u"printf '\\033[31mred\\n' >&2; exit 1"_s), u"[31mred"_s);
    }

    void saysItsFirstLine()
    {
        QFETCH(QStringList, command);
        QFETCH(QByteArray, line);
        QFETCH(QString, why);
        // Only who hangs waits for the end of it.
        KeyProgram program(command, nullptr, QByteArray(QTest::currentDataTag()) == "that hangs" ? 700ms : 10'000ms);
        QList<Result<QByteArray>> ended;
        connect(&program, &KeyProgram::ended, this, [&ended](const Result<QByteArray> &said) { ended.append(said); });
        program.start();
        QCOMPARE(ended.size(), 0);
        QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 1, 15'000);
        if (why.isEmpty()) {
            QVERIFY2(ended.first(), ended.first() ? "" : qPrintable(ended.first().error().message));
            QCOMPARE(*ended.first(), line);
        } else {
            QVERIFY(!ended.first());
            const QString said = ended.first().error().message;
            QVERIFY2(said.contains(why) && !said.contains(u'\033') && !said.contains(u"sk-1"_s), qPrintable(said));
        }
    }

    void oneThatIsGivenUpIsEnded()
    {
        const QString file = m_folder->filePath(u"pid"_s);
        auto program = std::make_unique<KeyProgram>(shell(u"echo $$ >'%1.new'; mv '%1.new' '%1'; exec sleep 60"_s.arg(file)));
        program->start();
        QTRY_VERIFY(QFile::exists(file));
        QElapsedTimer timer;
        timer.start();
        program.reset();
        QVERIFY(timer.elapsed() < 1'000); // nobody waits for it
        const QString process = u"/proc/"_s + QString::fromLatin1(read(file).trimmed());
        if (QFile::exists(u"/proc/self"_s))
            QTRY_VERIFY(!QFile::exists(process));
    }

    /// As a shell that runs the program which asks its user.
    void whatItStartedEndsWithIt_data()
    {
        QTest::addColumn<bool>("givenUp");
        QTest::newRow("its time is over") << false;
        QTest::newRow("nobody waits any more") << true;
    }

    void whatItStartedEndsWithIt()
    {
        QFETCH(bool, givenUp);
        if (!QFile::exists(u"/proc/self"_s))
            QSKIP("looks at /proc");
        const QString file = m_folder->filePath(u"pid"_s);
        auto program = std::make_unique<KeyProgram>(shell(u"sleep 60 & echo $! >'%1.new'; mv '%1.new' '%1'; wait"_s.arg(file)), nullptr, givenUp ? 60s : 1s);
        QList<Result<QByteArray>> ended;
        connect(program.get(), &KeyProgram::ended, this, [&ended](const Result<QByteArray> &said) { ended.append(said); });
        program->start();
        QTRY_VERIFY(QFile::exists(file));
        if (givenUp)
            program.reset();
        else
            QTRY_COMPARE(ended.size(), 1);
        const QString state = u"/proc/%1/stat"_s.arg(QString::fromLatin1(read(file).trimmed()));
        // It may stay as a zombie where nobody waits for orphans.
        QTRY_VERIFY(!QFile::exists(state) || read(state).contains(") Z "));
    }

    void requestsHaveTheKeyThatItSays()
    {
        TestProxy proxy({a().baseUrl()}, TestProxy::patient());
        giveProgram(proxy, "sk-one");
        QVERIFY(ask(proxy, 200));
        QVERIFY(ask(proxy, 200));
        QCOMPARE(a().arrivedAt(0).header("x-api-key"), "sk-one"_ba);
        QCOMPARE(a().arrivedAt(1).header("x-api-key"), "sk-one"_ba);
        QCOMPARE(timesAsked(), 1);
    }

    /// Those who come while it is asked wait for the one answer.
    void itIsAskedOnceForAll()
    {
        TestProxy proxy({a().baseUrl()}, TestProxy::patient());
        giveProgram(proxy, "sk-one", u"while ! [ -e '%1' ]; do sleep 0.02; done"_s.arg(m_folder->filePath(u"go"_s)));
        std::vector<std::unique_ptr<RawClient>> clients;
        for (int i = 0; i < 5; ++i) {
            clients.push_back(std::make_unique<RawClient>());
            clients.back()->connectTo(proxy.port());
            clients.back()->post("/v1/messages", question);
        }
        QTRY_COMPARE(proxy.plane().router.waiting(), 5);
        clients.front()->reset(); // and one leaves
        QTRY_COMPARE(proxy.plane().router.waiting(), 4);
        write(m_folder->filePath(u"go"_s), "");
        QTRY_COMPARE(std::ranges::count_if(clients, [](const auto &client) { return client->response().status == 200 && client->response().complete; }), 4);
        QCOMPARE(timesAsked(), 1);
    }

    void itIsAskedAgainAfterItsTime()
    {
        TestClock clock;
        TestProxy proxy({a().baseUrl()}, TestProxy::patient(), {}, clock);
        giveProgram(proxy, "sk-one");
        QVERIFY(ask(proxy, 200));
        write(keyFile(), "sk-two\n");
        clock.advance(299s);
        QVERIFY(ask(proxy, 200));
        clock.advance(1s);
        QVERIFY(ask(proxy, 200));
        QCOMPARE(a().arrivedAt(1).header("x-api-key"), "sk-one"_ba);
        QCOMPARE(a().arrivedAt(2).header("x-api-key"), "sk-two"_ba);
        QCOMPARE(timesAsked(), 2);
    }

    /// The key has expired: the very request that finds out is served with the next one.
    void aRefusedKeyIsAskedForAgain()
    {
        TestClock clock;
        TestProxy proxy({a().baseUrl()}, TestProxy::patient(), {}, clock);
        a().setBehaviour([](const Arrived &arrived) {
            return arrived.header("x-api-key") == "sk-one" ? Script().answer(401, "application/json", R"({"error":{"message":"expired"}})") : Script();
        });
        giveProgram(proxy, "sk-one", u"printf sk-two >'%1.next'; trap \"mv '%1.next' '%1'\" EXIT"_s.arg(keyFile()));
        QVERIFY(ask(proxy, 200));
        QCOMPARE(a().arrivedCount(), 2);
        QCOMPARE(a().arrivedAt(1).header("x-api-key"), "sk-two"_ba);
        QTRY_COMPARE(proxy.last().outcome, Outcome::Recovered);
        QCOMPARE(proxy.last().attempts.size(), 2);
        const EndpointState state = proxy.states().begin().value();
        QCOMPARE(state.rest, RestReason::None);
        QCOMPARE(timesAsked(), 2);
    }

    void aKeyThatIsAlwaysRefusedIsAskedForOnceAMinute()
    {
        TestClock clock;
        TestProxy proxy({a().baseUrl()}, TestProxy::patient(), {}, clock);
        a().setDefaultScript("status:401");
        giveProgram(proxy, "sk-one");
        QVERIFY(ask(proxy, 401)); // the upstream's own words, after the second try
        QCOMPARE(a().arrivedCount(), 2);
        QCOMPARE(timesAsked(), 2);
        QTRY_COMPARE(proxy.states().begin().value().rest, RestReason::Auth);
        QVERIFY(ask(proxy, 401));
        QCOMPARE(a().arrivedCount(), 3);
        QCOMPARE(timesAsked(), 2);
        clock.advance(60s);
        QVERIFY(ask(proxy, 401));
        QCOMPARE(timesAsked(), 3);
    }

    void whileItFailsOthersServe()
    {
        TestClock clock;
        TestProxy proxy({a().baseUrl(), b().baseUrl()}, TestProxy::patient(), {}, clock);
        QStringList news;
        giveProgram(proxy, "sk-one", u"if [ -e '%1' ]; then echo 'the vault is locked' >&2; exit 2; fi"_s.arg(m_folder->filePath(u"locked"_s)));
        write(m_folder->filePath(u"locked"_s), "");
        QVERIFY(ask(proxy, 200));
        QVERIFY(ask(proxy, 200));
        QCOMPARE(a().arrivedCount(), 0);
        QCOMPARE(b().arrivedCount(), 2);
        QCOMPARE(timesAsked(), 1);
        const EndpointState state = proxy.states().value(proxy.plane().router.config()->clusters.first().endpoints.first().id);
        QCOMPARE(state.rest, RestReason::Auth);
        QVERIFY2(state.keyFault.contains(u"ended with the code 2: the vault is locked"_s), qPrintable(state.keyFault));
        QCOMPARE(state.consecutiveFailures, 0);
        // Asked again at the next need, after a while.
        QVERIFY(QFile::remove(m_folder->filePath(u"locked"_s)));
        clock.advance(10s);
        QVERIFY(ask(proxy, 200));
        // Nobody waits for it while another one serves.
        QCOMPARE(b().arrivedCount(), 3);
        QTRY_VERIFY(proxy.states().value(proxy.plane().router.config()->clusters.first().endpoints.first().id).keyFault.isEmpty());
        QTRY_COMPARE(timesAsked(), 2);
        QVERIFY(QTest::qWaitFor([&] { return ask(proxy, 200) && a().arrivedCount() > 0; }));
    }

    void theOnlyEndpointSaysWhyItIsOutOfUse()
    {
        TestProxy proxy({a().baseUrl()}, TestProxy::patient());
        giveProgram(proxy, "sk-one", u"echo 'no such entry' >&2; exit 1"_s);
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages", question);
        QTRY_COMPARE(client.finished(), 1);
        QCOMPARE(client.response().status, 503);
        QVERIFY2(client.response().body.contains("endpoint relay-a is out of use: its key program")
                     && client.response().body.contains("ended with the code 1: no such entry"),
                 client.response().body.constData());
        QCOMPARE(a().arrivedCount(), 0);
    }

    /// Quotes and names around nothing: else it would be asked without end.
    void whatIsNoKeyIsAFailure_data()
    {
        QTest::addColumn<QByteArray>("said");
        QTest::newRow("quotes") << "\"\""_ba;
        QTest::newRow("Bearer and quotes") << "Bearer \"\""_ba;
        QTest::newRow("a header's name") << "x-api-key:"_ba;
        QTest::newRow("without width") << "\u200b\u200b"_ba;
    }

    void whatIsNoKeyIsAFailure()
    {
        QFETCH(QByteArray, said);
        TestClock clock;
        TestProxy proxy({a().baseUrl()}, TestProxy::patient(), {}, clock);
        giveProgram(proxy, said);
        QVERIFY(ask(proxy, 503));
        QCOMPARE(timesAsked(), 1);
        Endpoint endpoint = proxy.plane().router.config()->clusters.first().endpoints.first();
        DirectProbes probes;
        QList<ProbeResult> results;
        probes.probe(endpoint, 5s, [&results](const ProbeResult &result) { results.append(result); });
        QTRY_COMPARE(results.size(), 1);
        QVERIFY2(results[0].noKey && results[0].error.contains(u"says nothing in its first line"_s), qPrintable(results[0].error));
        QCOMPARE(timesAsked(), 2);
        QCOMPARE(a().arrivedCount(), 0);
    }

    void whatItSaysHasToBeAKey()
    {
        TestProxy proxy({a().baseUrl()}, TestProxy::patient());
        giveProgram(proxy, "two words");
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages", question);
        QTRY_COMPARE(client.finished(), 1);
        QVERIFY2(client.response().body.contains("holds a space") && !client.response().body.contains("two words"), client.response().body.constData());
    }

    void testsHaveItToo()
    {
        Endpoint endpoint = TestProxy::endpointAt(a().baseUrl(), 1);
        endpoint.apiKey.clear();
        endpoint.apiKeyCommand = shell(u"echo sk-one"_s);
        DirectProbes probes;
        QList<ProbeResult> results;
        const auto note = [&results](const ProbeResult &result) { results.append(result); };
        probes.probe(endpoint, 5s, note);
        QTRY_COMPARE(results.size(), 1);
        QVERIFY2(results[0].reachable, qPrintable(results[0].error));
        QCOMPARE(a().arrivedAt(0).header("x-api-key"), "sk-one"_ba);
        endpoint.apiKeyCommand = shell(u"exit 7"_s);
        probes.probe(endpoint, 5s, note);
        QTRY_COMPARE(results.size(), 2);
        QVERIFY(!results[1].reachable && results[1].failure == FailureClass::Auth && results[1].error.contains(u"ended with the code 7"_s));
        QCOMPARE(a().arrivedCount(), 1);
    }

    /// Nobody was asked: a test by hand tells its owner, and nothing is held against the endpoint or its key.
    void aTestWithoutAKeySaysNothingOfTheEndpoint_data()
    {
        QTest::addColumn<bool>("worked");
        QTest::newRow("a key that has worked") << true;
        QTest::newRow("a new one") << false;
    }

    void aTestWithoutAKeySaysNothingOfTheEndpoint()
    {
        QFETCH(bool, worked);
        for (const bool withMessage : {false, true}) {
            TestProxy proxy({a().baseUrl()}, TestProxy::patient());
            giveProgram(proxy, "sk-one", u"exit 1"_s);
            Router &router = proxy.plane().router;
            const QString id = router.config()->clusters.first().endpoints.first().id;
            if (worked)
                router.keysHaveWorked({id});
            const QJsonObject result = tested(router, withMessage);
            QCOMPARE(result.value("reachable"_L1), QJsonValue(false));
            QVERIFY2(result.value("error"_L1).toString().contains(u"ended with the code 1"_s), qPrintable(result.value("error"_L1).toString()));
            EndpointState state = router.states(std::chrono::steady_clock::now()).value(id);
            QCOMPARE(state.rest, RestReason::None);
            QCOMPARE(state.health, HealthStatus::Unknown);
            QVERIFY(!state.lastCheck);
            for (int i = 0; i < 3; ++i)
                router.verified(id, false, false, std::chrono::steady_clock::now());
            tested(router, withMessage);
            QCOMPARE(router.states(std::chrono::steady_clock::now()).value(id).breaker, BreakerState::Open);
        }
        QCOMPARE(a().arrivedCount(), 0);
    }

    /// Who has logged in anew presses the button: requests go with the new key from then on.
    void requestsHaveTheKeyOfATestThatWentWell()
    {
        for (const bool withMessage : {false, true}) {
            TestProxy proxy({a().baseUrl()}, TestProxy::patient());
            giveProgram(proxy, "sk-one");
            QVERIFY(ask(proxy, 200));
            write(keyFile(), "sk-two\n");
            QCOMPARE(tested(proxy.plane().router, withMessage).value("reachable"_L1), QJsonValue(true));
            QVERIFY(ask(proxy, 200));
            QCOMPARE(a().arrived().last().header("x-api-key"), "sk-two"_ba);
        }
    }

private:
    /// What `qcc endpoint test` is told.
    QJsonObject tested(Router &router, bool withMessage)
    {
        HealthCommands commands(router);
        CommandTable table;
        commands.addTo(table);
        QList<QJsonObject> replies;
        table.handle({{u"cmd"_s, u"test_endpoints"_s}, {u"message"_s, withMessage}}, [&replies](const QJsonObject &reply) { replies.append(reply); });
        if (!QTest::qWaitFor([&replies] { return replies.size() == 1; }, 15'000))
            return {};
        return replies.first().value("result"_L1)["results"_L1][0].toObject();
    }

    ScriptedUpstream &a() { return **m_a; }
    ScriptedUpstream &b() { return **m_b; }
    QString keyFile() const { return m_folder->filePath(u"key"_s); }
    int timesAsked() const { return int(read(m_folder->filePath(u"asked"_s)).count('\n')); }

    /// The first endpoint's key is what the file says, after `before`. Each time it is asked leaves a line.
    void giveProgram(TestProxy &proxy, const QByteArray &key, const QString &before = {})
    {
        write(keyFile(), key + '\n');
        const QString script = u"echo >>'%1'; %3\ncat '%2'"_s.arg(m_folder->filePath(u"asked"_s), keyFile(), before);
        proxy.editEndpoints([&script](QList<Endpoint> &endpoints) {
            Endpoint &first = endpoints.first();
            first.apiKey.clear();
            first.auth = AuthStyle::XApiKey;
            first.apiKeyCommand = shell(script);
        });
    }

    /// Whether a request is answered so.
    bool ask(TestProxy &proxy, int status)
    {
        RawClient client;
        client.connectTo(proxy.port());
        client.post("/v1/messages", question);
        return QTest::qWaitFor([&client] { return client.finished() == 1; }, 15'000) && client.response().status == status;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<ThreadedUpstream> m_a;
    std::unique_ptr<ThreadedUpstream> m_b;
};

QTEST_GUILESS_MAIN(TestKeyProgram)
#include "tst_keyprogram.moc"
