#pragma once

#include <QColor>
#include <QPalette>

namespace qcc {

/// What a colour says. It never says it alone: a shape or a word stands beside it.
enum class Meaning { Success, Recovered, Warning, Failure, Neutral };

/// Source: WCAG 2.1 §1.4.3; from 1 (the same colour) to 21 (black on white).
double contrast(const QColor &one, const QColor &other);

/// `wish`, darker or lighter by as much as it takes to be read on `background` (contrast of at least 4.5).
QColor readableOn(const QColor &background, const QColor &wish);

/// The colour of `meaning` for texts and shapes on the windows and the tables of `palette`, light or dark.
QColor colourOf(Meaning meaning, const QPalette &palette);

bool isDark(const QPalette &palette);

} // namespace qcc
