#pragma once

#include "app/tray/clientfiles.h"
#include "core/config/config.h"
#include "ui/model/proxyview.h"

#include <QHash>
#include <QObject>
#include <QThread>

namespace qcc {

class HistoryFeed;
class MainWindow;
class PageFeeds;

/// Brings the page of clients how they stand and when their requests came, and carries out what it asks for. Nothing is read while the page cannot be seen.
/// Thread: the GUI thread, which waits for nothing but at the end of the window.
class ClientsFeed : public QObject
{
    Q_OBJECT

public:
    /// All outlive it. `history` lives on a thread of its own.
    ClientsFeed(const Paths &paths, HistoryFeed *history, PageFeeds &feeds, MainWindow &window, QObject *parent = nullptr);
    ~ClientsFeed() override;

    void setView(const ProxyView &view);
    void setConfig(const ConfigSnapshot &config);
    /// Takes back what was connected or disconnected last. Returns whether there is anything.
    bool undo();
    /// Something else has been done since, which an undo is about.
    void forgetUndo() { m_canUndo = false; }

protected:
    /// Of the window: what was done elsewhere meanwhile is seen when it gets active again.
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void connectPage();
    void connectFiles();
    void pageChanged();
    bool isSeen() const;
    void wayChanged();
    void look();
    void askForPast();
    void take(ClientProgram client, const QDateTime &when);
    void show();

    /// When requests of a client came.
    struct Came {
        std::optional<QDateTime> last;
        std::optional<QDateTime> first; ///< Of those since it was connected.
    };

    MainWindow &m_window;
    HistoryFeed *m_history;
    ClientFiles *m_files; ///< On its thread, which runs from the first look on.
    QThread m_thread;
    ProxyView m_view;
    ConfigSnapshot m_config;
    ClientWay m_way;
    QList<ClientState> m_states;
    QHash<ClientProgram, Came> m_came;
    bool m_pastAsked = false;
    QHash<int, ClientProgram> m_pastQuestions;
    int m_question = 0;
    int m_shownQuestion = 0; ///< What the page shows, and may confirm.
    /// To the second, as it is kept when a client was connected.
    const QDateTime m_started = QDateTime::fromSecsSinceEpoch(QDateTime::currentSecsSinceEpoch(), Qt::UTC);
    bool m_canUndo = false;
};

} // namespace qcc
