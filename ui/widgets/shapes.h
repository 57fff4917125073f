#pragma once

#include "ui/widgets/theme.h"

#include <QRectF>
#include <QWidget>

class QPainter;

namespace qcc {

// The few shapes of which controls, rows and charts are made: flat fills, lines of one pixel, nothing of a font.

/// A rounded rectangle whose line lies within `rect`. A colour that is none leaves out the fill or the line.
void drawBox(QPainter &painter, const QRectF &rect, double radius, const QColor &fill, const QColor &line);

/// The edge of what has the focus, within `rect`.
void drawFocus(QPainter &painter, const QRectF &rect, double radius, const QColor &colour);

enum class Towards { Down, Up, Right };

/// "v" around `centre`. `scale` 1 is 7 pixels wide.
void drawChevron(QPainter &painter, QPointF centre, const QColor &colour, Towards towards = Towards::Down, double scale = 1);

/// Of what is chosen, around `centre`.
void drawTick(QPainter &painter, QPointF centre, const QColor &colour);

struct CheckLook {
    bool on = false;
    bool partly = false;
    bool enabled = true;
    bool hovered = false;
};

/// A check box, or with `round` the button of a choice.
void drawCheckBox(QPainter &painter, const QRectF &rect, const QPalette &palette, CheckLook check, bool round);

/// One shape for each meaning, so that no colour says anything alone; Running for what has not ended.
enum class Mark { Disc, Diamond, Triangle, Cross, Ring, Play };

Mark markOf(Meaning meaning);

/// In the square `box`, of 12 pixels at its usual size.
void drawMark(QPainter &painter, Mark mark, const QRectF &box, const QColor &colour);
/// In the colour of the meaning.
void drawMark(QPainter &painter, Meaning meaning, const QRectF &box, const QPalette &palette);

/// A mark that stands in a layout. Its word stands beside it, so that a screen reader is told nothing of it.
class MarkLabel : public QWidget
{
public:
    explicit MarkLabel(int size = 12, QWidget *parent = nullptr);

    void setMeaning(Meaning meaning);
    /// The mark of what has not ended, and says no outcome yet.
    void setRunning();
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Meaning m_meaning = Meaning::Neutral;
    bool m_running = false;
    int m_size;
};

/// What lies behind rows that are widgets, as the children of its QVBoxLayout, with a line between those that are shown.
class RowsCard : public QWidget
{
public:
    explicit RowsCard(QWidget *parent = nullptr);

    void add(QWidget *row);

protected:
    void paintEvent(QPaintEvent *event) override;
};

} // namespace qcc
