#pragma once

#include "core/http/websocket.h"
#include "tests/support/sockettricks.h"

#include <QByteArray>
#include <QHostAddress>
#include <QTcpServer>
#include <QTcpSocket>
#include <QtEndian>

#include <memory>
#include <optional>

namespace qcc::test {

/// One end of a TCP connection, byte by byte: what came is in `got`, with nothing read into it.
class RawEnd
{
public:
    explicit RawEnd(std::unique_ptr<QTcpSocket> its) : m_socket(std::move(its))
    {
        QObject::connect(m_socket.get(), &QIODevice::readyRead, m_socket.get(), [this] { take(); });
        QObject::connect(m_socket.get(), &QAbstractSocket::connected, m_socket.get(), [this] { witness.emplace(m_socket.get()); });
        if (m_socket->state() == QAbstractSocket::ConnectedState)
            witness.emplace(m_socket.get());
        take();
    }
    static std::unique_ptr<RawEnd> connectedTo(quint16 port)
    {
        auto socket = std::make_unique<QTcpSocket>();
        socket->connectToHost(QHostAddress(QHostAddress::LocalHost), port);
        return std::make_unique<RawEnd>(std::move(socket));
    }

    void send(const QByteArray &bytes) { m_socket->write(bytes); }
    /// Takes nothing, and has the system take little.
    void pause()
    {
        m_paused = true;
        m_socket->setReadBufferSize(64 * 1024);
        m_socket->setSocketOption(QAbstractSocket::ReceiveBufferSizeSocketOption, 64 * 1024);
    }
    void resume()
    {
        m_paused = false;
        m_socket->setReadBufferSize(0);
        take();
    }
    void close()
    {
        witness.reset(); // which would keep it open
        m_socket->disconnectFromHost();
    }
    void halfClose() { shutdownWriting(m_socket.get()); }
    void reset()
    {
        witness.reset();
        resetConnection(m_socket.get());
    }
    bool isClosed() const { return m_socket->state() == QAbstractSocket::UnconnectedState; }
    bool wasReset() const { return isClosed() && witness && witness->sawReset(); }
    qint64 unsent() const { return m_socket->bytesToWrite(); }
    /// What came behind the header, which is there.
    QByteArray behindHead() const { return got.sliced(got.indexOf("\r\n\r\n") + 4); }
    bool hasHead() const { return got.contains("\r\n\r\n"); }
    QByteArray head() const { return got.first(got.indexOf("\r\n\r\n") + 2); }

    QByteArray got;
    std::optional<ConnectionWitness> witness;

private:
    void take()
    {
        if (!m_paused)
            got += m_socket->readAll();
    }

    std::unique_ptr<QTcpSocket> m_socket;
    bool m_paused = false;
};

/// An upstream of which a test does each step itself.
class RawUpstream
{
public:
    bool listen() { return m_server.listen(QHostAddress(QHostAddress::LocalHost)); }
    QByteArray baseUrl() const { return "http://127.0.0.1:" + QByteArray::number(m_server.serverPort()); }
    /// The next connection, where there is one.
    std::unique_ptr<RawEnd> next()
    {
        if (!m_server.hasPendingConnections())
            return nullptr;
        QTcpSocket *socket = m_server.nextPendingConnection();
        socket->setParent(nullptr);
        return std::make_unique<RawEnd>(std::unique_ptr<QTcpSocket>(socket));
    }

private:
    QTcpServer m_server;
};

inline QByteArray webSocketRequest(const QByteArray &fields = {})
{
    return "GET /v1/responses HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Extensions: permessage-deflate\r\n" + fields + "\r\n";
}

inline QByteArray switching()
{
    return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n";
}

/// A data frame, with the length in its shortest form; the mask is one of zeros, which changes nothing.
inline QByteArray frame(const QByteArray &payload, bool masked = false, unsigned char first = 0x82)
{
    QByteArray bytes(1, static_cast<char>(first));
    const auto mask = static_cast<unsigned char>(masked ? 0x80 : 0);
    if (payload.size() < 126) {
        bytes += static_cast<char>(static_cast<unsigned char>(payload.size()) | mask);
    } else if (payload.size() < 65536) {
        bytes += static_cast<char>(126 | mask);
        QByteArray length(2, 0);
        qToBigEndian(static_cast<quint16>(payload.size()), length.data());
        bytes += length;
    } else {
        bytes += static_cast<char>(127 | mask);
        QByteArray length(8, 0);
        qToBigEndian(static_cast<quint64>(payload.size()), length.data());
        bytes += length;
    }
    return bytes + (masked ? QByteArray(4, 0) : QByteArray()) + payload;
}

/// The code that a client's close frame says; nothing where `bytes` are not such a frame and nothing else.
inline std::optional<quint16> maskedCloseCode(const QByteArray &bytes)
{
    const auto at = [&bytes](qsizetype i) { return static_cast<unsigned char>(bytes[i]); };
    if (bytes.size() < 8 || at(0) != 0x88 || (at(1) & 0x80) == 0 || bytes.size() != 6 + (at(1) & 0x7f))
        return std::nullopt;
    const auto byte = [&at](qsizetype i) { return static_cast<unsigned char>(at(6 + i) ^ at(2 + i)); };
    return static_cast<quint16>(byte(0) << 8 | byte(1));
}

} // namespace qcc::test
