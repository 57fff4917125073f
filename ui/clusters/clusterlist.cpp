#include "ui/clusters/clusterlist.h"

#include "ui/clusters/rowview.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/theme.h"

#include <QAction>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QMenu>
#include <QPushButton>
#include <QScopedValueRollback>

namespace qcc {

namespace {

QString captionOf(const ClusterRow &row)
{
    if (!row.saved)
        return ClusterModel::tr("not saved yet");
    QStringList parts;
    if (row.inUse)
        parts << ClusterModel::tr("in use", "cluster");
    // Side by side they would not fit; what is not saved matters more.
    if (row.edited)
        parts << ClusterModel::tr("edited", "not saved yet");
    else
        parts << (row.endpoints == 1 ? ClusterModel::tr("1 endpoint") : ClusterModel::tr("%1 endpoints").arg(row.endpoints));
    return parts.join(QStringLiteral(" · "));
}

} // namespace

QVariant ClusterModel::data(const QModelIndex &index, int role) const
{
    const ClusterRow &row = this->row(index.row());
    switch (role) {
    case Qt::DisplayRole:
    case Qt::EditRole: return row.name;
    case Qt::ToolTipRole: return plainToolTip(QStringLiteral("%1\n%2").arg(row.name, captionOf(row)));
    case Qt::AccessibleTextRole: return QStringLiteral("%1, %2").arg(row.name, captionOf(row));
    case TwoLineDelegate::CaptionRole: return captionOf(row);
    case TwoLineDelegate::MarkRole: return row.inUse ? QVariant::fromValue(Meaning::Success) : QVariant();
    default: return {};
    }
}

Qt::ItemFlags ClusterModel::flags(const QModelIndex &index) const
{
    const Qt::ItemFlags flags = Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren;
    return row(index.row()).saved ? flags | Qt::ItemIsEditable | Qt::ItemIsDragEnabled : flags;
}

bool ClusterModel::setData(const QModelIndex &index, const QVariant &value, int role)
{
    const QString name = value.toString().trimmed();
    if (role == Qt::EditRole && !name.isEmpty() && name != row(index.row()).name)
        Q_EMIT renameRequested(row(index.row()).name, name);
    return false;
}

namespace {

constexpr int fewestChars = 16;

} // namespace

ClusterList::ClusterList(QWidget *parent)
    : QWidget(parent)
    , m_model(new ClusterModel(this))
    , m_view(new RowView)
    , m_acts(new QMenu(this))
{
    m_view->setModel(m_model);
    m_view->horizontalHeader()->hide();
    m_view->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_view->setMinimumWidth(fontMetrics().averageCharWidth() * fewestChars);
    m_view->setAccessibleName(tr("Clusters"));
    m_view->setAccessibleDescription(tr("Alt+Up and Alt+Down move a cluster, F2 renames it."));

    m_use = addAct(tr("&Use this cluster"), {}, &ClusterList::useRequested);
    m_acts->addSeparator();
    connect(addAct(tr("&Rename"), Qt::Key_F2, nullptr), &QAction::triggered, this, [this] { editName(current()); });
    addAct(tr("&Clone"), {}, &ClusterList::cloneRequested);
    addAct(tr("&Delete"), {}, &ClusterList::deleteRequested);
    m_acts->addSeparator();
    m_import = m_acts->addAction(tr("&Import…"));
    connect(m_import, &QAction::triggered, this, &ClusterList::importRequested);

    auto *add = new QPushButton(tr("Ne&w"));
    setPlainToolTip(add, tr("Add a cluster"));
    add->setAccessibleName(add->toolTip());
    auto *more = new QPushButton(tr("M&ore"));
    more->setMenu(m_acts);
    setPlainToolTip(more, tr("What else can be done to the selected cluster"));
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(metrics::unit);
    for (QPushButton *button : {add, more})
        buttons->addWidget(button, 1);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::unit);
    column->addWidget(m_view, 1);
    column->addLayout(buttons);

    connect(add, &QPushButton::clicked, this, &ClusterList::addRequested);
    connect(m_acts, &QMenu::aboutToShow, this, &ClusterList::offerActs);
    connect(m_model, &ClusterModel::renameRequested, this, &ClusterList::renameRequested);
    connect(m_view->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this] {
        if (!m_filling && !current().isEmpty())
            Q_EMIT selected(current());
    });
    connect(m_view, &RowView::rowMoveRequested, this, [this](int from, int to) { Q_EMIT moveRequested(m_model->row(from).name, to); });
    connect(m_view, &RowView::deleteRequested, this, [this](int row) { Q_EMIT deleteRequested(m_model->row(row).name); });
    connect(m_view, &QTableView::doubleClicked, this, [this] { editName(current()); });
    connect(m_view, &QWidget::customContextMenuRequested, this, [this](const QPoint &at) {
        if (m_view->indexAt(at).isValid())
            m_acts->popup(m_view->viewport()->mapToGlobal(at));
    });
}

QAction *ClusterList::addAct(const QString &text, const QKeySequence &shortcut, void (ClusterList::*signal)(const QString &))
{
    QAction *act = m_acts->addAction(text);
    act->setShortcut(shortcut);
    act->setShortcutContext(Qt::WidgetShortcut);
    m_view->addAction(act);
    if (signal) {
        connect(act, &QAction::triggered, this, [this, signal] {
            if (!current().isEmpty())
                Q_EMIT (this->*signal)(current());
        });
    }
    return act;
}

void ClusterList::setRows(const QList<ClusterRow> &rows, const QString &selected)
{
    const QScopedValueRollback filling(m_filling, true);
    m_model->setRows(rows);
    m_view->setCurrentRow(m_model->rowOf(selected));
}

void ClusterList::editName(const QString &name)
{
    const int row = m_model->rowOf(name);
    if (row < 0 || !m_model->row(row).saved)
        return;
    m_view->setFocus(Qt::OtherFocusReason);
    m_view->edit(m_model->index(row, 0));
}

QString ClusterList::current() const
{
    const int row = m_view->currentRow();
    return row < 0 ? QString() : m_model->row(row).name;
}

void ClusterList::offerActs()
{
    const int row = m_view->currentRow();
    const bool saved = row >= 0 && m_model->row(row).saved;
    for (QAction *act : m_acts->actions())
        act->setEnabled(saved || act == m_import);
    m_use->setEnabled(saved && !m_model->row(row).inUse);
}

} // namespace qcc
