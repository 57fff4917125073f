#include "ui/overview/timelinepanel.h"

#include "ui/model/environmentlines.h"
#include "ui/overview/rangeswitch.h"
#include "ui/overview/timelinechart.h"
#include "ui/overview/timelinelegend.h"
#include "ui/widgets/metrics.h"
#include "ui/widgets/plaintext.h"

#include <QClipboard>
#include <QEvent>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QOperatingSystemVersion>
#include <QPushButton>
#include <QStackedWidget>

namespace qcc {

namespace {

constexpr int linesHigh = 11; ///< Of text: as high as the chart always is, so that nothing below it moves.

QString environmentLineHere(const QString &address)
{
    const bool windows = QOperatingSystemVersion::currentType() == QOperatingSystemVersion::Windows;
    return environmentLine(windows ? Shell::PowerShell : Shell::Bash, address).trimmed();
}

} // namespace

TimelinePanel::TimelinePanel(QWidget *parent)
    : QWidget(parent)
    , m_title(new TextLabel)
    , m_range(new RangeSwitch)
    , m_stack(new QStackedWidget)
    , m_chart(new TimelineChart)
    , m_legend(new TimelineLegend)
{
    m_blank = blankPage();
    m_stack->addWidget(m_chart);
    m_stack->addWidget(m_blank);
    QSizePolicy keepsItsRoom = m_legend->sizePolicy();
    keepsItsRoom.setRetainSizeWhenHidden(true);
    m_legend->setSizePolicy(keepsItsRoom);

    auto *head = new QHBoxLayout;
    head->addWidget(m_title, 1);
    head->addWidget(m_range);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::unit);
    column->addLayout(head);
    column->addWidget(m_stack);
    column->addWidget(m_legend);

    connect(m_range, &RangeSwitch::rangeChosen, this, &TimelinePanel::rangeChosen);
    connect(m_range, &RangeSwitch::rangeChosen, this, &TimelinePanel::showBlank);
    applyLooks();
    setTimeline({});
}

QWidget *TimelinePanel::blankPage()
{
    auto *page = new QWidget;
    m_blankTitle = new TextLabel;
    m_blankText = new TextLabel;
    m_line = new QWidget;
    m_lineText = new TextLabel;
    m_blankText->setWordWrap(true);
    m_lineText->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_lineText->setAccessibleName(tr("Environment line for clients"));
    auto *copy = new QPushButton(tr("&Copy"));
    copy->setAccessibleName(tr("Copy the environment line"));
    connect(copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_lineText->text()); });

    auto *line = new QHBoxLayout(m_line);
    line->setContentsMargins(0, metrics::half, 0, 0);
    line->setSpacing(metrics::edge);
    line->addWidget(m_lineText);
    line->addWidget(copy);
    line->addStretch(1);
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::half);
    column->addStretch(1);
    column->addWidget(m_blankTitle);
    column->addWidget(m_blankText);
    column->addWidget(m_line);
    column->addStretch(1);
    return page;
}

TimelineRange TimelinePanel::range() const
{
    return m_range->range();
}

void TimelinePanel::setView(const ProxyView &view)
{
    const bool anyRequest = view.figures.requests > 0;
    if (m_serves == view.serves() && m_anyRequest == anyRequest && m_address == view.address)
        return;
    m_serves = view.serves();
    m_anyRequest = anyRequest;
    m_address = view.address;
    showBlank();
}

void TimelinePanel::setTimeline(const TimelineView &timeline)
{
    m_title->setText(TimelineSeries::title(timeline.bucketS));
    m_chart->setTimeline(timeline);
    m_legend->setSums(TimelineSeries::sumOf(timeline));
    const bool blank = timeline.isBlank();
    m_stack->setCurrentWidget(blank ? m_blank : static_cast<QWidget *>(m_chart));
    m_legend->setVisible(!blank);
    showBlank();
}

void TimelinePanel::showBlank()
{
    const bool teaches = m_serves && !m_anyRequest;
    switch (range()) {
    case TimelineRange::Hour: m_blankTitle->setText(tr("No requests in the last hour")); break;
    case TimelineRange::Day: m_blankTitle->setText(tr("No requests in the last 24 hours")); break;
    case TimelineRange::Week: m_blankTitle->setText(tr("No requests in the last 7 days")); break;
    }
    m_blankText->setText(teaches ? tr("Each request appears here with how it ended. To send some, start your client with this "
                                      "setting:")
                                 : tr("Each request appears here with how it ended."));
    m_lineText->setText(environmentLineHere(m_address));
    m_line->setVisible(teaches && !m_address.isEmpty());
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
    QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    fixed.setPointSizeF(font().pointSizeF() > 0 ? font().pointSizeF() : fixed.pointSizeF());
    m_lineText->setFont(fixed);
    QPalette quiet = palette();
    quiet.setColor(QPalette::WindowText, colourOf(Meaning::Neutral, palette()));
    m_blankText->setPalette(quiet);
    m_stack->setFixedHeight(linesHigh * fontMetrics().lineSpacing());
}

} // namespace qcc
