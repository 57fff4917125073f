#include "core/exchange/exchange.h"

#include "core/api/clientprogram.h"
#include "core/api/dialect.h"
#include "core/config/loginhosts.h"
#include "core/exchange/ownanswer.h"
#include "core/forward/credentials.h"
#include "core/forward/forwarding.h"
#include "core/http/jsonreader.h"
#include "core/routing/failure.h"
#include "core/routing/routeoptions.h"

#include <algorithm>

namespace qcc {

namespace {

/// How often an attempt is repeated because nobody read its request.
constexpr int mostFreeRepeats = 5;

/// "claude-cli" of "claude-cli/2.1 (external)".
QString productOf(const QByteArray &userAgent)
{
    qsizetype end = 0;
    while (end < userAgent.size() && end < 40 && isTokenChar(userAgent[end]))
        ++end;
    return QString::fromLatin1(userAgent.first(end));
}

/// The record of an exchange that begins now, with all that its request tells.
ExchangeRecord recordOf(const Request &request, quint64 number)
{
    ExchangeRecord record;
    record.number = number;
    record.startedAt = QDateTime::currentDateTimeUtc();
    record.method = request.head.method;
    record.path = beforeParameters(request.head.target).toByteArray();
    record.client = productOf(firstValue(request.head.headers, "user-agent"));
    record.classes = requestClassesOf(request.head.headers);
    record.model = modelOf(request);
    record.requestBytes = request.bodySize();
    return record;
}

} // namespace

Exchange::Exchange(ExchangeContext &context, Request request, ClientStream &client, QObject *parent)
    : QObject(parent)
    , m_context(context)
    , m_namedCluster(takeNamedCluster(request))
    , m_request(std::move(request))
    , m_client(client)
    , m_call(apiCallOf(m_request.head.method, m_request.head.path()))
    , m_conversation(conversationOf(m_request.head, m_request.bodyBeginning()))
    , m_record(recordOf(m_request, ++context.numbers))
    , m_began(context.alarms.now())
    , m_total(context.alarms, [this] { totalTimeUp(); })
    , m_pause(context.alarms, [this] { next(); })
    , m_heldLong(context.alarms, [this] { heldLongEnough(); })
    , m_lastEvent(context.alarms, [this] { endAwaited(); })
    , m_quiet(context.alarms, [this] { keepClientAlive(); })
    , m_silence(context.alarms, [this] { tunnelSilent(); })
{
    // Whatever its path lists or holds: that it is refused here says no more than that another may do better.
    if (asksForWebSocket(m_request.head))
        m_call.purpose = Purpose::Other;
    if (m_context.inFlight.fetch_add(1) == 0 && m_context.becameBusy)
        m_context.becameBusy();
}

Exchange::~Exchange()
{
    m_context.router.leaveLine(m_ticket);
    leaveTunnel();
    if (m_attempt && m_state != State::Ended)
        settle(FailureClass::Cancelled);
    m_attempt.reset();
    --m_context.inFlight;
}

void Exchange::enter(State state)
{
    Q_ASSERT_X(mayFollow(m_state, state), "Exchange", qPrintable(toWord(m_state) + QStringLiteral(" is followed by ") + toWord(state)));
    // What a state waits for ends with it.
    m_pause.stop();
    m_heldLong.stop();
    m_lastEvent.stop();
    m_quiet.stop();
    m_silence.stop();
    m_state = state;
}

void Exchange::start()
{
    Q_ASSERT(m_state == State::Waiting);
    if (const ConfigSnapshot config = m_context.router.config(); config && config->timeouts.total.count() > 0)
        m_total.start(config->timeouts.total);
    if (const std::optional<QString> endpoint = cameBackFrom(m_request.head.headers, m_context.hopMark))
        return answerItself(508, whyItCameBack(m_context.router.config().get(), *endpoint));
    const ConfigSnapshot config = m_context.router.config();
    if (const QString why = whyNoSuchCluster(config.get()); !why.isEmpty())
        return answerItself(404, why, Outcome::CallerError);
    learnWay(config.get());
    m_awaitsBody = needsWholeBody();
    next();
}

/// Of most requests nobody has to know.
void Exchange::takeLogin()
{
    const ConfigSnapshot config = m_context.router.config();
    if (!config || !passesLoginsOn(*config))
        return;
    m_login = Login(m_request.head, config->listen.accessToken);
    m_tries.login = m_login.mark();
    m_tries.loginDialect = dialectOfLogin(m_request.head, m_call.dialect);
}

void Exchange::requestBodyGrew()
{
    if (m_awaitsBody && m_request.isComplete()) {
        bodyIsWhole();
    } else if (m_attempt) {
        m_attempt->requestBodyGrew();
    }
}

void Exchange::requestBodyFailed(const Refusal &why)
{
    giveUp(why.status, QString::fromLatin1(why.message), why.status < 500 ? Outcome::CallerError : Outcome::Error);
}

void Exchange::stop()
{
    giveUp(503, QStringLiteral("qcc was stopped before the answer had ended"));
}

/// Ends it for a reason that is no endpoint's.
void Exchange::giveUp(int status, const QString &why, Outcome outcome)
{
    if (m_state == State::Ended)
        return;
    if (m_tunnel)
        return closeTunnel(serviceRestart, why, FailureClass::Cancelled);
    if (m_state == State::Committed)
        return m_attempt->observer().saidAll() ? complete() : breakOff(FailureClass::Cancelled, why);
    if (m_attempt) {
        m_record.attempts.append(closeAttempt(FailureClass::Cancelled, why));
        m_attempt.reset();
    }
    answerItself(status, why, outcome);
}

std::optional<RunningExchange> Exchange::running() const
{
    if (m_state == State::Ended)
        return std::nullopt;
    RunningExchange running{m_record, RunningState::Waiting};
    running.soFar.totalMs = elapsedMs();
    if (m_attempt) {
        running.state = m_state == State::Committed ? RunningState::Streaming
            : m_state == State::Holding             ? RunningState::Holding
                                                    : RunningState::Attempting;
        running.current = m_attempt->record(FailureClass::None, {});
    }
    return running;
}

void Exchange::next()
{
    if (m_state != State::Waiting || m_awaitsBody)
        return;
    m_pause.stop();
    if (!m_tries.config)
        takeLogin();
    const auto wake = [this] { QMetaObject::invokeMethod(this, &Exchange::next, Qt::QueuedConnection); };
    Choice choice = m_context.router.choose(m_tries, m_conversation, m_ticket, wake, now());
    noteWay();
    m_record.skipped = skippedWithoutLogin(m_tries);
    if (choice.kind == Choice::None && fallBack())
        choice = m_context.router.choose(m_tries, m_conversation, m_ticket, wake, now());
    if (m_call.purpose == Purpose::Greeting && choice.kind != Choice::Go)
        return answerGreeting();
    switch (choice.kind) {
    case Choice::Go: {
        m_freeRepeats = 0;
        // Where one kept connection broke, the next may, too.
        const bool fresh = choice.route.endpoint.id == std::exchange(m_brokenOn, {});
        attempt(std::move(choice.route), fresh);
        break;
    }
    case Choice::Wait:
        m_pause.start(choice.pause);
        break;
    case Choice::Full:
        if (choice.pause.count() > 0)
            m_pause.start(choice.pause);
        break;
    case Choice::None: {
        if (choice.wantsLogin && m_record.attempts.isEmpty())
            return answerItself(401, choice.why, Outcome::CallerError);
        const auto [status, why] = whyNobodyIsLeft(m_record, m_tries.config.get());
        answerItself(status, choice.why.isEmpty() || !m_record.attempts.isEmpty() ? why : choice.why);
        break;
    }
    }
}

void Exchange::attempt(Route route, bool fresh)
{
    enter(State::Attempting);
    m_upstreamDone = m_settled = m_endAwaited = false;
    const AttemptContext context{m_context.upstream, m_request, m_call, m_tries.model, m_context.alarms, m_began, m_tries.setModel, m_login};
    Attempt::Listener &listener = *this;
    m_attempt = std::make_unique<Attempt>(context, std::move(route), fresh, listener);
}

void Exchange::interim(const AnswerHead &head)
{
    // Leave to send the body has long been given.
    if (head.status != 100)
        m_client.sendInterim(m_attempt->forClient(head));
}

void Exchange::arrived()
{
    if (m_state == State::Holding) {
        m_attempt->pull();
        judge();
    } else if (m_state == State::Committed) {
        forward();
    }
}

Tries::Try Exchange::tryOf(FailureClass failure) const
{
    const QString endpoint = m_attempt->route().endpoint.id;
    if (m_context.router.maySayAnotherKey(m_attempt->route(), failure, m_call.isAuxiliary(), now()))
        return {endpoint, failure, now(), true};
    const auto backoff = m_context.router.backoffAfter(m_tries.timesOn(endpoint) + 1);
    const auto pause = pauseAfter(failure, m_attempt->retryAfter(), backoff);
    return {endpoint, failure, pause ? now() + *pause : Tries::Time::max()};
}

void Exchange::failed(FailureClass failure, const QString &why)
{
    if (const auto named = m_attempt->retryAfter())
        m_named = std::min(m_named.value_or(*named), *named);
    m_tries.made.append(tryOf(failure));
    if (failure == FailureClass::Broken && m_attempt->reply().reusedConnection())
        m_brokenOn = m_attempt->route().endpoint.id;
    m_record.attempts.append(closeAttempt(failure, why));
    m_attempt.reset();
    enter(State::Waiting);
    next();
}

void Exchange::finished()
{
    m_upstreamDone = true;
    switch (m_state) {
    case State::Attempting:
        attemptFailed();
        break;
    case State::Holding:
        m_attempt->pull();
        m_attempt->observer().finish();
        if (m_attempt->status() < 300 && m_attempt->reply().fault() != UpstreamFault::None && m_attempt->observer().opening() != Opening::Content
            && !m_attempt->observer().sawError())
            return attemptFailed();
        judge();
        break;
    case State::Committed:
        forward();
        break;
    case State::Waiting:
    case State::Ended:
        Q_ASSERT_X(false, "Exchange", "no attempt runs in this state");
        break;
    }
}

void Exchange::attemptFailed()
{
    FailureClass failure = m_attempt->classify(false);
    const QString why = m_attempt->reply().errorString();
    // Over HTTP/2 an upstream may refuse to read any request at all.
    if (failure == FailureClass::Stale && m_freeRepeats == mostFreeRepeats)
        failure = FailureClass::Broken;
    if (failure != FailureClass::Stale)
        return m_call.purpose == Purpose::Greeting ? answerGreeting() : failed(failure, why);
    // The upstream had closed the connection when the request went out, or said that it does not take it, and has not read it. Once more, on a
    // connection that cannot be stale; for the router it is the same attempt still.
    m_record.attempts.append(m_attempt->record(failure, why));
    ++m_freeRepeats;
    Route route = m_attempt->route();
    m_attempt.reset();
    attempt(std::move(route), true);
}

void Exchange::clientGone(const QString &how)
{
    if (m_state == State::Ended)
        return;
    if (m_tunnel)
        return clientLeftTunnel(how);
    const FailureClass failure = clientHasAll() ? m_attempt->classifyAnswer() : FailureClass::Cancelled;
    if (m_attempt)
        m_record.attempts.append(closeAttempt(failure, failure == FailureClass::Cancelled ? how : QString()));
    if (failure == FailureClass::None)
        end(m_record.attempts.size() > 1 ? Outcome::Recovered : Outcome::Complete, m_record.status, QString());
    else if (failure == FailureClass::Cancelled)
        end(Outcome::ClientCancelled, 499, QString());
    else
        end(failure == FailureClass::Caller ? Outcome::CallerError : Outcome::Error, m_record.status, QString());
    m_attempt.reset();
    Q_EMIT ended();
}

void Exchange::totalTimeUp()
{
    const QString why = QStringLiteral("the whole request took longer than total_s");
    switch (m_state) {
    case State::Committed:
        return m_attempt->observer().saidAll() ? complete() : breakOff(FailureClass::Timeout, why);
    case State::Attempting:
    case State::Holding:
        if (m_call.purpose == Purpose::Greeting)
            return answerGreeting();
        m_record.attempts.append(endedByTotal(why));
        m_attempt.reset();
        return answerItself(504, QString());
    case State::Waiting:
        return answerItself(504, m_record.attempts.isEmpty() ? why : QString());
    case State::Ended:
        return;
    }
}

/// What an endpoint did not get the time for is not held against it: the request waited in line, or for others.
AttemptRecord Exchange::endedByTotal(const QString &why)
{
    if (m_attempt->elapsedMs() * 2 >= elapsedMs())
        return closeAttempt(FailureClass::Timeout, why);
    settle(FailureClass::Cancelled);
    return m_attempt->record(FailureClass::Timeout, QStringLiteral("the whole request took longer than total_s, and this endpoint had less than half of it"));
}

void Exchange::settle(FailureClass failure)
{
    // What answers a greeting need not be the API: it vouches for nobody, and is held against nobody.
    if (m_call.purpose == Purpose::Greeting)
        failure = FailureClass::Cancelled;
    // A no to a WebSocket is nobody's fault, and no proof that the API is well.
    if (failure == FailureClass::None && m_attempt->asksForWebSocket() && m_attempt->status() != 101)
        failure = FailureClass::Caller;
    if (!std::exchange(m_settled, true))
        m_context.router.attemptEnded(m_attempt->route(), m_attempt->result(failure), m_conversation, now());
}

AttemptRecord Exchange::closeAttempt(FailureClass failure, const QString &error)
{
    settle(failure);
    if (failure == FailureClass::None && m_freeRepeats > 0)
        m_context.staleRecovered(m_attempt->route().endpoint.id);
    return m_attempt->record(failure, error);
}

void Exchange::end(Outcome outcome, int status, const QString &error)
{
    if (m_attempt && (m_state == State::Holding || m_state == State::Committed)) {
        const TokenUsage usage = m_attempt->observer().usage();
        m_record.inputTokens = usage.input;
        m_record.outputTokens = usage.output;
        m_record.answeredModel = m_attempt->masked(m_attempt->observer().model());
        m_record.streamed = m_record.streamed || m_attempt->observer().isEventStream();
    }
    enter(State::Ended);
    m_total.stop();
    leaveTunnel();
    m_context.router.leaveLine(m_ticket);
    if (!m_tunnel)
        m_record.requestBytes = m_request.bodySize();
    m_record.outcome = outcome;
    m_record.status = status;
    m_record.error = error;
    m_record.totalMs = elapsedMs();
    m_record.endedAt = std::chrono::system_clock::now();
    m_context.record(std::move(m_record));
}

} // namespace qcc
