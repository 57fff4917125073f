#pragma once

#include "ui/widgets/tokens.h"

#include <QColor>
#include <QFont>
#include <QIcon>
#include <QPalette>

#include <array>

namespace qcc {

namespace metrics {

/// The grid that all screens stand on. Units: device-independent pixels.
inline constexpr int half = tokens::space::half;    ///< Inside a group.
inline constexpr int unit = tokens::space::unit;    ///< Between neighbours.
inline constexpr int edge = tokens::space::edge;    ///< Between groups.

/// The few sizes of text, from a screen's own font.
QFont caption(QFont font);
QFont sectionTitle(QFont font);
/// A little larger than the rest.
QFont lead(QFont font);
/// What a page is called, or what it says.
QFont title(QFont font);
/// What stands out among its like. Han is made bold by smearing where the font has no bold of it, and stays as it is.
QFont strong(QFont font, const QString &text);
/// Names and buttons, half as strong; Han likewise.
QFont medium(QFont font, const QString &text);
/// A number that leads a group of words.
QFont figure(QFont font);

} // namespace metrics

/// What a colour says. It never says it alone: a shape or a word stands beside it.
enum class Meaning { Success, Recovered, Warning, Failure, Neutral };

/// What screens draw with on one palette: the look's own values where its style draws, else what fits the platform's; of high contrast always this.
struct Colours {
    struct State {
        QColor text, mark, soft;
    };

    QColor sidebar, page, raised, hairline;
    QColor hover, selected, track, thumb;
    QColor text, text2, text3, disabled;
    QColor accent, onAccent, accentText, accentSoft;
    std::array<State, 5> states; ///< By Meaning.
    QColor complete, recovered, truncated, error, other, ink;
    QColor queue, setup, tls, waiting, streaming;
    bool hatched = false; ///< Bars below the line are told by a pattern, since their colours say nothing.

    const State &of(Meaning meaning) const { return states[static_cast<std::size_t>(meaning)]; }
};

/// Thread: the GUI thread.
Colours coloursOf(const QPalette &palette);

/// Source: WCAG 2.1 §1.4.3; from 1 (the same colour) to 21 (black on white).
double contrast(const QColor &one, const QColor &other);

/// `wish`, darker or lighter by as much as it takes to be read on `background` (contrast of at least 4.5).
QColor readableOn(const QColor &background, const QColor &wish);

/// The colour of `meaning` for texts and shapes on the windows and the tables of `palette`, light or dark.
QColor colourOf(Meaning meaning, const QPalette &palette);

bool isDark(const QPalette &palette);

/// Whether `palette` is one of the system for people who see little: all surfaces are one, and what stands on it, or is chosen, is far from it.
bool isHighContrast(const QPalette &palette);

/// The palette that goes with the look's own style.
QPalette paletteOf(const tokens::Shades &shades);

/// The drawing of `file`, a square SVG of 16 units, in one colour and sharp at each size that panels and lists use.
QIcon tintedIcon(const QString &file, const QColor &colour);

} // namespace qcc
