#include "core/config/configedit.h"
#include "core/config/configfile.h"
#include "core/config/configparser.h"
#include "core/config/secretvalues.h"
#include "core/keys/keyring.h"
#include "core/service/proxyservice.h"
#include "tests/support/fakekeychain.h"
#include "tests/support/rawclient.h"
#include "tests/support/scriptedupstream.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace qcc;
using namespace qcc::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto keyA = "sk-ant-aaaaaaaaaaaaaaaaaaaa"_L1;
constexpr auto keyB = "sk-ant-bbbbbbbbbbbbbbbbbbbb"_L1;
constexpr auto token = "token-cccccccccccccccccc"_L1;

// No raw string: with two slashes inside, moc 6.4 loses the class below.
const QByteArray oneEndpoint = "{\"clusters\":[{\"name\":\"a\",\"endpoints\":[{\"base_url\":\"http://x\",\n\"api_key\":";

QJsonObject endpointObject(const QString &name, const QByteArray &url, const QJsonValue &key)
{
    return {{"name"_L1, name}, {"base_url"_L1, QString::fromLatin1(url)}, {"api_key"_L1, key}, {"note"_L1, "kept"_L1}};
}

QJsonObject cluster(const QJsonArray &endpoints)
{
    return {{"name"_L1, "work"_L1}, {"endpoints"_L1, endpoints}};
}

} // namespace

/// Keys in config.json: sealed by edits, moved by rekeyConfig(), read by a proxy that runs.
class TestSealedConfig : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    FakeKeychainState m_chain;
    std::unique_ptr<KeyRing> m_keys;

    Paths paths() const { return Paths(m_folder->path()); }
    std::unique_ptr<KeyRing> fileRing() const { return std::make_unique<KeyRing>(paths().keyFile(), nullptr); }
    std::unique_ptr<KeyRing> chainRing()
    {
        return std::make_unique<KeyRing>(paths().keyFile(), std::make_unique<FakeKeychain>(m_chain), nullptr, 100ms);
    }

    QByteArray text() const
    {
        QFile file(paths().config());
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    void write(const QByteArray &text) const
    {
        QFile file(paths().config());
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) == text.size());
    }
    void write(const QJsonObject &config) const { write(QJsonDocument(config).toJson()); }
    /// Two endpoints, an access token, and keys that qcc does not know.
    void writeUsual() const
    {
        write({{"clusters"_L1, QJsonArray{cluster({endpointObject(u"a"_s, "https://a.example", keyA),
                                                   endpointObject(u"b"_s, "https://b.example", keyB)})}},
               {"listen"_L1, QJsonObject{{"access_token"_L1, token}, {"odd"_L1, 1}}},
               {"active_cluster"_L1, "work"_L1},
               {"theirs"_L1, QJsonArray{1, "two"_L1}}});
    }
    QJsonObject json() const { return QJsonDocument::fromJson(text()).object(); }
    QJsonValue keyAt(int index) const
    {
        return json().value("clusters"_L1)[0]["endpoints"_L1][index]["api_key"_L1];
    }
    bool holdsPlainKeys() const
    {
        const QByteArray now = text();
        return now.contains(keyA.latin1()) || now.contains(keyB.latin1()) || now.contains(token.latin1());
    }
    static Result<void> nothing(QJsonObject &) { return {}; }
    static std::function<Result<void>(QJsonObject &)> setKey(const QString &endpoint, const QString &key)
    {
        return [endpoint, key](QJsonObject &json) {
            EndpointFields fields;
            fields.apiKey = key;
            return editEndpoint(json, u"work"_s, endpoint, fields);
        };
    }
    Config loaded(KeyRing &keys) const
    {
        const Result<Config> config = loadConfig(paths().config(), keys);
        return config ? *config : Config();
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_chain = {};
        m_keys = fileRing();
        writeUsual();
    }

    void keysWrittenByHandAreReadAndLeftAlone()
    {
        const QByteArray before = text();
        const Config config = loaded(*m_keys);
        QCOMPARE(config.clusters.first().endpoints.first().apiKey, QByteArray(keyA.latin1()));
        QCOMPARE(text(), before);
        QVERIFY(!QFile::exists(paths().keyFile()));
    }

    void anEditSealsEveryKey()
    {
        const Config before = loaded(*m_keys);
        const Result<Config> edited = editConfig(paths().config(), *m_keys, [](QJsonObject &json) { return setStrategy(json, u"work"_s, Strategy::Fastest); });
        QVERIFY(edited);
        QVERIFY(!holdsPlainKeys());
        QVERIFY(isSealed(keyAt(0)) && isSealed(keyAt(1)) && isSealed(json().value("listen"_L1)["access_token"_L1]));
        QCOMPARE(QFile::permissions(paths().config()) & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
        const Config after = loaded(*fileRing());
        QCOMPARE(after.clusters.first().endpoints, before.clusters.first().endpoints);
        QCOMPARE(after.listen.accessToken, QByteArray(token.latin1()));
        QVERIFY(*edited == after);
        QCOMPARE(json().value("theirs"_L1), QJsonValue(QJsonArray{1, "two"_L1}));
        QCOMPARE(json().value("clusters"_L1)[0]["endpoints"_L1][1]["note"_L1].toString(), u"kept"_s);
    }

    void whatIsSealedStaysByteForByte()
    {
        QVERIFY(editConfig(paths().config(), *m_keys, nothing));
        const QJsonValue sealedB = keyAt(1);
        const QByteArray before = text();
        QVERIFY(editConfig(paths().config(), *m_keys, nothing));
        QCOMPARE(text(), before);
        // A new key beside it, a clone, a move, a removal taken back: none of them seals it anew.
        QVERIFY(editConfig(paths().config(), *m_keys, setKey(u"a"_s, u"sk-ant-dddddddddddd"_s)));
        QCOMPARE(keyAt(1), sealedB);
        QVERIFY(editConfig(paths().config(), *m_keys, [](QJsonObject &json) { return cloneEndpoint(json, u"work"_s, u"b"_s); }));
        QCOMPARE(keyAt(2), sealedB);
        QVERIFY(editConfig(paths().config(), *m_keys, [](QJsonObject &json) { return moveEndpoint(json, u"work"_s, u"b"_s, 0); }));
        QCOMPARE(keyAt(0), sealedB);
        const Result<ConfigEdit> removed
            = editConfigUndoably(paths().config(), *m_keys, [](QJsonObject &json) { return removeEndpoint(json, u"work"_s, u"a"_s); });
        QVERIFY(removed);
        QVERIFY(editConfig(paths().config(), *m_keys, [&removed](QJsonObject &json) {
            return restoreEndpoint(json, removed->before, u"work"_s, u"a"_s);
        }));
        QVERIFY(!text().contains("sk-ant-d"));
        QCOMPARE(loaded(*m_keys).clusters.first().endpoints.at(1).apiKey, QByteArray("sk-ant-dddddddddddd"));
    }

    void endpointsAreFoundByTheirIdWhileSealed()
    {
        QVERIFY(editConfig(paths().config(), *m_keys, nothing));
        const QString id = endpointId("https://b.example", keyB.latin1());
        QVERIFY(editConfig(paths().config(), *m_keys, [&id](QJsonObject &json) { return setEndpointEnabled(json, u"work"_s, id, false); }));
        QVERIFY(!loaded(*m_keys).clusters.first().endpoints.at(1).enabled);
    }

    void theRulePlainLeavesKeysAlone()
    {
        QJsonObject config = json();
        config.insert("keys"_L1, QJsonObject{{"at_rest"_L1, "plain"_L1}});
        write(config);
        QVERIFY(editConfig(paths().config(), *m_keys, setKey(u"a"_s, u"sk-ant-dddddddddddd"_s)));
        QCOMPARE(keyAt(0).toString(), u"sk-ant-dddddddddddd"_s);
        QCOMPARE(keyAt(1).toString(), QString(keyB));
        QVERIFY(!QFile::exists(paths().keyFile()));
    }

    void bothWaysLoseNothing()
    {
        const Config before = loaded(*m_keys);
        QVERIFY(rekeyConfig(paths().config(), *m_keys, AtRest::Plain));
        const QByteArray plain = text();
        for (const AtRest rule : {AtRest::File, AtRest::Keychain, AtRest::Auto, AtRest::File}) {
            const auto ring = chainRing();
            const Result<Rekeyed> done = rekeyConfig(paths().config(), *ring, rule);
            QVERIFY(done);
            QCOMPARE(done->keys, 3);
            QCOMPARE(done->closed, 0);
            QVERIFY(!holdsPlainKeys());
            if (rule != AtRest::Auto) {
                QCOMPARE(done->place, rule);
                QCOMPARE(QFile::exists(paths().keyFile()), rule == AtRest::File);
            }
            QCOMPARE(loaded(*chainRing()).clusters, before.clusters);
        }
        QVERIFY(rekeyConfig(paths().config(), *chainRing(), AtRest::Plain));
        QCOMPARE(text(), plain);
    }

    void aKeyThatCannotBeOpenedTakesOnlyItsEndpointOut()
    {
        QVERIFY(rekeyConfig(paths().config(), *m_keys, AtRest::File));
        QJsonObject config = json();
        QByteArray damaged = secretText(keyAt(0));
        damaged[10] = damaged[10] == 'A' ? 'B' : 'A';
        config.insert("clusters"_L1, QJsonArray{cluster({endpointObject(u"a"_s, "https://a.example", QJsonObject{{"sealed"_L1, QString::fromLatin1(damaged)}}),
                                                         endpointObject(u"b"_s, "https://b.example", keyAt(1))})});
        write(config);
        const QList<Endpoint> endpoints = loaded(*m_keys).clusters.first().endpoints;
        QVERIFY(!endpoints.at(0).mayServe());
        QVERIFY2(endpoints.at(0).keyFault.contains(u"damaged"_s), qPrintable(endpoints.at(0).keyFault));
        QVERIFY(endpoints.at(0).apiKey.isEmpty());
        QVERIFY(endpoints.at(1).mayServe());
        // Other edits leave it as it is; a new key mends it.
        QVERIFY(editConfig(paths().config(), *m_keys, [](QJsonObject &json) { return setEndpointEnabled(json, u"work"_s, u"a"_s, true); }));
        QCOMPARE(secretText(keyAt(0)), damaged);
        QVERIFY(editConfig(paths().config(), *m_keys, setKey(u"a"_s, keyA)));
        QVERIFY(loaded(*m_keys).clusters.first().endpoints.at(0).mayServe());
    }

    void aLostMasterKeyIsNotReplacedSilently()
    {
        QVERIFY(rekeyConfig(paths().config(), *m_keys, AtRest::File));
        // The access token must not be lost along with it: nobody would get in.
        QVERIFY(editConfig(paths().config(), *m_keys, [](QJsonObject &json) { return setValue(json, u"listen.access_token"_s, QJsonValue::Null); }));
        QVERIFY(QFile::remove(paths().keyFile()));
        const QByteArray before = text();
        const Config closed = loaded(*m_keys);
        for (const Endpoint &endpoint : closed.clusters.first().endpoints)
            QVERIFY2(endpoint.keyFault.contains(u"is missing"_s), qPrintable(endpoint.keyFault));
        const Result<Config> refused = editConfig(paths().config(), *m_keys, setKey(u"a"_s, u"sk-ant-dddddddddddd"_s));
        QVERIFY(!refused);
        QVERIFY2(refused.error().hint.contains(u"qcc config secure --file"_s), qPrintable(refused.error().hint));
        QCOMPARE(text(), before);
        QVERIFY(!QFile::exists(paths().keyFile()));
        // What needs no key goes on.
        QVERIFY(editConfig(paths().config(), *m_keys, [](QJsonObject &json) { return addCluster(json, u"more"_s); }));

        const Result<Rekeyed> anew = rekeyConfig(paths().config(), *m_keys, AtRest::File);
        QVERIFY(anew);
        QCOMPARE(anew->closed, 2);
        QVERIFY(editConfig(paths().config(), *m_keys, setKey(u"a"_s, u"sk-ant-dddddddddddd"_s)));
        const QList<Endpoint> endpoints = loaded(*m_keys).clusters.first().endpoints;
        QVERIFY(endpoints.at(0).mayServe());
        QVERIFY(!endpoints.at(1).mayServe());
    }

    void twoClosedEndpointsOfOneUrlAreTwo()
    {
        write({{"clusters"_L1, QJsonArray{cluster({endpointObject(u"a"_s, "https://a.example", keyA), endpointObject(u"b"_s, "https://a.example", keyB)})}}});
        QVERIFY(rekeyConfig(paths().config(), *m_keys, AtRest::File));
        QVERIFY(QFile::remove(paths().keyFile()));
        const QList<Endpoint> endpoints = loaded(*m_keys).clusters.first().endpoints;
        QVERIFY(endpoints.at(0).id != endpoints.at(1).id);
        QVERIFY(editConfig(paths().config(), *m_keys, [&endpoints](QJsonObject &json) { return removeEndpoint(json, u"work"_s, endpoints.at(0).id); }));
        QCOMPARE(loaded(*m_keys).clusters.first().endpoints.first().name, u"b"_s);
    }

    void anAccessTokenThatCannotBeOpenedLetsNobodyIn()
    {
        QVERIFY(rekeyConfig(paths().config(), *m_keys, AtRest::File));
        QVERIFY(QFile::remove(paths().keyFile()));
        const Result<Config> config = loadConfig(paths().config(), *m_keys);
        QVERIFY(!config);
        QVERIFY2(config.error().message.contains(u"listen.access_token"_s), qPrintable(config.error().message));
        QCOMPARE(loadConfigWithoutKeys(paths().config())->clusters.first().endpoints.size(), 2);
    }

    void aLockedKeychainDoesNotHinderOtherEdits()
    {
        m_chain.locked = true;
        QJsonObject config = json();
        config.insert("keys"_L1, QJsonObject{{"at_rest"_L1, "keychain"_L1}});
        write(config);
        const auto ring = chainRing();
        QVERIFY(editConfig(paths().config(), *ring, [](QJsonObject &json) { return addCluster(json, u"more"_s); }));
        QCOMPARE(keyAt(0).toString(), QString(keyA));
        QVERIFY(!editConfig(paths().config(), *ring, setKey(u"a"_s, u"sk-ant-dddddddddddd"_s)));
        QVERIFY(!rekeyConfig(paths().config(), *ring, AtRest::Keychain));
        QCOMPARE(keyAt(0).toString(), QString(keyA));
        // A refusal is not for ever.
        m_chain.locked = false;
        QVERIFY(editConfig(paths().config(), *ring, setKey(u"a"_s, u"sk-ant-dddddddddddd"_s)));
        QVERIFY(isSealed(keyAt(0)) && isSealed(keyAt(1)));
    }

    void aRefusedEditMakesNoMasterKey()
    {
        QVERIFY(!editConfig(paths().config(), *m_keys, [](QJsonObject &json) { return setValue(json, u"log.level"_s, u"loud"_s); }));
        QVERIFY(!QFile::exists(paths().keyFile()));
        QVERIFY(holdsPlainKeys());
    }

    void whatIsNoSecretIsRefused_data()
    {
        QTest::addColumn<QByteArray>("key");
        QTest::newRow("an empty object") << QByteArray("{}");
        QTest::newRow("a number sealed") << QByteArray("{\"sealed\": 5}");
        QTest::newRow("a list") << QByteArray("[]");
    }

    void whatIsNoSecretIsRefused()
    {
        QFETCH(QByteArray, key);
        const Result<Config> parsed = parseConfig(oneEndpoint + key + "}]}]}");
        QVERIFY(!parsed);
        QVERIFY2(parsed.error().message.contains(u"api_key (line 2)"_s), qPrintable(parsed.error().message));
    }

    void theWatcherWaitsForTheKeychainWithTheLastGoodOne()
    {
        QVERIFY(rekeyConfig(paths().config(), *chainRing(), AtRest::Plain));
        const auto ring = chainRing();
        ConfigWatcher watcher(paths().config(), std::make_shared<const Config>(loaded(*ring)), *ring);
        const Config before = *watcher.current();
        QSignalSpy changed(&watcher, &ConfigWatcher::changed);
        QVERIFY(rekeyConfig(paths().config(), *chainRing(), AtRest::Keychain));
        m_chain.silent = true;
        watcher.reload();
        QCOMPARE(m_chain.pending.size(), 1);
        QVERIFY(watcher.current()->clusters == before.clusters);
        m_chain.answerNow();
        QTRY_COMPARE(changed.size(), 1);
        QCOMPARE(watcher.current()->keysAtRest, AtRest::Keychain);
        QVERIFY(watcher.current()->clusters == before.clusters);
    }

    void theWatcherMendsWhatALateKeychainOpens()
    {
        writeUsual();
        QVERIFY(editConfig(paths().config(), *chainRing(), [](QJsonObject &json) { return setValue(json, u"listen.access_token"_s, QJsonValue::Null); }));
        m_chain.silent = true;
        const auto ring = chainRing();
        const Config closed = loaded(*ring);
        QVERIFY(!closed.clusters.first().endpoints.first().mayServe());
        ConfigWatcher watcher(paths().config(), std::make_shared<const Config>(closed), *ring);
        m_chain.answerNow();
        QTRY_VERIFY(watcher.current()->clusters.first().endpoints.first().mayServe());
        QCOMPARE(m_chain.reads, 2); // Once in the edit, once here.
    }

    void aRunningProxyNoticesNothing();
    void theOthersServe();
};

void TestSealedConfig::aRunningProxyNoticesNothing()
{
    ScriptedUpstream upstream;
    QVERIFY(upstream.listen());
    write({{"clusters"_L1, QJsonArray{cluster({endpointObject(u"a"_s, upstream.baseUrl(), keyA)})}},
           {"active_cluster"_L1, "work"_L1},
           {"pool"_L1, QJsonObject{{"strategy"_L1, "fixed"_L1}}},
           {"keys"_L1, QJsonObject{{"at_rest"_L1, "plain"_L1}}}});
    const auto ring = chainRing();
    ProxyService service(paths(), *ring);
    StartOptions options;
    options.port = 0;
    QVERIFY(service.start(options));
    const auto ask = [&service](const QByteArray &script) {
        RawClient client;
        client.connectTo(service.port());
        client.post("/v1/messages", R"({"model":"m","messages":[]})", {{"x-script", script}});
        const bool done = QTest::qWaitFor([&client] { return client.response().complete; });
        return done ? client.response().status : 0;
    };
    QCOMPARE(ask("ok"), 200);
    RawClient stream;
    stream.connectTo(service.port());
    stream.post("/v1/messages", R"({"model":"m","stream":true,"messages":[]})", {{"x-events", "40"}, {"x-gap-ms", "50"}});
    QTRY_VERIFY(!stream.response().body.isEmpty());
    const QString id = endpointId(upstream.baseUrl(), keyA.latin1());
    for (const AtRest rule : {AtRest::File, AtRest::Keychain, AtRest::Plain, AtRest::Auto}) {
        QVERIFY(rekeyConfig(paths().config(), *chainRing(), rule));
        QVERIFY(service.useCluster(u"work"_s)); // reads the file now
        QCOMPARE(ask("ok"), 200);
        const QJsonObject endpoint = service.stats().value("endpoints"_L1)[0].toObject();
        QCOMPARE(endpoint.value("id"_L1).toString(), id);
        QVERIFY(endpoint.value("is_healthy"_L1).toBool());
    }
    QTRY_VERIFY(stream.response().complete);
    QVERIFY(stream.response().body.contains("message_stop"));
    const QJsonObject stats = service.stats();
    QCOMPARE(stats.value("successful_requests"_L1).toInt(), 6);
    QCOMPARE(stats.value("endpoints"_L1)[0]["health_status"_L1]["total_requests"_L1].toInt(), 6);
    // One for the stream, one for all the others.
    QCOMPARE(upstream.connectionsAccepted(), 2);
    for (const Arrived &arrived : upstream.arrived())
        QVERIFY(firstHeader(arrived.headers, "authorization").contains(keyA.latin1()) || firstHeader(arrived.headers, "x-api-key") == keyA.latin1());
}

void TestSealedConfig::theOthersServe()
{
    ScriptedUpstream upstream;
    QVERIFY(upstream.listen());
    write({{"clusters"_L1, QJsonArray{cluster({endpointObject(u"a"_s, "http://127.0.0.1:9", QJsonObject{{"sealed"_L1, "v1:AAAA"_L1}}),
                                               endpointObject(u"b"_s, upstream.baseUrl(), keyB)})}},
           {"active_cluster"_L1, "work"_L1}});
    ProxyService service(paths(), *m_keys);
    StartOptions options;
    options.port = 0;
    QVERIFY(service.start(options));
    const auto ask = [&service] {
        RawClient client;
        client.connectTo(service.port());
        client.post("/v1/messages", R"({"model":"m","messages":[]})");
        const bool done = QTest::qWaitFor([&client] { return client.response().complete; });
        return done ? client.response() : RawResponse();
    };
    const RawResponse served = ask();
    QCOMPARE(served.status, 200);
    QCOMPARE(served.header("x-qcc-attempts"), QByteArray());
    const QJsonObject stats = service.stats();
    QCOMPARE(stats.value("healthy_endpoints"_L1).toInt(), 1);
    const QJsonObject closed = stats.value("endpoints"_L1)[0].toObject();
    QCOMPARE(stats.value("failed_endpoints"_L1).toArray(), QJsonArray{closed.value("id"_L1)});
    QVERIFY(!closed.value("is_healthy"_L1).toBool());
    QVERIFY(closed.value("health_status"_L1)["last_error"_L1].toString().contains(u"its key cannot be decrypted"_s));
    QFile log(paths().log());
    QVERIFY(log.open(QIODevice::ReadOnly));
    QTRY_VERIFY((log.seek(0), log.readAll()).contains("endpoint a of cluster \"work\" is out of use: its key cannot be decrypted"));

    // Alone, it says itself why nobody serves.
    QVERIFY(editConfig(paths().config(), *m_keys, [](QJsonObject &json) { return removeEndpoint(json, u"work"_s, u"b"_s); }));
    QVERIFY(service.useCluster(u"work"_s));
    const RawResponse refused = ask();
    QCOMPARE(refused.status, 503);
    QVERIFY2(refused.body.contains("endpoint a is out of use"), refused.body.constData());
}

QTEST_GUILESS_MAIN(TestSealedConfig)
#include "tst_sealedconfig.moc"
