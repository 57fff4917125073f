#pragma once

#include <QRgb>

// The values of the look: every colour and length that screens draw with. Nothing but theme.cpp and the style reads the colours; who draws asks theme.h,
// which knows the palette and whose style it is.

namespace qcc::tokens {

/// A meaning as words, as a mark, and as the tint behind a chip.
struct State {
    QRgb text, mark, soft;
};

struct Shades {
    struct { QRgb sidebar, page, raised; } surface;
    QRgb hairline;
    struct { QRgb hover, selected, track, thumb; } fill;
    struct { QRgb first, second, third, disabled; } text;
    struct { QRgb fill, on, text, soft; } accent;
    State good, warn, bad, info, idle;
    struct { QRgb complete, recovered, truncated, error, other, ink; } series;
    struct { QRgb queue, setup, tls, waiting, streaming; } phase;
};

inline constexpr Shades light{
    .surface = {0xfff0f0f2, 0xfff9f9fa, 0xffffffff},
    .hairline = 0xffdcdce1,
    .fill = {0xffe8e8ec, 0xffe1e1e6, 0xffe8e8ec, 0xffffffff},
    .text = {0xff1b1b1f, 0xff53535c, 0xff62626b, 0xff9b9ba3},
    .accent = {0xff2a5fc4, 0xffffffff, 0xff2a5fc4, 0xffe3ebf8},
    .good = {0xff17703f, 0xff23925a, 0xffe5f3eb},
    .warn = {0xff855600, 0xffac7005, 0xfffaf0da},
    .bad = {0xffb92c1e, 0xffc93627, 0xfffbe9e6},
    .info = {0xff12659f, 0xff1f73b4, 0xffe3f0f9},
    .idle = {0xff62626b, 0xff7b7b84, 0xffeeeef1},
    .series = {0xff6a9a86, 0xff1f73b4, 0xffbb7c06, 0xffc93627, 0xff83838c, 0xff7b7b85},
    .phase = {0xff83838c, 0xff50576c, 0xff6d758a, 0xff868ea1, 0xff5b84d6},
};

inline constexpr Shades dark{
    .surface = {0xff18181a, 0xff1e1e20, 0xff27272a},
    .hairline = 0xff39393e,
    .fill = {0xff313136, 0xff37373c, 0xff2f2f33, 0xff4b4b52},
    .text = {0xffececef, 0xffb3b3bb, 0xffa2a2ab, 0xff6c6c74},
    .accent = {0xff3c6fd6, 0xffffffff, 0xff8db4f7, 0xff293650},
    .good = {0xff63c391, 0xff4fb381, 0xff223a2e},
    .warn = {0xffe2b04c, 0xffd8a23a, 0xff3d3220},
    .bad = {0xffff8d80, 0xfff3705f, 0xff452724},
    .info = {0xff74b9ef, 0xff55a3e0, 0xff20364a},
    .idle = {0xffa2a2ab, 0xff85858e, 0xff323236},
    .series = {0xff4d8a70, 0xff55a3e0, 0xffd8a23a, 0xfff3705f, 0xff85858e, 0xff85858e},
    .phase = {0xff85858e, 0xffb9bfd0, 0xff939ab0, 0xff72798d, 0xff6690dd},
};

// Units: device-independent pixels.
namespace space {
inline constexpr int half = 4;
inline constexpr int unit = 8;
inline constexpr int edge = 16;
inline constexpr int margin = 24; ///< Of a page.
inline constexpr int markToText = 12;
}

namespace radius {
inline constexpr int card = 8;
inline constexpr int control = 6;
inline constexpr int row = 6;
}

namespace line {
inline constexpr int focus = 2;
inline constexpr int focusGap = 1;
inline constexpr double spark = 1.5;
}

namespace size {
inline constexpr int control = 30;
inline constexpr int controlSmall = 24;
inline constexpr int scrollBar = 8;
inline constexpr int sidebar = 208;
inline constexpr int checkBox = 16;
inline constexpr int tableHeader = 32;
inline constexpr int row = 32;
inline constexpr int rowTwoLines = 48;
}

namespace motion {
inline constexpr int appearMs = 120;
inline constexpr int moveMs = 150;
}

// Of the system's font.
namespace type {
inline constexpr double caption = 0.92;
inline constexpr double lead = 1.15;
inline constexpr double title = 1.38;
inline constexpr double figure = 1.69;
inline constexpr double hanSection = 14.0 / 13;
}

} // namespace qcc::tokens
