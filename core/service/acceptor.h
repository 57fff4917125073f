#pragma once

#include <QTcpServer>

#include <functional>

namespace qcc {

/// The listening socket. Accepts on the core thread and hands the bare descriptor on, which every system allows; the worker that
/// gets it makes the socket.
/// Thread: the core thread.
class Acceptor : public QTcpServer
{
    Q_OBJECT

public:
    explicit Acceptor(std::function<void(qintptr)> accepted, QObject *parent = nullptr);

protected:
    void incomingConnection(qintptr descriptor) override;

private:
    void pauseForDescriptors();

    std::function<void(qintptr)> m_accepted;
};

} // namespace qcc
