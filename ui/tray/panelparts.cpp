#include "ui/tray/panelparts.h"

#include "ui/widgets/shapes.h"

#include <QHBoxLayout>
#include <QLocale>
#include <QPainter>
#include <QToolButton>

#include <algorithm>
#include <utility>

namespace qcc {

namespace {

constexpr int signLeft = 9;
constexpr int signSize = 12;
constexpr int textLeft = 33;
constexpr int textGap = 10;
constexpr int endMark = 10;
constexpr int beside = 6; ///< Between the icon and the panel.
constexpr int secondsHeight = 40;

} // namespace

PanelRow::PanelRow(QWidget *parent)
    : QAbstractButton(parent)
    , m_step(new QToolButton)
{
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_step->setFocusPolicy(Qt::StrongFocus);
    m_step->hide();
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, metrics::unit, 0);
    row->addStretch(1);
    row->addWidget(m_step);
}

void PanelRow::setContent(const Content &content)
{
    if (content == m_content)
        return;
    m_content = content;
    QStringList said{content.name, content.note, content.number};
    said.removeAll(QString());
    setAccessibleName(said.join(QStringLiteral(", ")));
    m_step->setText(content.step);
    m_step->setAccessibleName(QStringLiteral("%1 %2").arg(content.step, content.name));
    m_step->setVisible(!content.step.isEmpty());
    update();
}

QSize PanelRow::sizeHint() const
{
    return {0, std::max(tokens::size::row, fontMetrics().height() + 12)};
}

void PanelRow::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Colours colours = coloursOf(palette());
    if (underMouse() || isDown())
        drawBox(painter, rect(), tokens::radius::row, isDown() ? colours.selected : colours.hover, {});
    const QRectF sign(signLeft, (height() - signSize) / 2.0, signSize, signSize);
    if (m_content.mark)
        drawMark(painter, *m_content.mark, sign, palette());
    else if (m_content.ticked)
        drawTick(painter, sign.center(), colours.accentText);
    int right = width() - signLeft;
    if (m_step->isVisible())
        right = m_step->x() - textGap;
    if (m_content.endMark) {
        drawMark(painter, *m_content.endMark, QRectF(right - endMark - 1, (height() - endMark) / 2.0, endMark, endMark), palette());
        right -= endMark + textGap;
    }
    const auto draw = [&](int left, const QString &text, int alignment) {
        const QRect room(left, 0, std::max(0, right - left), height());
        painter.drawText(room, alignment | Qt::AlignVCenter, painter.fontMetrics().elidedText(text, Qt::ElideRight, room.width()));
    };
    painter.setPen(colours.text2);
    if (!m_content.number.isEmpty()) {
        draw(textLeft, m_content.number, Qt::AlignRight);
        right -= painter.fontMetrics().horizontalAdvance(m_content.number) + textGap;
    }
    painter.setFont(m_content.strong ? metrics::strong(font(), m_content.name) : font());
    painter.setPen(colours.text);
    draw(textLeft, m_content.name, Qt::AlignLeft);
    const int noteLeft = textLeft + painter.fontMetrics().horizontalAdvance(m_content.name) + textGap;
    if (!m_content.note.isEmpty() && right - noteLeft > 3 * painter.fontMetrics().averageCharWidth()) {
        painter.setFont(metrics::caption(font()));
        painter.setPen(colours.of(m_content.noteMeaning).text);
        draw(noteLeft, m_content.note, Qt::AlignLeft);
    }
    if (hasFocus() && window()->testAttribute(Qt::WA_KeyboardFocusChange))
        drawFocus(painter, rect(), tokens::radius::row, colours.accent);
}

QRect placeBeside(const QRect &anchor, const QSize &size, const QRect &screen)
{
    const QRect room = screen.adjusted(beside, beside, -beside, -beside);
    QRect place({}, size);
    place.moveCenter({anchor.center().x(), 0});
    if (anchor.center().y() > room.center().y())
        place.moveBottom(std::min(anchor.top() - beside, room.bottom()));
    else
        place.moveTop(std::max(anchor.bottom() + beside, room.top()));
    place.moveLeft(std::clamp(place.left(), room.left(), std::max(room.left(), room.right() - place.width() + 1)));
    place.moveTop(std::clamp(place.top(), room.top(), std::max(room.top(), room.bottom() - place.height() + 1)));
    return place;
}

PanelSeconds::PanelSeconds()
{
    setFixedHeight(secondsHeight);
    m_bars.resize(RecentSeconds::seconds);
}

void PanelSeconds::set(const QList<RecentSeconds::Second> &seconds)
{
    QList<Bar> bars;
    int served = 0, failed = 0;
    for (const RecentSeconds::Second &second : seconds) {
        Bar bar;
        bar.above[0] = second.served;
        bar.below[1] = second.failed;
        bars.append(bar);
        served += second.served;
        failed += second.failed;
    }
    setAccessibleName(tr("Last 60 s: %1 served, %2 failed").arg(QLocale().toString(served), QLocale().toString(failed)));
    if (bars == std::exchange(m_bars, bars))
        return;
    update();
}

void PanelSeconds::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    double top = 4, worst = 3;
    for (const Bar &bar : std::as_const(m_bars)) {
        top = std::max(top, bar.served());
        worst = std::max(worst, bar.failed());
    }
    drawSparkBars(painter, rect(), m_bars, top, worst, coloursOf(palette()));
}

} // namespace qcc
