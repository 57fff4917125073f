#include "core/base/visibletext.h"
#include "core/config/configedit.h"
#include "core/config/configparser.h"
#include "core/config/routeedit.h"
#include "core/config/settings.h"
#include "tests/support/testcertificate.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTemporaryFile>
#include <QTest>

using namespace qcc;
using namespace Qt::StringLiterals;

namespace {

// moc 6.4 loses a class behind a raw string that holds two slashes in a row; JSON allows to escape them.

QJsonObject twoClusters()
{
    return QJsonDocument::fromJson(R"({
        "note": "mine", "active_cluster": "work",
        "clusters": [
          { "name": "work", "colour": "red", "endpoints": [
            { "name": "a", "base_url": "https:\/\/a.example", "api_key": "k1", "note": 1 },
            { "base_url": "https:\/\/b.example/" } ] },
          { "name": "home", "endpoints": [] } ] })")
        .object();
}

QJsonObject endpointOf(const QJsonObject &config, qsizetype index)
{
    return config.value("clusters"_L1).toArray().at(0).toObject().value("endpoints"_L1).toArray().at(index).toObject();
}

QStringList clusterNames(const QJsonObject &config)
{
    QStringList names;
    const QJsonArray clusters = config.value("clusters"_L1).toArray();
    for (const QJsonValue &cluster : clusters)
        names.append(cluster.toObject().value("name"_L1).toString());
    return names;
}

/// Three endpoints in the cluster "work": a, b.example (which has no name of its own) and c.
QJsonObject threeEndpoints()
{
    QJsonObject config = twoClusters();
    EndpointFields c;
    c.name = u"c"_s;
    c.baseUrl = u"https://c.example"_s;
    return addEndpoint(config, u"work"_s, c) ? config : QJsonObject();
}

/// "c1 a2": names or hosts with their priorities.
QString order(const QJsonObject &config)
{
    QStringList words;
    const Result<Config> parsed = parseConfig(QJsonDocument(config).toJson());
    for (const Endpoint &endpoint : parsed ? parsed->clusters.first().endpoints : QList<Endpoint>())
        words.append(endpoint.name + QString::number(endpoint.priority));
    return words.join(u' ');
}

EndpointFields withUrl(const QString &url)
{
    EndpointFields fields;
    fields.baseUrl = url;
    return fields;
}

} // namespace

class TestConfigEdit : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void firstClusterBecomesActive()
    {
        QJsonObject config = defaultConfigJson();
        QVERIFY(addCluster(config, u"one"_s));
        QVERIFY(addCluster(config, u"two"_s, Strategy::Fastest));
        const Result<Config> parsed = parseConfig(QJsonDocument(config).toJson());
        QVERIFY(parsed.has_value());
        QCOMPARE(parsed->activeCluster, u"one"_s);
        QCOMPARE(parsed->clusters.at(1).strategy, Strategy::Fastest);
    }

    void removingTheActiveClusterLeavesNoneActive()
    {
        QJsonObject config = twoClusters();
        QVERIFY(removeCluster(config, u"work"_s));
        QVERIFY(config.value("active_cluster"_L1).isNull());
        QCOMPARE(config.value("clusters"_L1).toArray().size(), 1);
        QCOMPARE(config.value("note"_L1).toString(), u"mine"_s);
    }

    void removingAnotherClusterKeepsTheActiveOne()
    {
        QJsonObject config = twoClusters();
        QVERIFY(removeCluster(config, u"home"_s));
        QCOMPARE(config.value("active_cluster"_L1).toString(), u"work"_s);
    }

    void useSwitchesTheActiveCluster()
    {
        QJsonObject config = twoClusters();
        QVERIFY(useCluster(config, u"home"_s));
        QCOMPARE(config.value("active_cluster"_L1).toString(), u"home"_s);
    }

    void renamingKeepsAllElseAndTheActiveCluster()
    {
        QJsonObject config = twoClusters();
        QVERIFY(renameCluster(config, u"work"_s, u" office "_s));
        QCOMPARE(config.value("active_cluster"_L1).toString(), u"office"_s);
        QCOMPARE(clusterNames(config), (QStringList{u"office"_s, u"home"_s}));
        QVERIFY(renameCluster(config, u"home"_s, u"spare"_s));
        QCOMPARE(config.value("active_cluster"_L1).toString(), u"office"_s);
        QVERIFY(renameCluster(config, u"office"_s, u"work"_s));
        QVERIFY(renameCluster(config, u"spare"_s, u"home"_s));
        QVERIFY(renameCluster(config, u"home"_s, u"home"_s));
        QCOMPARE(config, twoClusters());
    }

    void setsTheStrategy()
    {
        QJsonObject config = twoClusters();
        QVERIFY(setStrategy(config, u"home"_s, Strategy::LeastConnections));
        const Result<Config> parsed = parseConfig(QJsonDocument(config).toJson());
        QVERIFY(parsed.has_value());
        QCOMPARE(parsed->cluster(u"home"_s)->strategy, Strategy::LeastConnections);
        QCOMPARE(parsed->cluster(u"work"_s)->strategy, Strategy::PriorityFailover);
    }

    void aClonedClusterStandsRightAfterWithEveryKey()
    {
        QJsonObject config = twoClusters();
        QVERIFY(cloneCluster(config, u"work"_s, u"copy"_s));
        QCOMPARE(clusterNames(config), (QStringList{u"work"_s, u"copy"_s, u"home"_s}));
        QCOMPARE(config.value("active_cluster"_L1).toString(), u"work"_s);
        const QJsonArray clusters = config.value("clusters"_L1).toArray();
        QJsonObject expected = clusters.at(0).toObject();
        expected.insert("name"_L1, u"copy"_s);
        QCOMPARE(clusters.at(1).toObject(), expected);
        QVERIFY(parseConfig(QJsonDocument(config).toJson()).has_value());
    }

    void movesAClusterToAnIndexOrTheNearerEnd_data()
    {
        QTest::addColumn<int>("to");
        QTest::addColumn<QString>("names");
        QTest::newRow("first") << 0 << u"c a b"_s;
        QTest::newRow("middle") << 1 << u"a c b"_s;
        QTest::newRow("where it is") << 2 << u"a b c"_s;
        QTest::newRow("before the first") << -5 << u"c a b"_s;
        QTest::newRow("after the last") << 9 << u"a b c"_s;
    }

    void movesAClusterToAnIndexOrTheNearerEnd()
    {
        QFETCH(int, to);
        QFETCH(QString, names);
        QJsonObject config = defaultConfigJson();
        for (const QString &name : {u"a"_s, u"b"_s, u"c"_s})
            QVERIFY(addCluster(config, name));
        QVERIFY(moveCluster(config, u"c"_s, to));
        QCOMPARE(clusterNames(config).join(u' '), names);
    }

    void aRestoredClusterIsAsItWas_data()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("the active one") << u"work"_s;
        QTest::newRow("the last one") << u"home"_s;
    }

    void aRestoredClusterIsAsItWas()
    {
        QFETCH(QString, name);
        QJsonObject config = twoClusters();
        QVERIFY(removeCluster(config, name));
        QVERIFY(config != twoClusters());
        QVERIFY(restoreCluster(config, twoClusters(), name));
        QCOMPARE(config, twoClusters());
    }

    void aRestoredClusterLeavesTheActiveOneAlone()
    {
        QJsonObject config = twoClusters();
        QVERIFY(removeCluster(config, u"work"_s));
        QVERIFY(useCluster(config, u"home"_s));
        QVERIFY(restoreCluster(config, twoClusters(), u"work"_s));
        QCOMPARE(config.value("active_cluster"_L1).toString(), u"home"_s);
    }

    void aPlaceThatIsGoneBecomesTheEnd()
    {
        QJsonObject config = threeEndpoints();
        const QJsonObject before = config;
        QVERIFY(removeEndpoint(config, u"work"_s, u"c"_s));
        QVERIFY(removeEndpoint(config, u"work"_s, u"a"_s));
        QVERIFY(restoreEndpoint(config, before, u"work"_s, u"c"_s));
        QCOMPARE(order(config), u"b.example1 c1"_s);
        QVERIFY(removeCluster(config, u"work"_s));
        QVERIFY(removeCluster(config, u"home"_s));
        QVERIFY(restoreCluster(config, before, u"home"_s));
        QCOMPARE(clusterNames(config), QStringList(u"home"_s));
    }

    void routesFollowTheirCluster()
    {
        QJsonObject config = twoClusters();
        QVERIFY(addRoute(config, {.model = u"a"_s, .cluster = u"home"_s}, 9));
        QVERIFY(addRoute(config, {.model = u"b"_s, .cluster = u"work"_s}, 9));
        QVERIFY(addRoute(config, {.model = u"c"_s, .cluster = u"home"_s, .setModel = u"d"_s}, 0));
        const auto order = [&config] {
            QStringList words;
            const QJsonArray routes = config.value("routes"_L1).toArray();
            for (const QJsonValue &route : routes)
                words.append(route["model"_L1].toString() + u':' + route["cluster"_L1].toString());
            return words.join(u' ');
        };
        QCOMPARE(order(), u"c:home a:home b:work"_s);
        QVERIFY(renameCluster(config, u"home"_s, u"house"_s));
        QCOMPARE(order(), u"c:house a:house b:work"_s);
        const QJsonObject before = config;
        QVERIFY(removeCluster(config, u"house"_s));
        QCOMPARE(order(), u"b:work"_s);
        QVERIFY(parseConfig(QJsonDocument(config).toJson()));
        QVERIFY(restoreCluster(config, before, u"house"_s));
        QCOMPARE(order(), u"c:house a:house b:work"_s);
        QVERIFY(moveRoute(config, 2, 0));
        QCOMPARE(order(), u"b:work c:house a:house"_s);
        QVERIFY(replaceRoute(config, 0, {.path = u"/v1/*"_s, .cluster = u"house"_s}));
        QCOMPARE(order(), u":house c:house a:house"_s);
        for (int i = 0; i < 3; ++i)
            QVERIFY(removeRoute(config, 0));
        QCOMPARE(config.value("routes"_L1), QJsonValue(QJsonArray()));
        QVERIFY(!removeRoute(config, 0));
        QVERIFY(!addRoute(config, {.model = u"a"_s, .cluster = u"away"_s}, 0));
        QVERIFY(!addRoute(config, {.cluster = u"work"_s}, 0));
    }

    void removedRoutesComeBack()
    {
        QJsonObject config = twoClusters();
        const RouteRule a{.model = u"a"_s, .cluster = u"home"_s}, b{.client = u"b"_s, .path = u"/v1"_s, .cluster = u"work"_s, .setModel = u"c"_s};
        for (const RouteRule &rule : {a, b, a})
            QVERIFY(addRoute(config, rule, 9));
        QJsonArray routes = config.value("routes"_L1).toArray();
        QJsonObject noted = routes.at(1).toObject();
        noted.insert(u"note"_s, u"mine"_s);
        routes.replace(1, noted);
        config.insert(u"routes"_s, routes);
        QCOMPARE(routeIndex(config, a, 0), 0);
        QCOMPARE(routeIndex(config, a, 2), 2);
        QCOMPARE(routeIndex(config, b, 2), 1);
        QCOMPARE(routeIndex(config, {.model = u"a"_s, .cluster = u"work"_s}, 0), notThere);
        const QJsonObject before = config;
        QVERIFY(removeRoute(config, 1));
        QVERIFY(moveRoute(config, 1, 0));
        QVERIFY(restoreRoute(config, before, 1));
        QCOMPARE(config, before);
        QVERIFY(removeRoute(config, 0));
        QVERIFY(removeRoute(config, 0));
        QVERIFY(removeRoute(config, 0));
        QVERIFY(restoreRoute(config, before, 2)); // To the nearest place that there is.
        QCOMPARE(routeIndex(config, a, 0), 0);
        QVERIFY(!restoreRoute(config, before, 3));
        QVERIFY(!restoreRoute(config, before, notThere));
        QVERIFY(removeCluster(config, u"home"_s));
        QVERIFY(!restoreRoute(config, before, 0));
    }

    void addsAnEndpointWithAllFields()
    {
        QJsonObject config = twoClusters();
        QTemporaryFile caFile;
        QVERIFY(caFile.open() && caFile.write(qcc::test::TestCertificate::make().certificatePem) > 0 && caFile.flush());
        const EndpointFields fields{u"c"_s,    u"https://c.example/v1// "_s, u" sk-c\n"_s, 3,
                                    7,         AuthStyle::Both,             u"none"_s,    true,
                                    caFile.fileName(), {{{u"m"_s, u"n"_s}}}, false};
        QVERIFY(addEndpoint(config, u"work"_s, fields));
        const Result<Config> parsed = parseConfig(QJsonDocument(config).toJson());
        QVERIFY2(parsed.has_value(), qPrintable(parsed.has_value() ? QString() : parsed.error().message));
        const Endpoint &added = parsed->clusters.at(0).endpoints.at(2);
        Endpoint expected{u"c"_s, "https://c.example/v1", "sk-c", AuthStyle::Both, 3, 7, false, u"none"_s, true,
                          caFile.fileName(), {{u"m"_s, u"n"_s}}, {}, endpointId("https://c.example/v1", "sk-c")};
        QVERIFY(added == expected);
    }

    void refusesACaFileThatHoldsNone()
    {
        QJsonObject config = twoClusters();
        const QJsonObject before = config;
        QTemporaryFile empty;
        QVERIFY(empty.open());
        EndpointFields fields;
        fields.baseUrl = u"https://c.example"_s;
        for (const QString &path : {empty.fileName(), u"/nonexistent/ca.pem"_s, u"ca.pem"_s}) {
            fields.caFile = path;
            const Result<void> added = addEndpoint(config, u"work"_s, fields);
            QVERIFY(!added && added.error().code == ErrorCode::Usage && added.error().message.contains(path));
            QVERIFY(!added.error().hint.isEmpty());
        }
        QCOMPARE(config, before);
    }

    void namesAnEndpointAfterItsHost()
    {
        QJsonObject config = twoClusters();
        QVERIFY(addEndpoint(config, u"work"_s, withUrl(u"https://c.example/1"_s)));
        QVERIFY(addEndpoint(config, u"work"_s, withUrl(u"https://c.example/2"_s)));
        QCOMPARE(endpointOf(config, 2).value("name"_L1).toString(), u"c.example"_s);
        QCOMPARE(endpointOf(config, 3).value("name"_L1).toString(), u"c.example-2"_s);
    }

    void editsOnlyTheGivenFields()
    {
        QJsonObject config = twoClusters();
        EndpointFields fields;
        fields.weight = 9;
        QVERIFY(editEndpoint(config, u"work"_s, u"a"_s, fields));
        const QJsonObject endpoint = endpointOf(config, 0);
        QCOMPARE(endpoint.value("weight"_L1).toInt(), 9);
        QCOMPARE(endpoint.value("api_key"_L1).toString(), u"k1"_s);
        QCOMPARE(endpoint.value("note"_L1).toInt(), 1);
        QVERIFY(!endpoint.contains("priority"_L1));
        QCOMPARE(config.value("clusters"_L1).toArray().at(0).toObject().value("colour"_L1).toString(), u"red"_s);
    }

    void findsAnEndpointByNameHostOrId_data()
    {
        QTest::addColumn<QString>("reference");
        QTest::addColumn<int>("index");
        QTest::newRow("name") << u"a"_s << 0;
        QTest::newRow("host where it has no name") << u"b.example"_s << 1;
        QTest::newRow("id") << endpointId("https://b.example", "") << 1;
    }

    void findsAnEndpointByNameHostOrId()
    {
        QFETCH(QString, reference);
        QFETCH(int, index);
        QJsonObject config = twoClusters();
        QVERIFY(setEndpointEnabled(config, u"work"_s, reference, false));
        QCOMPARE(endpointOf(config, index).value("enabled"_L1).toBool(true), false);
        QCOMPARE(endpointOf(config, 1 - index).value("enabled"_L1).toBool(true), true);
    }

    void removesOneEndpoint()
    {
        QJsonObject config = twoClusters();
        QVERIFY(removeEndpoint(config, u"work"_s, u"a"_s));
        QCOMPARE(endpointOf(config, 0).value("base_url"_L1).toString(), u"https://b.example/"_s);
        QVERIFY(endpointOf(config, 1).isEmpty());
    }

    void aRestoredEndpointIsAsItWas_data()
    {
        QTest::addColumn<QString>("endpoint");
        QTest::newRow("first, with an unknown key") << u"a"_s;
        QTest::newRow("middle, without a name") << u"b.example"_s;
        QTest::newRow("last") << u"c"_s;
        QTest::newRow("by its id") << endpointId("https://a.example", "k1");
    }

    void aRestoredEndpointIsAsItWas()
    {
        QFETCH(QString, endpoint);
        QJsonObject config = threeEndpoints();
        QVERIFY(removeEndpoint(config, u"work"_s, endpoint));
        QVERIFY(config != threeEndpoints());
        QVERIFY(restoreEndpoint(config, threeEndpoints(), u"work"_s, endpoint));
        QCOMPARE(config, threeEndpoints());
    }

    void movingAnEndpointNumbersThePriorities_data()
    {
        QTest::addColumn<QString>("endpoint");
        QTest::addColumn<int>("to");
        QTest::addColumn<QString>("expected");
        QTest::newRow("down") << u"a"_s << 1 << u"b.example1 a2 c3"_s;
        QTest::newRow("up") << u"c"_s << 0 << u"c1 a2 b.example3"_s;
        QTest::newRow("where it is") << u"b.example"_s << 1 << u"a1 b.example2 c3"_s;
        QTest::newRow("beyond the end") << u"a"_s << 7 << u"b.example1 c2 a3"_s;
        QTest::newRow("before the first") << u"c"_s << -1 << u"c1 a2 b.example3"_s;
    }

    void movingAnEndpointNumbersThePriorities()
    {
        QFETCH(QString, endpoint);
        QFETCH(int, to);
        QFETCH(QString, expected);
        QJsonObject config = threeEndpoints();
        QVERIFY(moveEndpoint(config, u"work"_s, endpoint, to));
        QCOMPARE(order(config), expected);
    }

    void aClonedEndpointStandsRightAfterAndIsDisabled()
    {
        QJsonObject config = twoClusters();
        QVERIFY(cloneEndpoint(config, u"work"_s, u"a"_s));
        QVERIFY(cloneEndpoint(config, u"work"_s, u"a"_s));
        QVERIFY(cloneEndpoint(config, u"work"_s, u"b.example"_s));
        QCOMPARE(order(config), u"a1 a-31 a-21 b.example1 b.example-21"_s);
        QJsonObject expected = endpointOf(config, 0);
        expected.insert("name"_L1, u"a-2"_s);
        expected.insert("enabled"_L1, false);
        QCOMPARE(endpointOf(config, 2), expected);
        QVERIFY(endpointOf(config, 0).value("enabled"_L1).toBool(true));
    }

    void setsASettingAndKeepsItsNeighbours()
    {
        QJsonObject config = twoClusters();
        QVERIFY(setValue(config, u"timeouts.read_s"_s, 42));
        QVERIFY(setValue(config, u"timeouts.total_s"_s, 99));
        QVERIFY(setValue(config, u"a.b.c"_s, true));
        QVERIFY(setValue(config, u"note"_s, QJsonValue::Null));
        QCOMPARE(config.value("timeouts"_L1).toObject(), (QJsonObject{{u"read_s"_s, 42}, {u"total_s"_s, 99}}));
        QCOMPARE(config.value("a"_L1)["b"_L1]["c"_L1].toBool(), true);
        QVERIFY(config.value("note"_L1).isNull());
        QVERIFY(setValue(config, u"timeouts.total_s"_s, QJsonValue(QJsonValue::Undefined)));
        QCOMPARE(config.value("timeouts"_L1).toObject(), (QJsonObject{{u"read_s"_s, 42}}));
    }

    void refusesWithAReasonAndChangesNothing_data()
    {
        using Edit = std::function<Result<void>(QJsonObject &)>;
        QTest::addColumn<Edit>("edit");
        QTest::addColumn<int>("code");
        const auto row = [](const char *name, const Edit &edit, ErrorCode code) {
            QTest::newRow(name) << edit << static_cast<int>(code);
        };
        EndpointFields taken = withUrl(u"https://x"_s);
        taken.name = u"a"_s;
        EndpointFields renamed;
        renamed.name = u"b.example"_s;
        EndpointFields nameless;
        nameless.name = u" "_s;
        row("cluster without name", [](auto &c) { return addCluster(c, u" "_s); }, ErrorCode::Usage);
        row("cluster again", [](auto &c) { return addCluster(c, u"work"_s); }, ErrorCode::AlreadyExists);
        row("remove unknown cluster", [](auto &c) { return removeCluster(c, u"x"_s); }, ErrorCode::NotFound);
        row("use unknown cluster", [](auto &c) { return useCluster(c, u"x"_s); }, ErrorCode::NotFound);
        row("endpoint without URL", [](auto &c) { return addEndpoint(c, u"work"_s, {}); }, ErrorCode::Usage);
        row("endpoint of unknown cluster", [](auto &c) { return addEndpoint(c, u"x"_s, withUrl(u"http://x"_s)); },
            ErrorCode::NotFound);
        row("endpoint name again", [taken](auto &c) { return addEndpoint(c, u"work"_s, taken); },
            ErrorCode::AlreadyExists);
        row("rename to a taken name", [renamed](auto &c) { return editEndpoint(c, u"work"_s, u"a"_s, renamed); },
            ErrorCode::AlreadyExists);
        row("rename to nothing", [nameless](auto &c) { return editEndpoint(c, u"work"_s, u"a"_s, nameless); },
            ErrorCode::Usage);
        row("edit unknown endpoint", [](auto &c) { return editEndpoint(c, u"work"_s, u"x"_s, {}); },
            ErrorCode::NotFound);
        row("remove unknown endpoint", [](auto &c) { return removeEndpoint(c, u"work"_s, u"x"_s); },
            ErrorCode::NotFound);
        row("rename cluster to nothing", [](auto &c) { return renameCluster(c, u"work"_s, u" "_s); }, ErrorCode::Usage);
        row("rename unknown cluster", [](auto &c) { return renameCluster(c, u"x"_s, u"y"_s); }, ErrorCode::NotFound);
        row("rename cluster to a taken name", [](auto &c) { return renameCluster(c, u"work"_s, u"home"_s); },
            ErrorCode::AlreadyExists);
        row("strategy of unknown cluster", [](auto &c) { return setStrategy(c, u"x"_s, Strategy::Random); },
            ErrorCode::NotFound);
        row("clone to nothing", [](auto &c) { return cloneCluster(c, u"work"_s, QString()); }, ErrorCode::Usage);
        row("clone unknown cluster", [](auto &c) { return cloneCluster(c, u"x"_s, u"y"_s); }, ErrorCode::NotFound);
        row("clone to a taken name", [](auto &c) { return cloneCluster(c, u"work"_s, u"home"_s); },
            ErrorCode::AlreadyExists);
        row("move unknown cluster", [](auto &c) { return moveCluster(c, u"x"_s, 0); }, ErrorCode::NotFound);
        row("restore cluster that is there", [](auto &c) { return restoreCluster(c, twoClusters(), u"work"_s); },
            ErrorCode::AlreadyExists);
        row("restore cluster that never was", [](auto &c) { return restoreCluster(c, twoClusters(), u"x"_s); },
            ErrorCode::NotFound);
        row("clone unknown endpoint", [](auto &c) { return cloneEndpoint(c, u"work"_s, u"x"_s); }, ErrorCode::NotFound);
        row("move unknown endpoint", [](auto &c) { return moveEndpoint(c, u"work"_s, u"x"_s, 0); },
            ErrorCode::NotFound);
        row("move endpoint of unknown cluster", [](auto &c) { return moveEndpoint(c, u"x"_s, u"a"_s, 0); },
            ErrorCode::NotFound);
        row("restore endpoint that is there",
            [](auto &c) { return restoreEndpoint(c, twoClusters(), u"work"_s, u"b.example"_s); },
            ErrorCode::AlreadyExists);
        row("restore endpoint that never was",
            [](auto &c) { return restoreEndpoint(c, twoClusters(), u"work"_s, u"x"_s); }, ErrorCode::NotFound);
        row("restore endpoint of unknown cluster",
            [](auto &c) { return restoreEndpoint(c, twoClusters(), u"x"_s, u"a"_s); }, ErrorCode::NotFound);
        row("restore endpoint into a cluster that is gone",
            [](auto &c) {
                QJsonObject before = twoClusters();
                const Result<void> made = cloneCluster(before, u"work"_s, u"gone"_s);
                return made ? restoreEndpoint(c, before, u"gone"_s, u"a"_s) : made;
            },
            ErrorCode::NotFound);
        row("setting without a path", [](auto &c) { return setValue(c, QString(), 1); }, ErrorCode::Usage);
        row("setting with a hole in its path", [](auto &c) { return setValue(c, u"a..b"_s, 1); }, ErrorCode::Usage);
        row("setting below a text", [](auto &c) { return setValue(c, u"note.x"_s, 1); }, ErrorCode::Usage);
        row("setting below a list", [](auto &c) { return setValue(c, u"clusters.x.y"_s, 1); }, ErrorCode::Usage);
        row("enable in unknown cluster", [](auto &c) { return setEndpointEnabled(c, u"x"_s, u"a"_s, true); },
            ErrorCode::NotFound);
    }

    void refusesWithAReasonAndChangesNothing()
    {
        using Edit = std::function<Result<void>(QJsonObject &)>;
        QFETCH(Edit, edit);
        QFETCH(int, code);
        QJsonObject config = twoClusters();
        const Result<void> done = edit(config);
        QVERIFY(!done.has_value());
        QCOMPARE(static_cast<int>(done.error().code), code);
        QVERIFY(!done.error().message.isEmpty());
        QCOMPARE(config, twoClusters());
    }

    void masksKeys_data()
    {
        QTest::addColumn<QByteArray>("key");
        QTest::addColumn<QString>("masked");
        QTest::newRow("none") << QByteArray() << QString();
        QTest::newRow("short") << QByteArray("sk-123456789012") << u"…"_s;
        QTest::newRow("long") << QByteArray("sk-0123456789abcdef") << u"sk-…cdef"_s;
    }

    void masksKeys()
    {
        QFETCH(QByteArray, key);
        QFETCH(QString, masked);
        QCOMPARE(maskKey(key), masked);
    }
};

QTEST_GUILESS_MAIN(TestConfigEdit)
#include "tst_configedit.moc"
