#pragma once

#include "core/base/result.h"
#include "core/control/commands.h"

#include <QJsonObject>
#include <QObject>

#include <chrono>

class QLocalServer;

namespace qcc {

/// The control socket: one JSON object per line in, one per line out, in order. Only this user can open it.
/// A client that sends `{"cmd":"subscribe"}` gets every broadcast() as a line until it leaves.
/// Thread: the one that made it.
class ControlServer : public QObject
{
    Q_OBJECT

public:
    explicit ControlServer(ControlHandler handler, QObject *parent = nullptr);
    ~ControlServer() override;

    /// Replaces a socket that a dead process left behind, never a living one.
    /// Errors: AlreadyRunning (somebody answers there), NotAllowed.
    Result<void> listen(const QString &name);
    /// Takes the socket away and cuts its clients. Whoever claims its name meanwhile keeps what he makes.
    void close();
    /// Opens the socket again where it has closed by itself: Qt's does when descriptors run out.
    void reopen();
    void broadcast(const QJsonObject &event);
    bool hasSubscribers() const;

Q_SIGNALS:
    /// A client became a subscriber.
    void subscribed();

private:
    class Connection;
    Result<void> listen(const QString &name, std::chrono::milliseconds timeout);

    ControlHandler m_handler;
    QLocalServer *m_server;
    QString m_name; ///< Empty before listen() and after close().
    QList<Connection *> m_connections;
};

} // namespace qcc
