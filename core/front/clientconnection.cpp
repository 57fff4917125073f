#include "core/front/clientconnection.h"

#include "core/api/protocol.h"
#include "core/base/sockets.h"
#include "core/front/access.h"
#include "core/http/headers.h"

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
    const QByteArray bytes = m_socket->readAll();
    if (!m_closing || (m_answering && isUploading()))
        parse(bytes);
    serveNext();
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
        if (m_reader.takeExpectContinue() && !m_answering && m_ready.empty())
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
            m_timer.start(fixedTimeouts().clientHead);
        }
        if (wasInBegun && m_exchange)
            m_exchange->requestBodyGrew();
        if (m_closing && !m_answering)
            return;
    }
    if ((m_answering || !hasRoom()) && (m_ready.size() > maxPipelined || heldInMemory() > maxPipelinedBytes))
        abort();
}

void ClientConnection::serveNext()
{
    // Who does not take the answers gets no more of them.
    if (m_answering || m_closing || !hasRoom())
        return;
    if (!m_ready.empty()) {
        m_request = std::move(m_ready.front());
        m_ready.pop_front();
        m_answering = true;
        if (isUploading())
            watchBody();
        else
            m_timer.stop();
        serve();
    } else if (m_refused) {
        m_refused = false;
        sendRefusal(m_reader.refusal());
    }
}

/// In a turn of its own, so that one client's requests do not keep the others waiting.
void ClientConnection::serveNextSoon()
{
    QMetaObject::invokeMethod(this, &ClientConnection::serveNext, Qt::QueuedConnection);
}

void ClientConnection::serve()
{
    const RequestHead &head = m_request.head;
    m_clientMinor = head.minorVersion;
    m_headRequest = head.method == "HEAD";
    m_closeAfter = head.wantsClose() || m_closing;
    const ConfigSnapshot config = m_context.exchanges.router.config();
    const QByteArray origin = config ? listedOrigin(head, config->listen) : QByteArray();
    m_crossOrigin = origin.isEmpty() ? HeaderList() : crossOriginHeaders(head, origin);
    if (!origin.isEmpty() && isPreflight(head))
        return sendLocal({200, "text/plain", QByteArray()});
    m_context.dispatcher.dispatch(head, *this);
}

void ClientConnection::servePage(LocalPage page)
{
    m_request.body.reset(); // no page asks for one
    m_request.plain.reset();
    if (page == LocalPage::Events) {
        sendHead({200, "OK", {{"Content-Type", "text/event-stream"}, {"Cache-Control", "no-store"}}, std::nullopt, !m_headRequest});
        if (m_headRequest) {
            finish();
            return requestEnded();
        }
        m_localStream = true;
        m_context.pages.subscribe(this, [this](const QByteArray &text) {
            // A reader that does not keep up misses events rather than hoarding memory here.
            if (m_answering && hasRoom())
                sendBody(text);
        });
        return;
    }
    m_context.pages.ask(page, m_request.head.query(), this, [this](const LocalAnswer &answer) { sendLocal(answer); });
}

void ClientConnection::forward()
{
    const RequestHead &head = m_request.head;
    const QByteArray path = head.path();
    if (path.startsWith(LocalPages::prefix))
        return sendLocal(LocalPages::noSuchPage(head.method));
    if (hasToken(head.headers, "connection", "upgrade") && hasToken(head.headers, "upgrade", "websocket")) {
        // Said at once, so that a client that tries a WebSocket first falls back without waiting.
        m_closeAfter = true;
        return sendLocal({426, "application/json",
                          errorBody(dialectOf(head.method, path), 426, QStringLiteral("qcc: WebSocket is not spoken here, use plain HTTP"))});
    }
    m_exchange = new Exchange(m_context.exchanges, std::move(m_request), *this, this);
    connect(m_exchange, &Exchange::ended, this, &ClientConnection::requestEnded);
    m_exchange->start();
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
    m_closeAfter = m_closeAfter || m_context.crowded;
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
        m_socket->flush();
        resetOnClose(m_socket->socketDescriptor());
        m_socket->abort();
    }
}

bool ClientConnection::hasRoom() const
{
    return m_socket->bytesToWrite() < highMark;
}

bool ClientConnection::hasTakenAll() const
{
    return m_socket->bytesToWrite() == 0;
}

void ClientConnection::write(const QByteArray &bytes)
{
    if (m_socket->state() != QAbstractSocket::ConnectedState)
        return;
    m_socket->write(bytes);
    if (!hasRoom() && !m_reading.isRunning())
        watchReading();
}

void ClientConnection::watchReading()
{
    const ConfigSnapshot config = m_context.exchanges.router.config();
    if (!config || config->timeouts.read.count() <= 0)
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
    else if (!m_answering && hasRoom() && (!m_ready.empty() || m_refused))
        serveNextSoon();
}

void ClientConnection::requestEnded()
{
    m_answering = false;
    m_localStream = false;
    m_request = {};
    if (m_exchange) {
        m_exchange->deleteLater();
        m_exchange = nullptr;
    }
    if (m_closeAfter) {
        if (m_parting)
            closeAfterReading();
        else if (isUploading() || m_bodyFailed)
            closeAfterDiscarding();
        else
            closeAfterWriting();
        return;
    }
    if (!m_ready.empty() || m_refused)
        serveNextSoon();
    else
        watchIdle();
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
                           [](qint64 sum, const Request &request) { return sum + request.heldInMemory(); });
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
