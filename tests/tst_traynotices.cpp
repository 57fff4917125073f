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
const QList<EndpointView> bothGood{endpoint(u"relay-a"_s, EndpointHealth::Healthy), endpoint(u"relay-b"_s, EndpointHealth::Healthy)};
const QList<EndpointView> keysRefused{endpoint(u"relay-a"_s, EndpointHealth::Disabled), endpoint(u"relay-b"_s, EndpointHealth::KeyRefused)};
const QList<EndpointView> allDisabled{endpoint(u"relay-a"_s, EndpointHealth::Disabled)};

EndpointView resting(const QString &name)
{
    EndpointView view = endpoint(name, EndpointHealth::Resting);
    view.restsShortly = true;
    return view;
}

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

constexpr auto settled = NoticePolicy::settleTime;

/// What the policy tells when all has settled that happened at `when`.
NoticeOutcome outcomeOf(NoticePolicy &policy, std::chrono::seconds when)
{
    return policy.outcome(at(when) + settled);
}

/// The same, as titles.
QStringList titlesOf(const NoticeOutcome &outcome)
{
    QStringList titles;
    for (const NoticeText &notice : outcome.told)
        titles << notice.title;
    return titles;
}

/// Things stand so from the beginning.
void begin(NoticePolicy &policy, const ProxyView &view)
{
    policy.stateChanged(viewOf(ProxyState::Starting, {}), view, at(0s));
}

/// What a policy says about everything going down at `down` and coming back at `back`: "down", "back", both or nothing.
QString toldOf(NoticePolicy &policy, std::chrono::seconds down, std::chrono::seconds back)
{
    const ProxyView good = viewOf(ProxyState::Running, twoGood);
    const ProxyView bad = viewOf(ProxyState::Down, noneGood);
    QStringList told;
    policy.stateChanged(good, bad, at(down));
    if (!outcomeOf(policy, down).told.isEmpty())
        told << u"down"_s;
    policy.stateChanged(bad, good, at(back));
    if (!outcomeOf(policy, back).told.isEmpty())
        told << u"back"_s;
    return told.join(u' ');
}

/// Whether it is told that `name` failed.
bool opened(NoticePolicy &policy, const QString &name, std::chrono::seconds when)
{
    const ProxyView view = viewOf(ProxyState::Degraded, QList(twoGood) << endpoint(name, EndpointHealth::Open));
    policy.stateChanged(view, view, at(when));
    policy.news(u"opened"_s, name, {}, 60, at(when));
    return !outcomeOf(policy, when).told.isEmpty();
}

bool keyRefused(NoticePolicy &policy, const QString &name, std::chrono::seconds when)
{
    const ProxyView view = viewOf(ProxyState::Degraded, QList(twoGood) << endpoint(name, EndpointHealth::KeyRefused));
    policy.stateChanged(view, view, at(when));
    policy.news(u"key_refused"_s, name, {}, 0, at(when));
    return !outcomeOf(policy, when).told.isEmpty();
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
        row("rate", u"rate_limited"_s, {}, 30, oneGood, "relay-a takes over", "relay-b limits the rate; it rests for 30 s.",
            NoticeText::Overview);
        row("rate, for some seconds", u"rate_limited"_s, {}, 29, oneGood, "", "", 0);
        row("rate, nobody left", u"rate_limited"_s, {}, 30, noneGood, "", "", 0);
        row("key", u"key_refused"_s, {}, 0, oneGood, "relay-b refused its key",
            "relay-b refused the key. Edit the key or disable the endpoint.", NoticeText::Clusters);
        row("key, with its status", u"key_refused"_s, u"401"_s, 0, noneGood, "relay-b refused its key",
            "relay-b refused the key (401). Edit the key or disable the endpoint.", NoticeText::Clusters);
        row("no key", u"no_key"_s, u"its key program \"pass\" crashed"_s, 0, noneGood, "relay-b has no key",
            "relay-b is out of use: its key program \"pass\" crashed.", NoticeText::Clusters);
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
        begin(policy, viewOf(ProxyState::Degraded, endpoints));
        policy.news(kind, u"relay-b"_s, reason, seconds, at(0s));
        QVERIFY(policy.outcome(at(0s) + settled - 1ms).told.isEmpty());
        const QList<NoticeText> told = outcomeOf(policy, 0s).told;
        const NoticeText notice = told.value(0);
        QCOMPARE(told.size(), notice.title.isEmpty() ? 0 : 1);
        QTEST(notice.title, "title");
        QTEST(notice.text, "text");
        QTEST(static_cast<int>(notice.where), "where");
        QVERIFY(!policy.due());
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
        if (before == ProxyState::Down)
            begin(policy, viewOf(before, noneGood));
        policy.stateChanged(viewOf(before, twoGood), viewOf(after, endpoints), at(0s));
        const QList<NoticeText> told = outcomeOf(policy, 0s).told;
        QTEST(!told.isEmpty(), "told");
        if (!told.isEmpty())
            QCOMPARE(told.first().notice, Notice::AllDown);
    }

    void saysWhyNothingAnswers()
    {
        NoticePolicy policy;
        ProxyView down = viewOf(ProxyState::Down, noneGood);
        down.lastError = u"relay-b: 529 overloaded"_s;
        policy.stateChanged(viewOf(ProxyState::Running, twoGood), down, at(0s));
        const QList<NoticeText> told = outcomeOf(policy, 0s).told;
        QCOMPARE(told.size(), 1);
        QCOMPARE(told.first().text, u"All 2 endpoints of work fail. Last error: relay-b: 529 overloaded"_s);
    }

    void namesTheOneThatAnswersAgain()
    {
        NoticePolicy policy;
        const ProxyView down = viewOf(ProxyState::Down, noneGood);
        policy.stateChanged(viewOf(ProxyState::Running, twoGood), down, at(0s));
        const QList<NoticeText> first = outcomeOf(policy, 0s).told;
        QCOMPARE(first.size(), 1);
        policy.stateChanged(down, viewOf(ProxyState::Degraded, oneGood), at(5s));
        const QList<NoticeText> second = outcomeOf(policy, 5s).told;
        QCOMPARE(second.size(), 1);
        QCOMPARE(second.first().notice, Notice::Recovered);
        QCOMPARE(second.first().text, u"relay-a answers again."_s);
        // One takes the other's place.
        QCOMPARE(second.first().subject, first.first().subject);
    }

    void anEndedProxyHasNotRecovered()
    {
        NoticePolicy policy;
        const ProxyView down = viewOf(ProxyState::Down, noneGood);
        const ProxyView stopped = viewOf(ProxyState::Stopped, {});
        policy.stateChanged(viewOf(ProxyState::Running, twoGood), down, at(0s));
        const QList<NoticeText> told = outcomeOf(policy, 0s).told;
        QCOMPARE(told.size(), 1);
        policy.stateChanged(down, stopped, at(5s));
        const NoticeOutcome ended = outcomeOf(policy, 5s);
        QCOMPARE(ended.obsolete, QStringList{told.first().subject});
        policy.stateChanged(stopped, viewOf(ProxyState::Running, twoGood), at(10s));
        QVERIFY(ended.told.isEmpty());
        QVERIFY(outcomeOf(policy, 10s).told.isEmpty());
    }

    void onlyWhatComesOfItIsTold_data()
    {
        QTest::addColumn<QList<ProxyView>>("views"); // half a second apart
        QTest::addColumn<QStringList>("news");       // with them: what happened to whom
        QTest::addColumn<QStringList>("told");
        const ProxyView good = viewOf(ProxyState::Running, bothGood);
        const ProxyView one = viewOf(ProxyState::Degraded, oneGood);
        const ProxyView none = viewOf(ProxyState::Down, noneGood);
        const QList<EndpointView> shortly{resting(u"relay-a"_s), resting(u"relay-b"_s)};
        QTest::newRow("one takes over, and then none is left") << QList{one, none} << QStringList{u"opened relay-b"_s, u"opened relay-a"_s}
                                                               << QStringList{u"No endpoint answers"_s};
        QTest::newRow("down, and back") << QList{none, good} << QStringList{u"opened relay-b"_s, u"returned relay-b"_s} << QStringList();
        QTest::newRow("down, and one is back") << QList{none, one} << QStringList{u"opened relay-b"_s, u"returned relay-a"_s}
                                               << QStringList{u"relay-a takes over"_s};
        QTest::newRow("one takes over, and the other is back") << QList{one, good} << QStringList{u"opened relay-b"_s, u"returned relay-b"_s} << QStringList();
        QTest::newRow("one flaps") << QList{one, good, one, good} << QStringList{u"opened relay-b"_s, u"returned relay-b"_s, u"opened relay-b"_s, u"returned relay-b"_s}
                                   << QStringList();
        QTest::newRow("a refused key that works after all") << QList{one, good} << QStringList{u"key_refused relay-b"_s, u"returned relay-b"_s} << QStringList();
        QTest::newRow("all keys are refused") << QList{viewOf(ProxyState::Down, keysRefused)} << QStringList{u"key_refused relay-b"_s}
                                              << QStringList{u"relay-b refused its key"_s};
        QTest::newRow("all rest for some seconds") << QList{viewOf(ProxyState::Running, shortly)} << QStringList{u"rate_limited relay-b"_s} << QStringList();
    }
    void onlyWhatComesOfItIsTold()
    {
        QFETCH(QList<ProxyView>, views);
        QFETCH(QStringList, news);
        NoticePolicy policy;
        ProxyView before = viewOf(ProxyState::Running, bothGood);
        begin(policy, before);
        NoticePolicy::Time now = at(0s);
        QVERIFY(!policy.due());
        for (qsizetype i = 0; i < views.size(); ++i) {
            const QStringList what = news.value(i).split(u' ');
            policy.news(what.value(0), what.value(1), {}, 20, now);
            policy.stateChanged(before, views.at(i), now);
            before = views.at(i);
            QVERIFY(policy.outcome(now).told.isEmpty());
            now += 450ms;
        }
        const std::optional<NoticePolicy::Time> due = policy.due();
        QTEST(due ? titlesOf(policy.outcome(*due)) : QStringList(), "told");
        QVERIFY(!policy.due());
        QVERIFY(policy.outcome(now + 1h).told.isEmpty());
    }

    void whoFailsTogetherIsToldOfTogether()
    {
        NoticePolicy policy;
        const QList<EndpointView> left = QList(noneGood) << endpoint(u"relay-c"_s, EndpointHealth::Healthy);
        begin(policy, viewOf(ProxyState::Running, left));
        policy.news(u"opened"_s, u"relay-a"_s, {}, 60, at(0s));
        policy.news(u"quota_spent"_s, u"relay-b"_s, {}, 1800, at(1s));
        const QList<NoticeText> told = outcomeOf(policy, 0s).told;
        QCOMPARE(told.size(), 1);
        QCOMPARE(told.first().title, u"relay-c takes over"_s);
        QCOMPARE(told.first().text, u"relay-a failed and is left alone for 1:00 min. The balance or quota of relay-b is spent; it rests for 30:00 min."_s);
        QCOMPARE(told.first().stepWhere, NoticeText::Requests);
    }

    void whatIsTrueNoMoreIsTakenAway()
    {
        NoticePolicy policy;
        QVERIFY(opened(policy, u"relay-d"_s, 0s));
        const ProxyView back = viewOf(ProxyState::Running, QList(twoGood) << endpoint(u"relay-d"_s, EndpointHealth::Healthy));
        policy.stateChanged(back, back, at(20s));
        const NoticeOutcome outcome = outcomeOf(policy, 20s);
        QVERIFY(outcome.told.isEmpty());
        QCOMPARE(outcome.obsolete.size(), 1);
        QVERIFY(!policy.due());
        // All are down, and that was told less than a minute ago: nobody takes over any more.
        QCOMPARE(toldOf(policy, 70s, 75s), u"down back"_s);
        QVERIFY(opened(policy, u"relay-d"_s, 80s));
        policy.stateChanged(viewOf(ProxyState::Degraded, oneGood), viewOf(ProxyState::Down, noneGood), at(85s));
        const NoticeOutcome down = outcomeOf(policy, 85s);
        QVERIFY(down.told.isEmpty());
        QCOMPARE(down.obsolete, outcome.obsolete);
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
        QTEST(toldOf(policy, 0s, 3s), "first");
        QTEST(toldOf(policy, std::chrono::seconds(secondDown), std::chrono::seconds(secondDown + 3)), "second");
    }

    void oneKindAboutOneEndpointComesOnceAMinute()
    {
        NoticePolicy policy;
        QVERIFY(opened(policy, u"relay-b"_s, 0s));
        QVERIFY(!opened(policy, u"relay-b"_s, 59s));
        QVERIFY(opened(policy, u"relay-d"_s, 59s));
        QVERIFY(keyRefused(policy, u"relay-b"_s, 59s));
        QVERIFY(opened(policy, u"relay-b"_s, 60s + settled));
    }

    void noMoreThanFourComeInTenMinutes()
    {
        NoticePolicy policy;
        for (int i = 0; i < 4; ++i)
            QVERIFY(opened(policy, u"relay-%1"_s.arg(i), std::chrono::seconds(i)));
        QVERIFY(!opened(policy, u"relay-5"_s, 580s));
        QCOMPARE(toldOf(policy, 590s, 594s), u"down back"_s);
        QVERIFY(opened(policy, u"relay-5"_s, 600s));
        QVERIFY(!opened(policy, u"relay-6"_s, 600s));
    }

    void whatIsSwitchedOffIsNeverToldAndCountsNot()
    {
        NoticePolicy policy;
        policy.setSettings(without(Notice::FailedOver));
        for (int i = 0; i < 4; ++i)
            QVERIFY(!opened(policy, u"relay-%1"_s.arg(i), 0s));
        QVERIFY(keyRefused(policy, u"relay-b"_s, 0s));
        policy.setSettings(TraySettings());
        QVERIFY(opened(policy, u"relay-0"_s, 1s));
        policy.setSettings(without(Notice::KeyRejected));
        QVERIFY(!keyRefused(policy, u"relay-c"_s, 2s));
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
