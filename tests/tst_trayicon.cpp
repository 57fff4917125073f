#include "ui/model/proxyview.h"
#include "ui/model/words.h"
#include "ui/tray/trayicon.h"
#include "ui/widgets/theme.h"

#include <QActionGroup>
#include <QClipboard>
#include <QGuiApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPainter>
#include <QSet>
#include <QSignalSpy>
#include <QTest>
#include <QTranslator>

using namespace qcc;

namespace {

const QString address = QStringLiteral("http://127.0.0.1:7860");

ProxyView runningView()
{
    ProxyView view;
    view.state = ProxyState::Running;
    view.address = address;
    view.cluster = QStringLiteral("work");
    view.clusters = {QStringLiteral("home"), QStringLiteral("work")};
    view.liveRate = 99.44;
    view.hourRate = 98.5;
    view.inFlight = 12;
    EndpointView relay;
    relay.id = QStringLiteral("11112222");
    relay.name = QStringLiteral("relay-a");
    relay.health = EndpointHealth::Healthy;
    relay.firstByteP50 = 640;
    view.endpoints = {relay};
    return view;
}

QMenu *menuCalled(const QMenu &menu, const QString &text)
{
    for (const QAction *action : menu.actions()) {
        if (action->text().remove(QLatin1Char('&')) == text)
            return action->menu();
    }
    return nullptr;
}

QAction *actionCalled(const QMenu &menu, const QString &text)
{
    for (QAction *action : menu.actions()) {
        if (action->text().remove(QLatin1Char('&')) == text)
            return action;
        if (action->menu()) {
            if (QAction *inner = actionCalled(*action->menu(), text))
                return inner;
        }
    }
    return nullptr;
}

/// The visible items from top to bottom: "-" for a separator, "*" before a checked one, "()" around a disabled one.
QStringList outline(const QMenu &menu)
{
    QStringList items;
    for (const QAction *action : menu.actions()) {
        if (!action->isVisible())
            continue;
        QString text = action->isSeparator() ? QStringLiteral("-") : action->text().remove(QLatin1Char('&'));
        if (action->isChecked())
            text.prepend(QLatin1Char('*'));
        items << (action->isEnabled() ? text : QStringLiteral("(%1)").arg(text));
    }
    return items;
}

QByteArray endpoint(const char *status, bool healthy, const char *error = "", const char *when = "", bool enabled = true)
{
    return QByteArray(R"({"name":"relay","enabled":)") + (enabled ? "true" : "false") + R"(,"is_healthy":)"
        + (healthy ? "true" : "false") + R"(,"health_status":{"status":")" + status + R"(","last_error":")" + error
        + R"(","last_check":")" + when + R"("}})";
}

QJsonObject statsWith(const QByteArray &endpoints)
{
    const QByteArray text = R"({"cluster":"work","in_flight":3,"total_requests":40,)"
                            R"("last_5_minutes":{"successful_requests":1,"failed_requests":3,"success_rate":25.0},)"
                            R"("last_hour":{"successful_requests":9,"failed_requests":1,"success_rate":90.0},)"
                            R"("endpoints":[)" + endpoints + "]}";
    return QJsonDocument::fromJson(text).object();
}

/// How many pixels of the one have at least this contrast to those of the other.
int differing(const QImage &one, const QImage &other, double ratio)
{
    int count = 0;
    for (int y = 0; y < one.height(); ++y) {
        for (int x = 0; x < one.width(); ++x)
            count += contrast(one.pixelColor(x, y), other.pixelColor(x, y)) >= ratio ? 1 : 0;
    }
    return count;
}

} // namespace

class TrayIconTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }

    void stateFollowsEndpoints_data()
    {
        QTest::addColumn<QByteArray>("endpoints");
        QTest::addColumn<ProxyState>("state");
        const QByteArray good = endpoint("healthy", true);
        const QByteArray bad = endpoint("unhealthy", false);
        QTest::newRow("all healthy") << good + ',' + good << ProxyState::Running;
        QTest::newRow("not tried yet") << endpoint("unknown", true) << ProxyState::Running;
        QTest::newRow("one of two fails") << good + ',' + bad << ProxyState::Degraded;
        QTest::newRow("one limps") << good + ',' + endpoint("degraded", true) << ProxyState::Degraded;
        QTest::newRow("all fail") << bad + ',' + bad << ProxyState::Down;
        QTest::newRow("none at all") << QByteArray() << ProxyState::Unconfigured;
        QTest::newRow("the only one is disabled") << endpoint("healthy", true, "", "", false) << ProxyState::Unconfigured;
        QTest::newRow("the failing one is disabled") << good + ',' + endpoint("unhealthy", false, "", "", false) << ProxyState::Running;
        QTest::newRow("the healthy one is disabled") << bad + ',' + endpoint("healthy", true, "", "", false) << ProxyState::Down;
    }
    void stateFollowsEndpoints()
    {
        QFETCH(QByteArray, endpoints);
        QFETCH(ProxyState, state);
        const ProxyView view = withStats({}, address, statsWith(endpoints), {});
        QCOMPARE(view.state, state);
        QCOMPARE(view.address, address);
        QCOMPARE(view.cluster, QStringLiteral("work"));
        QCOMPARE(view.inFlight, 3);
        QCOMPARE(view.liveRate, std::optional<double>(25.0));
        QCOMPARE(view.figures.liveCounted, 4);
        QCOMPARE(view.hourRate, std::optional<double>(90.0));
    }

    void withoutANetworkNobodyIsToBlame()
    {
        QJsonObject stats = statsWith(endpoint("unhealthy", false, "unreachable", "2026-11-23T10:00:00Z"));
        stats.insert(QStringLiteral("no_network"), true);
        const ProxyView view = withStats({}, address, stats, {});
        QCOMPARE(view.state, ProxyState::NoNetwork);
        QVERIFY(view.lastError.isEmpty());
        QVERIFY(StateText::toolTip(view).startsWith(QStringLiteral("qcc: No network")));
        QVERIFY(!stateIcon(view.state, Qt::black).isNull());
    }

    void aRestOfSomeSecondsIsNoChangeOfTheState_data()
    {
        QTest::addColumn<QString>("reason");
        QTest::addColumn<QList<double>>("seconds"); // that are left, as time goes by
        QTest::addColumn<ProxyState>("state");
        QTest::newRow("some seconds") << QStringLiteral("rate_limit") << QList<double>{5} << ProxyState::Running;
        QTest::newRow("nearly half a minute") << QStringLiteral("rate_limit") << QList<double>{29.9, 12, 0.1} << ProxyState::Running;
        QTest::newRow("one after the other") << QStringLiteral("rate_limit") << QList<double>{5, 0.1, 5} << ProxyState::Running;
        QTest::newRow("half a minute") << QStringLiteral("rate_limit") << QList<double>{30} << ProxyState::Down;
        QTest::newRow("the end of a long one") << QStringLiteral("rate_limit") << QList<double>{300, 10} << ProxyState::Down;
        QTest::newRow("made longer") << QStringLiteral("rate_limit") << QList<double>{10, 300} << ProxyState::Down;
        QTest::newRow("a spent quota") << QStringLiteral("quota") << QList<double>{5} << ProxyState::Down;
        QTest::newRow("a refused key") << QStringLiteral("auth") << QList<double>{5} << ProxyState::Down;
    }
    void aRestOfSomeSecondsIsNoChangeOfTheState()
    {
        QFETCH(QString, reason);
        QFETCH(QList<double>, seconds);
        ProxyView view;
        for (const double left : seconds) {
            QJsonObject stats = statsWith(endpoint("healthy", false));
            QJsonArray endpoints = stats.value(QStringLiteral("endpoints")).toArray();
            QJsonObject resting = endpoints.first().toObject();
            resting.insert(QStringLiteral("id"), QStringLiteral("1"));
            resting.insert(QStringLiteral("breaker"), QJsonObject{{QStringLiteral("rest_reason"), reason}, {QStringLiteral("reopens_in_s"), left}});
            stats.insert(QStringLiteral("endpoints"), QJsonArray{resting});
            view = withStats(view, address, stats, {});
        }
        QTEST(view.state, "state");
        QCOMPARE(view.endpoints.size(), 1);
    }

    void whatGetsWorseIsShownOnceItHasSettled_data()
    {
        QTest::addColumn<QList<ProxyState>>("states"); // a second apart
        QTest::addColumn<QList<ProxyState>>("shown");
        const auto row = [](const char *name, const QList<ProxyState> &states, const QList<ProxyState> &shown) { QTest::newRow(name) << states << shown; };
        using enum ProxyState;
        row("worse for long", {Starting, Running, Degraded, Degraded, Degraded, Running}, {Starting, Running, Running, Running, Degraded, Running});
        row("worse for a moment", {Running, Down, Running, Down, Running}, {Running, Running, Running, Running, Running});
        row("worse and worse", {Running, Degraded, Down, Down, Down}, {Running, Running, Running, Degraded, Down});
        row("down and half way back", {Running, Down, Down, Down, Degraded}, {Running, Running, Running, Down, Degraded});
        row("no network", {Running, NoNetwork, NoNetwork, NoNetwork}, {Running, Running, Running, NoNetwork});
        row("begins so", {Starting, Down, Degraded}, {Starting, Down, Degraded});
        row("the user's own doing", {Running, Stopped, Starting, Running, Finishing, Stopped}, {Running, Stopped, Starting, Running, Finishing, Stopped});
        row("stopped before it settled", {Running, Down, Stopped, Running}, {Running, Running, Stopped, Running});
        row("without endpoints", {Running, Unconfigured, Running}, {Running, Unconfigured, Running});
    }
    void whatGetsWorseIsShownOnceItHasSettled()
    {
        QFETCH(QList<ProxyState>, states);
        SettledState settled;
        QList<ProxyState> shown;
        SettledState::Time now{std::chrono::hours(1)};
        for (const ProxyState state : states) {
            ProxyView view;
            view.state = state;
            shown << settled.take(view, now);
            // Asked for in time, it tells by itself.
            QVERIFY(!settled.due() || (*settled.due() > now && *settled.due() <= now + SettledState::settleTime));
            QCOMPARE(settled.due().has_value(), shown.last() != state);
            now += std::chrono::seconds(1);
        }
        QTEST(shown, "shown");
    }

    void anotherClusterIsShownAsItIs()
    {
        SettledState settled;
        ProxyView view = runningView();
        SettledState::Time now{std::chrono::hours(1)};
        QCOMPARE(settled.take(view, now), ProxyState::Running);
        view.state = ProxyState::Down;
        QCOMPARE(settled.take(view, now), ProxyState::Running);
        view.cluster = QStringLiteral("spare");
        QCOMPARE(settled.take(view, now), ProxyState::Down);
    }

    void aStoppedProxyFinishesWhatRuns()
    {
        QJsonObject stats = statsWith(endpoint("healthy", true));
        stats.insert(QStringLiteral("running"), false);
        const ProxyView view = withStats({}, address, stats, {});
        QCOMPARE(view.state, ProxyState::Finishing);
        QVERIFY(!view.serves());
        QVERIFY(view.isChanging());
        QCOMPARE(StateText::toolTip(view), QStringLiteral("qcc: Finishing 3 request(s)…"));
    }

    void showsTheNewestErrorOfAnEndpointThatIsNotWell()
    {
        const QByteArray endpoints = endpoint("unhealthy", false, "HTTP 529", "2026-11-23T10:00:00Z") + ','
            + endpoint("unhealthy", false, "refused", "2026-11-23T11:00:00Z") + ','
            + endpoint("healthy", true, "long ago", "2026-11-23T12:00:00Z");
        QCOMPARE(withStats({}, address, statsWith(endpoints), {}).lastError, QStringLiteral("relay: refused"));
    }

    void saysNoRateWhereNothingWasCounted_data()
    {
        QTest::addColumn<int>("total");
        QTest::addColumn<QString>("line");
        QTest::newRow("never") << 0 << QStringLiteral("Running · no requests yet");
        QTest::newRow("not lately") << 40 << QStringLiteral("Running · no requests in 5 min");
    }
    void saysNoRateWhereNothingWasCounted()
    {
        QFETCH(int, total);
        QJsonObject stats = statsWith(endpoint("healthy", true));
        stats.remove(QStringLiteral("last_hour"));
        stats.remove(QStringLiteral("last_5_minutes"));
        stats.insert(QStringLiteral("total_requests"), total);
        stats.insert(QStringLiteral("in_flight"), 0);
        const ProxyView view = withStats(runningView(), address, stats, {});
        QVERIFY(!view.liveRate);
        QVERIFY(!view.hourRate);
        QTEST(StateText::line(view), "line");
    }

    void keepsAddressAndClustersWhenTheProxyEnds()
    {
        const ProxyView view = withoutProxy(runningView());
        QCOMPARE(view.state, ProxyState::Stopped);
        QCOMPARE(view.address, runningView().address);
        QCOMPARE(view.clusters, runningView().clusters);
        QVERIFY(!view.liveRate);
        QVERIFY(!view.hourRate);
        QVERIFY(view.endpoints.isEmpty());
        QCOMPARE(view.inFlight, 0);
    }

    void stateLine_data()
    {
        QTest::addColumn<ProxyState>("state");
        QTest::addColumn<double>("rate");
        QTest::addColumn<QString>("line");
        QTest::newRow("running") << ProxyState::Running << 99.44 << QStringLiteral("Running · 99.4 % in 5 min · 12 in flight");
        QTest::newRow("all good") << ProxyState::Running << 100.0 << QStringLiteral("Running · 100 % in 5 min · 12 in flight");
        QTest::newRow("nearly all good") << ProxyState::Degraded << 99.99 << QStringLiteral("Degraded · 99.9 % in 5 min · 12 in flight");
        QTest::newRow("down") << ProxyState::Down << 0.0 << QStringLiteral("Down · 0 % in 5 min · 12 in flight");
        QTest::newRow("stopped") << ProxyState::Stopped << 50.0 << QStringLiteral("Stopped");
        QTest::newRow("starting") << ProxyState::Starting << 50.0 << QStringLiteral("Starting…");
        QTest::newRow("finishing") << ProxyState::Finishing << 50.0 << QStringLiteral("Finishing 12 request(s)…");
    }
    void stateLine()
    {
        QFETCH(ProxyState, state);
        QFETCH(double, rate);
        ProxyView view = runningView();
        view.state = state;
        view.liveRate = rate;
        QTEST(StateText::line(view), "line");
    }

    void menuFollowsTheView()
    {
        TrayMenu menu;
        QCOMPARE(outline(menu), QStringLiteral("(Stopped)|Start|-|(No clusters yet)|-|(Endpoints)|-|Open qcc|(Copy)|(Reset breakers)|-|"
                                               "Start at login|Settings|About qcc|Quit").split(QLatin1Char('|')));
        menu.setView(runningView());
        QCOMPARE(outline(menu), QStringLiteral("(Running · 99.4 % in 5 min · 12 in flight)|Stop|-|home|*work|-|Endpoints|-|Open qcc|Copy|(Reset breakers)|-|"
                                               "Start at login|Settings|About qcc|Quit").split(QLatin1Char('|')));
        ProxyView starting = runningView();
        starting.state = ProxyState::Starting;
        menu.setView(starting);
        QVERIFY(outline(menu).contains(QStringLiteral("(Start)")));
        QVERIFY(outline(menu).contains(QStringLiteral("(home)")));
    }

    void menuItemsStayTheSameObjects()
    {
        TrayMenu menu;
        menu.setView(runningView());
        const QList<QAction *> before = menu.actions();
        ProxyView other = runningView();
        other.state = ProxyState::Down;
        other.clusters = {QStringLiteral("a & b"), QStringLiteral("work")};
        other.cluster = QStringLiteral("a & b");
        menu.setView(other);
        QCOMPARE(menu.actions(), before);
        const QAction *renamed = actionCalled(menu, QStringLiteral("a  b"));
        QVERIFY(renamed);
        QCOMPARE(renamed->text(), QStringLiteral("a && b"));
        QVERIFY(renamed->isChecked());
    }

    void clustersComeAndGo()
    {
        TrayMenu menu;
        menu.setView(runningView());
        ProxyView view = runningView();
        view.clusters = {QStringLiteral("only")};
        view.cluster = QStringLiteral("gone");
        menu.setView(view);
        QVERIFY(outline(menu).contains(QStringLiteral("only")));
        QVERIFY(!outline(menu).contains(QStringLiteral("home")));
        view.clusters = {QStringLiteral("a"), QStringLiteral("b"), QStringLiteral("c")};
        view.cluster = QStringLiteral("c");
        menu.setView(view);
        QCOMPARE(outline(menu).mid(3, 4), (QStringList{QStringLiteral("a"), QStringLiteral("b"), QStringLiteral("*c"), QStringLiteral("-")}));
    }

    void manyClustersMoveIntoAMenuOfTheirOwn()
    {
        TrayMenu menu;
        ProxyView view = runningView();
        view.clusters.clear();
        for (int i = 1; i <= TrayMenu::clustersAtTop + 1; ++i)
            view.clusters << QStringLiteral("c%1").arg(i);
        view.cluster = QStringLiteral("c3");
        menu.setView(view);
        QVERIFY(!outline(menu).contains(QStringLiteral("*c3")));
        const QMenu *clusters = menuCalled(menu, QStringLiteral("Cluster"));
        QCOMPARE(outline(*clusters).size(), TrayMenu::clustersAtTop + 1);
        QCOMPARE(outline(*clusters).at(2), QStringLiteral("*c3"));
        view.clusters.removeLast();
        menu.setView(view);
        QCOMPARE(outline(menu).at(5), QStringLiteral("*c3"));
        QVERIFY(!outline(menu).contains(QStringLiteral("Cluster")));
    }

    void endpointsTellHowTheyStand()
    {
        TrayMenu menu;
        ProxyView view = runningView();
        EndpointView open;
        open.id = QStringLiteral("33334444");
        open.name = QStringLiteral("a & b");
        open.health = EndpointHealth::Open;
        open.returnsAt = std::chrono::steady_clock::now() + std::chrono::milliseconds(40'900);
        open.preferred = true;
        view.endpoints << open;
        menu.setView(view);
        const QMenu *endpoints = menuCalled(menu, QStringLiteral("Endpoints"));
        QCOMPARE(outline(*endpoints), (QStringList{QStringLiteral("●  relay-a · healthy · 640 ms"), QStringLiteral("*✕  a  b · paused, next try in 0:41")}));
        QVERIFY(actionCalled(menu, QStringLiteral("Reset breakers"))->isEnabled());
    }

    void anOpenMenuCountsDown()
    {
        TrayMenu menu;
        ProxyView view = runningView();
        view.endpoints.first().health = EndpointHealth::Open;
        view.endpoints.first().returnsAt = std::chrono::steady_clock::now() + std::chrono::seconds(40);
        menu.setView(view);
        QMenu *endpoints = menuCalled(menu, QStringLiteral("Endpoints"));
        endpoints->popup({});
        const QString opened = outline(*endpoints).constFirst();
        QVERIFY2(opened.contains(QStringLiteral("paused, next try in 0:")), qPrintable(opened));
        QTRY_VERIFY(outline(*endpoints).constFirst() != opened);
        endpoints->hide();
    }

    void anEndpointIsPickedAndLetGo()
    {
        TrayMenu menu;
        menu.setView(runningView());
        QSignalSpy preferred(&menu, &TrayMenu::preferRequested);
        QAction *relay = menuCalled(menu, QStringLiteral("Endpoints"))->actions().constFirst();
        relay->trigger();
        QCOMPARE(preferred.takeFirst().at(0).toString(), QStringLiteral("11112222"));
        ProxyView view = runningView();
        view.endpoints.first().preferred = true;
        menu.setView(view);
        relay->trigger();
        QCOMPARE(preferred.takeFirst().at(0).toString(), QString());
        // The proxy has not let go of it yet.
        menu.setView(view);
        QVERIFY(relay->isChecked());
    }

    void choosingAClusterAsksAndWaitsForTheTruth()
    {
        TrayMenu menu;
        menu.setView(runningView());
        QSignalSpy chosen(&menu, &TrayMenu::clusterChosen);
        actionCalled(menu, QStringLiteral("work"))->trigger();
        QCOMPARE(chosen.size(), 0);
        actionCalled(menu, QStringLiteral("home"))->trigger();
        QCOMPARE(chosen.size(), 1);
        QCOMPARE(chosen.at(0).at(0).toString(), QStringLiteral("home"));
        menu.setView(runningView());
        QVERIFY(actionCalled(menu, QStringLiteral("work"))->isChecked());
        QVERIFY(!actionCalled(menu, QStringLiteral("home"))->isChecked());
    }

    void startAndStopAskForWhatTheySay()
    {
        TrayMenu menu;
        QSignalSpy start(&menu, &TrayMenu::startRequested);
        QSignalSpy stop(&menu, &TrayMenu::stopRequested);
        actionCalled(menu, QStringLiteral("Start"))->trigger();
        QCOMPARE(start.size(), 1);
        for (const ProxyState state : {ProxyState::Running, ProxyState::Degraded, ProxyState::Down}) {
            ProxyView view = runningView();
            view.state = state;
            menu.setView(view);
            actionCalled(menu, QStringLiteral("Stop"))->trigger();
        }
        QCOMPARE(start.size(), 1);
        QCOMPARE(stop.size(), 3);
    }

    void aboutAndQuitAreForwarded()
    {
        TrayMenu menu;
        QSignalSpy about(&menu, &TrayMenu::aboutRequested);
        QSignalSpy quit(&menu, &TrayMenu::quitRequested);
        actionCalled(menu, QStringLiteral("About qcc"))->trigger();
        actionCalled(menu, QStringLiteral("Quit"))->trigger();
        QCOMPARE(about.size(), 1);
        QCOMPARE(quit.size(), 1);
    }

    void offersOnlyTheChoiceWhileItQuits()
    {
        TrayMenu menu;
        QSignalSpy keep(&menu, &TrayMenu::keepRequested);
        QSignalSpy quit(&menu, &TrayMenu::quitRequested);
        QSignalSpy start(&menu, &TrayMenu::startRequested);
        QSignalSpy stop(&menu, &TrayMenu::stopRequested);
        ProxyView view = runningView();
        menu.setView(view);
        menu.setQuitting(true);
        view.state = ProxyState::Finishing;
        view.inFlight = 0;
        menu.setView(view);
        QCOMPARE(menu.actions().first()->text(), QStringLiteral("Finishing…"));
        QStringList choices;
        for (const QAction *action : menu.actions()) {
            if (action->isEnabled() && action->isVisible() && !action->isSeparator())
                choices << QString(action->text()).remove(QLatin1Char('&'));
        }
        QCOMPARE(choices, (QStringList{QStringLiteral("Keep running"), QStringLiteral("Copy"), QStringLiteral("Quit now")}));
        actionCalled(menu, QStringLiteral("Keep running"))->trigger();
        QCOMPARE(keep.size(), 1);
        actionCalled(menu, QStringLiteral("Quit now"))->trigger();
        QCOMPARE(quit.size(), 1);
        QCOMPARE(start.size() + stop.size(), 0);
        menu.setQuitting(false);
        menu.setView(runningView());
        QVERIFY(actionCalled(menu, QStringLiteral("Open qcc"))->isEnabled());
        QVERIFY(actionCalled(menu, QStringLiteral("Quit"))->isEnabled());
        actionCalled(menu, QStringLiteral("Stop"))->trigger();
        QCOMPARE(stop.size(), 1);
    }

    void copies_data()
    {
        QTest::addColumn<QString>("item");
        QTest::addColumn<QString>("text");
        QTest::newRow("address") << QStringLiteral("Address") << QStringLiteral("http://127.0.0.1:7860");
        QTest::newRow("error") << QStringLiteral("Last error") << QStringLiteral("relay-c: HTTP 529");
    }
    void copies()
    {
        QFETCH(QString, item);
        TrayMenu menu;
        ProxyView view = runningView();
        menu.setView(view);
        QVERIFY(!actionCalled(menu, QStringLiteral("Last error"))->isEnabled());
        view.lastError = QStringLiteral("relay-c: HTTP 529");
        menu.setView(view);
        actionCalled(menu, item)->trigger();
        QTEST(QGuiApplication::clipboard()->text(), "text");
    }

    void leadsToTheLinesForClients()
    {
        TrayMenu menu;
        menu.setView(runningView());
        QSignalSpy wanted(&menu, &TrayMenu::clientsRequested);
        actionCalled(menu, QStringLiteral("Lines for a client…"))->trigger();
        QCOMPARE(wanted.count(), 1);
    }

    void toolTipSaysWhatMatters()
    {
        TrayIcon icon;
        QCOMPARE(icon.toolTip(), QStringLiteral("qcc: Stopped"));
        ProxyView view = runningView();
        view.state = ProxyState::Degraded;
        view.lastError = QStringLiteral("relay-c: HTTP 529");
        icon.setView(view);
        QCOMPARE(icon.toolTip(),
                 QStringLiteral("qcc: Degraded\nCluster: work\nSuccess: 99.4 % of the last 5 minutes · 98.5 % of the last hour in all clusters\nIn flight: 12\n"
                                "Last error: relay-c: HTTP 529"));
    }

    void iconChangesOnlyWithTheState()
    {
        TrayIcon icon;
        icon.setView(runningView());
        const qint64 running = icon.icon().cacheKey();
        ProxyView view = runningView();
        view.inFlight = 13;
        icon.setView(view);
        QCOMPARE(icon.icon().cacheKey(), running);
        view.state = ProxyState::Down;
        icon.setView(view);
        QVERIFY(icon.icon().cacheKey() != running);
    }

    void shapesDifferAtEverySize_data()
    {
        QTest::addColumn<int>("size");
        for (const int size : {16, 22, 24, 32, 48})
            QTest::addRow("%d", size) << size;
    }
    void shapesDifferAtEverySize()
    {
        QFETCH(int, size);
        QSet<QByteArray> shapes;
        for (const ProxyState state : {ProxyState::Stopped, ProxyState::Starting, ProxyState::Running, ProxyState::Degraded, ProxyState::Down}) {
            const QImage light = stateIcon(state, Qt::white).pixmap(size, size).toImage().convertToFormat(QImage::Format_ARGB32);
            const QImage dark = stateIcon(state, Qt::black).pixmap(size, size).toImage().convertToFormat(QImage::Format_ARGB32);
            QCOMPARE(light.size(), QSize(size, size));
            QCOMPARE(light.pixelColor(0, 0).alpha(), 0);
            // The left edge of the ring: full strength, and of the colour asked for.
            const QColor lightEdge = light.pixelColor(size * 2 / 16, size / 2), darkEdge = dark.pixelColor(size * 2 / 16, size / 2);
            QVERIFY(lightEdge.alpha() > 230 && darkEdge.alpha() == lightEdge.alpha()); // it is round
            QCOMPARE(QColor(lightEdge.rgb()), QColor(Qt::white));
            QCOMPARE(QColor(darkEdge.rgb()), QColor(Qt::black));
            const QImage shape = light.convertToFormat(QImage::Format_Alpha8);
            QByteArray alpha;
            for (int y = 0; y < shape.height(); ++y)
                alpha.append(reinterpret_cast<const char *>(shape.constScanLine(y)), shape.width());
            shapes.insert(alpha);
        }
        QCOMPARE(shapes.size(), 5);
    }

    /// Whatever the panel is, and whatever it was taken for.
    void canBeToldOnAnyPanel_data()
    {
        QTest::addColumn<QColor>("panel");
        QTest::addColumn<int>("size");
        for (const char *panel : {"#ffffff", "#eceded", "#808080", "#303236", "#000000"}) {
            for (const int size : {16, 20, 22, 24, 32, 48})
                QTest::addRow("%s, %d", panel, size) << QColor(QLatin1String(panel)) << size;
        }
    }
    void canBeToldOnAnyPanel()
    {
        QFETCH(QColor, panel);
        QFETCH(int, size);
        const QList<ProxyState> states{ProxyState::Stopped, ProxyState::Starting, ProxyState::Running, ProxyState::Degraded, ProxyState::Down};
        for (const TrayColours colours : {TrayColours::Automatic, TrayColours::Light, TrayColours::Dark, TrayColours::Colour}) {
            for (const bool darkPanel : {false, true}) {
                QList<QImage> pictures;
                for (const ProxyState state : states) {
                    QImage picture(size, size, QImage::Format_RGB32);
                    picture.fill(panel);
                    QPainter painter(&picture);
                    painter.drawPixmap(0, 0, trayIconOf(state, colours, darkPanel).pixmap(size, size));
                    painter.end();
                    QImage empty = picture;
                    empty.fill(panel);
                    // The ratio is what WCAG 2.1 (1.4.11) wants of a graphic that has to be understood.
                    QVERIFY(differing(picture, empty, 3) >= 2 * size);
                    for (const QImage &other : std::as_const(pictures))
                        QVERIFY2(differing(picture, other, 2) >= 6, qPrintable(StateText::word(state)));
                    pictures.append(picture);
                }
            }
        }
    }

    void theSettingChangesIt()
    {
        TrayIcon icon;
        icon.setView(runningView());
        const auto ring = [&icon] { return icon.icon().pixmap(32, 32).toImage().pixelColor(4, 16); };
        const auto dot = [&icon] { return icon.icon().pixmap(32, 32).toImage().pixelColor(16, 16); };
        icon.setColours(TrayColours::Light);
        QVERIFY(ring().lightness() > 200);
        icon.setColours(TrayColours::Dark);
        QVERIFY(ring().lightness() < 60);
        QCOMPARE(dot(), ring());
        icon.setColours(TrayColours::Colour);
        QVERIFY(dot().saturation() > 60);
        QVERIFY(ring().saturation() < 60);
    }

    /// A panel that colours icons itself goes by their shape alone.
    void isAMaskWhereThePanelColoursIt()
    {
        QVERIFY(trayIconOf(ProxyState::Running, TrayColours::Automatic, std::nullopt).isMask());
        QVERIFY(!trayIconOf(ProxyState::Running, TrayColours::Colour, std::nullopt).isMask());
        QVERIFY(!trayIconOf(ProxyState::Running, TrayColours::Automatic, true).isMask());
    }

    void speaksChinese()
    {
        // The menu is there already when the language changes.
        TrayMenu menu;
        menu.setView(runningView());
        QTranslator translator;
        QVERIFY(translator.load(QLocale(QLocale::Chinese, QLocale::SimplifiedChineseScript, QLocale::China), QStringLiteral("qcc"),
                                QStringLiteral("_"), QStringLiteral(":/i18n")));
        QVERIFY(QCoreApplication::installTranslator(&translator));
        QCoreApplication::sendPostedEvents();
        const QStringList items = outline(menu);
        QCoreApplication::removeTranslator(&translator);
        QCOMPARE(items.first(), QStringLiteral("(运行中 · 5 分钟内 99.4 % · 12 个请求进行中)"));
        QCOMPARE(items.at(1), QStringLiteral("停止(S)"));
    }
};

QTEST_MAIN(TrayIconTest)
#include "tst_trayicon.moc"
