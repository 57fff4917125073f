#pragma once

#include <QByteArray>
#include <QHash>
#include <QJsonObject>
#include <QObject>
#include <QTimer>

#include <functional>

namespace qcc {

class ControlServer;
class LocalPages;

/// Tells how things stand to those who want to know: the readers of /__qcc__/events, and subscribers of the control socket, where
/// the event is called "stats". Sleeps while there are none, looks seldom while nothing happens, since the looks alone would cost an idle tray 60 ms
/// of processor a minute, and says nothing while nothing changes.
/// Thread: the one that made it.
class LiveEvents : public QObject
{
    Q_OBJECT

public:
    struct Sources {
        std::function<QJsonObject()> stats;  ///< What is to be told.
        std::function<QJsonObject()> status; ///< The same.
        std::function<void()> rests;         ///< Called when nothing happens: from now on it wants to be told by look() that something does.
    };
    /// `control` and the surfaces outlive it.
    LiveEvents(ControlServer &control, Sources sources, QObject *parent = nullptr);

    /// Serves the readers of a worker's pages too.
    void serve(LocalPages *pages);
    /// Something happened: what changed is told at the usual pace again.
    void look();
    /// No event follows.
    void stop();

private:
    bool isWanted() const;
    void rest();
    void welcome();
    void send();

    ControlServer &m_control;
    const Sources m_sources;
    QTimer m_timer;
    QHash<LocalPages *, int> m_readers;
    QByteArray m_last;
    int m_unchanged = 0; ///< Looks in a row that found nothing new.
    bool m_stopped = false;
};

} // namespace qcc
