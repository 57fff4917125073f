#include "ui/requests/requestspage.h"

#include "ui/model/coretext.h"
#include "ui/requests/exchangesmodel.h"
#include "ui/requests/exchangesview.h"
#include "ui/requests/filterchips.h"
#include "ui/requests/requestshead.h"

#include <QFileDialog>
#include <QLineEdit>
#include <QLocale>
#include <QScrollBar>
#include <QStandardPaths>
#include <QTimer>

#include <algorithm>
#include <tuple>

// What the Requests page is asked for, by words, time and outcome: it finds that among its lines and in history.db, counts it, and writes it out. What it
// shows is in requestspage.cpp.

namespace qcc {

namespace {

constexpr qsizetype pageSize = 300;
/// A search that finds next to nothing is not let run through everything that is kept.
constexpr int mostPagesUnasked = 20;
/// A running proxy tells when an exchange ended by its start and its duration, the file by the clock.
constexpr qint64 clockSlackMs = 10;

/// Which outcomes the history is asked for; none stands for all.
QList<Outcome> outcomesOf(Asked asked)
{
    QList<Outcome> outcomes;
    if (asked != Asked::All)
        std::ranges::copy_if(EnumTable<Outcome>::values, std::back_inserter(outcomes), [asked](Outcome outcome) { return includes(asked, outcome); });
    return outcomes;
}

std::chrono::system_clock::time_point timeOf(const QDateTime &time)
{
    return std::chrono::system_clock::time_point(std::chrono::milliseconds(time.toMSecsSinceEpoch()));
}

} // namespace

void RequestsPage::search(const QString &text)
{
    m_head->setSearched(text);
    m_head->searchField()->setFocus(Qt::OtherFocusReason);
}

void RequestsPage::showProblems()
{
    showAll();
    m_chips->setAsked(Asked::Problems);
    applyFilter();
}

void RequestsPage::showOnly(Asked asked, const QDateTime &from, const QDateTime &to)
{
    m_head->setSearched({});
    m_chips->setAsked(asked);
    m_head->setTime(from, to);
}

bool RequestsPage::showsAll() const
{
    return m_chips->asked() == Asked::All && m_head->isClear();
}

bool RequestsPage::showAll()
{
    const bool left = m_chips->asked() != Asked::All;
    m_chips->setAsked(Asked::All);
    const bool cleared = m_head->clear();
    if (left && !cleared)
        applyFilter();
    return left || cleared;
}

ExchangeFilter RequestsPage::filter() const
{
    return {m_head->searched(), m_chips->asked(), m_from, m_to};
}

void RequestsPage::searchAnew()
{
    std::tie(m_from, m_to) = m_head->time();
    m_counts.reset();
    applyFilter();
}

void RequestsPage::applyFilter()
{
    changeLines([this] { m_model->setFilter(filter()); });
    askAnew();
}

HistoryQuery RequestsPage::query() const
{
    HistoryQuery query;
    query.outcomes = outcomesOf(m_chips->asked());
    // The longest word finds least; the others are looked for in what it brings.
    const QStringList words = m_head->searched().simplified().split(QLatin1Char(' '));
    query.text = *std::ranges::max_element(words, {}, &QString::size);
    query.orOutcomes = outcomesCalled(query.text);
    if (m_from.isValid())
        query.from = timeOf(m_from);
    if (m_to.isValid())
        query.to = timeOf(m_to);
    return query;
}

void RequestsPage::askAnew()
{
    const int question = m_past.question + 1;
    m_past = Past();
    m_past.question = question;
    m_settle->start();
}

void RequestsPage::askPast()
{
    HistoryQuery next = query();
    next.beyond = m_past.beyond;
    // Of what runs the file knows nothing; how many have ended it counts all the same.
    next.limit = m_chips->asked() == Asked::Running ? 0 : pageSize;
    m_past.isAsked = true;
    Q_EMIT pastWanted(m_past.question, next);
}

void RequestsPage::addPast(int question, const HistoryPage &page)
{
    if (question != m_past.question)
        return;
    m_past.isAsked = false;
    m_past.fault.clear();
    m_past.hasMore = page.hasMore && !page.exchanges.isEmpty();
    if (!page.exchanges.isEmpty())
        m_past.beyond = page.exchanges.constLast().id;
    ++m_past.pages;
    QList<ExchangeRecord> records;
    for (const KeptExchange &kept : page.exchanges)
        records << kept.record;
    changeLines([this, &records] { m_model->addPast(records); });
    if (page.counts) {
        const auto newest = page.counts->newest;
        const QDateTime upTo = newest ? QDateTime::fromMSecsSinceEpoch(std::chrono::floor<std::chrono::milliseconds>(*newest).time_since_epoch().count() + clockSlackMs, Qt::UTC)
                                      : QDateTime::fromMSecsSinceEpoch(0, Qt::UTC);
        m_counts = Counts{page.counts->outcomes, upTo};
        const auto since = m_model->finishedFoundSince(upTo);
        for (const Outcome outcome : EnumTable<Outcome>::values)
            m_counts->found[outcome] += since[outcome];
    } else if (!m_past.hasMore && m_chips->asked() == Asked::All) {
        // All of it is here.
        m_counts = Counts{m_model->finishedFound(), QDateTime::fromMSecsSinceEpoch(0, Qt::UTC)};
    }
    showState();
    askAtTheEnd();
}

void RequestsPage::pastFailed(int question, const QString &why)
{
    if (question != m_past.question)
        return;
    m_past.isAsked = false;
    m_past.hasMore = false;
    m_past.fault = why;
    m_counts.reset();
    showState();
}

/// Before the table takes them: those that it has were counted with what brought them.
void RequestsPage::count(const QList<ExchangeRecord> &fresh)
{
    if (!m_counts)
        return;
    const ExchangeFilter all = filter();
    for (const ExchangeRecord &exchange : fresh) {
        if (endOfExchange(exchange) > m_counts->upTo && !m_model->keepsFinished(exchangeKey(exchange)) && all.finds(ExchangeRow(exchange)))
            ++m_counts->found[exchange.outcome];
    }
}

/// Nothing: it is not known.
std::optional<qint64> RequestsPage::counted(Asked asked) const
{
    const qint64 running = m_model->runningFound();
    if (asked == Asked::Running)
        return running;
    if (!m_counts)
        return {};
    qint64 sum = asked == Asked::All ? running : 0;
    for (const Outcome outcome : EnumTable<Outcome>::values)
        sum += includes(asked, outcome) ? m_counts->found[outcome] : 0;
    return sum;
}

/// The next page before the end of this one comes into view.
void RequestsPage::askAtTheEnd()
{
    const QScrollBar *bar = m_view->verticalScrollBar();
    const bool nearEnd = bar->maximum() - bar->value() <= bar->pageStep();
    if (nearEnd && m_past.hasMore && !m_past.isAsked && m_past.pages < mostPagesUnasked && m_model->total() < ExchangesModel::mostPast)
        askPast();
}

/// What stands below the page's name.
QString RequestsPage::countText() const
{
    const auto number = [](qint64 count) { return QLocale().toString(count); };
    const qsizetype shown = m_model->rowCount();
    const std::optional<qint64> found = counted(m_chips->asked());
    const bool ofAllTime = !m_from.isValid() && !m_to.isValid();
    QString text;
    if (!m_past.fault.isEmpty())
        text = tr("%1 requests · earlier ones cannot be read: %2").arg(number(shown), inUsersLanguage(m_past.fault));
    else if (found && *found > shown)
        text = (ofAllTime ? tr("The newest %1 of %2 requests that are kept") : tr("The newest %1 of %2 requests of that time")).arg(number(shown), number(*found));
    else if (m_past.hasMore)
        text = tr("The newest %1 found; earlier ones come as you scroll down").arg(number(shown));
    else if (shown != m_model->total())
        text = tr("%1 of %2 requests").arg(number(shown), number(m_model->total()));
    else
        text = shown == 1 ? tr("1 request") : tr("%1 requests").arg(number(shown));
    if (isPaused())
        text = tr("%1 · paused, %2 wait", "requests, how many are held back").arg(text, number(m_held.size()));
    return text;
}

void RequestsPage::chooseExportFile()
{
    auto *dialog = new QFileDialog(this, tr("Export requests"), QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation),
                                  tr("CSV, for spreadsheets (*.csv)") + QStringLiteral(";;") + tr("JSON, with all attempts (*.json)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("csv"));
    dialog->selectFile(QStringLiteral("qcc-requests.csv"));
    connect(dialog, &QFileDialog::filterSelected, dialog, [dialog](const QString &filter) {
        dialog->setDefaultSuffix(filter.contains(QStringLiteral("*.json")) ? QStringLiteral("json") : QStringLiteral("csv"));
    });
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &path) {
        Q_EMIT exportRequested(query(), [only = filter()](const ExchangeRecord &exchange) { return only.passes(ExchangeRow(exchange)); }, path);
    });
    dialog->open();
}

void RequestsPage::setExportProgress(std::optional<qint64> written)
{
    m_exported = written;
    showState();
}

} // namespace qcc
