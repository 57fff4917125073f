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

#include <algorithm>

namespace qcc {

namespace {

constexpr int fewestRows = 3;
constexpr int keyWidthInChars = 13;

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
    , m_testAll(new QPushButton(tr("Test a&ll")))
    , m_progress(new QProgressBar)
    , m_cancel(new QPushButton(tr("Cance&l")))
{
    m_view->setModel(m_model);
    m_view->setAccessibleName(tr("Endpoints"));
    m_view->setAccessibleDescription(tr("Alt+Up and Alt+Down change the priority, Space turns an endpoint on or off."));
    QHeaderView *header = m_view->horizontalHeader();
    for (const int column : {EndpointModel::Enabled, EndpointModel::Key, EndpointModel::Priority})
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
    connect(m_view, &RowView::deleteRequested, this, [this](int row) { Q_EMIT deleteRequested(m_model->row(row).name); });
    setProgress(0, 0);
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
    m_view->setMinimumHeight(header->sizeHint().height() + fewestRows * m_view->verticalHeader()->defaultSectionSize()
                             + 2 * m_view->frameWidth());
}

QLayout *EndpointList::makeButtons()
{
    // The text changes, the place does not.
    m_test->setMinimumWidth(m_test->sizeHint().width());
    m_test->setText(tr("&Test"));
    m_progress->setMinimumWidth(fontMetrics().horizontalAdvance(tr("%1 of %2 tested").arg(99).arg(99)) + 2 * metrics::edge);
    m_progress->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    m_progress->setAccessibleName(tr("Tests that have an answer"));
    auto *row = new QHBoxLayout;
    row->setSpacing(metrics::unit);
    for (QPushButton *button : {m_add, m_clone, m_delete})
        row->addWidget(button);
    row->addStretch(1);
    row->addWidget(m_progress);
    for (QPushButton *button : {m_cancel, m_test, m_testAll})
        row->addWidget(button);

    connect(m_add, &QPushButton::clicked, this, &EndpointList::addRequested);
    connect(m_clone, &QPushButton::clicked, this, [this] { Q_EMIT cloneRequested(current()); });
    connect(m_delete, &QPushButton::clicked, this, [this] { Q_EMIT deleteRequested(current()); });
    connect(m_test, &QPushButton::clicked, this, [this] { Q_EMIT testRequested(current()); });
    connect(m_testAll, &QPushButton::clicked, this, &EndpointList::testAllRequested);
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
    m_resetAct = m_menu->addAction(tr("Reset &breaker"));
    m_menu->addSeparator();
    mirror(m_clone);
    mirror(m_delete);
    connect(m_resetAct, &QAction::triggered, this, [this] { Q_EMIT resetRequested(current()); });
    connect(m_view, &QWidget::customContextMenuRequested, this, [this](const QPoint &at) {
        if (m_view->indexAt(at).isValid())
            m_menu->popup(m_view->viewport()->mapToGlobal(at));
    });
}

void EndpointList::setRows(const QList<EndpointRow> &rows, const QString &selected)
{
    const QScopedValueRollback filling(m_filling, true);
    m_model->setRows(rows);
    const int row = m_model->rowOf(selected);
    if (row != m_view->currentRow() || (row >= 0 && !m_view->selectionModel()->isRowSelected(row))) {
        m_view->setCurrentRow(row);
        if (row >= 0)
            m_view->scrollTo(m_model->index(row, 0));
    }
    offerActs();
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
    setPlainToolTip(m_test, !edited     ? tr("Ask this endpoint now")
                            : m_savable ? tr("Save what was typed, then ask this endpoint")
                                        : tr("What is marked in the form is to be corrected first."));
    setPlainToolTip(m_clone, there && !saved ? tr("It is to be saved first.") : QString());
    m_testAll->setEnabled(std::ranges::any_of(m_model->rows(), [](const EndpointRow &each) { return each.enabled && !each.isNew(); }));
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
