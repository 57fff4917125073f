#pragma once

#include <QFont>

namespace qcc::metrics {

/// The grid that all screens stand on. Units: device-independent pixels.
inline constexpr int half = 4;  ///< Inside a group.
inline constexpr int unit = 8;  ///< Between neighbours.
inline constexpr int edge = 16; ///< At a window's edge, and between groups.

/// The few sizes of text, from a screen's own font.
QFont caption(QFont font);
QFont sectionTitle(QFont font);
/// A number that leads a group of words.
QFont figure(QFont font);
/// The one number that a screen is about.
QFont bigFigure(QFont font);

} // namespace qcc::metrics
