#include "ui/model/noticepolicy.h"

#include <QTest>

using namespace qcc;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

EndpointView endpoint(const QString &name, EndpointHealth health)
{
    EndpointView view;
    view.name = name;
    view.health = health;
    return view;
}

ProxyView viewOf(ProxyState state, const QList<EndpointView> &endpoints)
{
    ProxyView view;
    view.state = state;
    view.cluster = u"work"_s;
    view.endpoints = endpoints;
    return view;
}

const QList<EndpointView> oneGood{endpoint(u"relay-a"_s, EndpointHealth::Healthy), endpoint(u"relay-b"_s, EndpointHealth::Open)};
const QList<EndpointView> twoGood = QList(oneGood) << endpoint(u"relay-c"_s, EndpointHealth::Degraded);
const QList<EndpointView> noneGood{endpoint(u"relay-a"_s, EndpointHealth::Open), endpoint(u"relay-b"_s, EndpointHealth::Open)};
const QList<EndpointView> allDisabled{endpoint(u"relay-a"_s, EndpointHealth::Disabled)};

NoticePolicy::Time at(std::chrono::seconds seconds)
{
    return NoticePolicy::Time(1h + seconds);
}

TraySettings without(Notice notice)
{
    TraySettings settings;
    settings.notices[static_cast<int>(notice)] = false;
    return settings;
}

/// What a policy says about everything going down at `down` and coming back at `back`: "down", "back", both or nothing.
QString toldOf(NoticePolicy &policy, std::chrono::seconds down, std::chrono::seconds back)
{
    const ProxyView good = viewOf(ProxyState::Running, twoGood);
    const ProxyView bad = viewOf(ProxyState::Down, noneGood);
    QStringList told;
    if (policy.stateChanged(good, bad, at(down)))
        told << u"down"_s;
    if (policy.stateChanged(bad, good, at(back)))
        told << u"back"_s;
    return told.join(u' ');
}

std::optional<NoticeText> opened(NoticePolicy &policy, const QString &name, std::chrono::seconds when)
{
    return policy.news(u"opened"_s, name, {}, 60, viewOf(ProxyState::Degraded, twoGood), at(when));
}

} // namespace

class TrayNoticesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tellsNewsInWords_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("reason");
        QTest::addColumn<double>("seconds");
        QTest::addColumn<QList<EndpointView>>("endpoints");
        QTest::addColumn<QString>("title");
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("where");
        const auto row = [](const char *name, const QString &kind, const QString &reason, double seconds, const auto &endpoints,
                            const char *title, const char *text, int where) {
            QTest::newRow(name) << kind << reason << seconds << endpoints << QString::fromUtf8(title) << QString::fromUtf8(text)
                                << where;
        };
        row("opened, one left", u"opened"_s, u"transient (HTTP 529)"_s, 60, oneGood, "relay-a takes over",
            "relay-b failed (server error, HTTP 529) and is left alone for 1:00 min.", NoticeText::Overview);
        row("opened, a reason of one word", u"opened"_s, u"connect"_s, 45, oneGood, "relay-a takes over",
            "relay-b failed (no connection) and is left alone for 45 s.", NoticeText::Overview);
        row("opened, a reason in free words", u"opened"_s, u"not reachable"_s, 45, oneGood, "relay-a takes over",
            "relay-b failed (not reachable) and is left alone for 45 s.", NoticeText::Overview);
        row("opened, no reason", u"opened"_s, {}, 45, oneGood, "relay-a takes over", "relay-b failed and is left alone for 45 s.",
            NoticeText::Overview);
        row("opened, two left", u"opened"_s, {}, 45, twoGood, "2 other endpoints take over",
            "relay-b failed and is left alone for 45 s.", NoticeText::Overview);
        row("opened, nobody left", u"opened"_s, {}, 45, noneGood, "", "", 0);
        row("quota", u"quota_spent"_s, {}, 1800, oneGood, "relay-a takes over",
            "The balance or quota of relay-b is spent; it rests for 30:00 min.", NoticeText::Overview);
        row("rate", u"rate_limited"_s, {}, 20, oneGood, "relay-a takes over", "relay-b limits the rate; it rests for 20 s.",
            NoticeText::Overview);
        row("rate, nobody left", u"rate_limited"_s, {}, 20, noneGood, "", "", 0);
        row("key", u"key_refused"_s, {}, 0, oneGood, "relay-b refused its key",
            "relay-b refused the key. Edit the key or disable the endpoint.", NoticeText::Clusters);
        row("key, with its status", u"key_refused"_s, u"401"_s, 0, noneGood, "relay-b refused its key",
            "relay-b refused the key (401). Edit the key or disable the endpoint.", NoticeText::Clusters);
        row("returned", u"returned"_s, {}, 0, oneGood, "", "", 0);
        row("a kind of a later version", u"sunbathing"_s, {}, 0, oneGood, "", "", 0);
    }
    void tellsNewsInWords()
    {
        QFETCH(QString, kind);
        QFETCH(QString, reason);
        QFETCH(double, seconds);
        QFETCH(QList<EndpointView>, endpoints);
        NoticePolicy policy;
        const auto notice = policy.news(kind, u"relay-b"_s, reason, seconds, viewOf(ProxyState::Degraded, endpoints), at(0s));
        QTEST(notice ? notice->title : QString(), "title");
        QTEST(notice ? notice->text : QString(), "text");
        QTEST(notice ? static_cast<int>(notice->where) : 0, "where");
    }

    void tellsOfTheEndOfAllService_data()
    {
        QTest::addColumn<ProxyState>("before");
        QTest::addColumn<ProxyState>("after");
        QTest::addColumn<QList<EndpointView>>("endpoints");
        QTest::addColumn<bool>("told");
        QTest::newRow("from running") << ProxyState::Running << ProxyState::Down << noneGood << true;
        QTest::newRow("from degraded") << ProxyState::Degraded << ProxyState::Down << noneGood << true;
        QTest::newRow("down already") << ProxyState::Down << ProxyState::Down << noneGood << false;
        QTest::newRow("began so") << ProxyState::Starting << ProxyState::Down << noneGood << false;
        QTest::newRow("the user's own doing") << ProxyState::Running << ProxyState::Down << allDisabled << false;
        QTest::newRow("no endpoints at all") << ProxyState::Running << ProxyState::Down << QList<EndpointView>() << false;
        QTest::newRow("stopped") << ProxyState::Running << ProxyState::Stopped << noneGood << false;
        QTest::newRow("only worse") << ProxyState::Running << ProxyState::Degraded << oneGood << false;
    }
    void tellsOfTheEndOfAllService()
    {
        QFETCH(ProxyState, before);
        QFETCH(ProxyState, after);
        QFETCH(QList<EndpointView>, endpoints);
        NoticePolicy policy;
        const auto notice = policy.stateChanged(viewOf(before, twoGood), viewOf(after, endpoints), at(0s));
        QTEST(notice.has_value(), "told");
        if (notice)
            QCOMPARE(notice->notice, Notice::AllDown);
    }

    void saysWhyNothingAnswers()
    {
        NoticePolicy policy;
        ProxyView down = viewOf(ProxyState::Down, noneGood);
        down.lastError = u"relay-b: 529 overloaded"_s;
        const auto notice = policy.stateChanged(viewOf(ProxyState::Running, twoGood), down, at(0s));
        QVERIFY(notice);
        QCOMPARE(notice->text, u"All 2 endpoints of work fail. Last error: relay-b: 529 overloaded"_s);
    }

    void namesTheOneThatAnswersAgain()
    {
        NoticePolicy policy;
        const ProxyView down = viewOf(ProxyState::Down, noneGood);
        QVERIFY(policy.stateChanged(viewOf(ProxyState::Running, twoGood), down, at(0s)));
        const auto notice = policy.stateChanged(down, viewOf(ProxyState::Degraded, oneGood), at(1s));
        QVERIFY(notice);
        QCOMPARE(notice->notice, Notice::Recovered);
        QCOMPARE(notice->text, u"relay-a answers again."_s);
    }

    void anEndedProxyHasNotRecovered()
    {
        NoticePolicy policy;
        const ProxyView down = viewOf(ProxyState::Down, noneGood);
        const ProxyView stopped = viewOf(ProxyState::Stopped, {});
        QVERIFY(policy.stateChanged(viewOf(ProxyState::Running, twoGood), down, at(0s)));
        QVERIFY(!policy.stateChanged(down, stopped, at(1s)));
        QVERIFY(!policy.stateChanged(stopped, viewOf(ProxyState::Running, twoGood), at(2s)));
    }

    void downAndBackComeAsAPairOrNotAtAll_data()
    {
        QTest::addColumn<TraySettings>("settings");
        QTest::addColumn<int>("secondDown");
        QTest::addColumn<QString>("first");
        QTest::addColumn<QString>("second");
        QTest::newRow("a minute later again") << TraySettings() << 60 << u"down back"_s << u"down back"_s;
        QTest::newRow("too soon") << TraySettings() << 59 << u"down back"_s << QString();
        QTest::newRow("down is switched off") << without(Notice::AllDown) << 60 << QString() << QString();
        QTest::newRow("back is switched off") << without(Notice::Recovered) << 60 << u"down"_s << u"down"_s;
    }
    void downAndBackComeAsAPairOrNotAtAll()
    {
        QFETCH(TraySettings, settings);
        QFETCH(int, secondDown);
        NoticePolicy policy;
        policy.setSettings(settings);
        QTEST(toldOf(policy, 0s, 1s), "first");
        QTEST(toldOf(policy, std::chrono::seconds(secondDown), std::chrono::seconds(secondDown + 1)), "second");
    }

    void oneKindAboutOneEndpointComesOnceAMinute()
    {
        NoticePolicy policy;
        QVERIFY(opened(policy, u"relay-b"_s, 0s));
        QVERIFY(!opened(policy, u"relay-b"_s, 59s));
        QVERIFY(opened(policy, u"relay-d"_s, 59s));
        QVERIFY(policy.news(u"key_refused"_s, u"relay-b"_s, {}, 0, viewOf(ProxyState::Degraded, twoGood), at(59s)));
        QVERIFY(opened(policy, u"relay-b"_s, 60s));
    }

    void noMoreThanFourComeInTenMinutes()
    {
        NoticePolicy policy;
        for (int i = 0; i < 4; ++i)
            QVERIFY(opened(policy, u"relay-%1"_s.arg(i), std::chrono::seconds(i)));
        QVERIFY(!opened(policy, u"relay-5"_s, 599s));
        QCOMPARE(toldOf(policy, 599s, 600s), u"down back"_s);
        QVERIFY(opened(policy, u"relay-5"_s, 600s));
        QVERIFY(!opened(policy, u"relay-6"_s, 600s));
    }

    void whatIsSwitchedOffIsNeverToldAndCountsNot()
    {
        NoticePolicy policy;
        policy.setSettings(without(Notice::FailedOver));
        for (int i = 0; i < 4; ++i)
            QVERIFY(!opened(policy, u"relay-%1"_s.arg(i), 0s));
        QVERIFY(policy.news(u"key_refused"_s, u"relay-b"_s, {}, 0, viewOf(ProxyState::Degraded, twoGood), at(0s)));
        policy.setSettings(TraySettings());
        QVERIFY(opened(policy, u"relay-0"_s, 1s));
        policy.setSettings(without(Notice::KeyRejected));
        QVERIFY(!policy.news(u"key_refused"_s, u"relay-c"_s, {}, 0, viewOf(ProxyState::Degraded, twoGood), at(2s)));
    }

    void aPortInUseNamesItsOwnerAndTheWayOut()
    {
        NoticePolicy policy;
        const Failure taken{ErrorCode::PortInUse, u"port 7860 is in use by nginx (pid 812)"_s,
                            u"Port 7861 is free: qcc proxy start --port 7861"_s};
        const auto notice = policy.portInUse(taken);
        QVERIFY(notice);
        QCOMPARE(notice->where, NoticeText::Settings);
        QCOMPARE(notice->text,
                 u"Port 7860 is in use by nginx (pid 812). Choose another port in the settings, or end that program."_s);
        QVERIFY(!policy.portInUse({ErrorCode::NotAllowed, u"no"_s, {}}));
        policy.setSettings(without(Notice::PortInUse));
        QVERIFY(!policy.portInUse(taken));
    }
};

QTEST_MAIN(TrayNoticesTest)
#include "tst_traynotices.moc"
