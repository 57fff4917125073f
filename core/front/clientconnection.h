#pragma once

#include "core/exchange/clientstream.h"
#include "core/exchange/exchange.h"
#include "core/front/localsurface.h"
#include "core/front/refusals.h"
#include "core/http/requestreader.h"

#include <QObject>
#include <QPointer>
#include <QTimer>

#include <chrono>
#include <deque>
#include <memory>

class QTcpSocket;

namespace qcc {

/// What the connections of one worker share.
struct FrontContext {
    ExchangeContext &exchanges;
    LocalSurface &surface;
    Refusals &refusals;
    BodyStore &bodies;
    RequestReader::Limits limits;
};

/// One client's connection. Reads and judges its bytes before the HTTP server sees any, gives the server one harmless line per
/// complete request to dispatch, and writes the answers, in order, as raw HTTP/1.1.
/// Thread: its worker's. Lifetime: a child of its socket.
class ClientConnection : public QObject, public ClientStream
{
    Q_OBJECT

public:
    ClientConnection(QTcpSocket *socket, FrontContext &context, quint64 id);
    ~ClientConnection() override;

    /// Answers with `refusal`, whatever the client sends, and closes. Right after the construction.
    void turnAway(const Refusal &refusal) { sendRefusal(refusal); }
    /// The server dispatched the request that was announced to it; `token` is its responder, kept as long as the answer runs.
    void dispatched(std::shared_ptr<void> token);
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
    bool isIdle() const { return !isBusy() && m_ready.empty() && m_reader.isIdle(); }
    /// When the last answer ended, or the connection began.
    std::chrono::steady_clock::time_point idleSince() const { return m_idleSince; }

    // ClientStream
    void sendInterim(const AnswerHead &head) override;
    void sendHead(const Head &head) override;
    void sendBody(const QByteArray &bytes) override;
    void flush() override;
    void finish() override;
    void cut() override;
    bool hasRoom() const override;

private:
    void bytesArrived();
    void parse(QByteArrayView bytes);
    void announce();
    void serve();
    void serveLocal(const QByteArray &path);
    void sendLocal(const LocalAnswer &answer);
    std::optional<Refusal> admit(const RequestHead &head);
    void sendRefusal(const Refusal &refusal);
    void requestEnded();
    void gone();
    void bodyFailed(const Refusal &why);
    qint64 heldInMemory() const;
    void closeAfterWriting();
    void closeAfterDiscarding();
    void write(const QByteArray &bytes);
    void watchReading();
    void clientTookSome();
    void readingOverdue();
    void watchBody();
    void watchIdle();
    void timeUp();
    const Patience &patience() const { return m_context.exchanges.patience; }
    bool isBusy() const { return m_announced || m_answering; }
    /// The rest of the request that is served, or served next, still arrives.
    bool isUploading() const { return m_reader.isInBegun() && m_ready.empty(); }

    QTcpSocket *m_socket;
    FrontContext &m_context;
    quint64 m_id;
    RequestReader m_reader;
    std::deque<Request> m_ready;    ///< Complete requests in order; the first is announced or served next.
    bool m_announced = false;       ///< The server has the line for the first request and will dispatch it.
    bool m_answering = false;
    bool m_closing = false;         ///< No further request is read.
    bool m_localStream = false;     ///< A reader of /__qcc__/events, whose answer has no end of its own.
    bool m_discarding = false;      ///< Refused and answered; what still comes is dropped until the client has read that.
    bool m_bodyFailed = false;      ///< Of the request that is served; what still comes of it is dropped after the answer.
    bool m_refused = false;         ///< The reader's refusal is to be answered once earlier answers are out.
    std::shared_ptr<void> m_token;
    QPointer<Exchange> m_exchange;
    QTimer m_timer;
    QTimer m_reading;               ///< Runs while more waits for the client than may.
    std::optional<qint64> m_unread; ///< What the client had not taken when it was started.
    QString m_goneHow = QStringLiteral("the client left");
    std::chrono::steady_clock::time_point m_idleSince = std::chrono::steady_clock::now();
    std::optional<std::chrono::steady_clock::time_point> m_bodySince; ///< While a body arrives.

    // The answer being written.
    bool m_headRequest = false;
    int m_clientMinor = 1;
    bool m_chunked = false;
    bool m_untilClose = false;      ///< Only the close of the connection ends the answer.
    bool m_closeAfter = false;
    HeaderList m_crossOrigin;       ///< For a listed page.
};

} // namespace qcc
