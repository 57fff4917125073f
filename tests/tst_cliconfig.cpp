#include "tests/cli/program.h"

#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QTest>

using namespace Qt::StringLiterals;

namespace {

constexpr auto kKey = "sk-secret-0123456789abcdef"_L1;

QByteArray contents(const Program &qcc, const QString &name)
{
    QFile file(qcc.file(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QByteArray config(const Program &qcc)
{
    return contents(qcc, u"config.json"_s);
}

void writeConfig(const Program &qcc, const QByteArray &text)
{
    QFile file(qcc.file(u"config.json"_s));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) == text.size());
}

/// Keys written by hand, in `number` endpoints.
QByteArray byHand(int number)
{
    QJsonArray endpoints;
    for (int i = 0; i < number; ++i) {
        endpoints.append(QJsonObject{{u"name"_s, u"e%1"_s.arg(i)}, {u"base_url"_s, u"https://e%1.example"_s.arg(i)},
                                     {u"api_key"_s, kKey + QString::number(i)}});
    }
    return QJsonDocument(QJsonObject{{u"clusters"_s, QJsonArray{QJsonObject{{u"name"_s, u"work"_s}, {u"endpoints"_s, endpoints}}}}}).toJson();
}

/// The ids of all endpoints that qcc can open: they depend on the keys.
QStringList openIds(const Program &qcc)
{
    QStringList ids;
    for (const QJsonValue &endpoint : qcc.run("endpoint list --json").json().value("endpoints"_L1).toArray()) {
        if (endpoint["key_error"_L1].isNull())
            ids.append(endpoint["id"_L1].toString());
    }
    return ids;
}

} // namespace

class TestCliConfig : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void saysWhereTheFileLies();
    void newKeysAreSealedAndStillShownMasked();
    void secureAndPlainAreEachOthersWayBack();
    void plainAsksBeforeItActs();
    void aKeychainThatIsNotThereIsNamed();
    void saysWhatIsOutOfUseAndHowToMendIt();
    void checkNamesKeysAndBaseUrlsWithTheirLines();
    void callsALoginThatGoesAnywhereByItsName();
    void completesNamesWithoutTheKeys();
    void aKillLeavesAWholeConfiguration();
};

void TestCliConfig::saysWhereTheFileLies()
{
    const Program qcc;
    QCOMPARE(qcc.run("config path").out, qcc.file(u"config.json"_s) + u'\n');
    const Ended empty = qcc.run("config secure");
    QCOMPARE(empty.exit, 0);
    QVERIFY2(empty.out.contains(u"no key yet"_s), qPrintable(empty.out));
}

void TestCliConfig::newKeysAreSealedAndStillShownMasked()
{
    const Program qcc;
    QCOMPARE(qcc.run({u"endpoint"_s, u"add"_s, u"work"_s, u"--base-url"_s, u"https://a.example"_s, u"--api-key"_s, kKey}).exit, 0);
    QVERIFY(!config(qcc).contains("sk-secret"));
    QVERIFY(config(qcc).contains("\"sealed\": \"v1:"));
    const QJsonObject endpoint = qcc.run("endpoint list --json").json().value("endpoints"_L1)[0].toObject();
    QCOMPARE(endpoint.value("api_key"_L1).toString(), u"sk-…cdef"_s);
    QVERIFY(endpoint.value("key_error"_L1).isNull());
    const QFile key(qcc.file(u"secret.key"_s));
    QCOMPARE(key.permissions() & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
}

void TestCliConfig::secureAndPlainAreEachOthersWayBack()
{
    const Program qcc;
    writeConfig(qcc, byHand(3));
    const QStringList ids = openIds(qcc);
    QCOMPARE(ids.size(), 3);
    QCOMPARE(qcc.run("config plain --yes").exit, 0);
    const QByteArray plain = config(qcc);
    QVERIFY(plain.contains("sk-secret-0123456789abcdef2"));

    const Ended secured = qcc.run("config secure");
    QCOMPARE(secured.exit, 0);
    QVERIFY2(secured.out.contains(u"3 keys, encrypted"_s) && secured.out.contains(qcc.file(u"secret.key"_s)), qPrintable(secured.out));
    QVERIFY(!config(qcc).contains("sk-secret"));
    QCOMPARE(openIds(qcc), ids);
    QCOMPARE(qcc.run("config check").exit, 0);

    QCOMPARE(qcc.run("config plain --yes").exit, 0);
    QCOMPARE(config(qcc), plain);
}

void TestCliConfig::plainAsksBeforeItActs()
{
    const Program qcc;
    writeConfig(qcc, byHand(1));
    QCOMPARE(qcc.run("config secure").exit, 0);
    const QByteArray before = config(qcc);
    const Ended refused = qcc.run({u"config"_s, u"plain"_s}, "y\n");
    QCOMPARE(refused.exit, 2);
    QVERIFY2(refused.err.contains(u"--yes"_s), qPrintable(refused.err));
    QCOMPARE(config(qcc), before);
}

void TestCliConfig::aKeychainThatIsNotThereIsNamed()
{
    const Program qcc;
    writeConfig(qcc, byHand(1));
    const Ended ended = qcc.run("config secure --keychain");
    QCOMPARE(ended.exit, 1);
    QVERIFY2(ended.err.contains(u"no keychain"_s) && ended.err.contains(u"hint:"_s), qPrintable(ended.err));
    QCOMPARE(config(qcc), byHand(1));
    QCOMPARE(qcc.run("config secure --keychain --file").exit, 2);
}

void TestCliConfig::saysWhatIsOutOfUseAndHowToMendIt()
{
    const Program qcc;
    writeConfig(qcc, byHand(2));
    QCOMPARE(qcc.run("config secure --file").exit, 0);
    QVERIFY(QFile::remove(qcc.file(u"secret.key"_s)));
    const Ended list = qcc.run("endpoint list");
    QCOMPARE(list.exit, 0);
    QVERIFY2(list.out.contains(u"e0 is out of use: its key cannot be decrypted: the key file"_s), qPrintable(list.out));
    QCOMPARE(qcc.run("config check").exit, 1);
    const Ended test = qcc.run("endpoint test work e0");
    QCOMPARE(test.exit, 1);
    QVERIFY2(test.out.contains(u"cannot be decrypted"_s), qPrintable(test.out + test.err));

    const Ended refused = qcc.run({u"endpoint"_s, u"edit"_s, u"work"_s, u"e0"_s, u"--api-key"_s, kKey});
    QCOMPARE(refused.exit, 1);
    QVERIFY2(refused.err.contains(u"config secure --file"_s), qPrintable(refused.err));
    const Ended anew = qcc.run("config secure --file");
    QCOMPARE(anew.exit, 1);
    QVERIFY2(anew.err.contains(u"2 keys cannot be decrypted"_s), qPrintable(anew.err));
    QCOMPARE(qcc.run({u"endpoint"_s, u"edit"_s, u"work"_s, u"e0"_s, u"--api-key"_s, kKey}).exit, 0);
    QCOMPARE(openIds(qcc).size(), 1);
}

void TestCliConfig::checkNamesKeysAndBaseUrlsWithTheirLines()
{
    const Program qcc;
    writeConfig(qcc, R"({"clusters": [{"name": "work", "endpoints": [
        {"name": "good", "base_url": "https://a.example/paas/v4", "api_key": "\u200bBearer sk-1\n"},
        {"name": "bad", "base_url": "https://b.example",
         "api_key": "sk-secret\nsk-other"},
        {"name": "odd",
         "base_url": "https://c.example/v1/chat", "api_key": "sk-3"}]}]})");
    const Ended check = qcc.run("config check");
    QCOMPARE(check.exit, 1);
    QVERIFY2(check.err.contains("error: The endpoint \"bad\" of the cluster \"work\" (line 4) is out of use: its key holds a line break"_L1), qPrintable(check.err));
    QVERIFY2(check.err.contains("warning: The base URL of the endpoint \"odd\" of the cluster \"work\" (line 6) names v1 in its midst"_L1),
             qPrintable(check.err));
    QVERIFY2(!check.err.contains("good"_L1) && !check.err.contains("sk-"_L1), qPrintable(check.err));
    const Ended listed = qcc.run("endpoint list");
    QVERIFY2(listed.out.contains("bad is out of use: its key holds a line break"_L1), qPrintable(listed.out));

    QCOMPARE(qcc.run({u"endpoint"_s, u"edit"_s, u"work"_s, u"bad"_s, u"--api-key"_s, u"\"sk-2\""_s}).exit, 0);
    const Ended again = qcc.run("config check");
    QCOMPARE(again.exit, 0);
    QVERIFY2(again.err.startsWith("warning:"_L1), qPrintable(again.err));
}

void TestCliConfig::callsALoginThatGoesAnywhereByItsName()
{
    const Program qcc;
    const QString add = u"endpoint add work --name r --base-url https://relay.example --auth passthrough"_s;
    const Ended refused = qcc.run(add.toUtf8().constData());
    QCOMPARE(refused.exit, 1);
    QVERIFY2(refused.err.contains(u"relay.example"_s) && refused.err.contains(u"passthrough_anywhere"_s), qPrintable(refused.err));
    const Ended added = qcc.run((add + u" --passthrough-anywhere on"_s).toUtf8().constData());
    QCOMPARE(added.exit, 0);
    QVERIFY2(added.err.contains(u"warning: The endpoint has passthrough_anywhere: the login of the client goes to relay.example"_s), qPrintable(added.err));
    const Ended checked = qcc.run("config check");
    QCOMPARE(checked.exit, 0);
    QVERIFY2(checked.err.contains(u"The endpoint \"r\" of the cluster \"work\" (line "_s) && checked.err.contains(u"has passthrough_anywhere"_s), qPrintable(checked.err));
    QVERIFY(qcc.run("endpoint list work").out.contains(u"(the client's)"_s));
    // It does not outlive what it was said for.
    QCOMPARE(qcc.run("endpoint edit work r --passthrough-anywhere off").exit, 1);
    QCOMPARE(qcc.run("endpoint edit work r --auth bearer --api-key k").exit, 0);
    QVERIFY(!config(qcc).contains("passthrough_anywhere"));
    QCOMPARE(qcc.run("endpoint edit work r --auth passthrough --passthrough-anywhere on").exit, 1);
    const Ended beside = qcc.run("endpoint add work --vendor anthropic --auth passthrough --api-key k");
    QVERIFY2(beside.exit == 1 && beside.err.contains(u"beside a key"_s), qPrintable(beside.err));
    QCOMPARE(qcc.run("endpoint add work --vendor anthropic --auth passthrough").exit, 0);
    QVERIFY(!qcc.run("config check").err.contains(u"passthrough"_s));
}

void TestCliConfig::completesNamesWithoutTheKeys()
{
    const Program qcc;
    writeConfig(qcc, byHand(2));
    QCOMPARE(qcc.run("config secure --file").exit, 0);
    QVERIFY(QFile::remove(qcc.file(u"secret.key"_s)));
    const Ended words = qcc.run({u"__complete"_s, u"endpoint"_s, u"edit"_s, u"work"_s, u""_s});
    QVERIFY2(words.out.contains(u"e1"_s), qPrintable(words.out + words.err));
}

void TestCliConfig::aKillLeavesAWholeConfiguration()
{
    const Program qcc;
    writeConfig(qcc, byHand(40));
    const QStringList ids = openIds(qcc);
    QCOMPARE(ids.size(), 40);
    int killed = 0;
    for (int i = 0; i < 30; ++i) {
        QProcess process;
        qcc.start(process, i % 2 ? QStringList{u"config"_s, u"plain"_s, u"--yes"_s} : QStringList{u"config"_s, u"secure"_s, u"--file"_s});
        QVERIFY(process.waitForStarted());
        // From before its first line to after its last.
        QElapsedTimer clock;
        clock.start();
        if (!process.waitForFinished(1 + i)) {
            process.kill();
            QVERIFY(process.waitForFinished());
            ++killed;
        }
        QCOMPARE(openIds(qcc), ids);
    }
    QVERIFY(killed > 0);
}

QTEST_GUILESS_MAIN(TestCliConfig)
#include "tst_cliconfig.moc"
