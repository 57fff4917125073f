#include "ui/requests/exchangesview.h"

#include "ui/requests/exchangedelegate.h"
#include "ui/requests/exchangesmodel.h"
#include "ui/widgets/style.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QCursor>
#include <QDataStream>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QScopedValueRollback>
#include <QResizeEvent>
#include <QScrollBar>

#include <algorithm>
#include <array>

namespace qcc {

namespace {

/// What each column must hold without being cut off; client and model are elided where they are longer than most.
QString sampleOf(int column)
{
    switch (column) {
    case ExchangesModel::Time: return QStringLiteral("00:00:00");
    case ExchangesModel::Client: return QStringLiteral("claude-code-x");
    case ExchangesModel::Model: return QStringLiteral("claude-sonnet-4-5-x");
    case ExchangesModel::FirstByte:
    case ExchangesModel::Total: return QStringLiteral("0:00 min");
    case ExchangesModel::Tokens: return QStringLiteral("888 k → 8.8 k");
    default: return {};
    }
}

/// Those that give way to the attempts, what says least first.
constexpr std::array givingWay{ExchangesModel::Tokens, ExchangesModel::Model, ExchangesModel::Client};
constexpr int leastAttemptsInChars = 28;
constexpr int belowHeader = 4; ///< Free between its line and the first row.

/// Captions over their columns, at the same edge as what these hold; a platform's style has its own.
class ExchangesHeader : public QHeaderView
{
public:
    explicit ExchangesHeader(QWidget *parent) : QHeaderView(Qt::Horizontal, parent)
    {
        setSectionsClickable(true);
        setHighlightSections(false);
    }

    QSize sizeHint() const override
    {
        const QSize usual = QHeaderView::sizeHint();
        return hasOwnStyle() ? QSize(usual.width(), std::max(tokens::size::tableHeader, fontMetrics().height() + 14) + belowHeader) : usual;
    }

protected:
    void paintSection(QPainter *painter, const QRect &rect, int section) const override
    {
        if (!hasOwnStyle()) {
            QHeaderView::paintSection(painter, rect, section);
            return;
        }
        const Colours colours = coloursOf(palette());
        painter->fillRect(rect, colours.page);
        painter->fillRect(rect.left(), rect.bottom() - belowHeader, rect.width(), 1, colours.hairline);
        QRect words = rect.adjusted(ExchangeDelegate::padding, 0, -ExchangeDelegate::padding, -belowHeader - 1);
        const auto alignment = model()->headerData(section, Qt::Horizontal, Qt::TextAlignmentRole).value<Qt::Alignment>();
        const bool isRight = alignment & Qt::AlignRight;
        painter->setFont(metrics::caption(font()));
        const QString title = painter->fontMetrics().elidedText(model()->headerData(section, Qt::Horizontal, Qt::DisplayRole).toString(), Qt::ElideRight, words.width());
        const bool isHovered = section == logicalIndexAt(mapFromGlobal(QCursor::pos())) && underMouse();
        painter->setPen(isHovered ? colours.text2 : colours.text3);
        painter->drawText(words, alignment, title);
        // The usual order needs no sign.
        const bool isUsual = section == ExchangesModel::Time && sortIndicatorOrder() == Qt::DescendingOrder;
        if (section != sortIndicatorSection() || isUsual)
            return;
        const double beside = painter->fontMetrics().horizontalAdvance(title) + 9.0;
        drawChevron(*painter, QPointF(isRight ? words.right() - beside : words.left() + beside, words.center().y() + 1), colours.text3,
                    sortIndicatorOrder() == Qt::AscendingOrder ? Towards::Up : Towards::Down, 0.8);
    }
};

} // namespace

ExchangesView::ExchangesView(ExchangesModel &model, QWidget *parent)
    : QTreeView(parent)
    , m_model(model)
{
    setHeader(new ExchangesHeader(this));
    setModel(&model);
    setItemDelegate(new ExchangeDelegate(this));
    setAccessibleName(tr("Requests"));
    setAccessibleDescription(tr("Requests that run and that have finished, the newest first unless a column is sorted"));
    setRootIsDecorated(false);
    setItemsExpandable(false);
    setUniformRowHeights(true);
    setAllColumnsShowFocus(true);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn);
    setTextElideMode(Qt::ElideMiddle);
    setFrameShape(QFrame::NoFrame);
    // It stands on the page, not on a card.
    viewport()->setBackgroundRole(QPalette::Window);
    header()->setStretchLastSection(false);
    header()->setSectionsMovable(false);
    header()->setHighlightSections(false);
    header()->setSortIndicator(ExchangesModel::Time, Qt::DescendingOrder);
    setSortingEnabled(true);
    header()->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(header(), &QWidget::customContextMenuRequested, this, [this](const QPoint &at) { columnsMenu()->popup(header()->mapToGlobal(at)); });
    connect(header(), &QHeaderView::sectionResized, this, [this](int column, int, int width) {
        if (m_sizing || width == 0)
            return;
        if (column != ExchangesModel::Attempts)
            m_widths[column] = width;
        sizeColumns();
    });
    sizeColumns();
}

void ExchangesView::keepingPlace(const std::function<void()> &change)
{
    const bool atTop = verticalScrollBar()->value() == 0;
    const auto [key, above] = anchor();
    change();
    executeDelayedItemsLayout();
    if (atTop) {
        verticalScrollBar()->setValue(0);
        return;
    }
    if (const int row = m_model.rowOf(key); row >= 0)
        verticalScrollBar()->setValue(row * rowHeight(m_model.index(row, 0)) + above);
}

std::pair<quint64, int> ExchangesView::anchor() const
{
    std::pair<quint64, int> first{0, 0};
    const int bottom = viewport()->height();
    for (QModelIndex index = indexAt({0, 0}); index.isValid(); index = indexBelow(index)) {
        const int top = visualRect(index).top();
        const ExchangeRow &row = m_model.at(index.row());
        if (first.first == 0)
            first = {row.key, -top};
        if (top >= bottom)
            break;
        if (row.finished())
            return {row.key, -top};
    }
    return first;
}

QByteArray ExchangesView::saveColumns() const
{
    QByteArray state;
    QDataStream stream(&state, QIODevice::WriteOnly);
    QList<int> widths;
    if (!m_widths.isEmpty()) {
        for (int column = 0; column < ExchangesModel::columns; ++column)
            widths.append(m_widths.value(column));
    }
    stream << widths << m_hidden << header()->sortIndicatorSection() << int(header()->sortIndicatorOrder());
    return state;
}

void ExchangesView::restoreColumns(const QByteArray &state)
{
    QDataStream stream(state);
    QList<int> widths;
    QSet<int> hidden;
    int sorted = ExchangesModel::Time;
    int order = Qt::DescendingOrder;
    stream >> widths >> hidden >> sorted >> order;
    if (stream.status() != QDataStream::Ok || sorted < 0 || sorted >= ExchangesModel::columns)
        return;
    sortByColumn(sorted, order == Qt::AscendingOrder ? Qt::AscendingOrder : Qt::DescendingOrder);
    m_hidden = hidden & QSet<int>{ExchangesModel::Client, ExchangesModel::Model, ExchangesModel::FirstByte, ExchangesModel::Total, ExchangesModel::Tokens};
    m_widths.clear();
    for (int column = 0; widths.size() == ExchangesModel::columns && column < widths.size(); ++column) {
        if (widths.at(column) > 0 && column != ExchangesModel::Attempts)
            m_widths[column] = std::max(header()->minimumSectionSize(), widths.at(column));
    }
    sizeColumns();
}

int ExchangesView::widthOf(int column) const
{
    if (const int chosen = m_widths.value(column); chosen > 0)
        return chosen;
    const int content = column == ExchangesModel::State ? ExchangeDelegate::stateWidth(fontMetrics()) : fontMetrics().horizontalAdvance(sampleOf(column));
    const QString title = m_model.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
    const int caption = hasOwnStyle() ? QFontMetrics(metrics::caption(font())).horizontalAdvance(title) : header()->sectionSizeHint(column) - 2 * ExchangeDelegate::padding;
    return std::max(content, caption) + 2 * ExchangeDelegate::padding;
}

int ExchangesView::leastAttempts() const
{
    return leastAttemptsInChars * QFontMetrics(metrics::caption(font())).averageCharWidth() + 2 * ExchangeDelegate::padding;
}

bool ExchangesView::hasRoomFor(const QSet<int> &hidden) const
{
    int sum = leastAttempts();
    for (int column = 0; column < ExchangesModel::columns; ++column)
        sum += column == ExchangesModel::Attempts || hidden.contains(column) ? 0 : widthOf(column);
    return sum <= viewport()->width();
}

void ExchangesView::sizeColumns()
{
    const QScopedValueRollback sizing(m_sizing, true);
    QSet<int> hidden = m_hidden;
    for (const int column : givingWay) {
        if (hasRoomFor(hidden))
            break;
        hidden.insert(column);
    }
    int others = 0;
    for (int column = 0; column < ExchangesModel::columns; ++column) {
        setColumnHidden(column, hidden.contains(column));
        if (column == ExchangesModel::Attempts || hidden.contains(column))
            continue;
        setColumnWidth(column, widthOf(column));
        others += columnWidth(column);
    }
    setColumnWidth(ExchangesModel::Attempts, std::max(leastAttempts(), viewport()->width() - others));
}

void ExchangesView::resizeEvent(QResizeEvent *event)
{
    QTreeView::resizeEvent(event);
    sizeColumns();
    // The details that a line opens come over it where it stands low.
    const QRect line = currentIndex().isValid() ? visualRect(currentIndex()) : QRect();
    if (line.isValid() && line.bottom() < event->oldSize().height() && line.bottom() >= viewport()->height())
        scrollTo(currentIndex());
}

void ExchangesView::changeEvent(QEvent *event)
{
    QTreeView::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
        sizeColumns();
}

QMenu *ExchangesView::menuFor(int row)
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const ExchangeRow &line = m_model.at(row);
    const ExchangeRecord *finished = line.finished();
    const RunningView *running = line.running();
    const QString id = running ? running->id() : finished->id();
    QAction *copy = menu->addAction(tr("&Copy details"));
    copy->setShortcut(QKeySequence::Copy);
    connect(copy, &QAction::triggered, this, &ExchangesView::copyRequested);
    connect(menu->addAction(tr("Copy &id")), &QAction::triggered, this, [id] { QGuiApplication::clipboard()->setText(id); });
    connect(menu->addAction(tr("Show in the &log")), &QAction::triggered, this, [this, id] { Q_EMIT logRequested(id + u']'); });
    menu->addSeparator();
    const ExchangeRecord known = running ? running->soFar(running->ageMs) : *finished;
    QStringList words;
    for (const AttemptRecord &attempt : known.attempts)
        words << attempt.endpointName;
    words << (running ? running->model : known.model) << (running ? running->client : known.client) << (running ? running->cluster : known.cluster);
    words.removeAll(QString());
    words.removeDuplicates();
    for (const QString &word : std::as_const(words)) {
        QAction *only = menu->addAction(tr("Only \"%1\"", "what is searched for").arg(QString(word).replace(u'&', QStringLiteral("&&"))));
        connect(only, &QAction::triggered, this, [this, word] { Q_EMIT searchRequested(word); });
    }
    return menu;
}

QMenu *ExchangesView::columnsMenu()
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (const int column : {ExchangesModel::Client, ExchangesModel::Model, ExchangesModel::FirstByte, ExchangesModel::Total, ExchangesModel::Tokens}) {
        const QString title = m_model.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
        const bool lacksRoom = isColumnHidden(column) && !m_hidden.contains(column);
        QAction *shown = menu->addAction(lacksRoom ? tr("%1 (the window is too narrow)", "a column").arg(title) : title);
        shown->setCheckable(true);
        shown->setChecked(!isColumnHidden(column));
        shown->setEnabled(!lacksRoom);
        connect(shown, &QAction::toggled, this, [this, column](bool show) {
            if (show)
                m_hidden.remove(column);
            else
                m_hidden.insert(column);
            sizeColumns();
        });
    }
    menu->addSeparator();
    connect(menu->addAction(tr("&Reset columns")), &QAction::triggered, this, [this] {
        m_hidden.clear();
        m_widths.clear();
        sortByColumn(ExchangesModel::Time, Qt::DescendingOrder);
        sizeColumns();
    });
    return menu;
}

void ExchangesView::contextMenuEvent(QContextMenuEvent *event)
{
    const bool byKey = event->reason() == QContextMenuEvent::Keyboard;
    const QModelIndex index = byKey ? currentIndex() : indexAt(event->pos());
    if (!index.isValid())
        return;
    menuFor(index.row())->popup(byKey ? viewport()->mapToGlobal(visualRect(index).center()) : event->globalPos());
}

void ExchangesView::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Copy)) {
        Q_EMIT copyRequested();
        event->accept();
        return;
    }
    QTreeView::keyPressEvent(event);
}

} // namespace qcc
