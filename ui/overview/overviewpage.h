#pragma once

#include "core/facts/exchangerecord.h"
#include "ui/model/proxyview.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QStackedLayout;
class QVBoxLayout;

namespace qcc {

class EmptyState;
class EndpointTable;
class KeyFigures;
class LatencyTable;
class ProblemTable;
class TimelinePanel;
class WelcomePage;

/// How the proxy does, at a glance: the figures, the requests over time, the endpoints, the last problems.
class OverviewPage : public QWidget
{
    Q_OBJECT

public:
    explicit OverviewPage(QWidget *parent = nullptr);

    void setView(const ProxyView &view);
    /// Of range().
    void setTimeline(const TimelineView &timeline);
    /// The last exchanges that failed or had to be repaired.
    void setProblems(const QList<ExchangeRecord> &newestFirst);
    TimelineRange range() const;
    /// What is there before the first endpoint; who knows of other programs connects to it.
    WelcomePage *welcome() const { return m_welcome; }

Q_SIGNALS:
    void rangeChosen(qcc::TimelineRange range);
    void resetRequested(const QString &endpointId);
    /// Empty: no endpoint is picked by hand any more.
    void preferRequested(const QString &endpointId);
    /// By its exchangeKey().
    void exchangeChosen(quint64 key);
    void demoRequested();
    void importRequested();
    void addEndpointRequested();
    void openConfigRequested();

protected:
    void changeEvent(QEvent *event) override;

private:
    QWidget *firstStart();
    QWidget *brokenConfig();
    QWidget *content();
    QWidget *stoppedHint();
    QLabel *addTitle(QVBoxLayout &column, const QString &text);
    void showView();
    void showRange();
    static QString warningText(const ProxyFigures &figures);
    static QString refusedText(const RefusalCounts &refused);
    void showProblemHint();
    void applyLooks();

    ProxyView m_view;
    TimelineRange m_range = TimelineRange::Hour; ///< Of what is shown.
    bool m_anyProblem = false;
    QStackedLayout *m_pages;
    WelcomePage *m_welcome = nullptr;
    EmptyState *m_broken = nullptr;
    QWidget *m_hint = nullptr;
    QLabel *m_hintText = nullptr;
    QLabel *m_warning = nullptr;
    KeyFigures *m_figures = nullptr;
    TimelinePanel *m_timeline = nullptr;
    LatencyTable *m_latency = nullptr;
    QLabel *m_endpointsTitle = nullptr;
    EndpointTable *m_endpoints = nullptr;
    QLabel *m_noEndpoints = nullptr;
    QLabel *m_problemsTitle = nullptr;
    ProblemTable *m_problems = nullptr;
    QLabel *m_noProblems = nullptr;
    QLabel *m_refused = nullptr;
    QList<QLabel *> m_titles;
};

} // namespace qcc
