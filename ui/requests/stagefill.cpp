#include "ui/requests/stagefill.h"

#include "ui/widgets/colours.h"

#include <QPainter>

namespace qcc {

namespace {

QColor mixed(const QColor &colour, const QColor &ground, double share)
{
    const auto channel = [share](int a, int b) { return qRound(share * a + (1 - share) * b); };
    return {channel(colour.red(), ground.red()), channel(colour.green(), ground.green()), channel(colour.blue(), ground.blue())};
}

} // namespace

QColor fillOf(Stage stage, const QPalette &palette)
{
    const QColor ground = palette.color(QPalette::Base);
    const QColor text = palette.color(QPalette::Text);
    const QColor accent = palette.color(QPalette::Active, QPalette::Highlight);
    switch (stage) {
    case Stage::Queue: return mixed(text, ground, 0.12);
    case Stage::Dns: return mixed(text, ground, 0.75);
    case Stage::Connect: return mixed(text, ground, 0.5);
    case Stage::Tls: return mixed(text, ground, 0.3);
    case Stage::Waiting: return mixed(accent, ground, isDark(palette) ? 0.4 : 0.25);
    case Stage::Streaming: return accent;
    }
    Q_UNREACHABLE();
}

void paintStage(QPainter &painter, const QRectF &rect, Stage stage, const QPalette &palette)
{
    painter.fillRect(rect, fillOf(stage, palette));
    if (stage == Stage::Queue || stage == Stage::Waiting) {
        const QColor lines = mixed(stage == Stage::Queue ? palette.color(QPalette::Text) : fillOf(Stage::Streaming, palette),
                                   fillOf(stage, palette), 0.35);
        painter.fillRect(rect, QBrush(lines, stage == Stage::Queue ? Qt::Dense6Pattern : Qt::BDiagPattern));
    }
}

} // namespace qcc
