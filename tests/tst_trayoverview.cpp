#include "core/config/configparser.h"
#include "core/config/settings.h"
#include "tests/traysupport/overviewsamples.h"
#include "tests/traysupport/shots.h"
#include "ui/clusters/clusterspage.h"
#include "ui/model/words.h"
#include "ui/overview/connectionsline.h"
#include "ui/overview/endpointtable.h"
#include "ui/overview/figurestrip.h"
#include "ui/overview/overviewpage.h"
#include "ui/overview/problemtable.h"
#include "ui/overview/timelinechart.h"
#include "ui/overview/timelinepanel.h"
#include "ui/widgets/style.h"
#include "ui/widgets/theme.h"
#include "ui/window/mainwindow.h"

#include <QApplication>
#include <QClipboard>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSignalSpy>
#include <QStyleFactory>
#include <QTest>
#include <QTranslator>

#include <optional>

using namespace qcc;
using namespace qcc::test;

namespace {

template<typename T> T *childOf(const QWidget &widget)
{
    return widget.findChild<T *>();
}

QLabel *labelWith(const QWidget &widget, const QString &text)
{
    for (QLabel *label : widget.findChildren<QLabel *>()) {
        if (label->isVisible() && label->text().contains(text))
            return label;
    }
    return nullptr;
}

QAbstractButton *buttonCalled(const QWidget &widget, const QString &text)
{
    for (QAbstractButton *button : widget.findChildren<QAbstractButton *>()) {
        if (button->isVisible() && (button->text().remove(QLatin1Char('&')) == text || button->accessibleName() == text))
            return button;
    }
    return nullptr;
}

const FigureCell::Figure &figureOf(const OverviewPage &page, FigureStrip::Place place)
{
    return childOf<FigureStrip>(page)->cell(place).figure();
}

QString stateOf(const EndpointTable &table, int row)
{
    return table.model()->index(row, EndpointTableModel::State).data().toString();
}

void show(OverviewPage &page, QSize size = {952, 760})
{
    page.resize(size);
    page.show();
    QVERIFY(QTest::qWaitForWindowExposed(&page));
}

QStringList namesIn(const EndpointTable &table)
{
    QStringList names;
    for (int row = 0; row < table.model()->rowCount(); ++row)
        names.append(table.model()->index(row, EndpointTableModel::Name).data().toString());
    return names;
}

/// A page of cards of other heights is laid out anew in the next turns of the loop.
void settle()
{
    QTest::qWait(1);
    QCoreApplication::processEvents();
}

ProxyView manyEndpoints(int count)
{
    ProxyView view = fullView();
    view.endpoints.clear();
    for (int i = 0; i < count; ++i) {
        view.endpoints.append(endpointOf(QStringLiteral("relay-%1").arg(i), 1, EndpointHealth::Healthy));
        view.endpoints.last().inFlight = 0;
    }
    return view;
}

} // namespace

class TrayOverviewTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void looks_data();
    void looks();
    void looksInTrouble();
    void looksInChinese();
    void looksInThePlatformsStyle();
    void successIsRedOnlyWhenItIsPoor_data();
    void successIsRedOnlyWhenItIsPoor();
    void theFirstFigureIsAboutNow();
    void aYoungProxySaysSinceWhen();
    void oneRangeGovernsThePage();
    void whatIsNotKnownIsLeftOut();
    void queuedRequestsAreNamedOnlyWhenThereAreSome();
    void figuresAskForTheirRequests();
    void connectionsOpenWithAllThatIsKnown();
    void whatWantsAttentionIsSaidAndNothingElse();
    void aStoppedProxyHasNoFiguresAndAStartButton();
    void withoutAClusterThereAreThreeWaysToBegin();
    void beforeTheFirstRequestItSaysHowToSendOne();
    void anotherRangeIsAskedFor();
    void theChartAsksForItsRequests();
    void countdownsTickBeforeTheUsersEyes();
    void oneStepIsOfferedWhereItHelps_data();
    void oneStepIsOfferedWhereItHelps();
    void aPressBesideTheStepTakesNone();
    void theMenuHasAllThatCanBeDone();
    void manyEndpointsAreFoldedWithTheFailingFirst();
    void aProblemIsChosenByClickAndByEnter();
    void twoColumnsFromTheirWidthOn();
    void nothingMovesWithTheState();
    void everythingHasAnAccessibleName();
    void tabReachesEverything_data();
    void tabReachesEverything();
    void stepsLeadToWhereTheyAreDone();
};

void TrayOverviewTest::init()
{
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    static const QFont usual = QApplication::font();
    QApplication::setFont(usual);
    applyTheme(Theme::Light);
}

void TrayOverviewTest::looks_data()
{
    QTest::addColumn<Theme>("theme");
    QTest::addColumn<QSize>("size");
    QTest::addColumn<double>("fontScale");
    QTest::newRow("light") << Theme::Light << QSize(952, 760) << 1.0;
    QTest::newRow("dark") << Theme::Dark << QSize(952, 760) << 1.0;
    QTest::newRow("usual") << Theme::Light << QSize(772, 660) << 1.0;
    QTest::newRow("small") << Theme::Light << QSize(592, 560) << 1.0;
    QTest::newRow("wide") << Theme::Light << QSize(1392, 1000) << 1.0;
    QTest::newRow("just-wide") << Theme::Dark << QSize(1200, 760) << 1.0;
    QTest::newRow("large-font") << Theme::Light << QSize(952, 900) << 1.5;
}

void TrayOverviewTest::looks()
{
    QFETCH(Theme, theme);
    QFETCH(QSize, size);
    QFETCH(double, fontScale);
    QFont font = QApplication::font();
    font.setPointSizeF(font.pointSizeF() * fontScale);
    QApplication::setFont(font);
    applyTheme(theme);
    const QString tag = QString::fromUtf8(QTest::currentDataTag());

    OverviewPage page;
    show(page, size);
    keepShot(page, tag + QStringLiteral("-first-start"));
    ProxyView stopped;
    stopped.clusters = {QStringLiteral("work")};
    stopped.cluster = QStringLiteral("work");
    stopped.address = QStringLiteral("http://127.0.0.1:7860");
    page.setView(stopped);
    settle();
    keepShot(page, tag + QStringLiteral("-stopped"));
    ProxyView fresh = fullView();
    fresh.state = ProxyState::Running;
    fresh.liveRate.reset();
    fresh.hourRate.reset();
    fresh.inFlight = 0;
    fresh.figures = {};
    page.setView(fresh);
    settle();
    keepShot(page, tag + QStringLiteral("-no-requests"));
    page.setView(fullView());
    page.setTimeline(hourTimeline());
    page.setProblems(someProblems());
    settle();
    auto *chart = childOf<TimelineChart>(page);
    QTest::mouseMove(chart, chart->placeOf(31));
    QTest::mouseMove(chart, chart->placeOf(32));
    keepShot(page, tag + QStringLiteral("-full"));
    QTest::mouseMove(&page, QPoint(1, 1));
    page.setTimeline(timelineOf(TimelineRange::Day, 96, 900));
    settle();
    keepShot(page, tag + QStringLiteral("-day"));
    page.setTimeline(timelineOf(TimelineRange::Week, 84, 7'200));
    childOf<ConnectionsLine>(page)->line()->setChecked(true);
    settle();
    keepShot(page, tag + QStringLiteral("-week"));
    auto *scroll = childOf<QScrollArea>(page);
    scroll->verticalScrollBar()->setValue(scroll->verticalScrollBar()->maximum());
    keepShot(page, tag + QStringLiteral("-full-end"));
    QCOMPARE(scroll->horizontalScrollBar()->maximum(), 0);
    QVERIFY2(scroll->widget()->width() <= scroll->viewport()->width(), "what is cut off at the right cannot be reached");
}

void TrayOverviewTest::looksInTrouble()
{
    OverviewPage page;
    page.setView(downView());
    page.setTimeline(downTimeline());
    page.setProblems(someProblems());
    show(page);
    keepShot(page, QStringLiteral("trouble-light"));
    page.resize(592, 560);
    settle();
    keepShot(page, QStringLiteral("trouble-small"));
    ProxyView many = manyEndpoints(200);
    many.endpoints[150].health = EndpointHealth::Open;
    many.endpoints[150].name = QStringLiteral("a name that somebody chose in a hurry and that never ends");
    many.endpoints[150].baseUrl = QStringLiteral("https://gateway-eu-west.with-a-long-name.example/and/a/long/path/anthropic");
    page.setView(many);
    page.resize(1392, 1000);
    settle();
    keepShot(page, QStringLiteral("many-wide"));
}

void TrayOverviewTest::looksInChinese()
{
    QTranslator translator;
    QVERIFY(translator.load(QStringLiteral(":/i18n/qcc_zh_CN.qm")));
    QCoreApplication::installTranslator(&translator);
    QLocale::setDefault(QLocale(QLocale::Chinese, QLocale::China));
    {
        OverviewPage page;
        page.setView(fullView());
        page.setTimeline(hourTimeline());
        page.setProblems(someProblems());
        show(page);
        keepShot(page, QStringLiteral("chinese"));
        page.resize(592, 560);
        settle();
        keepShot(page, QStringLiteral("chinese-small"));
        const auto *scroll = childOf<QScrollArea>(page);
        QVERIFY(scroll->widget()->width() <= scroll->viewport()->width());
    }
    QCoreApplication::removeTranslator(&translator);
}

void TrayOverviewTest::looksInThePlatformsStyle()
{
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("fusion")));
    QVERIFY(!hasOwnStyle());
    OverviewPage page;
    page.setView(downView());
    page.setTimeline(downTimeline());
    page.setProblems(someProblems());
    show(page);
    auto *table = childOf<EndpointTable>(page);
    table->setFocus();
    table->setCurrentIndex(table->model()->index(1, 0));
    keepShot(page, QStringLiteral("platform-style"));
    QSignalSpy reset(&page, &OverviewPage::resetRequested);
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, table->stepRect(2).center());
    QCOMPARE(reset.size(), 1);
}

void TrayOverviewTest::successIsRedOnlyWhenItIsPoor_data()
{
    QTest::addColumn<double>("percent");
    QTest::addColumn<QString>("number");
    QTest::addColumn<bool>("red");
    QTest::newRow("all") << 100.0 << QStringLiteral("100 %") << false;
    QTest::newRow("just good") << 99.0 << QStringLiteral("99.0 %") << false;
    QTest::newRow("not good") << 98.99 << QStringLiteral("98.9 %") << false;
    QTest::newRow("still no failure") << 90.0 << QStringLiteral("90.0 %") << false;
    QTest::newRow("bad") << 89.95 << QStringLiteral("89.9 %") << true;
}

void TrayOverviewTest::successIsRedOnlyWhenItIsPoor()
{
    QFETCH(double, percent);
    QFETCH(QString, number);
    QFETCH(bool, red);
    OverviewPage page;
    ProxyView view = fullView();
    view.liveRate = percent;
    page.setView(view);
    page.setTimeline(hourTimeline());
    QCOMPARE(figureOf(page, FigureStrip::Success).number, number);
    QCOMPARE(figureOf(page, FigureStrip::Success).isFailure, red);
    QCOMPARE(figureOf(page, FigureStrip::Errors).isFailure, red);
    QCOMPARE(figureOf(page, FigureStrip::Success).when, QStringLiteral("last 5 min"));
    QCOMPARE(figureOf(page, FigureStrip::Success).beside, QStringLiteral("97.2 % in the hour"));
}

void TrayOverviewTest::theFirstFigureIsAboutNow()
{
    OverviewPage page;
    ProxyView view = fullView();
    view.liveRate = 0;
    page.setView(view);
    QCOMPARE(figureOf(page, FigureStrip::Success).number, QStringLiteral("0 %"));
    view.liveRate.reset();
    page.setView(view);
    QCOMPARE(figureOf(page, FigureStrip::Success).number, Words::none());
    QCOMPARE(figureOf(page, FigureStrip::Success).beside, QStringLiteral("97.2 % in the hour"));
    view.hourRate.reset();
    view.figures.requests = 0;
    page.setView(view);
    QCOMPARE(figureOf(page, FigureStrip::Success).beside, QStringLiteral("no requests yet"));
}

void TrayOverviewTest::aYoungProxySaysSinceWhen()
{
    OverviewPage page;
    ProxyView view = fullView();
    view.figures.startTime = QDateTime::currentDateTimeUtc().addSecs(-60);
    page.setView(view);
    page.setTimeline(hourTimeline());
    QVERIFY(figureOf(page, FigureStrip::Success).when.startsWith(QStringLiteral("since ")));
    QVERIFY(figureOf(page, FigureStrip::FirstByte).when.startsWith(QStringLiteral("since ")));
    // Errors of earlier runs are among them.
    QCOMPARE(figureOf(page, FigureStrip::Errors).when, QStringLiteral("last hour"));
}

void TrayOverviewTest::oneRangeGovernsThePage()
{
    OverviewPage page;
    page.setView(fullView());
    page.setTimeline(hourTimeline());
    show(page);
    QCOMPARE(figureOf(page, FigureStrip::FirstByte).when, QStringLiteral("last hour, median"));
    QCOMPARE(figureOf(page, FigureStrip::Errors).when, QStringLiteral("last hour"));
    TimelineView day = timelineOf(TimelineRange::Day, 96, 900);
    day.firstByte.p50 = 4'200;
    day.endpoints[QStringLiteral("id-relay-a")].failedInRange = 999;
    page.setTimeline(day);
    QCOMPARE(figureOf(page, FigureStrip::FirstByte).when, QStringLiteral("last 24 hours, median"));
    QCOMPARE(figureOf(page, FigureStrip::FirstByte).number, QStringLiteral("4.2 s"));
    QCOMPARE(figureOf(page, FigureStrip::Errors).when, QStringLiteral("last 24 hours"));
    QCOMPARE(figureOf(page, FigureStrip::Errors).bars.size(), 96);
    QCOMPARE(childOf<EndpointTable>(page)->model()->index(0, EndpointTableModel::Success).data().toString(), QStringLiteral("50.0 %"));
}

void TrayOverviewTest::whatIsNotKnownIsLeftOut()
{
    OverviewPage page;
    page.setView(fullView());
    TimelineView timeline = hourTimeline();
    page.setTimeline(timeline);
    QCOMPARE(figureOf(page, FigureStrip::InFlight).beside, QStringLiteral("19 at most"));
    QCOMPARE(figureOf(page, FigureStrip::Errors).beside, QStringLiteral("12 before"));
    QCOMPARE(figureOf(page, FigureStrip::InFlight).line.size(), 60);
    // What runs now is the end of the line, which counts what has ended.
    QCOMPARE(figureOf(page, FigureStrip::InFlight).line.constLast(), 12.0);
    timeline.before.reset();
    timeline.inFlightSeries.clear();
    timeline.firstByteSeries = {0, 500, 0, 700};
    page.setTimeline(timeline);
    QCOMPARE(figureOf(page, FigureStrip::InFlight).beside, QString());
    QCOMPARE(figureOf(page, FigureStrip::Errors).beside, QString());
    QCOMPARE(figureOf(page, FigureStrip::FirstByte).line, QList<double>({500, 500, 500, 700}));
}

void TrayOverviewTest::queuedRequestsAreNamedOnlyWhenThereAreSome()
{
    OverviewPage page;
    ProxyView view = fullView();
    page.setView(view);
    QVERIFY(!figureOf(page, FigureStrip::InFlight).beside.contains(QStringLiteral("queued")));
    view.figures.poolQueued = 3;
    page.setView(view);
    QCOMPARE(figureOf(page, FigureStrip::InFlight).beside, QStringLiteral("3 queued"));
    QVERIFY(childOf<ConnectionsLine>(page)->line()->summary().contains(QStringLiteral("3 queued")));
}

void TrayOverviewTest::figuresAskForTheirRequests()
{
    OverviewPage page;
    page.setView(fullView());
    page.setTimeline(hourTimeline());
    show(page);
    QSignalSpy wanted(&page, &OverviewPage::requestsWanted);
    QSignalSpy running(&page, &OverviewPage::runningWanted);
    const auto *strip = childOf<FigureStrip>(page);
    const auto agoOf = [](const HistoryQuery &query) {
        return std::chrono::round<std::chrono::minutes>(std::chrono::system_clock::now() - *query.from).count();
    };
    QTest::mouseClick(const_cast<FigureCell *>(&strip->cell(FigureStrip::Success)), Qt::LeftButton);
    HistoryQuery query = wanted.takeFirst().constFirst().value<HistoryQuery>();
    QCOMPARE(agoOf(query), 5);
    QVERIFY(query.outcomes.isEmpty());
    QTest::keyClick(const_cast<FigureCell *>(&strip->cell(FigureStrip::Errors)), Qt::Key_Space);
    query = wanted.takeFirst().constFirst().value<HistoryQuery>();
    QCOMPARE(agoOf(query), 60);
    QCOMPARE(query.outcomes, QList<Outcome>({Outcome::Error, Outcome::Truncated}));
    QTest::mouseClick(const_cast<FigureCell *>(&strip->cell(FigureStrip::InFlight)), Qt::LeftButton);
    QCOMPARE(running.size(), 1);
    QCOMPARE(wanted.size(), 0);
    QTest::mouseClick(buttonCalled(page, QStringLiteral("Show all problems")), Qt::LeftButton);
    query = wanted.takeFirst().constFirst().value<HistoryQuery>();
    QCOMPARE(query.outcomes, QList<Outcome>({Outcome::Recovered, Outcome::Error, Outcome::Truncated}));
}

void TrayOverviewTest::connectionsOpenWithAllThatIsKnown()
{
    OverviewPage page;
    ProxyView view = fullView();
    const QJsonObject pool{{QStringLiteral("open"), 209}, {QStringLiteral("http2"), 207}};
    view.figures.poolOpen = withStats(view, view.address, {{QStringLiteral("pool"), pool}}, {}).figures.poolOpen;
    view.figures.poolHttp2 = withStats(view, view.address, {{QStringLiteral("pool"), pool}}, {}).figures.poolHttp2;
    page.setView(view);
    page.setTimeline(hourTimeline());
    show(page);
    auto *connections = childOf<ConnectionsLine>(page);
    QCOMPARE(connections->line()->summary(), QStringLiteral("209 open · 4 idle · 96.2 % reused · 17 stale, repaired"));
    QCOMPARE(connections->line()->accessibleName(), QStringLiteral("Connections"));
    QCOMPARE(connections->line()->accessibleDescription(), connections->line()->summary());
    QVERIFY(!labelWith(page, QStringLiteral("3:21 min")));
    QTest::keyClick(connections->line(), Qt::Key_Space);
    // It opens at once and comes up out of nothing: the chart moves once.
    QWidget *body = labelWith(page, QStringLiteral("3:21 min"))->parentWidget()->parentWidget();
    QVERIFY(body->graphicsEffect());
    QTRY_VERIFY(!body->graphicsEffect());
    QCOMPARE(labelWith(page, QStringLiteral("3:21 min"))->accessibleName(), QStringLiteral("Whole answer, p99: 3:21 min"));
    QCOMPARE(labelWith(page, QStringLiteral("2.1 s"))->accessibleName(), QStringLiteral("First byte, p95: 2.1 s"));
    QCOMPARE(labelWith(page, QStringLiteral("207"))->accessibleName(), QStringLiteral("Connections, over HTTP/2: 207"));
    QCOMPARE(labelWith(page, QStringLiteral("96.2 %"))->accessibleName(), QStringLiteral("Connections, reused: 96.2 %"));
    page.setView(withoutProxy(view));
    QVERIFY(!labelWith(page, QStringLiteral("207")));
    QTest::mouseClick(connections->line(), Qt::LeftButton);
    QVERIFY(!labelWith(page, QStringLiteral("Whole answer")));
}

void TrayOverviewTest::whatWantsAttentionIsSaidAndNothingElse()
{
    const QString hangs = QStringLiteral("A part of the proxy hangs.");
    const QString unknown = QStringLiteral("does not tell which user");
    const QString noRoom = QStringLiteral("2 request(s) for want of memory or disk space");
    const QString tag = QStringLiteral("warnings");
    OverviewPage page;
    page.setView(fullView());
    show(page);
    auto *connections = childOf<ConnectionsLine>(page);
    connections->line()->setChecked(true);
    for (const QString &text : {hangs, unknown, noRoom})
        QVERIFY2(!labelWith(page, text), qPrintable(text));

    const QJsonObject warned{{QStringLiteral("peers_unknown"), true},
                             {QStringLiteral("stuck_workers"), 1},
                             {QStringLiteral("refused"), QJsonObject{{QStringLiteral("no_room"), 2}}}};
    page.setView(withStats(fullView(), fullView().address, warned, {}));
    for (const QString &text : {hangs, unknown, noRoom})
        QVERIFY2(labelWith(page, text), qPrintable(text));
    // What is folded is told of in the line.
    QVERIFY(connections->line()->summary().endsWith(QStringLiteral("2 not let in")));
    settle();
    keepShot(page, tag + QStringLiteral("-light"));
    applyTheme(Theme::Dark);
    settle();
    keepShot(page, tag + QStringLiteral("-dark"));

    QTranslator translator;
    QVERIFY(translator.load(QStringLiteral(":/i18n/qcc_zh_CN.qm")));
    QCoreApplication::installTranslator(&translator);
    OverviewPage chinese;
    chinese.setView(withStats(fullView(), fullView().address, warned, {}));
    show(chinese);
    childOf<ConnectionsLine>(chinese)->line()->setChecked(true);
    keepShot(chinese, tag + QStringLiteral("-chinese"));
    QCoreApplication::removeTranslator(&translator);

    // The access token tells who may come.
    page.setView(withStats(fullView(), fullView().address, {{QStringLiteral("peers_unknown"), true}, {QStringLiteral("needs_token"), true}}, {}));
    for (const QString &text : {hangs, unknown, noRoom})
        QVERIFY2(!labelWith(page, text), qPrintable(text));
}

void TrayOverviewTest::aStoppedProxyHasNoFiguresAndAStartButton()
{
    OverviewPage page;
    page.setView(fullView());
    show(page);
    QVERIFY(!buttonCalled(page, QStringLiteral("Start")));
    auto *table = childOf<EndpointTable>(page);
    QCOMPARE(table->model()->rowCount(), 4);

    page.setView(withoutProxy(fullView()));
    for (const FigureStrip::Place place : {FigureStrip::Success, FigureStrip::InFlight, FigureStrip::FirstByte})
        QCOMPARE(figureOf(page, place).number, Words::none());
    QVERIFY(labelWith(page, QStringLiteral("Clients that use http://127.0.0.1:7860 get no answer")));
    QCOMPARE(table->model()->rowCount(), 0);
    QCOMPARE(table->emptyText(), QStringLiteral("How each endpoint does is shown while the proxy runs."));
    QSignalSpy started(&page, &OverviewPage::startRequested);
    QTest::mouseClick(buttonCalled(page, QStringLiteral("Start")), Qt::LeftButton);
    QCOMPARE(started.size(), 1);
    ProxyView starting = withoutProxy(fullView());
    starting.state = ProxyState::Starting;
    page.setView(starting);
    QVERIFY(labelWith(page, QStringLiteral("Starting…")));
    QVERIFY(!buttonCalled(page, QStringLiteral("Start")));
}

void TrayOverviewTest::withoutAClusterThereAreThreeWaysToBegin()
{
    OverviewPage page;
    show(page);
    QSignalSpy demo(&page, &OverviewPage::demoRequested);
    QSignalSpy import(&page, &OverviewPage::importRequested);
    QSignalSpy add(&page, &OverviewPage::addEndpointRequested);
    QTest::mouseClick(buttonCalled(page, QStringLiteral("Try the demo")), Qt::LeftButton);
    QTest::mouseClick(buttonCalled(page, QStringLiteral("Import…")), Qt::LeftButton);
    QTest::mouseClick(buttonCalled(page, QStringLiteral("Add an endpoint…")), Qt::LeftButton);
    QCOMPARE(QList<qsizetype>({demo.size(), import.size(), add.size()}), QList<qsizetype>({1, 1, 1}));

    page.setView(fullView());
    QVERIFY(!buttonCalled(page, QStringLiteral("Try the demo")));
}

void TrayOverviewTest::beforeTheFirstRequestItSaysHowToSendOne()
{
    OverviewPage page;
    ProxyView view = fullView();
    view.figures.requests = 0;
    page.setView(view);
    show(page);
    QSignalSpy wanted(&page, &OverviewPage::clientsWanted);
    QTest::mouseClick(buttonCalled(page, QStringLiteral("Connect a client…")), Qt::LeftButton);
    QCOMPARE(wanted.count(), 1);

    view.figures.requests = 1;
    page.setView(view);
    QVERIFY(!buttonCalled(page, QStringLiteral("Connect a client…")));
    page.setTimeline(hourTimeline());
    QVERIFY(!labelWith(page, QStringLiteral("No requests in")));
    QVERIFY(childOf<TimelineChart>(page)->isVisible());
}

void TrayOverviewTest::anotherRangeIsAskedFor()
{
    OverviewPage page;
    page.setView(fullView());
    page.setTimeline(hourTimeline());
    show(page);
    QCOMPARE(page.range(), TimelineRange::Hour);
    QSignalSpy chosen(&page, &OverviewPage::rangeChosen);
    QTest::mouseClick(buttonCalled(page, QStringLiteral("The last 24 hours")), Qt::LeftButton);
    QCOMPARE(chosen.size(), 1);
    QCOMPARE(page.range(), TimelineRange::Day);
    QVERIFY(labelWith(page, QStringLiteral("Requests per minute"))); // Until the other timeline is here.
    page.setTimeline(timelineOf(TimelineRange::Week, 84, 7'200));
    QVERIFY(labelWith(page, QStringLiteral("Requests per 2 hours")));
}

void TrayOverviewTest::theChartAsksForItsRequests()
{
    OverviewPage page;
    page.setView(fullView());
    page.setTimeline(hourTimeline());
    show(page);
    QSignalSpy wanted(&page, &OverviewPage::requestsWanted);
    auto *chart = childOf<TimelineChart>(page);
    QTest::mouseClick(chart, Qt::LeftButton, {}, chart->placeOf(7));
    HistoryQuery query = wanted.takeFirst().constFirst().value<HistoryQuery>();
    QCOMPARE(QDateTime::fromMSecsSinceEpoch(query.from->time_since_epoch() / std::chrono::milliseconds(1)), hourTimeline().from.addSecs(7 * 60));
    QCOMPARE(*query.to - *query.from, std::chrono::minutes(1));
    for (LegendEntry *entry : page.findChildren<LegendEntry *>()) {
        if (entry->text() == QStringLiteral("Recovered"))
            QTest::mouseClick(entry, Qt::LeftButton);
    }
    QCOMPARE(wanted.size(), 1);
    query = wanted.takeFirst().constFirst().value<HistoryQuery>();
    QCOMPARE(query.outcomes, QList<Outcome>{Outcome::Recovered});
    QVERIFY(!query.to);
}

void TrayOverviewTest::countdownsTickBeforeTheUsersEyes()
{
    OverviewPage page;
    page.setView(fullView());
    show(page);
    const auto *table = childOf<EndpointTable>(page);
    const QString first = stateOf(*table, 2);
    QVERIFY2(first.startsWith(QStringLiteral("Paused, next try in 0:4")), qPrintable(first));
    QTRY_VERIFY(stateOf(*table, 2) != first);
}

void TrayOverviewTest::oneStepIsOfferedWhereItHelps_data()
{
    QTest::addColumn<EndpointHealth>("health");
    QTest::addColumn<QString>("word");
    QTest::addColumn<int>("kind"); // Which of the signals comes.
    QTest::newRow("not tried") << EndpointHealth::Unknown << QString() << -1;
    QTest::newRow("healthy") << EndpointHealth::Healthy << QString() << -1;
    QTest::newRow("degraded") << EndpointHealth::Degraded << QString() << -1;
    QTest::newRow("failing") << EndpointHealth::Unhealthy << QStringLiteral("Test") << 2;
    QTest::newRow("paused") << EndpointHealth::Open << QStringLiteral("Reset") << 0;
    QTest::newRow("resting") << EndpointHealth::Resting << QStringLiteral("Reset") << 0;
    QTest::newRow("key refused") << EndpointHealth::KeyRefused << QStringLiteral("Edit key…") << 1;
    QTest::newRow("disabled") << EndpointHealth::Disabled << QString() << -1;
}

void TrayOverviewTest::oneStepIsOfferedWhereItHelps()
{
    QFETCH(EndpointHealth, health);
    QFETCH(QString, word);
    QFETCH(int, kind);
    OverviewPage page;
    ProxyView view = fullView();
    view.endpoints[2].health = health;
    page.setView(view);
    show(page);
    auto *table = childOf<EndpointTable>(page);
    QSignalSpy reset(&page, &OverviewPage::resetRequested);
    QSignalSpy edit(&page, &OverviewPage::editRequested);
    QSignalSpy test(&page, &OverviewPage::testRequested);
    const QRect place = table->stepRect(2);
    QCOMPARE(place.isEmpty(), word.isEmpty());
    const QString told = table->model()->index(2, EndpointTableModel::State).data(Qt::AccessibleDescriptionRole).toString();
    QCOMPARE(told, word.isEmpty() ? QString() : QStringLiteral("Enter: ") + word);
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, place.center());
    table->setFocus();
    table->setCurrentIndex(table->model()->index(2, 0));
    QTest::keyClick(table, Qt::Key_Return);
    const std::array spies{&reset, &edit, &test};
    for (int i = 0; i < 3; ++i) {
        QCOMPARE(spies[static_cast<std::size_t>(i)]->size(), i == kind ? 2 : 0);
        if (i == kind)
            QCOMPARE(spies[static_cast<std::size_t>(i)]->constFirst().constFirst().toString(), QStringLiteral("id-relay-c"));
    }
}

void TrayOverviewTest::aPressBesideTheStepTakesNone()
{
    OverviewPage page;
    page.setView(fullView());
    show(page);
    auto *table = childOf<EndpointTable>(page);
    QSignalSpy reset(&page, &OverviewPage::resetRequested);
    const QPoint on = table->stepRect(2).center();
    const QPoint beside(table->stepRect(2).left() - 4, on.y());
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, beside);
    QTest::mousePress(table->viewport(), Qt::LeftButton, {}, beside);
    QTest::mouseRelease(table->viewport(), Qt::LeftButton, {}, on);
    QTest::mousePress(table->viewport(), Qt::LeftButton, {}, on);
    QTest::mouseRelease(table->viewport(), Qt::LeftButton, {}, beside);
    QTest::mouseClick(table->viewport(), Qt::RightButton, {}, on);
    QCOMPARE(reset.size(), 0);
}

void TrayOverviewTest::theMenuHasAllThatCanBeDone()
{
    OverviewPage page;
    page.setView(fullView());
    auto *table = childOf<EndpointTable>(page);
    const auto textsOf = [table](int row) {
        QStringList texts;
        for (const QAction *action : table->menuFor(row)->actions()) {
            if (action->isEnabled() && !action->isSeparator())
                texts.append(action->text().remove(QLatin1Char('&')));
        }
        return texts.join(QStringLiteral(" | "));
    };
    QCOMPARE(textsOf(0), QStringLiteral("No longer prefer this endpoint | Test | Edit…"));
    QCOMPARE(textsOf(1), QStringLiteral("Prefer this endpoint | Test | Edit…"));
    QCOMPARE(textsOf(2), QStringLiteral("Prefer this endpoint | Reset | Test | Edit… | Copy last error"));
    QCOMPARE(textsOf(3), QStringLiteral("Test | Edit…"));
    QSignalSpy prefer(&page, &OverviewPage::preferRequested);
    table->menuFor(0)->actions().constFirst()->trigger();
    table->menuFor(1)->actions().constFirst()->trigger();
    QCOMPARE(prefer.at(0).constFirst().toString(), QString());
    QCOMPARE(prefer.at(1).constFirst().toString(), QStringLiteral("id-relay-b"));
}

void TrayOverviewTest::manyEndpointsAreFoldedWithTheFailingFirst()
{
    OverviewPage page;
    page.setView(manyEndpoints(8));
    show(page);
    auto *table = childOf<EndpointTable>(page);
    QCOMPARE(table->model()->rowCount(), 8);

    ProxyView view = manyEndpoints(200);
    view.endpoints[150].health = EndpointHealth::Open;
    view.endpoints[160].inFlight = 1;
    TimelineView timeline = hourTimeline();
    timeline.endpoints[QStringLiteral("id-relay-170")].succeededInRange = 3;
    page.setView(view);
    page.setTimeline(timeline);
    QStringList names = namesIn(*table);
    QCOMPARE(names.size(), 9);
    QCOMPARE(names.first(4), QStringList({QStringLiteral("relay-150"), QStringLiteral("relay-160"), QStringLiteral("relay-170"), QStringLiteral("relay-0")}));
    QCOMPARE(names.constLast(), QStringLiteral("192 more"));
    table->setFocus();
    table->setCurrentIndex(table->model()->index(8, 0));
    QTest::keyClick(table, Qt::Key_Return);
    QCOMPARE(table->model()->rowCount(), 201);
    names = namesIn(*table);
    QCOMPARE(names.constFirst(), QStringLiteral("relay-150"));
    QCOMPARE(names.constLast(), QStringLiteral("Show fewer"));
    // The page scrolls, not the table.
    QTRY_VERIFY(table->visualRect(table->model()->index(200, 0)).bottom() <= table->viewport()->height());
    const QRect last = table->visualRect(table->model()->index(200, 0));
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, last.center());
    QCOMPARE(table->model()->rowCount(), 9);
}

void TrayOverviewTest::aProblemIsChosenByClickAndByEnter()
{
    OverviewPage page;
    page.setView(fullView());
    page.setProblems(someProblems());
    show(page, {952, 1'000});
    auto *table = childOf<ProblemTable>(page);
    QSignalSpy chosen(&page, &OverviewPage::exchangeChosen);
    const QPoint place = table->visualRect(table->model()->index(1, ProblemModel::What)).center();
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, place);
    QCOMPARE(chosen.size(), 1);
    QCOMPARE(numberOf(chosen.takeFirst().constFirst().toULongLong()), 104);
    QTest::keyClick(table, Qt::Key_Down);
    QCOMPARE(chosen.size(), 0);
    QTest::keyClick(table, Qt::Key_Return);
    QCOMPARE(chosen.size(), 1);
    QCOMPARE(numberOf(chosen.takeFirst().constFirst().toULongLong()), 101);
}

void TrayOverviewTest::twoColumnsFromTheirWidthOn()
{
    OverviewPage page;
    page.setView(fullView());
    page.setTimeline(hourTimeline());
    QList<ExchangeRecord> problems;
    for (quint64 number = 40; number > 0; --number)
        problems.append(exchangeOf(number, Outcome::Error, {attemptOf(QString::number(number), FailureClass::Connect)}));
    page.setProblems(problems);
    show(page, {OverviewPage::twoColumns, 1'000});
    const auto placeOf = [&page](const QWidget *widget) { return QRect(widget->mapTo(&page, QPoint()), widget->size()); };
    const auto *endpoints = childOf<EndpointTable>(page);
    const auto *list = childOf<ProblemTable>(page);
    const auto *chart = childOf<TimelineChart>(page);
    QCOMPARE(placeOf(list).top(), placeOf(endpoints).top());
    QCOMPARE(placeOf(list).bottom(), placeOf(endpoints).bottom());
    QVERIFY(placeOf(list).left() > placeOf(endpoints).right());
    QCOMPARE(list->model()->rowCount(), 6);
    QVERIFY2(chart->height() > 300, "the chart takes the height that is left");
    // Tab goes on as the eye does.
    const auto nextAfterEndpoints = [endpoints, list, chart] {
        const QWidget *next = endpoints->nextInFocusChain();
        while (next != list && next != chart)
            next = next->nextInFocusChain();
        return next;
    };
    QCOMPARE(nextAfterEndpoints(), list);
    page.resize(OverviewPage::twoColumns - 1, 1'000);
    settle();
    QVERIFY(placeOf(list).top() > placeOf(chart).bottom());
    QCOMPARE(placeOf(list).left(), placeOf(endpoints).left());
    QCOMPARE(list->model()->rowCount(), int(ProblemModel::usualRows));
    // Where the page is lower, it shows fewer before it scrolls.
    page.resize(952, 760);
    settle();
    const int few = list->model()->rowCount();
    QVERIFY2(few >= ProblemModel::leastRows && few < ProblemModel::usualRows, qPrintable(QString::number(few)));
    QCOMPARE(childOf<QScrollArea>(page)->verticalScrollBar()->maximum(), 0);
    QCOMPARE(nextAfterEndpoints(), chart);
}

void TrayOverviewTest::nothingMovesWithTheState()
{
    OverviewPage page;
    page.setTimeline(hourTimeline());
    page.setView(fullView());
    show(page, {1'392, 900});
    const auto tops = [&page] {
        settle();
        QList<int> places;
        for (const QWidget *widget : std::initializer_list<QWidget *>{childOf<FigureStrip>(page), childOf<EndpointTable>(page), childOf<TimelineChart>(page), childOf<ConnectionsLine>(page)})
            places.append(widget->mapTo(&page, QPoint()).y());
        return places;
    };
    const QList<int> before = tops();
    for (const ProxyState state : {ProxyState::Running, ProxyState::Down, ProxyState::NoNetwork, ProxyState::Finishing, ProxyState::Degraded}) {
        ProxyView view = fullView();
        view.state = state;
        view.liveRate = state == ProxyState::Down ? 0 : 100;
        for (EndpointView &endpoint : view.endpoints)
            endpoint.health = state == ProxyState::Down ? EndpointHealth::KeyRefused : EndpointHealth::Healthy;
        page.setView(view);
        QCOMPARE(tops(), before);
    }
}

void TrayOverviewTest::everythingHasAnAccessibleName()
{
    OverviewPage page;
    ProxyView view = fullView();
    page.setView(view);
    page.setTimeline(hourTimeline());
    page.setProblems(someProblems());
    show(page);
    const auto *endpoints = childOf<EndpointTable>(page);
    QCOMPARE(endpoints->accessibleName(), QStringLiteral("Endpoints"));
    QCOMPARE(childOf<ProblemTable>(page)->accessibleName(), QStringLiteral("Last problems"));
    QCOMPARE(childOf<TimelineChart>(page)->accessibleName(), QStringLiteral("Requests per minute"));
    for (const QAbstractButton *button : page.findChildren<QAbstractButton *>())
        QVERIFY2(!button->isVisible() || !button->accessibleName().isEmpty() || !button->text().isEmpty(), button->metaObject()->className());
    const auto *strip = childOf<FigureStrip>(page);
    QCOMPARE(strip->cell(FigureStrip::Success).accessibleName(), QStringLiteral("Success"));
    QCOMPARE(strip->cell(FigureStrip::Success).accessibleDescription(), QStringLiteral("99.4 %, last 5 min, 97.2 % in the hour"));
    const auto spoken = [endpoints](int row, int column) { return endpoints->model()->index(row, column).data(Qt::AccessibleTextRole).toString(); };
    QCOMPARE(spoken(0, EndpointTableModel::Name), QStringLiteral("relay-a, priority 1, preferred"));
    QVERIFY(spoken(2, EndpointTableModel::State).endsWith(QStringLiteral("529 overloaded, 3 in a row")));
}

void TrayOverviewTest::tabReachesEverything_data()
{
    QTest::addColumn<QSize>("size");
    QTest::addColumn<QString>("order");
    const QString above = QStringLiteral("Use nightly, Test all, The last hour, Success, In flight, First byte, Errors, Endpoints, ");
    const QString chart = QStringLiteral("Complete, Recovered, Error, Truncated, Other, Requests per minute, ");
    const QString problems = QStringLiteral("Show all problems, Last problems, ");
    QTest::newRow("narrow") << QSize(952, 900) << above + chart + problems + QStringLiteral("Connections");
    QTest::newRow("wide") << QSize(1'392, 900) << above + problems + chart + QStringLiteral("Connections");
}

void TrayOverviewTest::tabReachesEverything()
{
    QFETCH(QSize, size);
    QFETCH(QString, order);
    OverviewPage page;
    page.setView(downView());
    show(page, size);
    page.setTimeline(downTimeline());
    page.setProblems(someProblems());
    page.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&page));
    buttonCalled(page, QStringLiteral("Use nightly"))->setFocus();
    QStringList names;
    const QWidget *first = page.focusWidget();
    do {
        const QWidget *here = page.focusWidget();
        const auto *button = qobject_cast<const QAbstractButton *>(here);
        names.append(here->accessibleName().isEmpty() && button ? button->text().remove(QLatin1Char('&')) : here->accessibleName());
        QTest::keyClick(page.focusWidget(), Qt::Key_Tab);
    } while (page.focusWidget() != first && names.size() < 40);
    QCOMPARE(names.join(QStringLiteral(", ")), order);
}

void TrayOverviewTest::stepsLeadToWhereTheyAreDone()
{
    const auto endpoint = [](const QString &name) {
        return QJsonObject{{QStringLiteral("name"), name}, {QStringLiteral("base_url"), QStringLiteral("https://%1.example/api").arg(name)}, {QStringLiteral("api_key"), QStringLiteral("sk-1")}};
    };
    QJsonObject json = defaultConfigJson();
    json.insert(QStringLiteral("clusters"), QJsonArray{QJsonObject{{QStringLiteral("name"), QStringLiteral("work")}, {QStringLiteral("endpoints"), QJsonArray{endpoint(a), endpoint(b), endpoint(c)}}}});
    json.insert(QStringLiteral("active_cluster"), QStringLiteral("work"));
    const Result<Config> config = parseConfig(QJsonDocument(json).toJson());
    QVERIFY(config);
    MainWindow window;
    window.setConfig(std::make_shared<const Config>(*config));
    window.setView(fullView());
    window.present(MainWindow::Page::Overview);
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    Q_EMIT window.overview()->editRequested(QStringLiteral("id-relay-b"));
    QCOMPARE(window.page(), MainWindow::Page::Clusters);
    const QList<QLineEdit *> fields = window.clusters()->findChildren<QLineEdit *>();
    QVERIFY(std::ranges::any_of(fields, [](const QLineEdit *field) { return field->isVisible() && field->text() == QStringLiteral("https://relay-b.example/api"); }));

    window.showPage(MainWindow::Page::Overview);
    QSignalSpy tests(window.clusters(), &ClustersPage::testRequested);
    Q_EMIT window.overview()->testRequested(QStringLiteral("id-relay-c"));
    QCOMPARE(window.page(), MainWindow::Page::Clusters);
    QCOMPARE(tests.constFirst(), QVariantList({QStringLiteral("work"), QStringLiteral("id-relay-c")}));

    window.showPage(MainWindow::Page::Overview);
    QSignalSpy started(&window, &MainWindow::startRequested);
    QSignalSpy chosen(&window, &MainWindow::clusterChosen);
    Q_EMIT window.overview()->startRequested();
    Q_EMIT window.overview()->clusterChosen(QStringLiteral("home"));
    QCOMPARE(started.size(), 1);
    QCOMPARE(chosen.constFirst().constFirst().toString(), QStringLiteral("home"));
    Q_EMIT window.overview()->requestsWanted({});
    QCOMPARE(window.page(), MainWindow::Page::Requests);
}

QTEST_MAIN(TrayOverviewTest)
#include "tst_trayoverview.moc"
