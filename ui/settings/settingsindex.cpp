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
        const auto *view = qobject_cast<const SettingsIndex *>(option.widget);
        const bool marked = view && view->marked() == index.row();
        const bool hovered = option.state & QStyle::State_MouseOver;
        painter->save();
        if (marked || hovered)
            drawBox(*painter, option.rect, tokens::radius::row, marked ? colours.selected : colours.hover, {});
        const QString text = index.data().toString();
        painter->setFont(marked ? metrics::strong(option.font, text) : option.font);
        painter->setPen(marked ? colours.text : colours.text2);
        const QRect words = option.rect.adjusted(padding, 0, -padding, 0);
        painter->drawText(words, Qt::AlignLeft | Qt::AlignVCenter, painter->fontMetrics().elidedText(text, Qt::ElideRight, words.width()));
        if ((option.state & QStyle::State_HasFocus) && view && view->window()->testAttribute(Qt::WA_KeyboardFocusChange))
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
    setSelectionMode(NoSelection);
    connect(this, &QListWidget::itemClicked, this, [this](const QListWidgetItem *item) { choose(row(item)); });
}

void SettingsIndex::setShown(int section, bool shown)
{
    setRowHidden(section, !shown);
}

void SettingsIndex::mark(int section)
{
    m_marked = section;
    viewport()->update();
    // The keys go on from there.
    const QScopedValueRollback marks(m_marks, true);
    if (hasFocus())
        setCurrentRow(section);
}

void SettingsIndex::focusInEvent(QFocusEvent *event)
{
    mark(m_marked);
    QListWidget::focusInEvent(event);
}

void SettingsIndex::currentChanged(const QModelIndex &current, const QModelIndex &previous)
{
    QListWidget::currentChanged(current, previous);
    if (current.isValid() && !m_marks)
        choose(current.row());
}

void SettingsIndex::choose(int section)
{
    m_marked = section;
    viewport()->update();
    Q_EMIT chosen(section);
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
