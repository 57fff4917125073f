#pragma once

#include "core/base/clock.h"
#include "core/base/sockets.h"
#include "core/exchange/exchange.h"
#include "core/front/access.h"
#include "core/front/dispatcher.h"
#include "core/front/localpages.h"
#include "core/http/requestreader.h"

#include <QList>
#include <QObject>
#include <QPointer>

#include <atomic>
#include <chrono>
#include <memory>

class QTcpSocket;

namespace qcc {

/// What the connections of one worker share.
struct FrontContext {
    ExchangeContext &exchanges;
    Dispatcher *dispatcher;
    LocalPages &pages;
    Refusals &refusals;
    BodyStore &bodies;
    RequestReader::Limits limits;
    const std::atomic<bool> &crowded; ///< Others wait to be let in: no connection is kept for later.
    std::atomic<int> &settling;       ///< Connections that have not been answered anything yet.
    int toGiveBack = 0;               ///< Connections that shall go to another worker, as soon as nothing is asked on them.
};

/// One client's connection. Reads and judges its requests, has them dispatched one after the other, and writes the answers as raw HTTP/1.1.
/// Thread: its worker's. Lifetime: deletes itself once the socket is closed.
class ClientConnection : public QObject, public ClientStream, private Dispatcher::Caller
{
    Q_OBJECT

public:
    ClientConnection(std::unique_ptr<QTcpSocket> socket, FrontContext &context, QObject *parent);
    ~ClientConnection() override;

    /// Answers with `refusal`, whatever the client sends, and closes. Right after the construction.
    void turnAway(const Refusal &refusal) { sendRefusal(refusal); }
    /// No further requests: closes now if idle, else after the running answer.
    void drain();
    /// Ends what runs as an answer that breaks off, and closes as soon as the client has read that, or soon after.
    void endNow();
    /// Closes now, without a word.
    void abort();
    /// The one that runs on this connection, if any.
    const Exchange *exchange() const { return m_exchange; }
    const QTcpSocket &socket() const { return *m_socket; }
    /// Nothing of a request is here and no answer runs.
    bool isIdle() const { return !m_answering && m_ready.isEmpty() && m_reader.isIdle(); }
    /// When the last answer ended, or the connection began.
    Clock::Time idleSince() const { return m_idleSince; }

    // ClientStream
    void sendInterim(const AnswerHead &head) override;
    void sendHead(const Head &head) override;
    void sendBody(const QByteArray &bytes) override;
    void flush() override;
    void finish() override;
    void cut(Parting parting) override;
    bool hasRoom() const override;
    bool hasTakenAll() const override;
    QByteArray takeSent(qint64 most) override;
    bool wasReset() const override { return m_end && m_end->wasReset(); }

Q_SIGNALS:
    /// It goes on elsewhere by this descriptor, and ends here.
    void givenBack(qintptr descriptor);

private:
    // Dispatcher::Caller
    void servePage(LocalPage page) override;
    void forward() override;

    void bytesArrived();
    void parse(QByteArray bytes);
    void serveNext();
    void serveNextSoon();
    void serve();
    void sendLocal(const LocalAnswer &answer);
    std::optional<Refusal> admit(const RequestHead &head);
    void sendRefusal(const Refusal &refusal);
    void requestEnded();
    void gone();
    void bodyFailed(const Refusal &why);
    qint64 heldInMemory() const;
    void settle();
    bool giveBack();
    void closeAfterWriting();
    void closeAfterDiscarding();
    void closeAfterReading();
    void webSocketAsked(QByteArray behind);
    void webSocketBytesArrived();
    void closeBehindWebSocket();
    void endSending();
    void breakConnection();
    void write(std::initializer_list<QByteArrayView> parts);
    qint64 unsent() const;
    void watchReading();
    void clientTookSome();
    void readingOverdue();
    void watchBody();
    void watchIdle();
    void timeUp();
    /// Bytes that may wait for a slow client before its upstream is slowed, and for a slow upstream before its client is.
    static constexpr qint64 highMark = 256 * 1024;
    Clock::Time now() const { return m_context.exchanges.alarms.now(); }
    const FixedTimeouts &fixedTimeouts() const { return m_context.exchanges.fixedTimeouts; }
    /// The rest of the request that is served, or served next, still arrives.
    bool isUploading() const { return m_reader.isInBegun() && m_ready.isEmpty(); }

    const std::unique_ptr<QTcpSocket> m_socket;
    FrontContext &m_context;
    RequestReader m_reader;
    QList<Request> m_ready;         ///< In order; the first is served next.
    Request m_request;              ///< The one that is dispatched.
    bool m_settled = false;         ///< It has been answered, or is over.
    bool m_answering = false;
    bool m_closing = false;         ///< No further request is read.
    bool m_localStream = false;     ///< A reader of /__qcc__/events, whose answer has no end of its own.
    bool m_discarding = false;      ///< Refused and answered; what still comes is dropped until the client has read that.
    bool m_parting = false;         ///< The client was cut off, and has a moment to read why.
    bool m_bodyFailed = false;      ///< Of the request that is served; what still comes of it is dropped after the answer.
    bool m_webSocket = false;       ///< The last request asks for one: what follows it is not HTTP.
    bool m_switched = false;        ///< And it is one.
    QByteArray m_behind;            ///< What came along with that request.
    std::optional<CloseProbe> m_end; ///< Tells how the client of a WebSocket goes.
    bool m_refused = false;         ///< The reader's refusal is to be answered once earlier answers are out.
    QPointer<Exchange> m_exchange;
    Alarm m_timer;
    Alarm m_reading;                ///< Runs while more waits for the client than may.
    std::chrono::milliseconds m_readingTime{0};
    std::optional<qint64> m_unread; ///< What the client had not taken when it was started.
    QString m_goneHow = QStringLiteral("the client left");
    Clock::Time m_idleSince;
    std::optional<Clock::Time> m_bodySince; ///< While a body arrives.

    // The answer being written.
    QByteArray m_out;               ///< Of this turn of the event loop. Whoever writes flushes in the same turn.
    bool m_headRequest = false;
    int m_clientMinor = 1;
    bool m_chunked = false;
    bool m_untilClose = false;      ///< Only the close of the connection ends the answer.
    bool m_closeAfter = false;
    HeaderList m_crossOrigin;       ///< For a listed page.
};

} // namespace qcc
