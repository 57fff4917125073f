#pragma once

#include "core/facts/exchangerecord.h"
#include "ui/model/exchangetext.h"

#include <QColor>
#include <QList>
#include <QPalette>
#include <QWidget>

class QPainter;

namespace qcc {

/// The ticks of an axis from 0 to `end`: steps of 1, 2 or 5 times a power of ten, at most `most` of them after the 0.
QList<double> ticks(double end, int most);

/// The ground of a stage's bar. Opening a connection is in shades of grey, the answer in the accent's colour.
QColor fillOf(Stage stage, const QPalette &palette);

/// The bar itself. Waiting is hatched, so that it is told from streaming without colours.
void paintStage(QPainter &painter, const QRectF &rect, Stage stage, const QPalette &palette);

/// The attempts of one exchange as bars on one scale of time, a line each, with the pauses between them.
class AttemptsChart : public QWidget
{
    Q_OBJECT

public:
    explicit AttemptsChart(QWidget *parent = nullptr);

    /// `lastRuns`: the last attempt has not ended yet.
    void setExchange(const ExchangeRecord &exchange, bool lastRuns = false);

    /// What lies there, for the tooltip; empty beside the bars.
    QString textAt(const QPoint &point) const;
    /// The middle of `span`, one of attempt `index`.
    QPoint pointOf(qsizetype index, const Span &span) const;

    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    bool event(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    struct LegendEntry {
        std::optional<Stage> stage; ///< Absent: the pause.
        QString text;
        QRect rect;                 ///< Below the bars, in a legend that begins at 0, 0.
    };
    QList<LegendEntry> legend(int width) const;
    int legendHeight(int width) const;
    int lineHeight() const;
    int nameWidth() const;
    int resultWidth() const;
    QRectF bars() const;
    double xOf(double ms) const;
    QRectF lineOf(qsizetype index) const;
    QRectF rectOf(qsizetype index, const Span &span) const;

    void paintAxis(QPainter &painter) const;
    void paintAttempt(QPainter &painter, qsizetype index) const;
    void paintSpan(QPainter &painter, const QRectF &rect, const Span &span) const;
    void paintPause(QPainter &painter, qsizetype index) const;
    void paintLegend(QPainter &painter) const;

    ExchangeRecord m_exchange;
    bool m_lastRuns = false;
    double m_endMs = 1;
};

} // namespace qcc
