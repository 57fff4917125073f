#include "core/demo/democonnection.h"

#include "core/demo/demoanswer.h"
#include "core/http/dialect.h"

#include <QDateTime>
#include <QTcpSocket>

using namespace Qt::StringLiterals;

namespace qcc {

namespace {

constexpr qsizetype bodyLimitBytes = qsizetype(16) * 1024 * 1024;
constexpr qint64 readBufferBytes = qint64(256) * 1024;
constexpr qsizetype pipelineLimitBytes = qsizetype(1024) * 1024;

QByteArray reasonOf(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 400:
        return "Bad Request";
    case 413:
        return "Content Too Large";
    default:
        return "Not Found";
    }
}

} // namespace

DemoConnection::DemoConnection(QTcpSocket *socket, std::chrono::milliseconds pace, QObject *parent)
    : QObject(parent)
    , m_socket(socket)
{
    m_socket->setParent(this);
    m_socket->setReadBufferSize(readBufferBytes);
    m_socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    m_pace.setInterval(pace);
    connect(&m_pace, &QTimer::timeout, this, &DemoConnection::sendNextEvent);
    connect(m_socket, &QTcpSocket::readyRead, this, &DemoConnection::readMore);
    connect(m_socket, &QTcpSocket::disconnected, this, [this] {
        m_pace.stop();
        deleteLater();
    });
}

void DemoConnection::readMore()
{
    if (m_closeAfter && !m_answering)
        return;
    // A client that pipelines without end waits in its own buffers.
    if (m_reader.pendingBytes() < pipelineLimitBytes)
        m_reader.feed(m_socket->readAll());

    while (!m_answering && !m_closeAfter) {
        const LenientRequestReader::State before = m_reader.state();
        const LenientRequestReader::State state = m_reader.advance();
        m_body += m_reader.takeBody();
        if (state == LenientRequestReader::State::Broken)
            return refuse(400, u"The request is not valid HTTP/1.1."_s);
        if (m_body.size() > bodyLimitBytes)
            return refuse(413, u"The demo takes bodies of at most 16 MiB."_s);
        if (before == LenientRequestReader::State::Head && state == LenientRequestReader::State::Body
            && m_reader.head().header("expect").toLower() == "100-continue")
            m_socket->write("HTTP/1.1 100 Continue\r\n\r\n");
        if (state == LenientRequestReader::State::Complete)
            answer();
        else if (state == before)
            return;
    }
}

void DemoConnection::answer()
{
    m_closeAfter = m_reader.head().wantsClose();
    const quint64 number = (quint64(m_socket->peerPort()) << 16) + ++m_answers;
    begin(demoAnswerTo(m_reader.head(), m_body, number, QDateTime::currentSecsSinceEpoch()));
}

void DemoConnection::begin(const DemoAnswer &answer)
{
    m_answering = true;
    m_chunked = !answer.events.isEmpty() && m_reader.head().version != "HTTP/1.0";
    if (!answer.events.isEmpty() && !m_chunked)
        m_closeAfter = true; // HTTP/1.0 has no other way to end a body of unknown length.

    QByteArray head = "HTTP/1.1 " + QByteArray::number(answer.status) + ' ' + reasonOf(answer.status)
        + "\r\nContent-Type: " + answer.contentType + "\r\nx-qcc-demo: 1\r\n";
    if (m_chunked)
        head += "Transfer-Encoding: chunked\r\n";
    else if (answer.events.isEmpty())
        head += "Content-Length: " + QByteArray::number(answer.body.size()) + "\r\n";
    head += m_closeAfter ? "Connection: close\r\n\r\n" : "\r\n";
    m_socket->write(head);

    if (answer.events.isEmpty()) {
        if (m_reader.head().method != "HEAD")
            m_socket->write(answer.body);
        finish();
        return;
    }
    m_events = answer.events;
    m_pace.start();
    sendNextEvent();
}

void DemoConnection::refuse(int status, const QString &message)
{
    // The rest of the request cannot be told from the next one, so nothing more is read.
    m_closeAfter = true;
    const Dialect dialect = dialectOf(m_reader.head().method, m_reader.head().path());
    begin({status, "application/json", errorBody(dialect, status, message), {}});
}

void DemoConnection::sendNextEvent()
{
    const QByteArray event = m_events.takeFirst();
    m_socket->write(m_chunked ? QByteArray::number(event.size(), 16) + "\r\n" + event + "\r\n" : event);
    if (!m_events.isEmpty())
        return;
    m_pace.stop();
    if (m_chunked)
        m_socket->write("0\r\n\r\n");
    finish();
}

void DemoConnection::finish()
{
    m_answering = false;
    m_body.clear();
    if (m_closeAfter) {
        m_socket->disconnectFromHost();
        return;
    }
    m_reader.next();
    // Later, because readMore may be the caller: its loop goes on by itself, a stream's end needs this.
    QMetaObject::invokeMethod(this, &DemoConnection::readMore, Qt::QueuedConnection);
}

} // namespace qcc
