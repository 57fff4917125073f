#pragma once

#include "ui/model/attemptspans.h"

#include <QColor>
#include <QPalette>

class QPainter;

namespace qcc {

/// The ground of a stage's bar. Opening a connection is in shades of grey, the answer in the accent's colour.
QColor fillOf(Stage stage, const QPalette &palette);

/// The bar itself. Waiting is hatched, so that it is told from streaming without colours.
void paintStage(QPainter &painter, const QRectF &rect, Stage stage, const QPalette &palette);

} // namespace qcc
