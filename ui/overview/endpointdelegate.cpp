#include "ui/overview/endpointtable.h"

#include "ui/model/words.h"
#include "ui/widgets/bars.h"
#include "ui/widgets/shapes.h"
#include "ui/widgets/style.h"

#include <QMouseEvent>
#include <QPainter>
#include <QStyleOptionButton>

#include <algorithm>
#include <utility>

namespace qcc {

namespace {

using Model = EndpointTableModel;

constexpr int markSize = 12;
constexpr int sparkHeight = 24;
constexpr int stepPadding = 10;

/// Of a state as words; what is well is no news.
QColor stateColour(Meaning meaning, const Colours &colours)
{
    switch (meaning) {
    case Meaning::Warning:
    case Meaning::Failure: return colours.of(meaning).text;
    case Meaning::Neutral: return colours.text2;
    case Meaning::Success:
    case Meaning::Recovered: return colours.text;
    }
    Q_UNREACHABLE();
}

} // namespace

QFont EndpointDelegate::stepFont() const
{
    const QFont small = metrics::caption(table()->font());
    return metrics::medium(small, EndpointTableModel::wordOf(EndpointStep::Reset));
}

bool EndpointDelegate::setHovered(const QModelIndex &step)
{
    return std::exchange(m_hovered, step) != step;
}

QRect EndpointDelegate::stepRect(const QRect &cell, const QModelIndex &index) const
{
    const auto step = index.data(Model::StepRole).value<EndpointStep>();
    if (index.column() != Model::State || step == EndpointStep::None)
        return {};
    const QFontMetrics measure(stepFont());
    const QRect room = cardCell(cell, false, false);
    const QSize size(measure.horizontalAdvance(Model::wordOf(step)) + 2 * stepPadding, std::max(tokens::size::controlSmall, measure.height() + 6));
    return {QPoint(room.right() + 1 - size.width(), room.top() + (room.height() - size.height()) / 2), size};
}

void EndpointDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const QStyleOptionViewItem cell = paintGround(*painter, option, index);
    if (index.data(Model::IsMoreRole).toBool()) {
        if (index.column() == Model::Name)
            paintMore(*painter, cell, index);
        return;
    }
    const Colours colours = coloursOf(cell.palette);
    const bool filled = isFilled(cell.state);
    const QColor on = cell.palette.color(QPalette::HighlightedText);
    const auto meaning = index.data(Model::MeaningRole).value<Meaning>();
    const int column = index.column();
    const bool isLast = column == Model::InFlight || (column == Model::Success && table()->isColumnHidden(Model::InFlight));
    QRect room = cardCell(cell.rect, column == Model::Name, isLast);
    switch (column) {
    case Model::Name: {
        const QRectF mark(room.left(), room.top() + (room.height() - markSize) / 2.0, markSize, markSize);
        drawMark(*painter, markOf(meaning), mark, filled ? on : colours.of(meaning).mark);
        room.setLeft(room.left() + markSize + tokens::space::markToText);
        paintTwoLines(*painter, room, cell, filled ? on : colours.text, index);
        return;
    }
    case Model::State: {
        const QRect step = stepRect(option.rect, index);
        if (!step.isEmpty())
            room.setRight(step.left() - metrics::unit);
        paintTwoLines(*painter, room, cell, filled ? on : stateColour(meaning, colours), index);
        paintStep(*painter, cell, index);
        return;
    }
    case Model::Recent: {
        const auto minutes = index.data(Model::SparklineRole).value<EndpointTimeline>();
        QList<Bar> bars;
        double worst = 1;
        for (qsizetype i = 0; i < std::max(minutes.ok.size(), minutes.failed.size()); ++i) {
            bars.append({.above = {static_cast<double>(minutes.ok.value(i)), 0, 0}, .below = {0, static_cast<double>(minutes.failed.value(i))}});
            worst = std::max(worst, bars.constLast().failed());
        }
        const QRect spark(room.left(), room.top() + (room.height() - sparkHeight) / 2, room.width(), sparkHeight);
        Colours shades = colours;
        if (filled)
            shades.complete = shades.error = shades.hairline = on; // place alone tells them
        drawSparkBars(*painter, spark, bars, index.data(Model::SparklinePeakRole).toDouble(), worst, shades);
        return;
    }
    default: {
        const QString text = index.data().toString();
        const bool isNothing = text == Words::none() || text == QStringLiteral("0");
        paintLine(*painter, room, Qt::AlignRight | Qt::AlignVCenter, cell.font, filled ? on : isNothing ? colours.text3 : colours.text, text);
    }
    }
}

void EndpointDelegate::paintTwoLines(QPainter &painter, const QRect &room, const QStyleOptionViewItem &cell, const QColor &first, const QModelIndex &index) const
{
    const Colours colours = coloursOf(cell.palette);
    const bool isName = index.column() == Model::Name;
    const QString text = index.data().toString();
    const QFont font = isName ? metrics::medium(cell.font, text) : cell.font;
    const QFont small = metrics::caption(cell.font);
    const int firstHeight = QFontMetrics(font).height();
    const int both = firstHeight + QFontMetrics(small).height();
    const int top = room.top() + (room.height() - both) / 2;
    paintLine(painter, QRect(room.left(), top, room.width(), firstHeight), Qt::AlignLeft | Qt::AlignVCenter, font, first, text);
    const QColor second = isFilled(cell.state) ? cell.palette.color(QPalette::HighlightedText) : colours.text3;
    paintLine(painter, QRect(room.left(), top + firstHeight, room.width(), both - firstHeight), Qt::AlignLeft | Qt::AlignVCenter, small, second,
              index.data(Model::NoteRole).toString(), isName ? Qt::ElideMiddle : Qt::ElideRight);
}

void EndpointDelegate::paintStep(QPainter &painter, const QStyleOptionViewItem &cell, const QModelIndex &index) const
{
    const QRect place = stepRect(cell.rect, index);
    if (place.isEmpty())
        return;
    QStyleOptionButton button;
    button.rect = place;
    button.palette = table()->palette();
    button.fontMetrics = QFontMetrics(stepFont());
    button.text = Model::wordOf(index.data(Model::StepRole).value<EndpointStep>());
    button.state = QStyle::State_Enabled | QStyle::State_Active;
    button.state.setFlag(QStyle::State_MouseOver, m_hovered == index);
    button.state |= m_pressed == index && m_hovered == index ? QStyle::State_Sunken : QStyle::State_Raised;
    painter.save();
    painter.setFont(stepFont());
    table()->style()->drawControl(QStyle::CE_PushButton, &button, &painter, table());
    painter.restore();
}

void EndpointDelegate::paintMore(QPainter &painter, const QStyleOptionViewItem &cell, const QModelIndex &index) const
{
    const Colours colours = coloursOf(cell.palette);
    const QRect room = cardCell(cell.rect, true, false);
    const bool filled = isFilled(cell.state);
    const bool open = static_cast<const Model *>(index.model())->isOpen();
    const QColor colour = filled ? cell.palette.color(QPalette::HighlightedText) : colours.text2;
    drawChevron(painter, QPointF(room.left() + markSize / 2.0, QRectF(room).center().y()), colour, open ? Towards::Up : Towards::Down);
    paintLine(painter, room.adjusted(markSize + tokens::space::markToText, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, cell.font, colour, index.data().toString());
}

bool EndpointDelegate::editorEvent(QEvent *event, QAbstractItemModel *model, const QStyleOptionViewItem &option, const QModelIndex &index)
{
    if (event->type() != QEvent::MouseButtonPress && event->type() != QEvent::MouseButtonRelease && event->type() != QEvent::MouseButtonDblClick)
        return CardDelegate::editorEvent(event, model, option, index);
    const auto *mouse = static_cast<QMouseEvent *>(event);
    const bool hit = mouse->button() == Qt::LeftButton && stepRect(option.rect, index).contains(mouse->position().toPoint());
    if (event->type() == QEvent::MouseButtonRelease) {
        const bool chosen = hit && m_pressed == index;
        m_pressed = QModelIndex();
        if (chosen)
            Q_EMIT stepChosen(index.row());
        return hit;
    }
    // A second press of a double click is none: what the first one did may have put another step there.
    m_pressed = hit && event->type() == QEvent::MouseButtonPress ? index : QModelIndex();
    return hit;
}

} // namespace qcc
