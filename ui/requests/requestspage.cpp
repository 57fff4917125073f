#include "ui/requests/requestspage.h"

#include "ui/requests/exchangedelegate.h"
#include "ui/requests/exchangedetail.h"
#include "ui/requests/exchangesmodel.h"
#include "ui/requests/exchangesview.h"
#include "ui/requests/filterchips.h"
#include "ui/requests/requestshead.h"
#include "ui/widgets/messages.h"
#include "ui/widgets/motion.h"
#include "ui/widgets/theme.h"

#include <QDataStream>
#include <QIODevice>
#include <QLineEdit>
#include <QPainter>
#include <QPushButton>
#include <QScopedValueRollback>
#include <QScrollBar>
#include <QSplitter>
#include <QStackedWidget>
#include <QStyle>
#include <QVBoxLayout>

#include <algorithm>
#include <tuple>
#include <utility>

namespace qcc {

namespace {

constexpr std::chrono::milliseconds tickTime{250};
constexpr qint32 stateVersion = 2;
constexpr qint32 firstStateVersion = 1; ///< The details stood below the table alone.
constexpr std::chrono::milliseconds settleTime{150};

// Units: pixels.
constexpr int besideFrom = 1'200; ///< Of the window.
constexpr int besideWidth = 404;
constexpr int belowHeight = 292;
constexpr int leastBeside = 320;
constexpr int leastBelow = 120;
constexpr int headToChips = 8;
constexpr int chipsToLine = 14;
constexpr int tableMargin = tokens::space::margin - ExchangeDelegate::padding;

/// Between what is asked for and what is found.
class Hairline : public QWidget
{
public:
    Hairline() { setFixedHeight(1); }

protected:
    void paintEvent(QPaintEvent *) override { QPainter(this).fillRect(rect(), coloursOf(palette()).hairline); }
};

} // namespace

RequestsPage::RequestsPage(QWidget *parent)
    : QWidget(parent)
    , m_model(new ExchangesModel(this))
    , m_view(new ExchangesView(*m_model))
    , m_detail(new ExchangeDetail)
    , m_head(new RequestsHead)
    , m_chips(new FilterChips)
    , m_settle(new QTimer(this))
    , m_tables(new QStackedWidget)
    , m_splitter(new QSplitter(Qt::Vertical))
    , m_besideWidth(besideWidth)
    , m_belowHeight(belowHeight)
{
    m_splitter->addWidget(createTables());
    m_splitter->addWidget(m_detail);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setStretchFactor(0, 1);
    m_splitter->setStretchFactor(1, 0);
    m_splitter->setHandleWidth(1);
    m_detail->hide();
    appearSoftly(*m_detail);

    auto *top = new QVBoxLayout;
    top->setContentsMargins(tokens::space::margin, tokens::space::margin, tokens::space::margin, chipsToLine);
    top->setSpacing(headToChips);
    top->addWidget(m_head);
    top->addWidget(m_chips);
    auto *whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->setSpacing(0);
    whole->addLayout(top);
    whole->addWidget(new Hairline);
    whole->addWidget(m_splitter, 1);

    m_clock.start();
    m_ticks.setInterval(tickTime);
    m_settle->setSingleShot(true);
    m_settle->setInterval(settleTime);
    connectParts();
    showState();
}

void RequestsPage::connectParts()
{
    connect(&m_ticks, &QTimer::timeout, this, &RequestsPage::tick);
    connect(m_settle, &QTimer::timeout, this, &RequestsPage::askPast);
    connect(m_head, &RequestsHead::searchChanged, this, &RequestsPage::searchAnew);
    connect(m_head, &RequestsHead::timeChanged, this, &RequestsPage::searchAnew);
    connect(m_head, &RequestsHead::pauseChanged, this, &RequestsPage::setPaused);
    connect(m_head, &RequestsHead::opensDetailsChanged, this, &RequestsPage::openDetails);
    connect(m_head, &RequestsHead::exportRequested, this, &RequestsPage::chooseExportFile);
    connect(m_head, &RequestsHead::exportCancelled, this, &RequestsPage::exportCancelled);
    connect(m_head, &RequestsHead::downPressed, m_view, [this] { m_view->setFocus(Qt::TabFocusReason); });
    connect(m_chips, &FilterChips::chosen, this, &RequestsPage::applyFilter);
    connect(m_view->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &RequestsPage::lineChosen);
    // A line that is chosen already opens its details again.
    connect(m_view, &QAbstractItemView::clicked, this, [this] { openDetails(m_isOpen || m_head->opensDetails()); });
    connect(m_view, &ExchangesView::activated, this, [this] { openDetails(true); });
    connect(m_view, &ExchangesView::copyRequested, m_detail, &ExchangeDetail::copy);
    connect(m_view, &ExchangesView::searchRequested, this, &RequestsPage::search);
    connect(m_view, &ExchangesView::logRequested, this, &RequestsPage::logRequested);
    connect(m_detail, &ExchangeDetail::logRequested, this, &RequestsPage::logRequested);
    connect(m_detail, &ExchangeDetail::endpointRequested, this, &RequestsPage::endpointRequested);
    connect(m_detail, &ExchangeDetail::closeRequested, this, [this] {
        openDetails(false);
        m_view->setFocus(Qt::OtherFocusReason);
    });
    connect(m_view->verticalScrollBar(), &QScrollBar::valueChanged, this, [this] {
        m_past.pages = 0;
        askAtTheEnd();
    });
    connect(m_splitter, &QSplitter::splitterMoved, this, [this] {
        (m_splitter->orientation() == Qt::Horizontal ? m_besideWidth : m_belowHeight) = m_splitter->sizes().at(1);
    });
}

QWidget *RequestsPage::createTables()
{
    auto *noMatch = new EmptyState(tr("No request matches"), tr("None of the requests kept here fits the search and the choice above it."));
    connect(noMatch->addButton(tr("Show &all")), &QPushButton::clicked, this, &RequestsPage::showAll);
    auto *none = new EmptyState(tr("No requests yet"), tr("Connect a client: each of its requests gets a line here."));
    connect(none->addButton(tr("&Connect a client…")), &QPushButton::clicked, this, &RequestsPage::clientsWanted);
    m_tables->addWidget(m_view);
    m_tables->addWidget(noMatch);
    m_tables->addWidget(none);

    auto *tables = new QWidget;
    auto *column = new QVBoxLayout(tables);
    const int bar = m_view->style()->pixelMetric(QStyle::PM_ScrollBarExtent, nullptr, m_view->verticalScrollBar());
    column->setContentsMargins(tableMargin, 0, std::max(0, tableMargin - bar), 0);
    column->addWidget(m_tables);
    return tables;
}

void RequestsPage::setConfig(const ConfigSnapshot &config)
{
    m_detail->setConfig(config);
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
    count(newestFirst);
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

void RequestsPage::select(quint64 key)
{
    m_expected = key;
    if (!m_model->keeps(key)) {
        // It may lie far back.
        m_head->setPaused(false);
        showAll();
        m_head->setSearched(QStringLiteral("req-%1").arg(numberOf(key)));
    } else if (m_model->rowOf(key) < 0) {
        showAll();
    }
    changeLines([] {});
    openDetails(true);
    if (m_selected == key)
        m_view->scrollTo(m_view->currentIndex());
}

void RequestsPage::focusFilter()
{
    m_head->searchField()->setFocus(Qt::ShortcutFocusReason);
    m_head->searchField()->selectAll();
}

bool RequestsPage::clearFilter()
{
    if (!m_detail->isVisible() || m_head->searchField()->hasFocus())
        return showAll();
    const bool hadFocus = m_detail->isAncestorOf(focusWidget());
    openDetails(false);
    if (hadFocus)
        m_view->setFocus(Qt::OtherFocusReason);
    return true;
}

QByteArray RequestsPage::saveState() const
{
    QByteArray state;
    QDataStream stream(&state, QIODevice::WriteOnly);
    stream << stateVersion << m_head->opensDetails() << qint32(m_besideWidth) << qint32(m_belowHeight) << m_view->saveColumns();
    return state;
}

void RequestsPage::restoreState(const QByteArray &state)
{
    QDataStream stream(state);
    qint32 version = 0;
    bool opensDetails = true;
    qint32 beside = besideWidth;
    qint32 below = belowHeight;
    QByteArray splitter;
    QByteArray columns;
    stream >> version >> opensDetails;
    if (version == firstStateVersion)
        stream >> splitter;
    else
        stream >> beside >> below;
    stream >> columns;
    if (version < firstStateVersion || version > stateVersion || stream.status() != QDataStream::Ok)
        return;
    m_besideWidth = std::clamp(beside, leastBeside, 2 * besideWidth);
    m_belowHeight = std::clamp(below, leastBelow, 4 * belowHeight);
    m_view->restoreColumns(columns);
    m_head->setOpensDetails(opensDetails);
    arrange();
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
    // The focus alone makes a line the current one, too.
    const bool isChosen = current.isValid() && m_view->selectionModel()->isSelected(current);
    openDetails(m_isOpen || (isChosen && m_head->opensDetails()));
}

void RequestsPage::showDetail()
{
    const int row = m_selected == 0 ? -1 : m_model->rowOf(m_selected);
    // What has left the table, filtered out or by age, can still be read to the end.
    if (row < 0 && m_selected != 0)
        return;
    const ExchangeRowPtr line = row < 0 ? nullptr : m_model->rowPtr(row);
    m_detail->setRow(line, line && line->running() ? m_model->ageOf(*line->running()) : 0);
    arrange();
}

void RequestsPage::openDetails(bool open)
{
    m_isOpen = open;
    arrange();
}

void RequestsPage::arrange()
{
    const bool isBeside = window()->width() >= besideFrom;
    const bool isShown = m_isOpen && !m_detail->isEmpty();
    const Qt::Orientation orientation = isBeside ? Qt::Horizontal : Qt::Vertical;
    const int whole = isBeside ? m_splitter->width() : m_splitter->height();
    if (isShown == !m_detail->isHidden() && orientation == m_splitter->orientation() && whole == std::exchange(m_whole, whole))
        return;
    m_splitter->setOrientation(orientation);
    m_detail->setBeside(isBeside);
    m_detail->setMinimumSize(isBeside ? QSize(leastBeside, 0) : QSize(0, leastBelow));
    m_detail->setVisible(isShown);
    // The table keeps half of a low window.
    const int detail = isBeside ? m_besideWidth : std::min(m_belowHeight, whole / 2);
    m_splitter->setSizes({std::max(1, whole - detail - m_splitter->handleWidth()), detail});
}

void RequestsPage::showState()
{
    const bool isEmpty = m_model->total() == 0 && m_held.isEmpty() && showsAll() && m_past.fault.isEmpty();
    const bool isAsked = m_past.isAsked || m_settle->isActive();
    m_tables->setCurrentIndex(isEmpty && !isAsked ? 2 : m_model->rowCount() == 0 && !isAsked ? 1 : 0);
    m_head->setLine(countText());
    m_head->setExport(m_exported, m_model->rowCount() > 0 || isAsked);
    m_chips->setCounts([this](Asked asked) { return counted(asked); });
    const bool ticks = isVisible() && m_model->hasRunning() && !isPaused();
    if (ticks != m_ticks.isActive())
        ticks ? m_ticks.start() : m_ticks.stop();
}

void RequestsPage::tick()
{
    m_model->tick(m_clock.elapsed());
    showDetail();
}

bool RequestsPage::isPaused() const
{
    return m_head->isPaused();
}

void RequestsPage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    arrange();
    showState();
    // What came while it was hidden was not counted, and an hour ago is another time now.
    if (m_head->isTimeRelative())
        std::tie(m_from, m_to) = m_head->time();
    const bool isFirst = m_past.question == 0;
    applyFilter();
    // Whether there is nothing is not known before the first answer.
    if (isFirst)
        showState();
}

void RequestsPage::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    m_ticks.stop();
}

void RequestsPage::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    arrange();
}

} // namespace qcc
