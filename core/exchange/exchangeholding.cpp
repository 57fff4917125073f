#include "core/exchange/exchange.h"

#include "core/http/jsonreader.h"
#include "core/routing/failure.h"

// An exchange from an answer's head to the commit: whether the answer is worth passing on, or another attempt had better be made.

namespace qcc {

void Exchange::answered()
{
    Q_ASSERT(m_state == State::Attempting);
    const int status = m_attempt->status();
    if (m_attempt->reply().hasSwitched())
        return openTunnel();
    if (m_call.purpose == Purpose::CountTokens && status >= 300 && !m_attempt->refusesLogin())
        return answerTokenEstimate();
    if (m_call.purpose == Purpose::Greeting && status >= 300)
        return answerGreeting();
    const UpstreamReply &reply = m_attempt->reply();
    const bool hasBody = reply.framing() != AnswerGate::Framing::None;
    bool worthHolding = false;
    if (status >= 300) {
        // What a refusal means stands in its body; what one of a file or a list means matters to nobody.
        const FailureClass failure = m_attempt->classify(false);
        worthHolding = (!m_call.isAuxiliary() || failure == FailureClass::Misplaced) && (hasBody || canRepair(failure));
    } else if (m_call.generates()) {
        // A length is not announced of what may turn out to be a stream.
        worthHolding = hasBody && ((m_attempt->observer().mayBeEvents() && reply.contentLength()) || canRepair(FailureClass::Transient));
    } else {
        worthHolding = hasBody && m_call.purpose == Purpose::CountTokens;
    }
    if (!worthHolding) {
        commit();
        // With what came along with the head, where that is all.
        QMetaObject::invokeMethod(this, [this] { m_client.flush(); }, Qt::QueuedConnection);
        return;
    }
    enter(State::Holding);
    m_heldLong.start(status >= 300 ? m_context.fixedTimeouts.refusal : m_context.fixedTimeouts.holdBack);
    if (!hasBody)
        heldLongEnough();
}

void Exchange::judge()
{
    const bool tooMuch = m_attempt->held() >= m_context.fixedTimeouts.holdBackBytes;
    if (m_attempt->status() >= 300 || m_call.purpose == Purpose::CountTokens) {
        if (tooMuch || m_upstreamDone)
            heldLongEnough();
        return;
    }
    AnswerObserver &observer = m_attempt->observer();
    switch (observer.opening()) {
    case Opening::Bad:
        badOpening();
        break;
    case Opening::Content:
        commit();
        forward();
        break;
    case Opening::Undecided:
        if (tooMuch || (observer.form() != AnswerObserver::Form::Undecided && !canRepair(FailureClass::Transient))) {
            commit();
            forward();
        }
        break;
    }
}

void Exchange::badOpening()
{
    const FailureClass failure = m_attempt->classifyAnswer();
    if (canRepair(failure))
        return failed(failure, m_attempt->ownReason(failure));
    // Nobody can do better, or it is the request's own fault: the client sees it as it is, and whole. What breaks is never that.
    if (failure == FailureClass::Caller || !m_attempt->observer().isEventStream())
        m_attempt->passOn();
    commit();
    forward();
}

void Exchange::heldLongEnough()
{
    if (m_call.purpose == Purpose::CountTokens && m_attempt->status() < 300)
        return judgeTokenCount();
    const FailureClass failure = m_attempt->classify(false);
    if (canRepair(failure))
        return failed(failure, m_attempt->ownReason(failure));
    if (m_attempt->status() >= 300)
        settle(failure);
    commit();
    forward();
}

/// A page, or something else that counts nothing, is a refusal too.
void Exchange::judgeTokenCount()
{
    if (!findMember(m_attempt->observer().beginning(), "input_tokens") && m_attempt->observer().isReadable())
        return answerTokenEstimate();
    commit();
    forward();
}

bool Exchange::canRepair(FailureClass failure) const
{
    if (!remedyFor(failure).otherEndpoint)
        return false;
    if (!fallbackModel(m_attempt->route().endpoint.id, failure).isEmpty())
        return true;
    if (m_context.router.maySayAnotherKey(m_attempt->route(), failure, m_call.isAuxiliary(), now()))
        return m_context.router.couldTry(m_tries, tryOf(failure), now());
    const auto pause = pauseAfter(failure, m_attempt->retryAfter(), std::chrono::milliseconds(0));
    return m_context.router.couldTry(m_tries, {m_attempt->route().endpoint.id, failure, pause ? now() : Tries::Time::max()}, now());
}

} // namespace qcc
