#include "core/config/configfile.h"
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
        return {{path(u"fastcc/cache.json"_s)}, path(u"switch"_s), path(u"claude"_s), {}};
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
        QTest::newRow("a torn key") << a << u"sk-secret\n0123456789"_s << u"bad_key"_s << a;
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
