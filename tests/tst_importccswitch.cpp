#include "core/base/sqlitefile.h"
#include "core/config/configfile.h"
#include "core/import/ccswitch.h"
#include "core/import/importinto.h"
#include "core/import/importplaces.h"
#include "tests/support/files.h"

#include <QDir>
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

    void findsTheProviderOfCodex_data()
    {
        QTest::addColumn<QString>("toml");
        QTest::addColumn<QString>("url");
        QTest::addColumn<QString>("key");
        const auto row = [](const char *name, const QString &toml, const QString &url, const QString &key = {}) {
            QTest::newRow(name) << toml << url << key;
        };
        row("nothing", {}, {});
        row("the chosen provider",
            u"model_provider = \"b\"\n\n[model_providers.a]\nbase_url = \"x\"\n[model_providers.b]\r\nbase_url='y' # here\r\n"_s,
            u"y"_s);
        row("a quoted table", u"model_provider='a.b'\n[model_providers.\"a.b\"]\nbase_url = \"x\""_s, u"x"_s);
        row("outside of all tables", u"base_url = \"x\"\n[other]\nbase_url = \"y\""_s, u"x"_s);
        row("another provider only", u"model_provider = \"a\"\n[model_providers.b]\nbase_url = \"x\""_s, {});
        row("its key", u"model_provider = \"a\"\n[model_providers.a]\nbase_url = \"x\"\nexperimental_bearer_token = \"k\""_s, u"x"_s,
            u"k"_s);
        row("a key for all", u"experimental_bearer_token = 'k'\nmodel_provider = \"a\"\n[model_providers.a]\nbase_url = \"x\""_s, u"x"_s,
            u"k"_s);
        row("another's key", u"model_provider = \"a\"\n[model_providers.b]\nexperimental_bearer_token = \"k\""_s, {});
        row("torn", u"model_provider = \"a\"\n[model_providers.a\nbase_url = \"x"_s, {});
        row("odd lines", u"[\n]\n=\n[]\nbase_url"_s, {});
    }

    void findsTheProviderOfCodex()
    {
        QFETCH(QString, toml);
        QFETCH(QString, url);
        QFETCH(QString, key);
        QCOMPARE(codexProvider(toml).baseUrl, url);
        QCOMPARE(codexProvider(toml).key, key);
    }
};

QTEST_GUILESS_MAIN(TestImportCcSwitch)
#include "tst_importccswitch.moc"
