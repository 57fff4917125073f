#include "ui/widgets/colours.h"

#include <algorithm>
#include <cmath>

namespace qcc {

namespace {

constexpr double enough = 4.5;
constexpr double neutralShare = 0.7; ///< Of the text's own colour; the rest is background.

double linear(double channel)
{
    return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

double luminance(const QColor &colour)
{
    const QColor rgb = colour.toRgb();
    return 0.2126 * linear(rgb.redF()) + 0.7152 * linear(rgb.greenF()) + 0.0722 * linear(rgb.blueF());
}

QColor mixed(const QColor &colour, const QColor &other, double share)
{
    const auto channel = [share](float a, float b) { return static_cast<float>(share) * a + static_cast<float>(1 - share) * b; };
    return QColor::fromRgbF(channel(colour.redF(), other.redF()), channel(colour.greenF(), other.greenF()),
                            channel(colour.blueF(), other.blueF()));
}

QColor wished(Meaning meaning, const QPalette &palette)
{
    const bool dark = isDark(palette);
    switch (meaning) {
    case Meaning::Success: return dark ? QColor(0x5c, 0xb8, 0x68) : QColor(0x1a, 0x7f, 0x37);
    case Meaning::Recovered: return dark ? QColor(0x6c, 0xb0, 0xf0) : QColor(0x1f, 0x6f, 0xbf);
    case Meaning::Warning: return dark ? QColor(0xdc, 0xae, 0x3c) : QColor(0x9a, 0x67, 0x00);
    case Meaning::Failure: return dark ? QColor(0xf2, 0x86, 0x7e) : QColor(0xba, 0x2a, 0x20);
    case Meaning::Neutral:
        return mixed(palette.color(QPalette::WindowText), palette.color(QPalette::Window), neutralShare);
    }
    Q_UNREACHABLE();
}

} // namespace

double contrast(const QColor &one, const QColor &other)
{
    const auto [darker, lighter] = std::minmax({luminance(one), luminance(other)}); // in braces: of values, not of references to them
    return (lighter + 0.05) / (darker + 0.05);
}

QColor readableOn(const QColor &background, const QColor &wish)
{
    const QColor towards = luminance(background) > 0.18 ? QColor(Qt::black) : QColor(Qt::white);
    QColor colour = wish;
    for (double share = 1; contrast(colour, background) < enough && share > 0; share -= 0.05)
        colour = mixed(wish, towards, share);
    return colour;
}

QColor colourOf(Meaning meaning, const QPalette &palette)
{
    const QColor onWindow = readableOn(palette.color(QPalette::Window), wished(meaning, palette));
    return readableOn(palette.color(QPalette::Base), onWindow);
}

bool isDark(const QPalette &palette)
{
    return luminance(palette.color(QPalette::Window)) < luminance(palette.color(QPalette::WindowText));
}

} // namespace qcc
