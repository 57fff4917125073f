#include "app/tray/pagefeeds.h"

#include "app/tray/historyfeed.h"
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
#include <map>
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

RunningView runningView(const QJsonObject &object)
{
    RunningView exchange;
    exchange.number = static_cast<quint64>(object.value("number"_L1).toInteger());
    exchange.startedAt = QDateTime::fromString(object.value("started_at"_L1).toString(), Qt::ISODateWithMs);
    exchange.method = object.value("method"_L1).toString();
    exchange.path = object.value("path"_L1).toString();
    exchange.client = object.value("client"_L1).toString();
    exchange.model = object.value("model"_L1).toString();
    exchange.cluster = object.value("cluster"_L1).toString();
    exchange.state = fromWord<RunningState>(object.value("state"_L1).toString()).value_or(RunningState::Waiting);
    exchange.attempts = object.value("attempts"_L1).toInt();
    exchange.ageMs = object.value("age_ms"_L1).toDouble();
    if (const QJsonValue firstByte = object.value("first_byte_ms"_L1); firstByte.isDouble())
        exchange.firstByteMs = firstByte.toDouble();
    exchange.answerBytes = object.value("answer_bytes"_L1).toInteger();
    const QJsonArray tried = object.value("tried"_L1).toArray();
    for (const auto &each : tried) {
        if (const auto attempt = attemptFromJson(each.toObject()))
            exchange.tried.append(*attempt);
    }
    exchange.current = attemptFromJson(object.value("current"_L1).toObject());
    return exchange;
}

} // namespace

QList<RunningView> runningViews(const QJsonObject &answer)
{
    QList<RunningView> list;
    const QJsonArray running = answer.value("running"_L1).toArray();
    for (const auto &value : running)
        list.append(runningView(value.toObject()));
    return list;
}

namespace {

constexpr qsizetype exchangesAtOnce = 500;
constexpr qsizetype unseenAtMost = 2'000;
constexpr qsizetype problemsKept = 200;
constexpr qsizetype problemsShown = 200; ///< Those of which the same is to be said become one row.
constexpr auto timelineInterval = 1s;
constexpr auto tickInterval = 1s;
/// The timeline moves on by itself; as often as the shortest of its buckets lets it show.
constexpr int ticksPerTimeline = 15;

bool isProblem(const ExchangeRecord &exchange)
{
    return exchange.outcome == Outcome::Error || exchange.outcome == Outcome::Truncated || exchange.outcome == Outcome::Recovered;
}

/// Whether the page says something of single requests. That of clients: which came from whom.
bool hasExchanges(std::optional<MainWindow::Page> page)
{
    return page == MainWindow::Page::Overview || page == MainWindow::Page::Requests || page == MainWindow::Page::Clients;
}

void keepFirst(QList<ExchangeRecord> &list, qsizetype count)
{
    if (list.size() > count)
        list.resize(count);
}

} // namespace

PageFeeds::PageFeeds(ProxyLink &link, HistoryFeed *history, MainWindow &window, QObject *parent)
    : QObject(parent)
    , m_link(link)
    , m_history(history)
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
        if (m_window.visiblePage() != MainWindow::Page::Overview)
            askForRunning();
        else if (++ticks % ticksPerTimeline == 0) {
            askForTimeline();
            askForProblems();
        }
    });
    connect(m_window.requests(), &RequestsPage::pastWanted, this, &PageFeeds::askForPast);
    connect(m_history, &HistoryFeed::found, this, [this](int question, const HistoryPage &page) {
        if (question > 0) {
            m_window.requests()->addPast(question, page);
        } else if (question == m_problemsQuestion) {
            m_keptProblems.clear();
            for (const KeptExchange &kept : page.exchanges)
                m_keptProblems << kept.record;
            showProblems();
        }
    });
    connect(m_history, &HistoryFeed::failed, this, [this](int question, const QString &why) {
        if (question > 0)
            m_window.requests()->pastFailed(question, why);
    });
    connect(&m_link, &ProxyLink::attached, this, &PageFeeds::forgetRun);
    connect(&m_link, &ProxyLink::lost, this, [this] {
        m_anyRunning = false;
        m_window.requests()->dropRunning();
    });
    connect(&m_window, &MainWindow::visiblePageChanged, this, &PageFeeds::pageChanged);
    connect(m_window.overview(), &OverviewPage::rangeChosen, this, &PageFeeds::askForTimeline);
    connect(m_window.overview(), &OverviewPage::rangeChosen, this, &PageFeeds::askForProblems);
}

void PageFeeds::setView(const ProxyView &view)
{
    m_view = view;
    ask();
}

void PageFeeds::pageChanged()
{
    const auto page = m_window.visiblePage();
    if (hasExchanges(page))
        m_tick.start();
    else
        m_tick.stop();
    handOver();
    ask();
    if (page == MainWindow::Page::Overview) {
        askForTimeline();
        askForProblems();
    }
}

void PageFeeds::ask()
{
    if (!m_link.isAttached())
        return;
    const auto page = m_window.visiblePage();
    if (hasExchanges(page))
        askForExchanges();
    if (page == MainWindow::Page::Overview)
        refreshTimeline();
    if (page == MainWindow::Page::Requests || page == MainWindow::Page::Clients)
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
    Q_EMIT exchangesArrived(fresh);
    handOver();
}

void PageFeeds::handOver()
{
    const auto page = m_window.visiblePage();
    if (page == MainWindow::Page::Overview)
        showProblems();
    if (page == MainWindow::Page::Requests && !m_unseen.isEmpty())
        m_window.requests()->addExchanges(std::exchange(m_unseen, {}));
}

void PageFeeds::askForPast(int question, const HistoryQuery &query)
{
    QMetaObject::invokeMethod(m_history, [feed = m_history, question, query] { feed->find(question, query); });
}

void PageFeeds::askForProblems()
{
    if (m_window.visiblePage() != MainWindow::Page::Overview)
        return;
    HistoryQuery query;
    query.outcomes = {Outcome::Recovered, Outcome::Error, Outcome::Truncated};
    query.from = std::chrono::system_clock::now() - std::chrono::seconds(secondsOf(m_window.overview()->range()));
    query.limit = problemsShown;
    askForPast(--m_problemsQuestion, query);
}

/// Those that the chart above them counts: of its range, of this run and of earlier ones.
void PageFeeds::showProblems()
{
    const QDateTime from = QDateTime::currentDateTimeUtc().addSecs(-secondsOf(m_window.overview()->range()));
    std::map<quint64, ExchangeRecord, std::greater<>> all;
    for (const QList<ExchangeRecord> &source : {m_keptProblems, m_problems}) {
        for (const ExchangeRecord &problem : source) {
            if (problem.startedAt.addMSecs(static_cast<qint64>(problem.totalMs)) >= from)
                all.emplace(exchangeKey(problem), problem);
        }
    }
    QList<ExchangeRecord> shown;
    for (const auto &[key, problem] : all)
        shown << problem;
    keepFirst(shown, problemsShown);
    m_window.overview()->setProblems(shown);
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
        Q_EMIT runningArrived(running);
    });
}

void PageFeeds::forgetRun()
{
    ++m_run;
    m_taken = 0;
    m_exchangesAsked = false;
    m_window.requests()->dropRunning();
    if (m_window.visiblePage() == MainWindow::Page::Overview)
        askForTimeline();
}

} // namespace qcc
