#pragma once

#include "tests/support/responsereader.h"
#include "tests/support/sockettricks.h"

#include <QElapsedTimer>
#include <QObject>
#include <QSslSocket>

#include <optional>

namespace qcc::test {

/// A client that sends exactly the bytes a test wants and sees exactly what comes back. Works with QTRY_*: connect, send, then
/// wait for `response().complete` or `isClosed()`.
class RawClient : public QObject
{
    Q_OBJECT

public:
    explicit RawClient(QObject *parent = nullptr);
    ~RawClient() override;

    void connectTo(quint16 port) { connectTo(QStringLiteral("127.0.0.1"), port); }
    void connectTo(const QString &host, quint16 port);
    /// Over TLS to "localhost", trusting only this certificate (PEM).
    void connectEncrypted(quint16 port, const QByteArray &certificatePem);

    /// Sends bytes as they are, at once or when connected.
    void send(const QByteArray &bytes);
    /// Sends a request with a Host and, for a body, its Content-Length; several in a row are pipelined.
    void request(const QByteArray &method, const QByteArray &target, const RawHeaders &headers = {},
                 const QByteArray &body = {});
    void get(const QByteArray &target, const RawHeaders &headers = {}) { request("GET", target, headers); }
    void post(const QByteArray &target, const QByteArray &body, const RawHeaders &headers = {})
    {
        request("POST", target, headers, body);
    }
    /// The method of a request sent by `send`, where it is not GET or POST.
    void expect(const QByteArray &method) { m_reader.expect(method); }

    /// Stops reading: after 64 KiB more the server feels it. The end of the connection is not seen meanwhile.
    void pauseReading();
    void resumeReading();
    /// While it is paused: reads what is here, and pauses on.
    void readSome();
    /// Ends our side only.
    void halfClose();
    /// Closes at once, without a reset.
    void close();
    /// Closes with a reset.
    void reset();

    bool isConnected() const { return m_socket.state() == QAbstractSocket::ConnectedState; }
    /// The connection is over, or never came about.
    bool isClosed() const { return m_closed; }
    bool wasRefused() const { return m_refused; }
    /// The server ended the connection by reset. Meaningless after halfClose.
    bool wasReset() const { return m_reset; }
    qint64 bytesToWrite() const { return m_socket.bytesToWrite() + m_unsent.size(); }
    /// Raw bytes taken in, heads and framing included.
    qint64 bytesReceived() const { return m_received; }
    quint16 localPort() const { return m_socket.localPort(); }
    /// Milliseconds since the client was made: the clock of the responses' times.
    double now() const { return double(m_clock.nsecsElapsed()) / 1e6; }

    const QList<RawResponse> &responses() const { return m_reader.responses(); }
    /// The response at `index`, or an empty one while nothing of it came.
    RawResponse response(qsizetype index = 0) const { return responses().value(index); }
    /// Answers that are complete or broken.
    int finished() const { return m_reader.finished(); }

Q_SIGNALS:
    /// Bytes came.
    void received();
    /// The connection is over, or never came about; the last signal.
    void closed();

private:
    void flushUnsent();
    void readMore();
    void socketFailed(QAbstractSocket::SocketError error);
    void socketGone();

    QSslSocket m_socket;
    std::optional<ConnectionWitness> m_witness; ///< While connected.
    ResponseReader m_reader;
    QElapsedTimer m_clock;
    quint16 m_port = 0;
    QByteArray m_unsent; ///< Until connected.
    qint64 m_received = 0;
    bool m_paused = false;
    bool m_encrypted = false;
    bool m_closed = false;
    bool m_refused = false;
    bool m_reset = false;
};

} // namespace qcc::test
