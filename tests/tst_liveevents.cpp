#include "core/control/controlclient.h"
#include "core/control/controlserver.h"
#include "core/report/liveevents.h"

#include <QJsonArray>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace qcc;
using namespace Qt::StringLiterals;

class TestLiveEvents : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void tellsANewcomerHowThingsStand();
    void looksSeldomWhileNothingHappens();
    void looksAtOnceWhenSomethingHappens();
    void keepsLookingWhileRequestsRun();
    void aCountdownIsNoNews();
    void whatEndsByItselfIsToldAndHastensNothing();

private:
    void rest();
    void setCountdown(double seconds);

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<ControlServer> m_control;
    std::unique_ptr<ControlClient> m_client;
    std::unique_ptr<LiveEvents> m_events;
    QJsonObject m_facts;
    double m_step = 0; ///< By which the countdown and the uptime go on from look to look.
    int m_looks = 0;
    int m_rests = 0; ///< How often it said that it looks seldom from now on.
};

void TestLiveEvents::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_facts = {{"in_flight"_L1, 0}, {"cluster"_L1, "a"_L1}};
    m_looks = 0;
    m_rests = 0;
    m_step = 0;
    m_control = std::make_unique<ControlServer>([](const QJsonObject &, const ControlReply &reply) { reply(controlOk()); });
    const QString socket = m_folder->filePath(QStringLiteral("control"));
    QVERIFY(m_control->listen(socket));
    m_events = std::make_unique<LiveEvents>(
        *m_control,
        LiveEvents::Sources{[this] {
                                ++m_looks;
                                m_facts.insert("uptime"_L1, m_facts.value("uptime"_L1).toDouble() + m_step);
                                if (m_step > 0)
                                    setCountdown(1800 - m_looks * m_step);
                                return m_facts;
                            },
                            [] { return QJsonObject(); },
                            [this] { ++m_rests; }});
    m_client = std::make_unique<ControlClient>(socket);
    m_client->subscribe();
}

void TestLiveEvents::cleanup()
{
    m_client.reset();
    m_events.reset();
    m_control.reset();
}

void TestLiveEvents::setCountdown(double seconds)
{
    const QJsonObject breaker{{"state"_L1, "open"_L1}, {"reopens_in_s"_L1, seconds}};
    m_facts.insert("endpoints"_L1, QJsonArray{QJsonObject{{"id"_L1, "a"_L1}, {"breaker"_L1, breaker}}});
}

/// Until the looks come seldom: the first tells, eight find nothing new.
void TestLiveEvents::rest()
{
    QTRY_COMPARE(m_looks, 9);
    QCOMPARE(m_rests, 1);
}

void TestLiveEvents::tellsANewcomerHowThingsStand()
{
    QSignalSpy told(m_client.get(), &ControlClient::event);
    QTRY_COMPARE(told.size(), 1);
    QJsonObject facts = m_facts;
    facts.remove("uptime"_L1);
    QCOMPARE(told.first().first().toJsonObject().value("stats"_L1).toObject(), facts);
}

void TestLiveEvents::looksSeldomWhileNothingHappens()
{
    rest();
    QSignalSpy told(m_client.get(), &ControlClient::event);
    m_facts.insert("cluster"_L1, "b"_L1);
    QElapsedTimer clock;
    clock.start();
    QTRY_COMPARE_WITH_TIMEOUT(told.size(), 1, 10'000);
    QCOMPARE(m_looks, 10);
    QVERIFY(clock.elapsed() > 2'000);
}

void TestLiveEvents::looksAtOnceWhenSomethingHappens()
{
    rest();
    QSignalSpy told(m_client.get(), &ControlClient::event);
    m_facts.insert("cluster"_L1, "b"_L1);
    m_events->look();
    QTRY_COMPARE_WITH_TIMEOUT(told.size(), 1, 2'000);
}

void TestLiveEvents::keepsLookingWhileRequestsRun()
{
    m_facts.insert("in_flight"_L1, 1);
    QTRY_VERIFY_WITH_TIMEOUT(m_looks > 12, 8'000);
}

void TestLiveEvents::aCountdownIsNoNews()
{
    m_step = 0.25;
    QSignalSpy told(m_client.get(), &ControlClient::event);
    rest();
    QCOMPARE(told.size(), 1);
    // It tells how long it takes all the same.
    const QJsonObject stats = told.first().first().toJsonObject().value("stats"_L1).toObject();
    QCOMPARE(stats.value("endpoints"_L1)[0]["breaker"_L1]["reopens_in_s"_L1].toDouble(), 1799.75);
}

void TestLiveEvents::whatEndsByItselfIsToldAndHastensNothing()
{
    setCountdown(1800);
    rest();
    QSignalSpy told(m_client.get(), &ControlClient::event);
    setCountdown(0);
    QTRY_COMPARE_WITH_TIMEOUT(told.size(), 1, 10'000);
    m_facts.insert("last_hour"_L1, 1);
    QElapsedTimer clock;
    clock.start();
    QTRY_COMPARE_WITH_TIMEOUT(told.size(), 2, 10'000);
    QCOMPARE(m_looks, 11);
    QVERIFY2(clock.elapsed() > 2'000, qPrintable(QString::number(clock.elapsed())));
}

QTEST_GUILESS_MAIN(TestLiveEvents)
#include "tst_liveevents.moc"
