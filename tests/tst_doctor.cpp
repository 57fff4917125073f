#include "core/doctor/doctor.h"
#include "tests/support/files.h"
#include "tests/support/scriptedupstream.h"

#include <QDir>
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace qcc;
using namespace qcc::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

Endpoint endpointAt(const QByteArray &baseUrl, const QString &name = u"relay"_s)
{
    Endpoint endpoint;
    endpoint.name = name;
    endpoint.baseUrl = baseUrl;
    endpoint.apiKey = "sk-0123456789abcdef";
    endpoint.proxy = u"none"_s;
    endpoint.id = endpointId(baseUrl, endpoint.apiKey);
    return endpoint;
}

Config configWith(const QList<Endpoint> &endpoints)
{
    Config config;
    config.activeCluster = u"work"_s;
    config.clusters = {{.name = u"work"_s, .endpoints = endpoints}};
    return config;
}

ProbeResult answered(int status, std::optional<std::chrono::seconds> clockAhead = {})
{
    ProbeResult result;
    result.phase = Phase::Body;
    result.status = status;
    result.reachable = status < 500;
    result.clockAhead = clockAhead;
    return result;
}

ProbeResult failed(Phase phase, UpstreamFault fault, const QString &error)
{
    ProbeResult result;
    result.phase = phase;
    result.fault = fault;
    result.failure = FailureClass::Connect;
    result.error = error;
    return result;
}

/// A running qcc with one good endpoint, and nothing else.
Examination good()
{
    Examination seen;
    seen.configPath = u"/home/me/config.json"_s;
    const Endpoint endpoint = endpointAt("https://relay.example");
    seen.config = configWith({endpoint});
    seen.secretFiles = {seen.configPath};
    seen.port.status = {{u"running"_s, true}, {u"pid"_s, 12}, {u"host"_s, u"127.0.0.1"_s}, {u"port"_s, 7860}, {u"address"_s, u"http://127.0.0.1:7860"_s}};
    seen.port.answer = answered(404);
    seen.endpoints = {{u"work"_s, endpoint, {}, answered(200, 0s)}};
    seen.clients = {{ClientProgram::ClaudeCode, u"settings.json"_s, u"http://127.0.0.1:7860"_s}};
    return seen;
}

QStringList checksOf(const QList<Finding> &findings)
{
    QStringList checks;
    for (const Finding &finding : findings)
        checks.append(toWord(finding.check));
    return checks;
}

std::optional<Finding> findingOf(const Examination &seen, Check check)
{
    const QList<Finding> all = findingsOf(seen);
    const auto found = std::ranges::find(all, check, &Finding::check);
    return found == all.end() ? std::nullopt : std::optional(*found);
}

QString kindOf(const Examination &seen, Check check)
{
    const std::optional<Finding> finding = findingOf(seen, check);
    return finding ? toWord(finding->kind) : QString();
}

} // namespace

/// What follows from what was seen, without a socket; and that a look never takes longer than it may.
class TestDoctor : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void answersFromTheGroundUp()
    {
        Examination seen = good();
        seen.endpoints.append({u"work"_s, endpointAt("http://127.0.0.1:9", u"second"_s), {}, failed(Phase::Connect, UpstreamFault::Refused, u"the connection was refused"_s)});
        const QList<Finding> findings = findingsOf(seen);
        QCOMPARE(checksOf(findings).join(u' '), u"config permissions endpoints port client_proxy proxy dns connection tls key connection key clock client"_s);
        // Everything of one endpoint stands together.
        QStringList subjects;
        for (const Finding &finding : findings)
            subjects.append(finding.subject);
        subjects.removeAll(QString());
        QCOMPARE(subjects.join(u' '), u"work/relay work/relay work/relay work/relay work/second work/second Claude Code"_s);
        QCOMPARE(summary(findings), u"1 problem; 1 not checked."_s);
        QCOMPARE(summary(findingsOf(good())), u"Nothing is wrong."_s);
        QVERIFY(hasProblem(findings) && !hasProblem(findingsOf(good())));
    }

    void everyKindHasWords()
    {
        const QStringList values{u"%2"_s, u"two"_s, u"three"_s, u"four"_s};
        for (const FindingKind kind : EnumTable<FindingKind>::values) {
            const Finding finding{Check::Home, kind, {}, values};
            const QByteArray name = toWord(kind).toUtf8();
            QVERIFY2(!sentence(finding).isEmpty(), name.constData());
            // A problem is nothing without a next step, unless the sentence is all that somebody else said.
            const bool hasStep = !nextStep(finding).isEmpty() || kind == FindingKind::HomeNotOurs;
            QVERIFY2(verdictOf(kind) != Verdict::Problem || hasStep, name.constData());
            QVERIFY2(verdictOf(kind) != Verdict::Ok || nextStep(finding).isEmpty(), name.constData());
        }
        // A value is no pattern.
        QCOMPARE(sentence({Check::Tls, FindingKind::TlsFailed, {}, {u"%2"_s, u"why"_s}}), u"%2: why."_s);
        QCOMPARE(sentence({Check::Key, FindingKind::KeyRefused, {}, {u"the key was refused"_s}}), u"The key was refused."_s);
        QCOMPARE(sentence({Check::Config, FindingKind::ConfigBad, {}, {u"config.json (line 2): not valid JSON"_s, u"step"_s}}), u"config.json (line 2): not valid JSON"_s);
    }

    /// A step is pasted into a shell, which must not run a part of a name.
    void aNameIsOneWordOfACommand()
    {
#ifndef Q_OS_WIN
        Examination seen = good();
        seen.endpoints.append({u"work"_s, endpointAt("http://127.0.0.1:9", u"a $(touch x)`y` 'z'"_s), {}, failed(Phase::Connect, UpstreamFault::Refused, u"the connection was refused"_s)});
        QStringList steps;
        for (const Finding &finding : findingsOf(seen))
            steps << nextStep(finding);
        const QString word = uR"('a $(touch x)`y` '\''z'\'')"_s;
        QVERIFY2(std::ranges::any_of(steps, [&word](const QString &step) { return step.contains(word); }), qPrintable(steps.join(u'\n')));
#endif
    }

    void goesByTheClockOfMost_data()
    {
        QTest::addColumn<QList<int>>("ahead");
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("says");
        QTest::newRow("nobody says") << QList<int>{} << u"clock_unknown"_s << QString();
        QTest::newRow("a minute") << QList<int>{60} << u"clock_right"_s << u"e0"_s;
        QTest::newRow("more than a minute") << QList<int>{61} << u"clock_ahead"_s << u"61 s"_s;
        QTest::newRow("behind") << QList<int>{-600} << u"clock_behind"_s << u"10 min"_s;
        QTest::newRow("one of two") << QList<int>{9'000, 1} << u"clock_right"_s << u"e1"_s;
        QTest::newRow("one of three") << QList<int>{0, 9'000, -2} << u"clock_right"_s << QString();
        QTest::newRow("two of three") << QList<int>{0, 9'000, 9'001} << u"clock_ahead"_s << u"2 h"_s;
        QTest::newRow("years") << QList<int>{-100'000'000} << u"clock_behind"_s << u"1157 days"_s;
    }

    void goesByTheClockOfMost()
    {
        QFETCH(QList<int>, ahead);
        Examination seen = good();
        seen.endpoints.clear();
        for (const int each : ahead)
            seen.endpoints.append({u"work"_s, endpointAt("http://127.0.0.1:9", u"e%1"_s.arg(seen.endpoints.size())), {}, answered(200, std::chrono::seconds(each))});
        QTEST(kindOf(seen, Check::Clock), "kind");
        QFETCH(QString, says);
        QVERIFY2(sentence(*findingOf(seen, Check::Clock)).contains(says), qPrintable(sentence(*findingOf(seen, Check::Clock))));
    }

    void tellsHowThePortStands_data()
    {
        QTest::addColumn<SeenPort>("port");
        QTest::addColumn<QString>("kind");
        const SeenPort running = good().port;
        const auto with = [](SeenPort port, const std::function<void(SeenPort &)> &change) {
            change(port);
            return port;
        };
        const SeenPort none{.silence = ErrorCode::NotRunning, .answer = failed(Phase::Connect, UpstreamFault::Refused, u"the connection was refused"_s)};
        QTest::newRow("answers") << running << u"port_answers"_s;
        QTest::newRow("silent") << with(running, [](SeenPort &port) { port.answer = failed(Phase::Headers, UpstreamFault::TimedOut, u"no answer within 3 s"_s); })
                                << u"port_silent"_s;
        QTest::newRow("stopping") << with(running, [](SeenPort &port) { port.status[u"running"_s] = false; }) << u"stopping"_s;
        QTest::newRow("nobody") << none << u"not_running"_s;
        QTest::newRow("not looked at") << SeenPort() << u"port_unknown"_s;
        QTest::newRow("a stranger") << with(none, [](SeenPort &port) { port.owner = {u"nginx"_s, 5}; }) << u"port_held"_s;
        QTest::newRow("one whom the system does not name") << with(none, [](SeenPort &port) { port.answer = answered(404); }) << u"port_held"_s;
        QTest::newRow("one that says nothing") << with(none, [](SeenPort &port) { port.answer = failed(Phase::Headers, UpstreamFault::TimedOut, u"no answer"_s); })
                                               << u"port_held"_s;
        QTest::newRow("another qcc") << with(none, [](SeenPort &port) { port.owner = {u"qcc-tray"_s, 5}; port.pid = 6; }) << u"port_held_by_qcc"_s;
        QTest::newRow("this qcc, without a control socket") << with(none, [](SeenPort &port) { port.owner = {u"qcc"_s, 5}; port.pid = 5; }) << u"hangs"_s;
        QTest::newRow("this qcc, which says nothing") << with(none, [](SeenPort &port) { port.silence = ErrorCode::Timeout; port.pid = 5; }) << u"hangs"_s;
    }

    void tellsHowThePortStands()
    {
        QFETCH(SeenPort, port);
        Examination seen = good();
        seen.port = port;
        QTEST(kindOf(seen, Check::Port), "kind");
    }

    void tellsOfTheDemoThatItDoesNotRun()
    {
        Examination seen = good();
        seen.endpoints = {{u"demo"_s, endpointAt("http://127.0.0.1:7861"), {}, failed(Phase::Connect, UpstreamFault::Refused, u"the connection was refused"_s)}};
        QCOMPARE(kindOf(seen, Check::Connection), u"demo_stopped"_s);
        seen.endpoints.first().cluster = u"work"_s;
        QCOMPARE(kindOf(seen, Check::Connection), u"not_connected"_s);
    }

    void aKeyThatCannotBeUsedSaysNothingOfTheWay()
    {
        Examination seen = good();
        seen.endpoints.first().endpoint.keyFault = u"its key cannot be decrypted"_s;
        seen.endpoints.first().result = answered(401);
        QCOMPARE(kindOf(seen, Check::Tls), u"tls_good"_s);
        QCOMPARE(kindOf(seen, Check::Key), u"key_unusable"_s);
    }

    void whatIsKnownBeforeAnybodyIsAskedIsNoFaultOfTheName()
    {
        Examination seen = good();
        seen.endpoints.first().result = failed(Phase::Dns, UpstreamFault::TlsFailed, u"no TLS connection: the CA file /a.pem does not exist; put it back"_s);
        QCOMPARE(kindOf(seen, Check::Dns), u"not_reached"_s);
        QCOMPARE(kindOf(seen, Check::Connection), u"not_reached"_s);
        QCOMPARE(sentence(*findingOf(seen, Check::Tls)), u"relay.example:443: the CA file /a.pem does not exist."_s);
        QCOMPARE(nextStep(*findingOf(seen, Check::Tls)), u"Put it back."_s);
        QCOMPARE(kindOf(seen, Check::Key), u"not_reached"_s);
        // Without a network nobody's name is wrong.
        seen.endpoints.first().result = failed(Phase::Dns, UpstreamFault::NoNetwork, u"this computer has no network"_s);
        QCOMPARE(kindOf(seen, Check::Dns), u"no_network"_s);
    }

    void tellsWhatTheRunningProxyLeavesAlone()
    {
        Examination seen = good();
        const QString id = seen.endpoints.first().endpoint.id;
        const auto state = [&id](const char *breaker, const char *rest) {
            return QJsonObject{{u"id"_s, id}, {u"breaker"_s, QJsonObject{{u"state"_s, QLatin1String(breaker)}, {u"reason"_s, u"spent"_s}, {u"rest_reason"_s, QLatin1String(rest)}}}};
        };
        const auto isTold = [&seen] { return std::ranges::count(findingsOf(seen), FindingKind::LeftAlone, &Finding::kind) == 1; };
        seen.states = {state("closed", "")};
        QVERIFY(!isTold());
        seen.states = {state("open", "")};
        QVERIFY(isTold());
        seen.states = {state("closed", "quota")};
        QVERIFY(isTold());
    }

    void aProxyIsJudgedByAllThatGoThroughIt()
    {
        Examination seen = good();
        const ProbeResult refused = failed(Phase::Connect, UpstreamFault::ProxyFailed, u"no way through the proxy: the proxy 10.0.0.1:3128 was refused by a:443"_s);
        seen.endpoints = {{u"work"_s, endpointAt("https://a.example", u"a"_s), u"10.0.0.1:3128"_s, refused},
                          {u"work"_s, endpointAt("https://b.example", u"b"_s), u"10.0.0.1:3128"_s, answered(200)}};
        QStringList kinds;
        for (const Finding &finding : findingsOf(seen)) {
            if (finding.check == Check::Proxy)
                kinds.append(toWord(finding.kind) + u": "_s + sentence(finding));
        }
        QCOMPARE(kinds, QStringList({u"proxy_works: The proxy 10.0.0.1:3128 leads to work/b."_s,
                                     u"proxy_fails: work/a cannot be reached: the proxy 10.0.0.1:3128 was refused by a:443."_s}));
        // A silence of the other end's is no fault of the proxy's.
        seen.endpoints = {{u"work"_s, endpointAt("https://a.example", u"a"_s), u"10.0.0.1:3128"_s, failed(Phase::Connect, UpstreamFault::TimedOut, u"no connection within 10 s"_s)}};
        QCOMPARE(kindOf(seen, Check::Proxy), u"proxy_unknown"_s);
    }

    void readsTheEnvironment()
    {
        Examination seen = good();
        seen.environment = {{u"http_proxy"_s, u"http://proxy.example:8080"_s}};
        QCOMPARE(nextStep(*findingOf(seen, Check::ClientProxy)), u"export no_proxy=127.0.0.1,localhost"_s);
        seen.environment.insert(u"no_proxy"_s, u"127.0.0.1"_s);
        QCOMPARE(nextStep(*findingOf(seen, Check::ClientProxy)), u"export no_proxy=127.0.0.1,localhost"_s);
        seen.environment.insert(u"no_proxy"_s, u"127.0.0.1,localhost"_s);
        QCOMPARE(kindOf(seen, Check::ClientProxy), u"loopback_direct"_s);
        seen.environment = {{u"HTTPS_PROXY"_s, u"ftp://proxy.example"_s}};
        QCOMPARE(kindOf(seen, Check::ClientProxy), u"proxy_variable_bad"_s);
    }

    void whoseKeyAProgramSays_data()
    {
        QTest::addColumn<QString>("script");
        QTest::addColumn<QString>("key");
        QTest::newRow("it says one") << u"echo sk-0123456789"_s << u"key_accepted"_s;
        QTest::newRow("it fails") << u"echo locked >&2; exit 3"_s << u"key_unusable"_s;
    }

    void whoseKeyAProgramSays()
    {
        if (!QFile::exists(u"/bin/sh"_s))
            QSKIP("the programs are scripts");
        QFETCH(QString, script);
        QFETCH(QString, key);
        ScriptedUpstream upstream;
        QVERIFY(upstream.listen());
        Endpoint endpoint = endpointAt(QByteArray(upstream.baseUrl()).replace("127.0.0.1", "localhost"));
        endpoint.apiKey.clear();
        endpoint.apiKeyCommand = {u"/bin/sh"_s, u"-c"_s, script};
        QTemporaryDir home;
        Doctor doctor(Paths(home.path()), configWith({endpoint}), {}, {});
        QSignalSpy ended(&doctor, &Doctor::finished);
        doctor.start();
        QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 1, 20'000);
        QHash<Check, QString> kinds;
        QString said;
        for (const Finding &finding : doctor.findings()) {
            if (finding.subject != u"work/relay"_s)
                continue;
            kinds.insert(finding.check, toWord(finding.kind));
            said += finding.values.join(u' ');
        }
        // The way there was looked at, with a key or without one.
        QCOMPARE(kinds.value(Check::Dns), u"name_found"_s);
        QCOMPARE(kinds.value(Check::Connection), u"connected"_s);
        QCOMPARE(kinds.value(Check::Key), key);
        QCOMPARE(said.contains(u"ended with the code 3: locked"_s), key == "key_unusable"_L1);
        QCOMPARE(upstream.arrivedCount(), 1);
    }

    void takesNoLongerThanItMay_data()
    {
        QTest::addColumn<int>("atMostMs");
        QTest::addColumn<int>("perEndpointMs");
        QTest::addColumn<QString>("kind");
        QTest::newRow("each endpoint") << 20'000 << 200 << u"endpoint_fails"_s;
        QTest::newRow("all of it") << 400 << 20'000 << u"no_time"_s;
    }

    void takesNoLongerThanItMay()
    {
        QFETCH(int, atMostMs);
        QFETCH(int, perEndpointMs);
        ScriptedUpstream silent;
        QVERIFY(silent.listen());
        silent.setBehaviour([](const Arrived &) { return Script().stall(); });
        QList<Endpoint> endpoints;
        for (int i = 0; i < 20; ++i)
            endpoints.append(endpointAt(silent.baseUrl(), u"e%1"_s.arg(i)));
        const QTemporaryDir home;
        Config config = configWith(endpoints);
        config.listen.port = 1; // where nobody listens
        Doctor doctor(Paths(home.path()), config, {}, {.atMost = std::chrono::milliseconds(atMostMs), .perEndpoint = std::chrono::milliseconds(perEndpointMs)});
        QSignalSpy finished(&doctor, &Doctor::finished), progressed(&doctor, &Doctor::progressed);
        doctor.start();
        QCOMPARE(finished.count(), 0);
        QVERIFY(finished.wait(15'000));
        QFETCH(QString, kind);
        QCOMPARE(std::ranges::count_if(doctor.findings(), [&kind](const Finding &finding) { return toWord(finding.kind) == kind; }), perEndpointMs < atMostMs ? 20 : 40);
        // Never more than eight at once.
        QCOMPARE(silent.arrivedCount(), perEndpointMs < atMostMs ? 20 : 8);
        QVERIFY(!progressed.isEmpty());
        QTest::qWait(0);
        QCOMPARE(finished.count(), 1);
    }

    void findsSettingsOfClients()
    {
        const QTemporaryDir home;
        ClientPlaces where;
        where.places.claude = home.filePath(u".claude"_s);
        where.places.codex = home.filePath(u".codex"_s);
        where.places.gemini = home.filePath(u".gemini"_s);
        where.openCode = home.filePath(u"opencode"_s);
        QCOMPARE(clientSettings(where).size(), 0);
        for (const QString &folder : {where.places.claude, where.places.codex, where.places.gemini, where.openCode})
            QVERIFY(QDir().mkpath(folder));
        // There, and silent.
        for (const ClientSetting &setting : clientSettings(where))
            QVERIFY2(setting.url.isEmpty() && setting.problem.isEmpty(), qPrintable(toWord(setting.client)));
        QCOMPARE(clientSettings(where).size(), 4);
        writeFile(where.places.claude + u"/settings.json"_s, R"({"env":{"ANTHROPIC_BASE_URL":"http:\/\/shared","ANTHROPIC_API_KEY":"k"}})");
        writeFile(where.places.codex + u"/config.toml"_s, "openai_base_url = 'http://codex'\n");
        writeFile(where.places.gemini + u"/.env"_s, "# a comment\nGOOGLE_GEMINI_BASE_URL=http://gemini\n");
        writeFile(where.openCode + u"/opencode.json"_s, R"({"provider":{"a":{"options":{"apiKey":"k2"}},"b":{"options":{"baseURL":"http:\/\/open"}}}})");
        where.places.environment = {{u"ANTHROPIC_BASE_URL"_s, u"http://shell"_s}, {u"OPENAI_BASE_URL"_s, u"http://sdk"_s}};
        QStringList urls, keys;
        for (const ClientSetting &setting : clientSettings(where)) {
            urls.append(setting.url);
            keys += setting.keys;
        }
        QCOMPARE(urls.join(u' '), u"http://shared http://codex http://gemini http://open http://sdk"_s);
        QCOMPARE(keys.join(u' '), u"k k2"_s);
        // The stronger file, be it to say nothing.
        writeFile(where.places.claude + u"/settings.local.json"_s, R"({"env":{"ANTHROPIC_BASE_URL":""}})");
        QCOMPARE(clientSettings(where).first().url, QString());
        writeFile(where.places.claude + u"/settings.local.json"_s, "{");
        QVERIFY(clientSettings(where).first().problem.startsWith(u"line 1"_s));
        writeFile(where.places.codex + u"/config.toml"_s, "a = \n");
        QVERIFY(clientSettings(where).at(1).problem.contains(u"not valid TOML"_s));
    }
};

QTEST_GUILESS_MAIN(TestDoctor)
#include "tst_doctor.moc"
