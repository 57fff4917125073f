#include "app/tray/hostedproxy.h"
#include "core/config/configedit.h"
#include "core/config/configfile.h"
#include "core/control/commands.h"
#include "core/control/controlclient.h"
#include "tests/support/fakekeychain.h"
#include "tests/support/files.h"
#include "tests/support/hostiledatabase.h"

#include <QDir>
#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QThreadPool>

#include <algorithm>
#include <memory>

using namespace qcc;
using namespace qcc::test;
using namespace Qt::StringLiterals;

namespace {

constexpr auto key = "sk-ant-aaaaaaaaaaaaaaaaaaaa"_L1;

ConfigChange addEndpointAt(const QString &baseUrl)
{
    return {[baseUrl](QJsonObject &json) {
                EndpointFields fields;
                fields.baseUrl = baseUrl;
                fields.apiKey = key;
                return addEndpoint(json, u"work"_s, fields);
            }, u"Added an endpoint"_s, {}};
}

/// While it lives, this user's home is another.
class Home
{
public:
    explicit Home(const QString &path) { qputenv("HOME", path.toLocal8Bit()); }
    ~Home() { qputenv("HOME", m_before); }
    Q_DISABLE_COPY_MOVE(Home)

private:
    QByteArray m_before = qgetenv("HOME");
};

} // namespace

/// What the desktop asks of the configuration, beside a keychain as the test wants it.
class TestTrayHosted : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_chain = {};
        writeFile(path(), R"({"listen": {"port": 7863}, "active_cluster": "work",
                  "clusters": [{"name": "work", "endpoints": []}, {"name": "spare", "endpoints": []}]})");
        m_host = std::make_unique<HostedProxy>(Paths(m_folder->path()), std::make_unique<FakeKeychain>(m_chain));
        m_host->watchConfig();
    }

    void cleanup() { m_host.reset(); }

    void aKeyIsSavedOnceTheKeychainHasAnsweredAndNobodyWaits()
    {
        m_chain.silent = true;
        QSignalSpy edited(m_host.get(), &HostedProxy::configEdited);
        QSignalSpy changed(m_host.get(), &HostedProxy::configChanged);
        QElapsedTimer clock;
        clock.start();
        m_host->edit(addEndpointAt(u"https://relay.example"_s));
        m_host->saveActiveCluster(u"spare"_s);
        QVERIFY2(clock.elapsed() < 2'000, qPrintable(QString::number(clock.elapsed()))); // the keychain is given five seconds
        QCOMPARE(json().value("active_cluster"_L1).toString(), u"spare"_s);
        QCOMPARE(changed.size(), 1);
        QCOMPARE(edited.size(), 0);
        QVERIFY(endpoints().isEmpty());

        m_chain.silent = false;
        m_chain.answerNow();
        QTRY_COMPARE(edited.size(), 1);
        QCOMPARE(endpoints().size(), 1);
        QVERIFY(endpoints().first().toObject().value("api_key"_L1).isObject());
        QTRY_COMPARE(changed.size(), 2);
        const auto config = changed.last().first().value<ConfigSnapshot>();
        QCOMPARE(config->clusters.first().endpoints.first().apiKey, QByteArray(key.data(), key.size()));
        QCOMPARE(config->activeCluster, u"spare"_s);
    }

    void theDiagnosticsReadWhatIsThereNowAndNobodyWaits()
    {
        FakeKeychainState other;
        KeyRing keys(m_folder->filePath(u"secret.key"_s), std::make_unique<FakeKeychain>(other));
        QVERIFY(editConfig(path(), keys, [](QJsonObject &json) { return addEndpointAt(u"https://relay.example"_s).apply(json); }));
        m_chain.silent = true;
        QList<Result<Config>> read;
        connect(m_host.get(), &HostedProxy::configRead, this, [&read](const Result<Config> &config) { read.append(config); });
        QElapsedTimer clock;
        clock.start();
        m_host->readConfig();
        QVERIFY2(clock.elapsed() < 2'000, qPrintable(QString::number(clock.elapsed())));
        QCOMPARE(read.size(), 1);
        // Not known is a fault of its own, and no reason to say nothing of the rest.
        QVERIFY(read.first() && !read.first()->clusters.first().endpoints.first().keyFault.isEmpty());
        writeFile(path(), "{");
        m_host->readConfig();
        QCOMPARE(read.size(), 2);
        QVERIFY(!read.last());
    }

    void importsAreOfferedOnceTheKeychainHasAnsweredAndNobodyWaits()
    {
        // As another program left it; this one knows nothing of the key yet.
        FakeKeychainState other;
        KeyRing keys(m_folder->filePath(u"secret.key"_s), std::make_unique<FakeKeychain>(other));
        QVERIFY(editConfig(path(), keys, [](QJsonObject &json) { return addEndpointAt(u"https://relay.example"_s).apply(json); }));
        QVERIFY(endpoints().first().toObject().value("api_key"_L1).isObject());
        m_host.reset();
        m_chain = {};
        m_chain.secret = other.secret;
        m_chain.silent = true;
        m_host = std::make_unique<HostedProxy>(Paths(m_folder->path()), std::make_unique<FakeKeychain>(m_chain));
        QSignalSpy found(m_host.get(), &HostedProxy::importsFound);
        QElapsedTimer clock;
        clock.start();
        m_host->lookForImports();
        m_host->lookForImports(); // an impatient user
        QVERIFY2(clock.elapsed() < 2'000, qPrintable(QString::number(clock.elapsed())));
        QCOMPARE(found.size(), 0);
        m_chain.answerNow();
        QTRY_COMPARE(found.size(), 1);
    }

    void aSearchForImportsHoldsNobodyUp()
    {
        const Home home(m_folder->path());
        putDatabaseWithoutEnd();
        QSignalSpy found(m_host.get(), &HostedProxy::importsFound);
        QElapsedTimer clock;
        clock.start();
        m_host->lookForImports();
        m_host->lookForImports(); // an impatient user
        m_host->saveActiveCluster(u"spare"_s);
        QVERIFY2(clock.elapsed() < 1'000, qPrintable(QString::number(clock.elapsed())));
        QTRY_COMPARE_WITH_TIMEOUT(found.size(), 1, 10'000);
        const auto searched = found.first().at(1).value<QList<SearchedPlace>>();
        QVERIFY(std::ranges::any_of(searched, [](const SearchedPlace &place) { return place.problem.contains(u"longer than 3 s"_s); }));
        m_host->lookForImports();
        QTRY_COMPARE_WITH_TIMEOUT(found.size(), 2, 10'000);
    }

    void whoGoesDuringASearchForImportsIsNotTold()
    {
        const Home home(m_folder->path());
        putDatabaseWithoutEnd();
        m_host->lookForImports();
        QElapsedTimer clock;
        clock.start();
        m_host.reset();
        QVERIFY2(clock.elapsed() < 1'000, qPrintable(QString::number(clock.elapsed())));
        QVERIFY(QThreadPool::globalInstance()->waitForDone(10'000));
    }

    void aChangeThatIsNoGoodIsRefused()
    {
        QSignalSpy refused(m_host.get(), &HostedProxy::editRefused);
        m_host->edit(addEndpointAt(u"no address"_s));
        QTRY_COMPARE(refused.size(), 1);
        QVERIFY(!refused.first().first().value<Failure>().message.isEmpty());
        QVERIFY(endpoints().isEmpty());
        QCOMPARE(m_chain.reads, 0);
    }

    void anEndpointThatLeadsBackIsRefused_data()
    {
        QTest::addColumn<QString>("baseUrl");
        QTest::newRow("by its address") << u"http://127.0.0.1:7863"_s;
        QTest::newRow("by a name") << u"http://localhost:7863/v1"_s;
        QTest::newRow("by any address") << u"http://0.0.0.0:7863"_s;
        QTest::newRow("by the other family") << u"http://[::1]:7863"_s;
    }

    void anEndpointThatLeadsBackIsRefused()
    {
        QFETCH(QString, baseUrl);
        QSignalSpy refused(m_host.get(), &HostedProxy::editRefused);
        QSignalSpy edited(m_host.get(), &HostedProxy::configEdited);
        m_host->edit(addEndpointAt(baseUrl));
        QTRY_COMPARE(refused.size() + edited.size(), 1);
        QCOMPARE(refused.size(), 1);
        const auto failure = refused.first().first().value<Failure>();
        QCOMPARE(failure.code, ErrorCode::NotAllowed);
        QVERIFY2(failure.message.contains(u"qcc itself"_s), qPrintable(failure.message));
        QVERIFY(endpoints().isEmpty());
    }

    void aFileThatGoesBadAndIsMendedIsTold()
    {
        QSignalSpy rejected(m_host.get(), &HostedProxy::configRejected);
        QSignalSpy mended(m_host.get(), &HostedProxy::configMended);
        const QByteArray good = readFile(path());
        writeFile(path(), "{");
        QTRY_COMPARE(rejected.size(), 1);
        QCOMPARE(mended.size(), 0);
        writeFile(path(), good);
        QTRY_COMPARE(mended.size(), 1);
        QCOMPARE(rejected.size(), 1);
    }

    void servesBeforeAnybodyListensAndThenTellsHowThingsAre()
    {
        m_host = std::make_unique<HostedProxy>(Paths(m_folder->path()), std::make_unique<FakeKeychain>(m_chain));
        QSignalSpy changed(m_host.get(), &HostedProxy::configChanged), rejected(m_host.get(), &HostedProxy::configRejected);
        QSignalSpy started(m_host.get(), &HostedProxy::started), stopped(m_host.get(), &HostedProxy::stopped);
        m_host->serve({std::nullopt, {}, 0});
        QTRY_VERIFY(QFile::exists(m_folder->filePath(u"proxy.pid"_s)));
        // Whatever happens until then is not lost.
        const QByteArray good = readFile(path());
        writeFile(path(), "{");
        QTRY_VERIFY(readFile(m_folder->filePath(u"proxy.log"_s)).contains("config.json"));
        QCOMPARE(changed.size() + rejected.size() + started.size(), 0);
        m_host->reload(); // what the system may tell a moment later
        m_host->introduce();
        QCOMPARE(changed.size(), 1);
        QCOMPARE(changed.first().first().value<ConfigSnapshot>()->activeCluster, u"work"_s);
        QCOMPARE(rejected.size(), 1);
        QCOMPARE(started.size(), 1);
        writeFile(path(), good);
        m_host->stop(std::chrono::seconds(1));
        QTRY_COMPARE(stopped.size(), 1);
    }

    void goesOnHoweverFarAStopHasCome()
    {
        m_host = std::make_unique<HostedProxy>(Paths(m_folder->path()), std::make_unique<FakeKeychain>(m_chain));
        m_host->serve({std::nullopt, {}, 0});
        m_host->introduce();
        QSignalSpy failed(m_host.get(), &HostedProxy::startFailed);
        for (int turns = 0; turns < 12; ++turns) {
            QTRY_VERIFY(isRunning());
            m_host->stop(std::chrono::seconds(10));
            for (int i = 0; i < turns; ++i)
                QCoreApplication::processEvents();
            m_host->goOn();
            QTRY_VERIFY(isRunning());
        }
        QCOMPARE(failed.size(), 0);
        QSignalSpy stopped(m_host.get(), &HostedProxy::stopped);
        m_host->stop(std::chrono::seconds(10));
        QTRY_COMPARE(stopped.size(), 1);
        QVERIFY(!isRunning());
    }

    void tellsThatSomebodyHasStoppedItMeanwhile()
    {
        m_host = std::make_unique<HostedProxy>(Paths(m_folder->path()), std::make_unique<FakeKeychain>(m_chain));
        QSignalSpy changed(m_host.get(), &HostedProxy::configChanged);
        QSignalSpy started(m_host.get(), &HostedProxy::started), stopped(m_host.get(), &HostedProxy::stopped);
        m_host->serve({std::nullopt, {}, 0});
        ControlClient control(Paths(m_folder->path()).controlSocket());
        control.call(controlRequest(ControlCommand::Stop), [](const Result<QJsonObject> &) {});
        QTRY_VERIFY(!QFile::exists(m_folder->filePath(u"proxy.pid"_s)));
        QTest::qWait(0);
        QTRY_VERIFY2((m_host->introduce(), stopped.size() > 0), "it is told");
        QCOMPARE(started.size(), 0);
        QVERIFY(changed.size() > 0);
    }

    void servesNothingWhereConfigIsBadOrTheDemoIsNeeded_data()
    {
        QTest::addColumn<QByteArray>("config");
        QTest::addColumn<int>("rejections");
        QTest::newRow("bad") << QByteArray("{") << 1;
        QTest::newRow("demo") << QByteArray(R"({"active_cluster": "demo", "clusters": [{"name": "demo"}]})") << 0;
    }

    void servesNothingWhereConfigIsBadOrTheDemoIsNeeded()
    {
        QFETCH(QByteArray, config);
        QFETCH(int, rejections);
        writeFile(path(), config);
        m_host = std::make_unique<HostedProxy>(Paths(m_folder->path()), std::make_unique<FakeKeychain>(m_chain));
        QSignalSpy changed(m_host.get(), &HostedProxy::configChanged), rejected(m_host.get(), &HostedProxy::configRejected);
        QSignalSpy started(m_host.get(), &HostedProxy::started);
        m_host->serve({std::nullopt, {}, 0});
        m_host->introduce();
        QCOMPARE(rejected.size(), rejections);
        QCOMPARE(changed.size(), 1 - rejections);
        QCOMPARE(started.size(), 0);
        QVERIFY(!QFile::exists(m_folder->filePath(u"proxy.pid"_s)));
    }

private:
    void putDatabaseWithoutEnd() const
    {
        QVERIFY(QDir(m_folder->path()).mkpath(u".cc-switch"_s));
        QVERIFY(hostile::rowsWithoutEnd(m_folder->filePath(u".cc-switch/cc-switch.db"_s)));
    }

    bool isRunning() const
    {
        ControlClient control(Paths(m_folder->path()).controlSocket());
        std::optional<bool> running;
        control.call(controlRequest(ControlCommand::Status), [&running](const Result<QJsonObject> &status) {
            running = status && status->value("running"_L1).toBool();
        });
        return QTest::qWaitFor([&running] { return running.has_value(); }) && *running;
    }

    QString path() const { return m_folder->filePath(u"config.json"_s); }
    QJsonObject json() const { return QJsonDocument::fromJson(readFile(path())).object(); }
    QJsonArray endpoints() const { return json().value("clusters"_L1).toArray().first().toObject().value("endpoints"_L1).toArray(); }

    std::unique_ptr<QTemporaryDir> m_folder;
    FakeKeychainState m_chain;
    std::unique_ptr<HostedProxy> m_host;
};

QTEST_GUILESS_MAIN(TestTrayHosted)
#include "tst_trayhosted.moc"
