#pragma once

#include "core/facts/exchangerecord.h"
#include "ui/model/exchangetext.h"

#include <QColor>
#include <QFont>
#include <QList>
#include <QPalette>
#include <QWidget>

class QPainter;

namespace qcc {

/// The marks of an axis from 0 on, in steps of 1, 2 or 5 times a power of ten: the least step with which at most `most` come after the 0 up to `end`. The last
/// one is at `end` or beyond it.
QList<double> axisTicks(double end, int most);

/// What stands at `ms` on an axis that goes on by `step` up to `end`: "2 s", "0.5 s", "400 ms".
QString axisLabel(double ms, double step, double end);

/// The ground of a stage's bar: opening a connection and waiting from dark to light, the answer in a soft accent, none in the colour of an outcome.
QColor fillOf(Stage stage, const QPalette &palette);

/// The attempts of one exchange on one axis of time: for each its words, and below them its bar in its place. A pause is what lies between two bars.
class AttemptsChart : public QWidget
{
    Q_OBJECT

public:
    explicit AttemptsChart(QWidget *parent = nullptr);

    /// `running`: what the last attempt does, which has not ended; empty: all have.
    void setExchange(const ExchangeRecord &exchange, const QString &running = {});

    /// What lies there, for the tooltip; empty where nothing does.
    QString textAt(const QPoint &point) const;
    /// The middle of `span`, one of attempt `index`.
    QPoint pointOf(qsizetype index, const Span &span) const;
    /// In the middle of the pause before attempt `index`.
    QPoint pointOfPause(qsizetype index) const;

    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    bool event(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    struct LegendEntry {
        Stage stage;
        QString text;
        QRect rect; ///< In a legend that begins at 0, 0.
    };
    QFont caption() const;
    QFontMetrics measure() const { return QFontMetrics(caption()); }
    QList<LegendEntry> legend(int width) const;
    int legendHeight(int width) const;
    int rowHeight() const;
    QList<double> axis() const;
    double xOf(double ms) const;
    QRectF wordsOf(qsizetype index) const;
    QRectF barsOf(qsizetype index) const;
    QRectF rectOf(qsizetype index, const Span &span) const;
    QRectF rectOfPause(qsizetype index) const;
    bool runs(qsizetype index) const;
    QString verdictOf(qsizetype index) const;
    Meaning meaningOf(qsizetype index) const;

    void paintWords(QPainter &painter, qsizetype index) const;
    void paintBars(QPainter &painter, qsizetype index) const;
    void paintAxis(QPainter &painter) const;
    void paintLegend(QPainter &painter) const;

    ExchangeRecord m_exchange;
    QString m_running;
    double m_endMs = 1;
};

} // namespace qcc
