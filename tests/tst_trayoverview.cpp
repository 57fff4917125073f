#include "tests/traysupport/overviewsamples.h"
#include "tests/traysupport/shots.h"
#include "ui/model/words.h"
#include "ui/overview/endpointtable.h"
#include "ui/overview/overviewpage.h"
#include "ui/overview/problemtable.h"
#include "ui/overview/timelinechart.h"
#include "ui/widgets/style.h"
#include "ui/widgets/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
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

QPushButton *buttonCalled(const QWidget &widget, const QString &text)
{
    for (QPushButton *button : widget.findChildren<QPushButton *>()) {
        if (button->isVisible() && button->text().remove(QLatin1Char('&')) == text)
            return button;
    }
    return nullptr;
}

QToolButton *toolButtonCalled(const QWidget &widget, const QString &name)
{
    for (QToolButton *button : widget.findChildren<QToolButton *>()) {
        if (button->accessibleName() == name)
            return button;
    }
    return nullptr;
}

QString healthOf(const EndpointTable &table, int row)
{
    return table.model()->index(row, EndpointTableModel::Health).data().toString();
}

void show(OverviewPage &page, QSize size = {810, 640})
{
    page.resize(size);
    page.show();
    QVERIFY(QTest::qWaitForWindowExposed(&page));
}

} // namespace

class TrayOverviewTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void looks_data();
    void looks();
    void successHasAColourOnlyWhenItIsNotGood_data();
    void successHasAColourOnlyWhenItIsNotGood();
    void theFirstFigureIsAboutNow();
    void aYoungProxySaysSinceWhen();
    void oneRangeGovernsThePage();
    void queuedRequestsAreNamedOnlyWhenThereAreSome();
    void connectionsOverHttp2AreNamedOnlyWhenThereAreSome();
    void whatWantsAttentionIsSaidAndNothingElse();
    void aStoppedProxyHasNoFiguresAndAStartButton();
    void withoutAClusterThereAreThreeWaysToBegin();
    void beforeTheFirstRequestItSaysHowToSendOne();
    void anotherRangeIsAskedFor();
    void countdownsTickBeforeTheUsersEyes();
    void resetIsOfferedWhereItHelps();
    void aProblemIsChosenByClickAndByEnter();
    void everythingHasAnAccessibleName();
};

void TrayOverviewTest::init()
{
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    QApplication::setFont(QFont());
    applyTheme(Theme::Light);
}

void TrayOverviewTest::looks_data()
{
    QTest::addColumn<Theme>("theme");
    QTest::addColumn<QSize>("size");
    QTest::addColumn<double>("fontScale");
    QTest::newRow("light") << Theme::Light << QSize(810, 900) << 1.0;
    QTest::newRow("dark") << Theme::Dark << QSize(810, 900) << 1.0;
    QTest::newRow("small") << Theme::Light << QSize(640, 500) << 1.0;
    QTest::newRow("large-font") << Theme::Light << QSize(810, 900) << 1.5;
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
    stopped.address = QStringLiteral("http://127.0.0.1:7860");
    page.setView(stopped);
    QCoreApplication::processEvents();
    keepShot(page, tag + QStringLiteral("-stopped"));
    ProxyView fresh = fullView();
    fresh.state = ProxyState::Running;
    fresh.liveRate.reset();
    fresh.hourRate.reset();
    fresh.inFlight = 0;
    fresh.figures = {};
    page.setView(fresh);
    QCoreApplication::processEvents();
    keepShot(page, tag + QStringLiteral("-no-requests"));
    page.setView(fullView());
    page.setTimeline(hourTimeline());
    page.setProblems(someProblems());
    QCoreApplication::processEvents();
    keepShot(page, tag + QStringLiteral("-full"));
    page.setTimeline(timelineOf(TimelineRange::Day, 96, 900));
    QCoreApplication::processEvents();
    keepShot(page, tag + QStringLiteral("-day"));
    page.setTimeline(timelineOf(TimelineRange::Week, 84, 7'200));
    QCoreApplication::processEvents();
    keepShot(page, tag + QStringLiteral("-week"));
    auto *scroll = childOf<QScrollArea>(page);
    scroll->verticalScrollBar()->setValue(scroll->verticalScrollBar()->maximum());
    keepShot(page, tag + QStringLiteral("-full-end"));
    QCOMPARE(scroll->horizontalScrollBar()->maximum(), 0);
}

void TrayOverviewTest::successHasAColourOnlyWhenItIsNotGood_data()
{
    QTest::addColumn<double>("percent");
    QTest::addColumn<QString>("number");
    QTest::addColumn<std::optional<Meaning>>("meaning");
    QTest::newRow("all") << 100.0 << QStringLiteral("100 %") << std::optional<Meaning>();
    QTest::newRow("just good") << 99.0 << QStringLiteral("99.0 %") << std::optional<Meaning>();
    QTest::newRow("not good") << 98.99 << QStringLiteral("98.9 %") << std::optional(Meaning::Warning);
    QTest::newRow("still a warning") << 90.0 << QStringLiteral("90.0 %") << std::optional(Meaning::Warning);
    QTest::newRow("bad") << 89.95 << QStringLiteral("89.9 %") << std::optional(Meaning::Failure);
}

void TrayOverviewTest::successHasAColourOnlyWhenItIsNotGood()
{
    QFETCH(double, percent);
    QFETCH(QString, number);
    QFETCH(std::optional<Meaning>, meaning);
    OverviewPage page;
    ProxyView view = fullView();
    view.liveRate = percent;
    page.setView(view);
    show(page);
    const QLabel *figure = labelWith(page, number);
    QVERIFY(figure);
    const QPalette &palette = page.palette();
    QCOMPARE(figure->palette().color(QPalette::WindowText),
             meaning ? colourOf(*meaning, palette) : palette.color(QPalette::WindowText));
    const QString caption = QStringLiteral("success in this cluster, last 5 min · 204 requests\n97.2 % in the last hour, all clusters · 1,204 requests");
    QCOMPARE(labelWith(page, caption)->text(), meaning ? Words::markOf(*meaning) + QLatin1Char(' ') + caption : caption);
}

void TrayOverviewTest::theFirstFigureIsAboutNow()
{
    OverviewPage page;
    ProxyView view = fullView();
    view.liveRate = 0;
    page.setView(view);
    show(page);
    QVERIFY(labelWith(page, QStringLiteral("0.0 %")));
    view.liveRate.reset();
    page.setView(view);
    QVERIFY(labelWith(page, QStringLiteral("no requests in this cluster in the last 5 min\n97.2 % in the last hour")));
    QVERIFY(!labelWith(page, QStringLiteral("0.0 %")));
    view.hourRate.reset();
    view.figures.requests = 0;
    page.setView(view);
    QVERIFY(labelWith(page, QStringLiteral("no requests yet")));
}

void TrayOverviewTest::aYoungProxySaysSinceWhen()
{
    OverviewPage page;
    ProxyView view = fullView();
    view.figures.startTime = QDateTime::currentDateTimeUtc().addSecs(-60);
    page.setView(view);
    show(page);
    QVERIFY(labelWith(page, QStringLiteral("success in this cluster, since ")));
    view.liveRate.reset();
    page.setView(view);
    QVERIFY(labelWith(page, QStringLiteral("no requests in this cluster since ")));
    QVERIFY(!labelWith(page, QStringLiteral("last 5 min")));
}

void TrayOverviewTest::oneRangeGovernsThePage()
{
    OverviewPage page;
    page.setView(fullView());
    page.setTimeline(hourTimeline());
    show(page);
    QVERIFY(labelWith(page, QStringLiteral("first byte p50, last hour")));
    QVERIFY(labelWith(page, QStringLiteral("Endpoints, last hour")));
    TimelineView day = timelineOf(TimelineRange::Day, 96, 900);
    day.firstByte.p50 = 4'200;
    day.endpoints[QStringLiteral("id-relay-a")].failedInRange = 999;
    page.setTimeline(day);
    QVERIFY(labelWith(page, QStringLiteral("first byte p50, last 24 hours")));
    QVERIFY(labelWith(page, QStringLiteral("4.2 s")));
    QVERIFY(labelWith(page, QStringLiteral("Endpoints, last 24 hours")));
    QCOMPARE(childOf<EndpointTable>(page)->model()->index(0, EndpointTableModel::Success).data().toString(), QStringLiteral("50.0 %"));
    for (const QLabel *label : page.findChildren<QLabel *>())
        QVERIFY2(!label->isVisible() || !label->text().contains(QStringLiteral("last hour")) || label->text().contains(QStringLiteral("97.2 % in the last hour")),
                 qPrintable(label->text()));
    // Where the proxy has not run for so long, the words say since when.
    ProxyView young = fullView();
    young.figures.startTime = QDateTime::currentDateTimeUtc().addSecs(-60);
    page.setView(young);
    QVERIFY(labelWith(page, QStringLiteral("Endpoints, since ")));
}

void TrayOverviewTest::queuedRequestsAreNamedOnlyWhenThereAreSome()
{
    OverviewPage page;
    ProxyView view = fullView();
    page.setView(view);
    show(page);
    QVERIFY(!labelWith(page, QStringLiteral("in flight now · ")));
    view.figures.poolQueued = 3;
    page.setView(view);
    QVERIFY(labelWith(page, QStringLiteral("in flight now · 3 queued")));
}

void TrayOverviewTest::connectionsOverHttp2AreNamedOnlyWhenThereAreSome()
{
    const auto view = [](int http2) {
        ProxyView with = fullView();
        const QJsonObject pool{{QStringLiteral("open"), 209}, {QStringLiteral("http2"), http2}};
        const ProxyFigures told = withStats(fullView(), fullView().address, {{QStringLiteral("pool"), pool}}, {}).figures;
        with.figures.poolOpen = told.poolOpen;
        with.figures.poolHttp2 = told.poolHttp2;
        return with;
    };
    OverviewPage page;
    page.setView(view(0));
    page.setTimeline(hourTimeline());
    show(page, {810, 900});
    const QString line = QStringLiteral("over HTTP/2");
    QVERIFY(!labelWith(page, line));
    const QPoint place = labelWith(page, QStringLiteral("209"))->mapTo(&page, QPoint());

    page.setView(view(207));
    QCoreApplication::processEvents();
    QVERIFY(labelWith(page, line));
    QCOMPARE(labelWith(page, QStringLiteral("207"))->accessibleName(), QStringLiteral("Connections, over HTTP/2: 207"));
    QCOMPARE(labelWith(page, QStringLiteral("209"))->mapTo(&page, QPoint()), place);
    keepShot(page, QStringLiteral("http2-light"));

    QTranslator translator;
    QVERIFY(translator.load(QStringLiteral(":/i18n/qcc_zh_CN.qm")));
    QCoreApplication::installTranslator(&translator);
    OverviewPage chinese;
    chinese.setView(view(207));
    chinese.setTimeline(hourTimeline());
    show(chinese, {810, 900});
    QVERIFY(labelWith(chinese, QStringLiteral("使用 HTTP/2")));
    keepShot(chinese, QStringLiteral("http2-chinese"));
    QCoreApplication::removeTranslator(&translator);

    page.setView(withoutProxy(view(207)));
    QVERIFY(!labelWith(page, line));
}

void TrayOverviewTest::whatWantsAttentionIsSaidAndNothingElse()
{
    const QString hangs = QStringLiteral("A part of the proxy hangs.");
    const QString unknown = QStringLiteral("does not tell which user");
    const QString noRoom = QStringLiteral("2 request(s) for want of memory or disk space");
    const QString tag = QStringLiteral("warnings");
    OverviewPage page;
    page.setView(fullView());
    show(page, {810, 900});
    for (const QString &text : {hangs, unknown, noRoom})
        QVERIFY2(!labelWith(page, text), qPrintable(text));

    const QJsonObject warned{{QStringLiteral("peers_unknown"), true},
                             {QStringLiteral("stuck_workers"), 1},
                             {QStringLiteral("refused"), QJsonObject{{QStringLiteral("no_room"), 2}}}};
    page.setView(withStats(fullView(), fullView().address, warned, {}));
    for (const QString &text : {hangs, unknown, noRoom})
        QVERIFY2(labelWith(page, text), qPrintable(text));
    QCoreApplication::processEvents();
    keepShot(page, tag + QStringLiteral("-light"));
    applyTheme(Theme::Dark);
    QCoreApplication::processEvents();
    keepShot(page, tag + QStringLiteral("-dark"));

    QTranslator translator;
    QVERIFY(translator.load(QStringLiteral(":/i18n/qcc_zh_CN.qm")));
    QCoreApplication::installTranslator(&translator);
    OverviewPage chinese;
    chinese.setView(withStats(fullView(), fullView().address, warned, {}));
    show(chinese, {810, 900});
    keepShot(chinese, tag + QStringLiteral("-chinese"));
    for (const QString &text : {QStringLiteral("代理的一部分没有响应"), QStringLiteral("此系统无法告知"), QStringLiteral("内存或磁盘空间不足的请求 2 个")})
        QVERIFY2(labelWith(chinese, text), qPrintable(text));
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
    QVERIFY(childOf<EndpointTable>(page)->isVisible());

    page.setView(withoutProxy(fullView()));
    QVERIFY(!labelWith(page, QStringLiteral("99.4 %")));
    QVERIFY(labelWith(page, QStringLiteral("Clients that use http://127.0.0.1:7860 get no answer")));
    QVERIFY(!childOf<EndpointTable>(page)->isVisible());
    ProxyView starting = withoutProxy(fullView());
    starting.state = ProxyState::Starting;
    page.setView(starting);
    QVERIFY(labelWith(page, QStringLiteral("The proxy is starting…")));
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
    const QLabel *line = labelWith(page, QStringLiteral("ANTHROPIC_BASE_URL"));
    QVERIFY(line);
    QVERIFY(line->text().contains(view.address));
    QVERIFY(line->textInteractionFlags().testFlag(Qt::TextSelectableByMouse));
    QTest::mouseClick(buttonCalled(page, QStringLiteral("Copy")), Qt::LeftButton);
    QCOMPARE(QGuiApplication::clipboard()->text(), line->text());

    view.figures.requests = 1;
    page.setView(view);
    QVERIFY(!labelWith(page, QStringLiteral("ANTHROPIC_BASE_URL")));
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
    QTest::mouseClick(toolButtonCalled(page, QStringLiteral("The last 24 hours")), Qt::LeftButton);
    QCOMPARE(chosen.size(), 1);
    QCOMPARE(page.range(), TimelineRange::Day);
    QTest::mouseClick(toolButtonCalled(page, QStringLiteral("The last 24 hours")), Qt::LeftButton);
    QCOMPARE(chosen.size(), 1);
    QVERIFY(labelWith(page, QStringLiteral("Requests per minute"))); // Until the other timeline is here.
    page.setTimeline(timelineOf(TimelineRange::Week, 84, 7'200));
    QVERIFY(labelWith(page, QStringLiteral("Requests per 2 hours")));
}

void TrayOverviewTest::countdownsTickBeforeTheUsersEyes()
{
    OverviewPage page;
    page.setView(fullView());
    show(page);
    const auto *table = childOf<EndpointTable>(page);
    const QString first = healthOf(*table, 2);
    QVERIFY(first.startsWith(QStringLiteral("paused, next try in 0:4")));
    QTRY_VERIFY(healthOf(*table, 2) != first);
}

void TrayOverviewTest::resetIsOfferedWhereItHelps()
{
    OverviewPage page;
    ProxyView view = fullView();
    view.endpoints[3].health = EndpointHealth::KeyRefused;
    page.setView(view);
    show(page);
    QVERIFY(!toolButtonCalled(page, QStringLiteral("Reset relay-a")));
    QVERIFY(!toolButtonCalled(page, QStringLiteral("Reset relay-b")));
    QVERIFY(toolButtonCalled(page, QStringLiteral("Reset relay-d")));
    QSignalSpy reset(&page, &OverviewPage::resetRequested);
    QTest::mouseClick(toolButtonCalled(page, QStringLiteral("Reset relay-c")), Qt::LeftButton);
    QCOMPARE(reset.size(), 1);
    QCOMPARE(reset.constFirst().constFirst().toString(), QStringLiteral("id-relay-c"));

    view.endpoints[2].health = EndpointHealth::Healthy;
    page.setView(view);
    QTRY_VERIFY(!toolButtonCalled(page, QStringLiteral("Reset relay-c")));
}

void TrayOverviewTest::aProblemIsChosenByClickAndByEnter()
{
    OverviewPage page;
    page.setView(fullView());
    page.setProblems(someProblems());
    show(page, {810, 900});
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

void TrayOverviewTest::everythingHasAnAccessibleName()
{
    OverviewPage page;
    ProxyView view = fullView();
    page.setView(view);
    page.setTimeline(hourTimeline());
    page.setProblems(someProblems());
    show(page);
    QCOMPARE(childOf<EndpointTable>(page)->accessibleName(), QStringLiteral("Endpoints"));
    QCOMPARE(childOf<ProblemTable>(page)->accessibleName(), QStringLiteral("Last problems"));
    QCOMPARE(childOf<TimelineChart>(page)->accessibleName(), QStringLiteral("Requests per minute"));
    for (const QToolButton *button : page.findChildren<QToolButton *>())
        QVERIFY2(!button->accessibleName().isEmpty(), qPrintable(button->text()));
    QCOMPARE(labelWith(page, QStringLiteral("99.4 %"))->accessibleName(),
             QStringLiteral("99.4 % success in this cluster, last 5 min · 204 requests, 97.2 % in the last hour, all clusters · 1,204 requests"));
    QCOMPARE(labelWith(page, QStringLiteral("3:21 min"))->accessibleName(),
             QStringLiteral("Whole answer, p99: 3:21 min"));
}

QTEST_MAIN(TrayOverviewTest)
#include "tst_trayoverview.moc"
