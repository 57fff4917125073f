#pragma once

#include "core/facts/historyquery.h"
#include "ui/model/proxyview.h"
#include "ui/widgets/bars.h"

#include <QAbstractButton>

#include <array>

namespace qcc {

/// One figure of the strip: what it is and of what time, the number with what it is beside, and how it went. A button that asks for its requests.
class FigureCell : public QAbstractButton
{
    Q_OBJECT

public:
    struct Figure {
        QString when;
        QString whenShortly;   ///< Where there is no room for the other.
        QString number;
        QString beside;        ///< Left out where there is no room; the tip has it.
        bool isFailure = false; ///< The figure itself says that something is wrong.
        QList<Bar> bars;
        double worst = 1;      ///< Of the bars below the line.
        QList<double> line;    ///< Instead of bars.
        bool operator==(const Figure &) const = default;
    };

    explicit FigureCell(const QString &label, QWidget *parent = nullptr);

    void setFigure(const Figure &figure);
    const Figure &figure() const { return m_figure; }
    QSize sizeHint() const override;
    /// The narrowest one that shows what it has to.
    int leastWidth() const;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Figure m_figure;
};

/// The four figures that say how it goes, in one frame: side by side, or two by two where there is little room.
class FigureStrip : public QWidget
{
    Q_OBJECT

public:
    enum Place { Success, InFlight, FirstByte, Errors, PlaceCount };

    explicit FigureStrip(QWidget *parent = nullptr);

    void setView(const ProxyView &view);
    void setTimeline(const TimelineView &timeline);
    const FigureCell &cell(Place place) const { return *m_cells[place]; }

    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    /// The requests that a figure counts.
    void requestsWanted(const qcc::HistoryQuery &query);
    void runningWanted();

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    int columnsFor(int width) const;
    void arrange();
    void show();
    FigureCell::Figure success() const;
    FigureCell::Figure inFlight() const;
    FigureCell::Figure firstByte() const;
    FigureCell::Figure errors() const;
    bool fails() const;
    void choose(Place place);

    ProxyView m_view;
    TimelineView m_timeline;
    std::array<FigureCell *, PlaceCount> m_cells{};
};

} // namespace qcc
