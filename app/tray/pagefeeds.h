#pragma once

#include "core/facts/exchangerecord.h"
#include "core/log/logreader.h"
#include "ui/model/proxyview.h"

#include <QFileSystemWatcher>
#include <QObject>
#include <QStringList>
#include <QTimer>

namespace qcc {

class HistoryFeed;
class MainWindow;
struct HistoryQuery;
class ProxyLink;

/// The end of proxy.log for the window, read again when it grows and only while somebody looks.
/// Thread: the core thread, since files are read; all calls are posted there, and the signal carries values back.
class LogFeed : public QObject
{
    Q_OBJECT

public:
    /// `path` lies in a folder that exists.
    explicit LogFeed(QString path, QObject *parent = nullptr);

    /// linesRead follows, and again with every change, at most four times a second.
    void follow(const LogQuery &query);
    void rest();

Q_SIGNALS:
    /// The last lines that match, the oldest first, of `total` in the file.
    void linesRead(const QStringList &lines, qint64 total);

private:
    void changed();
    void read();

    QString m_path;
    LogReader m_reader;
    LogQuery m_query;
    bool m_following = false;
    QFileSystemWatcher m_watcher;
    QTimer m_pace;
};

/// From the answer to the control command "running", the oldest first.
QList<RunningView> runningViews(const QJsonObject &answer);

/// Brings the pages what only a visible page needs: exchanges, timeline, running requests. Nothing is asked for while none can be seen,
/// and what runs is asked for, not reported, so that requests pay nothing for being watched.
/// Thread: the GUI thread.
class PageFeeds : public QObject
{
    Q_OBJECT

public:
    /// All outlive it. `history` lives on a thread of its own.
    PageFeeds(ProxyLink &link, HistoryFeed *history, MainWindow &window, QObject *parent = nullptr);

    /// To be told of every change of the view.
    void setView(const ProxyView &view);

Q_SIGNALS:
    /// Those that ended since the last time, the newest first. While a page that has them can be seen.
    void exchangesArrived(const QList<qcc::ExchangeRecord> &exchanges);
    /// All that run now, the oldest first; likewise.
    void runningArrived(const QList<qcc::RunningView> &running);

private:
    void pageChanged();
    void ask();
    void askForExchanges();
    void askForTimeline();
    void refreshTimeline();
    void askForRunning();
    void askForPast(int question, const HistoryQuery &query);
    void askForProblems();
    void showProblems();
    void takeExchanges(const QJsonObject &answer);
    void handOver();
    void forgetRun();

    ProxyLink &m_link;
    HistoryFeed *m_history;
    MainWindow &m_window;
    ProxyView m_view;
    qint64 m_taken = 0;             ///< Exchanges of this run that were fetched or left out.
    bool m_exchangesAsked = false;
    bool m_timelineAsked = false;
    bool m_timelineStale = false; ///< Something changed since it was asked for.
    bool m_runningAsked = false;
    bool m_anyRunning = false;      ///< The page shows some.
    int m_run = 0;                  ///< Answers of an earlier run of the proxy are not taken.
    QList<ExchangeRecord> m_unseen; ///< For the page of requests, the newest first.
    QList<ExchangeRecord> m_problems;     ///< Of this run, the newest first.
    QList<ExchangeRecord> m_keptProblems; ///< In history.db, of the range that the overview shows.
    int m_problemsQuestion = 0;           ///< Below 0, where the page of requests counts upwards.
    QTimer m_timelinePace;
    QTimer m_tick;
};

} // namespace qcc
