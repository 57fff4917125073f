#include "core/front/clientconnection.h"

#include "core/api/protocol.h"
#include "core/base/sockets.h"
#include "core/front/access.h"
#include "core/http/headers.h"

#include <QTcpSocket>

#include <algorithm>

using namespace std::chrono_literals;

namespace qcc {

namespace {

/// Of what was sent, the memory that is kept for the next event.
constexpr qsizetype keptOut = 512;

constexpr auto lingering = 2s;
/// For a client to read the last words of a proxy that stops.
constexpr auto farewell = 1s;

} // namespace

ClientConnection::ClientConnection(std::unique_ptr<QTcpSocket> socket, FrontContext &context, QObject *parent)
    : QObject(parent)
    , m_socket(std::move(socket))
    , m_context(context)
    , m_reader(context.limits, context.bodies, [this](const RequestHead &head) { return admit(head); })
    , m_timer(context.exchanges.alarms, [this] { timeUp(); })
    , m_reading(context.exchanges.alarms, [this] { readingOverdue(); })
    , m_idleSince(now())
{
    connect(m_socket.get(), &QIODevice::readyRead, this, &ClientConnection::bytesArrived);
    connect(m_socket.get(), &QIODevice::bytesWritten, this, &ClientConnection::clientTookSome);
    connect(m_socket.get(), &QAbstractSocket::disconnected, this, [this] {
        gone();
        deleteLater();
    });
    m_timer.start(fixedTimeouts().clientFirstByte);
}

ClientConnection::~ClientConnection()
{
    m_socket->disconnect(this);
    gone();
}

std::optional<Refusal> ClientConnection::admit(const RequestHead &head)
{
    const ConfigSnapshot config = m_context.exchanges.router.config();
    std::optional<Denied> denied = config ? denialOf(head, config->listen, m_socket->localAddress()) : std::nullopt;
    if (!denied)
        return std::nullopt;
    m_context.refusals.count(denied->why, QString::fromLatin1(denied->message));
    return Refusal{denied->status, std::move(denied->message)};
}

void ClientConnection::bytesArrived()
{
    if (m_webSocket)
        return webSocketBytesArrived();
    // Exactly what is here: then Qt hands over the array that the system wrote into, and keeps no copy.
    QByteArray bytes = m_socket->read(m_socket->bytesAvailable());
    if (!m_closing || (m_answering && isUploading()))
        parse(std::move(bytes));
    serveNext();
}

void ClientConnection::sendInterim(const AnswerHead &head)
{
    if (m_clientMinor == 0)
        return;
    QByteArray text;
    appendParts(text, {"HTTP/1.1 ", QByteArray::number(head.status), " ", head.reason, "\r\n"});
    for (const HeaderField &field : withoutHopByHop(head.headers))
        appendField(text, field.name, field.value);
    write({text, "\r\n"});
    flush();
}

void ClientConnection::settle()
{
    if (!std::exchange(m_settled, true))
        --m_context.settling;
}

/// Where this thread has more to do than others, between two requests. False: it stays.
bool ClientConnection::giveBack()
{
    if (m_context.toGiveBack <= 0 || m_closing || !isIdle() || !hasTakenAll() || m_socket->bytesAvailable() > 0)
        return false;
    const qintptr descriptor = secondHandle(m_socket->socketDescriptor());
    if (descriptor < 0)
        return false;
    --m_context.toGiveBack;
    Q_EMIT givenBack(descriptor);
    abort();
    return true;
}

void ClientConnection::sendHead(const Head &head)
{
    settle();
    m_chunked = false;
    m_untilClose = false;
    // Where its body ends is not known yet, and so not what comes after it.
    m_closeAfter = m_closeAfter || isUploading();
    QByteArray text;
    text.reserve(1024);
    appendParts(text, {"HTTP/1.1 ", QByteArray::number(head.status), " ", head.reason, "\r\n"});
    for (const HeaderField &field : head.headers) {
        // A listed page may read the answer because the user says so, whatever the upstream says.
        if (m_crossOrigin.isEmpty() || !field.name.toLower().startsWith("access-control-"))
            appendField(text, field.name, field.value);
    }
    for (const HeaderField &field : m_crossOrigin)
        appendField(text, field.name, field.value);
    if (head.length) {
        appendField(text, "Content-Length", QByteArray::number(*head.length));
    } else if (head.hasBody) {
        m_chunked = m_clientMinor >= 1;
        m_untilClose = !m_chunked;
        m_closeAfter = m_closeAfter || m_untilClose;
        if (m_chunked)
            appendField(text, "Transfer-Encoding", "chunked");
    }
    if (head.webSocket) {
        appendParts(text, {"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n"});
        write({text});
        m_switched = true;
        m_end.emplace(m_socket->socketDescriptor());
        return;
    }
    m_closeAfter = m_closeAfter || m_context.crowded;
    // Said outright, because a client of HTTP/1.0 that asked for it needs to hear it.
    appendParts(text, {"Connection: ", m_closeAfter ? "close" : "keep-alive", "\r\n\r\n"});
    write({text});
}

void ClientConnection::sendBody(const QByteArray &bytes)
{
    if (bytes.isEmpty())
        return;
    if (m_chunked)
        write({QByteArray::number(bytes.size(), 16), "\r\n", bytes, "\r\n"});
    else if (m_out.isEmpty() && m_socket->state() == QAbstractSocket::ConnectedState)
        m_out = bytes; // which it shares
    else
        write({bytes});
}

void ClientConnection::finish()
{
    if (m_chunked)
        write({"0\r\n\r\n"});
    m_chunked = false;
    flush();
}

/// Past Qt's buffer, which keeps 32 KiB for each connection that was ever written to, and where nothing waits would only be in the way.
void ClientConnection::flush()
{
    if (m_socket->state() != QAbstractSocket::ConnectedState || m_out.isEmpty())
        return;
    const qint64 sent = m_socket->bytesToWrite() > 0 ? 0 : sendNow(m_socket->socketDescriptor(), m_out);
    const QByteArray rest = sent < m_out.size() ? m_out.sliced(qMax<qint64>(sent, 0)) : QByteArray();
    if (m_out.isDetached() && m_out.capacity() <= keptOut)
        m_out.resize(0);
    else
        m_out.clear();
    if (rest.isEmpty())
        return;
    // Where the connection is over, Qt finds out and tells.
    m_socket->write(rest);
    if (sent < 0)
        m_socket->flush();
    else if (!hasRoom() && !m_reading.isRunning())
        watchReading();
}

void ClientConnection::cut(Parting parting)
{
    m_closing = true;
    m_closeAfter = true;
    m_chunked = false;
    m_parting = parting == Parting::AfterReading;
    if (m_parting)
        flush();
    else
        breakConnection();
}

/// Where a plain close would look like the end of the answer.
void ClientConnection::breakConnection()
{
    if (m_untilClose && m_socket->state() == QAbstractSocket::ConnectedState) {
        flush();
        resetOnClose(m_socket->socketDescriptor());
        m_socket->abort();
    }
}

bool ClientConnection::hasRoom() const
{
    return unsent() < highMark;
}

bool ClientConnection::hasTakenAll() const
{
    return unsent() == 0;
}

void ClientConnection::write(std::initializer_list<QByteArrayView> parts)
{
    if (m_socket->state() == QAbstractSocket::ConnectedState)
        appendParts(m_out, parts);
}

qint64 ClientConnection::unsent() const
{
    return m_out.size() + m_socket->bytesToWrite();
}

void ClientConnection::watchReading()
{
    const ConfigSnapshot config = m_context.exchanges.router.config();
    if (!config || config->timeouts.read.count() <= 0 || m_switched)
        return;
    m_unread = unacknowledgedBytes(m_socket->socketDescriptor());
    m_readingTime = config->timeouts.read;
    m_reading.start(m_readingTime);
}

void ClientConnection::readingOverdue()
{
    if (hasRoom())
        return;
    // The system takes more only when much of what it holds has gone. Who reads slowly has read, all the same.
    if (m_unread != unacknowledgedBytes(m_socket->socketDescriptor()))
        return watchReading();
    m_goneHow = QStringLiteral("the client did not read for %1 s").arg(m_readingTime.count() / 1000);
    m_socket->abort();
}

void ClientConnection::clientTookSome()
{
    if (m_reading.isRunning()) {
        if (hasRoom())
            m_reading.stop();
        else
            watchReading();
    }
    if (m_exchange && hasRoom())
        m_exchange->clientHasRoom();
    else if (m_webSocket && m_discarding)
        endSending();
    else if (!m_answering && hasRoom() && (!m_ready.isEmpty() || m_refused))
        serveNextSoon();
}

void ClientConnection::watchBody()
{
    if (!m_bodySince)
        m_bodySince = now();
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(*m_bodySince + fixedTimeouts().clientBody - now());
    m_timer.start(std::clamp<std::chrono::milliseconds>(left, 0ms, fixedTimeouts().clientBodySilence));
}

void ClientConnection::watchIdle()
{
    m_idleSince = now();
    if (m_reader.state() == RequestReader::State::Body)
        watchBody();
    else
        m_timer.start(m_reader.isIdle() ? fixedTimeouts().clientIdle : fixedTimeouts().clientHead);
}

void ClientConnection::timeUp()
{
    if (m_exchange && isUploading())
        return bodyFailed({408, "the request did not arrive in time"});
    if (m_answering)
        return;
    if (std::exchange(m_parting, false) && m_socket->state() == QAbstractSocket::ConnectedState) {
        breakConnection();
        if (m_socket->state() == QAbstractSocket::ConnectedState)
            closeAfterWriting();
        return;
    }
    if (m_discarding && m_socket->state() == QAbstractSocket::ConnectedState) {
        m_discarding = false;
        closeAfterWriting();
        return;
    }
    if (m_closing || m_reader.isIdle()) {
        m_closing = true;
        m_socket->abort();
        return;
    }
    m_closeAfter = true;
    m_closing = true;
    const QByteArray body = errorBody(Dialect::Unknown, 408, QStringLiteral("qcc: the request did not arrive in time"));
    sendHead({408, reasonPhrase(408), {{"Content-Type", "application/json"}}, body.size(), true});
    sendBody(body);
    closeAfterWriting();
}

void ClientConnection::closeAfterWriting()
{
    m_closing = true;
    m_ready.clear();
    flush();
    m_socket->disconnectFromHost();
    // A client that never reads would hold the connection for ever.
    m_timer.start(fixedTimeouts().clientHead);
}

void ClientConnection::closeAfterDiscarding()
{
    // A close with unread bytes is a reset, and a reset takes the refusal from a client that is still sending. Source: RFC 9112 §9.6.
    m_closing = true;
    m_discarding = true;
    m_ready.clear();
    flush();
    m_timer.start(lingering);
}

/// A reader that is told of the end together with the last words may drop those.
void ClientConnection::closeAfterReading()
{
    m_ready.clear();
    m_timer.start(fixedTimeouts().lastWords);
}

void ClientConnection::drain()
{
    m_closing = true;
    m_closeAfter = true;
    if (m_localStream) {
        finish();
        requestEnded();
        m_timer.start(farewell);
    } else if (m_exchange) {
        m_exchange->drain();
    } else if (!m_answering) {
        closeAfterWriting();
    }
}

void ClientConnection::endNow()
{
    drain();
    if (m_exchange)
        m_exchange->stop();
    else if (m_answering)
        return abort();
    m_timer.start(farewell);
}

void ClientConnection::abort()
{
    gone();
    m_socket->abort();
}

void ClientConnection::gone()
{
    settle();
    m_closing = true;
    m_refused = false;
    m_timer.stop();
    m_reading.stop();
    m_answering = false;
    m_ready.clear();
    if (m_exchange) {
        Exchange *exchange = m_exchange;
        m_exchange = nullptr;
        exchange->disconnect(this);
        exchange->clientGone(m_goneHow);
        exchange->deleteLater();
    }
}

} // namespace qcc
