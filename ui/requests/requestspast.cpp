#include "ui/requests/requestspage.h"

#include "ui/requests/exchangesmodel.h"
#include "ui/requests/exchangesview.h"

#include <QComboBox>
#include <QFileDialog>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QScrollBar>
#include <QStandardPaths>

#include <algorithm>

// The Requests page as it asks for what lies in history.db, and writes it out. What it shows is in requestspage.cpp.

namespace qcc {

namespace {

constexpr qsizetype pageSize = 300;
/// A search that finds next to nothing is not let run through everything that is kept.
constexpr int mostPagesUnasked = 20;

QList<Outcome> outcomesOf(Asked asked)
{
    switch (asked) {
    case Asked::All:
    case Asked::Running: return {};
    case Asked::Problems: return {Outcome::Recovered, Outcome::CallerError, Outcome::Error, Outcome::Truncated};
    case Asked::Errors: return {Outcome::Error, Outcome::Truncated};
    case Asked::Recovered: return {Outcome::Recovered};
    }
    Q_UNREACHABLE();
}

} // namespace

HistoryQuery RequestsPage::query() const
{
    HistoryQuery query;
    query.outcomes = outcomesOf(m_asked->currentData().value<Asked>());
    // The longest word finds least; the others are looked for in what it brings.
    const QStringList words = m_search->text().simplified().split(QLatin1Char(' '));
    query.text = *std::ranges::max_element(words, {}, &QString::size);
    if (const int seconds = m_since->currentData().toInt(); seconds > 0)
        query.from = std::chrono::system_clock::now() - std::chrono::seconds(seconds);
    return query;
}

void RequestsPage::askPast()
{
    if (m_asked->currentData().value<Asked>() == Asked::Running) {
        m_past.hasMore = false;
        showState();
        return;
    }
    HistoryQuery next = query();
    next.beyond = m_past.beyond;
    next.limit = pageSize;
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
    m_past.total = page.total ? page.total : m_past.total;
    if (!page.exchanges.isEmpty())
        m_past.beyond = page.exchanges.constLast().id;
    ++m_past.pages;
    QList<ExchangeRecord> records;
    for (const KeptExchange &kept : page.exchanges)
        records << kept.record;
    changeLines([this, &records] { m_model->addPast(records); });
    askAtTheEnd();
}

void RequestsPage::pastFailed(int question, const QString &why)
{
    if (question != m_past.question)
        return;
    m_past.isAsked = false;
    m_past.hasMore = false;
    m_past.fault = why;
    showState();
}

/// The next page before the end of this one comes into view.
void RequestsPage::askAtTheEnd()
{
    const QScrollBar *bar = m_view->verticalScrollBar();
    const bool nearEnd = bar->maximum() - bar->value() <= bar->pageStep();
    if (nearEnd && m_past.hasMore && !m_past.isAsked && m_past.pages < mostPagesUnasked && m_model->total() < ExchangesModel::mostPast)
        askPast();
}

QString RequestsPage::countText() const
{
    const auto number = [](qint64 count) { return QLocale().toString(count); };
    const qsizetype shown = m_model->rowCount();
    if (!m_past.fault.isEmpty())
        return tr("%1 requests · earlier ones cannot be read: %2").arg(number(shown), m_past.fault);
    if (m_past.total && *m_past.total > shown)
        return tr("The newest %1 of %2 requests that are kept").arg(number(shown), number(*m_past.total));
    if (m_past.hasMore)
        return tr("The newest %1 found; earlier ones come as you scroll down").arg(number(shown));
    if (shown != m_model->total())
        return tr("%1 of %2 requests").arg(number(shown), number(m_model->total()));
    return shown == 1 ? tr("1 request") : tr("%1 requests").arg(number(shown));
}

void RequestsPage::exportOrCancel()
{
    if (m_exports) {
        Q_EMIT exportCancelled();
        return;
    }
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
    m_exports = written.has_value();
    m_export->setText(written ? tr("Cancel (%1)", "number written").arg(QLocale().toString(*written)) : tr("E&xport…"));
    showState();
}

} // namespace qcc
