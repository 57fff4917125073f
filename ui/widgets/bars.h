#pragma once

#include <QColor>
#include <QList>
#include <QRectF>

#include <array>

class QPainter;

namespace qcc {

struct Colours;

// Bars over time, in every chart of every size: what was served stands above a line, what failed hangs below it, on a scale of its own, since a few failures
// among thousands have to be seen. Place and shape say it, the colour repeats it.

/// One step of time.
struct Bar {
    std::array<double, 3> above{}; ///< From the line up: complete, recovered, others.
    std::array<double, 2> below{}; ///< From the line down: truncated, error.

    double served() const { return above[0] + above[1] + above[2]; }
    double failed() const { return below[0] + below[1]; }
    bool operator==(const Bar &) const = default;
};

/// Where bars stand. Units: pixels, but for `top` and `worst`.
struct BarSpace {
    double left = 0;
    double pitch = 1;    ///< From one bar to the next.
    int width = 1;
    double line = 0;     ///< The first row of pixels below what is served.
    double rise = 1;     ///< Of a bar of `top`.
    double top = 1;
    double drop = 1;     ///< Of a bar of `worst`.
    double worst = 1;
    double leastRise = 1; ///< Something is never drawn as nothing.
    double leastDrop = 2;
    double gap = 0;      ///< Between the parts of a bar, and under the line.

    double leftOf(qsizetype bar) const;
};

/// `running`: the step that still goes on, at half strength; -1: none.
void drawBars(QPainter &painter, const QList<Bar> &bars, const BarSpace &space, const Colours &colours, qsizetype running = -1);

/// Bars in `rect` without axis, as wide as it: the last step ends at its right edge. `top`, `worst`: what fills the room above and below the line.
void drawSparkBars(QPainter &painter, const QRect &rect, const QList<Bar> &bars, double top, double worst, const Colours &colours);

/// A line of `values` in `rect`, `top` at its upper edge.
void drawSparkLine(QPainter &painter, const QRect &rect, const QList<double> &values, double top, const Colours &colours);

} // namespace qcc
