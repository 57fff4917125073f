#include "core/http/answergate.h"

#include "core/http/websocket.h"

#include <algorithm>
#include <utility>

namespace qcc {

namespace {

/// Each is progress, so that without a limit an upstream could keep a request waiting for ever.
constexpr int maxInterims = 100;

/// One length from all Content-Length fields; identical repetitions are one. Source: RFC 9110 §8.6.
/// Outer nullopt: contradictory or malformed, an empty one included.
std::optional<std::optional<qint64>> soleLength(const HeaderList &headers)
{
    std::optional<qint64> length;
    for (const HeaderField &field : headers) {
        if (!isNamed(field, "content-length"))
            continue;
        for (const QByteArray &part : field.value.split(',')) {
            const QByteArrayView member = withoutBlanks(part);
            const bool isNumber = std::all_of(member.begin(), member.end(), [](char c) { return c >= '0' && c <= '9'; });
            if (member.isEmpty() || member.size() > 18 || !isNumber)
                return std::nullopt;
            const qint64 value = member.toLongLong();
            if (length && *length != value)
                return std::nullopt;
            length = value;
        }
    }
    return length;
}

qsizetype sizeOf(QByteArrayView name, QByteArrayView value)
{
    return name.size() + value.size() + 32;
}

/// What would start another line for the client's parser, or end its text. Source: RFC 9110 §5.5.
bool endsALine(char c)
{
    return c == '\r' || c == '\n' || c == '\0';
}

} // namespace

void AnswerGate::fail(QByteArray why)
{
    m_error = std::move(why);
    m_state = State::Bad;
}

void AnswerGate::beginHead(int status, QByteArray reason, int minorVersion)
{
    m_coming = {status, std::move(reason), minorVersion, {}};
    m_headBytes = 0;
    m_fields = 0;
}

bool AnswerGate::addField(QByteArrayView name, QByteArrayView value)
{
    m_headBytes += sizeOf(name, value);
    if (++m_fields > maxFields)
        return fail("the answer's header has more than " + QByteArray::number(maxFields) + " fields"), false;
    if (m_headBytes > maxHeadBytes)
        return fail("the answer's header is larger than " + QByteArray::number(maxHeadBytes / 1024) + " KiB"), false;
    if (!isToken(name))
        return fail("the answer's header is malformed"), false;
    if (std::any_of(value.begin(), value.end(), endsALine))
        return fail("a header field of the answer holds a control character"), false;
    m_coming.headers.append({name.toByteArray(), value.toByteArray()});
    return true;
}

bool AnswerGate::continueField(QByteArrayView value)
{
    if (m_coming.headers.isEmpty())
        return fail("the answer's header is malformed"), false;
    if (std::any_of(value.begin(), value.end(), endsALine))
        return fail("a header field of the answer holds a control character"), false;
    m_coming.headers.last().value += ' ' + value.toByteArray();
    return true;
}

bool AnswerGate::addTrailer(QByteArrayView name, QByteArrayView value)
{
    m_trailerBytes += sizeOf(name, value);
    if (m_trailerBytes > maxTrailerBytes)
        return fail("what follows the answer's body is larger than " + QByteArray::number(maxTrailerBytes / 1024) + " KiB"), false;
    if (!isToken(name) || std::any_of(value.begin(), value.end(), endsALine))
        return fail("a field behind the answer's body is malformed"), false;
    return true;
}

void AnswerGate::endHead(Ending ending)
{
    const int status = m_coming.status;
    const HeaderList &headers = m_coming.headers;
    if (status == 101 && !m_mayUpgrade)
        return fail("the upstream switched protocols although nobody asked");
    if (status == 101) {
        // A 1xx has no length, whatever it says. Source: RFC 9112 §6.3.
        if (m_coming.minorVersion == 0 || !switchesToWebSocket(headers))
            return fail("the upstream switched to another protocol than WebSocket");
        m_head = std::exchange(m_coming, {});
        m_headDone = true;
        m_framing = Framing::UntilClose;
        m_state = State::Body;
        return;
    }
    if (status < 200) {
        // It has no body, so that whoever reads one from it reads another answer next. Source: RFC 9110 §8.6, RFC 9112 §6.1.
        if (contains(headers, "content-length") || contains(headers, "transfer-encoding"))
            return fail("an interim answer announces a body");
        if (++m_interims > maxInterims)
            return fail("the upstream sent more than " + QByteArray::number(maxInterims) + " interim answers and no real one");
        m_interimBytes += m_headBytes;
        if (m_interimBytes > maxHeadBytes)
            return fail("the upstream's interim answers are larger than " + QByteArray::number(maxHeadBytes / 1024) + " KiB");
        m_interim = std::exchange(m_coming, {});
        return;
    }
    const auto length = soleLength(headers);
    if (!length)
        return fail("the answer's Content-Length is malformed");
    m_contentLength = *length;
    m_head = std::exchange(m_coming, {});
    m_headDone = true;
    m_state = State::Body;
    // The order of the rules is that of RFC 9112 §6.3.
    if (m_headRequest || status == 204 || status == 304) {
        m_framing = Framing::None;
        m_state = State::Done;
    } else if (ending == Ending::Chunks) {
        m_framing = Framing::Delimited;
        m_contentLength.reset();
    } else if (m_contentLength) {
        m_framing = Framing::Length;
        m_left = *m_contentLength;
        if (m_left == 0)
            m_state = State::Done;
    } else {
        m_framing = ending == Ending::Stream ? Framing::Delimited : Framing::UntilClose;
    }
}

qsizetype AnswerGate::addBody(QByteArrayView bytes, QByteArray &body)
{
    if (m_state != State::Body)
        return 0;
    if (m_framing != Framing::Length) {
        body.append(bytes);
        return bytes.size();
    }
    const auto take = static_cast<qsizetype>(qMin<qint64>(m_left, bytes.size()));
    body.append(bytes.first(take));
    m_left -= take;
    if (m_left == 0)
        m_state = State::Done;
    return take;
}

bool AnswerGate::end()
{
    if (m_state == State::Body && m_framing == Framing::Length)
        fail("the answer ended after " + QByteArray::number(*m_contentLength - m_left) + " of " + QByteArray::number(*m_contentLength) + " bytes");
    else if (m_state == State::Head)
        fail("the upstream ended its answer before the header was complete");
    else if (m_state == State::Body)
        m_state = State::Done;
    return m_state == State::Done;
}

} // namespace qcc
