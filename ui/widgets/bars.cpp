#include "ui/widgets/bars.h"

#include "ui/widgets/theme.h"

#include <QImage>
#include <QPainter>
#include <QPolygonF>

#include <algorithm>

namespace qcc {

namespace {

constexpr double sparkLineAt = 0.7; ///< Of the height; the rest is for failures.
constexpr float halfStrength = 0.5F;

/// Stripes that fall or rise, and of which something is left in the smallest bar.
QBrush hatched(const QColor &colour, bool falls)
{
    constexpr int period = 4;
    QImage stripes(period, period, QImage::Format_ARGB32_Premultiplied);
    stripes.fill(Qt::transparent);
    for (int y = 0; y < period; ++y) {
        for (const int step : {0, 1})
            stripes.setPixelColor((falls ? y + step : period - y + step) % period, y, colour);
    }
    return QBrush(stripes);
}

QColor strengthOf(QColor colour, bool runs)
{
    if (runs)
        colour.setAlphaF(halfStrength);
    return colour;
}

} // namespace

double BarSpace::leftOf(qsizetype bar) const
{
    // On whole pixels: bars this small must be sharp.
    return qRound(left + static_cast<double>(bar) * pitch + (pitch - width) / 2);
}

void drawBars(QPainter &painter, const QList<Bar> &bars, const BarSpace &space, const Colours &colours, qsizetype running)
{
    const std::array above{colours.complete, colours.recovered, colours.other};
    const std::array below{colours.truncated, colours.error};
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing, false);
    for (qsizetype i = 0; i < bars.size(); ++i) {
        const Bar &bar = bars.at(i);
        const double x = space.leftOf(i);
        double foot = space.line;
        for (std::size_t part = 0; part < above.size(); ++part) {
            if (bar.above[part] <= 0)
                continue;
            if (foot < space.line)
                foot -= space.gap;
            const double height = std::max(space.leastRise, std::round(bar.above[part] / space.top * space.rise));
            painter.fillRect(QRectF(x, foot - height, space.width, height), strengthOf(above[part], i == running));
            foot -= height;
        }
        double head = space.line + 1 + space.gap;
        for (std::size_t part = 0; part < below.size(); ++part) {
            if (bar.below[part] <= 0)
                continue;
            const double height = std::max(space.leastDrop, std::round(bar.below[part] / space.worst * space.drop));
            const QColor ink = strengthOf(below[part], i == running);
            painter.fillRect(QRectF(x, head, space.width, height), colours.hatched ? hatched(ink, part == 0) : QBrush(ink));
            head += height + space.gap;
        }
    }
    painter.restore();
}

void drawSparkBars(QPainter &painter, const QRect &rect, const QList<Bar> &bars, double top, double worst, const Colours &colours)
{
    const int line = rect.top() + qRound(rect.height() * sparkLineAt);
    painter.fillRect(QRect(rect.left(), line, rect.width(), 1), colours.hairline);
    if (bars.isEmpty())
        return;
    const double pitch = static_cast<double>(rect.width()) / static_cast<double>(bars.size());
    const BarSpace space{.left = static_cast<double>(rect.left()),
                         .pitch = pitch,
                         .width = std::max(1, static_cast<int>(pitch) - 1),
                         .line = static_cast<double>(line),
                         .rise = static_cast<double>(line - rect.top()),
                         .top = std::max(top, 1.0),
                         .drop = static_cast<double>(rect.bottom() - line),
                         .worst = std::max(worst, 1.0),
                         .leastRise = 1.5};
    drawBars(painter, bars, space, colours);
}

void drawSparkLine(QPainter &painter, const QRect &rect, const QList<double> &values, double top, const Colours &colours)
{
    if (values.size() < 2 || top <= 0)
        return;
    const QRectF room = QRectF(rect).adjusted(1, 1.5, -1, -1.5);
    QPolygonF line;
    for (qsizetype i = 0; i < values.size(); ++i) {
        const double share = static_cast<double>(i) / static_cast<double>(values.size() - 1);
        line.append({room.left() + share * room.width(), room.bottom() - std::clamp(values.at(i) / top, 0.0, 1.0) * room.height()});
    }
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colours.ink, tokens::line::spark, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.drawPolyline(line);
    painter.restore();
}

} // namespace qcc
