#include "ui/overview/timelinelegend.h"

#include "ui/model/words.h"
#include "ui/widgets/metrics.h"
#include "ui/widgets/plaintext.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>

namespace qcc {

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

} // namespace qcc
