#include "core/config/configparser.h"
#include "core/config/settings.h"
#include "core/import/importinto.h"
#include "core/import/importplaces.h"

#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QTest>

using namespace qcc;
using namespace Qt::StringLiterals;

namespace {

constexpr char cache[] = R"({"profiles": {"p": {"base_url": "u", "api_key": "k"}}})";

constexpr char providers[] = R"({"claude": {"current": "1", "providers": {
  "1": {"name": "one", "settingsConfig": {"env": {"ANTHROPIC_API_KEY": "k"}}},
  "2": {"name": "two", "settingsConfig": {"env": {"ANTHROPIC_API_KEY": "l"}}}}}})";

FoundEndpoint single(const QString &url, const QString &key, const QString &cluster = u"claude-code"_s,
                     ImportSource source = ImportSource::ClaudeCode)
{
    FoundEndpoint found;
    found.source = source;
    found.cluster = cluster;
    found.fields.baseUrl = url;
    found.fields.apiKey = key;
    return found;
}

QStringList outcomes(const QList<ImportedEndpoint> &all)
{
    QStringList words;
    for (const ImportedEndpoint &one : all)
        words.append(toWord(one.outcome));
    return words;
}

Result<Config> parsed(const QJsonObject &json)
{
    return parseConfig(QJsonDocument(json).toJson());
}

/// "cluster: name, name", one cluster a line.
QStringList shape(const QJsonObject &json)
{
    const Result<Config> config = parsed(json);
    if (!config)
        return {config.error().message};
    QStringList lines;
    for (const Cluster &cluster : config->clusters) {
        QStringList names;
        for (const Endpoint &endpoint : cluster.endpoints)
            names.append(endpoint.name);
        lines.append(cluster.name + u": "_s + names.join(", "_L1));
    }
    return lines;
}

class Folder
{
public:
    QString path(const QString &name) const { return m_folder.filePath(name); }
    bool write(const QString &name, const QByteArray &text) const
    {
        if (!QDir().mkpath(QFileInfo(path(name)).path()))
            return false;
        QFile file(path(name));
        return file.open(QIODevice::WriteOnly) && file.write(text) == text.size();
    }
    ImportPlaces places() const
    {
        return {{path(u"fastcc/cache.json"_s)}, path(u"switch"_s), path(u"claude"_s), {}, path(u"codex"_s), path(u"gemini"_s)};
    }

private:
    QTemporaryDir m_folder;
};

const QString a = u"https://a.example"_s;

} // namespace

class TestImportInto : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void addsClustersAndEndpointsOnce()
    {
        QJsonObject json = defaultConfigJson();
        json.insert("mine"_L1, 1);
        FoundEndpoint backup = single(u"https://b.example/api/"_s, u"l"_s, u"work"_s, ImportSource::Fastcc);
        backup.fields.name = u"backup"_s;
        const QList<FoundEndpoint> found{
            single(a, u"k"_s, u"work"_s, ImportSource::Fastcc), backup,
            single(u"https://b.example/api/"_s, u"l"_s, u"backup"_s, ImportSource::Fastcc)};
        const QList<ImportedEndpoint> first = importInto(json, found);
        QCOMPARE(outcomes(first), QStringList(3, u"added"_s));
        QCOMPARE(first.at(1).sentence, u"Added to the cluster \"work\" as \"backup\"."_s);
        QCOMPARE(shape(json), (QStringList{u"work: a.example, backup"_s, u"backup: b.example"_s}));
        QCOMPARE(json.value("active_cluster"_L1).toString(), u"work"_s);
        QCOMPARE(json.value("mine"_L1).toInt(), 1);

        const QJsonObject once = json;
        const QList<ImportedEndpoint> second = importInto(json, found);
        QCOMPARE(outcomes(second), QStringList(3, u"already_there"_s));
        QCOMPARE(second.first().sentence, u"The cluster \"work\" has it already, as \"a.example\"."_s);
        QCOMPARE(json, once);
    }

    void anImportCanBeTakenBackWhateverCameAfterIt()
    {
        QJsonObject json = defaultConfigJson();
        const QList<FoundEndpoint> earlier{single(u"https://old.example"_s, u"o"_s, u"work"_s, ImportSource::Fastcc)};
        importInto(json, earlier);
        const QJsonObject before = json;
        const QList<FoundEndpoint> found{single(a, u"k"_s, u"work"_s, ImportSource::Fastcc), single(u"https://b.example"_s, u"l"_s, u"new"_s, ImportSource::Fastcc),
                                         single(u"https://old.example"_s, u"o"_s, u"work"_s, ImportSource::Fastcc)};
        importInto(json, found);
        QCOMPARE(shape(json), (QStringList{u"work: old.example, a.example"_s, u"new: b.example"_s}));
        QJsonObject undone = json;
        removeImported(undone, before, found);
        QCOMPARE(undone, before);
        // Something was added to what it made, and something of it deleted.
        EndpointFields mine;
        mine.baseUrl = u"https://mine.example"_s;
        QVERIFY(addEndpoint(json, u"new"_s, mine));
        QVERIFY(removeEndpoint(json, u"work"_s, u"a.example"_s));
        removeImported(json, before, found);
        QCOMPARE(shape(json), (QStringList{u"work: old.example"_s, u"new: mine.example"_s}));
        // Of the first import of all nothing is left either.
        QJsonObject empty = defaultConfigJson();
        const QJsonObject none = empty;
        importInto(empty, found);
        removeImported(empty, none, found);
        QCOMPARE(shape(empty), QStringList());
        QVERIFY(empty.value("active_cluster"_L1).toString().isEmpty());
    }

    void aSingleEndpointIsNewOnlyWhereNoClusterHasIt()
    {
        QJsonObject json = defaultConfigJson();
        const FoundEndpoint ofCluster = single(a, u"k"_s, u"work"_s, ImportSource::Fastcc);
        const FoundEndpoint again = single(a, u"k"_s, u"other"_s, ImportSource::Fastcc);
        QCOMPARE(outcomes(importInto(json, {ofCluster, single(a + u'/', u"k"_s), again})),
                 (QStringList{u"added"_s, u"already_there"_s, u"added"_s}));
        QCOMPARE(outcomes(importInto(json, {single(a, u"another"_s)})), QStringList{u"added"_s});
        QCOMPARE(shape(json), (QStringList{u"work: a.example"_s, u"other: a.example"_s, u"claude-code: a.example"_s}));
    }

    void sharesAClusterWithWhatIsThere()
    {
        QJsonObject json = defaultConfigJson();
        FoundEndpoint named = single(a, u"k"_s, u"work"_s);
        named.fields.name = u"relay"_s;
        QCOMPARE(outcomes(importInto(json, {named})), QStringList{u"added"_s});
        named.fields.apiKey = u"l"_s;
        const QList<ImportedEndpoint> second = importInto(json, {named, single(a, u"m"_s, u"work"_s)});
        QCOMPARE(second.first().name, u"relay-2"_s);
        QCOMPARE(shape(json), QStringList{u"work: relay, relay-2, a.example"_s});
    }

    void onlyTheFirstAddedBecomesActive_data()
    {
        QTest::addColumn<QString>("activeBefore");
        QTest::addColumn<QString>("active");
        QTest::newRow("none before") << QString() << u"claude-code"_s;
        QTest::newRow("one before") << u"mine"_s << u"mine"_s;
    }

    void onlyTheFirstAddedBecomesActive()
    {
        QFETCH(QString, activeBefore);
        QFETCH(QString, active);
        QJsonObject json = defaultConfigJson();
        QVERIFY(addCluster(json, u"mine"_s));
        json.insert("active_cluster"_L1, activeBefore);
        importInto(json, {single(a, QString(), u"keyless"_s), single(a, u"k"_s), single(a, u"l"_s, u"late"_s)});
        QCOMPARE(json.value("active_cluster"_L1).toString(), active);
        QCOMPARE(shape(json), (QStringList{u"mine: "_s, u"claude-code: a.example"_s, u"late: a.example"_s}));
    }

    void saysWhyAnEndpointIsNotTaken_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("outcome");
        QTest::addColumn<QString>("shown");
        const QString secret = u"sk-secret-0123456789"_s;
        QTest::newRow("qcc itself") << u"http://127.0.0.1:7860/"_s << secret << u"own_address"_s << u"http://127.0.0.1:7860"_s;
        QTest::newRow("qcc by name") << u"http://localhost:7860"_s << QString() << u"own_address"_s << u"http://localhost:7860"_s;
        QTest::newRow("no URL") << secret << secret << u"bad_url"_s << QString();
        QTest::newRow("another scheme") << u"ftp://a.example"_s << secret << u"bad_url"_s << u"ftp://a.example"_s;
        QTest::newRow("a secret in the query") << a + u"/x?key="_s + secret << secret << u"bad_url"_s << a + u"/x"_s;
        QTest::newRow("a secret before the host")
            << u"https://u:"_s + secret + u"@a.example"_s << secret << u"bad_url"_s << a;
        QTest::newRow("no key") << a << u" "_s << u"no_key"_s << a;
        QTest::newRow("cc-switch's own") << u"http://127.0.0.1:15721/v1"_s << u"PROXY_MANAGED"_s << u"placeholder"_s << u"http://127.0.0.1:15721/v1"_s;
        QTest::newRow("cc-switch's key") << a << u"PROXY_MANAGED"_s << u"placeholder"_s << a;
        QTest::newRow("cc-switch's key by itself") << u"https://api.openai.com"_s << u" proxy_managed"_s << u"placeholder"_s << u"https://api.openai.com"_s;
        QTest::newRow("cc-switch's address") << u"http://[::1]:15721"_s << secret << u"placeholder"_s << u"http://[::1]:15721"_s;
        QTest::newRow("claude-code-router") << u"http://localhost:3456"_s << u"test"_s << u"placeholder"_s << u"http://localhost:3456"_s;
        QTest::newRow("CLIProxyAPI") << u"http://127.0.0.1:8317"_s << QString() << u"placeholder"_s << u"http://127.0.0.1:8317"_s;
        QTest::newRow("LiteLLM") << u"http://0.0.0.0:4000"_s << u"sk-1234"_s << u"placeholder"_s << u"http://0.0.0.0:4000"_s;
        QTest::newRow("a key that is none") << u"http://127.0.0.1:9999"_s << u"sk-placeholder"_s << u"placeholder"_s << u"http://127.0.0.1:9999"_s;
        QTest::newRow("another that is none") << u"http://127.0.0.1:9999"_s << u"Dummy"_s << u"placeholder"_s << u"http://127.0.0.1:9999"_s;
        QTest::newRow("a torn key") << a << u"sk-secret\n0123456789"_s << u"bad_key"_s << a;
        QTest::newRow("a key that is masked") << a << u"sk-\u2026secret"_s << u"bad_key"_s << a;
    }

    void saysWhyAnEndpointIsNotTaken()
    {
        QFETCH(QString, url);
        QFETCH(QString, key);
        QFETCH(QString, outcome);
        QFETCH(QString, shown);
        QJsonObject json = defaultConfigJson();
        const QList<ImportedEndpoint> all = importInto(json, {single(url, key)});
        QCOMPARE(outcomes(all), QStringList{outcome});
        QVERIFY(!all.first().sentence.isEmpty());
        QVERIFY2(!all.first().sentence.contains("secret"_L1), qPrintable(all.first().sentence));
        QCOMPARE(shownUrl(all.first().found), shown);
        QVERIFY(!maskedKey(all.first().found).contains("secret"_L1));
        QVERIFY(all.first().name.isEmpty());
        QCOMPARE(json, defaultConfigJson());
    }

    void keysAreReadAsTheyWereMeant()
    {
        QJsonObject json = defaultConfigJson();
        QCOMPARE(outcomes(importInto(json, {single(a, u"\u200b\"Bearer sk-1\""_s), single(a, u"sk-1"_s)})), (QStringList{u"added"_s, u"already_there"_s}));
        QCOMPARE(parsed(json)->clusters.first().endpoints.first().apiKey, "sk-1");
        QVERIFY(json.value("clusters"_L1)[0]["endpoints"_L1][0]["api_key"_L1].toString() == u"sk-1"_s);
        const QList<ImportedEndpoint> odd = importInto(json, {single(a + u"/v1/chat"_s, u"k"_s), single(a + u"/paas/v4"_s, u"k"_s)});
        QVERIFY2(odd.first().warning.startsWith("Its base URL names v1 in its midst"_L1), qPrintable(odd.first().warning));
        QVERIFY(odd.last().warning.isEmpty());
    }

    void serversOfModelsOnThisComputerAreEndpoints_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<QString>("key");
        QTest::newRow("Ollama") << u"http://localhost:11434"_s << u"ollama"_s;
        QTest::newRow("Ollama, which takes any key") << u"http://127.0.0.1:11434/v1"_s << u"dummy"_s;
        QTest::newRow("LM Studio") << u"http://127.0.0.1:1234/v1"_s << u"lm-studio"_s;
        QTest::newRow("vLLM") << u"http://127.0.0.1:8000/v1"_s << u"EMPTY"_s;
        QTest::newRow("one with a key of its own") << u"http://127.0.0.1:4000"_s << u"sk-secret-0123456789"_s;
        QTest::newRow("an address that only looks like one") << u"http://127.0.0.1.example:15721"_s << u"dummy"_s;
    }

    void serversOfModelsOnThisComputerAreEndpoints()
    {
        QFETCH(QString, url);
        QFETCH(QString, key);
        QJsonObject json = defaultConfigJson();
        QCOMPARE(outcomes(importInto(json, {single(url, key)})), QStringList{u"added"_s});
    }

    void whatCannotBeSeenIsNoPartOfAName_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("kept");
        QTest::newRow("turned around") << u"relay\u202Egpj.exe"_s << u"relaygpj.exe"_s;
        QTest::newRow("isolated") << u"\u2066relay\u2069 \u200F"_s << u"relay"_s;
        QTest::newRow("zero width") << u"re\u200Blay\uFEFF"_s << u"relay"_s;
        QTest::newRow("tags") << u"relay\U000E0001\U000E0061"_s << u"relay"_s;
        QTest::newRow("fillers") << u"relay\u3164\u2800\uFFA0"_s << u"relay"_s;
        QTest::newRow("a separator of lines") << u"re\u2028lay"_s << u"relay"_s;
        QTest::newRow("what a script needs") << u"\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645"_s << u"\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645"_s;
        QTest::newRow("beyond the first plane") << u"\U0001F680 \u4E2D\u7EE7"_s << u"\U0001F680 \u4E2D\u7EE7"_s;
        QTest::newRow("nothing to be seen") << u"\u200D\u202A \u200C"_s << u"a.example"_s;
    }

    void whatCannotBeSeenIsNoPartOfAName()
    {
        QFETCH(QString, name);
        QFETCH(QString, kept);
        QJsonObject json = defaultConfigJson();
        FoundEndpoint odd = single(a, u"k"_s, kept == u"a.example"_s ? u"c"_s : name);
        odd.fields.name = name;
        const QList<ImportedEndpoint> all = importInto(json, {odd});
        QCOMPARE(all.first().name, kept);
        QCOMPARE(all.first().found.cluster, kept == u"a.example"_s ? u"c"_s : kept);
        QCOMPARE(shape(json).size(), 1);
    }

    void aKeyWithoutAnAddressIsTheVendorsOnlyWhereNothingElseNamesOne_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<Variables>("environment");
        QTest::addColumn<QStringList>("expected"); // "source outcome"
        const Variables key{{u"ANTHROPIC_AUTH_TOKEN"_s, u"k"_s}};
        const QString settings = u"claude/settings.json"_s;
        QTest::newRow("nothing") << QString() << QByteArray() << key << QStringList{u"environment added"_s};
        QTest::newRow("its client's settings")
            << settings << QByteArray(R"({"env": {"ANTHROPIC_BASE_URL": "https:\/\/a.example"}})") << key
            << QStringList{u"claude no_key"_s, u"environment unknown_address"_s};
        QTest::newRow("its client's local settings")
            << u"claude/settings.local.json"_s << QByteArray(R"({"env": {"ANTHROPIC_BASE_URL": "https:\/\/a.example"}})") << key
            << QStringList{u"claude no_key"_s, u"environment unknown_address"_s};
        QTest::newRow("settings that cannot be read") << settings << QByteArray("{") << key << QStringList{u"environment unknown_address"_s};
        QTest::newRow("settings without an address") << settings << QByteArray("{}") << key << QStringList{u"environment added"_s};
        QTest::newRow("the other way round")
            << settings << QByteArray(R"({"env": {"ANTHROPIC_AUTH_TOKEN": "k"}})") << Variables{{u"ANTHROPIC_BASE_URL"_s, a}}
            << QStringList{u"claude unknown_address"_s, u"environment no_key"_s};
        const Variables openAi{{u"OPENAI_API_KEY"_s, u"k"_s}};
        QTest::newRow("Codex's provider") << u"codex/config.toml"_s << QByteArray("openai_base_url = 'https://a.example'\n") << openAi
                                          << QStringList{u"environment unknown_address"_s};
        QTest::newRow("Codex without one") << u"codex/config.toml"_s << QByteArray("model = 'm'\n") << openAi << QStringList{u"environment added"_s};
        QTest::newRow("a variable of older programs")
            << QString() << QByteArray() << Variables{{u"OPENAI_API_KEY"_s, u"k"_s}, {u"OPENAI_API_BASE"_s, a}}
            << QStringList{u"environment unknown_address"_s};
        QTest::newRow("Gemini's file") << u"gemini/.env"_s << QByteArray("export GOOGLE_GEMINI_BASE_URL=https://a.example\n")
                                       << Variables{{u"GEMINI_API_KEY"_s, u"k"_s}} << QStringList{u"environment unknown_address"_s};
    }

    void aKeyWithoutAnAddressIsTheVendorsOnlyWhereNothingElseNamesOne()
    {
        QFETCH(QString, file);
        QFETCH(QByteArray, text);
        QFETCH(Variables, environment);
        QFETCH(QStringList, expected);
        const Folder folder;
        QVERIFY(file.isEmpty() || folder.write(file, text));
        ImportPlaces places = folder.places();
        places.environment = environment;
        QJsonObject json = defaultConfigJson();
        QStringList outcomes;
        for (const ImportedEndpoint &one : importInto(json, findEndpoints(places).endpoints))
            outcomes.append(toWord(one.found.source) + u' ' + toWord(one.outcome));
        QCOMPARE(outcomes, expected);
        const bool added = expected.contains(u"environment added"_s);
        QCOMPARE(json.value("clusters"_L1).toArray().size(), added ? 1 : 0);
        // Nor where only one of the places is asked for.
        QJsonObject again = defaultConfigJson();
        importInto(again, findEndpoints(places, ImportSource::Environment).endpoints);
        QCOMPARE(again.value("clusters"_L1).toArray().size(), added ? 1 : 0);
    }

    void knowsItsOwnAddressFromTheConfiguration()
    {
        QJsonObject json = defaultConfigJson();
        QVERIFY(setValue(json, u"listen.port"_s, 9000));
        const QString own = u"http://127.0.0.1:9000"_s;
        QCOMPARE(outcomes(importInto(json, {single(own, u"k"_s), single(u"http://127.0.0.1:7860"_s, u"k"_s)})),
                 (QStringList{u"own_address"_s, u"added"_s}));
    }

    void aValidConfigurationStaysValid()
    {
        QJsonObject json = defaultConfigJson();
        FoundEndpoint odd = single(u" https://a.example/ "_s, u" k\n"_s, u" \n"_s);
        odd.fields.name = u" x\ty "_s;
        QCOMPARE(outcomes(importInto(json, {odd, single(u"https://[::1"_s, u"k"_s)})),
                 (QStringList{u"added"_s, u"bad_url"_s}));
        QCOMPARE(shape(json), QStringList{u"claude: xy"_s});
    }

    void looksInAllPlacesOrInOne()
    {
        Folder folder;
        QVERIFY(folder.write(u"fastcc/cache.json"_s, cache));
        QVERIFY(folder.write(u"switch/config.json"_s, providers));
        QVERIFY(folder.write(u"claude/settings.local.json"_s, R"({"env": {"ANTHROPIC_API_KEY": "k"}})"));
        ImportPlaces places = folder.places();
        places.environment = {{u"OPENAI_API_KEY"_s, u"k"_s}};

        const ImportFindings all = findEndpoints(places);
        QCOMPARE(all.endpoints.size(), 1 + 2 + 1 + 1);
        QStringList states;
        for (const SearchedPlace &place : all.searched)
            states.append(toWord(place.source) + (place.state == SearchedPlace::State::Read ? u"+"_s : u"-"_s));
        QCOMPARE(states, (QStringList{u"fastcc+"_s, u"cc-switch+"_s, u"claude-"_s, u"claude+"_s, u"environment+"_s}));

        const ImportFindings one = findEndpoints(places, ImportSource::ClaudeCode);
        QCOMPARE(one.endpoints.size(), 1);
        QCOMPARE(one.endpoints.first().fields.baseUrl, u"https://api.anthropic.com"_s);
        QCOMPARE(one.endpoints.first().place, folder.path(u"claude/settings.local.json"_s));
        QCOMPARE(one.searched.size(), 2);
    }

    void anEmptyHomeHoldsNothing()
    {
        const Folder folder;
        const ImportFindings findings = findEndpoints(folder.places());
        QVERIFY(findings.endpoints.isEmpty());
        QCOMPARE(findings.searched.size(), 5);
        for (const SearchedPlace &place : findings.searched)
            QVERIFY(place.state == SearchedPlace::State::Missing);
    }

    void saysWhichFileItCouldNotRead_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("why");
        QTest::newRow("garbled") << QByteArray("{\n  \"a\": sk-secret\n}") << u"line 2 is not valid JSON"_s;
        QTest::newRow("huge") << QByteArray(1024 * 1024 + 1, ' ') << u"larger than 1 MB"_s;
        QByteArray many("[");
        for (int i = 0; i <= 500; ++i)
            many += QByteArray("{\"url\":\"u\",\"key\":\"") + QByteArray::number(i) + "\"},";
        many.back() = ']';
        QTest::newRow("too many") << QByteArray("{\"clusters\":") + many + '}' << u"more than 500"_s;
    }

    void saysWhichFileItCouldNotRead()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, why);
        Folder folder;
        QVERIFY(folder.write(u"fastcc/cache.json"_s, text));
        const ImportFindings findings = findEndpoints(folder.places());
        QVERIFY(findings.endpoints.isEmpty());
        const SearchedPlace &place = findings.searched.first();
        QVERIFY(place.state == SearchedPlace::State::Unreadable);
        QVERIFY2(place.problem.contains(why), qPrintable(place.problem));
        QVERIFY(place.problem.contains(folder.path(u"fastcc/cache.json"_s)));
        QVERIFY(!place.problem.contains("secret"_L1));
    }

    void aFolderInPlaceOfAFileIsUnreadable()
    {
        const Folder folder;
        QVERIFY(QDir().mkpath(folder.path(u"fastcc/cache.json"_s)));
        QVERIFY(findEndpoints(folder.places()).searched.first().state == SearchedPlace::State::Unreadable);
    }
};

QTEST_GUILESS_MAIN(TestImportInto)
#include "tst_importinto.moc"
