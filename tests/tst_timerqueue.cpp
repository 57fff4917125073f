#include "core/base/timerqueue.h"

#include <QObject>
#include <QTest>

#include <atomic>
#include <cstdlib>
#include <map>
#include <new>
#include <random>

using namespace qcc;
using namespace std::chrono_literals;

namespace {

std::atomic<int> allocations = 0;

using Time = TimerQueue::Time;

const Time start{1'000'000s};

/// Ids in the order in which they come in one round.
QList<int> roundAt(TimerQueue &queue, Time now)
{
    QList<int> ids;
    const TimerQueue::Round round = queue.begin(now);
    while (const auto fired = queue.take(round)) {
        ids.append(fired->id);
        queue.landed(*fired);
    }
    return ids;
}

} // namespace

void *operator new(size_t size)
{
    ++allocations;
    if (void *made = std::malloc(size))
        return made;
    throw std::bad_alloc();
}

void operator delete(void *there) noexcept
{
    std::free(there);
}

void operator delete(void *there, size_t) noexcept
{
    std::free(there);
}

class TestTimerQueue : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void comesByTimeThenByStart()
    {
        TimerQueue queue;
        queue.add({1, this, 10ms}, start);
        queue.add({2, this, 5ms}, start);
        queue.add({3, this, 10ms}, start);
        queue.add({4, this, 0ms}, start + 10ms);
        QCOMPARE(*queue.nextDue(), start + 5ms);
        QCOMPARE(roundAt(queue, start + 4ms), QList<int>());
        QCOMPARE(roundAt(queue, start + 10ms), (QList<int>{2, 1, 3, 4}));
        // Who was told goes behind who was there.
        QCOMPARE(roundAt(queue, start + 20ms), (QList<int>{2, 4, 1, 3}));
    }

    void zeroComesOnceARound()
    {
        TimerQueue queue;
        queue.add({1, this, 0ms}, start);
        const TimerQueue::Round round = queue.begin(start);
        const auto first = queue.take(round);
        QVERIFY(first && first->isZero);
        queue.add({2, this, 0ms}, start);
        queue.landed(*first);
        QVERIFY(!queue.take(round));
        QCOMPARE(roundAt(queue, start), (QList<int>{1, 2}));
        QCOMPARE(roundAt(queue, start), (QList<int>{1, 2}));
    }

    void oneThatIsBeingToldDoesNotRecur()
    {
        TimerQueue queue;
        queue.add({1, this, 10ms}, start);
        queue.add({2, this, 50ms}, start);
        const auto outer = queue.take(queue.begin(start + 10ms));
        QCOMPARE(outer->id, 1);
        // Its event loop waits for the other alone, however long it takes.
        QCOMPARE(*queue.nextDue(), start + 50ms);
        QCOMPARE(roundAt(queue, start + 30ms), QList<int>());
        QCOMPARE(roundAt(queue, start + 50ms), (QList<int>{2}));
        queue.landed(*outer);
        QCOMPARE(*queue.nextDue(), start + 60ms);
        QCOMPARE(roundAt(queue, start + 60ms), (QList<int>{1}));
    }

    void oneThatIsRemovedWhileItIsToldIsAnother()
    {
        TimerQueue queue;
        queue.add({1, this, 10ms}, start);
        const auto old = queue.take(queue.begin(start + 10ms));
        QVERIFY(queue.remove(1));
        QVERIFY(!queue.remove(1));
        QVERIFY(!queue.nextDue());
        queue.add({1, this, 10ms}, start + 10ms);
        const auto fired = queue.take(queue.begin(start + 20ms));
        QVERIFY(fired);
        queue.landed(*old);
        QVERIFY(!queue.nextDue());
        queue.landed(*fired);
        QCOMPARE(*queue.nextDue(), start + 30ms);
    }

    void whatIsLateGoesOnFromNow()
    {
        TimerQueue queue;
        queue.add({1, this, 10ms}, start);
        QCOMPARE(roundAt(queue, start + 12ms), (QList<int>{1}));
        QCOMPARE(*queue.due(1), start + 20ms);
        QCOMPARE(roundAt(queue, start + 95ms), (QList<int>{1}));
        QCOMPARE(*queue.due(1), start + 105ms);
    }

    void coarseStaysWithinATwentieth()
    {
        std::minstd_rand random(1);
        for (int i = 0; i < 20'000; ++i) {
            const std::chrono::milliseconds interval(21 + random() % 19'979);
            const std::chrono::nanoseconds twentieth = std::chrono::nanoseconds(interval) / 20;
            TimerQueue queue;
            Time last = start + std::chrono::nanoseconds(random());
            queue.add({1, this, interval, Qt::CoarseTimer}, last);
            for (int round = 0; round < 4; ++round) {
                const Time due = *queue.nextDue();
                QVERIFY2(std::chrono::abs(due - last - interval) <= twentieth, qPrintable(QString::number(interval.count())));
                QCOMPARE(due.time_since_epoch() % 1ms, 0ns);
                QCOMPARE(roundAt(queue, due), (QList<int>{1}));
                last = due;
            }
        }
    }

    void coarseOnesComeTogether()
    {
        TimerQueue queue;
        for (int id = 1; id <= 40; ++id)
            queue.add({id, this, 1s, Qt::CoarseTimer}, start + id * 1ms);
        QCOMPARE(roundAt(queue, start + 1s).size(), 40);
        QCOMPARE(TimerQueue::aligned(start + 1049ms, 50ms), start + 1s);
        QCOMPARE(TimerQueue::aligned(start + 1070ms, 50ms), start + 1100ms);
        QCOMPARE(TimerQueue::aligned(start + 33ms + 1us, 1ms), start + 34ms);
    }

    void veryCoarseComesAtWholeSeconds_data()
    {
        QTest::addColumn<Qt::TimerType>("type");
        QTest::addColumn<int>("interval");
        QTest::addColumn<int>("seconds");
        QTest::newRow("a second") << Qt::VeryCoarseTimer << 1000 << 1;
        QTest::newRow("less than half") << Qt::VeryCoarseTimer << 300 << 1;
        QTest::newRow("rounded") << Qt::VeryCoarseTimer << 2600 << 3;
        QTest::newRow("coarse and long") << Qt::CoarseTimer << 20'000 << 20;
    }

    void veryCoarseComesAtWholeSeconds()
    {
        QFETCH(Qt::TimerType, type);
        QFETCH(int, interval);
        QFETCH(int, seconds);
        TimerQueue queue;
        queue.add({1, this, std::chrono::milliseconds(interval), type}, start + 400ms);
        queue.add({2, this, std::chrono::milliseconds(interval), type}, start + 600ms);
        QCOMPARE(*queue.due(1), start + std::chrono::seconds(seconds));
        QCOMPARE(*queue.due(2), start + std::chrono::seconds(seconds + 1));
        QCOMPARE(roundAt(queue, *queue.due(1)), (QList<int>{1}));
        QCOMPARE(*queue.due(1), start + std::chrono::seconds(2 * seconds));
        // What it was asked for is what it is said to be.
        queue.forEach([=](const TimerQueue::Timer &timer) {
            QCOMPARE(timer.type, type);
            QCOMPARE(timer.interval, std::chrono::milliseconds(interval));
        });
    }

    void shortOnesAreExactWhateverTheirType()
    {
        TimerQueue queue;
        queue.add({1, this, 20ms, Qt::CoarseTimer}, start + 1ns);
        queue.add({2, this, 0ms, Qt::VeryCoarseTimer}, start + 1ns);
        QCOMPARE(*queue.due(1), start + 20ms + 1ns);
        QCOMPARE(*queue.due(2), start + 1ns);
    }

    void theLongestDoesNotOverflow()
    {
        TimerQueue queue;
        queue.add({1, this, std::chrono::milliseconds::max(), Qt::PreciseTimer}, start);
        queue.add({2, this, std::chrono::milliseconds::max(), Qt::CoarseTimer}, start);
        QVERIFY(*queue.nextDue() > start + std::chrono::hours(24 * 365));
        QCOMPARE(roundAt(queue, start + std::chrono::hours(24 * 365)), QList<int>());
    }

    void thoseOfAnObjectGoTogether()
    {
        QObject other;
        TimerQueue queue;
        for (int id = 1; id <= 20; ++id)
            queue.add({id, id % 3 ? this : &other, std::chrono::milliseconds(20 - id)}, start);
        QVERIFY(queue.removeAllOf(this));
        QVERIFY(!queue.removeAllOf(this));
        QCOMPARE(roundAt(queue, start + 1s), (QList<int>{18, 15, 12, 9, 6, 3}));
        QVERIFY(queue.removeAllOf(&other));
        QVERIFY(queue.isEmpty());
    }

    void startingAndStoppingAsksForNoMemory()
    {
        TimerQueue queue;
        std::minstd_rand random(1);
        int before = 0;
        for (int i = 0; i < 200'000; ++i) {
            if (i == 100'000)
                before = allocations;
            const int id = static_cast<int>(1 + random() % 500);
            if (!queue.remove(id))
                queue.add({id, this, std::chrono::milliseconds(random() % 30'000), Qt::CoarseTimer}, start);
        }
        QVERIFY2(allocations - before <= 2, qPrintable(QString::number(allocations - before)));
    }

    void agreesWithAPlainList()
    {
        struct Plain {
            Time due;
            int order;
            std::chrono::milliseconds interval;
        };
        std::minstd_rand random(7);
        for (int run = 0; run < 50; ++run) {
            TimerQueue queue;
            std::map<int, Plain> plain;
            Time now = start;
            int order = 0;
            for (int step = 0; step < 2'000; ++step) {
                const int id = static_cast<int>(1 + random() % 40);
                if (random() % 4 == 0) {
                    now += std::chrono::microseconds(random() % 9'000);
                    QList<std::tuple<Time, int, int>> due;
                    for (auto &[one, timer] : plain)
                        if (timer.due <= now)
                            due.append({timer.due, timer.order, one});
                    std::sort(due.begin(), due.end());
                    QList<int> expected;
                    for (const auto &[time, number, one] : due) {
                        expected.append(one);
                        Plain &timer = plain.at(one);
                        timer.due = time + timer.interval < now ? now + timer.interval : time + timer.interval;
                        timer.order = ++order;
                    }
                    QCOMPARE(roundAt(queue, now), expected);
                } else if (random() % 2 == 0) {
                    QCOMPARE(queue.remove(id), plain.erase(id) == 1);
                } else if (!plain.contains(id)) {
                    const std::chrono::milliseconds interval(random() % 12);
                    queue.add({id, this, interval}, now);
                    plain.insert({id, {now + interval, ++order, interval}});
                }
                std::optional<Time> next;
                for (const auto &[one, timer] : plain)
                    next = next ? std::min(*next, timer.due) : timer.due;
                QCOMPARE(queue.nextDue(), next);
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestTimerQueue)
#include "tst_timerqueue.moc"
