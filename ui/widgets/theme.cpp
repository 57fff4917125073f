#include "ui/widgets/theme.h"

#include <QApplication>
#include <QPalette>
#include <QStyle>
#include <QStyleFactory>
#include <QStyleHints>

namespace qcc {

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
