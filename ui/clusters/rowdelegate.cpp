#include "ui/clusters/rowdelegate.h"

#include "ui/clusters/rowview.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/motion.h"
#include "ui/widgets/style.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

namespace qcc {

namespace {

constexpr int handleLeft = 8;
constexpr int markSize = 12;
constexpr int smallMark = 10;
constexpr int menuSize = 28;
constexpr int buttonPadding = 10;
constexpr int between = tokens::space::half;
constexpr int atTheEnd = tokens::space::unit;
constexpr int barHeight = 3;

QFont buttonFont(const QFont &font, const QString &text)
{
    return metrics::medium(metrics::caption(font), text);
}

QRect switchRect(const QRect &cell)
{
    QRect rect(QPoint(), sizeOf(Switch::Size::Small));
    rect.moveCenter(cell.center());
    rect.moveLeft(cell.left() + TwoLineDelegate::switchLeft);
    return rect;
}

/// 0 is off, 1 is on.
double placeOfKnob(const QModelIndex &index)
{
    return index.data(Qt::CheckStateRole).toInt() == Qt::Checked ? 1 : 0;
}

QRect menuRect(const QRect &cell)
{
    QRect rect(0, 0, menuSize, menuSize);
    rect.moveCenter(cell.center());
    rect.moveRight(cell.right() - atTheEnd);
    return rect;
}

/// Empty where there is no room for it.
QRect buttonRect(const QRect &cell, const QFont &font, const QString &text)
{
    const QFontMetrics measure(buttonFont(font, text));
    QRect rect(0, 0, measure.horizontalAdvance(text) + 2 * buttonPadding, std::max(tokens::size::controlSmall, measure.height() + 6));
    rect.moveCenter(cell.center());
    rect.moveRight(menuRect(cell).left() - between);
    return text.isEmpty() || rect.left() < cell.left() ? QRect() : rect;
}

/// What the pointer is over, as far as a view tells it.
bool isUnderPointer(const QStyleOptionViewItem &cell, const QRect &rect)
{
    const auto *view = qobject_cast<const RowView *>(cell.widget);
    return view && rect.contains(view->pointer());
}

QPoint placeOnScreen(const QStyleOptionViewItem &cell, QPoint place)
{
    const auto *view = qobject_cast<const QAbstractItemView *>(cell.widget);
    return view ? view->viewport()->mapToGlobal(place) : place;
}

bool isHeld(const QStyleOptionViewItem &cell)
{
    const auto *view = qobject_cast<const RowView *>(cell.widget);
    return view && view->isPressed();
}

} // namespace

void drawGlyph(QPainter &painter, Glyph glyph, QPointF centre, const QColor &colour)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(centre);
    if (glyph == Glyph::Plus) {
        painter.setPen(QPen(colour, 1.4, Qt::SolidLine, Qt::RoundCap));
        painter.drawLine(QPointF(0, -5), QPointF(0, 5));
        painter.drawLine(QPointF(-5, 0), QPointF(5, 0));
    } else {
        painter.setPen(Qt::NoPen);
        painter.setBrush(colour);
        const bool grip = glyph == Glyph::Grip;
        const double radius = grip ? 0.9 : 1.2;
        const QList<double> across = grip ? QList<double>{-2, 2} : QList<double>{-4, 0, 4}, down = grip ? QList<double>{-3.5, 0, 3.5} : QList<double>{0};
        for (const double x : across) {
            for (const double y : down)
                painter.drawEllipse(QPointF(x, y), radius, radius);
        }
    }
    painter.restore();
}

TwoLineDelegate::TwoLineDelegate(int inset, bool markAbove, QAbstractItemView *view)
    : QStyledItemDelegate(view)
    , m_inset(inset)
    , m_markAbove(markAbove)
{
    m_motion.setDuration(tokens::motion::moveMs);
    m_motion.setEasingCurve(QEasingCurve::OutCubic);
    connect(&m_motion, &QVariantAnimation::valueChanged, view, [this, view] { view->update(m_clicked); });
}

int TwoLineDelegate::rowHeight(const QFont &font)
{
    // A font that is larger than usual makes its rows higher.
    return std::max(tokens::size::rowTwoLines, QFontMetrics(font).height() + QFontMetrics(metrics::caption(font)).height() + metrics::unit);
}

int TwoLineDelegate::switchWidth()
{
    return switchLeft + sizeOf(Switch::Size::Small).width() + gap;
}

int TwoLineDelegate::buttonsWidth(const QFont &font, const QString &text)
{
    const int alone = menuSize + atTheEnd + between;
    return text.isEmpty() ? alone : alone + QFontMetrics(buttonFont(font, text)).horizontalAdvance(text) + 2 * buttonPadding + between;
}

void TwoLineDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    QStyleOptionViewItem cell = option;
    initStyleOption(&cell, index);
    if (!hasOwnStyle()) {
        // The platform's way of showing the chosen row; what is in it is ours.
        QStyleOptionViewItem panel = cell;
        panel.text.clear();
        panel.features = QStyleOptionViewItem::None;
        // The row is what is current, not one of its cells.
        panel.state &= ~QStyle::State_HasFocus;
        const QStyle *style = cell.widget ? cell.widget->style() : QApplication::style();
        style->drawControl(QStyle::CE_ItemViewItem, &panel, painter, cell.widget);
    }
    painter->save();
    if (index.data(Qt::CheckStateRole).isValid())
        paintSwitch(*painter, cell, index);
    else if (index.data(ButtonRole).isValid())
        paintButtons(*painter, cell, index);
    else
        paintTexts(*painter, cell, index);
    painter->restore();
}

void TwoLineDelegate::paintSwitch(QPainter &painter, const QStyleOptionViewItem &cell, const QModelIndex &index) const
{
    const Colours colours = coloursOf(cell.palette);
    const bool filled = isFilled(cell.state);
    const QColor plain = filled ? cell.palette.color(QPalette::HighlightedText) : colours.text3;
    if (index.flags().testFlag(Qt::ItemIsDragEnabled))
        drawGlyph(painter, Glyph::Grip, QPointF(cell.rect.left() + handleLeft + 7, cell.rect.center().y() + 0.5), plain);
    const QRect body = switchRect(cell.rect);
    drawSwitch(painter, body, cell.palette, index.flags().testFlag(Qt::ItemIsUserCheckable), m_motion.state() == QAbstractAnimation::Running && index == m_clicked ? m_motion.currentValue().toDouble() : placeOfKnob(index));
    if (filled)
        drawBox(painter, body.adjusted(-1, -1, 1, 1), body.height() / 2.0 + 1, {}, plain); // On the accent it would be lost.
}

void TwoLineDelegate::paintButtons(QPainter &painter, const QStyleOptionViewItem &cell, const QModelIndex &index) const
{
    const Colours colours = coloursOf(cell.palette);
    const QString text = index.data(ButtonRole).toString();
    const auto fillOf = [&](const QRect &rect, const QColor &rest) {
        return !isUnderPointer(cell, rect) ? rest : isHeld(cell) ? colours.selected : colours.hover;
    };
    if (const QRect rect = buttonRect(cell.rect, cell.font, text); !rect.isEmpty()) {
        const bool able = index.data(ButtonEnabledRole).toBool();
        drawBox(painter, rect, tokens::radius::control, able ? fillOf(rect, colours.raised) : QColor(), colours.hairline);
        painter.setFont(buttonFont(cell.font, text));
        painter.setPen(able ? colours.text : colours.disabled);
        painter.drawText(rect, Qt::AlignCenter, text);
    }
    const QRect menu = menuRect(cell.rect);
    if (const QColor fill = fillOf(menu, {}); fill.isValid())
        drawBox(painter, menu, tokens::radius::control, fill, {});
    drawGlyph(painter, Glyph::Dots, QRectF(menu).center(), isFilled(cell.state) && !isUnderPointer(cell, menu) ? cell.palette.color(QPalette::HighlightedText) : colours.text2);
}

void TwoLineDelegate::paintTexts(QPainter &painter, const QStyleOptionViewItem &cell, const QModelIndex &index) const
{
    const Colours colours = coloursOf(cell.palette);
    const bool filled = isFilled(cell.state);
    const auto group = !cell.state.testFlag(QStyle::State_Active) ? QPalette::Inactive : QPalette::Active;
    const QColor onAccent = cell.palette.color(group, QPalette::HighlightedText);
    const auto coloured = [&](const QColor &colour) { return filled ? onAccent : colour; };

    const QString title = cell.text;
    const QString caption = index.data(CaptionRole).toString();
    const QVariant bar = index.data(BarRole);
    const QFont small = metrics::caption(cell.font);
    const QFont first = index.data(SmallRole).toBool() ? small
        : !index.data(NameRole).toBool()               ? cell.font
        : m_markAbove && cell.state.testFlag(QStyle::State_Selected) ? metrics::strong(cell.font, title)
                                                                     : metrics::medium(cell.font, title);
    const QFontMetrics firstMetrics(first);
    const QFontMetrics smallMetrics(small);
    const int height = firstMetrics.height() + (caption.isEmpty() && !bar.isValid() ? 0 : smallMetrics.height());
    QRect line = cell.rect.adjusted(index.column() == 0 ? m_inset : 0, 0, -gap, 0);
    line.setTop(cell.rect.top() + (cell.rect.height() - height) / 2);
    line.setHeight(firstMetrics.height());

    const QVariant mark = index.data(MarkRole);
    const auto said = mark.isValid() ? mark.value<Meaning>() : Meaning::Neutral;
    if (mark.isValid()) {
        const double y = m_markAbove ? line.center().y() + 1 : cell.rect.center().y() + 1;
        drawMark(painter, markOf(said), QRectF(line.left(), y - markSize / 2.0, markSize, markSize), coloured(colours.of(said).mark));
        line.setLeft(line.left() + markSize + (m_markAbove ? smallMark : gap));
    }
    painter.setFont(first);
    // What works, or is only called, needs no colour.
    const bool speaks = !m_markAbove && (said == Meaning::Failure || said == Meaning::Warning);
    const bool quiet = index.data(FaintRole).toBool() || (mark.isValid() && !m_markAbove && said == Meaning::Neutral);
    painter.setPen(coloured(speaks ? colours.of(said).text : quiet ? colours.text2 : colours.text));
    const int alignment = cell.displayAlignment.testFlag(Qt::AlignRight) ? Qt::AlignRight : Qt::AlignLeft;
    painter.drawText(line, alignment | Qt::AlignVCenter, firstMetrics.elidedText(title, Qt::ElideRight, line.width()));

    line.setTop(line.bottom() + 1);
    line.setHeight(smallMetrics.height());
    if (bar.isValid()) {
        QRectF track(line.left(), line.center().y() - barHeight / 2.0 + 1, line.width(), barHeight);
        drawBox(painter, track, barHeight / 2.0, colours.track, {});
        // The shortest is to be seen as well. Right-aligned, as the figure above it is.
        track.setLeft(track.right() - std::max<double>(barHeight, bar.toDouble() * track.width()));
        drawBox(painter, track, barHeight / 2.0, coloured(colours.ink), {});
    } else if (!caption.isEmpty()) {
        const QVariant meaning = index.data(CaptionMeaningRole);
        const Meaning told = meaning.isValid() ? meaning.value<Meaning>() : Meaning::Neutral;
        // A good answer needs no colour; what is wrong shows its mark, too, where the one before both lines says something else.
        const bool plain = told == Meaning::Success || told == Meaning::Neutral || told == said;
        painter.setFont(small);
        if (!plain) {
            drawMark(painter, markOf(told), QRectF(line.left(), line.center().y() - smallMark / 2.0 + 1, smallMark, smallMark), coloured(colours.of(told).mark));
            line.setLeft(line.left() + smallMark + between);
        }
        painter.setPen(coloured(plain ? colours.text3 : colours.of(told).text));
        // Of an address, both ends tell it from others.
        const Qt::TextElideMode cut = index.data(NameRole).toBool() && !m_markAbove ? Qt::ElideMiddle : Qt::ElideRight;
        painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, smallMetrics.elidedText(caption, cut, line.width()));
    }
}

bool TwoLineDelegate::editorEvent(QEvent *event, QAbstractItemModel *model, const QStyleOptionViewItem &option, const QModelIndex &index)
{
    if (event->type() != QEvent::MouseButtonRelease)
        return false;
    const auto *mouse = static_cast<QMouseEvent *>(event);
    if (mouse->button() != Qt::LeftButton)
        return false;
    const QPoint at = mouse->position().toPoint();
    if (const QVariant check = index.data(Qt::CheckStateRole); check.isValid()) {
        // Fingers and hurried hands are not that exact.
        if (!index.flags().testFlag(Qt::ItemIsUserCheckable) || !switchRect(option.rect).adjusted(-between, -atTheEnd, between, atTheEnd).contains(at))
            return false;
        m_clicked = index;
        m_clickedState = check;
        connect(model, &QAbstractItemModel::dataChanged, this, &TwoLineDelegate::slideKnob, Qt::UniqueConnection);
        return model->setData(index, check.toInt() == Qt::Checked ? Qt::Unchecked : Qt::Checked, Qt::CheckStateRole);
    }
    const QVariant text = index.data(ButtonRole);
    if (!text.isValid())
        return false;
    if (menuRect(option.rect).contains(at)) {
        Q_EMIT menuClicked(index.row(), placeOnScreen(option, menuRect(option.rect).bottomRight()));
        return true;
    }
    if (buttonRect(option.rect, option.font, text.toString()).contains(at) && index.data(ButtonEnabledRole).toBool()) {
        Q_EMIT buttonClicked(index.row());
        return true;
    }
    return false;
}

/// One timer does for all rows: nobody clicks two at once. It slides when the configuration has changed, and not for a wish.
void TwoLineDelegate::slideKnob()
{
    if (!m_clicked.isValid() || m_clicked.data(Qt::CheckStateRole) == m_clickedState)
        return;
    m_clickedState = m_clicked.data(Qt::CheckStateRole);
    m_motion.stop();
    m_motion.setStartValue(1 - placeOfKnob(m_clicked));
    m_motion.setEndValue(placeOfKnob(m_clicked));
    if (mayMove())
        m_motion.start();
}

void TwoLineDelegate::updateEditorGeometry(QWidget *editor, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    // Over both lines: the old text must not look out around it.
    editor->setGeometry(option.rect);
    editor->setAccessibleName(index.data().toString());
}

} // namespace qcc
