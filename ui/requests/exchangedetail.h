#pragma once

#include "ui/requests/exchangerow.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QScrollArea;
class QStackedWidget;

namespace qcc {

class AttemptsChart;

/// All that is known of the selected exchange: what was asked, the timeline of its attempts, what was said of each failure.
class ExchangeDetail : public QWidget
{
    Q_OBJECT

public:
    explicit ExchangeDetail(QWidget *parent = nullptr);

    /// Null: nothing is selected. `ageMs`: of one that runs. What is shown already is not touched.
    void setRow(const ExchangeRowPtr &row, double ageMs);
    /// Puts the whole text into the clipboard; nothing while the exchange runs.
    void copy();

protected:
    void changeEvent(QEvent *event) override;

private:
    QWidget *createContent();
    void applyFonts();
    void present();
    void presentFinished(const ExchangeRecord &exchange);
    void presentRunning(const RunningView &exchange);

    ExchangeRowPtr m_row;
    double m_ageMs = 0;
    QStackedWidget *m_pages;
    QLabel *m_nothing;
    QLabel *m_title;
    QLabel *m_outcome;
    QPushButton *m_copy;
    QScrollArea *m_scroll;
    QLabel *m_request;
    QLabel *m_facts;
    QLabel *m_error;
    AttemptsChart *m_chart;
    QLabel *m_attempts;
};

} // namespace qcc
