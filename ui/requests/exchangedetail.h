#pragma once

#include "core/facts/exchangerecord.h"
#include "ui/model/proxyview.h"
#include "ui/requests/exchangerow.h"
#include "ui/widgets/theme.h"

#include <QCoreApplication>
#include <QPalette>
#include <QWidget>

class QLabel;
class QPushButton;
class QScrollArea;
class QStackedWidget;

namespace qcc {

class AttemptsChart;

/// The texts of the detail pane as rich text in the colours of a palette. All that comes from outside is escaped.
class DetailHtml
{
    Q_DECLARE_TR_FUNCTIONS(DetailHtml)

public:
    explicit DetailHtml(const QPalette &palette);

    /// Name and value of each fact, one after the other; a fact is not broken over two lines.
    QString facts(const ExchangeRecord &exchange) const;
    QString facts(const RunningView &exchange, double ageMs) const;
    /// What became of each attempt, and who said what about it.
    QString attempts(const ExchangeRecord &exchange) const;
    QString marked(const QString &mark, Meaning meaning, const QString &text) const;

    /// A word too long for a line may be broken: labels would cut it off.
    static QString breakable(const QString &text);

private:
    QString fact(const QString &name, const QString &value) const;
    QString colour(Meaning meaning) const;

    QPalette m_palette;
};

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
