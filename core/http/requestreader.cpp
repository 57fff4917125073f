#include "core/http/requestreader.h"

#include <algorithm>

namespace qcc {

namespace {

/// Of the header of an SDK's request.
constexpr qsizetype usualFields = 20;

std::optional<qint64> decimal(QByteArrayView text)
{
    if (text.isEmpty() || text.size() > 18)
        return std::nullopt;
    qint64 value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9')
            return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return value;
}

bool isFieldValueChar(char c)
{
    const auto u = static_cast<unsigned char>(c);
    return c == '\t' || (u >= 0x20 && u != 0x7f);
}

} // namespace

QByteArray RequestHead::path() const
{
    const auto end = std::find_if(target.begin(), target.end(), [](char c) { return c == '?' || c == '#'; });
    return target.first(end - target.begin());
}

QByteArray RequestHead::query() const
{
    const qsizetype at = target.indexOf('?');
    return at < 0 ? QByteArray() : target.sliced(at + 1);
}

bool RequestHead::wantsClose() const
{
    if (hasToken(headers, "connection", "close"))
        return true;
    return minorVersion == 0 && !hasToken(headers, "connection", "keep-alive");
}

qsizetype RequestReader::feed(QByteArrayView bytes)
{
    qsizetype used = 0;
    while (used < bytes.size() && (m_state == State::Head || m_state == State::Body)) {
        const QByteArrayView rest = bytes.sliced(used);
        used += m_state == State::Head ? feedHead(rest) : feedBody(rest);
    }
    return used;
}

QByteArray RequestReader::adopt(QByteArray bytes)
{
    while (!bytes.isEmpty() && (m_state == State::Head || m_state == State::Body)) {
        // With more behind it, it would be kept, too.
        if (m_state == State::Body && !m_chunks && bytes.size() <= m_bodyLeft) {
            const QByteArray all = std::exchange(bytes, QByteArray());
            m_bodyLeft -= all.size();
            bodyCame(all, m_request.body->adopt(all), m_bodyLeft == 0);
        } else {
            bytes.remove(0, m_state == State::Head ? feedHead(bytes) : feedBody(bytes));
        }
    }
    return bytes;
}

bool RequestReader::takeExpectContinue()
{
    return m_state == State::Body && std::exchange(m_expectContinue, false);
}

Request RequestReader::take()
{
    Q_ASSERT(m_state == State::Complete);
    return reset();
}

Request RequestReader::takeBegun()
{
    Q_ASSERT(mayBegin());
    m_begun = true;
    return m_request;
}

Request RequestReader::reset()
{
    m_state = State::Head;
    m_chunks.reset();
    m_decoder.reset();
    m_expectContinue = false;
    m_begun = false;
    return std::exchange(m_request, Request{});
}

void RequestReader::refuse(int status, QByteArray message)
{
    m_refusal = {status, std::move(message)};
    m_state = State::Refused;
    m_head.clear();
    m_request.plain.reset();
    m_request.body.reset();
}

qsizetype RequestReader::feedHead(QByteArrayView bytes)
{
    qsizetype skipped = 0;
    // Empty lines before a request are tolerated. Source: RFC 9112 §2.2.
    while (m_head.isEmpty() && skipped < bytes.size() && (bytes[skipped] == '\r' || bytes[skipped] == '\n'))
        ++skipped;
    const QByteArrayView fresh = bytes.sliced(skipped);
    if (fresh.isEmpty())
        return skipped;

    // One that comes at once is read where it lies: what follows it is a body, and may be long.
    const qsizetype before = m_head.size();
    const QByteArrayView taken = fresh.first(qMin(m_limits.headBytes - before, fresh.size()));
    if (before > 0)
        m_head.append(taken);
    const QByteArrayView head = before > 0 ? QByteArrayView(m_head) : taken;

    for (;;) {
        const qsizetype lf = head.indexOf('\n', m_scanned);
        if (lf < 0)
            break;
        m_scanned = lf + 1;
        if (lf == 0 || head[lf - 1] != '\r') {
            refuse(400, "a line of the header does not end with CR LF");
            return bytes.size();
        }
        if (lf >= 3 && head[lf - 2] == '\n') {
            m_scanned = 0;
            parseHead(head.first(lf - 1));
            m_head.clear();
            return skipped + lf + 1 - before;
        }
    }
    if (head.size() >= m_limits.headBytes) {
        refuse(431, "the header is larger than " + QByteArray::number(m_limits.headBytes / 1024) + " KiB");
        return bytes.size();
    }
    m_scanned = head.size();
    if (before == 0)
        m_head = taken.toByteArray();
    return skipped + taken.size();
}

/// `head` ends with the CR LF of the last line.
void RequestReader::parseHead(QByteArrayView head)
{
    m_request.head.headers.reserve(usualFields);
    QByteArrayView rest = head;
    bool first = true;
    int fields = 0;
    while (!rest.isEmpty()) {
        const qsizetype end = rest.indexOf('\n');
        const QByteArrayView line = rest.first(end - 1);
        rest = rest.sliced(end + 1);
        if (first) {
            if (!parseRequestLine(line))
                return;
            first = false;
            continue;
        }
        if (++fields > m_limits.fields)
            return refuse(431, "the header has more than " + QByteArray::number(m_limits.fields) + " fields");
        if (!parseField(line))
            return;
    }
    parseFraming();
}

bool RequestReader::parseRequestLine(QByteArrayView line)
{
    const qsizetype first = line.indexOf(' ');
    const qsizetype last = line.lastIndexOf(' ');
    if (first <= 0 || last <= first)
        return refuse(400, "the request line is malformed"), false;
    const QByteArrayView method = line.first(first);
    const QByteArrayView version = line.sliced(last + 1);
    if (!isToken(method))
        return refuse(400, "the method is malformed"), false;
    if (version.size() != 8 || !version.startsWith("HTTP/") || version[6] != '.' || version[5] < '0' || version[5] > '9'
        || version[7] < '0' || version[7] > '9')
        return refuse(400, "the HTTP version is malformed"), false;
    if (version[5] != '1')
        return refuse(505, "only HTTP/1.0 and HTTP/1.1 are spoken here"), false;
    m_request.head.method = method.toByteArray();
    m_request.head.minorVersion = version[7] == '0' ? 0 : 1;
    return parseTarget(line.sliced(first + 1, last - first - 1));
}

bool RequestReader::parseTarget(QByteArrayView target)
{
    const bool clean = !target.isEmpty() && std::all_of(target.begin(), target.end(), [](char c) {
        const auto u = static_cast<unsigned char>(c);
        return u > 0x20 && u != 0x7f;
    });
    if (!clean)
        return refuse(400, "the request target is malformed"), false;
    if (m_request.head.method == "CONNECT")
        return refuse(405, "this is not a forward proxy: CONNECT is not served"), false;
    if (target.front() == '/' || (target == "*" && m_request.head.method == "OPTIONS")) {
        m_request.head.target = target.toByteArray();
        return true;
    }
    // Absolute form: its authority is ours, its path is what is asked for. Source: RFC 9112 §3.2.2.
    const qsizetype scheme = target.indexOf("://");
    if (scheme <= 0 || !isToken(target.first(scheme)))
        return refuse(400, "the request target is neither a path nor a URL"), false;
    const QByteArrayView rest = target.sliced(scheme + 3);
    const qsizetype slash = rest.indexOf('/');
    const qsizetype query = rest.indexOf('?');
    const auto end = std::find_if(rest.begin(), rest.end(), [](char c) { return c == '/' || c == '?' || c == '#'; });
    m_request.head.authority = QByteArray(rest.data(), end - rest.begin());
    if (m_request.head.authority.isEmpty())
        return refuse(400, "the request target names no host"), false;
    if (query >= 0 && (slash < 0 || query < slash))
        m_request.head.target = '/' + rest.sliced(query).toByteArray();
    else
        m_request.head.target = slash < 0 ? QByteArray("/") : rest.sliced(slash).toByteArray();
    return true;
}

bool RequestReader::parseField(QByteArrayView line)
{
    const qsizetype colon = line.indexOf(':');
    // A blank at either end of the name covers folded lines and "Name :" too.
    if (colon <= 0 || !isToken(line.first(colon)))
        return refuse(400, "a header field is malformed"), false;
    const QByteArrayView value = line.sliced(colon + 1);
    if (!std::all_of(value.begin(), value.end(), isFieldValueChar))
        return refuse(400, "a header field holds a control character"), false;
    m_request.head.headers.append({line.first(colon).toByteArray(), value.trimmed().toByteArray()});
    return true;
}

void RequestReader::parseFraming()
{
    const RequestHead &head = m_request.head;
    int lengths = 0;
    int encodings = 0;
    int hosts = 0;
    qint64 length = 0;
    for (const HeaderField &field : head.headers) {
        if (isNamed(field, "content-length")) {
            const std::optional<qint64> value = decimal(field.value);
            if (!value || ++lengths > 1)
                return refuse(400, "Content-Length is malformed or repeated");
            length = *value;
        } else if (isNamed(field, "transfer-encoding")) {
            if (++encodings > 1 || field.value.compare("chunked", Qt::CaseInsensitive) != 0)
                return refuse(field.value.toLower().contains("chunked") ? 400 : 501,
                              "only the transfer encoding \"chunked\" is understood");
        } else if (isNamed(field, "host")) {
            ++hosts;
        }
    }
    if (lengths && encodings)
        return refuse(400, "a request has either Content-Length or Transfer-Encoding, not both");
    if (encodings && head.minorVersion == 0)
        return refuse(400, "HTTP/1.0 has no Transfer-Encoding");
    // Source: RFC 9112 §3.2.
    if (hosts > 1 || (hosts == 0 && head.minorVersion == 1))
        return refuse(400, hosts ? "Host is repeated" : "Host is missing");
    if (length > m_limits.bodyBytes)
        return refuse(413, "the body is larger than " + QByteArray::number(m_limits.bodyBytes / (1024 * 1024)) + " MiB");

    if (m_admission) {
        if (std::optional<Refusal> refusal = m_admission(head))
            return refuse(refusal->status, std::move(refusal->message));
    }

    const QByteArray expect = firstValue(head.headers, "expect");
    if (!expect.isEmpty() && expect.compare("100-continue", Qt::CaseInsensitive) != 0)
        return refuse(417, "the only expectation understood is 100-continue");

    if (!encodings && length == 0) {
        m_state = State::Complete;
        return;
    }
    m_request.body = std::make_shared<RequestBody>(m_bodies, encodings ? std::nullopt : std::optional(length));
    if (!m_request.body->reserve())
        return refuseForWantOfRoom();
    if (const QList<QByteArray> codings = tokens(head.headers, "content-encoding"); codings.size() == 1)
        m_decoder = decoderFor(codings.first());
    if (m_decoder)
        m_request.plain = std::make_shared<RequestBody>(m_bodies, std::nullopt);
    m_expectContinue = !expect.isEmpty() && head.minorVersion == 1;
    m_state = State::Body;
    if (encodings)
        m_chunks.emplace();
    else
        m_bodyLeft = length;
}

/// `kept`: there was room for `bytes`. `isAll`: nothing follows them.
void RequestReader::bodyCame(QByteArrayView bytes, bool kept, bool isAll)
{
    if (!kept)
        return refuseForWantOfRoom();
    undoCoding(bytes);
    if (isAll)
        bodyEnded();
}

/// So that qcc knows what the request is about. What cannot be undone, or held, goes its way unread.
void RequestReader::undoCoding(QByteArrayView bytes)
{
    if (!m_decoder || !m_request.plain)
        return;
    const BodyDecoder::State state = m_decoder->feed(bytes, [this](QByteArrayView plain) {
        return m_request.plain->size() + plain.size() <= m_limits.bodyBytes && m_request.plain->append(plain);
    });
    if (state == BodyDecoder::State::Broken)
        m_request.plain.reset();
}

void RequestReader::refuseForWantOfRoom()
{
    m_lacksRoom = true;
    refuse(503, QByteArray(m_request.body->problem()));
}

void RequestReader::bodyEnded()
{
    m_request.body->complete();
    if (m_request.plain && m_decoder->state() == BodyDecoder::State::Ended)
        m_request.plain->complete();
    else
        m_request.plain.reset();
    if (m_begun)
        reset();
    else
        m_state = State::Complete;
}

qsizetype RequestReader::feedBody(QByteArrayView bytes)
{
    if (!m_chunks) {
        const auto take = static_cast<qsizetype>(qMin<qint64>(m_bodyLeft, bytes.size()));
        m_bodyLeft -= take;
        bodyCame(bytes.first(take), m_request.body->append(bytes.first(take)), m_bodyLeft == 0);
        return take;
    }
    QByteArray data;
    data.reserve(bytes.size());
    const qsizetype used = m_chunks->feed(bytes, data);
    // The limit first: it was passed before a fault that came after it, however many bytes arrived at once.
    if (m_request.body->size() + data.size() > m_limits.bodyBytes)
        refuse(413, "the body is larger than " + QByteArray::number(m_limits.bodyBytes / (1024 * 1024)) + " MiB");
    else if (m_chunks->isBad())
        refuse(400, "the chunked body is malformed");
    else
        bodyCame(data, m_request.body->adopt(data), m_chunks->isDone());
    return used;
}

} // namespace qcc
