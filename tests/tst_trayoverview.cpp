#include "tests/traysupport/shots.h"
#include "ui/model/words.h"
#include "ui/overview/endpointtable.h"
#include "ui/overview/latencytable.h"
#include "ui/overview/overviewpage.h"
#include "ui/overview/overviewroles.h"
#include "ui/overview/problemtable.h"
#include "ui/overview/problemtext.h"
#include "ui/overview/rangeswitch.h"
#include "ui/overview/timelineaxis.h"
#include "ui/overview/timelinechart.h"
#include "ui/overview/timelinelegend.h"
#include "ui/overview/timelinepanel.h"
#include "ui/widgets/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

#include <algorithm>

using namespace qcc;

namespace {

const QDateTime now = QDateTime(QDate(2026, 11, 23), QTime(14, 5), Qt::UTC);

EndpointView endpointOf(const QString &name, int priority, EndpointHealth health)
{
    EndpointView endpoint;
    endpoint.id = QStringLiteral("id-") + name;
    endpoint.name = name;
    endpoint.baseUrl = QStringLiteral("https://%1.example/api").arg(name);
    endpoint.priority = priority;
    endpoint.health = health;
    endpoint.requests = 1'000;
    endpoint.successRate = 99.9;
    endpoint.firstByteP50 = 640;
    endpoint.inFlight = 9;
    endpoint.poolOpen = 6;
    endpoint.poolIdle = 3;
    return endpoint;
}

ProxyView fullView()
{
    ProxyView view;
    view.state = ProxyState::Degraded;
    view.address = QStringLiteral("http://127.0.0.1:7860");
    view.cluster = QStringLiteral("work");
    view.clusters = {QStringLiteral("work"), QStringLiteral("home")};
    view.successRate = 99.44;
    view.inFlight = 12;
    view.figures.lastHourCounted = 1'204;
    view.figures.requests = 5'210;
    view.figures.recovered = 31;
    view.figures.firstByte = {812, 2'140, 4'350};
    view.figures.total = {12'300, 48'000, 201'000};
    view.figures.poolOpen = 9;
    view.figures.poolIdle = 4;
    view.figures.reusedPercent = 96.2;
    view.figures.staleRecovered = 17;
    view.figures.startTime = now.addSecs(-20'000);
    view.endpoints = {endpointOf(QStringLiteral("relay-a"), 1, EndpointHealth::Healthy),
                      endpointOf(QStringLiteral("relay-b"), 2, EndpointHealth::Degraded),
                      endpointOf(QStringLiteral("relay-c"), 3, EndpointHealth::Open),
                      endpointOf(QStringLiteral("relay-d"), 4, EndpointHealth::Disabled)};
    view.endpoints[0].preferred = true;
    view.endpoints[1].firstByteP50 = 2'100;
    view.endpoints[1].successRate = 96.02;
    view.endpoints[2].returnsInS = 41;
    view.endpoints[2].lastError = QStringLiteral("HTTP 529 (overloaded_error: Overloaded)");
    view.endpoints[2].successRate = 71.2;
    view.endpoints[2].inFlight = 0;
    view.endpoints[3].successRate.reset();
    view.endpoints[3].firstByteP50.reset();
    return view;
}

/// As if a day of work had a bad half hour.
TimelineView timelineOf(TimelineRange range, qsizetype count, int bucketS)
{
    TimelineView view;
    view.bucketS = bucketS;
    view.from = now.addSecs(-(count - 1) * bucketS);
    for (int i = 0; i < count; ++i) {
        const bool bad = i > count / 2 && i < count / 2 + 6;
        const int complete = range == TimelineRange::Week && i % 12 < 4 ? 0 : 12 + (i * 37) % 17 - (bad ? 8 : 0);
        view.buckets.append({complete, bad ? 5 : i % 9 == 0, i % 20 == 5, bad && i % 2 == 0 ? 2 : 0, bad && i % 3 == 0 ? 1 : 0, 0});
    }
    for (int e = 0; e < 3; ++e) {
        EndpointTimeline minutes;
        for (int i = 0; i < 30; ++i) {
            minutes.ok.append(e == 0 ? 8 + (i * 13) % 9 : e == 1 ? i % 4 : (i < 8 ? 5 : 0));
            minutes.failed.append(e == 2 && i > 8 ? (i % 3) * 2 : 0);
        }
        view.endpoints.insert(QStringLiteral("id-relay-%1").arg(QLatin1Char(static_cast<char>('a' + e))), minutes);
    }
    return view;
}

TimelineView hourTimeline()
{
    return timelineOf(TimelineRange::Hour, 60, 60);
}

AttemptRecord attemptOf(const QString &name, FailureClass failure, int status = 0)
{
    AttemptRecord attempt;
    attempt.endpointId = QStringLiteral("id-") + name;
    attempt.endpointName = name;
    attempt.failure = failure;
    attempt.status = status;
    attempt.totalMs = 812;
    return attempt;
}

ExchangeRecord exchangeOf(quint64 number, Outcome outcome, const QList<AttemptRecord> &attempts)
{
    ExchangeRecord exchange;
    exchange.number = number;
    exchange.startedAt = now.addSecs(static_cast<qint64>(number) - 1'000);
    exchange.method = "POST";
    exchange.path = "/v1/messages";
    exchange.model = QStringLiteral("claude-sonnet-4-5");
    exchange.outcome = outcome;
    exchange.attempts = attempts;
    return exchange;
}

const QString a = QStringLiteral("relay-a");
const QString b = QStringLiteral("relay-b");
const QString c = QStringLiteral("relay-c");

QList<ExchangeRecord> someProblems()
{
    return {exchangeOf(105, Outcome::Recovered, {attemptOf(c, FailureClass::Transient, 529), attemptOf(a, FailureClass::None, 200)}),
            exchangeOf(104, Outcome::Truncated, {attemptOf(b, FailureClass::BrokenStream, 200)}),
            exchangeOf(101, Outcome::Error, {attemptOf(c, FailureClass::Connect), attemptOf(b, FailureClass::RateLimit, 429)}),
            exchangeOf(99, Outcome::Recovered, {attemptOf(a, FailureClass::Stale), attemptOf(a, FailureClass::None, 200)})};
}

template<typename T> T *childOf(const QWidget &widget)
{
    return widget.findChild<T *>();
}

[[maybe_unused]] QLabel *labelWith(const QWidget &widget, const QString &text)
{
    for (QLabel *label : widget.findChildren<QLabel *>()) {
        if (label->isVisible() && label->text().contains(text))
            return label;
    }
    return nullptr;
}

[[maybe_unused]] QPushButton *buttonCalled(const QWidget &widget, const QString &text)
{
    for (QPushButton *button : widget.findChildren<QPushButton *>()) {
        if (button->isVisible() && button->text().remove(QLatin1Char('&')) == text)
            return button;
    }
    return nullptr;
}

[[maybe_unused]] QAction *actionCalled(const QMenu &menu, const QString &text)
{
    for (QAction *action : menu.actions()) {
        if (action->text().remove(QLatin1Char('&')) == text)
            return action;
    }
    return nullptr;
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
    test::keepShot(page, tag + QStringLiteral("-first-start"));
    ProxyView stopped;
    stopped.clusters = {QStringLiteral("work")};
    stopped.address = QStringLiteral("http://127.0.0.1:7860");
    page.setView(stopped);
    QCoreApplication::processEvents();
    test::keepShot(page, tag + QStringLiteral("-stopped"));
    ProxyView fresh = fullView();
    fresh.state = ProxyState::Running;
    fresh.successRate.reset();
    fresh.inFlight = 0;
    fresh.figures = {};
    page.setView(fresh);
    QCoreApplication::processEvents();
    test::keepShot(page, tag + QStringLiteral("-no-requests"));
    page.setView(fullView());
    page.setTimeline(hourTimeline());
    page.setProblems(someProblems());
    QCoreApplication::processEvents();
    test::keepShot(page, tag + QStringLiteral("-full"));
    auto *scroll = childOf<QScrollArea>(page);
    scroll->verticalScrollBar()->setValue(scroll->verticalScrollBar()->maximum());
    test::keepShot(page, tag + QStringLiteral("-full-end"));
    QCOMPARE(scroll->horizontalScrollBar()->maximum(), 0);
}

QTEST_MAIN(TrayOverviewTest)
#include "tst_trayoverview.moc"
