#include "ui/overview/sparklinedelegate.h"

#include "ui/overview/overviewroles.h"
#include "ui/widgets/colours.h"
#include "ui/widgets/metrics.h"

#include <QApplication>
#include <QPainter>
#include <QStyle>

#include <algorithm>

namespace qcc {

namespace {

constexpr double goodShare = 0.65; ///< Of the height; the rest is for failures.
constexpr int lineAlpha = 60;
constexpr int rowGap = 2;

/// Something is never drawn as nothing.
int heightOf(int count, int peak, int room)
{
    if (count <= 0)
        return 0;
    return std::clamp(qRound(static_cast<double>(room) * count / std::max(peak, 1)), 2, std::max(room, 2));
}

} // namespace

void SparklineDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    QStyleOptionViewItem cell = option;
    initStyleOption(&cell, index);
    cell.text.clear();
    const QStyle *style = cell.widget ? cell.widget->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &cell, painter, cell.widget);

    const auto minutes = index.data(SparklineRole).value<EndpointTimeline>();
    const qsizetype count = std::max(minutes.ok.size(), minutes.failed.size());
    if (count == 0)
        return;
    const bool selected = cell.state.testFlag(QStyle::State_Selected);
    const QColor plain = cell.palette.color(selected ? QPalette::HighlightedText : QPalette::Text);
    const QColor good = selected ? plain : colourOf(Meaning::Success, cell.palette);
    const QColor bad = selected ? plain : colourOf(Meaning::Failure, cell.palette);

    // Whole pixels, without antialiasing: bars this small must be sharp.
    const QRect room = cell.rect.adjusted(metrics::unit, rowGap, -metrics::half, -rowGap);
    const int pitch = std::max(2, room.width() / static_cast<int>(count));
    const int width = std::max(1, pitch - 1);
    const int base = room.top() + qRound(room.height() * goodShare);
    const int peak = index.data(SparklinePeakRole).toInt();
    int left = room.right() + 1 - pitch * static_cast<int>(count);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing, false);
    QColor line = plain;
    line.setAlpha(lineAlpha);
    painter->fillRect(QRect(left, base, pitch * static_cast<int>(count) - 1, 1), line);
    for (qsizetype i = 0; i < count; ++i, left += pitch) {
        const int up = heightOf(minutes.ok.value(i), peak, base - room.top());
        const int down = heightOf(minutes.failed.value(i), peak, room.bottom() - base);
        painter->fillRect(QRect(left, base - up, width, up), good);
        painter->fillRect(QRect(left, base + 1, width, down), bad);
    }
    painter->restore();
}

} // namespace qcc
