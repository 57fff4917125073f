#include "ui/overview/timelinepanel.h"

#include "ui/model/words.h"
#include "ui/overview/timelinechart.h"
#include "ui/widgets/plaintext.h"
#include "ui/widgets/theme.h"

#include <QButtonGroup>
#include <QClipboard>
#include <QEvent>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QOperatingSystemVersion>
#include <QPushButton>
#include <QStackedWidget>
#include <QToolButton>

namespace qcc {

RangeSwitch::RangeSwitch(QWidget *parent)
    : QWidget(parent)
    , m_buttons(new QButtonGroup(this))
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    addButton(TimelineRange::Hour, tr("1 h"), tr("The last hour"));
    addButton(TimelineRange::Day, tr("24 h"), tr("The last 24 hours"));
    addButton(TimelineRange::Week, tr("7 d"), tr("The last 7 days"));
    m_buttons->button(static_cast<int>(TimelineRange::Hour))->setChecked(true);
    connect(m_buttons, &QButtonGroup::idToggled, this, [this](int id, bool checked) {
        if (!checked)
            return;
        applyLooks();
        Q_EMIT rangeChosen(static_cast<TimelineRange>(id));
    });
    applyLooks();
}

TimelineRange RangeSwitch::range() const
{
    return static_cast<TimelineRange>(m_buttons->checkedId());
}

void RangeSwitch::addButton(TimelineRange range, const QString &text, const QString &name)
{
    auto *button = new QToolButton;
    button->setCheckable(true);
    button->setText(text);
    setPlainToolTip(button, name);
    button->setAccessibleName(name);
    button->setFocusPolicy(Qt::StrongFocus);
    m_buttons->addButton(button, static_cast<int>(range));
    layout()->addWidget(button);
}

/// Some styles hardly show in the dark which button is down, so its text does too.
void RangeSwitch::applyLooks()
{
    QPalette quiet = palette();
    quiet.setColor(QPalette::ButtonText, colourOf(Meaning::Neutral, palette()));
    for (QAbstractButton *button : m_buttons->buttons()) {
        const QFont strong = metrics::strong(font(), button->text());
        button->setFont(strong);
        const int width = button->sizeHint().width();
        button->setFont(button->isChecked() ? strong : font());
        button->setPalette(button->isChecked() ? palette() : quiet);
        button->setFixedWidth(width);
    }
}

void RangeSwitch::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        applyLooks();
}

TimelineLegend::TimelineLegend(QWidget *parent)
    : QWidget(parent)
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metrics::edge);
    for (const Series series : allSeries) {
        Entry &entry = m_entries[static_cast<std::size_t>(series)];
        entry.box = new QWidget;
        entry.mark = new TextLabel(Words::markOf(TimelineSeries::meaningOf(series)));
        entry.text = new TextLabel;
        auto *box = new QHBoxLayout(entry.box);
        box->setContentsMargins(0, 0, 0, 0);
        box->setSpacing(metrics::half);
        box->addWidget(entry.mark);
        box->addWidget(entry.text);
        row->addWidget(entry.box);
    }
    row->addStretch(1);
    setPlainToolTip(m_entries[static_cast<std::size_t>(Series::Other)].box,
                    tr("Requests that were at fault themselves, and clients that left before the end"));
    applyLooks();
    showSums();
}

void TimelineLegend::setSums(const SeriesCounts &sums)
{
    if (sums == m_sums)
        return;
    m_sums = sums;
    showSums();
}

void TimelineLegend::showSums()
{
    for (const Series series : allSeries) {
        const auto at = static_cast<std::size_t>(series);
        m_entries[at].text->setText(
            tr("%1 %2", "outcome, number").arg(TimelineSeries::word(series), QLocale().toString(m_sums[at])));
        m_entries[at].box->setVisible(series != Series::Other || m_sums[at] > 0);
    }
}

void TimelineLegend::applyLooks()
{
    const QFont small = metrics::caption(font());
    for (const Series series : allSeries) {
        const Entry &entry = m_entries[static_cast<std::size_t>(series)];
        QPalette colours = palette();
        colours.setColor(QPalette::WindowText, colourOf(TimelineSeries::meaningOf(series), palette()));
        entry.mark->setPalette(colours);
        entry.mark->setFont(small);
        entry.text->setFont(small);
    }
}

void TimelineLegend::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        applyLooks();
}

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
