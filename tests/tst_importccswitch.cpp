#include "core/base/sqlitefile.h"
#include "core/config/settings.h"
#include "core/import/ccswitch.h"
#include "core/import/importinto.h"
#include "core/import/importplaces.h"
#include "tests/support/files.h"

#include <QDir>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QTest>

using namespace qcc;
using namespace qcc::test;
using namespace Qt::StringLiterals;

namespace {

// moc 6.4 loses a class behind a raw string that holds two slashes or an escaped quote; JSON and TOML do without.

constexpr char switched[] = R"({
  "version": 2,
  "claude": {"current": "2", "providers": {
    "1": {"id": "1", "name": "Spare", "sortIndex": 0,
          "settingsConfig": {"env": {"ANTHROPIC_BASE_URL": "https:\/\/spare.example", "ANTHROPIC_AUTH_TOKEN": "sk-1"}}},
    "2": {"id": "2", "name": "Main", "sortIndex": 1,
          "settingsConfig": {"env": {"ANTHROPIC_BASE_URL": "https:\/\/main.example", "ANTHROPIC_API_KEY": "sk-2"}}},
    "3": {"id": "3", "name": "Claude Official", "settingsConfig": {"env": {}}}}},
  "codex": {"current": "", "providers": {
    "4": {"id": "4", "name": "Relay", "settingsConfig": {"auth": {"OPENAI_API_KEY": "sk-4"},
          "config": "model_provider = 'r'\n[model_providers.r]\nbase_url = 'https:\/\/codex.example/v1'\n"}},
    "5": {"id": "5", "name": "OpenAI", "settingsConfig": {"auth": {"tokens": {"id_token": "t"}}, "config": ""}}}},
  "gemini": {"current": "6", "providers": {
    "6": {"id": "6", "name": "G", "settingsConfig": {"env": {"GOOGLE_GEMINI_BASE_URL": "https:\/\/g.example",
                                                             "GEMINI_API_KEY": "sk-6"}}}}},
  "mcp": {"servers": {"x": {"server": {"url": "https:\/\/mcp.example", "token": "t"}}}}})";

/// "cluster/name url key": what was found, one a line.
QStringList told(const QList<FoundEndpoint> &all)
{
    QStringList lines;
    for (const FoundEndpoint &found : all)
        lines.append(u"%1/%2 %3 %4"_s.arg(found.cluster, found.fields.name.value_or(u"-"_s), *found.fields.baseUrl,
                                          found.fields.apiKey.value_or(QString())));
    return lines;
}

struct Row {
    QString app;
    QString id;
    QString settings;
    QVariant sortIndex;
    bool current = false;
    QString meta = u"{}"_s;
};

QString claude(const QString &host)
{
    return QString(R"({"env": {"ANTHROPIC_BASE_URL": "https:\/\/%1.example", "ANTHROPIC_AUTH_TOKEN": "sk-%1"}})"_L1).arg(host);
}

QString codex(const QString &toml)
{
    const QJsonObject auth{{u"OPENAI_API_KEY"_s, u"sk-relay"_s}, {u"OTHER_KEY"_s, u"sk-other"_s}};
    return QString::fromUtf8(QJsonDocument(QJsonObject{{u"auth"_s, auth}, {u"config"_s, toml}}).toJson());
}

/// A folder of cc-switch, its database made as the program makes it.
class Folder
{
public:
    QString database() const { return m_folder.filePath(u"cc-switch.db"_s); }
    void write(const QString &name, const QByteArray &text) const { writeFile(m_folder.filePath(name), text); }

    /// The error, or an empty string.
    QString fill(const QList<Row> &rows) const
    {
        SqliteFile file;
        bool done = file.open(database()) && file.run(QLatin1String(R"(CREATE TABLE providers (id TEXT NOT NULL, app_type TEXT NOT NULL,
                name TEXT NOT NULL, settings_config TEXT NOT NULL, website_url TEXT, category TEXT, created_at INTEGER, sort_index INTEGER,
                notes TEXT, icon TEXT, icon_color TEXT, meta TEXT NOT NULL DEFAULT '{}', is_current BOOLEAN NOT NULL DEFAULT 0,
                in_failover_queue BOOLEAN NOT NULL DEFAULT 0, PRIMARY KEY (id, app_type)))")) && file.begin();
        for (const Row &row : rows) {
            done = done && file.run(u"INSERT INTO providers (app_type, id, name, settings_config, sort_index, is_current, meta) "
                                    "VALUES (?, ?, ?, ?, ?, ?, ?)"_s,
                                    {row.app, row.id, row.id.toUpper(), row.settings, row.sortIndex, row.current, row.meta});
        }
        return done && file.commit() ? QString() : file.error().message;
    }

    ImportFindings findings() const
    {
        return findEndpoints({{}, m_folder.path(), {}, {}}, ImportSource::CcSwitch);
    }

private:
    QTemporaryDir m_folder;
};

/// "url key" of the one provider of `folder`, or what became of it instead.
QString importedFrom(const Folder &folder)
{
    QJsonObject config = defaultConfigJson();
    const QList<ImportedEndpoint> all = importInto(config, folder.findings().endpoints);
    if (all.size() != 1)
        return u"%1 endpoints"_s.arg(all.size());
    const bool changed = config != defaultConfigJson();
    if (all.first().outcome != ImportOutcome::Added)
        return changed ? u"refused and added"_s : toWord(all.first().outcome);
    const QJsonValue endpoint = config.value("clusters"_L1)[0]["endpoints"_L1][0];
    return endpoint["base_url"_L1].toString() + u' ' + endpoint["api_key"_L1].toString();
}

} // namespace

class TestImportCcSwitch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsTheProvidersOfItsConfig()
    {
        const auto found = ccSwitchConfigEndpoints(switched, u"config.json"_s);
        QVERIFY(found.has_value());
        QCOMPARE(told(*found), (QStringList{u"cc-switch-claude/Main https://main.example sk-2"_s,
                                            u"cc-switch-claude/Spare https://spare.example sk-1"_s,
                                            u"cc-switch-codex/Relay https://codex.example sk-4"_s,
                                            u"cc-switch-gemini/G https://g.example sk-6"_s}));
        QCOMPARE(found->at(0).fields.priority, 1);
        QCOMPARE(found->at(0).fields.auth, AuthStyle::XApiKey);
        QCOMPARE(found->at(1).fields.priority, 2);
        QCOMPARE(found->at(1).fields.auth, AuthStyle::Bearer);
        QCOMPARE(found->at(1).place, u"config.json"_s);
    }

    void readsTheProvidersOfItsDatabase()
    {
        const Folder folder;
        folder.write(u"config.json"_s, switched); // From before, and no longer true.
        const QString codex = QString(R"({"auth": {}, "config": "model_provider = 'c'\n[model_providers.c]\nbase_url = 'https:\/\/codex.example/v1'
            \nexperimental_bearer_token = 'sk-c'\n"})"_L1).remove(u'\n');
        QCOMPARE(folder.fill({{u"claude"_s, u"a"_s, claude(u"a"_s), 2},
                              {u"claude"_s, u"b"_s, claude(u"b"_s), 1},
                              {u"claude"_s, u"last"_s, claude(u"last"_s), QVariant()},
                              {u"claude"_s, u"official"_s, u"{}"_s, 0},
                              {u"claude"_s, u"used"_s, claude(u"used"_s), 9, true},
                              {u"codex"_s, u"c"_s, codex, 1},
                              {u"gemini"_s, u"torn"_s, u"{\"env"_s, 1},
                              {u"opencode"_s, u"o"_s, claude(u"o"_s), 1}}),
                 QString());
        const ImportFindings findings = folder.findings();
        QCOMPARE(told(findings.endpoints), (QStringList{u"cc-switch-claude/USED https://used.example sk-used"_s,
                                                        u"cc-switch-claude/B https://b.example sk-b"_s,
                                                        u"cc-switch-claude/A https://a.example sk-a"_s,
                                                        u"cc-switch-claude/LAST https://last.example sk-last"_s,
                                                        u"cc-switch-codex/C https://codex.example sk-c"_s}));
        QCOMPARE(findings.endpoints.first().fields.priority, 1);
        QCOMPARE(findings.searched.size(), 1);
        QVERIFY(findings.searched.first().state == SearchedPlace::State::Read);
        QCOMPARE(findings.searched.first().place, folder.database());
    }

    void whatThisComputerUsesComesFirst()
    {
        const Folder folder;
        QCOMPARE(folder.fill({{u"claude"_s, u"a"_s, claude(u"a"_s), 1, true}, {u"claude"_s, u"b"_s, claude(u"b"_s), 2}}), QString());
        folder.write(u"settings.json"_s, R"({"currentProviderClaude": "b", "language": "en"})");
        QCOMPARE(folder.findings().endpoints.first().fields.name, u"B"_s);
        folder.write(u"settings.json"_s, "{torn");
        QCOMPARE(folder.findings().endpoints.first().fields.name, u"A"_s);
    }

    void leavesWhatItRewrites_data()
    {
        QTest::addColumn<QString>("app");
        QTest::addColumn<QString>("meta");
        QTest::addColumn<QString>("outcome");
        const auto row = [](const char *name, const QString &app, const QString &meta, const QString &outcome) {
            QTest::newRow(name) << app << meta << outcome;
        };
        row("said by none", u"claude"_s, u"{}"_s, u"added"_s);
        row("the client's own", u"claude"_s, QString(R"({"apiFormat": "anthropic"})"_L1), u"added"_s);
        row("another API", u"claude"_s, QString(R"({"apiFormat": "openai_chat"})"_L1), u"needs_rewriting"_s);
        row("one URL for all", u"claude"_s, QString(R"({"isFullUrl": true})"_L1), u"needs_rewriting"_s);
        row("Codex's own", u"codex"_s, QString(R"({"apiFormat": "openai_responses"})"_L1), u"added"_s);
        row("Codex's other", u"codex"_s, QString(R"({"apiFormat": "openai_chat"})"_L1), u"needs_rewriting"_s);
        row("torn", u"claude"_s, u"{\"apiFormat"_s, u"added"_s);
    }

    void leavesWhatItRewrites()
    {
        QFETCH(QString, app);
        QFETCH(QString, meta);
        QFETCH(QString, outcome);
        const Folder folder;
        const QString codex = QString(R"({"auth": {"OPENAI_API_KEY": "k"}, "config": ""})"_L1);
        QCOMPARE(folder.fill({{app, u"a"_s, app == "codex"_L1 ? codex : claude(u"a"_s), 1, false, meta}}), QString());
        QJsonObject config = defaultConfigJson();
        const QList<ImportedEndpoint> all = importInto(config, folder.findings().endpoints);
        QCOMPARE(all.size(), 1);
        QCOMPARE(toWord(all.first().outcome), outcome);
        QVERIFY(!all.first().sentence.isEmpty());
        QCOMPARE(config == defaultConfigJson(), outcome != "added"_L1);
    }

    void saysWhyADatabaseIsNotRead_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("why");
        QTest::newRow("another file") << QByteArray("not at all SQLite\n").repeated(100) << u"not a database"_s;
        QTest::newRow("cut short") << QByteArray("SQLite format 3\0", 16) << u"not a database"_s;
        QTest::newRow("another program's") << QByteArray() << u"no such table"_s;
    }

    void saysWhyADatabaseIsNotRead()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, why);
        const Folder folder;
        folder.write(u"cc-switch.db"_s, bytes);
        const ImportFindings findings = folder.findings();
        QVERIFY(findings.endpoints.isEmpty());
        QVERIFY(findings.searched.first().state == SearchedPlace::State::Unreadable);
        QVERIFY2(findings.searched.first().problem.contains(why), qPrintable(findings.searched.first().problem));
        QCOMPARE(readFile(folder.database()), bytes);
    }

    void aFolderInPlaceOfTheDatabaseIsUnreadable()
    {
        const Folder folder;
        QVERIFY(QDir().mkpath(folder.database()));
        QVERIFY(folder.findings().searched.first().state == SearchedPlace::State::Unreadable);
    }

    void waitsNotForeverForItsLock()
    {
        const Folder folder;
        QCOMPARE(folder.fill({{u"claude"_s, u"a"_s, claude(u"a"_s), 1}}), QString());
        SqliteFile busy;
        QVERIFY(busy.open(folder.database()) && busy.run(u"BEGIN EXCLUSIVE"_s));
        const ImportFindings findings = folder.findings();
        QVERIFY(findings.searched.first().state == SearchedPlace::State::Unreadable);
        QVERIFY2(findings.searched.first().problem.contains("locked"_L1), qPrintable(findings.searched.first().problem));
        QVERIFY(busy.commit());
        QCOMPARE(folder.findings().endpoints.size(), 1);
    }

    void tooManyProvidersAreSomethingElse()
    {
        const Folder folder;
        QList<Row> rows;
        for (int i = 0; i <= 500; ++i)
            rows.append({u"claude"_s, u"p%1"_s.arg(i), claude(u"p%1"_s.arg(i)), i});
        QCOMPARE(folder.fill(rows), QString());
        const ImportFindings findings = folder.findings();
        QVERIFY(findings.endpoints.isEmpty());
        QVERIFY(findings.searched.first().problem.contains("more than 500"_L1));
    }

    void aKeyGoesOnlyWhereItsAddressIs_data()
    {
        QTest::addColumn<QString>("toml");
        QTest::addColumn<QString>("expected"); // "url key", or the outcome
        const auto row = [](const char *name, const QString &toml, const QString &expected) { QTest::newRow(name) << toml << expected; };
        const QString vendors = u"https://api.openai.com sk-relay"_s;
        const QString relays = u"https://relay.example sk-relay"_s;
        const QString table = u"[model_providers.r]\nbase_url = 'https://relay.example/v1'\n"_s;
        const QString chosen = u"model_provider = 'r'\n"_s;
        row("nothing", {}, vendors);
        row("settings of other things", u"model = 'gpt-5'\n[mcp_servers.docs]\nurl = 'https://mcp.example'\n"_s, vendors);
        row("the vendor by name", u"model_provider = 'openai'\n"_s, vendors);
        row("a table", chosen + table, relays);
        row("line ends of Windows", QString(chosen + table).replace(u"\n"_s, u"\r\n"_s), relays);
        row("a byte order mark", u'\ufeff' + chosen + table, relays);
        row("comments", u"model_provider = 'r' # mine\n[model_providers.r] # here\nbase_url = 'https://relay.example/v1' # there\n"_s, relays);
        row("blanks in the header", chosen + u"[ model_providers . r ]\nbase_url = 'https://relay.example/v1'\n"_s, relays);
        row("quoted keys", u"'model_provider' = 'r'\n[\"model_providers\".'r']\n\"base_url\" = 'https://relay.example/v1'\n"_s, relays);
        row("a name with a dot", u"model_provider = 'r.s'\n[model_providers.'r.s']\nbase_url = 'https://relay.example/v1'\n"_s, relays);
        row("a name with an escape", u"model_provider = 'r'\n[model_providers.\"\\u0072\"]\nbase_url = 'https://relay.example/v1'\n"_s, relays);
        row("a string of several lines", chosen + u"[model_providers.r]\nbase_url = \"\"\"\nhttps://relay.example/v1\"\"\"\n"_s, relays);
        row("an inline table", chosen + u"model_providers = { r = { name = 'R', base_url = 'https://relay.example/v1' } }\n"_s, relays);
        row("an inline table in a table", chosen + u"[model_providers]\nr = { base_url = 'https://relay.example/v1' }\n"_s, relays);
        row("a dotted key", chosen + u"model_providers.r.base_url = 'https://relay.example/v1'\n"_s, relays);
        row("by a profile", u"profile = 'p'\n[profiles.p]\nmodel_provider = 'r'\n"_s + table, relays);
        row("a profile goes before what is outside", u"profile = 'p'\nmodel_provider = 'openai'\nprofiles.p.model_provider = 'r'\n"_s + table, relays);
        row("a profile that says nothing", u"profile = 'p'\n"_s + chosen + u"[profiles.p]\nmodel = 'm'\n"_s + table, relays);
        row("a profile that is not used", chosen + u"[profiles.p]\nmodel_provider = 'openai'\n"_s + table, relays);
        row("a profile that is not there", u"profile = 'p'\n"_s + chosen + table, u"unknown_address"_s);
        row("the built-in provider moved", u"openai_base_url = 'https://relay.example/v1'\n"_s, relays);
        row("the built-in provider moved, by name", u"model_provider = 'openai'\nopenai_base_url = 'https://relay.example/v1'\n"_s, relays);
        row("moved, and another chosen", u"openai_base_url = 'https://other.example/v1'\n"_s + chosen + table, relays);
        row("a table for the built-in one", u"[model_providers.openai]\nbase_url = 'https://relay.example/v1'\n"_s, relays);
        row("two addresses for the built-in one",
            u"openai_base_url = 'https://other.example'\n[model_providers.openai]\nbase_url = 'https://relay.example/v1'\n"_s, u"unknown_address"_s);
        row("outside of all tables", u"base_url = 'https://relay.example/v1'\n[other]\nbase_url = 'https://other.example'\n"_s, relays);
        row("another provider's only", u"model_provider = 'a'\n"_s + table, u"unknown_address"_s);
        row("nobody's", table, u"unknown_address"_s);
        row("a provider of Codex's own on this computer", u"model_provider = 'ollama'\n"_s, u"unknown_address"_s);
        row("a provider without an address", chosen + u"[model_providers.r]\nname = 'R'\n"_s, u"unknown_address"_s);
        row("an address by a name unknown", chosen + u"[model_providers.r]\nbaseURL = 'https://relay.example/v1'\n"_s, u"unknown_address"_s);
        row("an address that is none", chosen + u"[model_providers.r]\nbase_url = 1\n"_s, u"unknown_address"_s);
        row("a choice that is none", u"model_provider = ['r']\n"_s + table, u"unknown_address"_s);
        row("torn", chosen + u"[model_providers.r\nbase_url = 'https://relay.example/v1'\n"_s, u"garbled"_s);
        row("said twice", chosen + table + table, u"garbled"_s);
        row("nested without end", chosen + QString(u"a."_s).repeated(20'000) + u"a = 1\n"_s + table, u"garbled"_s);
        row("larger than anybody writes", QString(u"# much\n"_s).repeated(20'000) + chosen + table, u"garbled"_s);

        row("its own key", chosen + table + u"experimental_bearer_token = 'sk-own'\n"_s, u"https://relay.example sk-own"_s);
        row("a key for all", u"experimental_bearer_token = 'sk-all'\n"_s + chosen + table, u"https://relay.example sk-all"_s);
        row("another's key", chosen + table + u"[model_providers.s]\nexperimental_bearer_token = 'sk-other'\n"_s, relays);
        row("a key in a header", chosen + table + u"http_headers = { Authorization = 'Bearer sk-own', X-Team = 'a' }\n"_s,
            u"https://relay.example sk-own"_s);
        row("a key in another header", chosen + table + u"http_headers.X-Api-Key = 'sk-own'\n"_s, u"key_elsewhere"_s);
        row("headers without a key", chosen + table + u"http_headers = { X-Team = 'a' }\nrequires_openai_auth = true\n"_s, relays);
        row("a header from the environment", chosen + table + u"env_http_headers = { Authorization = 'RELAY' }\n"_s, u"key_elsewhere"_s);
        row("the usual variable", chosen + table + u"env_key = 'OPENAI_API_KEY'\n"_s, relays);
        row("a variable that is not there", chosen + table + u"env_key = 'RELAY_KEY'\n"_s, u"key_elsewhere"_s);
        row("a variable that is there", chosen + table + u"env_key = 'OTHER_KEY'\n"_s, u"https://relay.example sk-other"_s);
        row("a command", chosen + table + u"[model_providers.r.auth]\ncommand = 'pass'\n"_s, u"key_elsewhere"_s);
    }

    void aKeyGoesOnlyWhereItsAddressIs()
    {
        QFETCH(QString, toml);
        QFETCH(QString, expected);
        const Folder folder;
        QCOMPARE(folder.fill({{u"codex"_s, u"a"_s, codex(toml), 1}}), QString());
        QCOMPARE(importedFrom(folder), expected);
    }

    void saysInWhichLineTomlIsTorn()
    {
        const Folder folder;
        QCOMPARE(folder.fill({{u"codex"_s, u"a"_s, codex(u"model_provider = 'r'\n\nkey = sk-relay\n"_s), 1}}), QString());
        QJsonObject config = defaultConfigJson();
        const QList<ImportedEndpoint> all = importInto(config, folder.findings().endpoints);
        QCOMPARE(all.size(), 1);
        QCOMPARE(all.first().sentence, u"Its config.toml was not read: line 3 is not valid TOML."_s);
        QCOMPARE(all.first().found.fields.name, u"A"_s);
    }

    void anOddAddressIsNotNone_data()
    {
        QTest::addColumn<QString>("app");
        QTest::addColumn<QString>("settings");
        QTest::addColumn<QString>("meta");
        QTest::addColumn<QString>("outcome");
        const auto row = [](const char *name, const QString &app, const QString &settings, const QString &outcome, const QString &meta = u"{}"_s) {
            QTest::newRow(name) << app << QString(settings).replace(u'`', u'"') << QString(meta).replace(u'`', u'"') << outcome;
        };
        row("none", u"claude"_s, u"{`env`: {`ANTHROPIC_AUTH_TOKEN`: `k`}}"_s, u"added"_s);
        row("null", u"claude"_s, u"{`env`: {`ANTHROPIC_AUTH_TOKEN`: `k`, `ANTHROPIC_BASE_URL`: null}}"_s, u"added"_s);
        row("a list", u"claude"_s, u"{`env`: {`ANTHROPIC_AUTH_TOKEN`: `k`, `ANTHROPIC_BASE_URL`: [`https://relay.example`]}}"_s, u"bad_url"_s);
        row("by another name", u"claude"_s, u"{`env`: {`ANTHROPIC_AUTH_TOKEN`: `k`, `ANTHROPIC_API_URL`: `https://relay.example`}}"_s,
            u"unknown_address"_s);
        row("outside of the variables", u"claude"_s, u"{`env`: {`ANTHROPIC_AUTH_TOKEN`: `k`}, `apiBaseUrl`: `https://relay.example`}"_s,
            u"unknown_address"_s);
        row("in what cc-switch keeps", u"gemini"_s, u"{`env`: {`GEMINI_API_KEY`: `k`}}"_s, u"unknown_address"_s,
            u"{`custom_endpoints`: {`https://relay.example`: {}}}"_s);
        row("Gemini's by another name", u"gemini"_s, u"{`env`: {`GEMINI_API_KEY`: `k`, `GEMINI_API_BASE_URL`: `https://relay.example`}}"_s,
            u"unknown_address"_s);
        row("TOML that is no text", u"codex"_s, u"{`auth`: {`OPENAI_API_KEY`: `k`}, `config`: {`base_url`: `https://relay.example`}}"_s,
            u"unknown_address"_s);
        row("beside Codex's key", u"codex"_s, u"{`auth`: {`OPENAI_API_KEY`: `k`, `OPENAI_BASE_URL`: `https://relay.example`}, `config`: ``}"_s,
            u"unknown_address"_s);
    }

    void anOddAddressIsNotNone()
    {
        QFETCH(QString, app);
        QFETCH(QString, settings);
        QFETCH(QString, meta);
        QFETCH(QString, outcome);
        const Folder folder;
        QCOMPARE(folder.fill({{app, u"a"_s, settings, 1, false, meta}}), QString());
        const QString imported = importedFrom(folder);
        QCOMPARE(imported.startsWith(u"https"_s) ? u"added"_s : imported, outcome);
    }
};

QTEST_GUILESS_MAIN(TestImportCcSwitch)
#include "tst_importccswitch.moc"
