#pragma once

#include "ui/model/proxyview.h"
#include "ui/model/timelineview.h"

#include <QWidget>

class QLabel;
class QStackedWidget;

namespace qcc {

class RangeSwitch;
class TimelineChart;
class TimelineLegend;

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
