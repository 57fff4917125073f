#include "core/demo/democonnection.h"

#include "core/api/protocol.h"
#include "core/demo/demoanswer.h"
#include "core/http/reasonphrase.h"

#include <QDateTime>
#include <QTcpSocket>

using namespace Qt::StringLiterals;

namespace qcc {

namespace {

constexpr RequestReader::Limits limits{.bodyBytes = BodyStore::mostInMemory};
constexpr std::chrono::seconds lingering{1};
constexpr qint64 readBufferBytes = qint64(256) * 1024;
constexpr qsizetype pipelineLimitBytes = qsizetype(1024) * 1024;

} // namespace

DemoConnection::DemoConnection(QTcpSocket *socket, BodyStore &bodies, std::chrono::milliseconds pace, QObject *parent)
    : QObject(parent)
    , m_socket(socket)
    , m_reader(limits, bodies)
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
    if (m_refused) {
        m_socket->readAll();
        return;
    }
    if (m_closeAfter && !m_answering)
        return;
    // A client that pipelines without end waits in its own buffers.
    if (m_unread.size() < pipelineLimitBytes)
        m_unread += m_socket->readAll();

    while (!m_unread.isEmpty() && !m_answering && !m_closeAfter) {
        m_unread.remove(0, m_reader.feed(m_unread));
        if (m_reader.takeExpectContinue())
            m_socket->write("HTTP/1.1 100 Continue\r\n\r\n");
        if (m_reader.state() == RequestReader::State::Refused)
            refuse(m_reader.refusal());
        else if (m_reader.state() == RequestReader::State::Complete)
            answer(m_reader.take());
    }
}

void DemoConnection::answer(const Request &request)
{
    m_head = request.head;
    m_closeAfter = m_head.wantsClose();
    const quint64 number = (quint64(m_socket->peerPort()) << 16) + ++m_answers;
    begin(demoAnswerTo(m_head, request.bodyBeginning().toByteArray(), number, QDateTime::currentSecsSinceEpoch()));
}

void DemoConnection::begin(const DemoAnswer &answer)
{
    m_answering = true;
    m_chunked = !answer.events.isEmpty() && m_head.minorVersion >= 1;
    if (!answer.events.isEmpty() && !m_chunked)
        m_closeAfter = true; // HTTP/1.0 has no other way to end a body of unknown length.

    QByteArray head = "HTTP/1.1 " + QByteArray::number(answer.status) + ' ' + reasonPhrase(answer.status)
        + "\r\nContent-Type: " + answer.contentType + "\r\nx-qcc-demo: 1\r\n";
    if (m_chunked)
        head += "Transfer-Encoding: chunked\r\n";
    else if (answer.events.isEmpty())
        head += "Content-Length: " + QByteArray::number(answer.body.size()) + "\r\n";
    head += m_closeAfter ? "Connection: close\r\n\r\n" : "\r\n";
    m_socket->write(head);

    if (answer.events.isEmpty()) {
        if (m_head.method != "HEAD")
            m_socket->write(answer.body);
        finish();
        return;
    }
    m_events = answer.events;
    m_pace.start();
    sendNextEvent();
}

void DemoConnection::refuse(const Refusal &refusal)
{
    // The rest of the request cannot be told from the next one, so nothing more is read.
    m_closeAfter = true;
    m_refused = true;
    m_unread.clear();
    m_head = {};
    begin({refusal.status, "application/json", errorBody(Dialect::Unknown, refusal.status, QString::fromLatin1(refusal.message)), {}});
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
    if (m_refused) {
        QTimer::singleShot(lingering, m_socket, &QTcpSocket::disconnectFromHost);
        return;
    }
    if (m_closeAfter) {
        m_socket->disconnectFromHost();
        return;
    }
    // Later, because readMore may be the caller: its loop goes on by itself, a stream's end needs this.
    QMetaObject::invokeMethod(this, &DemoConnection::readMore, Qt::QueuedConnection);
}

} // namespace qcc
