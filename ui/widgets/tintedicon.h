#pragma once

#include <QColor>
#include <QIcon>

namespace qcc {

/// The drawing of `file`, a square SVG of 16 units, in one colour and sharp at each size that panels and lists use.
QIcon tintedIcon(const QString &file, const QColor &colour);

} // namespace qcc
