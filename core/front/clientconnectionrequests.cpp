#include "core/front/clientconnection.h"

#include "core/api/protocol.h"
#include "core/http/headers.h"
#include "core/http/websocket.h"

#include <numeric>

// A client's connection as the queue of its requests: each is read, waits for its turn, is answered by whom it is for, and makes way for
// the next. It knows no socket; what goes over that, and for how long, is in clientconnection.cpp.

namespace qcc {

namespace {

/// What a client may send ahead of its answers before it is cut off.
constexpr qsizetype maxPipelined = 64;
constexpr qsizetype maxPipelinedBytes = 8 * 1024 * 1024;

} // namespace

void ClientConnection::parse(QByteArray bytes)
{
    while (!bytes.isEmpty() && !m_refused) {
        const bool wasIdle = m_reader.isIdle();
        const bool wasInBegun = m_reader.isInBegun();
        bytes = m_reader.adopt(std::move(bytes));
        if (wasInBegun && m_reader.state() == RequestReader::State::Refused)
            return bodyFailed(m_reader.refusal());
        if (wasInBegun && !m_reader.isInBegun()) {
            m_bodySince.reset();
            m_timer.stop();
        }
        if (m_reader.takeExpectContinue() && !m_answering && m_ready.isEmpty()) {
            write({"HTTP/1.1 100 Continue\r\n\r\n"});
            flush();
        }
        if (m_reader.state() == RequestReader::State::Complete) {
            m_ready.append(m_reader.take());
            m_bodySince.reset();
            if (asksForWebSocket(m_ready.last().head))
                return webSocketAsked(std::move(bytes));
        } else if (m_reader.state() == RequestReader::State::Refused) {
            m_refused = true;
        } else if (m_reader.state() == RequestReader::State::Body) {
            if (m_reader.mayBegin())
                m_ready.append(m_reader.takeBegun());
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
    if (!m_ready.isEmpty()) {
        m_request = m_ready.takeFirst();
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
    m_closeAfter = head.wantsClose() || m_closing || asksForWebSocket(head);
    const ConfigSnapshot config = m_context.exchanges.router.config();
    const QByteArray origin = config ? listedOrigin(head, config->listen) : QByteArray();
    m_crossOrigin = origin.isEmpty() ? HeaderList() : crossOriginHeaders(head, origin);
    if (!origin.isEmpty() && isPreflight(head))
        return sendLocal({200, "text/plain", QByteArray()});
    m_context.dispatcher->dispatch(head, *this);
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
        flush();
        m_localStream = true;
        m_context.pages.subscribe(this, [this](const QByteArray &text) {
            // A reader that does not keep up misses events rather than hoarding memory here.
            if (!m_answering || !hasRoom())
                return;
            sendBody(text);
            flush();
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

void ClientConnection::requestEnded()
{
    m_answering = false;
    m_localStream = false;
    m_request = {};
    flush();
    m_out.clear();
    if (m_exchange) {
        m_exchange->deleteLater();
        m_exchange = nullptr;
    }
    if (m_closeAfter) {
        if (m_parting)
            closeAfterReading();
        else if (isUploading() || m_bodyFailed)
            closeAfterDiscarding();
        else if (m_webSocket && m_ready.isEmpty())
            closeBehindWebSocket();
        else
            closeAfterWriting();
        return;
    }
    if (!m_ready.isEmpty() || m_refused)
        serveNextSoon();
    else if (!giveBack())
        watchIdle();
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

/// Of a request that was taken before its body was here: what follows is of no use.
void ClientConnection::bodyFailed(const Refusal &why)
{
    m_timer.stop();
    if (!m_ready.isEmpty()) {
        // It waits for the answers before it, and so does its refusal.
        m_ready.removeLast();
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

} // namespace qcc
