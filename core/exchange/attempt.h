#pragma once

#include "core/api/answerobserver.h"
#include "core/api/apierror.h"
#include "core/base/clock.h"
#include "core/facts/exchangerecord.h"
#include "core/forward/credentials.h"
#include "core/forward/login.h"
#include "core/http/requestbody.h"
#include "core/http/requestreader.h"
#include "core/routing/failure.h"
#include "core/routing/router.h"
#include "core/upstream/upstreamreply.h"
#include "core/upstream/upstreamrequest.h"

#include <memory>
#include <optional>

namespace qcc {

class UpstreamPool;

/// What attempts of one exchange have in common.
struct AttemptContext {
    UpstreamPool &upstream;
    const Request &request;
    ApiCall call;
    QString model; ///< As the client asked for it, or what takes its place.
    const Alarms &clock;
    Clock::Time began; ///< The exchange.
    QString setModel = {}; ///< The model that takes the place of the client's, before the endpoint's own names for it; empty: none does.
    Login login = {};  ///< That the client brought; of qcc's own requests none.
};

/// One try of one endpoint: the request as this endpoint shall see it, and its answer, read along and cut at whole events.
/// Thread: its exchange's. Lifetime: destroying it cancels what still runs, also from within what it tells.
class Attempt final : private UpstreamReply::Listener
{
public:
    /// Who hears of it, in this order: interim*, answered, arrived*, finished exactly once.
    class Listener
    {
    public:
        virtual void interim(const AnswerHead &head) = 0;
        virtual void answered() = 0;
        virtual void arrived() = 0;
        virtual void finished() = 0;
        /// Of an attempt that became a WebSocket: there is room for more to be sent.
        virtual void roomCame() { }

    protected:
        ~Listener() = default;
    };

    /// `fresh`: on a new connection, whatever is idle.
    Attempt(const AttemptContext &context, Route route, bool fresh, Listener &listener);
    Q_DISABLE_COPY_MOVE(Attempt)

    const Route &route() const { return m_route; }
    const UpstreamReply &reply() const { return *m_reply; }
    double elapsedMs() const { return sinceStart(); }
    /// From answered() on.
    AnswerObserver &observer() { return *m_observer; }
    const AnswerObserver &observer() const { return *m_observer; }
    int status() const { return m_reply->hasHead() ? m_reply->head().status : 0; }
    /// What the client brought itself is refused, which it has to hear.
    bool refusesLogin() const { return m_route.bringsLogin() && (status() == 401 || status() == 403); }

    /// More of the request's body is there to be sent, or its end is.
    void requestBodyGrew()
    {
        if (m_upload)
            m_upload->bodyGrew();
    }

    /// Takes in what has arrived.
    void pull();
    /// Bytes taken in and not handed out.
    qsizetype held() const { return m_bytes.size(); }
    bool bodyWaits() const { return m_reply->bodyWaits(); }
    /// Hands out what ends with a whole event; all there is, where the answer is no event stream that qcc may add to. No client has use for half an
    /// event, and a stream that always stands between two can end with an error event in every protocol.
    QByteArray takeWhole();
    /// Hands out what is left.
    QByteArray takeRest();
    /// What is still to come ends the framing at most.
    void answerIsOver() { m_reply->answerIsOver(); }
    /// Nothing that comes is held back or read along any more.
    void passOn();
    bool passesOn() const { return m_passOn; }
    /// The request asks for a WebSocket.
    bool asksForWebSocket() const { return m_webSocket; }
    /// Behind a 101, and past all that reads along: what the upstream sent since the last call, and more for it.
    QByteArray takeBehind() { return m_reply->takeBody(); }
    void sendBehind(const QByteArray &bytes) { m_reply->sendBehind(bytes); }
    /// A head of this endpoint's as the client may see it: without the endpoint's secrets.
    AnswerHead forClient(AnswerHead head) const;
    /// A part of an event was handed out because the event is too long to be kept.
    bool isTorn() const { return m_torn; }

    /// `text` of the upstream's without the secrets that it was sent: the endpoint's and the client's own.
    QString masked(const QString &text) const;

    /// The class of the answer so far, or of the transport's failure. `committed`: the client has seen part of it.
    FailureClass classify(bool committed) const;
    /// The same for what the answer says alone, however its transport does.
    FailureClass classifyAnswer() const;
    /// Why, in qcc's own words where the answer has none; empty where it speaks for itself.
    QString ownReason(FailureClass failure) const;
    /// What an answer that says no says; empty fields where it says nothing.
    const ApiError &apiError() const;
    std::optional<std::chrono::milliseconds> retryAfter() const;
    AttemptResult result(FailureClass failure) const;
    /// `error`: qcc's own words, empty where the answer speaks for itself.
    AttemptRecord record(FailureClass failure, const QString &error) const;

private:
    // UpstreamReply::Listener. What is told may destroy this attempt, and is the last thing done.
    void interimCame(const AnswerHead &head) override { m_listener.interim(head); }
    void headCame() override;
    void bodyCame() override { m_listener.arrived(); }
    void replyEnded() override { m_listener.finished(); }
    void roomCame() override { m_listener.roomCame(); }

    UpstreamRequest upstreamRequest();
    Evidence evidenceOfAnswer() const;
    QString redirectTarget() const;
    double sinceStart() const { return msBetween(m_start, m_context.clock.now()); }

    const AttemptContext m_context;
    Route m_route;
    Listener &m_listener;
    const Clock::Time m_start;
    const bool m_webSocket;
    QString m_sentModel; ///< Where it is another one than the client's; empty: that.
    std::unique_ptr<BodyReader> m_upload; ///< Null where there is no body. The reply reads it.
    HeldReply m_reply;
    std::optional<AnswerObserver> m_observer;
    std::optional<KeyEcho> m_echo; ///< Of an answer that says no and is not compressed.
    QByteArray m_bytes;
    qsizetype m_whole = 0; ///< Of m_bytes, up to the end of an event.
    bool m_torn = false;
    bool m_passOn = false;
    std::optional<double> m_firstByteMs;
    mutable std::optional<ApiError> m_error;
    mutable qsizetype m_errorRead = 0; ///< Of what it was read from.
};

} // namespace qcc
