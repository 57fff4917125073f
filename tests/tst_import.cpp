#include "core/import/ccswitch.h"
#include "core/import/foreignfiles.h"
#include "core/import/variables.h"
#include "tests/support/files.h"
#include "tests/support/testcertificate.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

using namespace qcc;
using namespace qcc::test;
using namespace Qt::StringLiterals;

namespace {

// moc 6.4 loses a class behind a raw string that holds two slashes in a row; JSON allows to escape them.

constexpr char profiles[] = R"({
  "user_id": "local:me",
  "settings": {"default_profile": "work", "auto_sync": true},
  "profiles": {
    "backup": {"name": "backup", "description": "", "priority": "secondary", "enabled": true, "created_at": "2025-10-16",
               "base_url": "https:\/\/b.example/api/", "api_key": "sk-b"},
    "work": {"name": "work", "base_url": "https:\/\/a.example", "api_key": "sk-a", "endpoints": [
      {"id": "11111111", "base_url": "https:\/\/a.example", "api_key": "sk-a", "weight": 70, "priority": 2, "enabled": true,
       "source_profile": null, "metadata": {"url": "https:\/\/home.example"}, "health_status": {"status": "unknown"}},
      {"id": "22222222", "base_url": "https:\/\/b.example/api/", "api_key": "sk-b", "weight": 100, "priority": 3,
       "enabled": false, "source_profile": "backup"}]}}})";

/// "cluster/name url key": what was found, one a line; "-" for no name.
QString told(const FoundEndpoint &found)
{
    return u"%1/%2 %3 %4"_s.arg(found.cluster, found.fields.name.value_or(u"-"_s), found.fields.baseUrl.value_or(QString()),
                                found.fields.apiKey.value_or(QString()));
}

QStringList told(const QList<FoundEndpoint> &all)
{
    QStringList lines;
    for (const FoundEndpoint &found : all)
        lines.append(told(found));
    return lines;
}

constexpr qsizetype most = 500;

QStringList fastcc(const QByteArray &text)
{
    const auto found = fastccEndpoints(text, u"cache.json"_s, most);
    return found ? told(*found) : QStringList(found.error().message);
}

const QString a = u"https://a.example"_s;

} // namespace

class TestImport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void takesAlongWhomNodeTrusts()
    {
        QTemporaryDir folder;
        const QString file = folder.filePath(u"company.pem"_s), garbled = folder.filePath(u"garbled.pem"_s);
        writeFile(file, TestCertificate::make().certificatePem);
        writeFile(garbled, "no certificate");
        const auto caFileOf = [](const QString &baseUrl, const QString &authorities) {
            Variables variables{{u"ANTHROPIC_AUTH_TOKEN"_s, u"sk-a"_s}, {u"NODE_EXTRA_CA_CERTS"_s, authorities}};
            if (!baseUrl.isEmpty())
                variables.insert(u"ANTHROPIC_BASE_URL"_s, baseUrl);
            return endpointOf(Vendor::Anthropic, variables)->fields.caFile;
        };
        const std::optional<QString> none;
        QCOMPARE(caFileOf(a, file), std::optional(file));
        QCOMPARE(caFileOf(u"http://a.example"_s, file), none);
        QCOMPARE(caFileOf(QString(), file), none); // the vendor's own
        QCOMPARE(caFileOf(a, garbled), none);
        QCOMPARE(caFileOf(a, folder.filePath(u"none.pem"_s)), none);
        QCOMPARE(caFileOf(a, QString()), none);
    }

    void readsThePredecessorsProfiles()
    {
        const auto found = fastccEndpoints(profiles, u"cache.json"_s, most);
        QVERIFY(found.has_value());
        QCOMPARE(told(*found),
                 (QStringList{u"work/- https://a.example sk-a"_s, u"work/backup https://b.example/api/ sk-b"_s,
                              u"backup/- https://b.example/api/ sk-b"_s}));
        const EndpointFields &first = found->first().fields;
        QCOMPARE(first.weight, 70);
        QCOMPARE(first.priority, 2);
        QCOMPARE(first.enabled, true);
        QCOMPARE(first.auth, AuthStyle::Both);
        QCOMPARE(found->at(1).fields.enabled, false);
        // A word such as "secondary" is no number.
        QVERIFY(!found->last().fields.priority);
        QCOMPARE(found->last().place, u"cache.json"_s);
    }

    void readsOtherShapesOfTheCache_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QStringList>("expected");
        const auto row = [](const char *name, const char *text, const QStringList &expected) {
            QTest::newRow(name) << QByteArray(text).replace('\'', '"').replace("U:", "https://") << expected;
        };
        row("nothing", "{}", {});
        row("an empty map", "{'profiles': {}}", {});
        row("clusters in a list", "{'clusters': [{'name': 'w', 'endpoints': [{'name': 'r', 'baseUrl': 'U:r', 'apiKey': 'k'}]}]}",
            {u"w/r https://r k"_s});
        row("clusters in a map of lists", "{'clusters': {'w': [{'url': 'U:r', 'token': 'k'}, {'url': 'U:s', 'token': 'l'}]}}",
            {u"w/- https://r k"_s, u"w/- https://s l"_s});
        row("endpoints by name", "{'w': {'r': {'api_base': 'U:r', 'auth_token': 'k'}}}", {u"w/r https://r k"_s});
        row("at the root", "{'base_url': 'U:r', 'api_key': 'k'}", {u"fastcc/- https://r k"_s});
        row("a list without names", "{'endpoints': [{'endpoint': 'U:r', 'key': 'k'}]}", {u"fastcc/- https://r k"_s});
        row("a profile beside its list", "{'profiles': {'p': {'base_url': 'U:r', 'api_key': 'k', 'endpoints': "
                                         "[{'base_url': 'U:s', 'api_key': 'l'}]}}}",
            {u"p/- https://r k"_s, u"p/- https://s l"_s});
        row("blanks around", "{'p': {'base_url': ' U:r ', 'api_key': 'k\\n'}}", {u"p/- https://r k"_s});
        row("a key that is null", "{'p': {'base_url': 'U:r', 'api_key': null}}", {u"p/- https://r "_s});
        row("a URL without a key", "{'p': {'url': 'U:r'}}", {});
        row("a key without a URL", "{'p': {'base_url': '', 'api_key': 'k'}}", {});
        row("wrong types", "{'profiles': [1, null, 'x', [], {'base_url': 3, 'api_key': 'k'}, {'base_url': 'U:r', 'api_key': []}]}",
            {});
        row("a URL that is none, before another", "{'p': {'base_url': {'main': 'U:r'}, 'url': 'U:home', 'api_key': 'k'}}", {});
        row("control characters in a name", "{'p\\u0007': {'base_url': 'U:r', 'api_key': 'k'}}", {u"p/- https://r k"_s});
    }

    void readsOtherShapesOfTheCache()
    {
        QFETCH(QByteArray, text);
        QFETCH(QStringList, expected);
        QCOMPARE(fastcc(text), expected);
    }

    void leavesOutNumbersThatNoConfigurationHolds()
    {
        const auto found = fastccEndpoints(QByteArray("{'p': {'url': 'x', 'key': 'k', 'weight': 1e9, 'priority': 1.5, "
                                                      "'enabled': 'yes'}}")
                                               .replace('\'', '"'),
                                           QString(), most);
        QVERIFY(found.has_value());
        QVERIFY(!found->first().fields.weight && !found->first().fields.priority && !found->first().fields.enabled);
    }

    void refusesGarbledText_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("truncated") << QByteArray(profiles).chopped(20);
        QTest::newRow("binary") << QByteArray("\x00\xff\xfe{", 4);
        QTest::newRow("a list") << QByteArray("[]");
        QTest::newRow("nested beyond reason") << QByteArray(100'000, '[');
    }

    void refusesGarbledText()
    {
        QFETCH(QByteArray, text);
        const ErrorCode code = ErrorCode::InvalidConfig;
        const auto cache = fastccEndpoints(text, QString(), most);
        const auto providers = ccSwitchConfigEndpoints(text, QString());
        const auto variables = claudeVariables(text);
        QVERIFY(!cache && !providers && !variables);
        QVERIFY(cache.error().code == code && providers.error().code == code && variables.error().code == code);
        QVERIFY(!cache.error().message.contains("sk-"_L1));
    }

    void readsEnvironmentVariables_data()
    {
        QTest::addColumn<Variables>("variables");
        QTest::addColumn<QStringList>("expected");
        const QString openAi = u"OPENAI_BASE_URL"_s;
        const QString openAiKey = u"OPENAI_API_KEY"_s;
        QTest::newRow("none") << Variables{{u"PATH"_s, u"/bin"_s}} << QStringList();
        QTest::newRow("a relay") << Variables{{u"ANTHROPIC_BASE_URL"_s, a}, {u"ANTHROPIC_AUTH_TOKEN"_s, u"k"_s}}
                                 << QStringList{u"environment/- https://a.example k"_s};
        QTest::newRow("the token wins")
            << Variables{{u"ANTHROPIC_API_KEY"_s, u"k"_s}, {u"ANTHROPIC_AUTH_TOKEN"_s, u"t"_s}}
            << QStringList{u"environment/- https://api.anthropic.com t"_s};
        QTest::newRow("an empty token does not")
            << Variables{{u"ANTHROPIC_API_KEY"_s, u"k"_s}, {u"ANTHROPIC_AUTH_TOKEN"_s, u" "_s}}
            << QStringList{u"environment/- https://api.anthropic.com k"_s};
        QTest::newRow("a base URL without a key") << Variables{{u"ANTHROPIC_BASE_URL"_s, a}}
                                                  << QStringList{u"environment/- https://a.example "_s};
        QTest::newRow("OpenAI's version goes") << Variables{{openAi, a + u"/v1/"_s}, {openAiKey, u"k"_s}}
                                               << QStringList{u"environment-openai/- https://a.example k"_s};
        QTest::newRow("another version stays") << Variables{{openAi, a + u"/v4"_s}, {openAiKey, u"k"_s}}
                                               << QStringList{u"environment-openai/- https://a.example/v4 k"_s};
        QTest::newRow("Anthropic's path stays")
            << Variables{{u"ANTHROPIC_BASE_URL"_s, a + u"/v1"_s}, {u"ANTHROPIC_API_KEY"_s, u"k"_s}}
            << QStringList{u"environment/- https://a.example/v1 k"_s};
        QTest::newRow("keys alone")
            << Variables{{openAiKey, u"k"_s}, {u"GEMINI_API_KEY"_s, u"g"_s}, {u"GOOGLE_API_KEY"_s, u"maps"_s}}
            << QStringList{u"environment-openai/- https://api.openai.com k"_s,
                           u"environment-gemini/- https://generativelanguage.googleapis.com g"_s};
        QTest::newRow("Gemini's address") << Variables{{u"GOOGLE_GEMINI_BASE_URL"_s, a}, {u"GEMINI_API_KEY"_s, u"g"_s}}
                                          << QStringList{u"environment-gemini/- https://a.example g"_s};
    }

    void readsEnvironmentVariables()
    {
        QFETCH(Variables, variables);
        QFETCH(QStringList, expected);
        QCOMPARE(told(environmentEndpoints(variables)), expected);
    }

    void keepsTheWayInWhichClaudeCodeSendsItsKey()
    {
        QCOMPARE(environmentEndpoints({{u"ANTHROPIC_AUTH_TOKEN"_s, u"k"_s}}).first().fields.auth, AuthStyle::Bearer);
        QCOMPARE(environmentEndpoints({{u"ANTHROPIC_API_KEY"_s, u"k"_s}}).first().fields.auth, AuthStyle::XApiKey);
        QVERIFY(!environmentEndpoints({{u"OPENAI_API_KEY"_s, u"k"_s}}).first().fields.auth);
    }

    void localSettingsOfClaudeCodeWin_data()
    {
        QTest::addColumn<Variables>("shared");
        QTest::addColumn<Variables>("local");
        QTest::addColumn<QStringList>("expected"); // place, then what told() says
        const Variables whole{{u"ANTHROPIC_BASE_URL"_s, a}, {u"ANTHROPIC_AUTH_TOKEN"_s, u"k"_s}};
        const QString found = u"claude-code/- https://a.example k"_s;
        QTest::newRow("none") << Variables() << Variables() << QStringList();
        QTest::newRow("shared only") << whole << Variables{{u"OTHER"_s, u"x"_s}} << QStringList{u"S "_s + found};
        QTest::newRow("local only") << Variables() << whole << QStringList{u"L "_s + found};
        QTest::newRow("both say the same") << whole << whole << QStringList{u"L "_s + found};
        QTest::newRow("the key is local") << Variables{{u"ANTHROPIC_BASE_URL"_s, a}}
                                          << Variables{{u"ANTHROPIC_AUTH_TOKEN"_s, u"k"_s}} << QStringList{u"L "_s + found};
        QTest::newRow("local hides another") << whole << Variables{{u"ANTHROPIC_BASE_URL"_s, u"https://b.example"_s}}
                                             << QStringList{u"L claude-code/- https://b.example k"_s, u"S "_s + found};
        QTest::newRow("local takes the address away") << whole << Variables{{u"ANTHROPIC_BASE_URL"_s, QString()}}
                                                      << QStringList{u"S claude-code/-  "_s, u"S "_s + found};
        QTest::newRow("the key is for the local address") << Variables{{u"ANTHROPIC_AUTH_TOKEN"_s, u"k"_s}} << Variables{{u"ANTHROPIC_BASE_URL"_s, a}}
                                                          << QStringList{u"L "_s + found};
    }

    void localSettingsOfClaudeCodeWin()
    {
        QFETCH(Variables, shared);
        QFETCH(Variables, local);
        QFETCH(QStringList, expected);
        QStringList lines;
        const QList<FoundEndpoint> all = claudeEndpoints({u"S"_s, shared}, {u"L"_s, local});
        for (const FoundEndpoint &found : all)
            lines.append(found.place + u' ' + told(found));
        QCOMPARE(lines, expected);
    }

    void takesOnlyStringsForVariables()
    {
        const auto variables = claudeVariables(R"({"env": {"A": "x", "B": 1, "C": null, "D": {}}, "model": "m"})");
        QVERIFY(variables.has_value());
        QCOMPARE(*variables, (Variables{{u"A"_s, u"x"_s}}));
        QVERIFY(claudeVariables(R"({"env": ["A"]})")->isEmpty());
    }

    void aPageThatIsPastedIsReadAtOnce()
    {
        const QString line = u"A=b"_s + QString(300, u' ') + u"c\n"_s;
        QElapsedTimer clock;
        clock.start();
        QVERIFY(!endpointInText(line.repeated(300)));
        QVERIFY2(clock.elapsed() < 2'000, qPrintable(QString::number(clock.elapsed())));
    }

    void whatIsPastedFillsAnEndpoint_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("url"); // "-": not said.
        QTest::addColumn<QString>("key");
        QTest::addColumn<AuthStyle>("auth");
        const QString none = u"-"_s;
        QTest::newRow("a URL") << u" https://relay.example/api \n"_s << u"https://relay.example/api"_s << none << AuthStyle::Auto;
        QTest::newRow("a key") << u"sk-ant-0123456789"_s << none << u"sk-ant-0123456789"_s << AuthStyle::Auto;
        QTest::newRow("both, in a sentence") << u"Use https://relay.example with key sk-0123456789abc!"_s << u"https://relay.example"_s << u"sk-0123456789abc"_s << AuthStyle::Auto;
        QTest::newRow("bash, a key alone is for nobody's address")
            << u"export ANTHROPIC_AUTH_TOKEN=\"sk-relay\""_s << none << u"sk-relay"_s << AuthStyle::Bearer;
        QTest::newRow("bash, both") << u"export ANTHROPIC_BASE_URL='https://relay.example/api'\nexport ANTHROPIC_API_KEY=sk-relay # mine"_s.replace(u" # mine"_s, QString())
                                    << u"https://relay.example/api"_s << u"sk-relay"_s << AuthStyle::XApiKey;
        QTest::newRow("bash, both in one line") << u"export ANTHROPIC_BASE_URL=https://relay.example/api?a=b ANTHROPIC_AUTH_TOKEN='sk-relay' && claude"_s
                                                << u"https://relay.example/api?a=b"_s << u"sk-relay"_s << AuthStyle::Bearer;
        QTest::newRow("bash, two commands in one line") << u"export ANTHROPIC_BASE_URL=\"https://relay.example\"; export ANTHROPIC_API_KEY=sk-relay"_s
                                                        << u"https://relay.example"_s << u"sk-relay"_s << AuthStyle::XApiKey;
        QTest::newRow("bash, an address alone") << u"export ANTHROPIC_BASE_URL=https://relay.example/?a=b"_s << u"https://relay.example/?a=b"_s << none << AuthStyle::Auto;
        QTest::newRow("fish") << u"set -gx ANTHROPIC_BASE_URL https://relay.example\nset -gx ANTHROPIC_AUTH_TOKEN sk-relay"_s << u"https://relay.example"_s << u"sk-relay"_s << AuthStyle::Bearer;
        QTest::newRow("PowerShell") << u"$env:OPENAI_BASE_URL = \"https://relay.example/v1\"\r\n$env:OPENAI_API_KEY = \"sk-relay\""_s << u"https://relay.example"_s << u"sk-relay"_s << AuthStyle::Auto;
        QTest::newRow("what ends a command") << u"export OPENAI_BASE_URL=https://relay.example/v1 ;\n OPENAI_API_KEY = 'sk-relay';\r\n"_s << u"https://relay.example"_s << u"sk-relay"_s << AuthStyle::Auto;
        QTest::newRow("cmd") << u"set ANTHROPIC_BASE_URL=https://relay.example\r\nset ANTHROPIC_AUTH_TOKEN=sk-relay"_s << u"https://relay.example"_s << u"sk-relay"_s << AuthStyle::Bearer;
        QTest::newRow("settings") << u"{\"env\": {\"ANTHROPIC_BASE_URL\": \"https://relay.example\", \"ANTHROPIC_AUTH_TOKEN\": \"sk-relay\"}}"_s << u"https://relay.example"_s << u"sk-relay"_s << AuthStyle::Bearer;
        QTest::newRow("JSON of others") << u"{\"base_url\": \"https://relay.example\", \"api_key\": \"sk-relay\"}"_s << u"https://relay.example"_s << u"sk-relay"_s << AuthStyle::Auto;
        QTest::newRow("nothing") << u"hello"_s << QString() << QString() << AuthStyle::Auto;
        QTest::newRow("empty") << QString() << QString() << QString() << AuthStyle::Auto;
        QTest::newRow("broken JSON") << u"{\"base_url\": "_s << QString() << QString() << AuthStyle::Auto;
        QTest::newRow("other variables") << u"export PATH=/usr/bin"_s << QString() << QString() << AuthStyle::Auto;
    }
    void whatIsPastedFillsAnEndpoint()
    {
        QFETCH(QString, url);
        QFETCH(QString, key);
        QFETCH(QString, text);
        QFETCH(AuthStyle, auth);
        const std::optional<EndpointFields> fields = endpointInText(text);
        if (url.isEmpty()) {
            QVERIFY(!fields);
            return;
        }
        QVERIFY(fields);
        QCOMPARE(fields->baseUrl.value_or(u"-"_s), url);
        QCOMPARE(fields->apiKey.value_or(u"-"_s), key);
        QCOMPARE(fields->auth.value_or(AuthStyle::Auto), auth);
    }
};

QTEST_GUILESS_MAIN(TestImport)
#include "tst_import.moc"
