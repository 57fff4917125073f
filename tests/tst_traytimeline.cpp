#include "tests/traysupport/overviewsamples.h"
#include "ui/overview/timelinechart.h"
#include "ui/overview/timelineseries.h"
#include "ui/widgets/theme.h"

#include <QPainter>
#include <QSignalSpy>
#include <QTest>

using namespace qcc;
using namespace qcc::test;

namespace {

/// What stands in the column of pixels at `x`, from above: colours with their heights, without what is behind.
QString columnAt(const QImage &image, int x, const QHash<QRgb, QString> &names)
{
    QStringList runs;
    int length = 0;
    for (int y = 0; y <= image.height(); ++y) {
        const QString name = y < image.height() ? names.value(image.pixel(x, y)) : QString();
        const QString last = y > 0 ? names.value(image.pixel(x, y - 1)) : QString();
        if (name != last) {
            if (!last.isEmpty())
                runs.append(QStringLiteral("%1:%2").arg(last).arg(length));
            length = 0;
        }
        ++length;
    }
    return runs.join(QLatin1Char(' '));
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
    void whatIsServedStandsAboveTheLineAndWhatFailedBelow_data();
    void whatIsServedStandsAboveTheLineAndWhatFailedBelow();
    void theMinuteThatRunsIsAtHalfStrength();
    void sparklinesEndAtTheirRightEdge();
    void arrowKeysGoFromBucketToBucket();
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
    // Complete, recovered, what is nobody's failure; truncated, error.
    QCOMPARE(chart.bars(), QList<Bar>({{.above = {5, 1, 2 + 6}, .below = {4, 3}}, {.above = {7, 0, 0}, .below = {0, 0}}}));
    timeline.buckets[1][Outcome::Complete] = 8;
    chart.setTimeline(timeline);
    QCOMPARE(chart.bars().at(1).above[0], 8.0);
    chart.setTimeline(hourTimeline());
    QCOMPARE(chart.bars().size(), 60);
    chart.setTimeline({});
    QVERIFY(chart.bars().isEmpty());
}

void TrayTimelineTest::whatIsServedStandsAboveTheLineAndWhatFailedBelow_data()
{
    QTest::addColumn<Bar>("bar");
    QTest::addColumn<QString>("column");
    QTest::newRow("nothing") << Bar{} << QString();
    QTest::newRow("complete") << Bar{.above = {50, 0, 0}} << QStringLiteral("complete:50");
    QTest::newRow("with a gap to recovered") << Bar{.above = {50, 20, 0}} << QStringLiteral("recovered:20 complete:50");
    QTest::newRow("one of many is seen") << Bar{.above = {90, 0.01, 0}} << QStringLiteral("recovered:2 complete:90");
    QTest::newRow("errors hang on a scale of their own") << Bar{.above = {50, 0, 0}, .below = {0, 4}} << QStringLiteral("complete:50 error:10");
    QTest::newRow("truncated before error, three pixels at least") << Bar{.below = {1, 4}} << QStringLiteral("truncated:3 error:10");
}

void TrayTimelineTest::whatIsServedStandsAboveTheLineAndWhatFailedBelow()
{
    QFETCH(Bar, bar);
    QFETCH(QString, column);
    const Colours colours = coloursOf(QPalette());
    QImage image(20, 140, QImage::Format_RGB32);
    image.fill(Qt::magenta);
    QPainter painter(&image);
    drawBars(painter, {bar}, {.left = 0, .pitch = 20, .width = 10, .line = 110, .rise = 100, .top = 100, .drop = 20, .worst = 8, .leastRise = 2, .leastDrop = 3, .gap = 1}, colours);
    painter.end();
    const QHash<QRgb, QString> names{{colours.complete.rgb(), QStringLiteral("complete")}, {colours.recovered.rgb(), QStringLiteral("recovered")},
                                     {colours.truncated.rgb(), QStringLiteral("truncated")}, {colours.error.rgb(), QStringLiteral("error")}};
    QCOMPARE(columnAt(image, 10, names), column);
    QCOMPARE(columnAt(image, 4, names), QString());
    QCOMPARE(columnAt(image, 15, names), QString());
    // The line's own row stays free.
    QVERIFY(!names.contains(image.pixel(10, 110)));
}

void TrayTimelineTest::theMinuteThatRunsIsAtHalfStrength()
{
    const Colours colours = coloursOf(QPalette());
    QImage image(20, 20, QImage::Format_RGB32);
    image.fill(Qt::white);
    QPainter painter(&image);
    drawBars(painter, {{.above = {1, 0, 0}}, {.above = {1, 0, 0}}}, {.left = 0, .pitch = 10, .width = 8, .line = 18, .rise = 10}, colours, 1);
    painter.end();
    QCOMPARE(image.pixel(5, 15), colours.complete.rgb());
    QVERIFY(image.pixel(15, 15) != colours.complete.rgb());
    QVERIFY(image.pixel(15, 15) != qRgb(255, 255, 255));
}

void TrayTimelineTest::sparklinesEndAtTheirRightEdge()
{
    const Colours colours = coloursOf(QPalette());
    QImage image(100, 24, QImage::Format_RGB32);
    image.fill(Qt::white);
    QPainter painter(&image);
    QList<Bar> bars(30);
    bars.last() = {.above = {10, 0, 0}, .below = {0, 1}};
    drawSparkBars(painter, QRect(2, 0, 96, 24), bars, 10, 1, colours);
    painter.end();
    const QHash<QRgb, QString> names{{colours.complete.rgb(), QStringLiteral("up")}, {colours.error.rgb(), QStringLiteral("down")}};
    QVERIFY2(columnAt(image, 96, names).startsWith(QStringLiteral("up:17 down:")), qPrintable(columnAt(image, 96, names)));
    QCOMPARE(columnAt(image, 90, names), QString());
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
    for (const qsizetype bucket : {0, 30, 59})
        QCOMPARE(chart.bucketAt(chart.placeOf(bucket)), bucket);
    QCOMPARE(chart.bucketAt({0, 0}), -1);
    QTest::mouseMove(&chart, chart.placeOf(30));
    QTRY_COMPARE(chart.told(), 30);
    QStringList lines = chart.toolTipOf(59).split(QLatin1Char('\n'));
    lines.removeFirst(); // The times, of whatever zone this is.
    QCOMPARE(lines.join(QLatin1Char('|')), QStringLiteral("52 complete|1 recovered|3 error"));
    QVERIFY(chart.toolTipOf(0).endsWith(QStringLiteral("no requests")));
    QCOMPARE(timesOf(timeline, 59, QTimeZone(3'600), QLocale()), QStringLiteral("15:05 – 15:06"));
}

void TrayTimelineTest::arrowKeysGoFromBucketToBucket()
{
    TimelineChart chart;
    chart.resize(800, 200);
    const TimelineView timeline = hourTimeline();
    chart.setTimeline(timeline);
    chart.show();
    QVERIFY(QTest::qWaitForWindowExposed(&chart));
    QSignalSpy chosen(&chart, &TimelineChart::bucketChosen);
    QTest::keyClick(&chart, Qt::Key_Return);
    QCOMPARE(chosen.size(), 0);
    QTest::keyClick(&chart, Qt::Key_Left);
    QCOMPARE(chart.told(), 59);
    QTest::keyClick(&chart, Qt::Key_Left);
    QTest::keyClick(&chart, Qt::Key_Right);
    QTest::keyClick(&chart, Qt::Key_Right);
    QCOMPARE(chart.told(), 59);
    QTest::keyClick(&chart, Qt::Key_Home);
    QCOMPARE(chart.told(), 0);
    QVERIFY(chart.accessibleDescription().contains(QStringLiteral(" complete")));
    QTest::keyClick(&chart, Qt::Key_Return);
    QCOMPARE(chosen.size(), 1);
    QCOMPARE(chosen.constFirst().at(0).toDateTime(), timeline.from);
    QCOMPARE(chosen.constFirst().at(1).toDateTime(), timeline.from.addSecs(60));
    // What is told goes on with its time.
    QTest::keyClick(&chart, Qt::Key_End);
    TimelineView later = timeline;
    later.from = later.from.addSecs(60);
    chart.setTimeline(later);
    QCOMPARE(chart.told(), 58);
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
