#include "core/control/controlclient.h"
#include "core/control/controlserver.h"
#include "core/service/liveevents.h"

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

private:
    void rest();

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<ControlServer> m_control;
    std::unique_ptr<ControlClient> m_client;
    std::unique_ptr<LiveEvents> m_events;
    QJsonObject m_facts;
    int m_looks = 0;
};

void TestLiveEvents::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_facts = {{"in_flight"_L1, 0}, {"cluster"_L1, "a"_L1}};
    m_looks = 0;
    m_control = std::make_unique<ControlServer>([](const QJsonObject &, const ControlReply &reply) { reply(controlOk()); });
    const QString socket = m_folder->filePath(QStringLiteral("control"));
    QVERIFY(m_control->listen(socket));
    m_events = std::make_unique<LiveEvents>(
        *m_control,
        [this] {
            ++m_looks;
            return m_facts;
        },
        [] { return QJsonObject(); });
    m_client = std::make_unique<ControlClient>(socket);
    m_client->subscribe();
}

void TestLiveEvents::cleanup()
{
    m_client.reset();
    m_events.reset();
    m_control.reset();
}

/// Until the looks come seldom: the first tells, eight find nothing new.
void TestLiveEvents::rest()
{
    QTRY_COMPARE(m_looks, 9);
}

void TestLiveEvents::tellsANewcomerHowThingsStand()
{
    QSignalSpy told(m_client.get(), &ControlClient::event);
    QTRY_COMPARE(told.size(), 1);
    QCOMPARE(told.first().first().toJsonObject().value("stats"_L1).toObject(), m_facts);
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

QTEST_GUILESS_MAIN(TestLiveEvents)
#include "tst_liveevents.moc"
