#include "tests/traysupport/shots.h"
#include "ui/model/recentseconds.h"
#include "ui/tray/panel.h"
#include "ui/tray/panelparts.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/style.h"

#include <QGuiApplication>
#include <QHelpEvent>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QScreen>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
#include <QTranslator>

#include <algorithm>

using namespace qcc;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

using Time = RecentSeconds::Time;

ProxyFigures figures(qint64 requests, qint64 failed)
{
    ProxyFigures figures;
    figures.requests = requests;
    figures.failed = failed;
    return figures;
}

EndpointView endpoint(const QString &name, EndpointHealth health, std::optional<double> firstByte = {})
{
    EndpointView view;
    view.id = view.name = name;
    view.health = health;
    view.firstByteP50 = firstByte;
    return view;
}

ProxyView degraded()
{
    ProxyView view;
    view.state = ProxyState::Degraded;
    view.address = u"http://127.0.0.1:7860"_s;
    view.cluster = u"work"_s;
    view.clusters = {u"work"_s, u"nightly"_s, u"cheap"_s};
    view.inFlight = 12;
    view.liveRate = 100;
    view.figures.liveCounted = 205;
    view.enabledIn = {{u"work"_s, 4}, {u"nightly"_s, 2}, {u"cheap"_s, 1}};
    view.endpoints = {endpoint(u"relay-a"_s, EndpointHealth::Healthy, 780), endpoint(u"relay-b"_s, EndpointHealth::Degraded, 940), endpoint(u"relay-c"_s, EndpointHealth::Open),
                      endpoint(u"api.anthropic.com"_s, EndpointHealth::Unknown)};
    view.endpoints[0].requests = 80;
    view.endpoints[1].requests = 20;
    view.endpoints[2].returnsAt = std::chrono::steady_clock::now() + 57s;
    return view;
}

QList<PanelRow *> shownRows(const Panel &panel)
{
    QList<PanelRow *> rows = panel.findChildren<PanelRow *>();
    rows.removeIf([](const PanelRow *row) { return !row->isVisible(); });
    return rows;
}

PanelRow *rowOf(const Panel &panel, const QString &name)
{
    for (PanelRow *row : shownRows(panel)) {
        if (row->accessibleName().startsWith(name))
            return row;
    }
    return nullptr;
}

bool says(const Panel &panel, const QString &text)
{
    return std::ranges::any_of(panel.findChildren<QLabel *>(), [&text](const QLabel *label) { return label->isVisible() && label->text() == text; });
}

class PanelTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cleanup() { applyTheme(Theme::System); }

    void aSecondHoldsWhatEndedInIt()
    {
        RecentSeconds recent;
        const Time begin(1000s);
        recent.take(figures(100, 7), begin); // what was before
        QCOMPARE(recent.until(begin).last(), RecentSeconds::Second{});
        recent.take(figures(103, 8), begin + 200ms);
        recent.take(figures(104, 8), begin + 900ms);
        QCOMPARE(recent.until(begin + 999ms).last(), (RecentSeconds::Second{3, 1}));
        const auto later = recent.until(begin + 2100ms);
        QCOMPARE(later.size(), RecentSeconds::seconds);
        QCOMPARE(later.last(), RecentSeconds::Second{});
        QCOMPARE(later.at(later.size() - 3), (RecentSeconds::Second{3, 1}));
        // A minute on it is forgotten.
        QVERIFY(std::ranges::all_of(recent.until(begin + 61s), [](const auto &second) { return second == RecentSeconds::Second{}; }));
        QVERIFY(std::ranges::all_of(recent.until(begin + 24h), [](const auto &second) { return second == RecentSeconds::Second{}; }));
    }

    void aProxyThatCountsAnewIsNotMinus()
    {
        RecentSeconds recent;
        const Time begin(1000s);
        recent.take(figures(100, 7), begin);
        recent.take(figures(2, 1), begin + 1s);
        QCOMPARE(recent.until(begin + 1s).last(), RecentSeconds::Second{});
        recent.take(figures(5, 1), begin + 1s);
        QCOMPARE(recent.until(begin + 1s).last(), (RecentSeconds::Second{3, 0}));
    }

    void whoStandsInForAnotherSaysSo()
    {
        ProxyView view = degraded();
        view.inOrder = {u"work"_s};
        for (int i = 0; i < view.endpoints.size(); ++i)
            view.endpoints[i].priority = i + 1;
        std::swap(view.endpoints[0].health, view.endpoints[2].health);
        view.endpoints[1].health = EndpointHealth::Healthy;
        Panel panel;
        panel.setView(view);
        panel.openAt({}, {400, 300});
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        QVERIFY(rowOf(panel, u"relay-b, Stands in for relay-a"_s));
        view.inOrder.clear();
        panel.setView(view);
        QVERIFY(!rowOf(panel, u"relay-b, Stands in for relay-a"_s));
    }

    void itSaysHowThingsStand()
    {
        Panel panel;
        panel.setView(degraded());
        panel.openAt({}, {400, 300});
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        QVERIFY(rowOf(panel, u"work, 2 / 4"_s) || rowOf(panel, u"work, 3 / 4"_s));
        QVERIFY(rowOf(panel, u"nightly, 2"_s));
        PanelRow *open = rowOf(panel, u"relay-c, Paused, next try in 0:5"_s);
        QVERIFY(open);
        QVERIFY(open->step()->isVisible());
        QVERIFY(!rowOf(panel, u"relay-a"_s)->step()->isVisible());
        for (const QString &text : {u"100 %"_s, u"41 / min"_s, u"12 in flight"_s, u"812 ms"_s, u"work · 127.0.0.1:7860"_s})
            QVERIFY2(says(panel, text), qPrintable(text));
    }

    void aStoppedOneHasNoFigures()
    {
        ProxyView view = withoutProxy(degraded());
        Panel panel;
        panel.setView(view);
        panel.openAt({}, {400, 300});
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        QVERIFY(says(panel, u"Stopped"_s));
        QVERIFY(!says(panel, u"0 / min"_s));
        QVERIFY(!panel.findChild<Switch *>()->isChecked());
        QCOMPARE(shownRows(panel).size(), 3); // the clusters
    }

    void aLongNameLeavesRoomForHowItIs()
    {
        ProxyView view = degraded();
        const QString name = QString(60, u'w');
        view.endpoints[2].name = name;
        view.cluster = view.clusters[0] = name;
        Panel panel;
        panel.setView(view);
        panel.openAt({}, {400, 300});
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        QCOMPARE(panel.width(), 340);
        // The address is there whatever stands before it.
        QVERIFY(std::ranges::any_of(panel.findChildren<QLabel *>(), [](const QLabel *label) { return label->text().endsWith(u"… · 127.0.0.1:7860"_s); }));
        for (PanelRow *row : shownRows(panel)) {
            QHelpEvent asks(QEvent::ToolTip, row->rect().center(), row->mapToGlobal(row->rect().center()));
            QCoreApplication::sendEvent(row, &asks);
            QCOMPARE(row->toolTip().contains(name), row->accessibleName().contains(name));
        }
        test::keepShot(panel, u"panel-long-names"_s);
    }

    void onlyTheCornersAreCutOff()
    {
        const QRegion region = withoutCorners({340, 200}, 10);
        for (const QPoint &corner : {QPoint(0, 0), QPoint(339, 0), QPoint(0, 199), QPoint(339, 199)})
            QVERIFY(!region.contains(corner));
        for (const QPoint &edge : {QPoint(10, 0), QPoint(329, 0), QPoint(0, 10), QPoint(339, 189), QPoint(3, 3), QPoint(336, 196)})
            QVERIFY(region.contains(edge));
        QCOMPARE(region.boundingRect(), QRect(0, 0, 340, 200));
    }

    void itDoesWhatIsPressed()
    {
        Panel panel;
        ProxyView view = degraded();
        panel.setView(view);
        panel.openAt({}, {400, 300});
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        QSignalSpy resets(&panel, &Panel::resetRequested), prefers(&panel, &Panel::preferRequested), clusters(&panel, &Panel::clusterChosen), stops(&panel, &Panel::stopRequested),
            opens(&panel, &Panel::openRequested);
        rowOf(panel, u"relay-c"_s)->step()->click();
        QCOMPARE(resets.value(0).value(0).toString(), u"relay-c"_s);
        rowOf(panel, u"relay-a"_s)->click();
        QCOMPARE(prefers.value(0).value(0).toString(), u"relay-a"_s);
        rowOf(panel, u"nightly"_s)->click();
        QCOMPARE(clusters.value(0).value(0).toString(), u"nightly"_s);
        rowOf(panel, u"work"_s)->click();
        QCOMPARE(clusters.count(), 1);
        panel.findChild<Switch *>()->click();
        QCOMPARE(stops.count(), 1);
        QVERIFY(panel.isVisible());
        panel.findChild<QPushButton *>()->click();
        QCOMPARE(opens.count(), 1);
        QVERIFY(!panel.isVisible());
    }

    void escapeClosesIt()
    {
        Panel panel;
        panel.setView(degraded());
        panel.openAt({}, {400, 300});
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        QTest::keyClick(&panel, Qt::Key_Escape);
        QVERIFY(!panel.isVisible());
    }

    void itStaysBelowTheMenu()
    {
        Panel panel;
        panel.setView(degraded());
        panel.openAt({}, {400, 300});
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        QMenu menu;
        menu.addAction(u"something"_s);
        connect(&panel, &Panel::menuRequested, &menu, [&menu](const QPoint &place) { menu.popup(place); });
        const QList<QToolButton *> buttons = panel.findChildren<QToolButton *>();
        const auto button = std::ranges::find_if(buttons, [](const QToolButton *each) { return each->toolTip() == u"Menu"_s; });
        QVERIFY(button != buttons.end());
        (*button)->click();
        QVERIFY(menu.isVisible());
        // As Wayland tells it, where the menu takes the keys.
        QEvent loses(QEvent::WindowDeactivate);
        QCoreApplication::sendEvent(&panel, &loses);
        QVERIFY(panel.isVisible());
        menu.close();
        QCoreApplication::sendEvent(&panel, &loses);
        QVERIFY(!panel.isVisible());
    }

    void itStandsBesideTheIconWithinTheScreen_data()
    {
        QTest::addColumn<QRect>("icon");
        QTest::addColumn<QPoint>("pointer");
        const QRect screen = QGuiApplication::primaryScreen()->availableGeometry();
        QTest::newRow("at the foot, right") << QRect(screen.bottomRight() - QPoint(24, 24), QSize(22, 22)) << QPoint();
        QTest::newRow("at the head, right") << QRect(screen.topRight() - QPoint(24, 0), QSize(22, 22)) << QPoint();
        QTest::newRow("at the foot, left") << QRect(screen.bottomLeft() - QPoint(0, 24), QSize(22, 22)) << QPoint();
        QTest::newRow("only the pointer") << QRect() << screen.bottomRight() - QPoint(3, 3);
    }
    void itStandsBesideTheIconWithinTheScreen()
    {
        QFETCH(QRect, icon);
        QFETCH(QPoint, pointer);
        Panel panel;
        panel.setView(degraded());
        panel.openAt(icon, pointer);
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        const QRect screen = QGuiApplication::primaryScreen()->availableGeometry();
        QVERIFY(screen.contains(panel.geometry()));
        QVERIFY(!panel.geometry().intersects(icon));
        QVERIFY(!panel.geometry().contains(pointer) || icon.isValid());
    }

    void ofManyThoseThatNeedSomebodyAreShown()
    {
        ProxyView view = degraded();
        view.endpoints.clear();
        for (int i = 0; i < 200; ++i)
            view.endpoints << endpoint(u"relay-%1"_s.arg(i), i == 150 ? EndpointHealth::Open : EndpointHealth::Healthy, 500 + i);
        for (int i = 0; i < 40; ++i)
            view.clusters << u"team-%1"_s.arg(i);
        view.cluster = u"team-39"_s;
        Panel panel;
        panel.setView(view);
        panel.openAt({}, {400, 300});
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        QCOMPARE(shownRows(panel).size(), Panel::mostClusters + Panel::mostEndpoints);
        QVERIFY(rowOf(panel, u"relay-150"_s));
        QVERIFY(rowOf(panel, u"team-39"_s));
        QVERIFY(says(panel, u"6 of 200"_s) && says(panel, u"6 of 43"_s));
        test::keepShot(panel, u"panel-many"_s);
        const int many = panel.height();
        panel.setView(degraded());
        QTRY_VERIFY(panel.height() < many); // as high as its content
        QVERIFY(!says(panel, u"6 of 200"_s));
    }

    void shots_data()
    {
        QTest::addColumn<ProxyState>("state");
        QTest::addColumn<bool>("dark");
        QTest::addColumn<bool>("chinese");
        QTest::newRow("degraded-light") << ProxyState::Degraded << false << false;
        QTest::newRow("degraded-dark") << ProxyState::Degraded << true << false;
        QTest::newRow("degraded-chinese") << ProxyState::Degraded << false << true;
        QTest::newRow("stopped-light") << ProxyState::Stopped << false << false;
        QTest::newRow("down-dark") << ProxyState::Down << true << false;
        QTest::newRow("unconfigured-light") << ProxyState::Unconfigured << false << false;
    }
    void shots()
    {
        QFETCH(ProxyState, state);
        QFETCH(bool, dark);
        QFETCH(bool, chinese);
        QTranslator translator;
        QVERIFY(translator.load(u":/i18n/qcc_zh_CN.qm"_s));
        if (chinese)
            QCoreApplication::installTranslator(&translator);
        applyTheme(dark ? Theme::Dark : Theme::Light);
        ProxyView view = degraded();
        view.state = state;
        if (state == ProxyState::Stopped)
            view = withoutProxy(view);
        if (state == ProxyState::Down)
            view.endpoints.remove(0, 2);
        if (state == ProxyState::Unconfigured)
            view.endpoints.clear();
        RecentSeconds recent;
        const Time begin(1000s);
        recent.take(figures(0, 0), begin);
        for (int second = 0, requests = 0, failed = 0; second < 60; ++second) {
            requests += 4 + second * 7 % 5;
            failed += second == 40 ? 2 : 0;
            recent.take(figures(requests, failed), begin + std::chrono::seconds(second));
        }
        Panel panel;
        panel.setView(view);
        panel.setRecent(recent.until(begin + 59s));
        panel.openAt({}, {400, 600});
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        test::keepShot(panel, u"panel-%1"_s.arg(QString::fromLatin1(QTest::currentDataTag())));
        QCOMPARE(panel.width(), 340);
    }
};

} // namespace

QTEST_MAIN(PanelTest)
#include "tst_traypanel.moc"
