#include "ui/clusters/routelist.h"

#include "ui/clusters/rowdelegate.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/style.h"
#include "ui/widgets/theme.h"

#include <QAction>
#include <QEvent>
#include <QMenu>
#include <QPainter>
#include <QScopedValueRollback>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

constexpr int fewestRows = 3;
/// From this width on each condition has a column of its own.
constexpr int widthForConditions = 560;

QString conditionsOf(const RouteRow &row)
{
    QStringList said{row.rule.client, row.rule.requestClass, row.rule.model, row.rule.path};
    said.removeAll(QString());
    return said.isEmpty() ? RouteModel::tr("New route") : said.join(u" · "_s);
}

QString text(const RouteRow &row, int column)
{
    switch (column) {
    case RouteModel::Number: return row.isNew() ? RouteModel::tr("New", "route, not saved yet") : QString::number(row.number);
    case RouteModel::Client: return row.rule.client;
    case RouteModel::Class: return row.rule.requestClass;
    case RouteModel::Model: return row.rule.model;
    case RouteModel::Path: return row.rule.path;
    case RouteModel::Conditions: return conditionsOf(row);
    case RouteModel::Cluster: return row.rule.cluster;
    case RouteModel::AsksFor: return row.rule.setModel;
    default: return {};
    }
}

/// What stands there where the route says nothing.
QString wordForNone(int column)
{
    return column == RouteModel::AsksFor ? RouteModel::tr("As asked", "for the model that the client asks for") : RouteModel::tr("Any");
}

QString captionOf(const RouteRow &row, int column)
{
    if (column == RouteModel::Cluster)
        return row.isPassedOver ? RouteModel::tr("Passed over") : QString();
    if (column == RouteModel::Conditions)
        return row.rule.setModel.isEmpty() ? QString() : RouteModel::tr("Asks for %1", "model").arg(row.rule.setModel);
    return {};
}

QString toolTip(const RouteRow &row, int column)
{
    const QString shown = text(row, column);
    switch (column) {
    case RouteModel::Number:
        return row.isNew() ? RouteModel::tr("Not saved yet") : row.edited ? RouteModel::tr("Edited, not saved") : RouteModel::tr("Drag the row to change the order.");
    case RouteModel::Cluster:
        return row.isPassedOver ? RouteModel::tr("%1 has no enabled endpoint: the next route that a request meets counts.", "cluster").arg(shown) : shown;
    case RouteModel::Act: return {};
    default: return shown;
    }
}

QString accessibleText(const RouteModel &model, const RouteRow &row, int column)
{
    const QString said = text(row, column);
    switch (column) {
    case RouteModel::Number: return row.isNew() ? RouteModel::tr("New route") : RouteModel::tr("Route %1", "its number").arg(row.number);
    case RouteModel::Act: return {};
    default: break;
    }
    const QString value = said.isEmpty() ? wordForNone(column) : said;
    const QString whole = u"%1: %2"_s.arg(model.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString(), value);
    return captionOf(row, column).isEmpty() ? whole : u"%1, %2"_s.arg(whole, captionOf(row, column));
}

/// Begins a row with what it can be held by.
class RouteDelegate : public TwoLineDelegate
{
public:
    explicit RouteDelegate(RowView *view)
        : TwoLineDelegate(switchLeft, false, view)
    {
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        TwoLineDelegate::paint(painter, option, index);
        if (index.column() != RouteModel::Number || !index.flags().testFlag(Qt::ItemIsDragEnabled))
            return;
        const QColor ink = isFilled(option.state) ? option.palette.color(QPalette::HighlightedText) : coloursOf(option.palette).text3;
        drawGlyph(*painter, Glyph::Grip, QPointF(option.rect.left() + gripCentre, option.rect.center().y() + 0.5), ink);
    }

private:
    static constexpr int gripCentre = 15;
};

} // namespace

QVariant RouteModel::data(const QModelIndex &index, int role) const
{
    const RouteRow &row = this->row(index.row());
    const int column = index.column();
    const bool saysNothing = text(row, column).isEmpty();
    switch (role) {
    case Qt::DisplayRole: return column == Act ? QString() : saysNothing ? wordForNone(column) : text(row, column);
    case Qt::ToolTipRole: return plainToolTip(toolTip(row, column));
    case Qt::AccessibleTextRole: return accessibleText(*this, row, column);
    case TwoLineDelegate::CaptionRole: return captionOf(row, column);
    case TwoLineDelegate::CaptionMeaningRole: return column == Cluster && row.isPassedOver ? QVariant::fromValue(Meaning::Warning) : QVariant();
    case TwoLineDelegate::FaintRole: return saysNothing || row.isNew() || column == Number;
    case TwoLineDelegate::NameRole: return column == Cluster;
    case TwoLineDelegate::ButtonRole: return column == Act && !row.isNew() ? QVariant(QString()) : QVariant();
    default: return {};
    }
}

QVariant RouteModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int(Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Number: return tr("No.", "of a route");
    case Client: return tr("Client");
    case Class: return tr("Class");
    case Model: return tr("Model");
    case Path: return tr("Path");
    case Conditions: return tr("Requests");
    case Cluster: return tr("Cluster");
    case AsksFor: return tr("Asks for");
    default: return {};
    }
}

Qt::ItemFlags RouteModel::flags(const QModelIndex &index) const
{
    const Qt::ItemFlags flags = Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren;
    return row(index.row()).isNew() ? flags : flags | Qt::ItemIsDragEnabled;
}

RouteList::RouteList(QWidget *parent)
    : QWidget(parent)
    , m_model(new RouteModel(this))
    , m_view(new RowView(RowView::Look::Card))
    , m_menu(new QMenu(this))
{
    auto *cells = new RouteDelegate(m_view);
    m_view->setItemDelegate(cells);
    m_view->setModel(m_model);
    m_view->setAccessibleName(tr("Routes"));
    m_view->setAccessibleDescription(tr("Alt+Up and Alt+Down change the order, Enter edits a route, Delete deletes it."));
    makeMenu();
    sizeColumns();
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_view);

    connect(m_view->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex &now) {
        if (!m_filling && now.isValid())
            Q_EMIT selected(now.row());
    });
    connect(m_view, &RowView::rowMoveRequested, this, &RouteList::moveRequested);
    connect(m_view, &RowView::deleteRequested, this, &RouteList::deleteRequested);
    connect(m_view, &QTableView::activated, this, &RouteList::editRequested);
    connect(m_view, &QTableView::doubleClicked, this, &RouteList::editRequested);
    connect(cells, &TwoLineDelegate::menuClicked, this, [this](int, QPoint place) { openMenu(place - QPoint(m_menu->sizeHint().width(), 0)); });
    connect(m_view, &QWidget::customContextMenuRequested, this, [this](const QPoint &at) {
        // By the menu key it is asked for nowhere in particular.
        if (m_view->indexAt(at).isValid())
            openMenu(m_view->viewport()->mapToGlobal(at));
        else if (m_view->currentRow() >= 0)
            openMenu(m_view->menuPlace(m_view->currentRow()));
    });
}

/// The list itself takes the keys that are shown here.
void RouteList::makeMenu()
{
    const auto add = [this](const QString &text, const QKeySequence &shortcut) {
        QAction *act = m_menu->addAction(text);
        act->setShortcut(shortcut);
        act->setShortcutContext(Qt::WidgetShortcut);
        return act;
    };
    m_up = add(tr("Move &up"), Qt::ALT | Qt::Key_Up);
    m_down = add(tr("Move &down"), Qt::ALT | Qt::Key_Down);
    m_menu->addSeparator();
    connect(add(tr("D&elete"), Qt::Key_Delete), &QAction::triggered, this, [this] { Q_EMIT deleteRequested(m_view->currentRow()); });
    connect(m_up, &QAction::triggered, this, [this] { Q_EMIT moveRequested(m_view->currentRow(), m_view->currentRow() - 1); });
    connect(m_down, &QAction::triggered, this, [this] { Q_EMIT moveRequested(m_view->currentRow(), m_view->currentRow() + 1); });
}

void RouteList::openMenu(QPoint place)
{
    const int row = m_view->currentRow();
    if (row < 0)
        return;
    const bool saved = !m_model->row(row).isNew();
    m_up->setEnabled(saved && row > 0);
    m_down->setEnabled(saved && row + 1 < m_model->rowCount() && !m_model->row(row + 1).isNew());
    m_menu->popup(place);
}

void RouteList::setRows(const QList<RouteRow> &rows, int selected)
{
    const QScopedValueRollback filling(m_filling, true);
    m_model->setRows(rows);
    if (selected == m_view->currentRow() && (selected < 0 || m_view->selectionModel()->isRowSelected(selected)))
        return;
    m_view->setCurrentRow(selected);
    if (selected >= 0)
        m_view->scrollTo(m_model->index(selected, 0));
}

int RouteList::leastHeight() const
{
    const int rows = std::min(fewestRows, std::max(1, m_model->rowCount()));
    return m_view->wholeHeight() - (m_model->rowCount() - rows) * m_view->verticalHeader()->defaultSectionSize();
}

void RouteList::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        sizeColumns();
}

void RouteList::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    sizeColumns();
}

/// By the width alone, never by what is in them.
void RouteList::sizeColumns()
{
    using enum RouteModel::Column;
    QHeaderView *header = m_view->horizontalHeader();
    const bool isWide = width() >= widthForConditions;
    const int number = TwoLineDelegate::switchLeft + std::max(fontMetrics().horizontalAdvance(u"000"_s), fontMetrics().horizontalAdvance(text(RouteRow(), Number)) + 1) + TwoLineDelegate::gap;
    const int act = TwoLineDelegate::buttonsWidth(font(), {});
    const int rest = std::max(0, width() - number - act);
    header->resizeSection(Number, number);
    header->resizeSection(Act, act);
    header->setStretchLastSection(true); // It gets what is left of a pixel each.
    const QList<std::pair<int, double>> shares = isWide
        ? QList<std::pair<int, double>>{{Client, 0.16}, {Class, 0.14}, {Model, 0.18}, {Path, 0.175}, {Conditions, 0}, {Cluster, 0.17}, {AsksFor, 0.175}}
        : QList<std::pair<int, double>>{{Client, 0}, {Class, 0}, {Model, 0}, {Path, 0}, {Conditions, 0.62}, {Cluster, 0.38}, {AsksFor, 0}};
    for (const auto &[column, share] : shares) {
        m_view->setColumnHidden(column, share == 0);
        if (share > 0)
            header->resizeSection(column, static_cast<int>(rest * share));
    }
}

} // namespace qcc
