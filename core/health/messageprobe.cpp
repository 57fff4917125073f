#include "core/health/endpointprobe.h"

#include "core/api/sampleanswer.h"
#include "core/base/visibletext.h"
#include "core/config/addresses.h"
#include "core/config/ownfields.h"
#include "core/exchange/fixedtimeouts.h"
#include "core/forward/credentials.h"
#include "core/forward/forwarding.h"
#include "core/routing/failure.h"

#include <algorithm>
#include <utility>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

/// An endpoint that has said so much to "hi" has said enough.
constexpr qsizetype answerLimit = 64 * 1024;
constexpr qsizetype mostWords = 200;
constexpr qsizetype mostOfName = 100;

/// Words of the endpoint without its secrets, as they may be shown.
QString shown(const QString &text, const Endpoint &endpoint, qsizetype most)
{
    return beginningOf(visibleLine(withoutSecretsOf(endpoint, text).trimmed()), most);
}

QString withWords(const QString &text, const QString &words)
{
    return words.isEmpty() ? text : text + u": "_s + words;
}

} // namespace

MessageProbe::MessageProbe(UpstreamPool &upstream, const Alarms &clock, const Endpoint &endpoint, MessageTest test, std::chrono::milliseconds timeout,
                           QObject *parent)
    : QObject(parent)
    , m_upstream(upstream)
    , m_clock(clock)
    , m_endpoint(endpoint)
    , m_test(std::move(test))
    , m_timeout(timeout)
{
    Q_ASSERT(m_test.config && !m_test.dialects.isEmpty());
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &MessageProbe::timeUp);
}

void MessageProbe::start()
{
    if (!m_endpoint.keyFault.isEmpty()) {
        QMetaObject::invokeMethod(this, [this] {
            if (!m_ended) // it may have been cancelled
                finish(verdictOnKeyFault(m_endpoint.keyFault));
        }, Qt::QueuedConnection);
        return;
    }
    if (m_endpoint.auth == AuthStyle::Passthrough) {
        QMetaObject::invokeMethod(this, [this] {
            if (!m_ended)
                finish(verdictWithoutLogin());
        }, Qt::QueuedConnection);
        return;
    }
    m_deadline.setRemainingTime(m_timeout);
    ask();
}

void MessageProbe::cancel()
{
    if (!m_ended)
        finish(verdictOn(UpstreamFault::Cancelled, m_attempt ? m_attempt->reply().phase() : Phase::Queue, {}));
}

void MessageProbe::ask()
{
    m_model = m_test.model.isEmpty() ? sampleModel(dialect()) : m_test.model;
    const SampleQuestion question = sampleQuestion(dialect(), m_model);
    m_request.head = headFor(m_endpoint, dialect(), "POST", question.target);
    m_request.head.headers.append(HeaderField{"Content-Type", "application/json"});
    m_request.body = std::make_shared<RequestBody>(m_bodies, question.body.size());
    m_request.body->append(question.body);
    m_request.body->complete();
    m_answer.clear();
    m_upstreamDone = false;
    m_timer.start(remaining());
    const ApiCall call = apiCallOf("POST", m_request.head.path());
    const AttemptContext context{m_upstream, m_request, call, m_model, m_clock, m_clock.now()};
    Attempt::Listener &listener = *this;
    m_attempt = std::make_unique<Attempt>(context, Route{.config = m_test.config, .cluster = {}, .endpoint = m_endpoint}, true, listener);
}

void MessageProbe::answered()
{
    // What a refusal means stands in its body, for which nobody waits long.
    if (isRefusal())
        m_timer.start(std::min(remaining(), FixedTimeouts{}.refusal));
}

void MessageProbe::arrived()
{
    m_attempt->pull();
    m_answer += m_attempt->takeWhole();
    if (hasSaidEnough())
        conclude();
}

void MessageProbe::finished()
{
    m_upstreamDone = true;
    if (m_attempt->reply().hasHead()) {
        m_attempt->pull();
        m_attempt->observer().finish();
        m_answer += m_attempt->takeRest();
    }
    conclude();
}

bool MessageProbe::hasSaidEnough() const
{
    if (m_answer.size() >= answerLimit)
        return true;
    const AnswerObserver &observer = m_attempt->observer();
    return !isRefusal() && (observer.opening() == Opening::Bad || observer.sawError() || observer.saidAll());
}

void MessageProbe::timeUp()
{
    if (m_attempt->reply().hasHead() && (isRefusal() || m_attempt->observer().saidAll()))
        return conclude();
    ProbeResult result = verdictOnSilence(m_attempt->reply().phase(), m_timeout);
    if (m_attempt->reply().hasHead())
        result.error = u"the answer did not end within %1 s"_s.arg(static_cast<double>(m_timeout.count()) / 1000);
    finish(std::move(result));
}

/// Enough has come to judge.
void MessageProbe::conclude()
{
    ProbeResult result = verdict();
    const bool noSuchPath = (result.status == 404 || result.status == 405)
        && (result.failure == FailureClass::Misplaced || result.failure == FailureClass::Caller);
    if (noSuchPath && m_tried + 1 < m_test.dialects.size()) {
        ++m_tried;
        return ask();
    }
    finish(std::move(result));
}

ProbeResult MessageProbe::verdict() const
{
    const UpstreamReply &reply = m_attempt->reply();
    if (!reply.hasHead())
        return verdictOn(reply.fault(), reply.phase(), reply.errorString());
    ProbeResult result;
    result.phase = reply.phase();
    result.status = m_attempt->status();
    const AnswerObserver &observer = m_attempt->observer();
    const bool untilClose = reply.framing() == AnswerGate::Framing::UntilClose;
    if (isRefusal() || observer.opening() == Opening::Bad || observer.sawError()) {
        result.failure = m_attempt->classifyAnswer();
        // A client may make something of any 3xx; it is no answer of a model.
        if (result.failure == FailureClass::None)
            result.failure = FailureClass::BadAnswer;
        result.error = refusalText(result.failure);
    } else if (observer.opening() == Opening::Undecided && !m_upstreamDone) {
        result.failure = FailureClass::BadAnswer;
        result.error = u"the answer says nothing"_s;
    } else if (!observer.saidAll() && m_upstreamDone && reply.fault() != UpstreamFault::None) {
        result.failure = m_attempt->classify(observer.sawContent());
        result.error = withWords(u"the answer broke off"_s, reply.errorString());
    } else if (!observer.saidAll() && m_upstreamDone && observer.verdict(untilClose) == AnswerObserver::Verdict::Incomplete) {
        result.failure = FailureClass::BrokenStream;
        result.error = u"the answer ended before its protocol's end"_s;
    }
    result.reachable = result.failure == FailureClass::None;
    if (result.status == 404 || result.status == 405)
        result.warning = baseUrlDoubt(m_endpoint.baseUrl);
    return result;
}

/// In qcc's own words and those of the upstream, which are masked already.
QString MessageProbe::refusalText(FailureClass failure) const
{
    const int status = m_attempt->status();
    QString own = m_attempt->ownReason(failure);
    if (own.isEmpty() && failure == FailureClass::Auth && status >= 400)
        own = u"the key was refused (HTTP %1)"_s.arg(status);
    else if (own.isEmpty() && status < 300)
        own = u"the answer ended in an error"_s;
    else if (own.isEmpty())
        own = u"HTTP %1"_s.arg(status); // where there is little room, what matters comes first
    return withWords(own, m_attempt->record(failure, {}).upstreamError);
}

MessageFound MessageProbe::found() const
{
    MessageFound found;
    found.path = QString::fromLatin1(beforeParameters(m_request.head.target));
    found.model = beginningOf(visibleLine(modelFor(m_test.config->model, m_endpoint.modelMap, m_model).trimmed()), mostOfName);
    if (!m_attempt->reply().hasHead())
        return found;
    const AnswerObserver &observer = m_attempt->observer();
    found.answeredModel = shown(observer.model(), m_endpoint, mostOfName);
    found.inputTokens = observer.usage().input;
    found.outputTokens = observer.usage().output;
    if (!isRefusal() && observer.opening() == Opening::Content && !observer.isCompressed())
        found.words = shown(wordsOf(dialect(), m_answer), m_endpoint, mostWords);
    return found;
}

void MessageProbe::finish(ProbeResult result)
{
    Q_ASSERT(!m_ended);
    m_ended = true;
    m_timer.stop();
    result.message.emplace();
    if (m_attempt) {
        const AttemptRecord record = m_attempt->record(result.failure, {});
        result.times = {record.dnsMs, record.connectMs, record.tlsMs};
        result.firstByteMs = record.firstByteMs;
        result.totalMs = record.totalMs;
        result.message = found();
        m_attempt.reset();
    }
    Q_EMIT ended(result);
}

} // namespace qcc
