#include "ui/widgets/theme.h"

#include <QApplication>
#include <QPainter>
#include <QPalette>
#include <QPixmap>
#include <QStyle>
#include <QStyleFactory>
#include <QStyleHints>
#include <QSvgRenderer>
#include <QLocale>

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

} // namespace

QFont caption(QFont font)
{
    return scaled(std::move(font), 0.9);
}

QFont strong(QFont font, const QString &text)
{
    const bool hasHan = std::ranges::any_of(text, [](QChar c) { return c.script() == QChar::Script_Han; });
    font.setWeight(hasHan ? QFont::Normal : QFont::DemiBold);
    return font;
}

QFont sectionTitle(QFont font)
{
    // Han is made bold by smearing where the font has no bold of it: there size alone tells a title.
    if (QLocale().language() == QLocale::Chinese)
        return scaled(std::move(font), 1.25);
    font = scaled(std::move(font), 1.15);
    font.setWeight(QFont::DemiBold);
    return font;
}

QFont figure(QFont font)
{
    return scaled(std::move(font), 1.8);
}

QFont bigFigure(QFont font)
{
    return scaled(std::move(font), 3);
}

} // namespace metrics

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
    return icon;
}

#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)

void applyTheme(Theme theme)
{
    switch (theme) {
    case Theme::System: qApp->styleHints()->setColorScheme(Qt::ColorScheme::Unknown); break;
    case Theme::Light: qApp->styleHints()->setColorScheme(Qt::ColorScheme::Light); break;
    case Theme::Dark: qApp->styleHints()->setColorScheme(Qt::ColorScheme::Dark); break;
    }
}

#else

namespace {

struct Shades {
    QColor window, base, alternate, button, text, faint, disabled, highlight, link;
};

/// Fusion's own shades between those of the palette are derived from its button colour.
QPalette paletteOf(const Shades &shades)
{
    QPalette palette(shades.text, shades.button, shades.button.lighter(150), shades.button.darker(150), shades.button.darker(120),
                     shades.text, shades.text, shades.base, shades.window);
    palette.setColor(QPalette::AlternateBase, shades.alternate);
    palette.setColor(QPalette::PlaceholderText, shades.faint);
    palette.setColor(QPalette::ToolTipBase, shades.button);
    palette.setColor(QPalette::ToolTipText, shades.text);
    palette.setColor(QPalette::Highlight, shades.highlight);
    palette.setColor(QPalette::HighlightedText, Qt::white);
    palette.setColor(QPalette::Link, shades.link);
    palette.setColor(QPalette::LinkVisited, shades.link);
    for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, shades.disabled);
    palette.setColor(QPalette::Disabled, QPalette::Highlight, shades.button);
    palette.setColor(QPalette::Disabled, QPalette::HighlightedText, shades.disabled);
    return palette;
}

QPalette lightPalette()
{
    return paletteOf({QColor(0xf3, 0xf3, 0xf3), Qt::white, QColor(0xf7, 0xf7, 0xf7), QColor(0xee, 0xee, 0xee), QColor(0x1c, 0x1c, 0x1c),
                      QColor(0x6e, 0x6e, 0x6e), QColor(0x9a, 0x9a, 0x9a), QColor(0x1f, 0x5f, 0xa8), QColor(0x1f, 0x5f, 0xa8)});
}

QPalette darkPalette()
{
    // Fusion outlines boxes and fields in a darker shade of the window: it must be light enough for that to show.
    return paletteOf({QColor(0x36, 0x36, 0x36), QColor(0x24, 0x24, 0x24), QColor(0x2a, 0x2a, 0x2a), QColor(0x44, 0x44, 0x44),
                      QColor(0xec, 0xec, 0xec), QColor(0xa8, 0xa8, 0xa8), QColor(0x86, 0x86, 0x86), QColor(0x2f, 0x6f, 0xb8),
                      QColor(0x7f, 0xb8, 0xf0)});
}

} // namespace

void applyTheme(Theme theme)
{
    // Before Qt 6.8 a style cannot be asked for its other half; Fusion is the one that follows any palette.
    static const QString systemStyle = QApplication::style()->objectName();
    if (theme == Theme::System) {
        if (QApplication::style()->objectName() != systemStyle)
            QApplication::setStyle(QStyleFactory::create(systemStyle));
        QApplication::setPalette(QPalette());
        return;
    }
    if (QApplication::style()->objectName() != QStringLiteral("fusion"))
        QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    QApplication::setPalette(theme == Theme::Dark ? darkPalette() : lightPalette());
}

#endif

} // namespace qcc
