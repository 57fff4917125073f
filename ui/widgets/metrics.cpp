#include "ui/widgets/metrics.h"

namespace qcc::metrics {

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

QFont sectionTitle(QFont font)
{
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

} // namespace qcc::metrics
