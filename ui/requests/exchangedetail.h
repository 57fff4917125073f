#pragma once

#include "core/config/config.h"
#include "ui/requests/detailtext.h"

#include <QList>
#include <QWidget>

#include <optional>
#include <utility>

class QGridLayout;
class QHBoxLayout;
class QLabel;
class QPushButton;
class QScrollArea;
class QToolButton;
class QVBoxLayout;

namespace qcc {

class AttemptsChart;
class DetailMark;
class SaidBox;

/// All that is known of the selected exchange: what became of it, what was asked, the timeline of its attempts, what was said of each failure. It stands
/// beside the table, or below it with the timeline at the left of all else.
class ExchangeDetail : public QWidget
{
    Q_OBJECT

public:
    explicit ExchangeDetail(QWidget *parent = nullptr);

    /// Null: nothing is selected. `ageMs`: of one that runs. What is shown already is not touched.
    void setRow(const ExchangeRowPtr &row, double ageMs);
    bool isEmpty() const { return !m_row; }
    void setBeside(bool beside);
    /// Tells which endpoints there are; before it is called nobody knows.
    void setConfig(const ConfigSnapshot &config);
    /// Puts the whole text into the clipboard, of one that runs what is known so far.
    void copy();

Q_SIGNALS:
    void closeRequested();
    /// The log is to show what it has of `text`.
    void logRequested(const QString &text);
    /// An endpoint that failed is to be shown where it can be edited.
    void endpointRequested(const QString &cluster, const QString &endpoint);

protected:
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    QLayout *createHead();
    QWidget *createContent();
    QWidget *createFacts();
    QWidget *createTimeline();
    QWidget *createActions();
    void arrange();
    void applyLook();
    void present();
    void presentSaid(const QList<Said> &said);
    void presentEndpoint(const QList<AttemptRecord> &attempts);
    void fitEndpoint();

    ExchangeRowPtr m_row;
    double m_ageMs = 0;
    bool m_isBeside = false;
    std::optional<std::pair<bool, bool>> m_arranged; ///< Beside the table, in two columns.

    DetailMark *m_mark;
    QLabel *m_title;
    QLabel *m_origin;
    QLabel *m_explained;
    QHBoxLayout *m_headRow;
    QToolButton *m_close;
    QWidget *m_actions;
    QPushButton *m_endpoint; ///< Leads to the one that failed.
    QString m_endpointName;
    std::pair<QString, QString> m_endpointPlace; ///< Its cluster and its name there; empty where there is none.
    ConfigSnapshot m_config;
    QScrollArea *m_scroll;
    QGridLayout *m_blocks;
    QList<std::pair<QLabel *, QLabel *>> m_factLabels; ///< Before what fills it.
    QWidget *m_facts;
    QWidget *m_timeline;
    QLabel *m_timelineTitle;
    QLabel *m_attemptCount;
    AttemptsChart *m_chart;
    QWidget *m_said;
    QVBoxLayout *m_saidColumn;
    QList<SaidBox *> m_saidBoxes;
    QList<Said> m_shownSaid;
};

} // namespace qcc
