#include "core/http/http2answer.h"

#include "core/http/headers.h"

#include <algorithm>
#include <array>
#include <utility>

namespace qcc {

namespace {

/// Fields that belong to a connection of HTTP/1.1: an answer that has one is malformed. Source: RFC 9113 §8.2.2.
bool isOfConnection(QByteArrayView name)
{
    static constexpr std::array<QByteArrayView, 5> names{"connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade"};
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// Names are lower-case here. Source: RFC 9113 §8.2.
bool hasUpperCase(QByteArrayView name)
{
    return std::any_of(name.begin(), name.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool isStatus(QByteArrayView value)
{
    return value.size() == 3 && value[0] >= '1' && std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
}

} // namespace

bool Http2Answer::addField(QByteArrayView name, QByteArrayView value)
{
    m_touched = true;
    if (m_gate.state() == AnswerGate::State::Bad)
        return false;
    if (m_gate.headComplete()) {
        if (!name.startsWith(':') && !hasUpperCase(name))
            return m_gate.addTrailer(name, withoutBlanks(value));
        return m_gate.fail("a field behind the answer's body is malformed"), false;
    }
    if (!std::exchange(m_inHead, true)) {
        if (name != ":status" || !isStatus(value))
            return m_gate.fail("the answer's status is malformed"), false;
        // It has none of its own, and clients of HTTP/1.1 are used to one.
        m_gate.beginHead(value.toInt(), reasonPhrase(value.toInt()), 1);
        return true;
    }
    if (hasUpperCase(name) || isOfConnection(name))
        return m_gate.fail("the answer's header is malformed"), false;
    return m_gate.addField(name, withoutBlanks(value));
}

void Http2Answer::headEnded(bool isLast)
{
    m_touched = true;
    if (m_gate.state() == AnswerGate::State::Bad)
        return;
    if (m_gate.headComplete()) {
        if (!isLast)
            m_gate.fail("the answer has a second header");
        return;
    }
    if (!std::exchange(m_inHead, false))
        return m_gate.fail("the answer's status is malformed");
    m_gate.endHead(AnswerGate::Ending::Stream);
    if (std::optional<AnswerHead> interim = m_gate.takeInterim())
        m_interims.push_back(std::move(*interim));
}

qsizetype Http2Answer::addBody(QByteArrayView bytes, QByteArray &body)
{
    m_touched = true;
    if (m_gate.state() == AnswerGate::State::Head)
        m_gate.fail("the answer has a body before its header");
    return m_gate.addBody(bytes, body);
}

void Http2Answer::end()
{
    if (m_gate.state() == AnswerGate::State::Head || m_gate.state() == AnswerGate::State::Body)
        m_brokeOff = !m_gate.end();
}

std::optional<AnswerHead> Http2Answer::takeInterim()
{
    if (m_interims.empty())
        return std::nullopt;
    AnswerHead first = std::move(m_interims.front());
    m_interims.pop_front();
    return first;
}

} // namespace qcc
