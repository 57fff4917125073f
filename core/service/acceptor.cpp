#include "core/service/acceptor.h"

#include <QTimer>

using namespace std::chrono_literals;

namespace qcc {

Acceptor::Acceptor(std::function<void(qintptr)> accepted, QObject *parent)
    : QTcpServer(parent)
    , m_accepted(std::move(accepted))
{
    // A burst of a thousand clients must not lose a second to a SYN that found the queue full.
    setListenBacklogSize(4096);
    connect(this, &QTcpServer::acceptError, this, &Acceptor::pauseForDescriptors);
}

void Acceptor::incomingConnection(qintptr descriptor)
{
    m_accepted(descriptor);
}

void Acceptor::pauseForDescriptors()
{
    // Out of descriptors: the connection stays in the system's queue, and trying at once would only burn the processor.
    pauseAccepting();
    QTimer::singleShot(100ms, this, &QTcpServer::resumeAccepting);
}

} // namespace qcc
