#include "core/journal/timeline.h"
#include "core/report/recordsjson.h"

#include <QJsonArray>
#include <QTest>

#include <cmath>
#include <limits>
#include <numeric>

using namespace qcc;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::minutes;

namespace {

/// 2026-11-23 10:17:20, in the middle of every kind of bucket.
constexpr Timeline::Time now = std::chrono::sys_days(std::chrono::year(2026) / 11 / 23) + 10h + 17min + 20s;

QList<quint64> totals(const Timeline::Series &series)
{
    QList<quint64> all;
    for (const OutcomeCounts &bucket : series.buckets)
        all.append(bucket.total());
    return all;
}

quint64 sum(const QList<quint64> &numbers)
{
    return std::accumulate(numbers.begin(), numbers.end(), quint64(0));
}

} // namespace

class TestTimeline : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void putsExchangesIntoTheBucketInWhichTheyEnded_data()
    {
        QTest::addColumn<int>("range");
        QTest::addColumn<int>("bucket");
        QTest::addColumn<int>("agoS");
        QTest::addColumn<int>("index"); // -1: not shown
        QTest::newRow("hour: now") << 60 << 1 << 0 << 59;
        QTest::newRow("hour: this minute began") << 60 << 1 << 20 << 59;
        QTest::newRow("hour: the minute before ended") << 60 << 1 << 21 << 58;
        QTest::newRow("hour: the first shown") << 60 << 1 << 59 * 60 + 20 << 0;
        QTest::newRow("hour: not any more") << 60 << 1 << 59 * 60 + 21 << -1;
        QTest::newRow("day: since a quarter past") << 1440 << 15 << 140 << 95;
        QTest::newRow("day: before a quarter past") << 1440 << 15 << 141 << 94;
        QTest::newRow("week: since ten o'clock") << 10080 << 120 << 17 * 60 + 20 << 83;
        QTest::newRow("week: before ten o'clock") << 10080 << 120 << 17 * 60 + 21 << 82;
        QTest::newRow("week: the first shown") << 10080 << 120 << 83 * 7200 + 17 * 60 + 20 << 0;
        QTest::newRow("week: not any more") << 10080 << 120 << 83 * 7200 + 17 * 60 + 21 << -1;
        QTest::newRow("ahead, when the clock was set back") << 60 << 1 << -600 << -1;
    }

    void putsExchangesIntoTheBucketInWhichTheyEnded()
    {
        QFETCH(int, range);
        QFETCH(int, bucket);
        QFETCH(int, agoS);
        QFETCH(int, index);
        Timeline timeline;
        timeline.count(Outcome::Recovered, now - std::chrono::seconds(agoS));
        const Timeline::Series series = timeline.series(minutes(range), minutes(bucket), now);
        QCOMPARE(series.buckets.size(), qsizetype(range / bucket));
        QCOMPARE(series.from.time_since_epoch() % minutes(bucket), minutes(0));
        QVERIFY(series.from + minutes(range) > now && series.from + minutes(range - bucket) <= now);
        QList<quint64> expected(range / bucket);
        if (index >= 0)
            expected[index] = 1;
        QCOMPARE(totals(series), expected);
        if (index >= 0)
            QCOMPARE(series.buckets[index].of(Outcome::Recovered), quint64(1));
    }

    void anEmptyTimelineIsAllZeroes()
    {
        const Timeline timeline;
        QCOMPARE(totals(timeline.series(60min, 1min, now)), QList<quint64>(60));
        QCOMPARE(timeline.lastHour(now).successRate(), 100.0);
        QCOMPARE(timeline.sparkline(u"a"_s, now).ok, QList<quint64>(30));
    }

    void theLastHourIsSixtyMinutes()
    {
        Timeline timeline;
        timeline.count(Outcome::Complete, now);
        timeline.count(Outcome::Recovered, now - 30min);
        timeline.count(Outcome::Complete, now - 59min);
        timeline.count(Outcome::Error, now - 10min);
        timeline.count(Outcome::CallerError, now - 10min);
        timeline.count(Outcome::Error, now - 60min);
        timeline.count(Outcome::Truncated, now + 5min);
        const OutcomeCounts hour = timeline.lastHour(now);
        QCOMPARE(hour.total(), quint64(5));
        QCOMPARE(hour.successful(), quint64(3));
        QCOMPARE(hour.failed(), quint64(1));
        QCOMPARE(hour.successRate(), 75.0);
    }

    void keepsAWeekAndNoMore()
    {
        Timeline timeline;
        for (auto ago = minutes(days(9)); ago > 0min; --ago)
            timeline.count(Outcome::Complete, now - ago);
        QCOMPARE(sum(totals(timeline.series(days(9), minutes(60), now))), quint64(7 * 1440));
    }

    void staysBoundedWhenTheClockIsSetBack()
    {
        Timeline timeline;
        for (auto ahead = 0min; ahead < days(7); ++ahead)
            timeline.count(Outcome::Complete, now + ahead);
        timeline.count(Outcome::Complete, now - 1min);
        // The present is worth more than what lies ahead.
        QCOMPARE(sum(totals(timeline.series(days(20), days(1), now + days(10)))), quint64(1));
        QCOMPARE(timeline.lastHour(now).total(), quint64(1));
    }

    void aClockThatIsWrongForAMomentCostsNothing()
    {
        Timeline timeline;
        for (auto ago = minutes(days(6)); ago > 0min; --ago)
            timeline.count(Outcome::Complete, now - ago);
        timeline.countAttempt(u"a"_s, true, now - 1min);
        for (const auto wrong : {now + days(45), now - days(20'000)}) {
            timeline.count(Outcome::Complete, wrong);
            timeline.countAttempt(u"a"_s, true, wrong);
        }
        timeline.count(Outcome::Complete, now);
        QCOMPARE(sum(totals(timeline.series(days(7), minutes(60), now))), quint64(6 * 1440 + 1));
        QCOMPARE(sum(timeline.sparkline(u"a"_s, now).ok), quint64(1));
    }

    void addsWhatEarlierRunsCountedInTheSameMinute()
    {
        Timeline timeline;
        timeline.count(Outcome::Complete, now);
        OutcomeCounts earlier;
        earlier.byOutcome = {1, 2, 3, 4, 5, 6};
        const Minute minute = std::chrono::floor<minutes>(now);
        timeline.add({{minute, earlier}, {minute - 90min, earlier}});
        timeline.count(Outcome::Complete, now);
        QCOMPARE(timeline.lastHour(now).byOutcome, (PerEnum<Outcome, quint64>{3, 2, 3, 4, 5, 6}));
        QCOMPARE(timeline.series(days(1), 15min, now).buckets[89].byOutcome, earlier.byOutcome);
    }

    void sparklinesTellEndpointsApart()
    {
        Timeline timeline;
        timeline.countAttempt(u"a"_s, true, now);
        timeline.countAttempt(u"a"_s, true, now);
        timeline.countAttempt(u"a"_s, false, now - 29min);
        timeline.countAttempt(u"a"_s, false, now - 30min);
        timeline.countAttempt(u"b"_s, false, now);
        const Timeline::Sparkline a = timeline.sparkline(u"a"_s, now);
        QCOMPARE(a.ok.size(), 30);
        QCOMPARE(a.failed.size(), 30);
        QCOMPARE(a.ok.last(), quint64(2));
        QCOMPARE(sum(a.ok), quint64(2));
        QCOMPARE(a.failed.first(), quint64(1));
        QCOMPARE(sum(a.failed), quint64(1));
        QCOMPARE(sum(timeline.sparkline(u"b"_s, now).ok), quint64(0));
        QCOMPARE(timeline.sparkline(u"b"_s, now).failed.last(), quint64(1));
    }

    void attemptsAreForgottenForOthersAfterAnHour()
    {
        Timeline timeline;
        timeline.countAttempt(u"a"_s, true, now - 1h);
        QCOMPARE(sum(timeline.sparkline(u"a"_s, now - 45min).ok), quint64(1));
        for (auto ago = 59min; ago >= 0min; --ago)
            timeline.countAttempt(u"b"_s, true, now - ago);
        QCOMPARE(sum(timeline.sparkline(u"a"_s, now - 45min).ok), quint64(0));
    }

    void knowsThreeRanges_data()
    {
        QTest::addColumn<int>("rangeS");
        QTest::addColumn<int>("bucketMinutes"); // 0: none
        QTest::newRow("hour") << 3'600 << 1;
        QTest::newRow("day") << 86'400 << 15;
        QTest::newRow("week") << 604'800 << 120;
        QTest::newRow("nothing") << 0 << 0;
        QTest::newRow("minute") << 60 << 0;
        QTest::newRow("negative") << -3'600 << 0;
    }

    void knowsThreeRanges()
    {
        QFETCH(int, rangeS);
        QFETCH(int, bucketMinutes);
        const auto bucket = bucketFor(std::chrono::seconds(rangeS));
        QCOMPARE(bucket.value_or(minutes(0)).count(), bucketMinutes);
    }

    void jsonIsTheSeries()
    {
        Timeline timeline;
        timeline.count(Outcome::Complete, now);
        timeline.count(Outcome::ClientCancelled, now - 59min);
        timeline.countAttempt(u"a"_s, true, now, 100);
        timeline.countAttempt(u"a"_s, false, now - 40min);
        timeline.countAttempt(u"a"_s, false, now - 80min);
        timeline.countTimes(100, 200, now);
        const QJsonObject json = timelineJson(timeline, 60min, {u"a"_s, u"new"_s}, now);
        QCOMPARE(json.keys(), (QStringList{u"before"_s, u"bucket_s"_s, u"buckets"_s, u"endpoints"_s, u"first_byte_ms"_s, u"first_byte_series_ms"_s, u"from"_s, u"in_flight_series"_s, u"outcomes"_s, u"total_ms"_s}));
        QCOMPARE(json.value("from"_L1).toString(), u"2026-11-23T09:18:00.000Z"_s);
        QCOMPARE(json.value("bucket_s"_L1).toInt(), 60);
        QCOMPARE(json.value("outcomes"_L1).toArray(),
                 (QJsonArray{u"complete"_s, u"recovered"_s, u"caller_error"_s, u"error"_s, u"truncated"_s, u"client_cancelled"_s}));
        const QJsonArray buckets = json.value("buckets"_L1).toArray();
        QCOMPARE(buckets.size(), 60);
        QCOMPARE(buckets.first().toArray(), (QJsonArray{0, 0, 0, 0, 0, 1}));
        QCOMPARE(buckets.last().toArray(), (QJsonArray{1, 0, 0, 0, 0, 0}));
        const QJsonObject endpoints = json.value("endpoints"_L1).toObject();
        QCOMPARE(endpoints.keys(), (QStringList{u"a"_s, u"new"_s}));
        QCOMPARE(endpoints.value("a"_L1)["ok"_L1].toArray().last().toInt(), 1);
        QCOMPARE(endpoints.value("new"_L1)["failed"_L1].toArray().size(), 30);
        QCOMPARE(endpoints.value("a"_L1)["succeeded_in_range"_L1].toInt(), 1);
        QCOMPARE(endpoints.value("a"_L1)["failed_in_range"_L1].toInt(), 1);
        QCOMPARE(endpoints.value("new"_L1)["failed_in_range"_L1].toInt(), 0);
        QVERIFY(std::abs(json.value("first_byte_ms"_L1)["p50"_L1].toDouble() - 100) < 3);
        QVERIFY(std::abs(json.value("total_ms"_L1)["p99"_L1].toDouble() - 200) < 6);
    }

    void jsonTellsTheSameTimeBefore()
    {
        Timeline timeline;
        timeline.count(Outcome::Error, now - 59min);
        QVERIFY(timelineJson(timeline, 60min, {}, now).value("before"_L1).isNull());
        timeline.count(Outcome::Error, now - 60min);
        timeline.count(Outcome::Error, now - 119min);
        timeline.count(Outcome::Error, now - 120min);
        QCOMPARE(timelineJson(timeline, 60min, {}, now).value("before"_L1)["counts"_L1].toArray(), (QJsonArray{0, 0, 0, 2, 0, 0}));
        // Of a week no more than itself is kept.
        QVERIFY(timelineJson(timeline, days(7), {}, now).value("before"_L1).isNull());
    }

    void jsonTellsHowItWentOverTime()
    {
        Timeline timeline;
        timeline.countInFlight(3, now);
        timeline.countInFlight(7, now);
        timeline.countInFlight(5, now);
        timeline.countInFlight(9, now - 59min);
        timeline.countInFlight(99, now - 60min);
        timeline.countTimes(100, 200, now);
        timeline.countTimes(300, 400, now - 59min);
        timeline.countTimes(900, 950, now - 60min);
        const QJsonObject hour = timelineJson(timeline, 60min, {}, now);
        const QJsonArray inFlight = hour.value("in_flight_series"_L1).toArray();
        QCOMPARE(inFlight.size(), 60);
        QCOMPARE(inFlight.first().toInt(), 9);
        QCOMPARE(inFlight.at(30).toInt(), 0);
        QCOMPARE(inFlight.last().toInt(), 7);
        const QJsonArray medians = hour.value("first_byte_series_ms"_L1).toArray();
        QCOMPARE(medians.size(), 60);
        QVERIFY(std::abs(medians.first().toDouble() - 300) < 9);
        QCOMPARE(medians.at(30).toDouble(), 0.0);
        QVERIFY(std::abs(medians.last().toDouble() - 100) < 3);
        const QJsonObject day = timelineJson(timeline, days(1), {}, now);
        QCOMPARE(day.value("in_flight_series"_L1).toArray().size(), 96);
        QCOMPARE(day.value("in_flight_series"_L1).toArray().last().toInt(), 7);
        QCOMPARE(day.value("first_byte_series_ms"_L1).toArray().size(), 24);
    }

    void durationsAreRightWithinThreePercent()
    {
        Durations durations;
        QCOMPARE(durations.quantile(0.5), 0.0);
        for (int i = 1; i <= 1'000; ++i)
            durations.add(i * 0.37);
        QCOMPARE(durations.count(), quint64(1'000));
        for (const double fraction : {0.001, 0.1, 0.5, 0.95, 0.99, 1.0}) {
            const double truth = std::ceil(fraction * 1'000) * 0.37;
            QVERIFY2(std::abs(durations.quantile(fraction) - truth) <= 0.03 * truth, qPrintable(QString::number(fraction)));
        }
        Durations twice = durations;
        twice += durations;
        QCOMPARE(twice.count(), quint64(2'000));
        QCOMPARE(twice.quantile(0.5), durations.quantile(0.5));
        Durations strange;
        for (const double ms : {-1.0, 0.0, 1e300, std::numeric_limits<double>::quiet_NaN()})
            strange.add(ms);
        QCOMPARE(strange.count(), quint64(4));
    }

    void liveIsTheLastFiveMinutesOfOneCluster_data()
    {
        QTest::addColumn<int>("agoS");
        QTest::addColumn<bool>("isLive");
        QTest::newRow("now") << 0 << true;
        QTest::newRow("a minute ago") << 60 << true;
        QTest::newRow("just within") << 290 << true;
        QTest::newRow("just before") << 301 << false;
        QTest::newRow("an hour ago") << 3'600 << false;
        QTest::newRow("ahead, when the clock was set back") << -600 << false;
    }
    void liveIsTheLastFiveMinutesOfOneCluster()
    {
        QFETCH(int, agoS);
        QFETCH(bool, isLive);
        Timeline timeline;
        timeline.countLive(u"work"_s, Outcome::Error, now - std::chrono::seconds(agoS));
        QCOMPARE(timeline.live(u"work"_s, now).failed(), quint64(isLive ? 1 : 0));
        QCOMPARE(timeline.live(u"home"_s, now).total(), quint64(0));
    }

    void liveForgetsByItselfAndStaysSmall()
    {
        Timeline timeline;
        for (int i = 0; i < 10'000; ++i)
            timeline.countLive(u"work"_s, Outcome::Complete, now + std::chrono::seconds(i));
        QCOMPARE(timeline.live(u"work"_s, now + 9'999s).total(), quint64(300));
        QCOMPARE(timeline.live(u"work"_s, now + 9'999s + 5min).total(), quint64(0));
    }

    void figuresAreThoseOfTheRange()
    {
        Timeline timeline;
        for (const auto &[ago, ms] : {std::pair(1min, 10.0), std::pair(59min, 10.0), std::pair(90min, 1'000.0), std::pair(1'560min, 9'000.0)}) {
            timeline.countTimes(ms, 2 * ms, now - ago);
            timeline.countAttempt(u"a"_s, ms < 5'000, now - ago, ms);
        }
        QCOMPARE(timeline.figures(60min, now).total.count(), quint64(2));
        QCOMPARE(timeline.figures(days(1), now).total.count(), quint64(3));
        QCOMPARE(timeline.figures(days(7), now).total.count(), quint64(4));
        QCOMPARE(timeline.figures(days(1), now).endpoints.value(u"a"_s).failed, quint64(0));
        QCOMPARE(timeline.figures(days(7), now).endpoints.value(u"a"_s).failed, quint64(1));
        QVERIFY(timeline.figures(60min, now).firstByte.quantile(1) < 11);
        QVERIFY(timeline.figures(days(1), now).firstByte.quantile(1) > 970);
    }
};

QTEST_GUILESS_MAIN(TestTimeline)
#include "tst_timeline.moc"
