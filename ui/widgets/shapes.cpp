#include "ui/widgets/shapes.h"

#include <QPainter>
#include <QVBoxLayout>

#include <utility>

namespace qcc {

namespace {

/// Gives the painter back as it was.
class Pencil
{
public:
    explicit Pencil(QPainter &painter) : m_painter(painter)
    {
        m_painter.save();
        m_painter.setRenderHint(QPainter::Antialiasing);
    }
    ~Pencil() { m_painter.restore(); }
    Q_DISABLE_COPY_MOVE(Pencil)

private:
    QPainter &m_painter;
};

QPen roundPen(const QColor &colour, double width)
{
    return QPen(colour, width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
}

} // namespace

void drawBox(QPainter &painter, const QRectF &rect, double radius, const QColor &fill, const QColor &line)
{
    const Pencil pencil(painter);
    painter.setPen(line.isValid() ? QPen(line, 1) : QPen(Qt::NoPen));
    painter.setBrush(fill.isValid() ? QBrush(fill) : QBrush(Qt::NoBrush));
    // A line of one pixel lies on whole ones when its middle is between them.
    const double inset = line.isValid() ? 0.5 : 0;
    painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), radius, radius);
}

void drawFocus(QPainter &painter, const QRectF &rect, double radius, const QColor &colour)
{
    const Pencil pencil(painter);
    constexpr double inset = tokens::line::focus / 2.0;
    painter.setPen(QPen(colour, tokens::line::focus));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), radius, radius);
}

void drawChevron(QPainter &painter, QPointF centre, const QColor &colour, Towards towards, double scale)
{
    const Pencil pencil(painter);
    painter.translate(centre);
    painter.rotate(towards == Towards::Up ? 180 : towards == Towards::Right ? -90 : 0);
    painter.scale(scale, scale);
    painter.setPen(roundPen(colour, 1.4));
    painter.drawPolyline(QPolygonF{{-3.5, -1.75}, {0, 1.75}, {3.5, -1.75}});
}

void drawTick(QPainter &painter, QPointF centre, const QColor &colour)
{
    const Pencil pencil(painter);
    painter.setPen(roundPen(colour, 1.8));
    painter.drawPolyline(QPolygonF{centre + QPointF(-4.5, 0), centre + QPointF(-1.2, 3.4), centre + QPointF(5, -3.6)});
}

void drawCheckBox(QPainter &painter, const QRectF &rect, const QPalette &palette, CheckLook check, bool round)
{
    const Colours colours = coloursOf(palette);
    const bool filled = check.on || check.partly;
    const QColor fill = !check.enabled ? colours.track : filled ? colours.accent : check.hovered ? colours.hover : colours.raised;
    // The edge of an empty one is all there is to see of it.
    drawBox(painter, rect, round ? rect.height() / 2 : 4, fill, filled && check.enabled ? colours.accent : colours.of(Meaning::Neutral).mark);
    if (!filled)
        return;
    const Pencil pencil(painter);
    painter.translate(rect.center());
    const QColor ink = check.enabled ? colours.onAccent : colours.disabled;
    painter.setPen(roundPen(ink, 1.8));
    if (round) {
        painter.setBrush(ink);
        painter.drawEllipse(QPointF(), 2, 2);
    } else if (check.partly) {
        painter.drawLine(QPointF(-3.5, 0), QPointF(3.5, 0));
    } else {
        painter.drawPolyline(QPolygonF{{-3.6, 0.2}, {-1.2, 2.8}, {3.8, -2.6}});
    }
}

Mark markOf(Meaning meaning)
{
    switch (meaning) {
    case Meaning::Success: return Mark::Disc;
    case Meaning::Recovered: return Mark::Diamond;
    case Meaning::Warning: return Mark::Triangle;
    case Meaning::Failure: return Mark::Cross;
    case Meaning::Neutral: return Mark::Ring;
    }
    Q_UNREACHABLE();
}

void drawMark(QPainter &painter, Mark mark, const QRectF &box, const QColor &colour)
{
    const Pencil pencil(painter);
    painter.translate(box.topLeft());
    painter.scale(box.width() / 12, box.height() / 12);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    switch (mark) {
    case Mark::Disc: painter.drawEllipse(QPointF(6, 6), 4, 4); break;
    case Mark::Diamond: painter.drawPolygon(QPolygonF{{6, 1.2}, {10.8, 6}, {6, 10.8}, {1.2, 6}}); break;
    case Mark::Triangle:
        painter.setPen(roundPen(colour, 0.8));
        painter.drawPolygon(QPolygonF{{6, 1.4}, {11.2, 10.4}, {0.8, 10.4}});
        break;
    case Mark::Cross:
        painter.setPen(roundPen(colour, 2.1));
        painter.drawLine(QPointF(2.4, 2.4), QPointF(9.6, 9.6));
        painter.drawLine(QPointF(9.6, 2.4), QPointF(2.4, 9.6));
        break;
    case Mark::Ring:
        painter.setPen(QPen(colour, 1.5));
        painter.setBrush(Qt::NoBrush);
        painter.drawEllipse(QPointF(6, 6), 3.6, 3.6);
        break;
    case Mark::Play:
        painter.setPen(roundPen(colour, 1.4));
        painter.setBrush(Qt::NoBrush);
        painter.drawPolygon(QPolygonF{{3.4, 2.2}, {9.6, 6}, {3.4, 9.8}});
        break;
    }
}

void drawMark(QPainter &painter, Meaning meaning, const QRectF &box, const QPalette &palette)
{
    drawMark(painter, markOf(meaning), box, coloursOf(palette).of(meaning).mark);
}

MarkLabel::MarkLabel(int size, QWidget *parent)
    : QWidget(parent)
    , m_size(size)
{
    setFixedSize(size, size);
}

void MarkLabel::setMeaning(Meaning meaning)
{
    const bool wasRunning = std::exchange(m_running, false);
    if (meaning == std::exchange(m_meaning, meaning) && !wasRunning)
        return;
    update();
}

void MarkLabel::setRunning()
{
    if (!std::exchange(m_running, true))
        update();
}

QSize MarkLabel::sizeHint() const
{
    return {m_size, m_size};
}

void MarkLabel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    if (m_running)
        drawMark(painter, Mark::Play, rect(), coloursOf(palette()).text2);
    else
        drawMark(painter, m_meaning, rect(), palette());
}

RowsCard::RowsCard(QWidget *parent)
    : QWidget(parent)
{
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(1, 1, 1, 1);
    rows->setSpacing(1);
}

void RowsCard::add(QWidget *row)
{
    layout()->addWidget(row);
}

void RowsCard::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Colours colours = coloursOf(palette());
    drawBox(painter, rect(), tokens::radius::card, colours.raised, colours.hairline);
    bool isFirst = true;
    for (int i = 0; i < layout()->count(); ++i) {
        const QWidget *row = layout()->itemAt(i)->widget();
        if (!row->isHidden() && !std::exchange(isFirst, false))
            painter.fillRect(1, row->y() - 1, width() - 2, 1, colours.hairline);
    }
}

} // namespace qcc
