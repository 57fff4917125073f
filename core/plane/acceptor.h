#pragma once

#include "core/base/result.h"

#include <QString>
#include <QTcpServer>
#include <QTimer>

#include <functional>

class QHostAddress;

namespace qcc {

/// The program that listens on a TCP port of this machine.
struct PortOwner {
    QString name; ///< Empty where the system does not tell.
    qint64 pid = 0;

    bool isQcc() const { return name == QLatin1String("qcc") || name == QLatin1String("qcc-tray"); }
};

PortOwner ownerOfPort(quint16 port);

/// Why `server` could not listen on `address`:`port`, and what to do: who holds the port where the system tells, and a free one nearby.
Failure explainListenFailure(const QTcpServer &server, const QHostAddress &address, quint16 port);

/// The listening socket. Accepts on the core thread and hands the bare descriptor on, which every system allows; the worker that
/// gets it makes the socket. One for all workers: SO_REUSEPORT spreads few connections unevenly, and means something else on each system.
/// Thread: the core thread.
class Acceptor : public QTcpServer
{
    Q_OBJECT

public:
    explicit Acceptor(std::function<void(qintptr)> accepted, QObject *parent = nullptr);

    /// Asked after each connection whether there are as many as there may be.
    void setFull(std::function<bool()> isFull) { m_isFull = std::move(isFull); }
    /// No new connections; neither signal follows.
    void stop();

Q_SIGNALS:
    /// Descriptors have run short, or it is full: new connections wait in the system's queue until others have closed. The last few descriptors are kept
    /// for the connections to upstreams, for files and for the control socket.
    void descriptorsShort();
    /// That is still so; comes again and again.
    void roomWanted();
    /// There are enough again.
    void descriptorsEnough();

protected:
    void incomingConnection(qintptr descriptor) override;

private:
    void pauseForDescriptors();
    void lookAgain();

    bool hasRoom() const;

    std::function<void(qintptr)> m_accepted;
    std::function<bool()> m_isFull = [] { return false; };
    QTimer m_lookAgain;
};

} // namespace qcc
