#include "core/clients/clientconnection.h"
#include "core/config/paths.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace qcc;
using namespace Qt::StringLiterals;

namespace {

constexpr auto Json = SettingsFormat::Json;
constexpr auto Toml = SettingsFormat::Toml;
constexpr auto Env = SettingsFormat::Env;
const QString address = u"http://127.0.0.1:7860"_s;
const QDateTime now = QDateTime(QDate(2026, 11, 30), QTime(12, 0), Qt::UTC);

/// A settings file as somebody may have written it.
class Generator
{
public:
    explicit Generator(quint32 seed) : m_random(seed) { }

    QByteArray json()
    {
        if (one(20))
            return m_random.bounded(2) ? QByteArray() : QByteArray(" \n");
        m_newline = one(3) ? "\r\n" : "\n";
        m_indent = QByteArrayList{"  ", "    ", "\t", "", " "}.at(m_random.bounded(5));
        const bool isFlat = one(4);
        QByteArray text = object(0, isFlat) + (one(2) ? QByteArray() : m_newline);
        return (one(5) ? "\xEF\xBB\xBF"_ba : ""_ba) + trivia(isFlat) + text + (one(4) ? trivia(isFlat) : QByteArray());
    }

    QByteArray toml()
    {
        if (one(20))
            return {};
        m_newline = one(3) ? "\r\n" : "\n";
        QByteArray text = one(5) ? "\xEF\xBB\xBF"_ba : ""_ba;
        if (one(2))
            text += "# mine: [no] table = \"here\"" + m_newline + (one(2) ? m_newline : QByteArray());
        const auto lines = [&](const QByteArrayList &own) {
            for (const QByteArray &line : own) {
                if (m_random.bounded(2))
                    text += (one(4) ? "  "_ba : ""_ba) + line + (one(4) ? " # why" : "") + m_newline + (one(5) ? m_newline : QByteArray());
            }
        };
        lines({"model = \"gpt-5-codex\"", "approval_policy='on-request'", "notify = [ \"a\",", "x.y.z = 1979-05-27T07:32:00Z", "\"quoted key\" = \"\"\"two", "model_provider = \"relay\""});
        text.replace("notify = [ \"a\"," + m_newline, "notify = [ \"a\"," + m_newline + "  \"b\" ]" + m_newline).replace("notify = [ \"a\", # why", "notify = [ \"a\", # why" + m_newline + " 'b' ]");
        text.replace("\"\"\"two", "\"\"\"two" + m_newline + "[not.a.table]\"\"\"");
        if (one(2)) {
            text += "[model_providers.relay]" + m_newline;
            lines({"name = \"\xC3\xA9\"", "base_url = 'https://relay.example/v1'", "http_headers = { \"a\" = \"b\" }"});
        }
        if (one(3)) {
            text += "[projects.\"/home/me\"]" + m_newline;
            lines({"trust_level = \"trusted\""});
        }
        if (one(4))
            text += "[[hooks]]" + m_newline + "run = 'x'" + m_newline;
        if (one(3))
            text = text.trimmed();
        return text;
    }

    QByteArray env()
    {
        if (one(20))
            return {};
        m_newline = one(3) ? "\r\n" : "\n";
        QByteArray text = one(5) ? "\xEF\xBB\xBF"_ba : ""_ba;
        const QByteArrayList lines{"# GEMINI_API_KEY=no", "GEMINI_API_KEY=AIzaOld", "export GOOGLE_GEMINI_BASE_URL = 'https://old.example' # why", "A=1", "B=\"two" + m_newline + "GEMINI_API_KEY=within\"", "", "not a line", "C="};
        for (int i = m_random.bounded(8); i > 0; --i)
            text += lines.at(m_random.bounded(int(lines.size()))) + m_newline;
        return one(3) ? text.trimmed() : text;
    }

private:
    bool one(int of) { return m_random.bounded(of) == 0; }

    QByteArray trivia(bool isFlat)
    {
        switch (m_random.bounded(8)) {
        case 0: return "/* { \"env\": */";
        case 1: return isFlat ? QByteArray(" ") : "// \"env\": {" + m_newline;
        case 2: return "  ";
        case 3: return isFlat ? QByteArray() : m_newline;
        default: return {};
        }
    }

    QByteArray object(int depth, bool isFlat)
    {
        QByteArrayList names{"model", "env", "permissions", "h\\u00e9", "provider", "security"};
        if (depth == 1)
            names = {"ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "OTHER", "auth", "anthropic", "\\\"}{"};
        if (depth > 1)
            names = {"selectedType", "options", "x", "y"};
        const QByteArray inner = isFlat ? ""_ba : m_newline + m_indent.repeated(depth + 1), outer = isFlat ? ""_ba : m_newline + m_indent.repeated(depth);
        QByteArray text = "{" + (one(6) ? trivia(isFlat) : QByteArray());
        bool isFirst = true;
        for (const QByteArray &name : std::as_const(names)) {
            if (m_random.bounded(2))
                continue;
            const bool isObject = QByteArrayList{"env", "permissions", "provider", "security", "auth", "anthropic", "options"}.contains(name);
            const QByteArray value = isObject ? depth < 3 ? object(depth + 1, isFlat) : "{}"_ba : QByteArrayList{"\"te\\\"xt\"", "12.5e3", "true", "null", "[1, {\"a\": 2}]"}.at(m_random.bounded(5));
            text += (isFirst ? ""_ba : ","_ba) + (one(8) ? trivia(isFlat) : QByteArray()) + inner + '"' + name + '"' + (one(5) ? " : " : ":") + (one(2) ? " " : "") + value;
            isFirst = false;
        }
        return text + (!isFirst && one(6) ? "," : "") + (one(8) ? trivia(isFlat) : QByteArray()) + outer + '}';
    }

    QRandomGenerator m_random;
    QByteArray m_newline = "\n", m_indent = "  ";
};

} // namespace

class ClientConnectionTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_where = {};
        m_where.places.claude = path(u"claude"_s);
        m_where.places.codex = path(u"codex"_s);
        m_where.places.gemini = path(u"gemini"_s);
        m_where.openCode = path(u"opencode"_s);
        m_where.qwen = path(u"qwen"_s);
        m_paths = std::make_unique<Paths>(path(u"home"_s));
    }

    void everyClientComesAndGoes_data() { clients(); }
    void everyClientComesAndGoes()
    {
        QFETCH(ClientProgram, client);
        const ClientPlan plan = connected(client);
        QVERIFY(plan.changes());
        QVERIFY(!plan.known);
        for (const FileChange &change : plan.files) {
            QCOMPARE(textAt(change.path), change.after);
            // There is a key in it.
            QVERIFY(!(QFileInfo(change.path).permissions() & (QFileDevice::ReadGroup | QFileDevice::ReadOther)));
        }
        // What the client says of itself.
        const QList<ClientState> states = clientStates(m_where, *readLedger(*m_paths), address, {});
        const auto state = std::ranges::find(states, client, &ClientState::client);
        QVERIFY(state != states.end());
        QCOMPARE(state->connection, ClientState::Connection::Here);
        QCOMPARE(state->since, now);
        QVERIFY(state->address.startsWith(address));
        // Once more changes nothing.
        QVERIFY(!connected(client).changes());
        const ClientPlan back = disconnected(client);
        QCOMPARE(back.leftAlone.size(), 0);
        for (const FileChange &change : plan.files)
            QVERIFY2(!QFileInfo::exists(change.path), qPrintable(change.path));
        QVERIFY(readLedger(*m_paths)->isEmpty());
        QCOMPARE(planDisconnect(client, {}).error().code, ErrorCode::NotFound);
    }

    /// Comments, odd spacing, unknown keys, CRLF, marks, empty ones: connecting and disconnecting gives every byte back.
    void everyByteComesBack_data() { clients(); }
    void everyByteComesBack()
    {
        QFETCH(ClientProgram, client);
        int changed = 0;
        for (quint32 seed = 0; seed < 200; ++seed) {
            const QList<WishedFile> files = wishesFor(client, m_where, address, u"qcc"_s);
            QHash<QString, QByteArray> before;
            for (const WishedFile &file : files) {
                Generator generator(seed * 7 + static_cast<quint32>(client));
                before.insert(file.path, file.format == Json ? generator.json() : file.format == Toml ? generator.toml() : generator.env());
                put(file.path, before.value(file.path));
            }
            const Result<ClientPlan> plan = planConnect(client, files, *readLedger(*m_paths), now);
            if (!plan) {
                // Refused as it stands: nothing is touched.
                QVERIFY2(plan.error().message.contains(u"stays as it is"_s), qPrintable(plan.error().message));
                continue;
            }
            QVERIFY(carryOut(*plan, *m_paths));
            for (const WishedFile &file : files) {
                for (const WishedValue &value : file.values)
                    QCOMPARE(*valueIn(file.format, *textAt(file.path), value.path), value.value);
            }
            changed += plan->changes();
            // Connected once more, to another port, the way back is the same.
            const Result<ClientPlan> other = planConnect(client, wishesFor(client, m_where, u"http://127.0.0.1:7999"_s, u"qcc"_s), *readLedger(*m_paths), now);
            QVERIFY(other);
            if (seed % 2)
                QVERIFY(carryOut(*other, *m_paths));
            const ClientPlan back = disconnected(client);
            QCOMPARE(back.leftAlone.size(), 0);
            for (auto each = before.begin(); each != before.end(); ++each)
                QVERIFY2(textAt(each.key()) == each.value(), qPrintable(u"seed %1\n%2\nbecame\n%3"_s.arg(seed).arg(QString::fromUtf8(each.value()), QString::fromUtf8(textAt(each.key()).value_or("no file")))));
        }
        QVERIFY2(changed > 150, qPrintable(QString::number(changed)));
    }

    /// Somebody else's edits in between survive, and ours go all the same.
    void othersMayEditInBetween_data()
    {
        QTest::addColumn<ClientProgram>("client");
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<QByteArray>("from");
        QTest::addColumn<QByteArray>("to");
        QTest::addColumn<QByteArray>("after");
        QTest::addColumn<QStringList>("left");
        const auto row = [](const char *name, ClientProgram client, const QByteArray &before, const QByteArray &from, const QByteArray &to, const QByteArray &after, const QStringList &left = {}) {
            QTest::newRow(name) << client << before << from << to << after << left;
        };
        const auto Claude = ClientProgram::ClaudeCode;
        row("a key is added", Claude, "{\n  \"model\": \"opus\"\n}\n", "\"model\": \"opus\"", "\"model\": \"haiku\",\n  \"theme\": \"dark\"", "{\n  \"model\": \"haiku\",\n  \"theme\": \"dark\"\n}\n");
        row("a variable is added behind ours", Claude, "{\n  \"env\": {\n    \"A\": \"1\"\n  }\n}\n", "\"ANTHROPIC_AUTH_TOKEN\": \"qcc\"", "\"ANTHROPIC_AUTH_TOKEN\": \"qcc\",\n    \"B\": \"2\"",
            "{\n  \"env\": {\n    \"A\": \"1\",\n    \"B\": \"2\"\n  }\n}\n");
        row("our key is another now", Claude, "{}", "\"qcc\"", "\"sk-own\"", "{\n  \"env\": {\n    \"ANTHROPIC_AUTH_TOKEN\": \"sk-own\"\n  }\n}", {u"ANTHROPIC_AUTH_TOKEN"_s});
        row("the other key comes back", Claude, "{\"env\": {\"ANTHROPIC_API_KEY\": \"sk-old\"}, \"a\": 1}", "\"a\": 1", "\"a\": 2", "{\"env\": {\"ANTHROPIC_API_KEY\": \"sk-old\"}, \"a\": 2}");
        row("codex trusts a project", ClientProgram::Codex, "model = \"o\"\n", "model = \"o\"\n", "model = \"o\"\n[projects.\"/a\"]\ntrust_level = \"trusted\"\n",
            "model = \"o\"\n[projects.\"/a\"]\ntrust_level = \"trusted\"\n");
        row("codex changes its provider", ClientProgram::Codex, "model_provider = \"relay\"\n", "model_provider = \"qcc\"", "model_provider = \"other\"", "model_provider = \"other\"\n", {u"model_provider"_s});
        row("qwen writes its version", ClientProgram::QwenCode, "{\n  \"ui\": {\n    \"theme\": \"x\"\n  }\n}", "\"theme\": \"x\"\n  }", "\"theme\": \"x\"\n  },\n  \"$version\": 4",
            "{\n  \"ui\": {\n    \"theme\": \"x\"\n  },\n  \"$version\": 4\n}");
    }
    void othersMayEditInBetween()
    {
        QFETCH(ClientProgram, client);
        QFETCH(QByteArray, before);
        QFETCH(QByteArray, from);
        QFETCH(QByteArray, to);
        QFETCH(QByteArray, after);
        QFETCH(QStringList, left);
        const QString file = wishesFor(client, m_where, address, u"qcc"_s).constFirst().path;
        put(file, before);
        connected(client);
        QByteArray text = *textAt(file);
        QVERIFY2(text.contains(from), text.constData());
        put(file, text.replace(from, to));
        const ClientPlan back = disconnected(client);
        QCOMPARE(QString::fromUtf8(*textAt(file)), QString::fromUtf8(after));
        QStringList alone;
        for (const LeftAlone &each : back.leftAlone)
            alone << each.key.constLast();
        QCOMPARE(alone, left);
        QVERIFY(readLedger(*m_paths)->isEmpty());
    }

    void oneKeyNeverTwo()
    {
        const QString file = m_where.places.claude + u"/settings.json"_s;
        put(file, "{\"env\":{\"ANTHROPIC_API_KEY\":\"sk-ant-secret-0123456789\"}}");
        const ClientPlan plan = connected(ClientProgram::ClaudeCode);
        QVERIFY(!textAt(file)->contains("ANTHROPIC_API_KEY"));
        // Shown are the lines, not the keys.
        const QString lines = changedLines(plan.files.constFirst()).join(u'\n');
        QVERIFY(lines.startsWith(u"@@ line 1\n-{\"env\":{\"ANTHROPIC_API_KEY\":\"***\"}}\n+"_s));
        QVERIFY2(!lines.contains(u"secret"_s), qPrintable(lines));
        disconnected(ClientProgram::ClaudeCode);
        QVERIFY(textAt(file)->contains("sk-ant-secret-0123456789"));
    }

    void extrasAreThereWhenAskedFor()
    {
        ClientExtras extras{true, true, {{u"opus"_s, u"big"_s}, {u"subagent"_s, u"small"_s}}, false};
        const QList<WishedFile> files = wishesFor(ClientProgram::ClaudeCode, m_where, address, u"qcc"_s, extras);
        const Result<ClientPlan> plan = planConnect(ClientProgram::ClaudeCode, files, {}, now);
        QVERIFY(plan && carryOut(*plan, *m_paths));
        const QJsonObject env = QJsonDocument::fromJson(*textAt(files.constFirst().path)).object()["env"_L1].toObject();
        QCOMPARE(env, QJsonObject({{u"ANTHROPIC_BASE_URL"_s, address}, {u"ANTHROPIC_AUTH_TOKEN"_s, u"qcc"_s}, {u"CLAUDE_CODE_GATEWAY_HINT_HEADERS"_s, u"1"_s}, {u"ENABLE_TOOL_SEARCH"_s, u"true"_s},
                                   {u"ANTHROPIC_DEFAULT_OPUS_MODEL"_s, u"big"_s}, {u"CLAUDE_CODE_SUBAGENT_MODEL"_s, u"small"_s}}));
        // Without them they go again.
        connected(ClientProgram::ClaudeCode);
        QVERIFY(!textAt(files.constFirst().path)->contains("HINT"));
    }

    void noTokenEndsItsQuotes_data()
    {
        QTest::addColumn<Shell>("shell");
        QTest::addColumn<QString>("line");
        QTest::newRow("sh") << Shell::Sh << u"export A='a'\\''b\\' B='c'"_s;
        QTest::newRow("fish") << Shell::Fish << u"set -gx A 'a\\'b\\\\'; set -gx B 'c'"_s;
        QTest::newRow("powershell") << Shell::PowerShell << u"$env:A = 'a''b\\'; $env:B = 'c'"_s;
        QTest::newRow("cmd") << Shell::Cmd << u"set \"A=a'b\\\" & set \"B=c\""_s;
    }
    void noTokenEndsItsQuotes()
    {
        QFETCH(Shell, shell);
        QFETCH(QString, line);
        QCOMPARE(environmentLine(shell, {{u"A"_s, u"a'b\\"_s}, {u"B"_s, u"c"_s}}), line);
    }

    void linksAreFollowedAndModesStay()
    {
        const QString file = m_where.places.claude + u"/settings.json"_s, real = path(u"dotfiles/claude.json"_s);
        put(real, "{}\n");
        QVERIFY(QDir().mkpath(m_where.places.claude));
        QVERIFY(QFile::setPermissions(real, QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ReadGroup));
        QVERIFY(QFile::link(real, file));
        connected(ClientProgram::ClaudeCode);
        QVERIFY(QFileInfo(file).isSymLink());
        QVERIFY(textAt(real)->contains("ANTHROPIC_BASE_URL"));
        QCOMPARE(QFileInfo(real).permissions() & (QFileDevice::ReadGroup | QFileDevice::ReadOther), QFileDevice::ReadGroup);
        disconnected(ClientProgram::ClaudeCode);
        QVERIFY(QFileInfo(file).isSymLink());
        QCOMPARE(*textAt(real), "{}\n");
    }

    void aReadOnlyFileStaysAndSaysSo()
    {
        const QString file = m_where.places.claude + u"/settings.json"_s;
        put(file, "{}\n");
        QVERIFY(QFile::setPermissions(file, QFileDevice::ReadOwner));
        if (QFileInfo(file).isWritable())
            QSKIP("root may write everything");
        const Result<ClientPlan> plan = planConnect(ClientProgram::ClaudeCode, wishesFor(ClientProgram::ClaudeCode, m_where, address, u"qcc"_s), {}, now);
        QVERIFY(plan);
        const Result<void> done = carryOut(*plan, *m_paths);
        QVERIFY(!done);
        QVERIFY2(done.error().message.contains(file) && done.error().message.contains(u"read-only"_s), qPrintable(done.error().message));
        QCOMPARE(*textAt(file), "{}\n");
        // And disconnecting after that finds nothing to do.
        QVERIFY(!disconnected(ClientProgram::ClaudeCode).changes());
    }

    void whatIsNotUnderstoodStays_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("why");
        QTest::newRow("cut off") << "{\n  \"env\": {"_ba << u"line 2 is not valid JSON"_s;
        QTest::newRow("no object") << "[]"_ba << u"it is no JSON object"_s;
        QTest::newRow("env is none") << "{\"env\": []}"_ba << u"\"env\" in it is no object"_s;
        QTest::newRow("huge") << QByteArray(17 * 1024 * 1024, ' ') << u"larger"_s;
    }
    void whatIsNotUnderstoodStays()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, why);
        const QString file = m_where.places.claude + u"/settings.json"_s;
        put(file, text);
        const Result<ClientPlan> plan = planConnect(ClientProgram::ClaudeCode, wishesFor(ClientProgram::ClaudeCode, m_where, address, u"qcc"_s), {}, now);
        QVERIFY(!plan);
        QVERIFY2(plan.error().message.startsWith(file) && plan.error().message.contains(why), qPrintable(plan.error().message));
        QVERIFY(!QFileInfo::exists(m_paths->clients()));
    }

    void aLargeFileIsNoTrouble()
    {
        const QString file = m_where.places.claude + u"/settings.json"_s;
        QByteArray large = "{\n";
        for (int i = 0; large.size() < 4 * 1024 * 1024; ++i)
            large += "  \"key" + QByteArray::number(i) + "\": [1, 2, {\"a\": \"b\"}], // why\n";
        put(file, large + "}\n");
        connected(ClientProgram::ClaudeCode);
        disconnected(ClientProgram::ClaudeCode);
        QCOMPARE(*textAt(file), large + "}\n");
    }

    /// A kill between the ledger and the file, and between two files.
    void itMayEndBetweenTwoWrites()
    {
        const QString env = m_where.places.gemini + u"/.env"_s, settings = m_where.places.gemini + u"/settings.json"_s;
        put(env, "A=1\n");
        put(settings, "{\"a\": 1}");
        const QList<WishedFile> files = wishesFor(ClientProgram::GeminiCli, m_where, address, u"qcc"_s);
        const Result<ClientPlan> plan = planConnect(ClientProgram::GeminiCli, files, {}, now);
        QVERIFY(plan);
        QVERIFY(writeLedger(*m_paths, {{ClientProgram::GeminiCli, *plan->entry}}));
        put(env, *plan->files.constFirst().after);
        QVERIFY(disconnected(ClientProgram::GeminiCli).leftAlone.isEmpty());
        QCOMPARE(*textAt(env), "A=1\n");
        QCOMPARE(*textAt(settings), "{\"a\": 1}");
        // The same where it is connected anew, to another port: what the first one wrote is ours, too.
        connected(ClientProgram::GeminiCli);
        const Result<ClientPlan> anew = planConnect(ClientProgram::GeminiCli, wishesFor(ClientProgram::GeminiCli, m_where, u"http://127.0.0.1:7999"_s, u"qcc"_s), *readLedger(*m_paths), now);
        QVERIFY(anew);
        QVERIFY(writeLedger(*m_paths, {{ClientProgram::GeminiCli, *anew->entry}}));
        QVERIFY(disconnected(ClientProgram::GeminiCli).leftAlone.isEmpty());
        QCOMPARE(*textAt(env), "A=1\n");
        QCOMPARE(*textAt(settings), "{\"a\": 1}");
    }

    void whatAKillLeavesIsTakenAway()
    {
        put(m_where.places.claude + u"/settings.json"_s, "{}");
        connected(ClientProgram::ClaudeCode);
        const QString leftover = m_where.places.claude + u"/settings.json.qcc-new"_s;
        put(leftover, "{\"env\"");
        put(m_where.places.claude + u"/settings.json"_s, "{}");
        // Anybody's own.
        const QString others = m_where.places.claude + u"/settings.json.new"_s;
        put(others, "mine");
        QVERIFY(!disconnected(ClientProgram::ClaudeCode).changes());
        QVERIFY(!QFileInfo::exists(leftover));
        QVERIFY(QFileInfo::exists(others));
    }

    void whoChangesTheFileMeanwhileIsNotOverruled()
    {
        const QString file = m_where.places.claude + u"/settings.json"_s;
        put(file, "{}");
        const Result<ClientPlan> plan = planConnect(ClientProgram::ClaudeCode, wishesFor(ClientProgram::ClaudeCode, m_where, address, u"qcc"_s), {}, now);
        QVERIFY(plan);
        put(file, "{\"new\": 1}");
        QVERIFY(!carryOut(*plan, *m_paths));
        QCOMPARE(*textAt(file), "{\"new\": 1}");
        // Nothing was connected, and nobody says so.
        QVERIFY(readLedger(*m_paths)->isEmpty());
    }

    void whatCannotBeWrittenIsNotConnected()
    {
        const QString file = m_where.places.claude + u"/settings.json"_s;
        put(file, "{}");
        // The next text cannot be laid beside the old one.
        put(file + u".qcc-new/in the way"_s, "x");
        const Result<ClientPlan> plan = planConnect(ClientProgram::ClaudeCode, wishesFor(ClientProgram::ClaudeCode, m_where, address, u"qcc"_s), {}, now);
        QVERIFY(plan && !carryOut(*plan, *m_paths));
        QCOMPARE(*textAt(file), "{}");
        QVERIFY(readLedger(*m_paths)->isEmpty());
    }

    /// What was there before comes back also where a second connecting wanted less, and was cut off.
    void aCutOffReconnectForgetsNothing_data()
    {
        QTest::addColumn<bool>("isKilled");
        QTest::newRow("by a kill") << true;
        QTest::newRow("by a full disk") << false;
    }
    void aCutOffReconnectForgetsNothing()
    {
        QFETCH(bool, isKilled);
        const QByteArray before = "{\n  \"env\": {\n    \"ANTHROPIC_BASE_URL\": \"http://127.0.0.1:7999\",\n    \"ANTHROPIC_DEFAULT_OPUS_MODEL\": \"mine\"\n  }\n}\n";
        const QString file = m_where.places.claude + u"/settings.json"_s;
        put(file, before);
        const auto wishes = [this](const QString &where, const QString &model) {
            return wishesFor(ClientProgram::ClaudeCode, m_where, where, u"qcc"_s, model.isEmpty() ? ClientExtras() : ClientExtras{false, false, {{u"opus"_s, model}}, false});
        };
        const Result<ClientPlan> first = planConnect(ClientProgram::ClaudeCode, wishes(address, u"other"_s), {}, now);
        QVERIFY(first && carryOut(*first, *m_paths));
        // Without the model, and to what was its address before.
        const Result<ClientPlan> second = planConnect(ClientProgram::ClaudeCode, wishes(u"http://127.0.0.1:7999"_s, {}), *readLedger(*m_paths), now);
        QVERIFY(second);
        if (isKilled) {
            QVERIFY(writeLedger(*m_paths, {{ClientProgram::ClaudeCode, *second->entry}}));
        } else {
            put(file + u".qcc-new/in the way"_s, "x");
            QVERIFY(!carryOut(*second, *m_paths));
            QVERIFY(QDir(file + u".qcc-new"_s).removeRecursively());
        }
        QVERIFY(extrasIn(ClientProgram::ClaudeCode, readLedger(*m_paths)->value(ClientProgram::ClaudeCode)).models.isEmpty() == isKilled);
        QCOMPARE(disconnected(ClientProgram::ClaudeCode).leftAlone.size(), 0);
        QCOMPARE(QString::fromUtf8(*textAt(file)), QString::fromUtf8(before));
    }

    /// Whatever way a secret stands in a line that changes.
    void noSecretIsShown_data()
    {
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<QByteArray>("from");
        QTest::addColumn<QByteArray>("to");
        QTest::newRow("with escapes") << "{\"env\": {\"ANTHROPIC_API_KEY\": \"abc\\/def\\u0041SECRET\"}}"_ba << ""_ba << ""_ba;
        QTest::newRow("put there since") << "{\n  \"env\": {\n    \"A\": \"1\"\n  }\n}"_ba << "\"ANTHROPIC_AUTH_TOKEN\": \"qcc\""_ba << "\"ANTHROPIC_AUTH_TOKEN\": \"my-own-SECRET\""_ba;
        QTest::newRow("of others, in one line") << "{\"env\": {\"GITHUB_TOKEN\":\"ghp_SECRET\", \"db_password\" : 'SECRET', \"X\": \"sk-ant-api03-SECRET0123456789\"}}"_ba.replace('\'', '"') << ""_ba << ""_ba;
    }
    void noSecretIsShown()
    {
        QFETCH(QByteArray, before);
        QFETCH(QByteArray, from);
        QFETCH(QByteArray, to);
        const QString file = m_where.places.claude + u"/settings.json"_s;
        put(file, before);
        const auto shown = [](const ClientPlan &plan) { return changedLines(plan.files.constFirst()).join(u'\n'); };
        const QString connecting = shown(connected(ClientProgram::ClaudeCode));
        QVERIFY2(connecting.contains(u"+"_s) && !connecting.contains(u"SECRET"_s), qPrintable(connecting));
        // No secret: where none is asked for.
        QVERIFY2(connecting.contains(u"\"ANTHROPIC_AUTH_TOKEN\": \"qcc\""_s), qPrintable(connecting));
        put(file, textAt(file)->replace(from, to));
        // Another token in the place of an older one.
        const Result<ClientPlan> anew = planConnect(ClientProgram::ClaudeCode, wishesFor(ClientProgram::ClaudeCode, m_where, address, u"SECRET-long-1"_s), *readLedger(*m_paths), now);
        QVERIFY(anew && carryOut(*anew, *m_paths));
        QVERIFY2(!shown(*anew).contains(u"SECRET"_s), qPrintable(shown(*anew)));
        const Result<ClientPlan> again = planConnect(ClientProgram::ClaudeCode, wishesFor(ClientProgram::ClaudeCode, m_where, address, u"SECRET-long"_s), *readLedger(*m_paths), now);
        QVERIFY(again && carryOut(*again, *m_paths));
        QVERIFY2(!shown(*again).contains(u"SECRET"_s) && !shown(*again).contains(u"-1"_s), qPrintable(shown(*again)));
        const QString leaving = shown(disconnected(ClientProgram::ClaudeCode));
        QVERIFY2(!leaving.contains(u"SECRET"_s), qPrintable(leaving));
    }

    void aFileThatItsOwnerHasTakenAwayDoesNotComeBackEmpty()
    {
        const QString file = m_where.places.claude + u"/settings.json"_s;
        put(file, "{}");
        connected(ClientProgram::ClaudeCode);
        QVERIFY(QFile::remove(file));
        connected(ClientProgram::ClaudeCode);
        disconnected(ClientProgram::ClaudeCode);
        QVERIFY(!QFileInfo::exists(file));
    }

    /// A folder that is away for a while, or closed: what was in it is nowhere else.
    void aFileThatIsNotThereKeepsItsWayBack()
    {
        const QString folder = m_where.places.claude, file = folder + u"/settings.json"_s;
        const QByteArray before = "{\"env\": {\"ANTHROPIC_API_KEY\": \"sk-old\"}}";
        put(file, before);
        connected(ClientProgram::ClaudeCode);
        QVERIFY(QDir().rename(folder, folder + u".off"_s));
        const ClientPlan away = disconnected(ClientProgram::ClaudeCode);
        QCOMPARE(away.missing, QStringList(file));
        QVERIFY(readLedger(*m_paths)->contains(ClientProgram::ClaudeCode));
        QVERIFY(QDir().rename(folder + u".off"_s, folder));
        QVERIFY(disconnected(ClientProgram::ClaudeCode).missing.isEmpty());
        QCOMPARE(*textAt(file), before);
        QVERIFY(readLedger(*m_paths)->isEmpty());
        // Gone for good.
        connected(ClientProgram::ClaudeCode);
        QVERIFY(QFile::remove(file));
        const Result<ClientPlan> forgotten = planForget(ClientProgram::ClaudeCode, *readLedger(*m_paths));
        QVERIFY(forgotten && carryOut(*forgotten, *m_paths));
        QVERIFY(readLedger(*m_paths)->isEmpty());
        QVERIFY(!QFileInfo::exists(file));
    }

    void aKeyIsNotPutBesideTheAddressOfAnother_data()
    {
        QTest::addColumn<QByteArray>("now");
        QTest::newRow("another address") << "{\"env\": {\"ANTHROPIC_BASE_URL\": \"http://corp\", \"ANTHROPIC_AUTH_TOKEN\": \"qcc\"}}"_ba;
        QTest::newRow("none, which is the vendor's") << "{}"_ba;
    }
    void aKeyIsNotPutBesideTheAddressOfAnother()
    {
        QFETCH(QByteArray, now);
        const QString file = m_where.places.claude + u"/settings.json"_s;
        put(file, "{\"env\": {\"ANTHROPIC_BASE_URL\": \"https://old\", \"ANTHROPIC_AUTH_TOKEN\": \"sk-of-old\"}}");
        connected(ClientProgram::ClaudeCode);
        put(file, now);
        QVERIFY(!disconnected(ClientProgram::ClaudeCode).leftAlone.isEmpty());
        QVERIFY2(!textAt(file)->contains("sk-of-old") && !textAt(file)->contains("\"qcc\""), textAt(file)->constData());
        // It is not lost either.
        QFile ledger(m_paths->clients());
        QVERIFY(ledger.open(QIODevice::ReadOnly));
        QVERIFY(ledger.readAll().contains("sk-of-old"));
    }

    /// Another way of writing the same is no change.
    void valuesAreKnownByWhatTheyMean()
    {
        const QString toml = m_where.places.codex + u"/config.toml"_s, env = m_where.places.gemini + u"/.env"_s;
        put(toml, "model_provider=\"corp\"\n");
        connected(ClientProgram::Codex);
        put(toml, textAt(toml)->replace("\"qcc\"", "'qcc'").replace("\"responses\"", "'responses'"));
        QCOMPARE(disconnected(ClientProgram::Codex).leftAlone.size(), 0);
        QCOMPARE(QString::fromUtf8(*textAt(toml)), u"model_provider=\"corp\"\n"_s);
        put(env, "GEMINI_API_KEY=old-key\n");
        connected(ClientProgram::GeminiCli);
        put(env, textAt(env)->replace("=qcc", "=\"qcc\""));
        QCOMPARE(disconnected(ClientProgram::GeminiCli).leftAlone.size(), 0);
        QCOMPARE(*textAt(env), "GEMINI_API_KEY=old-key\n");
    }

    void aTableThatOthersUseStaysWhole()
    {
        const QString file = m_where.places.codex + u"/config.toml"_s;
        put(file, "model_provider = \"corp\"\n");
        connected(ClientProgram::Codex);
        put(file, *textAt(file) + "request_max_retries = 4\n");
        QVERIFY(!disconnected(ClientProgram::Codex).leftAlone.isEmpty());
        const QByteArray text = *textAt(file);
        QVERIFY2(text.startsWith("model_provider = \"corp\"\n") && text.contains("name = \"qcc\"\n") && text.contains("request_max_retries = 4\n"), text.constData());
    }

    /// Of two files the second cannot be written: the first one goes back.
    void halfOfAClientIsNotConnected()
    {
        const QString env = m_where.places.gemini + u"/.env"_s, settings = m_where.places.gemini + u"/settings.json"_s;
        put(env, "A=1\n");
        put(settings, "{}");
        put(settings + u".qcc-new/in the way"_s, "x");
        const Result<ClientPlan> plan = planConnect(ClientProgram::GeminiCli, wishesFor(ClientProgram::GeminiCli, m_where, address, u"qcc"_s), {}, now);
        QVERIFY(plan && !carryOut(*plan, *m_paths));
        QCOMPARE(*textAt(env), "A=1\n");
        QCOMPARE(*textAt(settings), "{}");
        QVERIFY(readLedger(*m_paths)->isEmpty());
    }

    /// Two were planned from the same; the second one to come plans again.
    void aPlanOfYesterdayIsNotCarriedOut()
    {
        const QString file = m_where.places.claude + u"/settings.json"_s;
        put(file, "{\"env\": {\"ANTHROPIC_API_KEY\": \"sk-old\"}}");
        connected(ClientProgram::ClaudeCode);
        const Result<ClientPlan> late = planDisconnect(ClientProgram::ClaudeCode, *readLedger(*m_paths));
        disconnected(ClientProgram::ClaudeCode);
        connected(ClientProgram::ClaudeCode);
        const Result<Ledger> ledger = readLedger(*m_paths);
        // The same moment and the same file: the ledger alone can tell.
        Result<ClientPlan> other = late;
        QVERIFY(other);
        other->known->since = now.addSecs(-1);
        QCOMPARE(carryOut(*other, *m_paths).error().code, ErrorCode::Busy);
        QCOMPARE(*readLedger(*m_paths), *ledger);
    }

    void aLinkThatLeadsToItselfStays()
    {
        const QString file = m_where.places.claude + u"/settings.json"_s;
        QVERIFY(QDir().mkpath(m_where.places.claude));
        QVERIFY(QFile::link(file, file));
        const Result<ClientPlan> plan = planConnect(ClientProgram::ClaudeCode, wishesFor(ClientProgram::ClaudeCode, m_where, address, u"qcc"_s), {}, now);
        QVERIFY(!plan);
        QVERIFY2(plan.error().message.contains(u"leads to itself"_s), qPrintable(plan.error().message));
    }

    void anOddTokenIsQuotedWhereItMustBe()
    {
        for (const QString &token : {u"a#b cd-12345678"_s, u"it's"_s, u"a\"b'c"_s}) {
            const Result<ClientPlan> plan = planConnect(ClientProgram::GeminiCli, wishesFor(ClientProgram::GeminiCli, m_where, address, token), *readLedger(*m_paths), now);
            QVERIFY(plan && carryOut(*plan, *m_paths));
            QCOMPARE(textOf(Env, **valueIn(Env, *textAt(m_where.places.gemini + u"/.env"_s), {u"GEMINI_API_KEY"_s})), token);
        }
    }

    void aDamagedLedgerIsNotOverwritten_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("cut off") << "{\"version\": 1, \"clients\": {"_ba;
        QTest::newRow("another version") << "{\"version\": 2, \"clients\": {}}"_ba;
        QTest::newRow("a client that is none") << "{\"version\": 1, \"clients\": {\"claude-code\": 5}}"_ba;
        QTest::newRow("files that are none") << "{\"version\": 1, \"clients\": {\"claude-code\": {\"connected_at\": \"2026-11-30T12:00:00Z\", \"files\": \"x\"}}}"_ba;
        QTest::newRow("an unknown client") << "{\"version\": 1, \"clients\": {\"x\": {}}}"_ba;
        QTest::newRow("a file without a format") << "{\"version\": 1, \"clients\": {\"codex\": {\"files\": [{\"path\": \"/a\"}]}}}"_ba;
    }
    void aDamagedLedgerIsNotOverwritten()
    {
        QFETCH(QByteArray, text);
        QVERIFY(m_paths->ensureHome().isEmpty());
        put(m_paths->clients(), text);
        const Result<Ledger> ledger = readLedger(*m_paths);
        QVERIFY(!ledger);
        QVERIFY(ledger.error().message.contains(m_paths->clients()));
        const Result<ClientPlan> plan = planConnect(ClientProgram::ClaudeCode, wishesFor(ClientProgram::ClaudeCode, m_where, address, u"qcc"_s), {}, now);
        QVERIFY(plan && !carryOut(*plan, *m_paths));
        QCOMPARE(*textAt(m_paths->clients()), text);
        QVERIFY(!QFileInfo::exists(m_where.places.claude + u"/settings.json"_s));
    }

    void theLedgerKeepsItsSecrets()
    {
        connected(ClientProgram::ClaudeCode);
        QVERIFY(!(QFileInfo(m_paths->clients()).permissions() & (QFileDevice::ReadGroup | QFileDevice::ReadOther | QFileDevice::WriteGroup | QFileDevice::WriteOther)));
        const Result<Ledger> ledger = readLedger(*m_paths);
        QVERIFY(ledger && writeLedger(*m_paths, *ledger));
        QCOMPARE(*readLedger(*m_paths), *ledger);
    }

    void whatShadowsIsSaid()
    {
        const QString project = path(u"project"_s);
        put(project + u"/.claude/settings.json"_s, "{\"env\": {\"ANTHROPIC_BASE_URL\": \"http://x\"}}");
        put(project + u"/.env"_s, "A=1\n");
        put(project + u"/opencode.json"_s, "{\"provider\": {\"anthropic\": {\"options\": {\"baseURL\": \"http://x\"}}}}");
        put(m_where.places.codex + u"/config.toml"_s, "profile = \"p\"\n[profiles.p]\nmodel_provider = \"x\"\n");
        m_where.places.environment.insert(u"ANTHROPIC_API_KEY"_s, u"sk-secret"_s);
        m_where.places.environment.insert(u"GOOGLE_GEMINI_BASE_URL"_s, u"http://y"_s);
        QHash<ClientProgram, QStringList> shadows;
        for (const ClientState &state : clientStates(m_where, {}, address, project + u"/src"_s))
            shadows.insert(state.client, state.shadows);
        QCOMPARE(shadows.value(ClientProgram::ClaudeCode).size(), 1); // not of a folder above
        QVERIFY(!shadows.value(ClientProgram::ClaudeCode).first().contains(u"secret"_s));
        QCOMPARE(shadows.value(ClientProgram::Codex).size(), 1);
        QCOMPARE(shadows.value(ClientProgram::GeminiCli).size(), 2);
        QVERIFY(shadows.value(ClientProgram::OpenCode).first().startsWith(project + u"/opencode.json"_s));
        const QList<ClientState> states = clientStates(m_where, {}, address, project);
        QVERIFY(states.constFirst().shadows.first().startsWith(project + u"/.claude/settings.json"_s));
    }

    void whatItWasConnectedWithIsKnown()
    {
        // What was there before is nobody's wish.
        put(m_where.places.claude + u"/settings.json"_s, "{\"env\": {\"ENABLE_TOOL_SEARCH\": \"true\"}}");
        const ClientExtras wished{true, true, {{u"opus"_s, u"big"_s}, {u"subagent"_s, u"small \"one\""_s}}, false};
        const Result<ClientPlan> plan = planConnect(ClientProgram::ClaudeCode, wishesFor(ClientProgram::ClaudeCode, m_where, address, u"qcc"_s, wished), {}, now);
        QVERIFY(plan);
        const ClientExtras known = extrasIn(ClientProgram::ClaudeCode, *plan->entry);
        QVERIFY(known.hints && !known.toolSearch && !known.openAi);
        QCOMPARE(known.models, wished.models);
        const Result<ClientPlan> other = planConnect(ClientProgram::OpenCode, wishesFor(ClientProgram::OpenCode, m_where, address, u"qcc"_s, {false, false, {}, true}), {}, now);
        QCOMPARE(extrasIn(ClientProgram::OpenCode, *other->entry), (ClientExtras{false, false, {}, true}));
        const Result<ClientPlan> plain = planConnect(ClientProgram::Codex, wishesFor(ClientProgram::Codex, m_where, address, u"qcc"_s), {}, now);
        QVERIFY(extrasIn(ClientProgram::Codex, *plain->entry).isEmpty());
        // That it keeps its login shows in no value, since it is given none.
        const ClientExtras keeping{false, false, {}, false, true};
        const Result<ClientPlan> kept = planConnect(ClientProgram::Codex, wishesFor(ClientProgram::Codex, m_where, address, u"qcc"_s, keeping), {}, now, true);
        QVERIFY(kept && carryOut(*kept, *m_paths));
        QCOMPARE(extrasIn(ClientProgram::Codex, readLedger(*m_paths)->value(ClientProgram::Codex)), keeping);
    }

    void knowsClientsByWhatTheyCallThemselves_data()
    {
        QTest::addColumn<QString>("product");
        QTest::addColumn<std::optional<ClientProgram>>("client");
        const auto row = [](const char *product, std::optional<ClientProgram> client) { QTest::newRow(product) << QString::fromLatin1(product) << client; };
        row("claude-cli", ClientProgram::ClaudeCode);
        row("codex_cli_rs", ClientProgram::Codex);
        row("codex_exec", ClientProgram::Codex);
        row("codex-tui", ClientProgram::Codex);
        row("GeminiCLI", ClientProgram::GeminiCli);
        row("GeminiCLI-vscode", ClientProgram::GeminiCli);
        row("opencode", ClientProgram::OpenCode);
        row("QwenCode", ClientProgram::QwenCode);
        row("codexander", std::nullopt);
        row("curl", std::nullopt);
        row("", std::nullopt);
    }
    void knowsClientsByWhatTheyCallThemselves()
    {
        QFETCH(QString, product);
        QTEST(clientOfProduct(product), "client");
    }

private:
    static void clients()
    {
        QTest::addColumn<ClientProgram>("client");
        for (const ClientProgram client : {ClientProgram::ClaudeCode, ClientProgram::Codex, ClientProgram::GeminiCli, ClientProgram::OpenCode, ClientProgram::QwenCode})
            QTest::newRow(qPrintable(slugOf(client))) << client;
    }

    QString path(const QString &name) const { return m_folder->filePath(name); }

    static void put(const QString &path, const QByteArray &text)
    {
        QVERIFY(QDir().mkpath(QFileInfo(path).absolutePath()));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(file.write(text), text.size());
    }

    static std::optional<QByteArray> textAt(const QString &path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? std::optional(file.readAll()) : std::nullopt;
    }

    ClientPlan connected(ClientProgram client)
    {
        const Result<Ledger> ledger = readLedger(*m_paths);
        const Result<ClientPlan> plan = planConnect(client, wishesFor(client, m_where, address, u"qcc"_s), ledger ? *ledger : Ledger(), now);
        const Result<void> done = plan ? carryOut(*plan, *m_paths) : plan.error();
        if (!done)
            QTest::qFail(qPrintable(done.error().message), __FILE__, __LINE__);
        return plan ? *plan : ClientPlan();
    }

    ClientPlan disconnected(ClientProgram client)
    {
        const Result<Ledger> ledger = readLedger(*m_paths);
        const Result<ClientPlan> plan = planDisconnect(client, ledger ? *ledger : Ledger());
        const Result<void> done = plan ? carryOut(*plan, *m_paths) : plan.error();
        if (!done)
            QTest::qFail(qPrintable(done.error().message), __FILE__, __LINE__);
        return plan ? *plan : ClientPlan();
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Paths> m_paths;
    ClientPlaces m_where;
};

QTEST_MAIN(ClientConnectionTest)
#include "tst_clientconnection.moc"
