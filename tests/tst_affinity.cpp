#include "core/routing/strategy.h"

#include <QTest>

#include <algorithm>
#include <map>
#include <random>

using namespace qcc;
using namespace std::chrono_literals;
using Time = Affinity::Time;
using namespace Qt::StringLiterals;

namespace {

const Time start{std::chrono::hours(1)};

QByteArray named(int number)
{
    return "conversation-" + QByteArray::number(number);
}

} // namespace

class TestAffinity : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aConversationKeepsItsEndpoint()
    {
        Affinity affinity;
        QCOMPARE(affinity.endpointOf("a", start, 60s), QString());
        affinity.bind("a", u"one"_s, start);
        affinity.bind("b", u"two"_s, start);
        QCOMPARE(affinity.endpointOf("a", start, 60s), u"one"_s);
        QCOMPARE(affinity.endpointOf("b", start, 60s), u"two"_s);
        affinity.bind("a", u"two"_s, start);
        QCOMPARE(affinity.endpointOf("a", start, 60s), u"two"_s);
        QCOMPARE(affinity.size(), qsizetype(2));
        affinity.clear();
        QCOMPARE(affinity.endpointOf("a", start, 60s), QString());
        QCOMPARE(affinity.size(), qsizetype(0));
    }

    void anEmptyConversationIsNone()
    {
        Affinity affinity;
        affinity.bind("", u"one"_s, start);
        affinity.bind(QByteArray(), u"one"_s, start);
        QCOMPARE(affinity.size(), qsizetype(0));
        QCOMPARE(affinity.endpointOf("", start, 60s), QString());
    }

    void aTtlOfZeroIsOff()
    {
        Affinity affinity;
        affinity.bind("a", u"one"_s, start);
        QCOMPARE(affinity.endpointOf("a", start, 0s), QString());
        QCOMPARE(affinity.endpointOf("a", start, 60s), u"one"_s);
    }

    void useKeepsItAliveAndSilenceEndsIt()
    {
        Affinity affinity;
        affinity.bind("a", u"one"_s, start);
        Time now = start;
        for (int i = 0; i < 10; ++i)
            QCOMPARE(affinity.endpointOf("a", now += 60s, 60s), u"one"_s);
        QCOMPARE(affinity.endpointOf("a", now + 60s + 1ns, 60s), QString());
        QCOMPARE(affinity.size(), qsizetype(0));
    }

    void theLongestSilentMakesRoom()
    {
        Affinity affinity(2);
        affinity.bind("a", u"one"_s, start);
        affinity.bind("b", u"one"_s, start + 1s);
        affinity.endpointOf("a", start + 2s, 1h);
        affinity.bind("c", u"one"_s, start + 3s);
        QCOMPARE(affinity.size(), qsizetype(2));
        QCOMPARE(affinity.endpointOf("b", start + 3s, 1h), QString());
        QCOMPARE(affinity.endpointOf("a", start + 3s, 1h), u"one"_s);
        QCOMPARE(affinity.endpointOf("c", start + 3s, 1h), u"one"_s);
    }

    void othersThatFellSilentLeaveAtAnyQuestion()
    {
        Affinity affinity;
        for (int i = 0; i < 1'000; ++i)
            affinity.bind(named(i), u"one"_s, start);
        QCOMPARE(affinity.size(), qsizetype(1'000));
        affinity.endpointOf("another", start + 61s, 60s);
        QCOMPARE(affinity.size(), qsizetype(0));
    }

    void longIdentifiersAreToldApart()
    {
        Affinity affinity;
        const QByteArray common(60'000, 'x');
        affinity.bind(common + "1", u"one"_s, start);
        affinity.bind(common + "2", u"two"_s, start);
        affinity.bind(common.first(64), u"three"_s, start);
        QCOMPARE(affinity.endpointOf(common + "1", start, 60s), u"one"_s);
        QCOMPARE(affinity.endpointOf(common + "2", start, 60s), u"two"_s);
        QCOMPARE(affinity.endpointOf(common.first(64), start, 60s), u"three"_s);
        QCOMPARE(affinity.endpointOf(common, start, 60s), QString());
    }

    void keepsNoViewOfTheCallersBytes()
    {
        Affinity affinity;
        QByteArray buffer = "session-1";
        affinity.bind(QByteArray::fromRawData(buffer.constData(), buffer.size()), u"one"_s, start);
        buffer.fill('?');
        QCOMPARE(affinity.endpointOf("session-1", start, 60s), u"one"_s);
    }

    void aTimeThatArrivesLateDoesNotAgeAnything()
    {
        Affinity affinity;
        affinity.bind("a", u"one"_s, start + 60s);
        affinity.bind("b", u"one"_s, start);
        QCOMPARE(affinity.endpointOf("a", start, 60s), u"one"_s);
        QCOMPARE(affinity.endpointOf("a", start + 120s, 60s), u"one"_s);
        QCOMPARE(affinity.endpointOf("b", start + 120s, 60s), u"one"_s);
    }

    void doesWhatTheNaiveModelDoes()
    {
        constexpr qsizetype capacity = 20;
        constexpr std::chrono::seconds ttl = 100s;
        struct Binding {
            QString endpoint;
            Time used;
            int order = 0; ///< Of uses at the same time.
        };
        std::mt19937 random(20261123);
        const auto below = [&random](int end) { return std::uniform_int_distribution(0, end - 1)(random); };
        Affinity affinity(capacity);
        std::map<QByteArray, Binding> model;
        Time now = start;
        int found = 0;
        for (int step = 0; step < 100'000; ++step) {
            const QByteArray conversation = named(below(40));
            const auto known = model.find(conversation);
            switch (below(3)) {
            case 0:
                now += std::chrono::seconds(below(20));
                break;
            case 1: {
                const QString endpoint = QString::number(below(5));
                affinity.bind(conversation, endpoint, now);
                if (known == model.end() && qsizetype(model.size()) == capacity)
                    model.erase(std::ranges::min_element(model, {}, [](const auto &entry) { return entry.second.order; }));
                model[conversation] = {endpoint, now, step};
                break;
            }
            default:
                std::erase_if(model, [&](const auto &entry) { return now - entry.second.used > ttl; });
                const auto kept = model.find(conversation);
                QCOMPARE(affinity.endpointOf(conversation, now, ttl), kept == model.end() ? QString() : kept->second.endpoint);
                if (kept != model.end()) {
                    kept->second.used = now;
                    kept->second.order = step;
                    ++found;
                }
                break;
            }
            QCOMPARE(affinity.size(), qsizetype(model.size()));
        }
        QVERIFY(found > 1'000);
    }
};

QTEST_GUILESS_MAIN(TestAffinity)
#include "tst_affinity.moc"
