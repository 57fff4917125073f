#pragma once

#include "ui/model/traysettings.h"

#include <QProxyStyle>

namespace qcc {

/// How controls look where no platform has a look of its own: Fusion, drawn with the tokens. Where the platform has one (Breeze, macOS, Windows 11), this
/// style is not used, and screens draw what is theirs in the platform's colours.
/// Thread: the GUI thread.
class Style : public QProxyStyle
{
    Q_OBJECT

public:
    /// `theme`: System follows the palette that the desktop gives.
    explicit Style(Theme theme);

    using QProxyStyle::polish;
    void polish(QPalette &palette) override;
    void polish(QWidget *widget) override;
    void drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter, const QWidget *widget) const override;
    void drawControl(ControlElement element, const QStyleOption *option, QPainter *painter, const QWidget *widget) const override;
    void drawComplexControl(ComplexControl control, const QStyleOptionComplex *option, QPainter *painter, const QWidget *widget) const override;
    QSize sizeFromContents(ContentsType type, const QStyleOption *option, const QSize &contents, const QWidget *widget) const override;
    QRect subElementRect(SubElement element, const QStyleOption *option, const QWidget *widget) const override;
    QRect subControlRect(ComplexControl control, const QStyleOptionComplex *option, SubControl part, const QWidget *widget) const override;
    int pixelMetric(PixelMetric metric, const QStyleOption *option, const QWidget *widget) const override;
    int styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget, QStyleHintReturn *answer) const override;

private:
    const Theme m_theme;
};

/// Whether screens are drawn by Style now.
bool hasOwnStyle();

/// Whether a row of `state` is filled with the accent, on which nothing but the accent's own words can be read: the platform's styles do that to the chosen one.
bool isFilled(QStyle::State state);

/// Makes all screens light or dark, or as the desktop is, in the platform's own style where it has one that can be so.
/// Thread: the GUI thread.
void applyTheme(Theme theme);

} // namespace qcc
