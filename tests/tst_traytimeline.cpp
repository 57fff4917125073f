#include "tests/traysupport/overviewsamples.h"
#include "ui/overview/timelinechart.h"
#include "ui/overview/timelineseries.h"

#include <QBarSet>
#include <QChart>
#include <QStackedBarSeries>
#include <QTest>

using namespace qcc;
using namespace qcc::test;

namespace {

/// What a bar set holds, as the chart draws it.
QList<int> barsOf(const TimelineChart &chart, Series series)
{
    const auto *bars = qobject_cast<QStackedBarSeries *>(chart.chart()->series().constFirst());
    const QBarSet *set = bars->barSets().at(static_cast<int>(series));
    QList<int> counts;
    for (int i = 0; i < set->count(); ++i)
        counts.append(qRound(set->at(i)));
    return counts;
}

} // namespace

class TrayTimelineTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void timesStandAtRoundPlaces_data();
    void timesStandAtRoundPlaces();
    void countsHaveWholeSteps_data();
    void countsHaveWholeSteps();
    void barsFollowTheTimeline();
    void aBucketTellsItsFiguresUnderTheMouse();
    void theChartDescribesItselfInWords();
};

void TrayTimelineTest::init()
{
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
}

void TrayTimelineTest::timesStandAtRoundPlaces_data()
{
    QTest::addColumn<QDateTime>("from");
    QTest::addColumn<int>("buckets");
    QTest::addColumn<int>("bucketS");
    QTest::addColumn<int>("zoneOffset");
    QTest::addColumn<QString>("labels");
    const QDateTime early(QDate(2026, 11, 22), QTime(13, 6), Qt::UTC);
    QTest::newRow("an hour") << early << 60 << 60 << 0
                             << QStringLiteral("13:10@3.5 13:20@13.5 13:30@23.5 13:40@33.5 13:50@43.5 14:00@53.5");
    QTest::newRow("an hour over midnight") << QDateTime(QDate(2026, 11, 22), QTime(23, 45), Qt::UTC) << 30 << 60 << 0
                                           << QStringLiteral("23:50@4.5 00:00@14.5 00:10@24.5");
    QTest::newRow("half of a day in India") << QDateTime(QDate(2026, 11, 22), QTime(13, 0), Qt::UTC) << 48 << 900 << 19'800
                                            << QStringLiteral("20:00@5.5 00:00@21.5 04:00@37.5");
    QTest::newRow("three days in Shanghai") << QDateTime(QDate(2026, 11, 22), QTime(14, 0), Qt::UTC) << 36 << 7'200 << 28'800
                                            << QStringLiteral("Mon_23@0.5 Tue_24@12.5 Wed_25@24.5");
    QTest::newRow("nothing yet") << QDateTime() << 0 << 60 << 0 << QString();
}

void TrayTimelineTest::timesStandAtRoundPlaces()
{
    QFETCH(QDateTime, from);
    QFETCH(int, buckets);
    QFETCH(int, bucketS);
    QFETCH(int, zoneOffset);
    QFETCH(QString, labels);
    TimelineView timeline;
    timeline.from = from;
    timeline.bucketS = bucketS;
    timeline.buckets.resize(buckets);
    QStringList found;
    for (const TimeLabel &label : timeLabels(timeline, QTimeZone(zoneOffset), QLocale())) {
        const QString word = QString(label.text).replace(QLatin1Char(' '), QLatin1Char('_'));
        found.append(QStringLiteral("%1@%2").arg(word).arg(label.position));
    }
    QCOMPARE(found.join(QLatin1Char(' ')), labels);
}

void TrayTimelineTest::countsHaveWholeSteps_data()
{
    QTest::addColumn<int>("peak");
    QTest::addColumn<int>("step");
    QTest::addColumn<int>("top");
    QTest::newRow("nothing") << 0 << 1 << 1;
    QTest::newRow("one") << 1 << 1 << 1;
    QTest::newRow("four") << 4 << 1 << 4;
    QTest::newRow("five") << 5 << 2 << 6;
    QTest::newRow("twenty") << 20 << 5 << 20;
    QTest::newRow("twenty-one") << 21 << 10 << 30;
    QTest::newRow("many") << 12'345 << 5'000 << 15'000;
    QTest::newRow("more than anybody sends") << 1'999'999'999 << 500'000'000 << 2'000'000'000;
}

void TrayTimelineTest::countsHaveWholeSteps()
{
    QFETCH(int, peak);
    QFETCH(int, step);
    QFETCH(int, top);
    const CountScale scale = countScale(peak);
    QCOMPARE(scale.step, step);
    QCOMPARE(scale.top(), top);
}

void TrayTimelineTest::barsFollowTheTimeline()
{
    TimelineChart chart;
    TimelineView timeline;
    timeline.from = now;
    timeline.buckets = {{5, 1, 2, 3, 4, 6}, {7, 0, 0, 0, 0, 0}};
    chart.setTimeline(timeline);
    QCOMPARE(barsOf(chart, Series::Complete), QList<int>({5, 7}));
    QCOMPARE(barsOf(chart, Series::Recovered), QList<int>({1, 0}));
    QCOMPARE(barsOf(chart, Series::Error), QList<int>({3, 0}));
    QCOMPARE(barsOf(chart, Series::Truncated), QList<int>({4, 0}));
    QCOMPARE(barsOf(chart, Series::Other), QList<int>({2 + 6, 0}));
    // One value, all values, another length: each is another way through the chart.
    timeline.buckets[1][Outcome::Complete] = 8;
    chart.setTimeline(timeline);
    QCOMPARE(barsOf(chart, Series::Complete), QList<int>({5, 8}));
    chart.setTimeline(hourTimeline());
    QCOMPARE(barsOf(chart, Series::Complete).size(), 60);
    QCOMPARE(barsOf(chart, Series::Complete).at(3), hourTimeline().count(3, Outcome::Complete));
    chart.setTimeline({});
    QVERIFY(barsOf(chart, Series::Complete).isEmpty());
}

void TrayTimelineTest::aBucketTellsItsFiguresUnderTheMouse()
{
    TimelineChart chart;
    chart.resize(800, 200);
    TimelineView timeline = hourTimeline();
    timeline.buckets[59] = {52, 1, 0, 3, 0, 0};
    timeline.buckets[0] = {};
    chart.setTimeline(timeline);
    chart.show();
    QVERIFY(QTest::qWaitForWindowExposed(&chart));
    const QRectF plot = chart.chart()->mapRectToScene(chart.chart()->plotArea());
    const auto at = [&](double share) {
        return chart.bucketAt(chart.mapFromScene(QPointF(plot.left() + share * plot.width(), plot.center().y())));
    };
    QCOMPARE(at(0.5 / 60), 0);
    QCOMPARE(at(30.5 / 60), 30);
    QCOMPARE(at(59.5 / 60), 59);
    QCOMPARE(chart.bucketAt({0, 0}), -1);
    QStringList lines = chart.toolTipOf(59).split(QLatin1Char('\n'));
    lines.removeFirst(); // The times, of whatever zone this is.
    QCOMPARE(lines.join(QLatin1Char('|')), QStringLiteral("● 52 complete|◆ 1 recovered|✕ 3 error"));
    QVERIFY(chart.toolTipOf(0).endsWith(QStringLiteral("no requests")));
    QCOMPARE(timesOf(timeline, 59, QTimeZone(3'600), QLocale()), QStringLiteral("15:05 – 15:06"));
}

void TrayTimelineTest::theChartDescribesItselfInWords()
{
    TimelineChart chart;
    QCOMPARE(chart.accessibleDescription(), QStringLiteral("No requests."));
    TimelineView timeline;
    timeline.from = now;
    timeline.bucketS = 900;
    timeline.buckets = {{1'000, 2, 0, 3, 4, 5}, {1, 0, 0, 0, 0, 0}};
    chart.setTimeline(timeline);
    QCOMPARE(chart.accessibleName(), QStringLiteral("Requests per 15 minutes"));
    const QString description = chart.accessibleDescription();
    QVERIFY2(description.startsWith(QStringLiteral("1,001 complete, 2 recovered, 3 error, 4 truncated, 5 other. Most at ")),
             qPrintable(description));
    QVERIFY2(description.endsWith(QStringLiteral(": 1,014.")), qPrintable(description));
}

QTEST_MAIN(TrayTimelineTest)
#include "tst_traytimeline.moc"
