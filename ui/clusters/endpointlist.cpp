#include "ui/clusters/endpointlist.h"

#include "ui/clusters/rowview.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/theme.h"

#include <QAction>
#include <QEvent>
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
/// Below that the keys, which the form shows as well, leave their room to names and health.
constexpr int widthForKeysInChars = 100;

} // namespace

EndpointList::EndpointList(QWidget *parent)
    : QWidget(parent)
    , m_model(new EndpointModel(this))
    , m_view(new RowView)
    , m_menu(new QMenu(this))
    , m_add(new QPushButton(tr("&Add…")))
    , m_clone(new QPushButton(tr("&Clone")))
    , m_delete(new QPushButton(tr("&Delete")))
    , m_test(new QPushButton(tr("&Test")))
    , m_moreTests(new QToolButton)
    , m_testAll(new QPushButton(tr("Test a&ll")))
    , m_progress(new QProgressBar)
    , m_cancel(new QPushButton(tr("Cance&l")))
{
    m_view->setModel(m_model);
    m_view->setAccessibleName(tr("Endpoints"));
    QHeaderView *header = m_view->horizontalHeader();
    header->setSectionsClickable(true);
    for (const int column : {EndpointModel::Enabled, EndpointModel::Key, EndpointModel::Priority, EndpointModel::FirstByte})
        header->setSectionResizeMode(column, QHeaderView::Fixed);
    header->setSectionResizeMode(EndpointModel::Name, QHeaderView::Stretch);
    header->setSectionResizeMode(EndpointModel::Health, QHeaderView::Stretch);
    sizeColumns();

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::unit);
    column->addWidget(m_view, 1);
    column->addLayout(makeButtons());
    makeMenu();

    connect(m_model, &EndpointModel::enableRequested, this, &EndpointList::enableRequested);
    connect(m_view->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex &now) {
        if (!m_filling && now.isValid())
            Q_EMIT selected(m_model->row(now.row()).name);
    });
    connect(m_view, &RowView::rowMoveRequested, this, &EndpointList::order);
    connect(m_view, &RowView::rowMoveRefused, this, &EndpointList::explainOrder);
    connect(header, &QHeaderView::sectionClicked, this, &EndpointList::headerClicked);
    // The second of two quick clicks is none by itself.
    connect(header, &QHeaderView::sectionDoubleClicked, this, &EndpointList::headerClicked);
    connect(m_view, &RowView::deleteRequested, this, [this](int row) { Q_EMIT deleteRequested(m_model->row(row).name); });
    setProgress(0, 0);
    sortBy(Sorting::None);
}

void EndpointList::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        sizeColumns();
}

void EndpointList::sizeColumns()
{
    QHeaderView *header = m_view->horizontalHeader();
    header->resizeSection(EndpointModel::Enabled, header->sectionSizeHint(EndpointModel::Enabled));
    header->resizeSection(EndpointModel::Key, fontMetrics().averageCharWidth() * keyWidthInChars);
    header->resizeSection(EndpointModel::Priority, header->sectionSizeHint(EndpointModel::Priority));
    header->resizeSection(EndpointModel::FirstByte, header->sectionSizeHint(EndpointModel::FirstByte) + header->fontMetrics().horizontalAdvance(QStringLiteral("▲ ")));
    hideWhatHasNoRoom();
    // The two are one button of the usual width, as far as the word has room.
    m_moreTests->setFixedWidth(fontMetrics().height() + metrics::half);
    const int word = fontMetrics().horizontalAdvance(m_test->text().remove(u'&')) + 3 * metrics::unit;
    m_test->setFixedWidth(std::max(word, m_test->sizeHint().width() - m_moreTests->width()));
    m_view->setMinimumHeight(header->sizeHint().height() + fewestRows * m_view->verticalHeader()->defaultSectionSize()
                             + 2 * m_view->frameWidth());
}

void EndpointList::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    hideWhatHasNoRoom();
}

void EndpointList::hideWhatHasNoRoom()
{
    m_view->setColumnHidden(EndpointModel::Key, width() < fontMetrics().averageCharWidth() * widthForKeysInChars);
}

QLayout *EndpointList::makeButtons()
{
    m_progress->setMinimumWidth(fontMetrics().horizontalAdvance(tr("%1 of %2 tested").arg(99).arg(99)) + 2 * metrics::edge);
    m_progress->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    m_progress->setAccessibleName(tr("Tests that have an answer"));
    auto *row = new QHBoxLayout;
    row->setSpacing(metrics::unit);
    for (QPushButton *button : {m_add, m_clone, m_delete})
        row->addWidget(button);
    row->addStretch(1);
    row->addWidget(m_progress);
    row->addWidget(m_cancel);
    auto *tests = new QHBoxLayout;
    tests->setSpacing(0);
    tests->addWidget(m_test);
    tests->addWidget(m_moreTests);
    row->addLayout(tests);
    row->addWidget(m_testAll);
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
    m_messageAct = more->addAction(tr("Test with a &message"));
    m_messageAct->setShortcut(Qt::SHIFT | Qt::Key_F5);
    m_messageAct->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    m_messageAllAct = more->addAction(tr("Test &all with a message"));

    connect(m_add, &QPushButton::clicked, this, &EndpointList::addRequested);
    connect(m_clone, &QPushButton::clicked, this, [this] { Q_EMIT cloneRequested(current()); });
    connect(m_delete, &QPushButton::clicked, this, [this] { Q_EMIT deleteRequested(current()); });
    connect(m_test, &QPushButton::clicked, this, [this] { Q_EMIT testRequested(current(), TestKind::Models); });
    connect(m_testAll, &QPushButton::clicked, this, [this] { Q_EMIT testAllRequested(TestKind::Models); });
    connect(m_messageAct, &QAction::triggered, this, [this] { Q_EMIT testRequested(current(), TestKind::Message); });
    connect(m_messageAllAct, &QAction::triggered, this, [this] { Q_EMIT testAllRequested(TestKind::Message); });
    connect(m_cancel, &QPushButton::clicked, this, &EndpointList::testCancelled);
    return row;
}

void EndpointList::makeMenu()
{
    const auto mirror = [this](QPushButton *button) {
        QAction *act = m_menu->addAction(button->text());
        connect(act, &QAction::triggered, button, &QPushButton::click);
        connect(m_menu, &QMenu::aboutToShow, act, [act, button] { act->setEnabled(button->isEnabled()); });
    };
    mirror(m_test);
    m_menu->addAction(m_messageAct);
    m_resetAct = m_menu->addAction(tr("Reset &breaker"));
    m_menu->addSeparator();
    mirror(m_clone);
    mirror(m_delete);
    m_menu->addSeparator();
    m_sortAct = m_menu->addAction(tr("&Sort by first byte"));
    m_sortAct->setCheckable(true);
    connect(m_sortAct, &QAction::triggered, this, [this](bool on) { sortBy(on ? Sorting::FastestFirst : Sorting::None); });
    connect(m_resetAct, &QAction::triggered, this, [this] { Q_EMIT resetRequested(current()); });
    connect(m_view, &QWidget::customContextMenuRequested, this, [this](const QPoint &at) {
        if (m_view->indexAt(at).isValid())
            m_menu->popup(m_view->viewport()->mapToGlobal(at));
    });
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
    if (column == EndpointModel::Priority)
        sortBy(Sorting::None);
    else if (column == EndpointModel::FirstByte)
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
    m_view->setAccessibleDescription(sorted ? tr("Sorted by the first byte of the tests: the order of the priorities is back with the third click on the "
                                                 "header, or by the menu. Space turns an endpoint on or off.")
                                            : tr("Alt+Up and Alt+Down change the priority, Space turns an endpoint on or off."));
    setRows(QList(m_rows), current());
}

void EndpointList::explainOrder(int row)
{
    const QRect place(0, m_view->rowViewportPosition(row), m_view->viewport()->width(), m_view->rowHeight(row));
    showPlainToolTip(m_view->viewport()->mapToGlobal(place.center()), tr("Sorted by first byte. Click the header of the priorities to change their order again."),
                     m_view, place);
}

void EndpointList::takeFocus()
{
    m_view->setFocus(Qt::OtherFocusReason);
}

void EndpointList::setProgress(int answered, int total)
{
    m_testing = total > 0;
    m_progress->setVisible(m_testing);
    m_cancel->setVisible(m_testing);
    m_test->setVisible(!m_testing);
    m_moreTests->setVisible(!m_testing);
    m_testAll->setVisible(!m_testing);
    if (!m_testing)
        return;
    m_progress->setRange(0, total);
    m_progress->setValue(answered);
    m_progress->setFormat(tr("%1 of %2 tested").arg(answered).arg(total));
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
    const bool edited = there && (!saved || m_model->row(row).edited);
    m_clone->setEnabled(saved);
    m_delete->setEnabled(there);
    m_test->setEnabled(there && (!edited || m_savable) && !m_testing);
    m_messageAct->setEnabled(m_test->isEnabled());
    setPlainToolTip(m_test, !edited     ? tr("Ask this endpoint now")
                            : m_savable ? tr("Save what was typed, then ask this endpoint")
                                        : tr("What is marked in the form is to be corrected first."));
    setPlainToolTip(m_clone, there && !saved ? tr("It is to be saved first.") : QString());
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
