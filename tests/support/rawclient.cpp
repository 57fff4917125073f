#include "tests/support/rawclient.h"

#include <QSslCertificate>
#include <QSslConfiguration>

using namespace Qt::StringLiterals;

namespace qcc::test {

namespace {

constexpr qint64 pausedBufferBytes = qint64(64) * 1024;

} // namespace

RawClient::RawClient(QObject *parent)
    : QObject(parent)
{
    m_clock.start();
    connect(&m_socket, &QSslSocket::connected, this, [this] {
        m_socket.setSocketOption(QAbstractSocket::LowDelayOption, 1);
        m_witness.emplace(&m_socket);
        if (!m_encrypted)
            flushUnsent();
    });
    connect(&m_socket, &QSslSocket::encrypted, this, &RawClient::flushUnsent);
    connect(&m_socket, &QSslSocket::readyRead, this, &RawClient::readMore);
    connect(&m_socket, &QSslSocket::errorOccurred, this, &RawClient::socketFailed);
    connect(&m_socket, &QSslSocket::disconnected, this, &RawClient::socketGone);
}

RawClient::~RawClient()
{
    m_socket.disconnect(this);
    m_socket.abort();
}

void RawClient::connectTo(const QString &host, quint16 port)
{
    m_port = port;
    m_socket.connectToHost(host, port);
}

void RawClient::connectEncrypted(quint16 port, const QByteArray &certificatePem)
{
    m_encrypted = true;
    m_port = port;
    QSslConfiguration configuration = m_socket.sslConfiguration();
    configuration.setCaCertificates(QSslCertificate::fromData(certificatePem, QSsl::Pem));
    m_socket.setSslConfiguration(configuration);
    m_socket.connectToHostEncrypted(u"localhost"_s, port, QIODevice::ReadWrite, QAbstractSocket::IPv4Protocol);
}

void RawClient::send(const QByteArray &bytes)
{
    const bool ready = isConnected() && (!m_encrypted || m_socket.isEncrypted());
    if (!ready) {
        m_unsent += bytes;
        return;
    }
    m_socket.write(bytes);
    m_socket.flush();
}

void RawClient::request(const QByteArray &method, const QByteArray &target, const RawHeaders &headers, const QByteArray &body)
{
    QByteArray head = method + ' ' + target + " HTTP/1.1\r\nHost: 127.0.0.1:" + QByteArray::number(m_port) + "\r\n";
    for (const auto &[name, value] : headers)
        head += name + ": " + value + "\r\n";
    const bool framed = !firstHeader(headers, "content-length").isEmpty() || !firstHeader(headers, "transfer-encoding").isEmpty();
    if (!framed && (!body.isEmpty() || method == "POST" || method == "PUT" || method == "PATCH"))
        head += "Content-Length: " + QByteArray::number(body.size()) + "\r\n";
    m_reader.expect(method);
    send(head + "\r\n" + body);
}

void RawClient::pauseReading()
{
    m_paused = true;
    m_socket.setReadBufferSize(pausedBufferBytes);
}

void RawClient::resumeReading()
{
    m_paused = false;
    m_socket.setReadBufferSize(0);
    readMore();
}

void RawClient::readSome()
{
    m_paused = false;
    readMore();
    m_paused = true;
}

void RawClient::halfClose()
{
    m_socket.flush();
    shutdownWriting(&m_socket);
}

void RawClient::close()
{
    m_socket.disconnectFromHost();
}

void RawClient::reset()
{
    resetConnection(&m_socket);
}

void RawClient::flushUnsent()
{
    m_socket.write(m_unsent);
    m_socket.flush();
    m_unsent.clear();
}

void RawClient::readMore()
{
    if (m_paused || m_socket.bytesAvailable() == 0)
        return;
    const QByteArray bytes = m_socket.readAll();
    m_received += bytes.size();
    m_reader.feed(bytes, now());
    Q_EMIT received();
}

void RawClient::socketFailed(QAbstractSocket::SocketError error)
{
    if (error == QAbstractSocket::RemoteHostClosedError || error == QAbstractSocket::NetworkError) {
        m_reset = m_witness && m_witness->sawReset();
        return; // `disconnected` follows.
    }
    m_refused = error == QAbstractSocket::ConnectionRefusedError;
    if (m_socket.state() == QAbstractSocket::UnconnectedState)
        socketGone();
}

void RawClient::socketGone()
{
    if (m_closed)
        return;
    m_paused = false;
    readMore();
    m_witness.reset();
    m_closed = true;
    m_reader.end(now(), m_reset);
    Q_EMIT closed();
}

} // namespace qcc::test
