#include "tests/cli/program.h"
#include "tests/support/hostiledatabase.h"

#include <QDir>
#include <QElapsedTimer>
#include <QJsonArray>
#include <QTest>

using namespace Qt::StringLiterals;

namespace {

constexpr auto kSecret = "secret-0123456789"_L1;

// moc 6.4 loses a class behind a raw string that holds two slashes in a row; JSON allows to escape them.

constexpr char kCache[] = R"({"settings": {"default_profile": "work"}, "profiles": {
  "home": {"name": "home", "base_url": "https:\/\/home.example", "api_key": "sk-secret-0123456789-home"},
  "work": {"name": "work", "base_url": "https:\/\/work.example", "api_key": "sk-secret-0123456789-work"}}})";

constexpr char kSettings[] = R"({"model": "m", "env": {
  "ANTHROPIC_BASE_URL": "https:\/\/relay.example", "ANTHROPIC_AUTH_TOKEN": "sk-secret-0123456789-relay"}})";

constexpr char kSwitched[] = R"({"codex": {"providers": {
  "1": {"name": "Gone", "sortIndex": 1, "settingsConfig": {"auth": {"OPENAI_API_KEY": "sk-1"}, "config": "model_provider = 'gone'\n"}},
  "2": {"name": "Torn", "sortIndex": 2, "settingsConfig": {"auth": {"OPENAI_API_KEY": "sk-2"}, "config": "model_provider = 'r'\nbase_url = \n"}},
  "3": {"name": "Mo\u202Eved", "sortIndex": 3, "settingsConfig": {"auth": {"OPENAI_API_KEY": "sk-3"},
        "config": "openai_base_url = 'https:\/\/relay.example/v1'\n"}}}}})";

/// The program with a home directory of its own, and none of the variables that it would take over.
class Fixture
{
public:
    Fixture()
    {
        for (const char *name : {"ANTHROPIC_BASE_URL", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_API_KEY", "OPENAI_BASE_URL",
                                 "OPENAI_API_KEY", "GOOGLE_GEMINI_BASE_URL", "GEMINI_API_KEY", "CLAUDE_CONFIG_DIR", "CODEX_HOME"})
            qcc.setVariable(QLatin1String(name), {});
        qcc.setVariable(u"HOME"_s, qcc.file(u"user"_s));
        qcc.setVariable(u"USERPROFILE"_s, qcc.file(u"user"_s));
    }

    bool write(const QString &name, const QByteArray &text) const
    {
        QFile file(qcc.file(name));
        return QDir().mkpath(QFileInfo(file).path()) && file.open(QIODevice::WriteOnly) && file.write(text) == text.size();
    }
    QByteArray config() const
    {
        QFile file(qcc.file(u"config.json"_s));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    /// "cluster/name", one for each endpoint.
    QStringList endpoints() const
    {
        QStringList names;
        const QJsonArray all = qcc.run("endpoint list --json").json().value("endpoints"_L1).toArray();
        for (const QJsonValue &endpoint : all)
            names.append(endpoint["cluster"_L1].toString() + u'/' + endpoint["name"_L1].toString());
        return names;
    }

    Program qcc;
};

QStringList outcomes(const Ended &ended)
{
    QStringList words;
    const QJsonArray all = ended.json().value("endpoints"_L1).toArray();
    for (const QJsonValue &endpoint : all)
        words.append(endpoint["outcome"_L1].toString());
    return words;
}

} // namespace

class TestCliImport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void takesOverOnceAndMakesTheFirstActive()
    {
        const Fixture f;
        QVERIFY(f.write(u"cache.json"_s, kCache));
        QVERIFY(f.write(u"user/.claude/settings.json"_s, kSettings));
        const Ended first = f.qcc.run("import");
        QCOMPARE(first.exit, 0);
        QVERIFY2(first.out.contains("Added 3 endpoints. The cluster \"work\" is active now."_L1), qPrintable(first.out));
        const QStringList all{u"work/work.example"_s, u"home/home.example"_s, u"claude-code/relay.example"_s};
        QCOMPARE(f.endpoints(), all);

        const QByteArray config = f.config();
        const Ended second = f.qcc.run("import");
        QCOMPARE(second.exit, 0);
        QVERIFY(second.out.contains("nothing new"_L1));
        QCOMPARE(f.config(), config);
    }

    void keysAreMaskedEverywhere()
    {
        const Fixture f;
        QVERIFY(f.write(u"cache.json"_s, kCache));
        QVERIFY(f.write(u"user/.claude/settings.json"_s, kSettings));
        for (const char *line : {"import --dry-run", "import --dry-run --json", "import", "import --json"}) {
            const Ended ended = f.qcc.run(line);
            QCOMPARE(ended.exit, 0);
            QVERIFY2(!ended.out.contains(kSecret) && !ended.err.contains(kSecret), line);
            QVERIFY2(ended.out.contains(u"sk-…work"_s), line);
        }
    }

    void aDryRunChangesNothing()
    {
        const Fixture f;
        QVERIFY(f.write(u"cache.json"_s, kCache));
        const Ended ended = f.qcc.run("import --dry-run");
        QCOMPARE(ended.exit, 0);
        QVERIFY(ended.out.contains("2 endpoints would be added; nothing was changed."_L1));
        QVERIFY(ended.out.contains("\"work\" would become active"_L1));
        QVERIFY(f.config().isEmpty());
        QCOMPARE(outcomes(f.qcc.run("import --dry-run --json")), QStringList(2, u"added"_s));
        QVERIFY(f.config().isEmpty());
    }

    void looksOnlyWhereItIsTold_data()
    {
        QTest::addColumn<QString>("source");
        QTest::addColumn<QStringList>("endpoints");
        QTest::newRow("fastcc") << u"fastcc"_s << QStringList{u"work/work.example"_s, u"home/home.example"_s};
        QTest::newRow("claude") << u"claude"_s << QStringList{u"claude-code/relay.example"_s};
        QTest::newRow("environment") << u"environment"_s << QStringList{u"environment-openai/api.openai.com"_s};
        QTest::newRow("cc-switch") << u"cc-switch"_s << QStringList();
    }

    void looksOnlyWhereItIsTold()
    {
        QFETCH(QString, source);
        QFETCH(QStringList, endpoints);
        Fixture f;
        QVERIFY(f.write(u"cache.json"_s, kCache));
        QVERIFY(f.write(u"user/.claude/settings.json"_s, kSettings));
        f.qcc.setVariable(u"OPENAI_API_KEY"_s, u"sk-open"_s);
        QCOMPARE(f.qcc.run({u"import"_s, u"--from"_s, source}).exit, 0);
        QCOMPARE(f.endpoints(), endpoints);
    }

    void honoursTheFolderOfClaudeCode()
    {
        Fixture f;
        QVERIFY(f.write(u"elsewhere/settings.json"_s, kSettings));
        f.qcc.setVariable(u"CLAUDE_CONFIG_DIR"_s, f.qcc.file(u"elsewhere"_s));
        QCOMPARE(f.qcc.run("import").exit, 0);
        QCOMPARE(f.endpoints(), QStringList{u"claude-code/relay.example"_s});
    }

    void readsThePredecessorsOwnFolderToo()
    {
        const Fixture f;
        QVERIFY(f.write(u"user/.fastcc/cache.json"_s, kCache));
        QCOMPARE(f.qcc.run("import").exit, 0);
        QCOMPARE(f.endpoints().size(), 2);
    }

    void saysWhyWhereItTakesNothing()
    {
        Fixture f;
        f.qcc.setVariable(u"ANTHROPIC_BASE_URL"_s, u"http://127.0.0.1:7860"_s);
        const Ended ended = f.qcc.run("import");
        QCOMPARE(ended.exit, 0);
        QVERIFY(ended.out.contains("It leads to qcc itself."_L1));
        QVERIFY(f.endpoints().isEmpty());
        QCOMPARE(outcomes(f.qcc.run("import --json")), QStringList{u"own_address"_s});
    }

    void saysWhyWhereAnAddressIsNotUnderstood()
    {
        const Fixture f;
        QVERIFY(f.write(u"user/.cc-switch/config.json"_s, kSwitched));
        const Ended ended = f.qcc.run("import");
        QCOMPARE(ended.exit, 0);
        QVERIFY2(ended.out.contains("Its config.toml chooses the provider \"gone\" and does not say its address."_L1), qPrintable(ended.out));
        QVERIFY2(ended.out.contains("  Gone  "_L1) && ended.out.contains("  Torn  "_L1), qPrintable(ended.out));
        QVERIFY2(ended.out.contains("Its config.toml was not read: line 2 is not valid TOML."_L1), qPrintable(ended.out));
        QVERIFY2(ended.out.contains("Added 1 endpoint."_L1) && ended.out.contains("2 were skipped; their lines say why."_L1), qPrintable(ended.out));
        QCOMPARE(f.endpoints(), QStringList{u"cc-switch-codex/Moved"_s});
        const Ended json = f.qcc.run("import --json");
        QCOMPARE(json.json().value("skipped"_L1).toInt(), 2);
        QCOMPARE(outcomes(json), (QStringList{u"unknown_address"_s, u"garbled"_s, u"already_there"_s}));
        QVERIFY2(!f.config().contains("api.openai.com"), f.config().constData());
    }

    void findingNothingSaysWhereItLooked()
    {
        const Fixture f;
        const Ended ended = f.qcc.run("import");
        QCOMPARE(ended.exit, 0);
        for (const auto place : {"/cache.json"_L1, ".claude/settings.json"_L1, "environment variables"_L1})
            QVERIFY2(ended.out.contains(place), qPrintable(ended.out));
        QVERIFY(f.config().isEmpty());
        QCOMPARE(f.qcc.run("import --json").json().value("searched"_L1).toArray().size(), 6);
    }

    void aGarbledFileStopsOnlyWhoNamesIt()
    {
        const Fixture f;
        QVERIFY(f.write(u"cache.json"_s, QByteArray(kCache).chopped(30)));
        QVERIFY(f.write(u"user/.claude/settings.json"_s, kSettings));
        const Ended named = f.qcc.run("import --from fastcc");
        QCOMPARE(named.exit, 1);
        QVERIFY(named.err.contains("not valid JSON"_L1));
        const Ended all = f.qcc.run("import");
        QCOMPARE(all.exit, 0);
        QVERIFY(all.out.contains("not valid JSON"_L1));
        QVERIFY(all.err.isEmpty());
        QCOMPARE(f.endpoints(), QStringList{u"claude-code/relay.example"_s});
    }

    void aHostileDatabaseHoldsNobodyUp()
    {
        const Fixture f;
        QVERIFY(f.write(u"user/.claude/settings.json"_s, kSettings));
        QVERIFY(QDir().mkpath(f.qcc.file(u"user/.cc-switch"_s)));
        QVERIFY(qcc::test::hostile::rowsWithoutEnd(f.qcc.file(u"user/.cc-switch/cc-switch.db"_s)));
        QElapsedTimer clock;
        clock.start();
        const Ended named = f.qcc.run("import --from cc-switch");
        QVERIFY2(clock.elapsed() < 8'000, qPrintable(QString::number(clock.elapsed())));
        QCOMPARE(named.exit, 1);
        QVERIFY2(named.err.contains("was not read: reading it takes longer than 3 s."_L1), qPrintable(named.err));
        const Ended all = f.qcc.run("import");
        QCOMPARE(all.exit, 0);
        QCOMPARE(f.endpoints(), QStringList{u"claude-code/relay.example"_s});
    }

    void aBrokenConfigurationIsKept_data()
    {
        QTest::addColumn<QString>("line");
        QTest::newRow("for good") << u"import"_s;
        QTest::newRow("dry run") << u"import --dry-run"_s;
    }

    void aBrokenConfigurationIsKept()
    {
        QFETCH(QString, line);
        const Fixture f;
        const QByteArray broken = "{\"pool\": 3}";
        QVERIFY(f.write(u"config.json"_s, broken));
        QVERIFY(f.write(u"cache.json"_s, kCache));
        const Ended ended = f.qcc.run(line.split(u' '));
        QCOMPARE(ended.exit, 1);
        QVERIFY(ended.err.contains("pool"_L1));
        QCOMPARE(f.config(), broken);
    }

    void refusesAnUnknownSource()
    {
        const Fixture f;
        const Ended ended = f.qcc.run("import --from clade");
        QCOMPARE(ended.exit, 2);
        QVERIFY(ended.err.contains("Did you mean \"claude\"?"_L1));
        QVERIFY(f.qcc.run({u"__complete"_s, u"import"_s, u"--from"_s, u"cl"_s}).out.contains("claude"_L1));
    }
};

QTEST_GUILESS_MAIN(TestCliImport)
#include "tst_cliimport.moc"
