#include "tests/cli/program.h"
#include "tests/support/forwardproxy.h"
#include "tests/support/rawclient.h"
#include "tests/support/scriptedupstream.h"

#include <QDir>
#include <QDirIterator>
#include <QElapsedTimer>
#include <QJsonArray>
#include <QRandomGenerator>
#include <QTest>

#include <memory>

using namespace qcc::test;
using namespace Qt::StringLiterals;

namespace {

constexpr auto secret = "sk-ant-api03-secret-0123456789"_L1;

/// The program with a user's home of its own, and none of the variables that clients read.
class Fixture
{
public:
    Fixture()
    {
        for (const char *name : {"ANTHROPIC_BASE_URL", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_KEY", "GOOGLE_GEMINI_BASE_URL",
                                 "GEMINI_API_KEY", "CLAUDE_CONFIG_DIR", "CODEX_HOME", "XDG_CONFIG_HOME", "OPENCODE_CONFIG"})
            qcc.setVariable(QLatin1String(name), {});
        qcc.setVariable(u"HOME"_s, qcc.file(u"user"_s));
        qcc.setVariable(u"USERPROFILE"_s, qcc.file(u"user"_s));
        qcc.setVariable(u"SHELL"_s, u"/bin/bash"_s);
    }

    bool write(const QString &name, const QByteArray &text) const
    {
        QFile file(qcc.file(name));
        return QDir().mkpath(QFileInfo(file).path()) && file.open(QIODevice::WriteOnly) && file.write(text) == text.size();
    }
    std::optional<QByteArray> read(const QString &name) const
    {
        QFile file(qcc.file(name));
        return file.open(QIODevice::ReadOnly) ? std::optional(file.readAll()) : std::nullopt;
    }
    QJsonObject listed(const QString &client) const
    {
        for (const QJsonValue &each : qcc.run("client list --json").json()["clients"_L1].toArray()) {
            if (each["name"_L1].toString() == client)
                return each.toObject();
        }
        return {};
    }

    Program qcc;
};

const QString settings = u"user/.claude/settings.json"_s;

const QByteArray expired(R"({"type":"error","error":{"type":"authentication_error","message":"made-up-login-of-yesterday has expired"}})");
const QByteArray usedUp(R"({"type":"error","error":{"type":"rate_limit_error","message":"made-up-login-that-is-spent may no more"}})");

} // namespace

class CliClientTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_here = std::make_unique<Fixture>(); }

    void connectsAndDisconnects()
    {
        const QByteArray before = QByteArray("{\n  // mine\n  \"env\": { \"ANTHROPIC_API_KEY\": \"") + secret.data() + "\" },\n}\n";
        QVERIFY(m_here->write(settings, before));
        QCOMPARE(m_here->listed(u"claude-code"_s)["asks"_L1].toString(), u"vendor"_s);
        const Ended dry = run("client connect claude-code --dry-run");
        QCOMPARE(dry.exit, 0);
        QVERIFY2(dry.out.contains(u"+"_s) && dry.out.endsWith(u"Nothing was changed.\n"_s) && !dry.out.contains(secret), qPrintable(dry.out));
        QCOMPARE(m_here->read(settings), before);
        QVERIFY(!m_here->read(u"clients.json"_s));

        const Ended connected = run("client connect claude-code");
        QCOMPARE(connected.exit, 0);
        QVERIFY2(connected.out.contains(u"Claude Code asks qcc at http://127.0.0.1:7860"_s) && !connected.out.contains(secret), qPrintable(connected.out));
        // And what it still lacks.
        QVERIFY2(connected.err.contains(u"qcc endpoint add"_s) && connected.err.contains(u"qcc proxy start"_s), qPrintable(connected.err));
        const QJsonObject state = m_here->listed(u"claude-code"_s);
        QCOMPARE(state["asks"_L1].toString(), u"qcc"_s);
        QVERIFY(state["connected_at"_L1].isString());
        QVERIFY(run("client list").out.contains(u"claude-code  yes        qcc"_s));
        QVERIFY(run("client connect claude-code").out.contains(u"asks qcc at http://127.0.0.1:7860 already"_s));

        const Ended back = run("client disconnect claude-code");
        QCOMPARE(back.exit, 0);
        QVERIFY2(back.out.endsWith(u"Claude Code has its own settings back.\n"_s) && !back.out.contains(secret), qPrintable(back.out));
        QCOMPARE(m_here->read(settings), before);
        const Ended again = run("client disconnect claude-code");
        QCOMPARE(again.exit, 1);
        QVERIFY(again.err.contains(u"Claude Code is not connected by qcc."_s));
    }

    void followsAddressAndToken()
    {
        QVERIFY(m_here->write(u"config.json"_s, R"({"listen": {"host": "0.0.0.0", "port": 7999, "access_token": "a-word-of-my-own"}})"));
        const Ended connected = run("client connect codex");
        QCOMPARE(connected.exit, 0);
        QVERIFY2(!connected.out.contains(u"a-word"_s), qPrintable(connected.out));
        const QByteArray text = *m_here->read(u"user/.codex/config.toml"_s);
        QVERIFY2(text.contains("base_url = \"http://127.0.0.1:7999/v1\"\n") && text.contains("experimental_bearer_token = \"a-word-of-my-own\"\n"), text.constData());
        QCOMPARE(run("client disconnect --all").exit, 0);
        QVERIFY(!m_here->read(u"user/.codex/config.toml"_s));
    }

    void claudeCodeKeepsItsLogin()
    {
        const QByteArray before = QByteArray("{\n  \"env\": { \"ANTHROPIC_API_KEY\": \"") + secret.data() + "\", \"ANTHROPIC_CUSTOM_HEADERS\": \"X-Team: blue\" }\n}\n";
        QVERIFY(m_here->write(settings, before));
        const auto variables = [this] { return QJsonDocument::fromJson(*m_here->read(settings)).object()["env"_L1].toObject(); };
        const Ended connected = run("client connect claude-code --login keep");
        QCOMPARE(connected.exit, 0);
        // No credential, so that it sends its own; and what is missing for it to arrive.
        QCOMPARE(variables(), (QJsonObject{{u"ANTHROPIC_BASE_URL"_s, u"http://127.0.0.1:7860"_s}, {u"ANTHROPIC_CUSTOM_HEADERS"_s, u"X-Team: blue"_s}}));
        QVERIFY2(!connected.out.contains(secret) && connected.err.contains(u"--auth passthrough"_s), qPrintable(connected.out + connected.err));
        // Codex's login is no help to it.
        QCOMPARE(run("endpoint add work --base-url https://chatgpt.com/backend-api/codex --auth passthrough").exit, 0);
        QVERIFY(run("client connect claude-code --login keep").err.contains(u"--auth passthrough"_s));
        QCOMPARE(run("endpoint add work --vendor anthropic --auth passthrough").exit, 0);
        QVERIFY(!run("client connect claude-code --login keep").err.contains(u"--auth passthrough"_s));
        // Connected as usual it has qcc's word again, and keeps its login no more.
        QCOMPARE(run("client connect claude-code").exit, 0);
        QCOMPARE(variables()["ANTHROPIC_AUTH_TOKEN"_L1].toString(), u"qcc"_s);
        QCOMPARE(run("client connect claude-code --login keep").exit, 0);
        QVERIFY(!variables().contains("ANTHROPIC_AUTH_TOKEN"_L1));

        QCOMPARE(run("client disconnect claude-code").exit, 0);
        QCOMPARE(m_here->read(settings), before);
    }

    void theAccessTokenGoesBesideTheLogin()
    {
        QVERIFY(m_here->write(u"config.json"_s, R"({"listen": {"access_token": "a-word-of-my-own"}})"));
        QVERIFY(m_here->write(settings, R"({"env": {"ANTHROPIC_CUSTOM_HEADERS": "X-Team: blue"}})"));
        const auto headers = [this] { return QJsonDocument::fromJson(*m_here->read(settings)).object()["env"_L1]["ANTHROPIC_CUSTOM_HEADERS"_L1].toString(); };
        const Ended connected = run("client connect claude-code --login keep");
        QVERIFY2(connected.exit == 0 && !connected.out.contains(u"a-word"_s), qPrintable(connected.out + connected.err));
        QCOMPARE(headers(), u"X-Team: blue\nx-qcc-token: a-word-of-my-own"_s);
        // It follows another one, and is there once.
        QVERIFY(m_here->write(u"config.json"_s, R"({"listen": {"access_token": "another-word"}})"));
        QCOMPARE(run("client connect claude-code --login keep").exit, 0);
        QCOMPARE(headers(), u"X-Team: blue\nx-qcc-token: another-word"_s);
        QCOMPARE(run("client disconnect claude-code").exit, 0);
        QCOMPARE(headers(), u"X-Team: blue"_s);
        // Codex has no place for it.
        const Ended codex = run("client connect codex --login keep");
        QCOMPARE(codex.exit, 2);
        QVERIFY2(codex.err.contains(u"access token"_s), qPrintable(codex.err));
        QVERIFY(!m_here->read(u"user/.codex/config.toml"_s));
        QVERIFY(!m_here->read(u"config.json"_s)->contains("codex"));
    }

    void codexKeepsItsLogin()
    {
        const QString file = u"user/.codex/config.toml"_s;
        const QByteArray before = "model = \"gpt-5\" # mine\nmodel_provider = \"relay\"\n\n[model_providers.relay]\nname = \"r\"\nbase_url = \"https://relay.example/v1\"\n";
        QVERIFY(m_here->write(file, before));
        QCOMPARE(run("endpoint add work --base-url https://relay.example --api-key k").exit, 0);
        const Ended dry = run("client connect codex --login keep --dry-run");
        QVERIFY2(dry.out.contains(u"Would make the cluster \"codex\""_s), qPrintable(dry.out));
        QCOMPARE(m_here->read(file), before);
        QVERIFY(!m_here->read(u"config.json"_s)->contains("chatgpt"));

        const Ended connected = run("client connect codex --login keep");
        QCOMPARE(connected.exit, 0);
        const QByteArray text = *m_here->read(file);
        QVERIFY2(text.contains("openai_base_url = \"http://127.0.0.1:7860/@codex\"\n") && !text.contains("model_provider = ") && !text.contains("bearer"), text.constData());
        QCOMPARE(m_here->listed(u"codex"_s)["asks"_L1].toString(), u"qcc"_s);
        const auto endpoints = [this] { return m_here->qcc.run("endpoint list codex --json").json()["endpoints"_L1].toArray(); };
        QCOMPARE(endpoints().size(), 1);
        QCOMPARE(endpoints()[0]["base_url"_L1].toString(), u"https://chatgpt.com/backend-api/codex"_s);
        QCOMPARE(endpoints()[0]["auth"_L1].toString(), u"passthrough"_s);
        QVERIFY(run("cluster list").out.contains(u"*  work"_s));

        // What its owner makes of the cluster stays, also when Codex leaves.
        QCOMPARE(run("endpoint edit codex chatgpt --name mine").exit, 0);
        QVERIFY(run("client connect codex --login keep --json").json()["changed"_L1] == QJsonValue(false));
        QCOMPARE(run("client disconnect codex").exit, 0);
        QCOMPARE(m_here->read(file), before);
        QCOMPARE(endpoints().size(), 1);
        QCOMPARE(endpoints()[0]["name"_L1].toString(), u"mine"_s);
    }

    /// As Claude Code would: by its settings to qcc, with a login of its own that expires and is renewed.
    void aKeptLoginReachesItsEndpointAlone()
    {
        ScriptedUpstream plan, relay;
        QVERIFY(plan.listen() && relay.listen());
        plan.setBehaviour([](const Arrived &arrived) {
            if (arrived.header("authorization") == "Bearer made-up-login-that-is-spent")
                return Script().answer(429, "application/json", usedUp, {{"anthropic-ratelimit-unified-status", "rejected"}, {"retry-after", "600"}});
            return arrived.header("authorization") == "Bearer made-up-login-renewed" ? Script() : Script().answer(401, "application/json", expired);
        });
        const quint16 port = freePort();
        QVERIFY(m_here->write(u"config.json"_s, R"({"listen": {"port": )" + QByteArray::number(port) + "}}"));
        QVERIFY(m_here->write(u"user/.claude/.credentials.json"_s, R"({"claudeAiOauth": {"accessToken": "made-up-login-of-yesterday"}})"));
        const auto add = [this](const ScriptedUpstream &upstream, const QStringList &more) {
            return m_here->qcc.run(QStringList{u"endpoint"_s, u"add"_s, u"work"_s, u"--base-url"_s, QString::fromLatin1(upstream.baseUrl())} + more).exit;
        };
        QCOMPARE(add(plan, {u"--name"_s, u"plan"_s, u"--auth"_s, u"passthrough"_s, u"--passthrough-anywhere"_s, u"on"_s}), 0);
        QCOMPARE(add(relay, {u"--name"_s, u"relay"_s, u"--api-key"_s, u"sk-of-the-relay"_s, u"--priority"_s, u"2"_s}), 0);
        const Ended connected = run("client connect claude-code --login keep");
        QVERIFY2(connected.exit == 0 && !connected.err.contains(u"--auth passthrough"_s), qPrintable(connected.err));
        QCOMPARE(run("proxy start").exit, 0);
        const QJsonObject variables = QJsonDocument::fromJson(*m_here->read(settings)).object()["env"_L1].toObject();
        QCOMPARE(variables, (QJsonObject{{u"ANTHROPIC_BASE_URL"_s, u"http://127.0.0.1:%1"_s.arg(port)}}));

        const auto ask = [port](const QByteArray &login) {
            RawClient client;
            client.connectTo(port);
            client.post("/v1/messages", R"({"model":"m","messages":[]})", {{"Authorization", "Bearer " + login}});
            return QTest::qWaitFor([&client] { return client.finished() == 1; }) ? client.response() : RawResponse();
        };
        const RawResponse refused = ask("made-up-login-of-yesterday");
        QCOMPARE(refused.status, 401);
        QCOMPARE(refused.body, expired);
        QCOMPARE(plan.arrivedCount(), 1);
        QCOMPARE(ask("made-up-login-renewed").status, 200);
        QCOMPARE(plan.arrivedCount(), 2);
        QCOMPARE(relay.arrivedCount(), 0);
        // Where that plan is used up the relay takes over, by its own key.
        QCOMPARE(ask("made-up-login-that-is-spent").status, 200);
        QCOMPARE(relay.arrivedCount(), 1);
        for (const auto &[name, value] : relay.arrivedAt(0).headers)
            QVERIFY2(!value.contains("made-up"), name.constData());
        QVERIFY(relay.arrivedAt(0).header("authorization") == "Bearer sk-of-the-relay");
        // Nor does anything that is kept.
        QCOMPARE(run("proxy stop").exit, 0);
        QDirIterator files(m_here->qcc.home(), QDir::Files | QDir::Hidden | QDir::System, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            const QString path = files.next();
            QFile file(path);
            if (!path.endsWith(u".credentials.json"_s))
                QVERIFY2(file.open(QIODevice::ReadOnly) && !file.readAll().contains("made-up-login"), qPrintable(path));
        }
    }

    void othersHaveNoLoginToKeep()
    {
        for (const char *client : {"gemini-cli", "opencode", "qwen-code"}) {
            const Ended refused = m_here->qcc.run({u"client"_s, u"connect"_s, QString::fromLatin1(client), u"--login"_s, u"keep"_s});
            QVERIFY2(refused.exit == 2 && refused.err.contains(u"has no login that qcc could pass on"_s), qPrintable(refused.err));
        }
        QCOMPARE(run("client connect codex --login what").exit, 2);
    }

    void allGoAtOnce()
    {
        for (const char *client : {"claude-code", "codex", "gemini-cli", "opencode", "qwen-code"})
            QCOMPARE(m_here->qcc.run({u"client"_s, u"connect"_s, QString::fromLatin1(client)}).exit, 0);
        // What somebody has changed since stays, and is said.
        QVERIFY(m_here->write(settings, m_here->read(settings)->replace("\"qcc\"", "\"sk-mine\"")));
        const Ended back = run("client disconnect --all");
        QCOMPARE(back.exit, 0);
        QVERIFY2(back.err.contains(u"env.ANTHROPIC_AUTH_TOKEN in "_s), qPrintable(back.err));
        QCOMPARE(*m_here->read(settings), "{\n  \"env\": {\n    \"ANTHROPIC_AUTH_TOKEN\": \"sk-mine\"\n  }\n}\n"_ba);
        for (const char *file : {".codex/config.toml", ".gemini/.env", ".gemini/settings.json", ".config/opencode/opencode.json", ".qwen/settings.json"})
            QVERIFY2(!m_here->read(u"user/"_s + QLatin1String(file)), file);
        QVERIFY(run("client disconnect --all").out.contains(u"No client is connected."_s));
        // One that cannot be put back does not hold up the others.
        QCOMPARE(run("client connect codex").exit, 0);
        QCOMPARE(run("client connect claude-code").exit, 0);
        QVERIFY(m_here->write(settings, "{"));
        const Ended some = run("client disconnect --all --json");
        QCOMPARE(some.exit, 1);
        QVERIFY(some.err.contains(u"settings.json stays as it is: line 1 is not valid JSON."_s));
        QVERIFY(!m_here->read(u"user/.codex/config.toml"_s));
        QVERIFY(m_here->read(u"clients.json"_s)->contains("claude-code"));
    }

    void whatIsAwayKeepsItsWayBack()
    {
        const QByteArray before = QByteArray("{\"env\": {\"ANTHROPIC_API_KEY\": \"") + secret.data() + "\"}}";
        QVERIFY(m_here->write(settings, before));
        QCOMPARE(run("client connect claude-code").exit, 0);
        QDir home(m_here->qcc.file(u"user"_s));
        QVERIFY(home.rename(u".claude"_s, u".away"_s));
        const Ended away = run("client disconnect --all");
        QCOMPARE(away.exit, 1);
        QVERIFY2(away.err.contains(u"settings.json is not there."_s) && away.out.contains(u"Nothing of Claude Code was changed."_s), qPrintable(away.err + away.out));
        QVERIFY(home.rename(u".away"_s, u".claude"_s));
        QCOMPARE(run("client disconnect --all").exit, 0);
        QCOMPARE(m_here->read(settings), before);
        // Gone for good.
        QCOMPARE(run("client connect claude-code").exit, 0);
        QVERIFY(QFile::remove(m_here->qcc.file(settings)));
        QVERIFY(run("client disconnect claude-code --forget").out.contains(u"is forgotten"_s));
        QVERIFY(run("client disconnect --all").out.contains(u"No client is connected."_s));
    }

    /// One that was led here before, by hand or by a ledger that is gone, is not said to be free.
    void whoStillAsksIsSaidToDoSo()
    {
        QVERIFY(m_here->write(settings, "{\"env\": {\"ANTHROPIC_BASE_URL\": \"http:\\/\\/127.0.0.1:7860\"}}"));
        QCOMPARE(run("client connect claude-code").exit, 0);
        const Ended back = run("client disconnect claude-code");
        QVERIFY2(back.err.contains(u"It still asks qcc, by "_s), qPrintable(back.err));
    }

    void refusesWhatMakesNoSense_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QString>("says");
        QTest::newRow("nobody") << u"client connect"_s << u"NAME"_s;
        QTest::newRow("an unknown one") << u"client connect claude"_s << u"Did you mean \"claude-code\"?"_s;
        QTest::newRow("one of variables alone") << u"client connect openai-sdk"_s << u"NAME must be one of"_s;
        QTest::newRow("another's option") << u"client connect codex --hints"_s << u"Codex knows no such option."_s;
        QTest::newRow("an unknown class") << u"client connect claude-code --model huge=x"_s << u"There is no class of models \"huge\"."_s;
        QTest::newRow("no model") << u"client connect claude-code --model opus=\t"_s << u"is no name of a model"_s;
        QTest::newRow("nobody to disconnect") << u"client disconnect"_s << u"Name a client, or say --all."_s;
        QTest::newRow("both") << u"client disconnect codex --all"_s << u"Name a client, or say --all."_s;
        QTest::newRow("an unknown shell") << u"client env codex --shell csh"_s << u"sh, fish, powershell, cmd"_s;
    }
    void refusesWhatMakesNoSense()
    {
        QFETCH(QString, line);
        QFETCH(QString, says);
        const Ended ended = m_here->qcc.run(line.split(u' '));
        QCOMPARE(ended.exit, 2);
        QVERIFY2(ended.err.contains(says), qPrintable(ended.err));
        QVERIFY(!m_here->read(u"clients.json"_s));
    }

    void printsVariables_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QString>("out");
        QTest::newRow("its own shell") << u"client env claude-code"_s << u"export ANTHROPIC_BASE_URL='http://127.0.0.1:7860'\nexport ANTHROPIC_AUTH_TOKEN='qcc'\n"_s;
        QTest::newRow("fish") << u"client env gemini-cli --shell fish"_s << u"set -gx GOOGLE_GEMINI_BASE_URL 'http://127.0.0.1:7860'\nset -gx GEMINI_API_KEY 'qcc'\n"_s;
        QTest::newRow("powershell") << u"client env openai-sdk --shell powershell"_s << u"$env:OPENAI_BASE_URL = 'http://127.0.0.1:7860/v1'\n$env:OPENAI_API_KEY = 'qcc'\n"_s;
        QTest::newRow("cmd") << u"client env qwen-code --shell cmd"_s << u"set \"OPENAI_BASE_URL=http://127.0.0.1:7860/v1\"\nset \"OPENAI_API_KEY=qcc\"\n"_s;
    }
    void printsVariables()
    {
        QFETCH(QString, line);
        QFETCH(QString, out);
        QCOMPARE(m_here->qcc.run(line.split(u' ')).out, out);
    }

    void whoReadsNoVariableSaysSo()
    {
        const Ended ended = run("client env codex");
        QCOMPARE(ended.exit, 1);
        QVERIFY(ended.err.contains(u"qcc client connect codex"_s));
    }

#ifdef Q_OS_UNIX
    /// Killed at any moment, it leaves whole files and a way back to the very bytes that were there.
    void mayBeKilledAtAnyMoment()
    {
        const QByteArray env = "A=1\r\n# mine\r\n", json = "{\r\n\t\"security\": {\"folderTrust\": {\"enabled\": true}}, // mine\r\n}\r\n";
        const QString envFile = u"user/.gemini/.env"_s, jsonFile = u"user/.gemini/settings.json"_s;
        QVERIFY(m_here->write(envFile, env));
        QVERIFY(m_here->write(jsonFile, json));
        QElapsedTimer clock;
        clock.start();
        QCOMPARE(run("client connect gemini-cli").exit, 0);
        const auto connected = std::pair(*m_here->read(envFile), *m_here->read(jsonFile));
        QCOMPARE(run("client disconnect gemini-cli").exit, 0);
        // A run of each took so long.
        const int longest = static_cast<int>(clock.nsecsElapsed() / 1'000 / 2);
        QRandomGenerator random(7);
        int killed = 0;
        for (int i = 0; i < 500; ++i) {
            QProcess process;
            QSignalSpy finished(&process, &QProcess::finished);
            m_here->qcc.start(process, {u"client"_s, i % 3 ? u"connect"_s : u"disconnect"_s, u"gemini-cli"_s});
            QVERIFY(process.waitForStarted());
            const QDeadlineTimer moment(std::chrono::microseconds(random.bounded(longest)), Qt::PreciseTimer);
            // The moment is the very thing that is tried.
            while (!moment.hasExpired() && process.state() != QProcess::NotRunning)
                process.waitForFinished(0);
            process.kill();
            QVERIFY(process.state() == QProcess::NotRunning || process.waitForFinished());
            killed += process.exitStatus() == QProcess::CrashExit;
            const QByteArray nowEnv = *m_here->read(envFile), nowJson = *m_here->read(jsonFile);
            QVERIFY2(nowEnv == env || nowEnv == connected.first, nowEnv.constData());
            QVERIFY2(nowJson == json || nowJson == connected.second, nowJson.constData());
            if (i % 10 == 9) {
                const Ended back = run("client disconnect --all");
                QVERIFY2(back.exit == 0 && back.err.isEmpty(), qPrintable(back.err));
                QCOMPARE(*m_here->read(envFile), env);
                QCOMPARE(*m_here->read(jsonFile), json);
            }
        }
        QVERIFY2(killed > 200, qPrintable(QString::number(killed)));
        // Nothing is left beside the files.
        QCOMPARE(QDir(m_here->qcc.file(u"user/.gemini"_s)).entryList(QDir::Files | QDir::Hidden | QDir::NoDotAndDotDot), QStringList({u".env"_s, u"settings.json"_s}));
    }
#endif

private:
    Ended run(const char *line) const { return m_here->qcc.run(line); }

    std::unique_ptr<Fixture> m_here;
};

QTEST_MAIN(CliClientTest)
#include "tst_cliclient.moc"
