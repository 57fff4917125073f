#include "core/history/historyfile.h"

#include <QTest>

using namespace qcc;
using namespace std::chrono_literals;
using days = std::chrono::days;

namespace {

const Minute start{std::chrono::days(20'000)};
const ClockProof::Steady boot{1000h};

} // namespace

/// By which time the history deletes, whatever the computer's clock says.
class TestClockProof : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void believesTimeAsItGoesOn()
    {
        ClockProof proof({start, {}, {}});
        QCOMPARE(proof.look(start, boot), start);
        QCOMPARE(proof.look(start + 1h, boot + 1h), start + 1h);
        QCOMPARE(proof.look(start + 3h, boot + 1h), start + 3h);
        QCOMPARE(proof.look(start + 13h, boot + 11h), start + 13h); // nobody asked anything for ten hours
        QVERIFY(!proof.state().doubted);
    }

    void believesAPauseOfDaysAfterAnHour()
    {
        ClockProof proof({start, {}, {}});
        QCOMPARE(proof.look(start + 3 * 24h, boot), start); // it slept over the weekend, or its clock is wrong
        QCOMPARE(proof.look(start + 3 * 24h + 59min, boot + 59min), start);
        QCOMPARE(proof.look(start + 3 * 24h + 60min, boot + 60min), start + 3 * 24h + 60min);
        // A clock that is wrong by days, run by run, proves nothing.
        ClockProof::State kept{start, {}, {}};
        for (int run = 1; run <= 6; ++run) {
            ClockProof wrong(kept);
            QCOMPARE(wrong.look(start + run * 94h, boot), start);
            QCOMPARE(wrong.look(start + run * 94h + 5min, boot + 5min), start);
            kept = wrong.state();
        }
        ClockProof right(kept);
        QCOMPARE(right.look(start + 1h, boot), start + 1h);
    }

    void doubtsAJumpAheadAndBelievesWhatItWasBefore()
    {
        ClockProof proof({start, {}, {}});
        QCOMPARE(proof.look(start + days(45), boot), start);
        QCOMPARE(proof.look(start + days(45) + 23h, boot + 23h), start);
        QCOMPARE(proof.look(start + 24h, boot + 24h), start + 24h); // set right
        QVERIFY(!proof.state().doubted);
        // And what it had proved is forgotten.
        QCOMPARE(proof.look(start + days(45), boot + 25h), start + 24h);
        QCOMPARE(proof.look(start + days(45) + 23h, boot + 48h), start + 24h);
    }

    void believesWhatHasGoneOnForADay()
    {
        ClockProof proof({start, {}, {}});
        QCOMPARE(proof.look(start + days(45), boot), start);
        for (int hour = 1; hour < 24; ++hour)
            QCOMPARE(proof.look(start + days(45) + std::chrono::hours(hour), boot + std::chrono::hours(hour)), start);
        QCOMPARE(proof.look(start + days(46), boot + 24h), start + days(46));
    }

    void countsTheDayOverSeveralRuns()
    {
        ClockProof::State kept{start, {}, {}};
        Minute seen = start + days(30); // after a long holiday
        for (int run = 0; run < 3; ++run, seen += 16h) {
            ClockProof proof(kept);
            QCOMPARE(proof.look(seen, boot), start);
            seen += 8h;
            const Minute assured = proof.look(seen, boot + 8h);
            QCOMPARE(assured, run == 2 ? seen : start);
            kept = proof.state();
        }
        QVERIFY(!kept.doubted);
    }

    void aClockThatJumpsAboutProvesNothing()
    {
        ClockProof proof({start, {}, {}});
        for (int hour = 0; hour < 100; ++hour)
            QCOMPARE(proof.look(start + days(hour % 2 == 0 ? 45 : 90), boot + std::chrono::hours(hour)), start);
    }

    void neverDeletesByMoreThanTheClockSays()
    {
        ClockProof proof({start, {}, {}});
        QCOMPARE(proof.look(start - days(10'000), boot), start - days(10'000)); // an empty battery
        QCOMPARE(proof.state().assured, start);
        QCOMPARE(proof.look(start + 1h, boot + 1h), start + 1h);
        // One that was wrong when it was first seen is put right in a day.
        ClockProof wrong({start + days(300), {}, {}});
        QCOMPARE(wrong.look(start, boot), start);
        QCOMPARE(wrong.look(start + 24h, boot + 24h), start + 24h);
        QCOMPARE(wrong.state().assured, start + 24h);
    }

    void shortLooksAddUp()
    {
        ClockProof proof({start, {}, {}});
        proof.look(start + days(45), boot);
        Minute assured = start;
        for (int i = 1; i <= 24 * 120; ++i)
            assured = proof.look(start + days(45) + std::chrono::floor<std::chrono::minutes>(i * 30s), boot + i * 30s);
        QCOMPARE(assured, start + days(46));
    }
};

QTEST_GUILESS_MAIN(TestClockProof)
#include "tst_clockproof.moc"
