#include "core/routing/breaker.h"

#include <QTest>

#include <algorithm>
#include <array>
#include <random>
#include <vector>

using namespace qcc;
using namespace std::chrono_literals;
using Time = Breaker::Time;

namespace {

constexpr Config::Breaker rules{.failures = 3, .window = 64s, .open = 60s, .maxOpen = 300s};
const Time start{std::chrono::hours(1)};

/// The rules once more, written down as they are read, with the whole history kept. Times are whole seconds, on which the slices
/// of a window of 64 s are exact.
struct Model {
    struct Attempt {
        Time at;
        bool failed;
    };
    explicit Model(const Config::Breaker &r)
        : rules(r)
    {
    }

    Config::Breaker rules;
    std::vector<Attempt> history{};
    BreakerState state = BreakerState::Closed;
    std::chrono::seconds openTime = rules.open;
    Time due{};
    int consecutive = 0;
    bool leased = false;

    void succeeded(Time now)
    {
        if (state != BreakerState::Closed)
            history.clear();
        history.push_back({now, false});
        state = BreakerState::Closed;
        openTime = rules.open;
        consecutive = 0;
        leased = false;
    }
    void failed(Time now)
    {
        ++consecutive;
        leased = false;
        if (state == BreakerState::Open)
            return;
        history.push_back({now, true});
        if (state == BreakerState::HalfOpen) {
            openAgain(now);
            return;
        }
        int attempts = 0;
        int failures = 0;
        for (const Attempt &attempt : history) {
            if (attempt.at > now - rules.window) {
                ++attempts;
                failures += attempt.failed ? 1 : 0;
            }
        }
        if (consecutive >= rules.failures || (attempts >= 10 && failures > attempts - failures)) {
            state = BreakerState::Open;
            due = now + openTime;
        }
    }
    void openAgain(Time now)
    {
        state = BreakerState::Open;
        openTime = std::min(openTime + openTime, rules.maxOpen);
        due = now + openTime;
    }
    void verified(bool reachable, Time now)
    {
        if (state != BreakerState::Open)
            return;
        if (reachable)
            state = BreakerState::HalfOpen;
        else
            openAgain(now);
    }
    bool takeLease()
    {
        if (state != BreakerState::HalfOpen || leased)
            return false;
        return leased = true;
    }
    void reset() { *this = Model(rules); }
};

Breaker opened(Time now)
{
    Breaker breaker(rules);
    for (int i = 0; i < rules.failures; ++i)
        breaker.failed(now);
    return breaker;
}

Breaker halfOpen(Time now)
{
    Breaker breaker = opened(now);
    breaker.verified(true, now);
    return breaker;
}

} // namespace

class TestBreaker : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void doesWhatTheNaiveModelDoes_data()
    {
        QTest::addColumn<int>("successes"); // of 100 operations that are an attempt
        QTest::addColumn<int>("failures");
        QTest::addColumn<int>("inARow");
        QTest::newRow("mostly well") << 70 << 40 << 3;
        QTest::newRow("half and half") << 50 << 60 << 3;
        QTest::newRow("mostly bad") << 15 << 60 << 3;
        QTest::newRow("only the window opens it") << 50 << 60 << 1'000;
        QTest::newRow("one failure opens it") << 70 << 60 << 1;
    }

    /// 2 000 sequences for each row, 10 000 in all.
    void doesWhatTheNaiveModelDoes()
    {
        QFETCH(int, successes);
        QFETCH(int, failures);
        QFETCH(int, inARow);
        std::mt19937 random(20261123);
        const auto chance = [&random](int percent) {
            return std::uniform_int_distribution(0, 99)(random) < percent;
        };
        Config::Breaker some = rules;
        some.failures = inARow;
        std::array<int, 3> visits{};
        int leases = 0;
        for (int sequence = 0; sequence < 2'000; ++sequence) {
            Breaker breaker(some);
            Model model(some);
            Time now = start;
            for (int step = 0; step < 60; ++step) {
                const int kind = std::uniform_int_distribution(0, 99)(random);
                if (kind < failures) {
                    if (chance(successes)) {
                        breaker.succeeded(now);
                        model.succeeded(now);
                    } else {
                        breaker.failed(now);
                        model.failed(now);
                    }
                } else if (kind < failures + 10) {
                    const bool reachable = chance(60);
                    breaker.verified(reachable, now);
                    model.verified(reachable, now);
                } else if (kind < failures + 18) {
                    const bool taken = breaker.takeLease();
                    QCOMPARE(taken, model.takeLease());
                    leases += taken ? 1 : 0;
                } else if (kind < failures + 22) {
                    breaker.releaseLease();
                    model.leased = false;
                } else if (kind < failures + 23) {
                    breaker.reset();
                    model.reset();
                } else {
                    now += std::chrono::seconds(std::uniform_int_distribution(0, chance(5) ? 400 : 5)(random));
                }
                const bool open = model.state == BreakerState::Open;
                QCOMPARE(breaker.state(), model.state);
                QCOMPARE(breaker.verifyDue(), open ? std::optional(model.due) : std::nullopt);
                QCOMPARE(breaker.consecutiveFailures(), model.consecutive);
                const auto left = std::max(std::chrono::duration_cast<std::chrono::milliseconds>(model.due - now), 0ms);
                QCOMPARE(breaker.reopensIn(now), open ? left : 0ms);
                ++visits[static_cast<std::size_t>(model.state)];
            }
        }
        // The sequences went everywhere, else their agreement would say little.
        QVERIFY(*std::ranges::min_element(visits) > 200);
        QVERIFY(leases > 20);
    }

    void opensAfterTheFailuresInARow()
    {
        Breaker breaker(rules);
        breaker.failed(start);
        breaker.failed(start);
        QCOMPARE(breaker.state(), BreakerState::Closed);
        breaker.succeeded(start);
        breaker.failed(start);
        breaker.failed(start);
        QCOMPARE(breaker.state(), BreakerState::Closed);
        breaker.failed(start);
        QCOMPARE(breaker.state(), BreakerState::Open);
        QCOMPARE(breaker.verifyDue(), std::optional(start + 60s));
        QCOMPARE(breaker.reopensIn(start + 100us), 60'000ms);
        QCOMPARE(breaker.reopensIn(start + 59s), 1'000ms);
        QCOMPARE(breaker.reopensIn(start + 61s), 0ms);
    }

    void opensWhenMoreThanHalfOfTenFailed()
    {
        Breaker breaker(rules);
        for (int i = 0; i < 4; ++i) {
            breaker.succeeded(start);
            breaker.failed(start);
        }
        breaker.failed(start);
        QCOMPARE(breaker.state(), BreakerState::Closed); // five of nine
        breaker.succeeded(start);
        breaker.failed(start);
        QCOMPARE(breaker.state(), BreakerState::Open); // six of eleven
    }

    void exactlyHalfIsNotMore()
    {
        Breaker breaker(rules);
        for (int i = 0; i < 50; ++i) {
            breaker.succeeded(start);
            breaker.failed(start);
        }
        QCOMPARE(breaker.state(), BreakerState::Closed);
    }

    void attemptsOfLastResortDoNotPutOffTheCheck()
    {
        Breaker breaker = opened(start);
        breaker.failed(start + 30s);
        QCOMPARE(breaker.verifyDue(), std::optional(start + 60s));
        QCOMPARE(breaker.consecutiveFailures(), 4);
        breaker.succeeded(start + 31s);
        QCOMPARE(breaker.state(), BreakerState::Closed);
        QVERIFY(!breaker.verifyDue());
    }

    void whatOpenedItDoesNotOpenItAgain()
    {
        Breaker breaker(rules);
        for (int i = 0; i < 3; ++i) {
            breaker.failed(start);
            breaker.failed(start);
            breaker.succeeded(start);
        }
        QCOMPARE(breaker.state(), BreakerState::Closed);
        breaker.failed(start);
        QCOMPARE(breaker.state(), BreakerState::Open); // seven of ten
        breaker.succeeded(start + 1s);
        breaker.failed(start + 1s);
        QCOMPARE(breaker.state(), BreakerState::Closed);
    }

    void everySetbackDoublesTheOpenTimeUpToTheMost()
    {
        Breaker breaker = opened(start);
        Time now = start;
        for (const auto expected : {120s, 240s, 300s, 300s}) {
            now += 1s;
            breaker.verified(false, now);
            QCOMPARE(breaker.verifyDue(), std::optional(now + expected));
        }
        breaker.verified(true, now);
        breaker.failed(now);
        QCOMPARE(breaker.verifyDue(), std::optional(now + 300s));
        breaker.succeeded(now);
        breaker = opened(now);
        QCOMPARE(breaker.verifyDue(), std::optional(now + 60s));
    }

    void oneAttemptAtATimeHasTheLease()
    {
        Breaker closed(rules);
        QVERIFY(!closed.takeLease());
        Breaker open = opened(start);
        QVERIFY(!open.takeLease());
        Breaker breaker = halfOpen(start);
        QVERIFY(breaker.takeLease());
        QVERIFY(!breaker.takeLease());
        breaker.releaseLease();
        QCOMPARE(breaker.state(), BreakerState::HalfOpen);
        QVERIFY(breaker.takeLease());
        breaker.failed(start + 1s);
        QCOMPARE(breaker.state(), BreakerState::Open);
        breaker.verified(true, start + 2s);
        QVERIFY(breaker.takeLease());
        breaker.succeeded(start + 3s);
        QCOMPARE(breaker.state(), BreakerState::Closed);
    }

    void newRulesApplyToTheOpenTimeAtOnce()
    {
        Breaker breaker = opened(start);
        breaker.verified(false, start);
        QCOMPARE(breaker.verifyDue(), std::optional(start + 120s));
        Config::Breaker shorter = rules;
        shorter.open = 5s;
        breaker.setRules(shorter);
        QCOMPARE(breaker.verifyDue(), std::optional(start + 10s));
        QCOMPARE(breaker.state(), BreakerState::Open);
        shorter.maxOpen = 7s;
        breaker.setRules(shorter);
        QCOMPARE(breaker.verifyDue(), std::optional(start + 7s));
    }

    void newRulesKeepTheWindowUnlessItsLengthChanged_data()
    {
        QTest::addColumn<int>("windowSeconds");
        QTest::addColumn<BreakerState>("state");
        QTest::newRow("same length") << 64 << BreakerState::Open;
        QTest::newRow("other length") << 128 << BreakerState::Closed;
    }

    void newRulesKeepTheWindowUnlessItsLengthChanged()
    {
        QFETCH(int, windowSeconds);
        QFETCH(BreakerState, state);
        Breaker breaker(rules);
        for (int i = 0; i < 10; ++i) {
            breaker.succeeded(start);
            breaker.failed(start);
        }
        Config::Breaker changed = rules;
        changed.failures = 100;
        changed.window = std::chrono::seconds(windowSeconds);
        breaker.setRules(changed);
        breaker.failed(start);
        QCOMPARE(breaker.state(), state);
    }

    void anAttemptLeavesTheWindowAtMostOneSliceEarly_data()
    {
        QTest::addColumn<std::chrono::seconds>("span");
        for (const int seconds : {1, 7, 60, 86'400})
            QTest::addRow("%d s", seconds) << std::chrono::seconds(seconds);
    }

    void anAttemptLeavesTheWindowAtMostOneSliceEarly()
    {
        QFETCH(std::chrono::seconds, span);
        using Duration = Breaker::Clock::duration;
        const Duration whole = span;
        std::mt19937_64 random(11);
        std::uniform_int_distribution<Duration::rep> gap(0, whole.count() / 40);
        AttemptWindow window(span);
        std::vector<std::pair<Time, bool>> history;
        Time now = start;
        quint64 most = 0;
        for (int i = 0; i < 2'000; ++i) {
            now += Duration(gap(random));
            const bool failed = random() % 3 == 0;
            window.add(failed, now);
            history.emplace_back(now, failed);
            const Time asked = now + Duration(gap(random));
            const auto within = [&](Duration length, bool failuresOnly) {
                return quint64(std::ranges::count_if(history, [&](const auto &attempt) {
                    return attempt.first > asked - length && (attempt.second || !failuresOnly);
                }));
            };
            const AttemptWindow::Counts counts = window.counts(asked);
            const Duration shortest = whole - whole / 64 - 64ns;
            QVERIFY(counts.attempts <= within(whole, false));
            QVERIFY(counts.attempts >= within(shortest, false));
            QVERIFY(counts.failures <= within(whole, true));
            QVERIFY(counts.failures >= within(shortest, true));
            most = std::max(most, counts.attempts);
        }
        QVERIFY(most > 64);
        QCOMPARE(window.counts(now + whole).attempts, quint64(0));
    }

    void aBusyWindowForgetsNothing()
    {
        AttemptWindow window(60s);
        for (int i = 0; i < 100'000; ++i)
            window.add(i % 4 == 0, start + std::chrono::microseconds(i * 500));
        const AttemptWindow::Counts counts = window.counts(start + 50s);
        QCOMPARE(counts.attempts, quint64(100'000));
        QCOMPARE(counts.failures, quint64(25'000));
    }

    void aTimeThatArrivesLateCountsAsNow()
    {
        AttemptWindow window(64s);
        window.add(false, start + 100s);
        window.add(true, start);
        const AttemptWindow::Counts counts = window.counts(start + 50s);
        QCOMPARE(counts.attempts, quint64(2));
        QCOMPARE(counts.failures, quint64(1));
    }
};

QTEST_GUILESS_MAIN(TestBreaker)
#include "tst_breaker.moc"
