#include "ui/widgets/theme.h"

#include "ui/widgets/style.h"

#include <QHash>
#include <QLocale>
#include <QPainter>
#include <QPixmap>
#include <QSvgRenderer>

#include <algorithm>
#include <cmath>

namespace qcc {

namespace metrics {

namespace {

QFont scaled(QFont font, double factor)
{
    // A font that was set in pixels has no size in points.
    if (font.pointSizeF() > 0)
        font.setPointSizeF(font.pointSizeF() * factor);
    else
        font.setPixelSize(qRound(font.pixelSize() * factor));
    return font;
}

bool hasHan(const QString &text)
{
    return std::ranges::any_of(text, [](QChar c) { return c.script() == QChar::Script_Han; });
}

} // namespace

QFont caption(QFont font)
{
    return scaled(std::move(font), tokens::type::caption);
}

QFont strong(QFont font, const QString &text)
{
    font.setWeight(hasHan(text) ? QFont::Normal : QFont::DemiBold);
    return font;
}

QFont medium(QFont font, const QString &text)
{
    font.setWeight(hasHan(text) ? QFont::Normal : QFont::Medium);
    return font;
}

QFont sectionTitle(QFont font)
{
    // Han is made bold by smearing where the font has no bold of it: there size alone tells a title.
    if (QLocale().language() == QLocale::Chinese)
        return scaled(std::move(font), tokens::type::hanSection);
    font.setWeight(QFont::DemiBold);
    return font;
}

QFont lead(QFont font)
{
    return scaled(std::move(font), tokens::type::lead);
}

QFont title(QFont font)
{
    font = scaled(std::move(font), tokens::type::title);
    if (QLocale().language() != QLocale::Chinese)
        font.setWeight(QFont::DemiBold);
    return font;
}

QFont figure(QFont font)
{
    font = scaled(std::move(font), tokens::type::figure);
    font.setWeight(QFont::Medium);
    return font;
}

} // namespace metrics

namespace {

constexpr double enough = 4.5;
// A palette of usual contrast is short of one of these: its fields or buttons are of another shade than its windows, or what is chosen is in a middle tone.
constexpr double high = 7;
constexpr double highChosen = 6;
constexpr double highest = 20.9; ///< Black and white.
constexpr double seen = 3;       ///< What is no text.

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
    return coloursOf(palette).of(meaning).text;
}

bool isDark(const QPalette &palette)
{
    return luminance(palette.color(QPalette::Window)) < luminance(palette.color(QPalette::WindowText));
}

bool isHighContrast(const QPalette &palette)
{
    const QColor window = palette.color(QPalette::Window);
    const double text = contrast(palette.color(QPalette::WindowText), window);
    return window == palette.color(QPalette::Base) && window == palette.color(QPalette::Button) && contrast(palette.color(QPalette::Text), window) >= high
        && text >= high && (text >= highest || contrast(palette.color(QPalette::Highlight), window) >= highChosen);
}

namespace {

Colours ownColours(const tokens::Shades &shades)
{
    const auto state = [](const tokens::State &of) { return Colours::State{QColor(of.text), QColor(of.mark), QColor(of.soft)}; };
    const auto &[complete, recovered, truncated, error, other, ink] = shades.series;
    const auto &[queue, setup, tls, waiting, streaming] = shades.phase;
    return {.sidebar = QColor(shades.surface.sidebar), .page = QColor(shades.surface.page), .raised = QColor(shades.surface.raised), .hairline = QColor(shades.hairline),
            .hover = QColor(shades.fill.hover), .selected = QColor(shades.fill.selected), .track = QColor(shades.fill.track), .thumb = QColor(shades.fill.thumb),
            .text = QColor(shades.text.first), .text2 = QColor(shades.text.second), .text3 = QColor(shades.text.third), .disabled = QColor(shades.text.disabled),
            .accent = QColor(shades.accent.fill), .onAccent = QColor(shades.accent.on), .accentText = QColor(shades.accent.text), .accentSoft = QColor(shades.accent.soft),
            .states = {state(shades.good), state(shades.info), state(shades.warn), state(shades.bad), state(shades.idle)},
            .complete = QColor(complete), .recovered = QColor(recovered), .truncated = QColor(truncated), .error = QColor(error), .other = QColor(other), .ink = QColor(ink),
            .queue = QColor(queue), .setup = QColor(setup), .tls = QColor(tls), .waiting = QColor(waiting), .streaming = QColor(streaming)};
}

/// Surfaces, words and accent are the platform's; what states, series and phases say stays, as far as it can be read there.
Colours platformColours(const QPalette &palette)
{
    Colours colours = ownColours(isDark(palette) ? tokens::dark : tokens::light);
    const QColor window = palette.color(QPalette::Window), base = palette.color(QPalette::Base), text = palette.color(QPalette::WindowText);
    const auto readable = [&window, &base](const QColor &wish) { return readableOn(base, readableOn(window, wish)); };
    colours.sidebar = mixed(text, window, 0.04);
    colours.page = window;
    colours.raised = base;
    colours.hairline = mixed(text, window, 0.14);
    colours.hover = mixed(text, window, 0.06);
    colours.selected = mixed(text, window, 0.1);
    colours.track = mixed(text, window, 0.08);
    colours.thumb = base;
    colours.text = text;
    colours.text2 = readable(mixed(text, window, 0.78));
    colours.text3 = readable(mixed(text, window, 0.68));
    colours.disabled = palette.color(QPalette::Disabled, QPalette::WindowText);
    colours.accent = palette.color(QPalette::Highlight);
    colours.onAccent = palette.color(QPalette::HighlightedText);
    colours.accentText = readable(colours.accent);
    colours.accentSoft = mixed(colours.accent, base, 0.18);
    for (Colours::State &state : colours.states) {
        state.text = readable(state.text);
        state.soft = mixed(state.mark, base, 0.12);
    }
    return colours;
}

/// Nothing but what the palette has. What is chosen is in a tone between window and text, which is read on it.
Colours highContrastColours(const QPalette &palette)
{
    const QColor window = palette.color(QPalette::Window), text = palette.color(QPalette::WindowText);
    const QColor accent = palette.color(QPalette::Highlight);
    const auto tone = [&](double away) {
        double share = 0;
        while (share < 1 && contrast(mixed(text, window, share), window) < away)
            share += 0.005;
        return mixed(text, window, share);
    };
    const double farthest = contrast(text, window);
    Colours colours;
    for (QColor *surface : {&colours.sidebar, &colours.page, &colours.raised, &colours.track, &colours.thumb})
        *surface = window;
    for (QColor *ink : {&colours.hairline, &colours.text, &colours.text2, &colours.text3, &colours.accentText, &colours.complete, &colours.truncated, &colours.error, &colours.ink})
        *ink = text;
    colours.selected = colours.accentSoft = tone(std::min(seen, farthest / enough));
    colours.hover = tone(std::min(seen, farthest / enough) / 2);
    colours.disabled = palette.color(QPalette::Disabled, QPalette::WindowText);
    colours.accent = accent;
    colours.onAccent = palette.color(QPalette::HighlightedText);
    colours.states.fill({text, text, window});
    colours.recovered = colours.streaming = readableOn(window, accent);
    colours.queue = colours.other = tone(seen);
    colours.setup = tone(0.65 * farthest);
    colours.tls = tone(0.45 * farthest);
    colours.waiting = tone(std::max(seen, 0.33 * farthest));
    colours.hatched = true;
    return colours;
}

} // namespace

Colours coloursOf(const QPalette &palette)
{
    // Asked for by every row that is drawn, and a window has few palettes.
    static QHash<std::pair<qint64, bool>, Colours> known;
    constexpr qsizetype mostKnown = 32;
    const bool own = hasOwnStyle();
    const std::pair key(palette.cacheKey(), own);
    if (const auto it = known.constFind(key); it != known.constEnd())
        return *it;
    if (known.size() >= mostKnown)
        known.clear();
    return *known.insert(key, isHighContrast(palette) ? highContrastColours(palette) : own ? ownColours(isDark(palette) ? tokens::dark : tokens::light) : platformColours(palette));
}

QPalette paletteOf(const tokens::Shades &shades)
{
    const QColor text(shades.text.first), page(shades.surface.page), raised(shades.surface.raised), line(shades.hairline);
    QPalette palette(text, raised, QColor(shades.fill.hover), line, line, text, text, raised, page);
    palette.setColor(QPalette::AlternateBase, page);
    palette.setColor(QPalette::PlaceholderText, QColor(shades.text.third));
    palette.setColor(QPalette::ToolTipBase, raised);
    palette.setColor(QPalette::ToolTipText, text);
    palette.setColor(QPalette::Highlight, QColor(shades.accent.fill));
    palette.setColor(QPalette::HighlightedText, QColor(shades.accent.on));
    palette.setColor(QPalette::Link, QColor(shades.accent.text));
    palette.setColor(QPalette::LinkVisited, QColor(shades.accent.text));
    for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, QColor(shades.text.disabled));
    palette.setColor(QPalette::Disabled, QPalette::Highlight, QColor(shades.fill.selected));
    palette.setColor(QPalette::Disabled, QPalette::HighlightedText, QColor(shades.text.disabled));
    return palette;
}

namespace {

/// Where a drawing of 16 units goes in a square of `size` pixels: its margin of one unit becomes whole pixels, which keeps the edges
/// sharp at sizes between the multiples of 16.
QRectF placeIn(int size)
{
    const int margin = size / 16;
    const double unit = (size - 2 * margin) / 14.0;
    return QRectF(margin - unit, margin - unit, 16 * unit, 16 * unit);
}

} // namespace

QIcon tintedIcon(const QString &file, const QColor &colour)
{
    // Rows ask for it whenever they are drawn.
    static QHash<std::pair<QString, QRgb>, QIcon> known;
    constexpr qsizetype mostKnown = 128;
    const std::pair key(file, colour.rgba());
    if (const auto it = known.constFind(key); it != known.constEnd())
        return *it;
    if (known.size() >= mostKnown)
        known.clear();
    QSvgRenderer drawing(file);
    QIcon icon;
    for (const int size : {16, 20, 22, 24, 32, 44, 48, 64, 96}) {
        QPixmap pixmap(size, size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        drawing.render(&painter, placeIn(size));
        painter.setCompositionMode(QPainter::CompositionMode_SourceIn);
        painter.fillRect(pixmap.rect(), colour);
        painter.end();
        icon.addPixmap(pixmap);
    }
    known.insert(key, icon);
    return icon;
}

} // namespace qcc
