#pragma once

#include "ui/model/proxyview.h"
#include "ui/overview/timelineseries.h"

#include <QAbstractButton>
#include <QWidget>

class QBoxLayout;
class QLabel;
class QStackedWidget;

namespace qcc {

class TimelineChart;

/// An outcome's mark, word and sum; a click asks for its requests.
class LegendEntry : public QAbstractButton
{
    Q_OBJECT

public:
    explicit LegendEntry(Series series, QWidget *parent = nullptr);

    void setSum(int sum);
    /// Without its sum, where there is no room for it.
    void setShort(bool isShort);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    const Series m_series;
    int m_sum = 0;
    bool m_short = false;
};

/// The chart of requests with its title and its legend; before the first request, what to do to get one.
class TimelinePanel : public QWidget
{
    Q_OBJECT

public:
    explicit TimelinePanel(QWidget *parent = nullptr);

    void setView(const ProxyView &view);
    void setTimeline(const TimelineView &timeline);
    /// That was asked for, while the timeline may still be of another.
    void setRange(TimelineRange range);

Q_SIGNALS:
    void bucketChosen(const QDateTime &from, const QDateTime &to);
    void seriesChosen(qcc::Series series);
    /// A client is to be made to ask qcc.
    void clientsWanted();

protected:
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    QWidget *blankPage();
    void showBlank();
    void arrange();
    void applyLooks();

    bool m_serves = false;
    bool m_anyRequest = false; ///< Since the proxy's start.
    TimelineRange m_range = TimelineRange::Hour;
    QLabel *m_title;
    QBoxLayout *m_head;
    QStackedWidget *m_stack;
    TimelineChart *m_chart;
    QWidget *m_blank = nullptr;
    QWidget *m_legend;
    std::array<LegendEntry *, allSeries.size()> m_entries{};
    QLabel *m_blankTitle = nullptr;
    QLabel *m_blankText = nullptr;
    QPushButton *m_connect = nullptr;
};

} // namespace qcc
