#include "core/upstream/http2policy.h"

#include <QTest>

using namespace qcc;
using namespace std::chrono_literals;
using What = PingWatch::Verdict::What;

Q_DECLARE_METATYPE(std::optional<quint64>)

class TestPingWatch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void asksAfterASilence()
    {
        PingWatch watch(start);
        watch.asked(start);
        const PingWatch::Verdict early = watch.look(start + 14s, 100);
        QCOMPARE(early.what, What::Look);
        QCOMPARE(early.time, 1000ms);
        watch.heard(start + 14s);
        QCOMPARE(watch.look(start + 28s, 100).what, What::Look);
        QCOMPARE(watch.look(start + 29s, 100).what, What::Ping);
    }

    void letsAnAnswerTakeItsTime()
    {
        PingWatch watch(start);
        watch.asked(start);
        for (auto now = start + 15s; now < start + 1h; now += 15s) {
            QCOMPARE(watch.look(now, 100).what, What::Ping);
            watch.heard(now); // its answer
        }
    }

    void asksAtOnceWhatHasRested()
    {
        PingWatch watch(start);
        watch.asked(start + 14s);
        QCOMPARE(watch.look(start + 14s, 100).what, What::Look);
        watch.heard(start + 20s);
        watch.asked(start + 35s);
        QCOMPARE(watch.look(start + 35s, 100).what, What::Ping);
    }

    void givesUpWhereNothingArrives()
    {
        PingWatch watch(start);
        watch.asked(start);
        QCOMPARE(watch.look(start + 15s, 100).time, PingWatch::lostAfter);
        const PingWatch::Verdict verdict = watch.look(start + 25s, 100);
        QCOMPARE(verdict.what, What::Lost);
        QCOMPARE(verdict.time, PingWatch::lostAfter);
    }

    void waitsBehindAnUpload()
    {
        PingWatch watch(start);
        watch.asked(start);
        watch.look(start + 15s, 100);
        quint64 acknowledged = 100;
        auto now = start + 25s;
        for (; now < start + 10min; now += 10s)
            QCOMPARE(watch.look(now, acknowledged += 50'000).what, What::Look);
        // And then it stands still.
        for (const auto still = now - 10s; now < still + PingWatch::busyAfter; now += 10s)
            QCOMPARE(watch.look(now, acknowledged).what, What::Look);
        QCOMPARE(watch.look(now, acknowledged).what, What::Lost);
    }

    void waitsForAReaderThatIsBusy_data()
    {
        QTest::addColumn<std::optional<quint64>>("before");
        QTest::addColumn<std::optional<quint64>>("after");
        QTest::newRow("its system takes the PING") << std::optional<quint64>(100) << std::optional<quint64>(139);
        QTest::newRow("nobody knows") << std::optional<quint64>() << std::optional<quint64>();
    }

    void waitsForAReaderThatIsBusy()
    {
        QFETCH(std::optional<quint64>, before);
        QFETCH(std::optional<quint64>, after);
        PingWatch watch(start);
        watch.asked(start);
        QCOMPARE(watch.look(start + 15s, before).what, What::Ping);
        auto lost = start + 15s;
        while (watch.look(lost += 10s, after).what != What::Lost)
            QVERIFY(lost < start + 10min);
        QVERIFY(lost >= start + 15s + PingWatch::busyAfter);
        QVERIFY(lost <= start + 15s + PingWatch::busyAfter + 10s);
    }

private:
    const PingWatch::Time start = PingWatch::Time() + 1h;
};

QTEST_GUILESS_MAIN(TestPingWatch)
#include "tst_pingwatch.moc"
