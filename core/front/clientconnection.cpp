#include "core/front/clientconnection.h"

#include "core/front/access.h"
#include "core/front/sendqueue.h"
#include "core/front/socketreset.h"
#include "core/http/dialect.h"
#include "core/http/reasonphrase.h"

#include <QTcpSocket>

#include <algorithm>
#include <numeric>

using namespace std::chrono_literals;

namespace qcc {

namespace {

/// Bytes that may wait for a slow client before its upstream is slowed.
constexpr qint64 highMark = 256 * 1024;
/// What a client may send ahead of its answers before it is cut off.
constexpr size_t maxPipelined = 64;
constexpr qsizetype maxPipelinedBytes = 8 * 1024 * 1024;

constexpr auto lingering = 2s;
/// For a client to read the last words of a proxy that stops.
constexpr auto farewell = 1s;

} // namespace

ClientConnection::ClientConnection(QTcpSocket *socket, FrontContext &context, quint64 id)
    : QObject(socket)
    , m_socket(socket)
    , m_context(context)
    , m_id(id)
    , m_reader(context.limits, context.bodies, [this](const RequestHead &head) { return admit(head); })
{
    // These come before the server's own connections to the socket, and so run first.
    connect(socket, &QIODevice::readyRead, this, &ClientConnection::bytesArrived);
    connect(socket, &QAbstractSocket::disconnected, this, &ClientConnection::gone);
    connect(socket, &QIODevice::bytesWritten, this, &ClientConnection::clientTookSome);
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &ClientConnection::timeUp);
    m_reading.setSingleShot(true);
    connect(&m_reading, &QTimer::timeout, this, &ClientConnection::readingOverdue);
    m_timer.start(patience().clientFirstByte);
}

ClientConnection::~ClientConnection()
{
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
    if (!m_socket->isOpen())
        return;
    // The server keeps a transaction open while it waits for the rest of a request; it never has one of ours.
    if (m_socket->isTransactionStarted())
        m_socket->commitTransaction();
    // Everything is taken, so that the server finds nothing but what announce() puts there.
    const QByteArray bytes = m_socket->readAll();
    if (!m_closing || (m_answering && isUploading()))
        parse(bytes);
    // Who does not take the answers gets no more of them.
    if (!isBusy() && hasRoom())
        announce();
}

void ClientConnection::parse(QByteArrayView bytes)
{
    while (!bytes.isEmpty() && !m_refused) {
        const bool wasIdle = m_reader.isIdle();
        const bool wasInBegun = m_reader.isInBegun();
        bytes = bytes.sliced(m_reader.feed(bytes));
        if (wasInBegun && m_reader.state() == RequestReader::State::Refused)
            return bodyFailed(m_reader.refusal());
        if (wasInBegun && !m_reader.isInBegun()) {
            m_bodySince.reset();
            m_timer.stop();
        }
        if (m_reader.takeExpectContinue() && !isBusy() && m_ready.empty())
            write("HTTP/1.1 100 Continue\r\n\r\n");
        if (m_reader.state() == RequestReader::State::Complete) {
            m_ready.push_back(m_reader.take());
            m_bodySince.reset();
        } else if (m_reader.state() == RequestReader::State::Refused) {
            m_refused = true;
        } else if (m_reader.state() == RequestReader::State::Body) {
            if (m_reader.mayBegin())
                m_ready.push_back(m_reader.takeBegun());
            watchBody();
        } else if (wasIdle && !m_reader.isIdle()) {
            m_timer.start(patience().clientHead);
        }
        if (wasInBegun && m_exchange)
            m_exchange->requestBodyGrew();
    }
    if ((isBusy() || !hasRoom()) && (m_ready.size() > maxPipelined || heldInMemory() > maxPipelinedBytes)) {
        m_closing = true;
        // Not here: the server still wants to look at the socket in this turn.
        QMetaObject::invokeMethod(this, &ClientConnection::abort, Qt::QueuedConnection);
    }
}

void ClientConnection::announce()
{
    if (!m_ready.empty()) {
        // The server dispatches this line; it names the connection, and the request itself waits here.
        const QByteArray line = "GET /" + QByteArray::number(m_id) + " HTTP/1.1\r\n\r\n";
        for (qsizetype i = line.size(); i > 0; --i)
            m_socket->ungetChar(line[i - 1]);
        m_announced = true;
        if (!isUploading())
            m_timer.stop();
    } else if (m_refused) {
        m_refused = false;
        sendRefusal(m_reader.refusal());
    }
}

void ClientConnection::dispatched(std::shared_ptr<void> token)
{
    if (!m_announced)
        return;
    m_announced = false;
    // Its body may have failed meanwhile.
    if (m_ready.empty())
        return announce();
    m_answering = true;
    m_token = std::move(token);
    serve();
}

void ClientConnection::serve()
{
    Request request = std::move(m_ready.front());
    m_ready.pop_front();
    m_clientMinor = request.head.minorVersion;
    m_headRequest = request.head.method == "HEAD";
    m_closeAfter = request.head.wantsClose() || m_closing;

    const QByteArray path = request.head.path();
    const ConfigSnapshot config = m_context.exchanges.router.config();
    const QByteArray origin = config ? listedOrigin(request.head, config->listen) : QByteArray();
    m_crossOrigin = origin.isEmpty() ? HeaderList() : crossOriginHeaders(request.head, origin);
    if (!origin.isEmpty() && isPreflight(request.head))
        return sendLocal({200, "text/plain", QByteArray()});
    if (path.startsWith(LocalSurface::prefix)) {
        if (request.head.method != "GET" && !m_headRequest)
            return sendLocal({405, "application/json", errorBody(Dialect::Unknown, 405, QStringLiteral("qcc: only GET is answered here"))});
        return serveLocal(request.head.target);
    }
    if (hasToken(request.head.headers, "connection", "upgrade") && hasToken(request.head.headers, "upgrade", "websocket")) {
        // Said at once, so that a client that tries a WebSocket first falls back without waiting.
        m_closeAfter = true;
        return sendLocal({426, "application/json",
                          errorBody(dialectOf(request.head.method, path), 426,
                                    QStringLiteral("qcc: WebSocket is not spoken here, use plain HTTP"))});
    }
    m_exchange = new Exchange(m_context.exchanges, std::move(request), *this, this);
    connect(m_exchange, &Exchange::ended, this, &ClientConnection::requestEnded);
    m_exchange->start();
}

void ClientConnection::serveLocal(const QByteArray &target)
{
    const qsizetype at = target.indexOf('?');
    const QByteArray path = at < 0 ? target : target.first(at);
    const QByteArray query = at < 0 ? QByteArray() : target.sliced(at + 1);
    if (path == "/__qcc__/events" && !m_headRequest) {
        sendHead({200, "OK", {{"Content-Type", "text/event-stream"}, {"Cache-Control", "no-store"}}, std::nullopt, true});
        m_localStream = true;
        m_context.surface.subscribe(this, [this](const QByteArray &text) {
            // A reader that does not keep up misses events rather than hoarding memory here.
            if (m_answering && hasRoom())
                sendBody(text);
        });
        return;
    }
    m_context.surface.ask(path, query, this, [this](const LocalAnswer &answer) { sendLocal(answer); });
}

void ClientConnection::sendLocal(const LocalAnswer &answer)
{
    if (!m_answering)
        return;
    sendHead({answer.status, reasonPhrase(answer.status), {{"Content-Type", answer.contentType}, {"Cache-Control", "no-store"}},
              answer.body.size(), !m_headRequest});
    if (!m_headRequest)
        sendBody(answer.body);
    finish();
    requestEnded();
}

void ClientConnection::sendRefusal(const Refusal &refusal)
{
    m_closing = true;
    m_clientMinor = 1;
    m_headRequest = false;
    m_closeAfter = true;
    m_crossOrigin.clear();
    const RequestHead &head = m_reader.head();
    if (m_reader.lacksRoom())
        m_context.refusals.count(Denial::NoRoom, QString::fromUtf8(refusal.message));
    const QByteArray body = errorBody(dialectOf(head.method, head.path()), refusal.status, QStringLiteral("qcc: ") + QString::fromLatin1(refusal.message));
    HeaderList headers{{"Content-Type", "application/json"}};
    if (refusal.status == 503)
        headers.append(HeaderField{"Retry-After", "1"});
    sendHead({refusal.status, reasonPhrase(refusal.status), headers, body.size(), true});
    sendBody(body);
    closeAfterDiscarding();
}

void ClientConnection::sendInterim(const AnswerHead &head)
{
    if (m_clientMinor == 0)
        return;
    QByteArray text = "HTTP/1.1 " + QByteArray::number(head.status) + ' ' + head.reason + "\r\n";
    for (const HeaderField &field : withoutHopByHop(head.headers))
        appendField(text, field.name, field.value);
    write(text + "\r\n");
}

void ClientConnection::sendHead(const Head &head)
{
    m_chunked = false;
    m_untilClose = false;
    // Where its body ends is not known yet, and so not what comes after it.
    m_closeAfter = m_closeAfter || isUploading();
    QByteArray text;
    text.reserve(1024);
    text += "HTTP/1.1 " + QByteArray::number(head.status) + ' ' + head.reason + "\r\n";
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
    // Said outright, because a client of HTTP/1.0 that asked for it needs to hear it.
    appendField(text, "Connection", m_closeAfter ? "close" : "keep-alive");
    write(text + "\r\n");
}

void ClientConnection::sendBody(const QByteArray &bytes)
{
    if (bytes.isEmpty())
        return;
    if (!m_chunked)
        return write(bytes);
    QByteArray framed;
    framed.reserve(bytes.size() + 24);
    framed += QByteArray::number(bytes.size(), 16);
    framed += "\r\n";
    framed += bytes;
    framed += "\r\n";
    write(framed);
}

void ClientConnection::finish()
{
    if (m_chunked)
        write("0\r\n\r\n");
    m_chunked = false;
    flush();
}

void ClientConnection::flush()
{
    if (m_socket->state() == QAbstractSocket::ConnectedState)
        m_socket->flush();
}

void ClientConnection::cut()
{
    m_closing = true;
    m_closeAfter = true;
    if (m_untilClose && m_socket->state() == QAbstractSocket::ConnectedState) {
        // A plain close would look like the end of the answer.
        m_socket->flush();
        resetOnClose(m_socket->socketDescriptor());
        m_socket->abort();
    }
}

bool ClientConnection::hasRoom() const
{
    return m_socket->bytesToWrite() < highMark;
}

void ClientConnection::write(const QByteArray &bytes)
{
    if (m_socket->state() != QAbstractSocket::ConnectedState)
        return;
    m_socket->write(bytes);
    if (!hasRoom() && !m_reading.isActive())
        watchReading();
}

void ClientConnection::watchReading()
{
    const ConfigSnapshot config = m_context.exchanges.router.config();
    if (!config || config->timeouts.read.count() <= 0)
        return;
    m_unread = unacknowledgedBytes(m_socket->socketDescriptor());
    m_reading.start(config->timeouts.read);
}

void ClientConnection::readingOverdue()
{
    // The system takes more only when much of what it holds has gone. Who reads slowly has read, all the same.
    if (m_unread != unacknowledgedBytes(m_socket->socketDescriptor()))
        return watchReading();
    m_goneHow = QStringLiteral("the client did not read for %1 s").arg(m_reading.interval() / 1000);
    m_socket->abort();
}

void ClientConnection::clientTookSome()
{
    if (m_reading.isActive()) {
        if (hasRoom())
            m_reading.stop();
        else
            watchReading();
    }
    if (m_exchange && hasRoom())
        m_exchange->clientHasRoom();
    else if (!isBusy() && hasRoom() && (!m_ready.empty() || m_refused))
        QMetaObject::invokeMethod(m_socket, &QIODevice::readyRead, Qt::QueuedConnection);
}

void ClientConnection::requestEnded()
{
    m_answering = false;
    m_localStream = false;
    if (m_exchange) {
        m_exchange->deleteLater();
        m_exchange = nullptr;
    }
    // The token goes before the connection is closed: later servers give the socket up with it.
    m_token.reset();
    if (m_closeAfter) {
        if (isUploading() || m_bodyFailed)
            closeAfterDiscarding();
        else
            closeAfterWriting();
        return;
    }
    if (!m_ready.empty() || m_refused)
        QMetaObject::invokeMethod(m_socket, &QIODevice::readyRead, Qt::QueuedConnection);
    else
        watchIdle();
}

void ClientConnection::watchBody()
{
    const auto now = std::chrono::steady_clock::now();
    if (!m_bodySince)
        m_bodySince = now;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(*m_bodySince + patience().clientBody - now);
    m_timer.start(std::clamp<std::chrono::milliseconds>(left, 0ms, patience().clientBodySilence));
}

void ClientConnection::watchIdle()
{
    m_idleSince = std::chrono::steady_clock::now();
    if (m_reader.state() == RequestReader::State::Body)
        watchBody();
    else
        m_timer.start(m_reader.isIdle() ? patience().clientIdle : patience().clientHead);
}

/// Of a request that was taken before its body was here: what follows is of no use.
void ClientConnection::bodyFailed(const Refusal &why)
{
    m_timer.stop();
    if (!m_ready.empty()) {
        // It waits for the answers before it, and so does its refusal.
        m_ready.pop_back();
        m_refused = true;
    } else if (m_exchange) {
        m_bodyFailed = m_closing = m_closeAfter = true;
        if (m_reader.lacksRoom())
            m_context.refusals.count(Denial::NoRoom, QString::fromUtf8(why.message));
        m_exchange->requestBodyFailed(why);
    }
}

/// Of requests that wait for their turn.
qint64 ClientConnection::heldInMemory() const
{
    return std::accumulate(m_ready.begin(), m_ready.end(), qint64(m_reader.buffered()),
                           [](qint64 sum, const Request &request) { return sum + (request.body ? request.body->heldInMemory() : 0); });
}

void ClientConnection::timeUp()
{
    if (m_exchange && isUploading())
        return bodyFailed({408, "the request did not arrive in time"});
    if (isBusy())
        return;
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
    m_socket->disconnectFromHost();
    // A client that never reads would hold the connection for ever.
    m_timer.start(patience().clientHead);
}

void ClientConnection::closeAfterDiscarding()
{
    // A close with unread bytes is a reset, and a reset takes the refusal from a client that is still sending. Source: RFC 9112 §9.6.
    // Not flushed: that may find the client gone and close the socket, and the server still wants to look at it in this turn.
    m_closing = true;
    m_discarding = true;
    m_ready.clear();
    m_timer.start(lingering);
}

void ClientConnection::drain()
{
    m_closing = true;
    m_closeAfter = true;
    if (m_localStream) {
        finish();
        requestEnded();
        m_timer.start(farewell);
    } else if (!isBusy()) {
        closeAfterWriting();
    }
}

void ClientConnection::endNow()
{
    drain();
    if (m_exchange)
        m_exchange->stop();
    else if (isBusy())
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
    m_closing = true;
    m_timer.stop();
    m_reading.stop();
    m_announced = false;
    m_answering = false;
    m_ready.clear();
    if (m_exchange) {
        Exchange *exchange = m_exchange;
        m_exchange = nullptr;
        exchange->disconnect(this);
        exchange->clientGone(m_goneHow);
        exchange->deleteLater();
    }
    m_token.reset();
}

} // namespace qcc
