#include "tests/support/answerrun.h"

#include "core/api/dialect.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace qcc::test {

namespace {

/// One event of a stream: its name and its data.
using Event = std::pair<QByteArray, QByteArray>;

/// Source: WHATWG HTML §9.2.6. What has no blank line at its end is left out.
QList<Event> eventsOf(QByteArray text)
{
    if (text.startsWith("\xEF\xBB\xBF"))
        text.remove(0, 3);
    text.replace("\r\n", "\n").replace('\r', '\n');
    QList<Event> events;
    QByteArray name, data;
    bool hasData = false;
    qsizetype at = 0;
    for (qsizetype end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', at)) {
        const QByteArray line = text.sliced(at, end - at);
        at = end + 1;
        if (line.isEmpty()) {
            if (hasData)
                events.append({std::exchange(name, {}), std::exchange(data, {})});
            hasData = false;
            continue;
        }
        const qsizetype colon = line.indexOf(':');
        const QByteArray field = colon < 0 ? line : line.first(colon);
        QByteArray value = colon < 0 ? QByteArray() : line.sliced(colon + 1);
        if (value.startsWith(' '))
            value.remove(0, 1);
        if (field == "event")
            name = value;
        if (field == "data")
            data = std::exchange(hasData, true) ? data + '\n' + value : value;
    }
    return events;
}

QString listed(const QList<Event> &events)
{
    QStringList all;
    for (const auto &[name, data] : events)
        all.append(QString::fromUtf8(name + '|' + data));
    return all.join(u" ; "_s);
}

/// Whether an event tells an error in the protocol of a request.
bool tellsError(Dialect dialect, const Event &event)
{
    const QJsonObject data = QJsonDocument::fromJson(event.second).object();
    if (dialect == Dialect::OpenAiResponses)
        return data["type"_L1] == "response.failed"_L1 || data["type"_L1] == "error"_L1;
    if (dialect == Dialect::Anthropic)
        return event.first == "error" && data["type"_L1] == "error"_L1 && data["error"_L1]["message"_L1].isString();
    return data["error"_L1]["message"_L1].isString();
}

/// "11", or "1..60".
bool isWithin(const QByteArray &came, const QByteArray &range)
{
    const qsizetype dots = range.indexOf("..");
    bool isNumber = false;
    const int number = came.toInt(&isNumber);
    return dots >= 0 && isNumber && number >= range.first(dots).toInt() && number <= range.sliced(dots + 2).toInt();
}

/// "rate_limit", or "none".
QByteArray restWord(const EndpointState &state)
{
    return state.rest == RestReason::None ? QByteArray("none") : toWord(state.rest).toLatin1();
}

QString listed(const EndpointState &state)
{
    return u"%1, %2, rest %3 %4 s, failures %5"_s.arg(toWord(state.breaker), toWord(state.health), QString::fromLatin1(restWord(state)))
        .arg(state.reopensInS).arg(state.consecutiveFailures);
}

/// Whether a fact such as "rest quota 30 min" is one of an endpoint. `tolerance`: of the time.
bool holds(const EndpointState &state, const QList<QByteArray> &fact, std::chrono::milliseconds tolerance)
{
    const QByteArray &word = fact.first();
    const bool isRested = state.rest == RestReason::None;
    if (word == "well") // nothing is held against it
        return state.breaker == BreakerState::Closed && isRested && state.consecutiveFailures == 0;
    if (word == "counted") // a failure like any other
        return isRested && state.consecutiveFailures > 0;
    if (word == "failures")
        return state.consecutiveFailures == fact.value(1).toInt();
    if (word == "rest") {
        if (restWord(state) != fact.value(1))
            return false;
        const std::chrono::duration<double> wanted = timeOf(fact.sliced(2).join(' ')).value_or(0s);
        return fact.size() == 2 || std::abs(state.reopensInS - wanted.count()) <= std::chrono::duration<double>(tolerance).count();
    }
    return toWord(state.breaker).toLatin1() == word || toWord(state.health).toLatin1() == word;
}

} // namespace

QString AnswerRun::shown(const QByteArray &bytes)
{
    constexpr qsizetype most = 1500;
    const QString text = QString::fromUtf8(bytes.size() > most ? bytes.first(most / 2) + " [...] " + bytes.last(most / 2) : bytes);
    return u'"' + QString(text).replace(u'\r', u"\\r"_s).replace(u'\n', u"\\n"_s) + u'"';
}

void AnswerRun::differ(const QString &what)
{
    const QString where = m_checked
        ? u"line %1, %2: "_s.arg(m_checked->line).arg(QString::fromUtf8(m_checked->key))
        : QString();
    m_differences.append(where + what);
}

void AnswerRun::compare(const QByteArray &came, const QByteArray &expected)
{
    if (!expected.split('|').contains(came))
        differ(u"expected %1, came %2"_s.arg(QString::fromUtf8(expected), QString::fromUtf8(came)));
}

void AnswerRun::check(const AnswerCase::Step &step, const AnswerCase::Expectation &expectation)
{
    m_checked = &expectation;
    const QByteArray &key = expectation.key;
    const QByteArray &value = expectation.value;
    const RawResponse response = m_client->response();
    const ExchangeRecord record = m_proxy->last();
    if (key == "status")
        return compare(QByteArray::number(response.status), value);
    if (key == "outcome")
        return compare(toWord(record.outcome).toLatin1(), value);
    if (key == "model")
        return compare(record.model.toUtf8(), value);
    if (key == "ends") {
        const bool isWhole = response.complete;
        return compare(isWhole ? "whole" : clientIsDone() ? "broken" : "not at all", value);
    }
    if (key == "header")
        return checkHeader(value);
    if (key == "standing")
        return checkStanding(value);
    if (key == "requests")
        return checkCount(value, [](ScriptedUpstream &upstream) { return upstream.arrivedCount(); });
    if (key == "connections")
        return checkCount(value, [](ScriptedUpstream &upstream) { return upstream.connectionsAccepted(); });
    if (key == "client")
        return checkBody(step, value);
    if (key == "client same+")
        return checkSupplied(value);
    if (key == "attempts") {
        QList<QByteArray> came;
        for (const AttemptRecord &attempt : record.attempts)
            came.append(toWord(attempt.failure).toLatin1());
        const QList<QByteArray> expected = value.split(',');
        bool same = came.size() == expected.size();
        for (qsizetype i = 0; same && i < came.size(); ++i)
            same = expected[i].trimmed().split('|').contains(came[i]);
        if (!same)
            differ(u"expected %1, came %2"_s.arg(QString::fromUtf8(value), QString::fromUtf8(came.join(", "))));
        return;
    }
    if (key == "contains" || key == "lacks") {
        if (isCoded() && !response.header("content-encoding").isEmpty() && response.body != m_served.last().body)
            return; // cut off somewhere
        if (plainBody().contains(value) != (key == "contains"))
            differ(u"expected %1, came %2"_s.arg(shown(value), shown(plainBody())));
        return;
    }
    if (key == "says") {
        QString said = record.error;
        for (const AttemptRecord &attempt : record.attempts)
            said += u" / "_s + attempt.error + u' ' + attempt.upstreamError;
        if (!said.contains(QString::fromUtf8(value)))
            differ(u"expected %1, came %2"_s.arg(QString::fromUtf8(value), said));
        return;
    }
    if (key == "target" || key == "sent") {
        const QByteArray wanted = value.sliced(1).trimmed();
        const QList<Arrived> arrived = m_upstreams.contains(value.front()) ? m_upstreams[value.front()]->arrived() : QList<Arrived>();
        const Arrived last = arrived.isEmpty() ? Arrived() : arrived.last();
        if (key == "target")
            return compare(last.rawTarget, wanted);
        if (!last.body.contains(wanted))
            differ(u"expected %1, came %2"_s.arg(shown(wanted), shown(last.body)));
    }
}

/// What the client got, without the coding where it is one of the answers as they were sent.
QByteArray AnswerRun::plainBody() const
{
    const QByteArray body = m_client->response().body;
    const auto sent = std::find_if(m_served.rbegin(), m_served.rend(), [&body](const Served &s) { return s.body == body; });
    return sent == m_served.rend() ? body : sent->answer.body;
}

void AnswerRun::checkBody(const AnswerCase::Step &step, const QByteArray &expected)
{
    const RawResponse response = m_client->response();
    const bool isOwn = !response.header("x-qcc-request-id").isEmpty();
    if (expected == "own") {
        if (!isOwn)
            differ(u"expected an answer of qcc's own, came HTTP %1 %2"_s.arg(response.status).arg(shown(response.body)));
        return;
    }
    const QByteArray body = m_served.isEmpty() ? QByteArray() : m_served.last().body;
    if (isOwn)
        return differ(u"came an answer of qcc's own: %1"_s.arg(shown(response.body)));
    if (expected == "same") {
        if (response.body != body)
            differ(u"expected %1, came %2"_s.arg(shown(plainBody() == response.body ? m_served.last().answer.body : body), shown(response.body)));
    } else if (expected == "same-") {
        if (!body.startsWith(response.body))
            differ(u"expected a beginning of %1, came %2"_s.arg(shown(body), shown(response.body)));
    } else if (expected == "same+error") {
        checkErrorEvent(step);
    } else if (plainBody() != expected) {
        differ(u"expected %1, came %2"_s.arg(shown(expected), shown(plainBody())));
    }
}

void AnswerRun::checkSupplied(const QByteArray &supplied)
{
    const QByteArray came = m_client->response().body;
    const Served served = m_served.value(m_served.size() - 1);
    if (served.body != served.answer.body) { // compressed: nothing can be supplied
        if (came != served.body)
            differ(u"expected the compressed bytes as they were sent, %1 of them, came %2"_s.arg(served.body.size()).arg(came.size()));
        return;
    }
    const QList<Event> expected = eventsOf(served.body + "\n\n" + supplied);
    if (!came.startsWith(served.body) || eventsOf(came) != expected)
        differ(u"expected %1 and then %2, came %3"_s.arg(shown(served.body), shown(supplied), shown(came)));
}

void AnswerRun::checkErrorEvent(const AnswerCase::Step &step)
{
    const QByteArray came = m_client->response().body;
    const Served served = m_served.value(m_served.size() - 1);
    if (served.body != served.answer.body) {
        if (!served.body.startsWith(came))
            differ(u"expected the compressed bytes and nothing else"_s);
        return;
    }
    const QList<Event> sent = eventsOf(served.body);
    const QList<Event> events = eventsOf(came);
    const bool begins = events.size() > sent.size() && std::equal(sent.begin(), sent.end(), events.begin());
    if (!begins || !tellsError(dialectOf(step.method, upTo(step.target, '?')), events.last()))
        return differ(u"expected the upstream's events and one that tells an error, came %1"_s.arg(listed(events)));
    if (came.count("qcc: ") != 1)
        differ(u"expected one error in qcc's words, came %1"_s.arg(shown(came)));
}

void AnswerRun::checkHeader(const QByteArray &expected)
{
    const RawResponse response = m_client->response();
    const QList<QByteArray> words = expected.split(' ');
    if (words.first() == "no") {
        if (!response.allHeaders(words.value(1)).isEmpty())
            differ(u"%1 came: %2"_s.arg(QString::fromUtf8(words.value(1)), QString::fromUtf8(response.header(words.value(1)))));
        return;
    }
    const QByteArray came = response.allHeaders(words.first()).join(", ");
    const QByteArray wanted = words.sliced(1).join(' ');
    if (came != wanted && !isWithin(came, wanted))
        differ(u"expected %1, came %2"_s.arg(QString::fromUtf8(expected), QString::fromUtf8(came)));
}

void AnswerRun::checkCount(const QByteArray &expected, const std::function<int(ScriptedUpstream &)> &count)
{
    for (const QByteArray &part : expected.split(',')) {
        const QList<QByteArray> words = part.simplified().split(' ');
        const auto upstream = m_upstreams.find(words.first().isEmpty() ? '\0' : words.first().front());
        if (upstream == m_upstreams.end())
            return differ(u"no upstream %1"_s.arg(QString::fromUtf8(words.first())));
        if (const int came = count(*upstream->second); came != words.value(1).toInt())
            differ(u"expected %1, came %2"_s.arg(QString::fromUtf8(part)).arg(came));
    }
}

void AnswerRun::checkStanding(const QByteArray &expected)
{
    const char letter = expected.front();
    const auto upstream = m_upstreams.find(letter);
    if (upstream == m_upstreams.end())
        return differ(u"no upstream %1"_s.arg(QLatin1Char(letter)));
    const int number = static_cast<int>(std::distance(m_upstreams.begin(), upstream));
    const EndpointState state = m_proxy->states().value(TestProxy::endpointAt(m_urls[number], number).id);
    for (const QByteArray &part : expected.sliced(1).split(',')) {
        if (!holds(state, part.simplified().split(' '), 2s + m_passed))
            differ(u"expected %1 of %2, came %3"_s.arg(QString::fromUtf8(part.trimmed()), QString(QLatin1Char(letter)), listed(state)));
    }
}

} // namespace qcc::test
