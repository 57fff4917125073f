#include "ui/requests/requestspage.h"

#include "ui/requests/exchangedetail.h"
#include "ui/requests/exchangerow.h"
#include "ui/requests/exchangesmodel.h"
#include "ui/requests/exchangesview.h"
#include "ui/widgets/messages.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/theme.h"

#include <QComboBox>
#include <QDataStream>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QScopedValueRollback>
#include <QScrollBar>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <utility>

namespace qcc {

namespace {

constexpr std::chrono::milliseconds tickTime{250};
constexpr qint32 stateVersion = 1;
constexpr int evenSize = 1'000; ///< Only the ratio counts.
constexpr std::chrono::milliseconds settleTime{150};

} // namespace

RequestsPage::RequestsPage(QWidget *parent)
    : QWidget(parent)
    , m_model(new ExchangesModel(this))
    , m_view(new ExchangesView(*m_model))
    , m_detail(new ExchangeDetail)
    , m_search(new QLineEdit)
    , m_asked(new QComboBox)
    , m_since(new QComboBox)
    , m_export(new QPushButton(tr("E&xport…")))
    , m_settle(new QTimer(this))
    , m_pause(new QPushButton(tr("&Pause")))
    , m_details(new QPushButton(tr("&Details")))
    , m_state(new TextLabel)
    , m_pages(new QStackedWidget)
    , m_tables(new QStackedWidget)
    , m_splitter(new QSplitter(Qt::Vertical))
{
    m_splitter->addWidget(createTables());
    m_splitter->addWidget(m_detail);
    m_splitter->setCollapsible(0, false);
    m_splitter->setSizes({evenSize, evenSize});

    auto *filled = new QWidget;
    auto *column = new QVBoxLayout(filled);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(createTools());
    column->addWidget(m_splitter, 1);
    m_pages->addWidget(createEmptyState());
    m_pages->addWidget(filled);

    auto *whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->addWidget(m_pages);

    m_clock.start();
    m_ticks.setInterval(tickTime);
    connect(&m_ticks, &QTimer::timeout, this, &RequestsPage::tick);
    connect(m_view->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &RequestsPage::lineChosen);
    connect(m_view, &ExchangesView::copyRequested, m_detail, &ExchangeDetail::copy);
    connect(m_view, &ExchangesView::activated, this, [this] { setDetailsShown(true); });
    connect(m_view, &ExchangesView::searchRequested, this, &RequestsPage::search);
    connect(m_view, &ExchangesView::logRequested, this, &RequestsPage::logRequested);
    connect(m_view->verticalScrollBar(), &QScrollBar::valueChanged, this, [this] {
        m_past.pages = 0;
        askAtTheEnd();
    });
    connect(m_splitter, &QSplitter::splitterMoved, this, [this] { m_details->setChecked(m_splitter->sizes().at(1) > 0); });
    QWidget *before = m_search;
    for (QWidget *widget : {static_cast<QWidget *>(m_asked), static_cast<QWidget *>(m_since), static_cast<QWidget *>(m_export), static_cast<QWidget *>(m_pause), static_cast<QWidget *>(m_details),
                            static_cast<QWidget *>(m_view), static_cast<QWidget *>(m_detail)}) {
        setTabOrder(before, widget);
        before = widget;
    }
    showState();
}

QWidget *RequestsPage::createTools()
{
    m_search->setPlaceholderText(tr("Search id, client, model, path, endpoint, error"));
    m_search->setAccessibleName(tr("Search the requests"));
    setPlainToolTip(m_search, tr("Several words: all of them must be found"));
    m_search->setClearButtonEnabled(true);
    m_search->installEventFilter(this);
    m_asked->addItem(tr("All"), QVariant::fromValue(Asked::All));
    m_asked->addItem(tr("Problems"), QVariant::fromValue(Asked::Problems));
    m_asked->addItem(tr("Errors"), QVariant::fromValue(Asked::Errors));
    m_asked->addItem(tr("Recovered"), QVariant::fromValue(Asked::Recovered));
    m_asked->addItem(tr("Running"), QVariant::fromValue(Asked::Running));
    for (const auto &[words, seconds] : {std::pair(tr("At any time"), 0), std::pair(tr("Last hour"), 3'600), std::pair(tr("Last 24 hours"), 86'400),
                                         std::pair(tr("Last 7 days"), 604'800)})
        m_since->addItem(words, seconds);
    m_since->setAccessibleName(tr("Time of the requests"));
    m_since->setAccessibleDescription(m_since->accessibleName()); // Qt on Linux tells only this of a combo box.
    setPlainToolTip(m_export, tr("Write what is found here, all of it, to a file: CSV or JSON"));
    auto *show = new TextLabel(tr("&Show:"));
    show->setBuddy(m_asked);
    m_pause->setCheckable(true);
    setPlainToolTip(m_pause, tr("Keeps the table as it is; what comes meanwhile is shown afterwards"));
    m_details->setCheckable(true);
    m_details->setChecked(true);
    setPlainToolTip(m_details, tr("Shows or hides the details of the selected request"));

    auto *tools = new QWidget;
    auto *row = new QHBoxLayout(tools);
    row->setContentsMargins(metrics::edge, metrics::edge, metrics::edge, metrics::unit);
    row->setSpacing(metrics::unit);
    row->addWidget(m_search, 1);
    row->addWidget(show);
    row->addWidget(m_asked);
    row->addWidget(m_since);
    row->addWidget(m_export);
    row->addWidget(m_pause);
    row->addWidget(m_details);
    connect(m_search, &QLineEdit::textChanged, this, &RequestsPage::applyFilter);
    connect(m_asked, &QComboBox::currentIndexChanged, this, &RequestsPage::applyFilter);
    connect(m_since, &QComboBox::currentIndexChanged, this, &RequestsPage::applyFilter);
    connect(m_export, &QPushButton::clicked, this, &RequestsPage::exportOrCancel);
    connect(m_settle, &QTimer::timeout, this, &RequestsPage::askPast);
    m_settle->setSingleShot(true);
    m_settle->setInterval(settleTime);
    connect(m_pause, &QPushButton::toggled, this, &RequestsPage::setPaused);
    connect(m_details, &QPushButton::clicked, this, &RequestsPage::setDetailsShown);
    return tools;
}

QWidget *RequestsPage::createTables()
{
    auto *noMatch = new EmptyState(tr("No request matches"),
                                   tr("None of the requests kept here fits the search and the choice above it."));
    QPushButton *showAll = noMatch->addButton(tr("Show &all"));
    connect(showAll, &QPushButton::clicked, this, &RequestsPage::clearFilter);
    m_tables->addWidget(m_view);
    m_tables->addWidget(noMatch);

    auto *tables = new QWidget;
    auto *column = new QVBoxLayout(tables);
    column->setContentsMargins(metrics::edge, 0, metrics::edge, 0);
    column->setSpacing(metrics::half);
    column->addWidget(m_tables, 1);
    column->addWidget(m_state);
    return tables;
}

QWidget *RequestsPage::createEmptyState()
{
    auto *empty = new EmptyState(
        tr("No requests yet"),
        tr("Each request will stand here in a line of its own: who asked for what, which endpoints were tried, how long it took "
           "and what became of it. Point a client at qcc and send it something."));
    connect(empty->addButton(tr("Set &up a client…")), &QPushButton::clicked, this, &RequestsPage::clientSetupRequested);
    return empty;
}

void RequestsPage::addExchanges(const QList<ExchangeRecord> &newestFirst)
{
    if (newestFirst.isEmpty())
        return;
    if (isPaused()) {
        m_held = newestFirst + m_held;
        if (m_held.size() > ExchangesModel::limit)
            m_held.resize(ExchangesModel::limit);
        showState();
        return;
    }
    changeLines([this, &newestFirst] { m_model->addFinished(newestFirst); });
}

void RequestsPage::setRunning(const QList<RunningView> &running)
{
    if (isPaused()) {
        m_heldRunning = running;
        return;
    }
    if (running.isEmpty() && !m_model->hasRunning())
        return;
    changeLines([this, &running] { m_model->setRunning(running, m_clock.elapsed()); });
}

void RequestsPage::dropRunning()
{
    m_heldRunning.reset();
    changeLines([this] { m_model->dropRunning(); });
}

void RequestsPage::search(const QString &text)
{
    m_search->setText(text);
    m_search->setFocus(Qt::OtherFocusReason);
}

void RequestsPage::select(quint64 key)
{
    m_expected = key;
    if (!m_model->keeps(key)) {
        // It may lie far back.
        m_pause->setChecked(false);
        m_asked->setCurrentIndex(0);
        m_since->setCurrentIndex(0);
        m_search->setText(QStringLiteral("req-%1").arg(numberOf(key)));
    } else if (m_model->rowOf(key) < 0) {
        clearFilter();
    }
    changeLines([] {});
    if (m_selected == key)
        m_view->scrollTo(m_view->currentIndex());
    setDetailsShown(true);
}

void RequestsPage::focusFilter()
{
    m_search->setFocus(Qt::ShortcutFocusReason);
    m_search->selectAll();
}

bool RequestsPage::clearFilter()
{
    if (m_search->text().isEmpty() && m_asked->currentIndex() == 0 && m_since->currentIndex() == 0)
        return false;
    m_search->clear();
    m_asked->setCurrentIndex(0);
    m_since->setCurrentIndex(0);
    return true;
}

QByteArray RequestsPage::saveState() const
{
    QByteArray state;
    QDataStream stream(&state, QIODevice::WriteOnly);
    stream << stateVersion << m_details->isChecked() << m_splitter->saveState() << m_view->saveColumns();
    return state;
}

void RequestsPage::restoreState(const QByteArray &state)
{
    QDataStream stream(state);
    qint32 version = 0;
    bool detailsShown = true;
    QByteArray splitter;
    QByteArray columns;
    stream >> version >> detailsShown >> splitter >> columns;
    if (version != stateVersion || stream.status() != QDataStream::Ok)
        return;
    m_splitter->restoreState(splitter);
    m_view->restoreColumns(columns);
    setDetailsShown(detailsShown);
}

void RequestsPage::changeLines(const std::function<void()> &change)
{
    {
        const QScopedValueRollback changing(m_changing, true);
        m_view->keepingPlace(change);
        // A view moves its current line on when that one goes; here it waits for it to come back, as from behind a filter.
        if (m_expected != 0 && m_model->rowOf(m_expected) >= 0)
            m_selected = std::exchange(m_expected, 0);
        const int row = m_selected == 0 ? -1 : m_model->rowOf(m_selected);
        if (m_view->currentIndex().row() != row) {
            const auto how = QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows;
            m_view->selectionModel()->setCurrentIndex(m_model->index(row, 0), row < 0 ? QItemSelectionModel::Clear : how);
        }
    }
    showDetail();
    showState();
}

ExchangeFilter RequestsPage::filter() const
{
    const int seconds = m_since->currentData().toInt();
    return {m_search->text(), m_asked->currentData().value<Asked>(), seconds > 0 ? QDateTime::currentDateTimeUtc().addSecs(-seconds) : QDateTime()};
}

void RequestsPage::applyFilter()
{
    changeLines([this] { m_model->setFilter(filter()); });
    const int question = m_past.question + 1;
    m_past = Past();
    m_past.question = question;
    m_settle->start();
}

void RequestsPage::setPaused(bool paused)
{
    if (!paused) {
        const QList<ExchangeRecord> held = std::exchange(m_held, {});
        const auto running = std::exchange(m_heldRunning, {});
        addExchanges(held);
        if (running)
            setRunning(*running);
    }
    showState();
}

void RequestsPage::lineChosen()
{
    if (m_changing)
        return;
    const QModelIndex current = m_view->currentIndex();
    m_selected = current.isValid() ? m_model->at(current.row()).key : 0;
    m_expected = 0;
    showDetail();
}

void RequestsPage::showDetail()
{
    const int row = m_selected == 0 ? -1 : m_model->rowOf(m_selected);
    // What has left the table, filtered out or by age, can still be read to the end.
    if (row < 0 && m_selected != 0)
        return;
    const ExchangeRowPtr line = row < 0 ? nullptr : m_model->rowPtr(row);
    m_detail->setRow(line, line && line->running() ? m_model->ageOf(*line->running()) : 0);
}

void RequestsPage::showState()
{
    const qsizetype total = m_model->total();
    const bool isEmpty = total == 0 && m_held.isEmpty() && m_past.total.value_or(0) == 0;
    m_pages->setCurrentIndex(isEmpty ? 0 : 1);
    m_tables->setCurrentIndex(m_model->rowCount() == 0 && !isEmpty && !m_past.isAsked && !m_settle->isActive() ? 1 : 0);
    QString text = countText();
    if (isPaused())
        text = tr("%1 · paused, %2 wait", "requests, how many are held back").arg(text, QLocale().toString(m_held.size()));
    m_state->setText(text);
    m_export->setEnabled(m_exports || m_model->rowCount() > 0 || m_past.isAsked || m_settle->isActive());
    const bool ticks = isVisible() && m_model->hasRunning() && !isPaused();
    if (ticks != m_ticks.isActive())
        ticks ? m_ticks.start() : m_ticks.stop();
}

void RequestsPage::tick()
{
    m_model->tick(m_clock.elapsed());
    showDetail();
}

void RequestsPage::setDetailsShown(bool shown)
{
    m_details->setChecked(shown);
    m_detail->setVisible(shown);
    // It was pushed shut by hand.
    if (const QList<int> sizes = m_splitter->sizes(); shown && sizes.at(0) > 0 && sizes.at(1) == 0)
        m_splitter->setSizes({sizes.at(0) / 2, sizes.at(0) / 2});
}

bool RequestsPage::isPaused() const
{
    return m_pause->isChecked();
}

void RequestsPage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    showState();
    if (m_past.question == 0)
        applyFilter();
}

void RequestsPage::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    m_ticks.stop();
}

bool RequestsPage::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_search && event->type() == QEvent::KeyPress) {
        if (static_cast<QKeyEvent *>(event)->key() == Qt::Key_Down) {
            m_view->setFocus(Qt::TabFocusReason);
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace qcc
