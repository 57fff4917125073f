#pragma once

#include "ui/model/proxyview.h"
#include "ui/overview/timelineseries.h"

#include <QWidget>

class QButtonGroup;
class QLabel;
class QStackedWidget;

namespace qcc {

class TimelineChart;

/// How far back: one hour, one day, one week.
class RangeSwitch : public QWidget
{
    Q_OBJECT

public:
    explicit RangeSwitch(QWidget *parent = nullptr);

    TimelineRange range() const;

Q_SIGNALS:
    /// The user chose another one.
    void rangeChosen(qcc::TimelineRange range);

protected:
    void changeEvent(QEvent *event) override;

private:
    void addButton(TimelineRange range, const QString &text, const QString &name);
    void applyLooks();

    QButtonGroup *m_buttons;
};

/// The colours, marks and sums of the timeline, in words.
class TimelineLegend : public QWidget
{
    Q_OBJECT

public:
    explicit TimelineLegend(QWidget *parent = nullptr);

    void setSums(const SeriesCounts &sums);

protected:
    void changeEvent(QEvent *event) override;

private:
    struct Entry {
        QWidget *box = nullptr;
        QLabel *mark = nullptr;
        QLabel *text = nullptr;
    };
    void showSums();
    void applyLooks();

    SeriesCounts m_sums{};
    std::array<Entry, allSeries.size()> m_entries;
};

/// The chart of requests with its title, its range and its legend; before the first request, what to do to get one.
class TimelinePanel : public QWidget
{
    Q_OBJECT

public:
    explicit TimelinePanel(QWidget *parent = nullptr);

    void setView(const ProxyView &view);
    void setTimeline(const TimelineView &timeline);
    TimelineRange range() const;

Q_SIGNALS:
    void rangeChosen(qcc::TimelineRange range);

protected:
    void changeEvent(QEvent *event) override;

private:
    QWidget *blankPage();
    void showBlank();
    void applyLooks();

    bool m_serves = false;
    bool m_anyRequest = false; ///< Since the proxy's start.
    QString m_address;
    QLabel *m_title;
    RangeSwitch *m_range;
    QStackedWidget *m_stack;
    TimelineChart *m_chart;
    QWidget *m_blank = nullptr;
    TimelineLegend *m_legend;
    QLabel *m_blankTitle = nullptr;
    QLabel *m_blankText = nullptr;
    QWidget *m_line = nullptr;
    QLabel *m_lineText = nullptr;
};

} // namespace qcc
