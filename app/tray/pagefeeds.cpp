#include "app/tray/pagefeeds.h"

#include "app/tray/proxylink.h"
#include "core/control/commands.h"
#include "core/report/recordsjson.h"
#include "ui/overview/overviewpage.h"
#include "ui/requests/requestspage.h"
#include "ui/window/mainwindow.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QJsonObject>
#include <QPointer>

#include <algorithm>
#include <utility>

namespace qcc {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto readInterval = 250ms;

} // namespace

LogFeed::LogFeed(QString path, QObject *parent)
    : QObject(parent)
    , m_path(std::move(path))
    , m_reader(m_path)
    , m_watcher(this)
    , m_pace(this)
{
    m_pace.setSingleShot(true);
    m_pace.setInterval(readInterval);
    connect(&m_pace, &QTimer::timeout, this, &LogFeed::read);
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, this, &LogFeed::changed);
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, &LogFeed::changed);
}

void LogFeed::follow(const LogQuery &query)
{
    m_query = query;
    m_following = true;
    // The folder tells of a new file, after the first start or a rotation.
    m_watcher.addPath(QFileInfo(m_path).path());
    read();
}

void LogFeed::rest()
{
    m_following = false;
    m_pace.stop();
    if (const QStringList watched = m_watcher.files() + m_watcher.directories(); !watched.isEmpty())
        m_watcher.removePaths(watched);
}

void LogFeed::changed()
{
    if (m_following && !m_pace.isActive())
        m_pace.start();
}

void LogFeed::read()
{
    if (m_watcher.files().isEmpty() && QFileInfo::exists(m_path))
        m_watcher.addPath(m_path);
    const QJsonObject answer = m_reader.read(m_query);
    QStringList lines;
    const QJsonArray logs = answer.value(QStringLiteral("logs")).toArray();
    for (const auto &line : logs)
        lines << line.toString();
    Q_EMIT linesRead(lines, answer.value(QStringLiteral("total_lines")).toInteger());
}

namespace {

constexpr qsizetype exchangesAtOnce = 500;
constexpr qsizetype unseenAtMost = 2'000;
constexpr qsizetype problemsKept = 20;
constexpr auto timelineInterval = 1s;
constexpr auto tickInterval = 1s;
/// The timeline moves on by itself; as often as the shortest of its buckets lets it show.
constexpr int ticksPerTimeline = 15;

bool isProblem(const ExchangeRecord &exchange)
{
    return exchange.outcome == Outcome::Error || exchange.outcome == Outcome::Truncated || exchange.outcome == Outcome::Recovered;
}

void keepFirst(QList<ExchangeRecord> &list, qsizetype count)
{
    if (list.size() > count)
        list.resize(count);
}

} // namespace

PageFeeds::PageFeeds(ProxyLink &link, MainWindow &window, QObject *parent)
    : QObject(parent)
    , m_link(link)
    , m_window(window)
{
    m_timelinePace.setSingleShot(true);
    m_timelinePace.setInterval(timelineInterval);
    connect(&m_timelinePace, &QTimer::timeout, this, [this] {
        if (std::exchange(m_timelineStale, false))
            refreshTimeline();
    });
    m_tick.setInterval(tickInterval);
    connect(&m_tick, &QTimer::timeout, this, [this, ticks = 0]() mutable {
        if (m_window.visiblePage() == MainWindow::Page::Requests)
            askForRunning();
        else if (++ticks % ticksPerTimeline == 0)
            askForTimeline();
    });
    connect(&m_link, &ProxyLink::attached, this, &PageFeeds::forgetRun);
    connect(&m_link, &ProxyLink::lost, this, [this] {
        m_anyRunning = false;
        m_window.requests()->setRunning({});
    });
    connect(&m_window, &MainWindow::visiblePageChanged, this, &PageFeeds::pageChanged);
    connect(m_window.overview(), &OverviewPage::rangeChosen, this, &PageFeeds::askForTimeline);
}

void PageFeeds::setView(const ProxyView &view)
{
    m_view = view;
    ask();
}

void PageFeeds::pageChanged()
{
    const auto page = m_window.visiblePage();
    if (page == MainWindow::Page::Overview || page == MainWindow::Page::Requests)
        m_tick.start();
    else
        m_tick.stop();
    handOver();
    ask();
    if (page == MainWindow::Page::Overview)
        askForTimeline();
}

void PageFeeds::ask()
{
    if (!m_link.isAttached())
        return;
    const auto page = m_window.visiblePage();
    if (page == MainWindow::Page::Overview || page == MainWindow::Page::Requests)
        askForExchanges();
    if (page == MainWindow::Page::Overview)
        refreshTimeline();
    if (page == MainWindow::Page::Requests)
        askForRunning();
}

void PageFeeds::askForExchanges()
{
    if (m_exchangesAsked || m_view.figures.requests <= m_taken)
        return;
    m_exchangesAsked = true;
    const QJsonObject request = controlRequest(ControlCommand::Requests, {{"after"_L1, m_taken}, {"limit"_L1, exchangesAtOnce}});
    m_link.call(request, [this, run = m_run, here = QPointer<PageFeeds>(this)](const Result<QJsonObject> &answer) {
        if (!here || run != m_run)
            return;
        m_exchangesAsked = false;
        if (answer)
            takeExchanges(*answer);
    });
}

void PageFeeds::takeExchanges(const QJsonObject &answer)
{
    m_taken = answer.value("total"_L1).toInteger();
    QList<ExchangeRecord> fresh;
    const QJsonArray requests = answer.value("requests"_L1).toArray();
    for (const auto &request : requests) {
        if (auto exchange = exchangeFromJson(request.toObject()))
            fresh.append(*std::move(exchange));
    }
    QList<ExchangeRecord> problems;
    std::ranges::copy_if(fresh, std::back_inserter(problems), isProblem);
    m_problems = problems + m_problems;
    keepFirst(m_problems, problemsKept);
    m_unseen = fresh + m_unseen;
    keepFirst(m_unseen, unseenAtMost);
    handOver();
}

void PageFeeds::handOver()
{
    const auto page = m_window.visiblePage();
    if (page == MainWindow::Page::Overview)
        m_window.overview()->setProblems(m_problems);
    if (page == MainWindow::Page::Requests && !m_unseen.isEmpty())
        m_window.requests()->addExchanges(std::exchange(m_unseen, {}));
}

void PageFeeds::askForTimeline()
{
    if (m_timelineAsked || !m_link.isAttached() || m_window.visiblePage() != MainWindow::Page::Overview)
        return;
    m_timelineAsked = true;
    const TimelineRange range = m_window.overview()->range();
    const QJsonObject request = controlRequest(ControlCommand::Timeline, {{"range_s"_L1, secondsOf(range)}});
    m_link.call(request, [this, range, here = QPointer<PageFeeds>(this)](const Result<QJsonObject> &answer) {
        if (!here)
            return;
        m_timelineAsked = false;
        if (range != m_window.overview()->range())
            askForTimeline();
        else if (answer)
            m_window.overview()->setTimeline(timelineView(*answer));
    });
}

void PageFeeds::refreshTimeline()
{
    // At once where it can be, so that the chart says what the figures beside it say; then not sooner than after the interval.
    if (m_timelinePace.isActive()) {
        m_timelineStale = true;
        return;
    }
    askForTimeline();
    m_timelinePace.start();
}

void PageFeeds::askForRunning()
{
    // Once more after the last one has ended, so that it leaves the page.
    if (m_runningAsked || !m_link.isAttached() || (m_view.inFlight == 0 && !m_anyRunning))
        return;
    m_runningAsked = true;
    m_link.call(controlRequest(ControlCommand::Running), [this, here = QPointer<PageFeeds>(this)](const Result<QJsonObject> &answer) {
        if (!here)
            return;
        m_runningAsked = false;
        const QList<RunningView> running = answer ? runningViews(*answer) : QList<RunningView>();
        m_anyRunning = !running.isEmpty();
        m_window.requests()->setRunning(running);
    });
}

void PageFeeds::forgetRun()
{
    ++m_run;
    m_taken = 0;
    m_exchangesAsked = false;
    m_unseen.clear();
    m_problems.clear();
    m_window.requests()->clear();
    m_window.overview()->setProblems({});
    if (m_window.visiblePage() == MainWindow::Page::Overview)
        askForTimeline();
}

} // namespace qcc
