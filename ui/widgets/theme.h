#pragma once

#include "ui/model/traysettings.h"

#include <QColor>
#include <QFont>
#include <QIcon>
#include <QPalette>

namespace qcc {

namespace metrics {

/// The grid that all screens stand on. Units: device-independent pixels.
inline constexpr int half = 4;  ///< Inside a group.
inline constexpr int unit = 8;  ///< Between neighbours.
inline constexpr int edge = 16; ///< At a window's edge, and between groups.

/// The few sizes of text, from a screen's own font.
QFont caption(QFont font);
QFont sectionTitle(QFont font);
/// What stands out among its like. Han is made bold by smearing where the font has no bold of it, and stays as it is.
QFont strong(QFont font, const QString &text);
/// A number that leads a group of words.
QFont figure(QFont font);
/// The one number that a screen is about.
QFont bigFigure(QFont font);

} // namespace metrics

/// What a colour says. It never says it alone: a shape or a word stands beside it.
enum class Meaning { Success, Recovered, Warning, Failure, Neutral };

/// Source: WCAG 2.1 §1.4.3; from 1 (the same colour) to 21 (black on white).
double contrast(const QColor &one, const QColor &other);

/// `wish`, darker or lighter by as much as it takes to be read on `background` (contrast of at least 4.5).
QColor readableOn(const QColor &background, const QColor &wish);

/// The colour of `meaning` for texts and shapes on the windows and the tables of `palette`, light or dark.
QColor colourOf(Meaning meaning, const QPalette &palette);

bool isDark(const QPalette &palette);

/// The drawing of `file`, a square SVG of 16 units, in one colour and sharp at each size that panels and lists use.
QIcon tintedIcon(const QString &file, const QColor &colour);

/// Makes all screens light or dark, or as the desktop is.
/// Thread: the GUI thread.
void applyTheme(Theme theme);

} // namespace qcc
