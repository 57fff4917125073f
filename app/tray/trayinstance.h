#pragma once

#include "core/control/controlserver.h"

#include <QObject>
#include <QStringList>

#include <functional>

namespace qcc {

/// The one qcc-tray of a user: the first keeps a socket, a second one hands its command line over and ends.
/// Thread: the one that it lives on.
class TrayInstance : public QObject
{
    Q_OBJECT

public:
    explicit TrayInstance(QString socketName, QObject *parent = nullptr);

    /// Becomes the one.
    /// Errors: AlreadyRunning (then forward() reaches it), NotAllowed.
    Result<void> claim();
    /// Hands `arguments` to the one that runs; `done` follows exactly once.
    /// Errors: NotRunning (it has just ended), Timeout (it does not answer).
    void forward(const QStringList &arguments, std::function<void(Result<void>)> done);

Q_SIGNALS:
    /// Another start was made, with these arguments, the program's name first.
    void startedAgain(const QStringList &arguments);

private:
    QString m_socketName;
    ControlServer m_server;
};

} // namespace qcc
