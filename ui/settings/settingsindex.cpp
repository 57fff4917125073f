#include "ui/settings/settingsindex.h"

#include "ui/widgets/shapes.h"
#include "ui/widgets/theme.h"

#include <QPainter>
#include <QScopedValueRollback>
#include <QScrollBar>
#include <QStyledItemDelegate>
#include <QWheelEvent>

#include <algorithm>

namespace qcc {

namespace {

constexpr int least = 168; ///< Width.
constexpr int rowHeight = 28;
constexpr int padding = 10;

class Delegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const override
    {
        return {0, std::max(rowHeight, option.fontMetrics.height() + 8)};
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const Colours colours = coloursOf(option.palette);
        const bool marked = option.state & QStyle::State_Selected;
        const bool hovered = option.state & QStyle::State_MouseOver;
        painter->save();
        if (marked || hovered)
            drawBox(*painter, option.rect, tokens::radius::row, marked ? colours.selected : colours.hover, {});
        const QString text = index.data().toString();
        painter->setFont(marked ? metrics::strong(option.font, text) : option.font);
        painter->setPen(marked ? colours.text : colours.text2);
        const QRect words = option.rect.adjusted(padding, 0, -padding, 0);
        painter->drawText(words, Qt::AlignLeft | Qt::AlignVCenter, painter->fontMetrics().elidedText(text, Qt::ElideRight, words.width()));
        if ((option.state & QStyle::State_HasFocus) && option.widget && option.widget->window()->testAttribute(Qt::WA_KeyboardFocusChange))
            drawFocus(*painter, option.rect, tokens::radius::row, colours.accent);
        painter->restore();
    }
};

} // namespace

SettingsIndex::SettingsIndex(const QStringList &sections, QWidget *parent)
    : QListWidget(parent)
{
    setAccessibleName(tr("Sections"));
    addItems(sections);
    setItemDelegate(new Delegate(this));
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    viewport()->setAutoFillBackground(false);
    viewport()->setAttribute(Qt::WA_Hover);
    setMouseTracking(true);
    connect(this, &QListWidget::itemClicked, this, [this](const QListWidgetItem *item) { Q_EMIT chosen(row(item)); });
}

void SettingsIndex::setShown(int section, bool shown)
{
    setRowHidden(section, !shown);
}

void SettingsIndex::mark(int section)
{
    const QScopedValueRollback marks(m_marks, true);
    setCurrentRow(section);
}

void SettingsIndex::currentChanged(const QModelIndex &current, const QModelIndex &previous)
{
    QListWidget::currentChanged(current, previous);
    if (current.isValid() && !m_marks)
        Q_EMIT chosen(current.row());
}

QSize SettingsIndex::sizeHint() const
{
    int widest = 0;
    for (int i = 0; i < count(); ++i)
        widest = std::max(widest, QFontMetrics(metrics::strong(font(), item(i)->text())).horizontalAdvance(item(i)->text()));
    return {std::max(least, widest + 2 * padding), count() * sizeHintForRow(0)};
}

// It belongs to what it is an index of.
void SettingsIndex::wheelEvent(QWheelEvent *event)
{
    if (verticalScrollBar()->maximum() > 0)
        QListWidget::wheelEvent(event);
    else
        event->ignore();
}

} // namespace qcc
