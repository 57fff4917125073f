#include "core/plane/acceptor.h"

#include "core/base/descriptorlimit.h"

#include <algorithm>

using namespace std::chrono_literals;

namespace qcc {

namespace {

/// Descriptors that clients do not get: as many as the usual number of connections to upstreams needs, where there are so many.
int kept()
{
    return std::clamp(descriptorLimit() / 8, 16, 128);
}

/// Qt's own default; connections never wait here, so that any number but 0 does.
constexpr int pendingAtMost = 30;

} // namespace

Acceptor::Acceptor(std::function<void(qintptr)> accepted, QObject *parent)
    : QTcpServer(parent)
    , m_accepted(std::move(accepted))
{
    // A burst of a thousand clients must not lose a second to a SYN that found the queue full.
    setListenBacklogSize(4096);
    connect(this, &QTcpServer::acceptError, this, &Acceptor::pauseForDescriptors);
    m_lookAgain.setInterval(20ms);
    connect(&m_lookAgain, &QTimer::timeout, this, &Acceptor::lookAgain);
}

void Acceptor::incomingConnection(qintptr descriptor)
{
    m_accepted(descriptor);
    if (!hasRoom())
        pauseForDescriptors();
}

bool Acceptor::hasRoom() const
{
    return descriptorsLeft() >= kept() && !m_isFull();
}

void Acceptor::stop()
{
    // Resuming is for a server that listens.
    m_lookAgain.stop();
    close();
}

void Acceptor::pauseForDescriptors()
{
    if (m_lookAgain.isActive() || !isListening())
        return;
    // Trying at once would only burn the processor.
    pauseAccepting();
    // Qt goes on accepting what has arrived already, paused or not; only this ends its loop.
    setMaxPendingConnections(0);
    m_lookAgain.start();
    Q_EMIT descriptorsShort();
    Q_EMIT roomWanted();
}

void Acceptor::lookAgain()
{
    if (!hasRoom()) {
        Q_EMIT roomWanted();
        return;
    }
    m_lookAgain.stop();
    Q_EMIT descriptorsEnough();
    setMaxPendingConnections(pendingAtMost);
    resumeAccepting();
}

} // namespace qcc
