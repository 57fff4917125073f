#include "ui/requests/filterchips.h"

#include <QEvent>

#include <algorithm>

namespace qcc {

namespace {

constexpr int gap = 6; ///< Units: pixels.

std::optional<Meaning> meaningOf(Asked asked)
{
    switch (asked) {
    case Asked::All:
    case Asked::Running:
    case Asked::Problems: return {};
    case Asked::Recovered: return Meaning::Recovered;
    case Asked::Errors: return Meaning::Failure;
    case Asked::Truncated: return Meaning::Warning;
    case Asked::CallerErrors:
    case Asked::Cancelled: return Meaning::Neutral;
    }
    Q_UNREACHABLE();
}

} // namespace

FilterChips::FilterChips(QWidget *parent)
    : QWidget(parent)
{
    setAccessibleName(tr("Which requests are shown"));
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    const auto word = [](Asked asked) {
        switch (asked) {
        case Asked::All: return tr("All");
        case Asked::Running: return tr("Running");
        case Asked::Problems: return tr("Problems");
        case Asked::Recovered: return tr("Recovered");
        case Asked::Errors: return tr("Errors");
        case Asked::Truncated: return tr("Truncated");
        case Asked::CallerErrors: return tr("Caller's errors");
        case Asked::Cancelled: return tr("Cancelled");
        }
        Q_UNREACHABLE();
    };
    for (const Asked asked : allAsked) {
        auto *chip = new ChipButton(word(asked), this);
        chip->setMeaning(meaningOf(asked));
        if (asked == Asked::Running)
            chip->setMark(Mark::Play);
        m_group.addButton(chip, static_cast<int>(asked));
    }
    // Qt thinks of Tab only once one of them has had the focus.
    connect(&m_group, &QButtonGroup::buttonToggled, this, [](QAbstractButton *button, bool on) { button->setFocusPolicy(on ? Qt::StrongFocus : Qt::ClickFocus); });
    const QList<QAbstractButton *> all = m_group.buttons();
    for (QAbstractButton *each : all)
        each->setFocusPolicy(Qt::ClickFocus);
    setAsked(Asked::All);
    connect(&m_group, &QButtonGroup::idClicked, this, &FilterChips::chosen);
}

Asked FilterChips::asked() const
{
    return static_cast<Asked>(m_group.checkedId());
}

void FilterChips::setAsked(Asked asked)
{
    chip(asked)->setChecked(true);
}

ChipButton *FilterChips::chip(Asked asked) const
{
    return static_cast<ChipButton *>(m_group.button(static_cast<int>(asked)));
}

void FilterChips::setCounts(const std::function<std::optional<qint64>(Asked)> &counts)
{
    for (const Asked asked : allAsked)
        chip(asked)->setCount(counts(asked));
    if (place(width(), true) != height())
        updateGeometry();
}

int FilterChips::place(int width, bool moves) const
{
    int x = 0;
    int y = 0;
    int lineHeight = 0;
    for (const Asked asked : allAsked) {
        ChipButton *each = chip(asked);
        const QSize size = each->sizeHint();
        if (x > 0 && x + size.width() > width) {
            x = 0;
            y += lineHeight + gap;
        }
        if (moves)
            each->setGeometry(QRect(QPoint(x, y), size));
        lineHeight = size.height();
        x += size.width() + gap;
    }
    return y + lineHeight;
}

int FilterChips::heightForWidth(int width) const
{
    return place(width, false);
}

QSize FilterChips::sizeHint() const
{
    int width = 0;
    for (const Asked asked : allAsked)
        width += chip(asked)->sizeHint().width() + gap;
    return {width - gap, place(width, false)};
}

QSize FilterChips::minimumSizeHint() const
{
    int width = 0;
    for (const Asked asked : allAsked)
        width = std::max(width, chip(asked)->sizeHint().width());
    return {width, chip(Asked::All)->sizeHint().height()};
}

void FilterChips::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    place(width(), true);
}

void FilterChips::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        updateGeometry();
}

bool FilterChips::event(QEvent *event)
{
    // A chip has become wider: of itself it tells its parent, which has no layout.
    if (event->type() == QEvent::LayoutRequest) {
        place(width(), true);
        updateGeometry();
    }
    return QWidget::event(event);
}

} // namespace qcc
