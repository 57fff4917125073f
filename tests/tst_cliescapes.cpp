#include "tests/cli/program.h"
#include "tests/support/files.h"
#include "tests/support/scriptedupstream.h"
#include "tests/support/testcertificate.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QTest>

using namespace qcc::test;
using namespace Qt::StringLiterals;

namespace {

/// The first character of `text` that a terminal would act on, or that nobody would see there; 0 where there is none. Line ends are ours.
char32_t steering(const QString &text)
{
    for (const char32_t c : text.toUcs4()) {
        const bool control = (c < 0x20 && c != U'\n') || (c >= 0x7f && c <= 0x9f);
        const bool direction = c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
        const bool unseen = c == 0x200b || c == 0x2060 || c == 0xfeff || c == 0x2028 || c == 0x2029 || (c >= 0xe0000 && c <= 0xe007f);
        if (control || direction || unseen)
            return c;
    }
    return 0;
}

/// Red to the end, one line up, erase it, the title of the window; the same by C1; text that runs backwards; what cannot be seen.
const QString escapes = u"\x1b[31m\x1b[1A\x1b[2K\x1b]0;title\x07\u009b2J\x7f"_s;
const QString directions = u"\u202e\u2066\u200f\u061c\u200b\ufeff\u2028"_s + QString::fromUcs4(U"\U000E0041");
const QString breaks = u"\r\nerror: forged\thint\n"_s;
const QString evil = u"a"_s + escapes + directions + breaks + u"z"_s;
/// What the name of a cluster or an endpoint may hold of it.
const QString evilName = u"n"_s + directions + u"n"_s;

void holdNothing(const Ended &ended)
{
    QVERIFY2(!ended.out.isEmpty() || !ended.err.isEmpty(), "nothing was said");
    const auto found = [](const QString &text) { return u"U+%1 in: %2"_s.arg(QString::number(steering(text), 16), text).toUtf8(); };
    QVERIFY2(steering(ended.out) == 0, found(ended.out).constData());
    QVERIFY2(steering(ended.err) == 0, found(ended.err).constData());
    QVERIFY2(!ended.out.contains(u"\nerror: forged"_s) && !ended.err.contains(u"\nerror: forged"_s), "a line was forged");
}

void writeConfig(const Program &qcc, const QJsonObject &config)
{
    writeFile(qcc.file(u"config.json"_s), QJsonDocument(config).toJson());
}

QJsonObject configWith(const QJsonObject &endpoint)
{
    QJsonObject whole{{u"name"_s, evilName}, {u"base_url"_s, u"http://127.0.0.1:9/a"_s + directions.left(4)}, {u"auth"_s, u"none"_s}};
    for (auto field = endpoint.begin(); field != endpoint.end(); ++field)
        whole.insert(field.key(), field.value());
    return {{u"active_cluster"_s, evilName},
            {u"clusters"_s, QJsonArray{QJsonObject{{u"name"_s, evilName}, {u"endpoints"_s, QJsonArray{whole}}}}}};
}

} // namespace

/// Words of others steer nobody's terminal, whatever way they come: the real program.
class TestCliEscapes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void wordsOfTheCommandLine_data()
    {
        QTest::addColumn<QStringList>("words");
        QTest::newRow("command") << QStringList{evil};
        QTest::newRow("verb") << QStringList{u"proxy"_s, evil};
        QTest::newRow("option") << QStringList{u"--"_s + evil};
        QTest::newRow("option of a command") << QStringList{u"proxy"_s, u"start"_s, u"--"_s + evil};
        QTest::newRow("argument too many") << QStringList{u"proxy"_s, u"stop"_s, evil};
        QTest::newRow("topic") << QStringList{u"help"_s, evil};
        QTest::newRow("cluster") << QStringList{u"cluster"_s, u"show"_s, evil};
        QTest::newRow("new cluster") << QStringList{u"cluster"_s, u"add"_s, evilName};
        QTest::newRow("endpoint") << QStringList{u"health"_s, evil};
        QTest::newRow("CA file") << QStringList{u"endpoint"_s, u"add"_s, u"w"_s, u"--base-url"_s, u"https://x.example"_s, u"--auth"_s, u"none"_s,
                                                u"--ca-file"_s, evil};
        QTest::newRow("cluster of a start") << QStringList{u"proxy"_s, u"start"_s, u"--port"_s, u"0"_s, u"--cluster"_s, evil};
        QTest::newRow("cluster of a start in the foreground")
            << QStringList{u"proxy"_s, u"start"_s, u"--foreground"_s, u"--port"_s, u"0"_s, u"--cluster"_s, evil};
    }

    void wordsOfTheCommandLine()
    {
        QFETCH(QStringList, words);
        const Program qcc;
        holdNothing(qcc.run(words));
    }

    void wordsOfTheConfiguration_data()
    {
        QTest::addColumn<QJsonObject>("config");
        QTest::addColumn<QStringList>("words");
        const QJsonObject named = configWith({{u"ca_file"_s, u"/nowhere/"_s + evil}, {u"model_map"_s, QJsonObject{{evil, evil}}}});
        const QJsonObject onlyActive{{u"active_cluster"_s, evil}};
        QTest::newRow("cluster list") << named << QStringList{u"cluster"_s, u"list"_s};
        QTest::newRow("cluster list, no cluster") << onlyActive << QStringList{u"cluster"_s, u"list"_s, u"--json"_s};
        QTest::newRow("import") << onlyActive << QStringList{u"import"_s, u"--dry-run"_s, u"--json"_s};
        QTest::newRow("cluster show") << named << QStringList{u"cluster"_s, u"show"_s, evilName};
        QTest::newRow("cluster show --json") << named << QStringList{u"cluster"_s, u"show"_s, evilName, u"--json"_s};
        QTest::newRow("cluster use") << named << QStringList{u"cluster"_s, u"use"_s, evilName};
        QTest::newRow("nearest cluster") << named << QStringList{u"cluster"_s, u"show"_s, evilName + u'n'};
        QTest::newRow("endpoint list") << named << QStringList{u"endpoint"_s, u"list"_s};
        QTest::newRow("endpoint list --json") << named << QStringList{u"endpoint"_s, u"list"_s, u"--json"_s};
        QTest::newRow("endpoint disable") << named << QStringList{u"endpoint"_s, u"disable"_s, evilName, evilName};
        QTest::newRow("health") << named << QStringList{u"health"_s};
        QTest::newRow("health --json") << named << QStringList{u"health"_s, u"--json"_s};
        QTest::newRow("completion") << named << QStringList{u"__complete"_s, u"cluster"_s, u"use"_s, QString()};
        QTest::newRow("faulty key") << configWith({{u"model_map"_s, QJsonObject{{evil, 1}}}}) << QStringList{u"config"_s, u"check"_s};
    }

    void wordsOfTheConfiguration()
    {
        QFETCH(QJsonObject, config);
        QFETCH(QStringList, words);
        Program qcc;
        qcc.setVariable(u"HOME"_s, qcc.home()); // Nothing to import there.
        writeConfig(qcc, config);
        const Ended ended = qcc.run(words);
        holdNothing(ended);
        QCOMPARE(words.contains(u"--json"_s), !ended.json().isEmpty());
    }

    void jsonHoldsTheSameWords()
    {
        const Program qcc;
        writeConfig(qcc, configWith({{u"ca_file"_s, u"/nowhere/"_s + evil}, {u"model_map"_s, QJsonObject{{evil, evil}}}}));
        const Ended ended = qcc.run("endpoint list --json");
        const QJsonObject endpoint = ended.json().value("endpoints"_L1)[0].toObject();
        QCOMPARE(endpoint.value("name"_L1).toString(), evilName);
        QCOMPARE(endpoint.value("cluster"_L1).toString(), evilName);
        QCOMPARE(endpoint.value("ca_file"_L1).toString(), u"/nowhere/"_s + evil);
        QCOMPARE(endpoint.value("model_map"_L1).toObject(), (QJsonObject{{evil, evil}}));
        QVERIFY(ended.out.contains(u"\\u009b2J\\u007f\\u202e\\u2066\\u200f\\u061c\\u200b\\ufeff\\u2028\\udb40\\udc41"_s));
    }

#ifdef Q_OS_UNIX // Elsewhere no file can be called so.
    void placesOfFiles()
    {
        Program qcc;
        QDir home(qcc.home());
        const QString folder = u"h"_s + escapes + directions;
        QVERIFY(home.mkdir(folder));
        const QString inner = home.filePath(folder);
        qcc.setVariable(u"QCC_HOME"_s, inner);
        holdNothing(qcc.run("config path"));
        holdNothing(qcc.run("proxy logs"));
        // Qt's own way to say something.
        writeFile(inner + u"/secret.key"_s, QByteArray(64, 'a'));
        QVERIFY(QFile::setPermissions(inner + u"/secret.key"_s, QFile::ReadOwner | QFile::WriteOwner | QFile::ReadOther));
        const Ended added = qcc.run("endpoint add w --base-url https://x.example --api-key sk-1");
        QVERIFY2(added.err.contains(u"could be read by others"_s), qPrintable(added.err));
        holdNothing(added);
    }

    void whatAProxyInTheForegroundSays_data()
    {
        QTest::addColumn<bool>("logCanBeWritten");
        QTest::newRow("its log") << true;
        QTest::newRow("that its log cannot be written") << false;
    }

    void whatAProxyInTheForegroundSays()
    {
        QFETCH(bool, logCanBeWritten);
        Program qcc;
        const QString inner = QDir(qcc.home()).filePath(u"h"_s + escapes.left(6) + directions);
        QVERIFY(QDir().mkpath(inner));
        if (!logCanBeWritten)
            QVERIFY(QDir().mkdir(inner + u"/proxy.log"_s));
        qcc.setVariable(u"QCC_HOME"_s, inner);
        writeFile(inner + u"/config.json"_s, QJsonDocument(configWith({})).toJson());
        QProcess process;
        QByteArray out;
        connect(&process, &QProcess::readyReadStandardOutput, this, [&] { out += process.readAllStandardOutput(); });
        qcc.start(process, {u"proxy"_s, u"start"_s, u"--foreground"_s, u"--port"_s, u"0"_s});
        QTRY_VERIFY(out.contains("qcc is running on"));
        const Ended status = qcc.run("proxy status");
        holdNothing(status);
        holdNothing(qcc.run("endpoint list --json"));
        // A configuration that is refused is named in the log.
        writeFile(inner + u"/config.json"_s, QJsonDocument(configWith({{u"model_map"_s, QJsonObject{{evil, 1}}}})).toJson());
        QByteArray err;
        QTRY_VERIFY((err += process.readAllStandardError()).contains("must be a model"));
        QSignalSpy ended(&process, &QProcess::finished);
        process.terminate();
        QVERIFY(!ended.isEmpty() || ended.wait(15'000));
        err += process.readAllStandardError();
        QCOMPARE(err.contains("the log goes to stderr"), !logCanBeWritten);
        holdNothing({0, QString::fromUtf8(out), QString::fromUtf8(err)});
        if (logCanBeWritten) {
            const QString log = QString::fromUtf8(readFile(inner + u"/proxy.log"_s));
            QVERIFY(log.contains(u"must be a model"_s));
            holdNothing({0, log, {}});
        }
    }
#endif

    void theLogAsItIsFollowedAndShown()
    {
        const Program qcc;
        const QString line = u"2026-11-23 10:00:00,000 - ERROR - [req-1] a"_s + escapes + directions + u"z\n"_s;
        writeFile(qcc.file(u"proxy.log"_s), (line + line).toUtf8());
        const Ended shown = qcc.run("proxy logs");
        holdNothing(shown);
        QCOMPARE(shown.out.count(u'\n'), 2);

        QProcess follower;
        QByteArray seen;
        connect(&follower, &QProcess::readyReadStandardOutput, this, [&] { seen += follower.readAllStandardOutput(); });
        qcc.start(follower, {u"proxy"_s, u"logs"_s, u"-f"_s, u"--lines"_s, u"1"_s});
        QTRY_COMPARE(seen.count('\n'), 1);
        QFile file(qcc.file(u"proxy.log"_s));
        QVERIFY(file.open(QIODevice::Append | QIODevice::Unbuffered));
        file.write(line.toUtf8());
        QTRY_COMPARE(seen.count('\n'), 2);
        QSignalSpy finished(&follower, &QProcess::finished);
        follower.kill();
        QVERIFY(finished.wait());
        holdNothing({0, QString::fromUtf8(seen), {}});
    }

    void namesInACertificate()
    {
        const TestCertificate authority = TestCertificate::make({.commonName = (u"ca"_s + escapes + u"\u202eZ"_s).toUtf8()});
        TestCertificate::Terms terms;
        terms.issuer = &authority;
        ScriptedUpstream upstream;
        upstream.useTls(TestCertificate::make(terms));
        QVERIFY(upstream.listen());
        const Program qcc;
        const QJsonObject endpoint{{u"base_url"_s, QString::fromLatin1(upstream.baseUrl())}, {u"auth"_s, u"none"_s}};
        writeConfig(qcc, {{u"clusters"_s, QJsonArray{QJsonObject{{u"name"_s, u"w"_s}, {u"endpoints"_s, QJsonArray{endpoint}}}}}});
        const Ended tested = qcc.run("health");
        QVERIFY2(tested.out.contains(u"is signed by \"ca"_s), qPrintable(tested.out));
        holdNothing(tested);
        const Ended json = qcc.run("health --json");
        holdNothing(json);
        QVERIFY(json.json().value("results"_L1)[0]["error"_L1].toString().contains(u"\x1b[31m"_s));
    }
};

QTEST_GUILESS_MAIN(TestCliEscapes)
#include "tst_cliescapes.moc"
