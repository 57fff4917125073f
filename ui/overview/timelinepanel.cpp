#include "ui/overview/timelinepanel.h"

#include "ui/overview/timelinechart.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/shapes.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPainter>
#include <QPushButton>
#include <QStackedWidget>

#include <algorithm>

namespace qcc {

namespace {

constexpr int entryMark = 10;
constexpr int entryGap = 5;
constexpr int headHeight = 24;

QString capitalized(QString text)
{
    text[0] = text.at(0).toUpper();
    return text;
}

} // namespace

LegendEntry::LegendEntry(Series series, QWidget *parent)
    : QAbstractButton(parent)
    , m_series(series)
{
    setText(capitalized(TimelineSeries::word(series)));
    setAccessibleName(text());
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setCursor(Qt::PointingHandCursor);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setSum(0);
}

void LegendEntry::setSum(int sum)
{
    m_sum = sum;
    setAccessibleDescription(QLocale().toString(sum));
    updateGeometry();
    update();
}

void LegendEntry::setShort(bool isShort)
{
    if (isShort == std::exchange(m_short, isShort))
        return;
    updateGeometry();
    update();
}

QSize LegendEntry::sizeHint() const
{
    const QFontMetrics measure(metrics::caption(font()));
    const int sum = m_short ? 0 : entryGap + measure.horizontalAdvance(QLocale().toString(m_sum));
    const int words = measure.horizontalAdvance(text()) + sum;
    return {entryMark + entryGap + words, std::max(headHeight, measure.height())};
}

void LegendEntry::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Colours colours = coloursOf(palette());
    int left = 0;
    drawMark(painter, TimelineSeries::meaningOf(m_series), QRectF(left, (height() - entryMark) / 2.0, entryMark, entryMark), palette());
    left += entryMark + entryGap;
    painter.setFont(metrics::caption(font()));
    painter.setPen(underMouse() ? colours.accentText : colours.text);
    painter.drawText(rect().adjusted(left, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, text());
    painter.setPen(colours.text3);
    if (!m_short)
        painter.drawText(rect(), Qt::AlignRight | Qt::AlignVCenter, QLocale().toString(m_sum));
    if (hasFocus() && window()->testAttribute(Qt::WA_KeyboardFocusChange))
        drawFocus(painter, rect(), 4, colours.accent);
}

TimelinePanel::TimelinePanel(QWidget *parent)
    : QWidget(parent)
    , m_title(new TextLabel)
    , m_head(new QBoxLayout(QBoxLayout::LeftToRight))
    , m_stack(new QStackedWidget)
    , m_chart(new TimelineChart)
    , m_legend(new QWidget)
{
    auto *entries = new QHBoxLayout(m_legend);
    entries->setContentsMargins(0, 0, 0, 0);
    entries->setSpacing(metrics::edge);
    // What is wider than the panel becomes shorter, not the page wider.
    m_legend->setMinimumWidth(1);
    for (const Series series : allSeries) {
        auto *entry = new LegendEntry(series);
        m_entries[static_cast<std::size_t>(series)] = entry;
        entries->addWidget(entry);
        connect(entry, &QAbstractButton::clicked, this, [this, series] { Q_EMIT seriesChosen(series); });
    }
    entries->addStretch(1);
    setPlainToolTip(m_entries[static_cast<std::size_t>(Series::Other)], tr("Requests that were at fault themselves, and clients that left before the end"));
    m_blank = blankPage();
    m_stack->addWidget(m_chart);
    m_stack->addWidget(m_blank);

    m_head->setSpacing(0);
    m_head->addWidget(m_title);
    m_head->addStretch(1);
    m_head->addWidget(m_legend);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::half);
    column->addLayout(m_head);
    column->addWidget(m_stack, 1);

    connect(m_chart, &TimelineChart::bucketChosen, this, &TimelinePanel::bucketChosen);
    applyLooks();
    setTimeline({});
}

QWidget *TimelinePanel::blankPage()
{
    auto *page = new QWidget;
    m_blankTitle = new TextLabel;
    m_blankText = new TextLabel;
    m_blankText->setWordWrap(true);
    for (QLabel *label : {m_blankTitle, m_blankText})
        label->setAlignment(Qt::AlignHCenter);
    m_connect = new QPushButton(tr("&Connect a client…"));
    connect(m_connect, &QPushButton::clicked, this, &TimelinePanel::clientsWanted);
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::half);
    column->addStretch(1);
    column->addWidget(m_blankTitle);
    column->addWidget(m_blankText);
    column->addWidget(m_connect, 0, Qt::AlignHCenter);
    column->addStretch(1);
    return page;
}

void TimelinePanel::setView(const ProxyView &view)
{
    const bool anyRequest = view.figures.requests > 0;
    if (m_serves == view.serves() && m_anyRequest == anyRequest)
        return;
    m_serves = view.serves();
    m_anyRequest = anyRequest;
    showBlank();
}

void TimelinePanel::setTimeline(const TimelineView &timeline)
{
    m_title->setText(TimelineSeries::title(timeline.bucketS));
    m_chart->setTimeline(timeline);
    const SeriesCounts sums = TimelineSeries::sumOf(timeline);
    for (const Series series : allSeries) {
        const auto at = static_cast<std::size_t>(series);
        m_entries[at]->setSum(sums[at]);
        m_entries[at]->setVisible(series != Series::Other || sums[at] > 0);
    }
    const bool blank = timeline.isBlank();
    m_stack->setCurrentWidget(blank ? m_blank : static_cast<QWidget *>(m_chart));
    showBlank();
    arrange();
}

void TimelinePanel::setRange(TimelineRange range)
{
    m_range = range;
    showBlank();
}

/// The legend goes below the title where it does not fit beside it.
void TimelinePanel::arrange()
{
    int legend = 0;
    for (LegendEntry *entry : m_entries) {
        entry->setShort(false);
        legend += entry->isHidden() ? 0 : entry->sizeHint().width() + metrics::edge;
    }
    for (LegendEntry *entry : m_entries)
        entry->setShort(legend - metrics::edge > width());
    m_head->setDirection(m_title->sizeHint().width() + metrics::edge + legend <= width() ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
}

void TimelinePanel::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    arrange();
}

void TimelinePanel::showBlank()
{
    const bool teaches = m_serves && !m_anyRequest;
    switch (m_range) {
    case TimelineRange::Hour: m_blankTitle->setText(tr("No requests in the last hour")); break;
    case TimelineRange::Day: m_blankTitle->setText(tr("No requests in the last 24 hours")); break;
    case TimelineRange::Week: m_blankTitle->setText(tr("No requests in the last 7 days")); break;
    }
    m_blankText->setText(tr("Each request appears here with how it ended."));
    m_connect->setVisible(teaches);
}

void TimelinePanel::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        applyLooks();
}

void TimelinePanel::applyLooks()
{
    m_title->setFont(metrics::sectionTitle(font()));
    m_title->setMinimumHeight(headHeight);
    m_blankTitle->setFont(metrics::strong(font(), m_blankTitle->text()));
    QPalette quiet = palette();
    quiet.setColor(QPalette::WindowText, coloursOf(palette()).text2);
    m_blankText->setPalette(quiet);
}

} // namespace qcc
