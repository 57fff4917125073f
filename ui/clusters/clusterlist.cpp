#include "ui/clusters/clusterlist.h"

#include "ui/clusters/endpointmodel.h"
#include "ui/clusters/rowdelegate.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/shapes.h"
#include "ui/widgets/theme.h"

#include <QAbstractButton>
#include <QAction>
#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QPainter>
#include <QScopedValueRollback>
#include <QToolButton>

#include <algorithm>

namespace qcc {

namespace {

QString captionOf(const ClusterRow &row)
{
    if (!row.saved)
        return ClusterModel::tr("Not saved yet");
    // Side by side they would not fit; what is not saved matters more.
    const QString holds = row.edited ? ClusterModel::tr("edited", "not saved yet")
        : row.usable                 ? ClusterModel::tr("%1 of %2 usable", "endpoints").arg(*row.usable).arg(row.enabled)
        : row.endpoints == 1         ? ClusterModel::tr("1 endpoint")
                                     : ClusterModel::tr("%1 endpoints").arg(row.endpoints);
    return row.inUse ? ClusterModel::tr("In use · %1", "cluster, what it holds").arg(holds) : capitalised(holds);
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
    case TwoLineDelegate::MarkRole: return QVariant::fromValue(row.meaning);
    case TwoLineDelegate::NameRole: return true;
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

constexpr int listWidth = 216;
constexpr int narrowWidth = 176;

/// With a drawing in place of words.
class GlyphButton : public QToolButton
{
public:
    GlyphButton(Glyph glyph, const QString &name, const QString &tip)
        : m_glyph(glyph)
    {
        setAutoRaise(true);
        setFixedSize(28, 28);
        setFocusPolicy(Qt::StrongFocus);
        setAccessibleName(name);
        setPlainToolTip(this, tip);
    }

protected:
    void paintEvent(QPaintEvent *event) override
    {
        QToolButton::paintEvent(event);
        QPainter painter(this);
        const Colours colours = coloursOf(palette());
        drawGlyph(painter, m_glyph, QRectF(rect()).center(), isEnabled() ? colours.text2 : colours.disabled);
        if (hasFocus() && window()->testAttribute(Qt::WA_KeyboardFocusChange))
            drawFocus(painter, rect(), tokens::radius::control, colours.accent);
    }

private:
    const Glyph m_glyph;
};

} // namespace

/// The last line of the list: the routes, and how many there are.
class RoutesEntry : public QAbstractButton
{
public:
    RoutesEntry()
    {
        setText(ClusterList::tr("Routes"));
        setFocusPolicy(Qt::StrongFocus);
        setAttribute(Qt::WA_Hover);
        setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
        setPlainToolTip(this, ClusterList::tr("Which requests go to another cluster than the one in use"));
    }

    void setState(qsizetype count, bool isShown)
    {
        m_count = count;
        m_isShown = isShown;
        setAccessibleName(count > 0 ? QStringLiteral("%1, %2").arg(text()).arg(count) : text());
        update();
    }

    QSize sizeHint() const override { return {fontMetrics().horizontalAdvance(text()) + 2 * wordsLeft, std::max(tokens::size::row, fontMetrics().height() + metrics::unit)}; }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        const Colours colours = coloursOf(palette());
        if (m_isShown || underMouse())
            drawBox(painter, rect(), tokens::radius::row, m_isShown ? colours.selected : colours.hover, {});
        drawSigns(painter, m_isShown ? colours.accent : colours.text2);
        painter.setFont(m_isShown ? metrics::strong(font(), text()) : metrics::medium(font(), text()));
        painter.setPen(colours.text);
        painter.drawText(rect().adjusted(wordsLeft, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, text());
        painter.setFont(metrics::caption(font()));
        painter.setPen(colours.text3);
        if (m_count > 0)
            painter.drawText(rect().adjusted(0, 0, -signsLeft, 0), Qt::AlignRight | Qt::AlignVCenter, QLocale().toString(m_count));
        if (hasFocus() && window()->testAttribute(Qt::WA_KeyboardFocusChange))
            drawFocus(painter, rect(), tokens::radius::row, colours.accent);
    }

    void keyPressEvent(QKeyEvent *event) override
    {
        if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
            click();
        else
            QAbstractButton::keyPressEvent(event);
    }

private:
    static constexpr int signsLeft = 10;
    static constexpr int wordsLeft = 32; // As in the rows above, behind the mark.

    /// A way that parts into two.
    void drawSigns(QPainter &painter, const QColor &ink) const
    {
        painter.save();
        painter.setRenderHint(QPainter::Antialiasing);
        painter.translate(signsLeft, height() / 2.0);
        painter.setPen(QPen(ink, 1.4, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.drawLine(QPointF(0, 0), QPointF(4, 0));
        painter.drawPolyline(QPolygonF{{4, 0}, {7, -4}, {11, -4}});
        painter.drawPolyline(QPolygonF{{4, 0}, {7, 4}, {11, 4}});
        painter.restore();
    }

    qsizetype m_count = 0;
    bool m_isShown = false;
};

ClusterList::ClusterList(QWidget *parent)
    : QWidget(parent)
    , m_title(new TextLabel(tr("Clusters")))
    , m_hint(new TextLabel(tr("Drop an endpoint on a cluster to move it there.")))
    , m_model(new ClusterModel(this))
    , m_view(new RowView(RowView::Look::Plain))
    , m_acts(new QMenu(this))
    , m_routes(new RoutesEntry)
{
    setFixedWidth(listWidth);
    m_hint->setWordWrap(true);
    m_view->setModel(m_model);
    m_view->horizontalHeader()->hide();
    m_view->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_view->setAccessibleName(tr("Clusters"));
    m_view->setAccessibleDescription(tr("Alt+Up and Alt+Down move a cluster, F2 renames it."));

    m_use = addAct(tr("&Use this cluster"), {}, &ClusterList::useRequested);
    m_acts->addSeparator();
    connect(addAct(tr("&Rename"), Qt::Key_F2, nullptr), &QAction::triggered, this, [this] { editName(current()); });
    addAct(tr("&Clone"), {}, &ClusterList::cloneRequested);
    addAct(tr("Copy &address"), {}, &ClusterList::copyAddressRequested);
    addAct(tr("&Delete"), {}, &ClusterList::deleteRequested);
    m_acts->addSeparator();
    m_import = m_acts->addAction(tr("&Import…"));
    connect(m_import, &QAction::triggered, this, &ClusterList::importRequested);

    auto *add = new GlyphButton(Glyph::Plus, tr("Add a cluster"), tr("Add a cluster"));
    auto *more = new GlyphButton(Glyph::Dots, tr("More for this cluster"), tr("What else can be done to the selected cluster"));
    auto *head = new QHBoxLayout;
    head->setContentsMargins(10, 0, 0, 0);
    head->setSpacing(0);
    head->addWidget(m_title, 1);
    head->addWidget(add);
    head->addWidget(more);
    auto *foot = new QHBoxLayout;
    foot->setContentsMargins(10, metrics::unit, 10, metrics::unit);
    foot->addWidget(m_hint);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(metrics::unit, tokens::space::margin - 3, metrics::unit, metrics::unit);
    column->setSpacing(metrics::unit);
    column->addLayout(head);
    column->addWidget(m_view, 1);
    column->addLayout(foot);
    column->addWidget(m_routes);
    dress();

    connect(add, &QToolButton::clicked, this, &ClusterList::addRequested);
    connect(m_routes, &QAbstractButton::clicked, this, &ClusterList::routesRequested);
    connect(more, &QToolButton::clicked, this, [this, more] { m_acts->popup(more->mapToGlobal(QPoint(0, more->height()))); });
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
        // By the menu key it is asked for nowhere in particular.
        if (m_view->indexAt(at).isValid())
            m_acts->popup(m_view->viewport()->mapToGlobal(at));
        else if (m_view->currentRow() >= 0 && m_view->hasFocus())
            m_acts->popup(m_view->menuPlace(m_view->currentRow()));
    });
}

void ClusterList::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        dress();
}

void ClusterList::dress()
{
    m_title->setFont(metrics::title(font()));
    QPalette colours = palette();
    colours.setColor(QPalette::WindowText, coloursOf(colours).text3);
    m_hint->setPalette(colours);
    m_hint->setFont(metrics::caption(font()));
}

void ClusterList::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(width() - 1, 0, 1, height(), coloursOf(palette()).hairline);
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

void ClusterList::setRoutes(qsizetype count, bool isShown)
{
    m_routes->setState(count, isShown);
    m_hint->setVisible(m_model->rowCount() > 1 && !isShown);
}

void ClusterList::setNarrow(bool narrow)
{
    setFixedWidth(narrow ? narrowWidth : listWidth);
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
