#include "tests/cli/program.h"
#include "tests/support/files.h"
#include "tests/support/forwardproxy.h"
#include "tests/support/rawclient.h"
#include "tests/support/scriptedupstream.h"
#include "tests/support/testcertificate.h"

#include <QDir>
#include <QDirIterator>
#include <QJsonArray>
#include <QLocale>
#include <QTcpServer>
#include <QTest>

#include <memory>

using namespace qcc::test;
using namespace Qt::StringLiterals;

namespace {

constexpr auto kKey = "sk-doctor-0123456789abcdef"_L1;

/// The program with a user's folder of its own, and none of the variables that it looks at.
class Patient
{
public:
    Patient()
    {
        for (const char *name : {"ANTHROPIC_BASE_URL", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_KEY",
                                 "GOOGLE_GEMINI_BASE_URL", "GEMINI_API_KEY", "CLAUDE_CONFIG_DIR", "CODEX_HOME", "XDG_CONFIG_HOME", "http_proxy", "https_proxy",
                                 "all_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"})
            qcc.setVariable(QLatin1String(name), {});
        for (const char *name : {"HOME", "USERPROFILE"})
            qcc.setVariable(QLatin1String(name), user.path());
    }

    void addEndpoint(const QString &name, const QString &baseUrl, const QStringList &more = {}) const
    {
        const Ended added = qcc.run(QStringList{u"endpoint"_s, u"add"_s, u"work"_s, u"--base-url"_s, baseUrl, u"--api-key"_s, kKey, u"--name"_s, name} + more);
        QVERIFY2(added.exit == 0, qPrintable(added.err));
    }
    /// Puts `value` into config.json as an editor would.
    void setListen(const QJsonObject &value) const
    {
        const QString path = qcc.file(u"config.json"_s);
        QJsonObject config = QJsonDocument::fromJson(readFile(path)).object();
        config.insert(u"listen"_s, value);
        writeFile(path, QJsonDocument(config).toJson());
    }
    void writeUsers(const QString &name, const QByteArray &text) const
    {
        QVERIFY(QDir().mkpath(QFileInfo(user.filePath(name)).path()));
        writeFile(user.filePath(name), text);
    }

    QTemporaryDir user;
    Program qcc;
};

/// The check of that name; of `subject`, if one is given.
QJsonObject checkIn(const QJsonObject &diagnosis, const QString &finding, const QString &subject = {})
{
    const QJsonArray checks = diagnosis.value("checks"_L1).toArray();
    for (const QJsonValue &check : checks) {
        if (check["finding"_L1].toString() == finding && (subject.isEmpty() || check["subject"_L1].toString() == subject))
            return check.toObject();
    }
    return {};
}

QByteArray textOf(const QJsonObject &json)
{
    return QJsonDocument(json).toJson();
}

QByteArray httpDate(const QDateTime &time)
{
    return QLocale::c().toString(time.toUTC(), u"ddd, dd MMM yyyy HH:mm:ss"_s).toLatin1() + " GMT";
}

/// What is in a folder: names, contents and times.
QStringList contentsOf(const QString &folder)
{
    QStringList all;
    QDirIterator files(folder, QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        const QFileInfo file(files.next());
        all.append(u"%1 %2 %3 %4"_s.arg(file.filePath()).arg(file.lastModified().toMSecsSinceEpoch()).arg(int(file.permissions()))
                       .arg(QString::fromLatin1(file.isFile() ? readFile(file.filePath()).toBase64() : QByteArray())));
    }
    all.sort();
    return all;
}

} // namespace

/// `qcc doctor`: the real program, real sockets, a row for each fault.
class TestCliDoctor : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_upstream = std::make_unique<ScriptedUpstream>();
        m_upstream->setDefaultScript("status:200");
    }

    void findsNothingWhereAllIsWell()
    {
        QVERIFY(m_upstream->listen());
        const Patient patient;
        patient.addEndpoint(u"good"_s, url());
        const quint16 port = freePort();
        patient.setListen({{u"port"_s, port}});
        patient.writeUsers(u".claude/settings.json"_s, R"({"env":{"ANTHROPIC_BASE_URL":"http:\/\/127.0.0.1:)" + QByteArray::number(port) + R"("}})");
        QFile(patient.qcc.file(u"config.json"_s)).setPermissions(QFile::ReadOwner | QFile::WriteOwner);
        m_upstream->setBehaviour([](const Arrived &) {
            return Script().answer(200, "application/json", R"({"data":[]})", {{"Date", httpDate(QDateTime::currentDateTimeUtc())}});
        });
        QCOMPARE(patient.qcc.run("proxy start").exit, 0);
        const Ended ended = patient.qcc.run("doctor");
        QVERIFY2(ended.exit == 0 && ended.err.isEmpty(), qPrintable(ended.out + ended.err));
        QVERIFY2(ended.out.endsWith("Nothing is wrong.\n"_L1), qPrintable(ended.out));
        QVERIFY2(!ended.out.contains(u'\033'), qPrintable(ended.out));
        const QJsonObject diagnosis = patient.qcc.run("doctor --json").json();
        for (const char *finding : {"config_good", "secrets_private", "endpoints_ready", "port_answers", "loopback_direct", "no_proxy", "connected", "key_accepted", "clock_right", "client_here"})
            QVERIFY2(!checkIn(diagnosis, QLatin1String(finding)).isEmpty(), finding);
        QCOMPARE(diagnosis.value("problem"_L1).toInt(), 0);
        // One cheap question each time, and nothing by way of the proxy.
        QCOMPARE(m_upstream->arrivedCount(), 2);
        QCOMPARE(m_upstream->arrivedAt(0).method, QByteArray("GET"));
    }

    void namesTheFaultOfAnEndpoint_data()
    {
        QTest::addColumn<QByteArray>("script");
        QTest::addColumn<QByteArray>("date");
        QTest::addColumn<QString>("finding");
        QTest::addColumn<QString>("mark");
        QTest::addColumn<QString>("says");
        QTest::addColumn<QString>("step");
        QTest::addColumn<int>("exit");
        const QDateTime now = QDateTime::currentDateTimeUtc();
        const auto row = [](const char *name, const QByteArray &script, const QByteArray &date, const char *finding, const char *mark, const char *says, const char *step) {
            QTest::newRow(name) << script << date << QString::fromLatin1(finding) << QString::fromLatin1(mark) << QString::fromLatin1(says)
                                << QString::fromLatin1(step);
        };
        row("refused key", "401", {}, "key_refused", "problem", "The key was refused (HTTP 401).", "qcc endpoint edit work relay --api-key-stdin");
        row("fails", "503", {}, "endpoint_fails", "problem", "HTTP 503", "ask its operator");
        row("no list of models", "404", {}, "key_unknown", "not_checked", "HTTP 404", "qcc endpoint test work relay --message");
        row("limited", "429", {}, "limited", "warning", "HTTP 429", "Wait");
        row("moved", "302", {}, "redirected", "warning", "HTTP 302", "--base-url");
        row("closes", "close", {}, "endpoint_fails", "problem", "The connection was closed before an answer", "ask its operator");
        row("clock behind", "200", httpDate(now.addSecs(3'700)), "clock_behind", "warning", "61 min behind that of work/relay", "timedatectl");
        row("clock ahead", "200", httpDate(now.addDays(-3)), "clock_ahead", "warning", "3 days ahead of that of work/relay", "timedatectl");
        row("clock within a minute", "200", httpDate(now.addSecs(-20)), "clock_right", "ok", "agrees", "");
    }

    void namesTheFaultOfAnEndpoint()
    {
        QFETCH(QByteArray, script);
        QFETCH(QByteArray, date);
        QFETCH(QString, finding);
        QVERIFY(m_upstream->listen());
        m_upstream->setBehaviour([script, date](const Arrived &) {
            if (script == "close")
                return Script().close();
            return Script().answer(script.toInt(), "application/json", "{}", date.isEmpty() ? qcc::RawHeaders() : qcc::RawHeaders{{"Date", date}});
        });
        const Patient patient;
        patient.addEndpoint(u"relay"_s, url());
        const Ended ended = patient.qcc.run("doctor --json");
        const QJsonObject check = checkIn(ended.json(), finding);
        QTEST(check.value("mark"_L1).toString(), "mark");
        QFETCH(QString, says);
        QVERIFY2(check.value("text"_L1).toString().contains(says), qPrintable(ended.out));
        QFETCH(QString, step);
        QVERIFY2(check.value("next_step"_L1).toString().contains(step), qPrintable(ended.out));
        // For want of a proxy, whatever the endpoint says.
        QCOMPARE(ended.exit, 1);
        QVERIFY(!ended.out.contains(kKey));
    }

    void aLoginOfTheClientsIsNotTested()
    {
        QVERIFY(m_upstream->listen());
        m_upstream->setBehaviour([](const Arrived &) { return Script().answer(401, "application/json", "{}"); });
        const Patient patient;
        QCOMPARE(patient.qcc.run({u"endpoint"_s, u"add"_s, u"work"_s, u"--base-url"_s, url(), u"--name"_s, u"plan"_s, u"--auth"_s, u"passthrough"_s, u"--passthrough-anywhere"_s, u"on"_s}).exit, 0);
        const QJsonObject check = checkIn(patient.qcc.run("doctor --json").json(), u"clients_login"_s);
        QCOMPARE(check.value("mark"_L1).toString(), u"not_checked"_s);
        QVERIFY(check.value("text"_L1).toString().contains(u"HTTP 401"_s) && check.value("next_step"_L1).toString().contains(u"--login keep"_s));
        QVERIFY(m_upstream->arrivedAt(0).header("authorization").isEmpty());
    }

    void namesTheFaultOfTheWayThere()
    {
        const Patient patient;
        patient.addEndpoint(u"dead"_s, u"http://127.0.0.1:%1"_s.arg(freePort()));
        patient.addEndpoint(u"nobody"_s, u"https://nobody.invalid"_s);
        patient.addEndpoint(u"behind a proxy"_s, u"https://relay.invalid"_s, {u"--proxy"_s, u"http://me:secretpw@127.0.0.1:%1"_s.arg(freePort())});
        const Ended ended = patient.qcc.run("doctor --json");
        QCOMPARE(ended.exit, 1);
        const QJsonObject diagnosis = ended.json();
        QJsonObject check = checkIn(diagnosis, u"not_connected"_s, u"work/dead"_s);
        QVERIFY2(check.value("text"_L1).toString().contains(u"the connection was refused"_s), qPrintable(ended.out));
        QVERIFY(check.value("next_step"_L1).toString().contains(u"qcc endpoint edit work dead --base-url"_s));
        check = checkIn(diagnosis, u"name_not_found"_s, u"work/nobody"_s);
        QVERIFY2(check.value("text"_L1).toString().startsWith(u"nobody.invalid: the host was not found"_s), qPrintable(ended.out));
        // What comes later is not known, and said so.
        QCOMPARE(checkIn(diagnosis, u"not_reached"_s, u"work/nobody"_s).value("check"_L1).toString(), u"connection"_s);
        check = checkIn(diagnosis, u"proxy_fails"_s);
        QVERIFY2(check.value("text"_L1).toString().contains(u"work/behind a proxy cannot be reached: the proxy 127.0.0.1:"_s), qPrintable(ended.out));
        QVERIFY(!ended.out.contains(u"secretpw"_s) && !ended.out.contains(u"me:"_s));
        QCOMPARE(checkIn(diagnosis, u"name_left_to_proxy"_s).value("subject"_L1).toString(), u"work/behind a proxy"_s);
    }

    void namesTheFaultOfACertificate_data()
    {
        addFaultyCertificates();
        QTest::newRow("good") << TestCertificate::make() << true << QString();
    }

    void namesTheFaultOfACertificate()
    {
        QFETCH(TestCertificate, shown);
        QFETCH(bool, trusted);
        QFETCH(QString, says);
        m_upstream->useTls(shown);
        QVERIFY(m_upstream->listen());
        const Patient patient;
        const QString file = patient.user.filePath(u"authority.pem"_s);
        writeFile(file, shown.certificatePem);
        patient.addEndpoint(u"relay"_s, url(), trusted ? QStringList{u"--ca-file"_s, file} : QStringList());
        const Ended ended = patient.qcc.run("doctor --json");
        const QJsonObject check = checkIn(ended.json(), says.isEmpty() ? u"tls_good"_s : u"tls_failed"_s);
        QVERIFY2(!check.isEmpty() && check.value("text"_L1).toString().contains(says), qPrintable(ended.out));
        // What to do stands apart.
        QCOMPARE(check.value("next_step"_L1).toString().isEmpty(), says.isEmpty());
        QVERIFY2(!check.value("text"_L1).toString().contains(u';'), qPrintable(ended.out));
        QCOMPARE(checkIn(ended.json(), u"not_reached"_s).isEmpty(), says.isEmpty());
    }

    void tellsWhoHasThePort()
    {
        QTcpServer other;
        QVERIFY(other.listen(QHostAddress::LocalHost));
        const Patient patient;
        patient.addEndpoint(u"dead"_s, u"http://127.0.0.1:%1"_s.arg(freePort()));
        patient.setListen({{u"port"_s, other.serverPort()}});
        const QJsonObject held = checkIn(patient.qcc.run("doctor --json --offline").json(), u"port_held"_s);
        QVERIFY2(held.value("text"_L1).toString().contains(u"127.0.0.1:%1"_s.arg(other.serverPort())), textOf(held).constData());
#ifdef Q_OS_LINUX
        QVERIFY2(held.value("text"_L1).toString().contains(u"(process %1)"_s.arg(QCoreApplication::applicationPid())), textOf(held).constData());
#endif
        other.close();
        QCOMPARE(checkIn(patient.qcc.run("doctor --json --offline").json(), u"not_running"_s).value("next_step"_L1).toString(), u"qcc proxy start"_s);
        // Nobody was asked.
        QCOMPARE(checkIn(patient.qcc.run("doctor --json --offline").json(), u"not_asked"_s).value("subject"_L1).toString(), u"work/dead"_s);
    }

    void tellsOfAnotherQccAndOfOneElsewhere()
    {
        const Patient first, second;
        const quint16 port = freePort();
        for (const Patient *patient : {&first, &second}) {
            patient->addEndpoint(u"dead"_s, u"http://127.0.0.1:%1"_s.arg(freePort()));
            patient->setListen({{u"port"_s, port}});
        }
        QCOMPARE(first.qcc.run("proxy start").exit, 0);
#ifdef Q_OS_LINUX
        QCOMPARE(checkIn(second.qcc.run("doctor --json --offline").json(), u"port_held_by_qcc"_s).value("mark"_L1).toString(), u"problem"_s);
#endif
        first.setListen({{u"port"_s, freePort()}});
        const QJsonObject moved = checkIn(first.qcc.run("doctor --json --offline").json(), u"port_moved"_s);
        QVERIFY2(moved.value("text"_L1).toString().contains(u"http://127.0.0.1:%1"_s.arg(port)), textOf(moved).constData());
    }

    void tellsOfConfiguration_data()
    {
        QTest::addColumn<QByteArray>("config"); // null: no file
        QTest::addColumn<QString>("finding");
        QTest::addColumn<QString>("says");
        QTest::newRow("missing") << QByteArray() << u"config_missing"_s << u"There is no "_s;
        QTest::newRow("missing: nobody to ask") << QByteArray() << u"no_endpoint"_s << u"No endpoint is set up"_s;
        QTest::newRow("nothing in it") << QByteArray("{}") << u"no_endpoint"_s << u"No endpoint is set up"_s;
        QTest::newRow("torn") << QByteArray("{\n\"listen\": {") << u"config_bad"_s << u"line 2"_s;
        QTest::newRow("wrong") << QByteArray("{\n\n\"listen\": {\"port\": \"many\"}}") << u"config_bad"_s << u"listen.port"_s;
        QTest::newRow("wrong: which endpoints") << QByteArray("[]") << u"endpoints_unknown"_s << u"config.json cannot be used"_s;
        QTest::newRow("none enabled") << QByteArray(R"({"active_cluster":"a","clusters":[{"name":"a","endpoints":[{"name":"e","base_url":"http:\/\/127.0.0.1:9","api_key":"sk-abcdefghijkl","enabled":false}]}]})")
                                      << u"none_enabled"_s << u"\"a\""_s;
        QTest::newRow("no active cluster") << QByteArray(R"({"clusters":[{"name":"a","endpoints":[{"name":"e","base_url":"http:\/\/127.0.0.1:9","api_key":"sk-abcdefghijkl"}]}]})")
                                           << u"no_active_cluster"_s << u"No cluster is active"_s;
    }

    void tellsOfConfiguration()
    {
        QFETCH(QByteArray, config);
        QFETCH(QString, finding);
        QFETCH(QString, says);
        const Patient patient;
        if (!config.isNull())
            writeFile(patient.qcc.file(u"config.json"_s), config);
        const Ended ended = patient.qcc.run("doctor --json --offline");
        QCOMPARE(ended.exit, 1);
        const QJsonObject check = checkIn(ended.json(), finding);
        QVERIFY2(check.value("text"_L1).toString().contains(says), qPrintable(ended.out));
        QVERIFY2(check.value("mark"_L1).toString() == "not_checked"_L1 || !check.value("next_step"_L1).toString().isEmpty(), qPrintable(ended.out));
    }

    void tellsOfKeysThatOthersCanRead()
    {
#ifdef Q_OS_WIN
        QSKIP("a file's mode says nothing of others");
#endif
        const Patient patient;
        patient.addEndpoint(u"dead"_s, u"http://127.0.0.1:%1"_s.arg(freePort()));
        QVERIFY(checkIn(patient.qcc.run("doctor --json --offline").json(), u"secrets_exposed"_s).isEmpty());
        QVERIFY(QFile(patient.qcc.file(u"config.json"_s)).setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ReadGroup));
        const QJsonObject check = checkIn(patient.qcc.run("doctor --json --offline").json(), u"secrets_exposed"_s);
        QVERIFY2(check.value("next_step"_L1).toString() == u"chmod go= "_s + patient.qcc.file(u"config.json"_s), textOf(check).constData());
    }

    void tellsOfAFolderThatOthersMayWrite()
    {
#ifdef Q_OS_WIN
        QSKIP("a file's mode says nothing of others");
#endif
        const Patient patient;
        QVERIFY(QFile(patient.qcc.home()).setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner | QFile::WriteOther | QFile::ExeOther));
        const Ended ended = patient.qcc.run("doctor --json");
        QCOMPARE(ended.exit, 1);
        QVERIFY2(checkIn(ended.json(), u"home_not_ours"_s).value("text"_L1).toString().contains(patient.qcc.home()), qPrintable(ended.out + ended.err));
        QVERIFY2(!checkIn(ended.json(), u"port_unknown"_s).isEmpty(), qPrintable(ended.out));
    }

    void tellsWhereClientsPoint()
    {
        Patient patient;
        const quint16 port = freePort();
        patient.addEndpoint(u"dead"_s, u"http://127.0.0.1:%1"_s.arg(freePort()));
        patient.setListen({{u"port"_s, port}});
        const QByteArray own = "127.0.0.1:" + QByteArray::number(port);
        const auto diagnosis = [&patient] { return patient.qcc.run("doctor --json --offline").json(); };
        QVERIFY(!checkIn(diagnosis(), u"no_client"_s).isEmpty());
        patient.qcc.setVariable(u"http_proxy"_s, u"http://me:secretpw@127.0.0.1:3128"_s);
        patient.qcc.setVariable(u"no_proxy"_s, u"intranet"_s);
        patient.writeUsers(u".claude/settings.json"_s, R"({"env":{"ANTHROPIC_BASE_URL":"https:\/\/u:p@relay.example/api?key=abc"}})");
        patient.writeUsers(u".codex/config.toml"_s, "model_provider = 'q'\n[model_providers.q]\nbase_url = 'http://" + own + "/v1'\n");
        patient.writeUsers(u".gemini/.env"_s, "export GOOGLE_GEMINI_BASE_URL=\"https://" + own + "\"\n");
        patient.writeUsers(u".config/opencode/opencode.json"_s, "{\"provider\":");
        QJsonObject seen = diagnosis();
        QCOMPARE(checkIn(seen, u"client_elsewhere"_s).value("subject"_L1).toString(), u"Claude Code"_s);
        QVERIFY2(checkIn(seen, u"client_elsewhere"_s).value("text"_L1).toString().contains(u" https://relay.example/api "_s), textOf(seen).constData());
        QCOMPARE(checkIn(seen, u"client_here"_s).value("subject"_L1).toString(), u"Codex"_s);
        QCOMPARE(checkIn(seen, u"client_by_tls"_s).value("subject"_L1).toString(), u"Gemini CLI"_s);
        QCOMPARE(checkIn(seen, u"client_unreadable"_s).value("subject"_L1).toString(), u"opencode"_s);
        QVERIFY(checkIn(seen, u"no_client_here"_s).isEmpty());
        QCOMPARE(checkIn(seen, u"loopback_caught"_s).value("next_step"_L1).toString(), u"export no_proxy=intranet,127.0.0.1,localhost"_s);
        QVERIFY(!textOf(seen).contains("secretpw"));
        // The file has the last word over the variable, and the other way round.
        patient.qcc.setVariable(u"ANTHROPIC_BASE_URL"_s, u"http://"_s + QString::fromLatin1(own));
        patient.qcc.setVariable(u"GOOGLE_GEMINI_BASE_URL"_s, u"http://"_s + QString::fromLatin1(own));
        patient.writeUsers(u".codex/config.toml"_s, "model = 'm'\n");
        seen = diagnosis();
        QCOMPARE(checkIn(seen, u"client_elsewhere"_s).value("subject"_L1).toString(), u"Claude Code"_s);
        QCOMPARE(checkIn(seen, u"client_here"_s).value("subject"_L1).toString(), u"Gemini CLI"_s);
        QCOMPARE(checkIn(seen, u"client_direct"_s).value("subject"_L1).toString(), u"Codex"_s);
        patient.qcc.setVariable(u"GOOGLE_GEMINI_BASE_URL"_s, {});
        QVERIFY(!checkIn(diagnosis(), u"no_client_here"_s).isEmpty());
    }

    void changesNothing()
    {
        QVERIFY(m_upstream->listen());
        const Patient patient;
        patient.addEndpoint(u"relay"_s, url());
        patient.writeUsers(u".claude/settings.json"_s, "{}");
        QVERIFY(QFile(patient.qcc.file(u"config.json"_s)).setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ReadGroup));
        const QStringList before = contentsOf(patient.qcc.home()) + contentsOf(patient.user.path());
        QVERIFY(patient.qcc.run("doctor").exit == 1);
        QCOMPARE(contentsOf(patient.qcc.home()) + contentsOf(patient.user.path()), before);
    }

    void savesForItsOwnerAloneAndReplacesNothing()
    {
        const Patient patient;
        const QString path = patient.user.filePath(u"report.json"_s);
        const Ended ended = patient.qcc.run({u"doctor"_s, u"--offline"_s, u"--save"_s, path});
        QCOMPARE(ended.exit, 1);
#ifndef Q_OS_WIN
        QCOMPARE(int(QFile::permissions(path) & (QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther)), 0);
#endif
        const QByteArray saved = readFile(path);
        const QJsonObject bundle = QJsonDocument::fromJson(saved).object();
        QVERIFY2(bundle.contains("diagnosis"_L1) && bundle["system"_L1]["qt"_L1].toString() == QLatin1String(qVersion()), saved.constData());
        const Ended again = patient.qcc.run({u"doctor"_s, u"--offline"_s, u"--save"_s, path});
        QCOMPARE(again.exit, 1);
        QVERIFY2(again.err.contains(u"is there already"_s), qPrintable(again.err));
        QCOMPARE(readFile(path), saved);
    }

    void noKeyIsInTheBundle();

private:
    QString url() const { return QString::fromLatin1(m_upstream->baseUrl()); }

    std::unique_ptr<ScriptedUpstream> m_upstream;
};

/// A secret in each place from which one could get in, each with signs of its own.
void TestCliDoctor::noKeyIsInTheBundle()
{
    QVERIFY(m_upstream->listen());
    const QByteArray sealed = "sk-sealed+0123456789SEALED", plain = "plainkey/0123456789PLAIN", token = "accesstoken0123456789TOK", unknown = "unknownsetting0123456789UNK",
                     proxyUser = "proxyuserUSR", proxyPassword = "proxypass0123PXY", envKey = "anyname0123456789ENV", envProxy = "envproxy0123EPX", envUrl = "envurlpass0123EUR",
                     inQuery = "inquery0123456789QRY", claude = "claudetoken0123456789CLA", codex = "codextoken0123456789CDX", logged = "sk-ant-logged0123456789LOG",
                     quoted = "quoted0123456789QUO", onlyLogged = "passwordOnlyLOGGED", sentAlong = "sentalongINQUERY", header = "ownheader0123HDR", parameter = "ownparameter0123PAR";
    Patient patient;
    const Ended added = patient.qcc.run({u"endpoint"_s, u"add"_s, u"work"_s, u"--base-url"_s, url(), u"--api-key"_s, QString::fromLatin1(sealed), u"--name"_s, u"relay"_s,
                                         u"--proxy"_s, QString::fromLatin1("http://" + proxyUser + ':' + proxyPassword + "@127.0.0.1:9")});
    QVERIFY2(added.exit == 0, qPrintable(added.err));
    const QString path = patient.qcc.file(u"config.json"_s);
    QJsonObject config = QJsonDocument::fromJson(readFile(path)).object();
    QJsonArray clusters = config["clusters"_L1].toArray();
    clusters.append(QJsonObject{{u"name"_s, u"spare"_s},
                                {u"endpoints"_s, QJsonArray{QJsonObject{{u"name"_s, u"echo"_s}, {u"base_url"_s, url()}, {u"api_key"_s, QString::fromLatin1(plain)},
                                                                     {u"headers"_s, QJsonObject{{u"X-Team"_s, QString::fromLatin1(header)}, {u"X-Short"_s, u"HDR"_s}}},
                                                                     {u"query"_s, QJsonObject{{u"code"_s, QString::fromLatin1(parameter)}}}}}}});
    config["clusters"_L1] = clusters;
    config["listen"_L1] = QJsonObject{{u"access_token"_s, QString::fromLatin1(token)}, {u"port"_s, freePort()}};
    config["other_api_key"_L1] = QString::fromLatin1(unknown);
    writeFile(path, QJsonDocument(config).toJson());
    patient.qcc.setVariable(u"ANTHROPIC_API_KEY"_s, QString::fromLatin1(envKey));
    patient.qcc.setVariable(u"https_proxy"_s, QString::fromLatin1("http://somebody:" + envProxy + "@127.0.0.1:9"));
    patient.qcc.setVariable(u"OPENAI_BASE_URL"_s, QString::fromLatin1("https://me:" + envUrl + "@relay.example/v1?token=" + inQuery));
    patient.writeUsers(u".claude/settings.json"_s, R"({"env":{"ANTHROPIC_BASE_URL":"https:\/\/claude.example","ANTHROPIC_AUTH_TOKEN":")" + claude + R"("}})");
    patient.writeUsers(u".codex/config.toml"_s, "experimental_bearer_token = '" + codex + "'\nbase_url = 'https://codex.example'\n");
    // An endpoint that quotes the key that it refuses, so that the stats hold it, perhaps.
    m_upstream->setBehaviour([quoted, plain, header, parameter](const Arrived &) {
        return Script().answer(401, "application/json", R"({"error":{"message":"bad key )" + plain + " or " + quoted + " or " + header + " or " + parameter + R"("}})");
    });
    QCOMPARE(patient.qcc.run("proxy start --cluster spare").exit, 0);
    const quint16 port = quint16(patient.qcc.run("proxy status --json").json().value("port"_L1).toInt());
    RawClient client;
    client.connectTo(port);
    client.post("/v1/messages", R"({"model":"m","messages":[]})", {{"x-qcc-token", token}});
    QTRY_VERIFY(client.response().complete);
    QTRY_VERIFY(readFile(patient.qcc.file(u"proxy.log"_s)).contains("refused its key"));
    QVERIFY2(!readFile(patient.qcc.file(u"proxy.log"_s)).contains(header.last(9)), readFile(patient.qcc.file(u"proxy.log"_s)).constData());
    // Nothing of qcc writes such lines. Somebody's earlier version may have.
    QFile log(patient.qcc.file(u"proxy.log"_s));
    QVERIFY(log.open(QIODevice::Append));
    log.write("a line of the log: key " + logged + " of https://user:" + envUrl + "@relay.example/?key=" + inQuery + " and " + plain + ", " + envKey
              + "\nanother of https://somebody:" + onlyLogged + "@relay.example/v1 and https://relay.example/v1?sig=" + sentAlong + "\n");
    log.close();

    const QString saved = patient.user.filePath(u"report.json"_s);
    const Ended ended = patient.qcc.run({u"doctor"_s, u"--save"_s, saved});
    const Ended json = patient.qcc.run("doctor --json");
    const QByteArray bundle = readFile(saved);
    for (const QByteArray &text : {bundle, ended.out.toUtf8() + ended.err.toUtf8(), json.out.toUtf8()}) {
        QVERIFY(text.size() > 1'000);
        for (const QByteArray &secret : {sealed, plain, token, unknown, proxyUser, proxyPassword, envKey, envProxy, envUrl, inQuery, claude, codex, logged, onlyLogged, sentAlong, header, parameter}) {
            for (const QByteArray &form : {secret, secret.toPercentEncoding(), secret.toBase64(QByteArray::OmitTrailingEquals), secret.last(9)})
                QVERIFY2(!text.contains(form), (secret + " is in " + text).constData());
        }
        // Nor what a key is sealed as, nor whose the folder is.
        QVERIFY2(!text.contains("v1:"), text.constData());
    }
    QVERIFY2(!bundle.contains(patient.user.path().toUtf8()), bundle.constData());
    // All else is there.
    const QJsonObject all = QJsonDocument::fromJson(bundle).object();
    for (const char *part : {"qcc", "system", "environment", "config", "log", "stats", "status", "diagnosis"})
        QVERIFY2(all.contains(QLatin1String(part)), part);
    QVERIFY2(bundle.contains("a line of the log: key ***"), bundle.constData());
    QVERIFY2(bundle.contains("another of https://***@relay.example/v1 and https://relay.example/v1?***"), bundle.constData());
    QCOMPARE(all["config"_L1]["clusters"_L1][0]["endpoints"_L1][0]["api_key"_L1].toString(), u"(sealed)"_s);
    QCOMPARE(all["config"_L1]["clusters"_L1][1]["endpoints"_L1][0]["api_key"_L1].toString(), u"***"_s);
    QCOMPARE(all["environment"_L1]["ANTHROPIC_API_KEY"_L1].toString(), u"***"_s);
    QVERIFY2(!all["stats"_L1]["endpoints"_L1].toArray().isEmpty(), bundle.constData());
    // And what the running proxy has learned is told: the key was refused.
    QVERIFY2(!checkIn(all["diagnosis"_L1].toObject(), u"left_alone"_s, u"spare/echo"_s).isEmpty(), bundle.constData());
}

QTEST_GUILESS_MAIN(TestCliDoctor)
#include "tst_clidoctor.moc"
