#include "core/exchange/exchange.h"

#include "core/api/tokens.h"
#include "core/exchange/ownanswer.h"
#include "core/forward/forwarding.h"

#include <QTimer>

#include <algorithm>

// What the client gets of an exchange: after the commit the upstream's answer and its end (docs/answers.md, part 2), else one of qcc's own.

namespace qcc {

void Exchange::commit()
{
    enter(State::Committed);
    const UpstreamReply &reply = m_attempt->reply();
    const AnswerObserver &observer = m_attempt->observer();
    m_record.status = m_attempt->status();
    m_record.firstByteMs = elapsedMs();
    m_record.streamed = observer.isEventStream() || firstValue(reply.head().headers, "content-type").toLower().startsWith("text/event-stream");
    ClientStream::Head out;
    const AnswerHead head = m_attempt->forClient(reply.head());
    out.status = m_record.status;
    out.reason = head.reason;
    out.headers = headersForClient(head);
    out.hasBody = reply.framing() != AnswerGate::Framing::None;
    // What may end earlier or later than the upstream said goes out without a length.
    if (!(m_call.generates() && (m_record.streamed || observer.isStreamed()) && m_record.status < 300 && out.hasBody))
        out.length = reply.contentLength();
    m_hasLength = out.length.has_value();
    m_client.sendHead(out);
    // Nobody is asked anew, and a stream takes its time.
    m_request.head.headers.clear();
    if (observer.mayTakeEvents() && !m_hasLength)
        m_keepAlive = m_attempt->route().config->client.sseKeepalive;
    if (m_keepAlive.count() > 0)
        m_quiet.start(m_keepAlive);
}

HeaderList Exchange::headersForClient(const AnswerHead &head) const
{
    HeaderList headers = clientHeaders(head);
    const FailureClass failure = m_record.status >= 300 ? m_attempt->classify(false) : FailureClass::None;
    if (failure == FailureClass::Misplaced)
        headers.removeIf([](const HeaderField &field) { return isNamed(field, "location"); });
    if (m_call.isAuxiliary() || !remedyFor(failure).otherEndpoint)
        return headers;
    // The last of them speaks for all: when the client had better come back is when the first of them will have it.
    const auto isHint = [](const HeaderField &field) { return isNamed(field, "retry-after") || isNamed(field, "retry-after-ms"); };
    const bool hadHint = headers.removeIf(isHint) > 0;
    if (hadHint || remedyFor(failure).against == Scope::Rest || m_named) {
        auto named = m_attempt->retryAfter();
        if (m_named)
            named = std::min(named.value_or(*m_named), *m_named);
        const auto hint = m_context.router.retryHint(m_record.cluster, now(), m_record.model, named, m_tries.login);
        headers.append(HeaderField{"Retry-After", QByteArray::number(qint64(hint.count()))});
    }
    return headers;
}

void Exchange::forward()
{
    if (m_state != State::Committed)
        return;
    if (m_tunnel)
        return passBytes();
    AnswerObserver &observer = m_attempt->observer();
    bool hadRoom = true;
    bool came = false;
    do {
        while (m_state == State::Committed && m_client.hasRoom()) {
            m_attempt->pull();
            const QByteArray bytes = m_attempt->takeWhole();
            if (bytes.isEmpty())
                break;
            came = true;
            m_record.answerBytes += bytes.size();
            m_client.sendBody(bytes);
            if (m_keepAlive.count() > 0)
                m_quiet.start(m_keepAlive);
        }
        if (m_state == State::Committed && m_client.hasRoom()) {
            if (observer.sawError() && !m_attempt->passesOn() && observer.isEventStream()) {
                if (observer.opening() == Opening::Content || m_attempt->classifyAnswer() != FailureClass::Caller)
                    return errorTold();
                // Nothing has come but that the request is at fault, and that is passed on whole.
                m_attempt->passOn();
                return forward();
            }
            if (observer.sawEnd() && observer.opening() == Opening::Bad && !m_hasLength && observer.takesEvents())
                return conclude();
            // What ends here needs nothing more, whatever its connection still does.
            if (observer.sawEnd() && observer.isEventStream() && observer.saidAll() && !m_hasLength && observer.codingEnded() && !m_attempt->isTorn()) {
                // What is on its way already comes in this turn, and saves the connection for the next request.
                if (m_upstreamDone || std::exchange(m_endAwaited, true))
                    return complete();
                QTimer::singleShot(0, this, &Exchange::forward);
            }
            if (m_upstreamDone)
                return conclude();
        }
        hadRoom = m_client.hasRoom();
        m_client.flush();
        // Flushing may make room without a word about it, when it is itself called because there was room.
    } while (m_state == State::Committed && m_client.hasRoom() && (!hadRoom || m_attempt->bodyWaits() || m_upstreamDone));
    // A sign of life of our own is none of the upstream's.
    if (m_state == State::Committed && (observer.saidAll() || (m_attempt->passesOn() && observer.isEventStream())) && (came || !m_lastEvent.isRunning()))
        waitForEnd();
}

/// The answer is as good as whole, and its end is waited for a little.
void Exchange::waitForEnd()
{
    const bool over = m_attempt->observer().sawEnd() || m_attempt->passesOn();
    m_lastEvent.start(over ? m_context.fixedTimeouts.restOfAnswer : m_context.fixedTimeouts.lastEvent);
}

void Exchange::endAwaited()
{
    // Who has not read yet gets the time to.
    if (!m_client.hasTakenAll() || m_attempt->bodyWaits())
        return waitForEnd();
    if (m_attempt->passesOn())
        conclude();
    else
        complete();
}

void Exchange::clientHasRoom()
{
    forward();
}

void Exchange::conclude()
{
    Q_ASSERT(m_state == State::Committed);
    AnswerObserver &observer = m_attempt->observer();
    const UpstreamReply &reply = m_attempt->reply();
    const bool judged = m_record.status < 300 && reply.framing() != AnswerGate::Framing::None;
    if (judged) {
        observer.finish();
        if (observer.sawError() && !m_attempt->passesOn() && observer.isEventStream())
            return errorTold();
        // A stream that said its last word is complete, however its connection went down.
        if (observer.saidAll())
            return complete();
    }
    // That the request is at fault is told whole by one event.
    const bool told = m_attempt->passesOn() && observer.sawError() && observer.isEventStream();
    if (reply.fault() != UpstreamFault::None && !told)
        return breakOff(FailureClass::BrokenStream, reply.errorString());
    const bool untilClose = reply.framing() == AnswerGate::Framing::UntilClose;
    if (judged && (!m_attempt->passesOn() || (untilClose && !observer.isStreamed())) && observer.verdict(untilClose) == AnswerObserver::Verdict::Incomplete)
        return breakOff(FailureClass::BrokenStream, QStringLiteral("the answer ended before its protocol's end"));
    const QByteArray rest = m_attempt->takeRest() + (told && observer.takesEvents() ? observer.missingBreaks() : QByteArray());
    m_record.answerBytes += rest.size();

    const FailureClass failure = m_attempt->classify(false);
    const AttemptRecord closed = closeAttempt(failure, failure == FailureClass::None ? QString() : m_attempt->ownReason(failure));
    m_record.attempts.append(closed);
    if (failure == FailureClass::None)
        end(m_record.attempts.size() > 1 ? Outcome::Recovered : Outcome::Complete, m_record.status, QString());
    else if (failure == FailureClass::Caller)
        end(Outcome::CallerError, m_record.status, QString());
    else
        end(Outcome::Error, m_record.status, inWords(closed));
    // The upstream may not have ended it yet, and what it still says concerns nobody.
    if (observer.sawEnd())
        m_attempt->answerIsOver();
    m_attempt.reset();
    if (!rest.isEmpty())
        m_client.sendBody(rest);
    m_client.finish();
    Q_EMIT ended();
}

/// A stream that has said all: what its upstream forgot to say is supplied, where that can be. docs/answers.md, part 2.
void Exchange::complete()
{
    AnswerObserver &observer = m_attempt->observer();
    observer.finish();
    QByteArray last;
    if (observer.takesEvents() && !m_hasLength) {
        if (m_attempt->isTorn())
            return breakOff(FailureClass::BrokenStream, QStringLiteral("the answer ended before its protocol's end"));
        const QByteArray end = observer.sawEnd() ? QByteArray() : observer.reader()->missingEnd();
        // An event without its blank line is whole; one that breaks off is not passed on.
        if (const QByteArray &breaks = observer.missingBreaks(); !breaks.isEmpty())
            last = m_attempt->takeRest() + (observer.reader()->needsBlankLine() || !end.isEmpty() ? breaks : QByteArray());
        last += end;
    } else {
        last = m_attempt->takeRest();
    }
    const bool whole = (m_upstreamDone && m_attempt->reply().fault() == UpstreamFault::None)
        || (!m_hasLength && (observer.takesEvents() || (observer.isWhole() && observer.codingEnded())));
    m_record.answerBytes += last.size();
    m_record.attempts.append(closeAttempt(FailureClass::None, QString()));
    end(m_record.attempts.size() > 1 ? Outcome::Recovered : Outcome::Complete, m_record.status, QString());
    m_client.sendBody(last);
    if (observer.sawEnd())
        m_attempt->answerIsOver();
    m_attempt.reset();
    if (whole)
        m_client.finish();
    else
        m_client.cut(ClientStream::Parting::AtOnce);
    Q_EMIT ended();
}

/// After the commit the client has seen the upstream's own error; nothing follows it, and nobody shall take the answer for whole.
void Exchange::errorTold()
{
    const FailureClass failure = m_attempt->classifyAnswer();
    // The body may have ended within its last line break, and readers drop what lacks one.
    const QByteArray &breaks = m_attempt->observer().missingBreaks();
    const QByteArray last = breaks.isEmpty() || !m_attempt->observer().takesEvents() ? QByteArray() : m_attempt->takeRest() + breaks;
    m_record.answerBytes += last.size();
    const AttemptRecord closed = closeAttempt(failure, QStringLiteral("the stream told an error"));
    m_record.attempts.append(closed);
    end(failure == FailureClass::Caller                               ? Outcome::CallerError
            : m_attempt->observer().opening() == Opening::Content ? Outcome::Truncated
                                                                  : Outcome::Error,
        m_record.status, inWords(closed));
    // Responses has an event for it, which ends its stream as well as any other.
    const bool ended = m_attempt->observer().takesEvents() && m_attempt->observer().sawEnd() && !m_hasLength;
    m_attempt.reset();
    m_client.sendBody(last);
    if (ended)
        m_client.finish();
    else
        m_client.cut(ClientStream::Parting::AfterReading);
    Q_EMIT this->ended();
}

void Exchange::breakOff(FailureClass failure, const QString &why)
{
    AnswerObserver &observer = m_attempt->observer();
    observer.finish();
    m_record.attempts.append(closeAttempt(failure, why));
    const QString message = inWords(m_record.attempts.last());
    // An event stream can say what happened; everything else can only break visibly.
    const bool speaks = observer.takesEvents() && !m_hasLength && (!m_attempt->isTorn() || observer.reader()->mendsTornEvent());
    end(Outcome::Truncated, m_record.status, message);
    if (m_record.status >= 400)
        m_client.sendBody(m_attempt->takeRest());
    if (speaks) {
        const QByteArray lineBreak = m_attempt->isTorn() ? QByteArray("\n") : QByteArray();
        m_client.sendBody(lineBreak + observer.reader()->brokenEnd(QStringLiteral("qcc: the answer broke off: ") + message));
    }
    m_attempt.reset();
    // Whoever only looks at the transport sees a broken answer as well.
    m_client.cut(speaks ? ClientStream::Parting::AfterReading : ClientStream::Parting::AtOnce);
    Q_EMIT ended();
}

/// The client has all that there is to get: the stream's end, or that the request is at fault.
bool Exchange::clientHasAll() const
{
    if (m_state != State::Committed || m_attempt->held() > 0)
        return false;
    const AnswerObserver &observer = m_attempt->observer();
    return (observer.saidAll() && observer.sawEnd()) || (observer.isEventStream() && observer.sawError() && m_attempt->passesOn());
}

void Exchange::keepClientAlive()
{
    m_quiet.start(m_keepAlive);
    if (!m_attempt->observer().mayTakeEvents() || m_attempt->isTorn() || !m_client.hasRoom())
        return;
    // A comment: every reader of event streams passes over it. Source: WHATWG HTML §9.2.7.
    m_client.sendBody(": keep-alive\n\n");
    m_client.flush();
}

void Exchange::answerItself(int status, const QString &message, Outcome outcome)
{
    const QString forLog = message.isEmpty() ? inWords(m_record.attempts.last()) : message;
    const QString text = message.isEmpty()
        ? QStringLiteral("every endpoint of cluster \"%1\" failed: %2").arg(m_record.cluster, everyReason(m_record))
        : message;
    // A request that is at fault itself is no better for being sent again later.
    std::optional<std::chrono::seconds> hint;
    if (outcome != Outcome::CallerError)
        hint = m_context.router.retryHint(m_record.cluster, now(), m_record.model, m_named, m_tries.login);
    answer(ownError(m_call.dialect, status, text, m_record, hint), outcome, forLog);
}

/// Nothing of the upstream's is passed on but this.
void Exchange::answer(const OwnAnswer &own, Outcome outcome, const QString &error)
{
    ClientStream::Head head = own.head;
    head.hasBody = !headRequest();
    m_record.firstByteMs = elapsedMs();
    m_record.answerBytes = head.hasBody ? own.body.size() : 0;
    end(outcome, head.status, error);
    m_client.sendHead(head);
    if (head.hasBody)
        m_client.sendBody(own.body);
    m_client.finish();
    Q_EMIT ended();
}

void Exchange::answerTokenEstimate()
{
    m_record.attempts.append(closeAttempt(FailureClass::Caller, QString()));
    m_attempt.reset();
    // Of a body too large to be held the size alone is known; it is far beyond any context.
    const bool isHeld = !m_request.body || !m_request.readable().isInFile();
    const int tokens = isHeld ? estimatedTokens(m_request.bodyBeginning()) : static_cast<int>(std::min<qint64>(m_request.bodySize() / 4, 1 << 30));
    answer(ownTokenCount(tokens, m_record), Outcome::Complete, QString());
}

/// Whoever greets wants to know that somebody is there, and have a connection. Relays that lack the path are none the worse for it, and their
/// user is not to be told of a failure with each start of his client. docs/gateway-contract.md.
void Exchange::answerGreeting()
{
    if (m_attempt) {
        m_record.attempts.append(closeAttempt(m_attempt->status() > 0 ? FailureClass::Caller : FailureClass::Cancelled, m_attempt->reply().errorString()));
        m_attempt.reset();
    }
    answer(ownGreeting(m_record), Outcome::Complete, QString());
}

} // namespace qcc
