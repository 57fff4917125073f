#include "core/base/maskkey.h"
#include "core/config/configedit.h"
#include "core/config/configfile.h"

#include <QJsonArray>
#include <QJsonDocument>
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

    void addsAnEndpointWithAllFields()
    {
        QJsonObject config = twoClusters();
        const EndpointFields fields{u"c"_s,    u"https://c.example/v1// "_s, u" sk-c\n"_s, 3,
                                    7,         AuthStyle::Both,             u"none"_s,    true,
                                    {{{u"m"_s, u"n"_s}}},                   false};
        QVERIFY(addEndpoint(config, u"work"_s, fields));
        const Result<Config> parsed = parseConfig(QJsonDocument(config).toJson());
        QVERIFY2(parsed.has_value(), qPrintable(parsed.has_value() ? QString() : parsed.error().message));
        const Endpoint &added = parsed->clusters.at(0).endpoints.at(2);
        Endpoint expected{u"c"_s, "https://c.example/v1", "sk-c", AuthStyle::Both, 3, 7, false, u"none"_s, true,
                          {{u"m"_s, u"n"_s}}, endpointId("https://c.example/v1", "sk-c")};
        QVERIFY(added == expected);
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
