#include "core/front/clientconnection.h"

#include <QTcpSocket>

#include <algorithm>
#include <chrono>

// A client's connection from a request for a WebSocket on. Nothing behind that request is read as HTTP, whatever the answer: as bytes of a
// WebSocket it would be another's to choose, and a request for it to smuggle.

namespace qcc {

namespace {

/// For the client to hang up, once it has been told of the end.
constexpr std::chrono::seconds lingering{2};

} // namespace

/// `behind`: what came along with the request.
void ClientConnection::webSocketAsked(QByteArray behind)
{
    m_webSocket = true;
    m_behind = std::move(behind);
    // With the rest it waits for the 101, and is no more than what may wait later. 0 would be no limit.
    m_socket->setReadBufferSize(std::max<qint64>(1, highMark - m_behind.size()));
}

void ClientConnection::webSocketBytesArrived()
{
    if (m_exchange && m_switched)
        m_exchange->clientSent();
    else if (m_discarding)
        m_socket->skip(m_socket->bytesAvailable());
}

QByteArray ClientConnection::takeSent(qint64 most)
{
    if (!m_behind.isEmpty()) {
        m_socket->setReadBufferSize(highMark);
        return std::exchange(m_behind, QByteArray());
    }
    return m_socket->read(std::min(most, m_socket->bytesAvailable()));
}

/// The client hears of the end behind all that was said, and whatever it still sends is dropped: a close with unread bytes is a reset, which would
/// take the last words from it.
void ClientConnection::closeBehindWebSocket()
{
    m_closing = true;
    m_discarding = true;
    m_behind.clear();
    flush();
    if (m_socket->state() != QAbstractSocket::ConnectedState)
        return;
    m_socket->skip(m_socket->bytesAvailable());
    endSending();
    m_timer.start(lingering);
}

void ClientConnection::endSending()
{
    if (m_socket->state() == QAbstractSocket::ConnectedState && unsent() == 0)
        qcc::endSending(m_socket->socketDescriptor());
}

} // namespace qcc
