#include "core/report/loglines.h"

#include <QTest>

using namespace qcc;
using namespace Qt::StringLiterals;

class TestRoutingNews : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyKindHasALineAndAWord_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("word");
        QTest::addColumn<QString>("line");
        QTest::newRow("opened") << int(NewsKind::Opened) << u"opened"_s << u"left alone for 90 s: refused"_s;
        QTest::newRow("returned") << int(NewsKind::Returned) << u"returned"_s << u"is back"_s;
        QTest::newRow("key refused") << int(NewsKind::KeyRefused) << u"key_refused"_s << u"refuses its key, which has worked, and rests for 90 s"_s;
        QTest::newRow("no key") << int(NewsKind::NoKey) << u"no_key"_s << u"is out of use: refused; it is asked again"_s;
        QTest::newRow("quota spent") << int(NewsKind::QuotaSpent) << u"quota_spent"_s << u"rests for 90 s"_s;
        QTest::newRow("rate limited") << int(NewsKind::RateLimited) << u"rate_limited"_s << u"rests for 90 s"_s;
    }

    void aKeyThatNeverWorkedIsSaidLoudly()
    {
        const RoutingNews news{NewsKind::KeyRefused, u"1234"_s, u"relay"_s, {}, 0};
        QCOMPARE(logLineFor(news).level, LogLevel::Error);
        QVERIFY(logLineFor(news).text.contains(u"refused its key and is not used any more"_s));
    }

    void everyKindHasALineAndAWord()
    {
        QFETCH(int, kind);
        QFETCH(QString, line);
        const RoutingNews news{static_cast<NewsKind>(kind), u"1234"_s, u"relay"_s, u"refused"_s, 90};
        QVERIFY2(logLineFor(news).text.contains(line), qPrintable(logLineFor(news).text));
        const QJsonObject event = newsEvent(news, Config(), QString());
        QCOMPARE(event.value("event"_L1).toString(), u"news"_s);
        QTEST(event.value("kind"_L1).toString(), "word");
        QCOMPARE(event.value("endpoint_id"_L1).toString(), u"1234"_s);
        QCOMPARE(event.value("endpoint_name"_L1).toString(), u"relay"_s);
        QCOMPARE(event.value("reason"_L1).toString(), u"refused"_s);
        QCOMPARE(event.value("seconds"_L1).toDouble(), 90.0);
    }

    void namesTheClusterThatTheReaderCaresAbout_data()
    {
        QTest::addColumn<QString>("endpoint");
        QTest::addColumn<QString>("inUse");
        QTest::addColumn<QString>("cluster");
        QTest::newRow("its only one") << u"a"_s << u"first"_s << u"first"_s;
        QTest::newRow("the one in use, of two") << u"both"_s << u"second"_s << u"second"_s;
        QTest::newRow("one that is not in use") << u"a"_s << u"second"_s << u"first"_s;
        QTest::newRow("none in use") << u"both"_s << QString() << u"first"_s;
        QTest::newRow("removed meanwhile") << u"gone"_s << u"first"_s << QString();
    }

    void namesTheClusterThatTheReaderCaresAbout()
    {
        QFETCH(QString, endpoint);
        QFETCH(QString, inUse);
        const auto withId = [](const QString &id) {
            Endpoint one;
            one.id = id;
            return one;
        };
        Config config;
        config.clusters = {{u"first"_s, Strategy::Fastest, {withId(u"a"_s), withId(u"both"_s)}},
                           {u"second"_s, Strategy::Fastest, {withId(u"b"_s), withId(u"both"_s)}}};
        RoutingNews news;
        news.endpointId = endpoint;
        QTEST(newsEvent(news, config, inUse).value("cluster"_L1).toString(), "cluster");
    }
};

QTEST_GUILESS_MAIN(TestRoutingNews)
#include "tst_newslines.moc"
