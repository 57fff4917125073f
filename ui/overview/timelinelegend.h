#pragma once

#include "ui/overview/timelineseries.h"

#include <QWidget>

class QLabel;

namespace qcc {

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

} // namespace qcc
