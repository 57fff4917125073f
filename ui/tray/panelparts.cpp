#include "ui/tray/panelparts.h"

#include "ui/widgets/plaintext.h"
#include "ui/widgets/shapes.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPainter>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <utility>

namespace qcc {

namespace {

constexpr int signLeft = 9;
constexpr int signSize = 12;
constexpr int textLeft = 33;
constexpr int textGap = 10;
constexpr int endMark = 10;
constexpr int beside = 6; ///< Between the icon and the panel.
constexpr int secondsHeight = 48;

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
    m_step->setFont(metrics::caption(metrics::medium(font(), content.step)));
    m_step->setFixedHeight(std::max(tokens::size::controlSmall, m_step->fontMetrics().height() + metrics::unit));
    m_step->setAccessibleName(QStringLiteral("%1 %2").arg(content.step, content.name));
    m_step->setVisible(!content.step.isEmpty());
    update();
}

QSize PanelRow::sizeHint() const
{
    return {0, std::max(tokens::size::row, fontMetrics().height() + 12)};
}

QFont PanelRow::nameFont() const
{
    return m_content.strong ? metrics::strong(font(), m_content.name) : font();
}

QFont PanelRow::numberFont() const
{
    return m_content.quietNumber ? metrics::caption(font()) : font();
}

PanelRow::Fit PanelRow::fitting() const
{
    Fit words;
    words.right = m_content.step.isEmpty() ? width() - metrics::unit : m_step->x() - textGap;
    // Numbers stand in one column, with a mark behind them or without.
    if (m_content.quietNumber)
        words.right -= endMark + textGap + 2;
    const QFontMetrics nameSize(nameFont()), noteSize(metrics::caption(font()));
    int room = words.right - textLeft;
    if (!m_content.number.isEmpty())
        room -= QFontMetrics(numberFont()).horizontalAdvance(m_content.number) + textGap;
    // How it stands is known only from here: a long name gives way to it.
    const int noteWidth = m_content.note.isEmpty() ? 0 : noteSize.horizontalAdvance(m_content.note) + textGap + 1;
    words.name = nameSize.elidedText(m_content.name, Qt::ElideRight, std::max(room - noteWidth, room / 3));
    words.noteLeft = textLeft + nameSize.horizontalAdvance(words.name) + textGap;
    words.note = noteSize.elidedText(m_content.note, Qt::ElideRight, textLeft + room - words.noteLeft);
    return words;
}

bool PanelRow::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        const Fit words = fitting();
        setPlainToolTip(this, words.name == m_content.name && words.note == m_content.note ? QString() : accessibleName());
    }
    return QAbstractButton::event(event);
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
    if (m_content.endMark)
        drawMark(painter, *m_content.endMark, QRectF(width() - metrics::unit - endMark - 1, (height() - endMark) / 2.0, endMark, endMark), palette());
    const Fit words = fitting();
    const auto draw = [&](const QFont &font, const QColor &colour, int left, const QString &text, int alignment) {
        painter.setFont(font);
        painter.setPen(colour);
        painter.drawText(QRect(left, 0, words.right - left, height()), alignment | Qt::AlignVCenter, text);
    };
    draw(numberFont(), m_content.quietNumber ? colours.text3 : colours.text2, textLeft, m_content.number, Qt::AlignRight);
    draw(nameFont(), colours.text, textLeft, words.name, Qt::AlignLeft);
    draw(metrics::caption(font()), m_content.noteMeaning == Meaning::Failure ? colours.of(Meaning::Failure).text : colours.text3, words.noteLeft, words.note, Qt::AlignLeft);
    if (hasFocus() && window()->testAttribute(Qt::WA_KeyboardFocusChange))
        drawFocus(painter, rect(), tokens::radius::row, colours.accent);
}

QRegion withoutCorners(const QSize &size, int radius)
{
    QRegion region(QRect({}, size));
    for (int y = 0; y < radius; ++y) {
        int cut = 0;
        // What is covered by less than half, and would be nearly black.
        while (cut < radius && std::hypot(radius - cut, radius - y) > radius + 0.5)
            ++cut;
        for (const int row : {y, size.height() - 1 - y}) {
            region -= QRect(0, row, cut, 1);
            region -= QRect(size.width() - cut, row, cut, 1);
        }
    }
    return region;
}

PanelGroup::PanelGroup(const QString &title)
    : m_title(new TextLabel(title))
    , m_count(new TextLabel)
    , m_column(new QVBoxLayout(this))
{
    auto *captions = new QHBoxLayout;
    captions->setContentsMargins(metrics::unit, 0, metrics::unit, 2);
    captions->addWidget(m_title, 1);
    captions->addWidget(m_count);
    m_column->setContentsMargins(6, metrics::unit, 6, 6);
    m_column->setSpacing(0);
    m_column->addLayout(captions);
}

const QList<PanelRow *> &PanelGroup::take(qsizetype shown, qsizetype all)
{
    while (m_rows.size() < shown) {
        m_rows.append(new PanelRow);
        m_column->addWidget(m_rows.constLast());
    }
    for (qsizetype i = 0; i < m_rows.size(); ++i)
        m_rows.at(i)->setVisible(i < shown);
    m_count->setText(shown < all ? tr("%1 of %2", "shown, all").arg(QLocale().toString(shown), QLocale().toString(all)) : QString());
    setVisible(shown > 0);
    return m_rows;
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
