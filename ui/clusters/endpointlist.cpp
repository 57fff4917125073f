#include "ui/clusters/endpointlist.h"

#include "ui/clusters/rowdelegate.h"
#include "ui/model/words.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/theme.h"

#include <QAction>
#include <QClipboard>
#include <QEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QMenu>
#include <QProgressBar>
#include <QPushButton>
#include <QScopedValueRollback>
#include <QToolButton>

#include <algorithm>
#include <limits>
#include <utility>

namespace qcc {

namespace {

constexpr int fewestRows = 3;
constexpr int keyWidthInChars = 13;
// Narrower lists leave the room to names and states: keys are in the form, figures in the second lines, tests in the menu.
constexpr int widthForKeys = 720;
constexpr int widthForFirstByte = 620;
constexpr int widthForButtons = 420;
constexpr double nameShare = 0.46; ///< Of what the other columns leave.

} // namespace

EndpointList::EndpointList(QWidget *parent)
    : QWidget(parent)
    , m_model(new EndpointModel(this))
    , m_view(new RowView(RowView::Look::Card))
    , m_menu(new QMenu(this))
    , m_moveTo(new QMenu(tr("M&ove to"), this))
    , m_tools(new QWidget)
    , m_import(new QPushButton(tr("&Import…")))
    , m_add(new QPushButton(tr("&Add…")))
    , m_moreTests(new QToolButton)
    , m_testAll(new QPushButton(tr("Test a&ll")))
    , m_progress(new QProgressBar)
    , m_cancel(new QPushButton(tr("Cance&l")))
{
    m_view->setModel(m_model);
    m_view->setAccessibleName(tr("Endpoints"));
    QHeaderView *header = m_view->horizontalHeader();
    header->setSectionsClickable(true);
    header->setSectionResizeMode(QHeaderView::Fixed);
    header->setSectionResizeMode(EndpointModel::Health, QHeaderView::Stretch);
    makeMenu();
    makeTools();
    sizeColumns();

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_view);

    connect(m_model, &EndpointModel::enableRequested, this, &EndpointList::enableRequested);
    connect(m_view->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex &now) {
        if (!m_filling && now.isValid())
            Q_EMIT selected(m_model->row(now.row()).name);
    });
    connect(m_view, &RowView::rowMoveRequested, this, &EndpointList::order);
    connect(m_view, &RowView::rowMoveRefused, this, &EndpointList::explainOrder);
    connect(m_view, &RowView::deleteRequested, this, [this](int row) { Q_EMIT deleteRequested(nameAt(row)); });
    const auto *cells = qobject_cast<TwoLineDelegate *>(m_view->itemDelegate());
    connect(cells, &TwoLineDelegate::buttonClicked, this, [this](int row) { Q_EMIT testRequested(nameAt(row), TestKind::Models); });
    connect(cells, &TwoLineDelegate::menuClicked, this, [this](int, QPoint place) { m_menu->popup(place - QPoint(m_menu->sizeHint().width(), 0)); });
    connect(header, &QHeaderView::sectionClicked, this, &EndpointList::headerClicked);
    // The second of two quick clicks is none by itself.
    connect(header, &QHeaderView::sectionDoubleClicked, this, &EndpointList::headerClicked);
    setProgress(0, 0);
    sortBy(Sorting::None);
}

void EndpointList::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        sizeColumns();
}

void EndpointList::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    sizeColumns();
}

void EndpointList::sizeColumns()
{
    QHeaderView *header = m_view->horizontalHeader();
    const bool buttons = width() >= widthForButtons;
    const QString button = m_model->headerData(EndpointModel::Act, Qt::Horizontal, TwoLineDelegate::ButtonRole).toString();
    const int figures = std::max(header->sectionSizeHint(EndpointModel::FirstByte),
                                 header->fontMetrics().horizontalAdvance(Words::duration(99'900)) + TwoLineDelegate::gap);
    const std::initializer_list<std::pair<int, int>> widths = {
        {EndpointModel::Enabled, TwoLineDelegate::switchWidth()},
        {EndpointModel::Key, width() >= widthForKeys ? fontMetrics().averageCharWidth() * keyWidthInChars : 0},
        {EndpointModel::FirstByte, width() >= widthForFirstByte || m_sorting != Sorting::None ? figures : 0},
        {EndpointModel::Act, TwoLineDelegate::buttonsWidth(font(), buttons ? button : QString())},
    };
    int rest = width();
    for (const auto &[column, size] : widths) {
        m_view->setColumnHidden(column, size == 0);
        if (size > 0)
            header->resizeSection(column, size);
        rest -= size;
    }
    header->resizeSection(EndpointModel::Name, std::max(0, static_cast<int>(rest * nameShare)));
    // The two are one button.
    m_moreTests->setFixedWidth(fontMetrics().height() + metrics::half);
}

int EndpointList::leastHeight() const
{
    const int rows = std::min(fewestRows, std::max(1, m_model->rowCount()));
    return m_view->wholeHeight() - (m_model->rowCount() - rows) * m_view->verticalHeader()->defaultSectionSize();
}

void EndpointList::makeTools()
{
    m_progress->setFixedWidth(fontMetrics().horizontalAdvance(tr("%1 of %2 tested").arg(99).arg(99)) + metrics::edge);
    m_progress->setAccessibleName(tr("Tests that have an answer"));
    setPlainToolTip(m_import, tr("Take over endpoints that other tools know"));
    auto *row = new QHBoxLayout(m_tools);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metrics::unit);
    row->addWidget(m_import);
    row->addWidget(m_progress);
    auto *tests = new QHBoxLayout;
    tests->setSpacing(0);
    tests->addWidget(m_testAll);
    tests->addWidget(m_moreTests);
    row->addLayout(tests);
    row->addWidget(m_cancel);
    row->addWidget(m_add);
    m_moreTests->setArrowType(Qt::DownArrow);
    m_moreTests->setFocusPolicy(Qt::StrongFocus);
    // As high as what it belongs to.
    m_moreTests->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Ignored);
    m_moreTests->setAccessibleName(tr("More tests"));
    setPlainToolTip(m_moreTests, tr("Test with a message: a real request to a model, which costs about a token"));
    auto *more = new QMenu(m_moreTests);
    // Its right edge below that of the button, so that it stays within the window.
    connect(m_moreTests, &QToolButton::clicked, more, [this, more] {
        more->popup(m_moreTests->mapToGlobal(QPoint(m_moreTests->width() - more->sizeHint().width(), m_moreTests->height())));
    });
    more->addAction(m_messageAct);
    m_messageAllAct = more->addAction(tr("Test &all with a message"));

    connect(m_import, &QPushButton::clicked, this, &EndpointList::importRequested);
    connect(m_add, &QPushButton::clicked, this, &EndpointList::addRequested);
    connect(m_testAll, &QPushButton::clicked, this, [this] { Q_EMIT testAllRequested(TestKind::Models); });
    connect(m_messageAllAct, &QAction::triggered, this, [this] { Q_EMIT testAllRequested(TestKind::Message); });
    connect(m_cancel, &QPushButton::clicked, this, &EndpointList::testCancelled);
}

/// The list itself takes the keys that are shown here without Ctrl.
QAction *EndpointList::addAct(const QString &text, const QKeySequence &shortcut)
{
    QAction *act = m_menu->addAction(text);
    act->setShortcut(shortcut);
    act->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    return act;
}

void EndpointList::makeMenu()
{
    m_testAct = addAct(tr("&Test"), Qt::CTRL | Qt::Key_T);
    m_messageAct = addAct(tr("Test with a &message"), Qt::SHIFT | Qt::Key_F5);
    m_enableAct = addAct(tr("&Enabled"), Qt::Key_Space);
    m_enableAct->setCheckable(true);
    m_resetAct = addAct(tr("Reset &breaker"));
    m_menu->addSeparator();
    m_cloneAct = addAct(tr("&Clone"));
    m_menu->addMenu(m_moveTo);
    m_deleteAct = addAct(tr("&Delete"), Qt::Key_Delete);
    m_menu->addSeparator();
    connect(addAct(tr("Co&py what is known")), &QAction::triggered, this, &EndpointList::copyDetails);
    m_sortAct = addAct(tr("&Sort by first byte"));
    m_sortAct->setCheckable(true);
    connect(m_testAct, &QAction::triggered, this, [this] { Q_EMIT testRequested(current(), TestKind::Models); });
    connect(m_messageAct, &QAction::triggered, this, [this] { Q_EMIT testRequested(current(), TestKind::Message); });
    connect(m_enableAct, &QAction::triggered, this, [this](bool on) { Q_EMIT enableRequested(current(), on); });
    connect(m_resetAct, &QAction::triggered, this, [this] { Q_EMIT resetRequested(current()); });
    connect(m_cloneAct, &QAction::triggered, this, [this] { Q_EMIT cloneRequested(current()); });
    connect(m_deleteAct, &QAction::triggered, this, [this] { Q_EMIT deleteRequested(current()); });
    connect(m_sortAct, &QAction::triggered, this, [this](bool on) { sortBy(on ? Sorting::FastestFirst : Sorting::None); });
    connect(m_menu, &QMenu::aboutToShow, this, &EndpointList::offerClusters);
    connect(m_view, &QWidget::customContextMenuRequested, this, [this](const QPoint &at) {
        // By the menu key it is asked for nowhere in particular.
        if (m_view->indexAt(at).isValid())
            m_menu->popup(m_view->viewport()->mapToGlobal(at));
        else if (m_view->currentRow() >= 0)
            m_menu->popup(m_view->menuPlace(m_view->currentRow()));
    });
}

void EndpointList::offerClusters()
{
    m_moveTo->clear();
    for (const QString &name : std::as_const(m_otherClusters)) {
        QAction *act = m_moveTo->addAction(Words::shortName(name).replace(u'&', QStringLiteral("&&")));
        connect(act, &QAction::triggered, this, [this, name] { Q_EMIT moveToRequested(current(), name); });
    }
    m_moveTo->setEnabled(m_cloneAct->isEnabled() && !m_otherClusters.isEmpty());
}

void EndpointList::copyDetails() const
{
    if (const int row = m_view->currentRow(); row >= 0)
        QGuiApplication::clipboard()->setText(stateDetails(m_model->row(row)));
}

void EndpointList::setRows(const QList<EndpointRow> &rows, const QString &selected)
{
    const QScopedValueRollback filling(m_filling, true);
    m_rows = rows;
    double longest = 0;
    for (const EndpointRow &row : rows)
        longest = std::max(longest, row.firstByteMs().value_or(0));
    for (EndpointRow &row : m_rows)
        row.firstByteShare = longest > 0 ? row.firstByteMs().value_or(0) / longest : 0;
    QList<EndpointRow> shown = m_rows;
    sortRows(shown);
    for (EndpointRow &row : shown) {
        const bool edited = row.isNew() || (row.edited && row.name == selected);
        row.mayTest = !m_testing && (!edited || (m_savable && row.name == selected));
    }
    m_model->setRows(shown);
    const int row = m_model->rowOf(selected);
    if (row != m_view->currentRow() || (row >= 0 && !m_view->selectionModel()->isRowSelected(row))) {
        m_view->setCurrentRow(row);
        if (row >= 0)
            m_view->scrollTo(m_model->index(row, 0));
    }
    offerActs();
}

void EndpointList::sortRows(QList<EndpointRow> &rows)
{
    if (m_sorting == Sorting::None)
        return;
    if (!m_testing || m_sorted.isEmpty()) {
        // What is not known stays behind, by priority.
        const auto place = [this](const EndpointRow &row) {
            const std::optional<double> ms = row.firstByteMs();
            return !ms ? std::numeric_limits<double>::infinity() : m_sorting == Sorting::SlowestFirst ? -*ms : *ms;
        };
        std::ranges::stable_sort(rows, {}, [&](const EndpointRow &row) { return std::pair(row.isNew(), place(row)); });
        m_sorted.clear();
        for (const EndpointRow &row : rows)
            m_sorted << row.key();
        return;
    }
    std::ranges::stable_sort(rows, {}, [this](const EndpointRow &row) {
        const qsizetype at = m_sorted.indexOf(row.key());
        return at < 0 || row.isNew() ? m_sorted.size() : at;
    });
}

void EndpointList::headerClicked(int column)
{
    if (column == EndpointModel::FirstByte)
        sortBy(m_sorting == Sorting::None ? Sorting::FastestFirst : m_sorting == Sorting::FastestFirst ? Sorting::SlowestFirst : Sorting::None);
}

void EndpointList::sortBy(Sorting sorting)
{
    m_sorting = sorting;
    m_sorted.clear();
    const bool sorted = sorting != Sorting::None;
    m_view->setSorted(sorted);
    m_sortAct->setChecked(sorted);
    QHeaderView *header = m_view->horizontalHeader();
    header->setSortIndicator(EndpointModel::FirstByte, sorting == Sorting::SlowestFirst ? Qt::DescendingOrder : Qt::AscendingOrder);
    header->setSortIndicatorShown(sorted);
    sizeColumns();
    m_view->setAccessibleDescription(sorted ? tr("Sorted by the first byte of the tests: the order of the priorities is back with the third click on the "
                                                 "header, or by the menu. Space turns an endpoint on or off.")
                                            : tr("Alt+Up and Alt+Down change the priority, Space turns an endpoint on or off."));
    setRows(QList(m_rows), current());
}

void EndpointList::explainOrder(int row)
{
    const QRect place(0, m_view->rowViewportPosition(row), m_view->viewport()->width(), m_view->rowHeight(row));
    showPlainToolTip(m_view->viewport()->mapToGlobal(place.center()), tr("Sorted by first byte. Click that caption until the endpoints stand in their own order, which can be changed."),
                     m_view, place);
}

void EndpointList::takeFocus()
{
    m_view->setFocus(Qt::OtherFocusReason);
}

void EndpointList::setProgress(int answered, int total)
{
    m_testing = total > 0;
    m_progress->setVisible(m_testing && !m_narrow);
    m_cancel->setVisible(m_testing);
    m_import->setVisible(!m_testing && !m_narrow);
    m_moreTests->setVisible(!m_testing);
    m_testAll->setVisible(!m_testing);
    if (!m_testing)
        return;
    m_progress->setRange(0, total);
    m_progress->setValue(answered);
    m_progress->setFormat(tr("%1 of %2 tested").arg(answered).arg(total));
}

void EndpointList::setNarrow(bool narrow)
{
    if (narrow == std::exchange(m_narrow, narrow))
        return;
    m_import->setVisible(!m_testing && !narrow);
    m_progress->setVisible(m_testing && !narrow);
}

void EndpointList::setResettable(bool resettable)
{
    m_resettable = resettable;
    m_resetAct->setEnabled(resettable);
}

QString EndpointList::current() const
{
    const int row = m_view->currentRow();
    return row < 0 ? QString() : m_model->row(row).name;
}

void EndpointList::offerActs()
{
    const int row = m_view->currentRow();
    const bool there = row >= 0;
    const bool saved = there && !m_model->row(row).isNew();
    m_cloneAct->setEnabled(saved);
    m_deleteAct->setEnabled(there);
    m_enableAct->setEnabled(saved);
    m_enableAct->setChecked(saved && m_model->row(row).enabled);
    m_testAct->setEnabled(there && m_model->row(row).mayTest);
    m_messageAct->setEnabled(m_testAct->isEnabled());
    m_testAll->setEnabled(std::ranges::any_of(m_model->rows(), [](const EndpointRow &each) { return each.enabled && !each.isNew(); }));
    m_messageAllAct->setEnabled(m_testAll->isEnabled());
    setPlainToolTip(m_testAll, m_testAll->isEnabled() ? tr("Test all enabled endpoints (F5)") : tr("No endpoint of this cluster is enabled."));
}

void EndpointList::order(int from, int to)
{
    QStringList names;
    for (const EndpointRow &row : m_model->rows()) {
        if (!row.isNew())
            names << row.name;
    }
    names.move(from, qMin(to, int(names.size()) - 1));
    Q_EMIT orderRequested(names);
}

} // namespace qcc
