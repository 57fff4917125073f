#pragma once

#include "core/base/enumwords.h"
#include "core/exchange/attempt.h"
#include "core/exchange/fixedtimeouts.h"
#include "core/facts/exchangerecord.h"
#include "core/http/answerreader.h"
#include "core/http/requestreader.h"
#include "core/http/websocket.h"
#include "core/routing/router.h"

#include <QByteArray>
#include <QObject>

#include <algorithm>
#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace qcc {

/// The client's side of one exchange. The exchange writes one head, any number of body pieces, and exactly one of finish() and cut().
class ClientStream
{
public:
    /// An answer's head as the client shall see it, without framing.
    struct Head {
        int status = 200;
        QByteArray reason;
        HeaderList headers;
        std::optional<qint64> length; ///< Announced body size; absent: framed as it comes.
        bool hasBody = true;          ///< false: HEAD, 204, 304.
        bool webSocket = false;       ///< It is a 101: the client is told so, and what sendBody() sends goes to it as it is.
    };

    virtual ~ClientStream() = default;

    /// Passes a 1xx answer on, where the client's HTTP version knows them.
    virtual void sendInterim(const AnswerHead &head) = 0;
    virtual void sendHead(const Head &head) = 0;
    virtual void sendBody(const QByteArray &bytes) = 0;
    /// Sends what was written in this turn of the event loop now, in one segment where it fits. The client may be found gone by it.
    virtual void flush() = 0;
    /// Ends the answer as complete, and flushes.
    virtual void finish() = 0;
    /// When the connection of an answer that is cut ends: once what was sent is on its way, or a little later, for the client to read it first.
    enum class Parting { AtOnce, AfterReading };
    /// Ends the answer so that the client sees that it is broken, after what was sent so far.
    virtual void cut(Parting parting) = 0;
    /// The client keeps up; false: stop sending until Exchange::clientHasRoom().
    virtual bool hasRoom() const = 0;
    /// Nothing of what was sent waits here any more.
    virtual bool hasTakenAll() const = 0;
    /// Behind a 101: the next bytes that the client has sent, `most` at most. Empty: there are none, until Exchange::clientSent().
    virtual QByteArray takeSent(qint64 most) = 0;
    /// Of a WebSocket's client that is gone: it went by a reset.
    virtual bool wasReset() const = 0;
};

/// What an exchange does.
#define QCC_EXCHANGE_STATES(X)                                                                                        \
    X(Waiting, "waiting")       /* for an endpoint: at the start, in line, or between two attempts */                  \
    X(Attempting, "attempting") /* a request is out; no head yet */                                                    \
    X(Holding, "holding")       /* a head is here; whether the answer is worth passing on is not known yet */          \
    X(Committed, "committed")   /* the client sees the answer */                                                       \
    X(Ended, "ended")
QCC_ENUM_WITH_WORDS(ExchangeState, QCC_EXCHANGE_STATES)

/// What may follow what. The client sees one answer, of one endpoint, and one end.
inline constexpr auto exchangeTransitions = std::to_array<std::pair<ExchangeState, ExchangeState>>({
    {ExchangeState::Waiting, ExchangeState::Attempting},
    {ExchangeState::Waiting, ExchangeState::Ended},         // nobody is left to be asked, or it is answered here
    {ExchangeState::Attempting, ExchangeState::Attempting}, // the same once more, for the connection was stale
    {ExchangeState::Attempting, ExchangeState::Waiting},    // no answer came
    {ExchangeState::Attempting, ExchangeState::Holding},
    {ExchangeState::Attempting, ExchangeState::Committed}, // no other attempt could do better
    {ExchangeState::Attempting, ExchangeState::Ended},
    {ExchangeState::Holding, ExchangeState::Waiting}, // the answer is no good
    {ExchangeState::Holding, ExchangeState::Committed},
    {ExchangeState::Holding, ExchangeState::Ended},
    {ExchangeState::Committed, ExchangeState::Ended},
});

constexpr bool mayFollow(ExchangeState from, ExchangeState to)
{
    return std::find(exchangeTransitions.begin(), exchangeTransitions.end(), std::pair(from, to)) != exchangeTransitions.end();
}

/// What passes behind a 101.
struct Tunnel {
    WebSocketFrames up;
    WebSocketFrames down;
    Clock::Time lastByte; ///< Of either side's.
    bool awaitsAnswer = false; ///< The client spoke last.
    bool counts = true; ///< Among what its endpoint has to do at a time.
};

struct OwnAnswer;

/// The model that the request asks for, where it tells by now; else empty.
QString modelOf(const Request &request);
/// Takes "/@NAME" off the request's target, and hands out the name; nothing where none stands there.
std::optional<QString> takeNamedCluster(Request &request);

/// What exchanges of one worker share.
struct ExchangeContext {
    Alarms &alarms;
    UpstreamPool &upstream;
    Router &router;
    std::atomic<quint64> &numbers;   ///< The last number given to an exchange, over all workers.
    std::atomic<int> &inFlight;
    std::function<void()> becameBusy;                          ///< Called when an exchange begins while none ran.
    std::function<void(ExchangeRecord &&)> record;             ///< Called once for each exchange, before the client sees its end.
    std::function<void(const QString &endpoint)> staleRecovered;
    FixedTimeouts fixedTimeouts;
    QByteArray hopMark; ///< Of this proxy; empty where requests are not marked.
};

/// One client request's life, from its arrival to exactly one end (QCC_EXCHANGE_STATES).
/// Until the commit the client has seen nothing, and a failure is repaired by another attempt where the failure table allows one: an answer is held
/// back until it says something of use (ARCH-5).
/// Thread: its worker's. Lifetime: the client stream outlives it; ended() is the last it says.
class Exchange : public QObject, private Attempt::Listener
{
    Q_OBJECT

public:
    Exchange(ExchangeContext &context, Request request, ClientStream &client, QObject *parent);
    ~Exchange() override;

    void start();
    /// More of the request's body is here, or its end is.
    void requestBodyGrew();
    /// The request's body will never be whole. What the client has not seen of the answer is this refusal; ended() follows.
    void requestBodyFailed(const Refusal &why);
    /// The client can take more.
    void clientHasRoom();
    /// The client has sent something that takeSent() takes.
    void clientSent();
    /// The client left, or as good as that. What the upstream still works on is stopped at once; ended() follows.
    void clientGone(const QString &how = QStringLiteral("the client left"));
    /// The proxy stops, and waits for answers. A WebSocket, which has no end of its own, is closed where none seems to be under way.
    void drain();
    /// The proxy stops and waits no longer. The answer ends as one that breaks off; ended() follows.
    void stop();
    /// How far it has come; nothing once it has ended.
    std::optional<RunningExchange> running() const;

Q_SIGNALS:
    void ended();

private:
    using State = ExchangeState;

    void enter(State state);

    // Attempt::Listener
    void interim(const AnswerHead &head) override;
    void answered() override;
    void arrived() override;
    void finished() override;
    void roomCame() override;

    // Where it goes.
    void learnWay(const Config *config);
    QString whyNoSuchCluster(const Config *config) const;
    bool needsWholeBody() const;
    void bodyIsWhole();
    void noteWay();
    QString fallbackModel(const QString &endpoint, FailureClass failed) const;
    bool fallBack();

    // Before the commit.
    void takeLogin();
    void next();
    void attempt(Route route, bool fresh);
    void judge();
    void heldLongEnough();
    void badOpening();
    void judgeTokenCount();
    bool canRepair(FailureClass failure) const;
    void failed(FailureClass failure, const QString &why);
    void attemptFailed();

    // After it.
    void commit();
    void forward();
    void conclude();
    void complete();
    void errorTold();
    void breakOff(FailureClass failure, const QString &why);
    void waitForEnd();
    void endAwaited();
    bool clientHasAll() const;
    void keepClientAlive();

    // Behind a 101.
    void openTunnel();
    void passBytes();
    void passUp();
    void passDown();
    bool closesWell() const;
    void tunnelSilent();
    void closeTunnel(quint16 code, const QString &why, FailureClass failure);
    void tunnelEnded(Outcome outcome, FailureClass failure = FailureClass::None, const QString &why = {});
    void clientLeftTunnel(const QString &how);
    void leaveTunnel();

    void answerItself(int status, const QString &message, Outcome outcome = Outcome::Error);
    void giveUp(int status, const QString &why, Outcome outcome = Outcome::Error);
    void answerTokenEstimate();
    void answerGreeting();
    void answer(const OwnAnswer &own, Outcome outcome, const QString &error);
    Tries::Try tryOf(FailureClass failure) const;
    HeaderList headersForClient(const AnswerHead &head) const;
    AttemptRecord endedByTotal(const QString &why);
    void settle(FailureClass failure);
    AttemptRecord closeAttempt(FailureClass failure, const QString &error);
    void end(Outcome outcome, int status, const QString &error);
    void totalTimeUp();
    Clock::Time now() const { return m_context.alarms.now(); }
    double elapsedMs() const { return msBetween(m_began, now()); }
    bool headRequest() const { return m_request.head.method == "HEAD"; }

    ExchangeContext &m_context;
    const std::optional<QString> m_namedCluster; ///< The cluster that the path names, which it has no longer.
    Request m_request;
    ClientStream &m_client;
    State m_state = State::Waiting;
    ApiCall m_call;
    QByteArray m_conversation;
    Login m_login; ///< The client's own, where an endpoint may get it.
    ExchangeRecord m_record;
    const Clock::Time m_began;
    Alarm m_total;     ///< For the whole request.
    Alarm m_pause;     ///< Waiting: until the next look for an endpoint.
    Alarm m_heldLong;  ///< Holding: for content, or for the body of an answer that says no.
    Alarm m_lastEvent; ///< Committed, and the answer is as good as whole: for what ends it.
    Alarm m_quiet;     ///< Committed: until the client is sent a sign of life.
    Alarm m_silence;   ///< Committed, behind a 101: for a byte from either side.
    std::chrono::milliseconds m_keepAlive{0};

    Tries m_tries;
    quint64 m_ticket = 0; ///< The place in the router's line.
    std::unique_ptr<Attempt> m_attempt;
    bool m_fellBack = false;     ///< To another model.
    bool m_awaitsBody = false;   ///< Nothing is tried before it is whole.
    QString m_brokenOn;      ///< The endpoint whose kept connection broke under the last attempt.
    int m_freeRepeats = 0; ///< Of the present attempt: the upstream has provably not read the request (ARCH-4).
    bool m_settled = false;      ///< The router knows how the attempt went.
    bool m_endAwaited = false;   ///< The rest of the upstream's answer has had its turn.
    bool m_hasLength = false;    ///< The client was told how long the answer is.
    std::optional<std::chrono::milliseconds> m_named; ///< The soonest time that an endpoint asked to be left alone for.
    bool m_upstreamDone = false; ///< The reply has finished; its last bytes may still wait for the client.
    bool m_stopping = false;     ///< drain() was called.
    std::optional<Tunnel> m_tunnel; ///< Once a 101 has come.
};

} // namespace qcc
