#pragma once

#include "core/facts/exchangerecord.h"
#include "core/facts/historyquery.h"
#include "ui/model/proxyview.h"
#include "ui/overview/sentence.h"
#include "ui/overview/timelineseries.h"

#include <QWidget>

class QAbstractButton;
class QGridLayout;
class QLabel;
class QStackedLayout;

namespace qcc {

class ConnectionsLine;
class EmptyState;
class EndpointTable;
class FigureStrip;
class ProblemTable;
class StateSentence;
class TimelinePanel;
class WelcomePage;

/// How the proxy does, at a glance, in an order that never changes: the sentence, four figures, the endpoints, which are about now; the requests over time,
/// the last problems and the connections, which are about what was.
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

    /// From this width on, the problems stand beside the endpoints, and the chart takes the height that is left.
    static constexpr int twoColumns = 1'200;

Q_SIGNALS:
    void rangeChosen(qcc::TimelineRange range);
    void startRequested();
    void clusterChosen(const QString &name);
    void resetRequested(const QString &endpointId);
    /// Empty: no endpoint is picked by hand any more.
    void preferRequested(const QString &endpointId);
    void editRequested(const QString &endpointId);
    /// Empty: all enabled ones.
    void testRequested(const QString &endpointId);
    /// By its exchangeKey().
    void exchangeChosen(quint64 key);
    /// The requests that a figure, a bar or a word of the legend counts.
    void requestsWanted(const qcc::HistoryQuery &query);
    void runningWanted();
    void demoRequested();
    void importRequested();
    void addEndpointRequested();
    void openConfigRequested();
    /// A client is to be made to ask qcc.
    void clientsWanted();

protected:
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    QWidget *firstStart();
    QWidget *brokenConfig();
    QWidget *content();
    QWidget *endpointSection();
    QWidget *problemSection();
    void connectParts();
    void arrange();
    void fillProblems();
    void showView();
    void showSentence();
    void take(const Sentence::Action &action);
    void wantSeries(Series series);
    void wantProblems();
    void applyLooks();

    ProxyView m_view;
    TimelineView m_shown; ///< Of range(), or of what was chosen before.
    bool m_isWide = false;
    QStackedLayout *m_pages;
    WelcomePage *m_welcome = nullptr;
    EmptyState *m_broken = nullptr;
    QGridLayout *m_grid = nullptr;
    StateSentence *m_sentence = nullptr;
    FigureStrip *m_figures = nullptr;
    QWidget *m_endpointSection = nullptr;
    EndpointTable *m_endpoints = nullptr;
    TimelinePanel *m_timeline = nullptr;
    QWidget *m_problemSection = nullptr;
    QLabel *m_problemsTitle = nullptr;
    QAbstractButton *m_allProblems = nullptr;
    ProblemTable *m_problems = nullptr;
    ConnectionsLine *m_connections = nullptr;
};

} // namespace qcc
