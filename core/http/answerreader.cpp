#include "core/http/answerreader.h"

#include "core/base/visibletext.h"
#include "core/http/reasonphrase.h"

#include <algorithm>

namespace qcc {

namespace {

constexpr qsizetype maxHeadBytes = 512 * 1024;
constexpr int maxFields = 2000;
/// Each is progress, so that without a limit an upstream could keep a request waiting for ever.
constexpr int maxInterims = 100;

QByteArrayView trimmed(QByteArrayView view)
{
    while (!view.isEmpty() && (view.front() == ' ' || view.front() == '\t'))
        view = view.sliced(1);
    while (!view.isEmpty() && (view.back() == ' ' || view.back() == '\t' || view.back() == '\r'))
        view.chop(1);
    return view;
}

/// One length from all Content-Length fields; identical repetitions are one. Source: RFC 9110 §8.6.
/// Outer nullopt: contradictory or malformed, an empty one included.
std::optional<std::optional<qint64>> soleLength(const HeaderList &headers)
{
    std::optional<qint64> length;
    for (const HeaderField &field : headers) {
        if (!isNamed(field, "content-length"))
            continue;
        for (const QByteArray &part : field.value.split(',')) {
            const QByteArrayView member = trimmed(part);
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

/// Whether it can be shown as it is: text, in which nothing steers a terminal.
bool isToBeSeen(QByteArrayView phrase)
{
    const auto isPlain = [](char c) { return (c >= 0x20 && c < 0x7f) || c == '\t'; };
    if (std::all_of(phrase.begin(), phrase.end(), isPlain))
        return true;
    const QList<uint> text = QString::fromUtf8(phrase).toUcs4();
    return std::none_of(text.begin(), text.end(), [](uint c) { return c == QChar::ReplacementCharacter || (c != '\t' && isSteering(c)); });
}

/// The phrase as it came, unless a reader further on could take it for something else. Source: RFC 9112 §4.
QByteArray cleanReason(int status, QByteArrayView phrase)
{
    return isToBeSeen(phrase) ? phrase.toByteArray() : reasonPhrase(status);
}

} // namespace

void AnswerReader::fail(QByteArray why)
{
    m_error = std::move(why);
    m_state = State::Bad;
}

qsizetype AnswerReader::feed(QByteArrayView bytes, QByteArray &body)
{
    qsizetype used = 0;
    while (used < bytes.size() && !m_interim) {
        const QByteArrayView rest = bytes.sliced(used);
        if (m_state == State::Head) {
            used += feedHead(rest);
        } else if (m_state == State::Body) {
            switch (m_framing) {
            case Framing::None:
                m_state = State::Done;
                break;
            case Framing::Length: {
                const auto take = static_cast<qsizetype>(qMin<qint64>(m_left, rest.size()));
                body.append(rest.first(take));
                m_left -= take;
                used += take;
                if (m_left == 0)
                    m_state = State::Done;
                break;
            }
            case Framing::Chunked:
                used += m_chunks.feed(rest, body);
                if (m_chunks.isBad())
                    fail("the answer's chunked body is malformed");
                else if (m_chunks.isDone())
                    m_state = State::Done;
                break;
            case Framing::UntilClose:
                body.append(rest);
                used += rest.size();
                break;
            }
        } else {
            break;
        }
    }
    return used;
}

bool AnswerReader::finish()
{
    if (m_state == State::Body && m_framing == Framing::UntilClose)
        m_state = State::Done;
    else if (m_state == State::Head)
        fail(untouched() ? QByteArray("the connection was closed before an answer")
                         : QByteArray("the connection was closed inside the answer's header"));
    else if (m_state == State::Body)
        fail("the connection was closed before the end of the answer");
    return m_state == State::Done;
}

qsizetype AnswerReader::feedHead(QByteArrayView bytes)
{
    m_touched = true;
    const qsizetype before = m_buffer.size();
    m_buffer.append(bytes.first(qMin(bytes.size(), maxHeadBytes + 1 - before)));

    // What does not begin like HTTP never gets better, and is told apart at once.
    static constexpr QByteArrayView magic = "HTTP/1.";
    const qsizetype comparable = qMin(m_buffer.size(), magic.size());
    if (QByteArrayView(m_buffer).first(comparable) != magic.first(comparable)) {
        fail("the upstream did not answer with HTTP/1.x");
        return bytes.size();
    }
    for (;;) {
        const qsizetype lf = m_buffer.indexOf('\n', m_scanned);
        if (lf < 0) {
            m_scanned = m_buffer.size();
            break;
        }
        m_scanned = lf + 1;
        const bool blankLine = (lf >= 1 && m_buffer[lf - 1] == '\n')
            || (lf >= 2 && m_buffer[lf - 1] == '\r' && m_buffer[lf - 2] == '\n');
        if (!blankLine)
            continue;
        const qsizetype used = lf + 1 - before;
        const QByteArray text = std::exchange(m_buffer, QByteArray()).first(lf + 1);
        m_scanned = 0;
        parseHead(text);
        return used;
    }
    if (m_buffer.size() > maxHeadBytes)
        fail("the answer's header is larger than " + QByteArray::number(maxHeadBytes / 1024) + " KiB");
    return m_buffer.size() - before;
}

void AnswerReader::parseHead(QByteArrayView text)
{
    m_head = {};
    const qsizetype lineEnd = text.indexOf('\n');
    if (!parseStatusLine(trimmed(text.first(lineEnd))) || !parseFields(text.sliced(lineEnd + 1)))
        return;
    if (m_head.status == 101)
        return fail("the upstream switched protocols although nobody asked");
    if (m_head.status < 200) {
        // It has no body, so that whoever reads one from it reads another answer next. Source: RFC 9110 §8.6, RFC 9112 §6.1.
        if (contains(m_head.headers, "content-length") || contains(m_head.headers, "transfer-encoding"))
            return fail("an interim answer announces a body");
        if (++m_interims > maxInterims)
            return fail("the upstream sent more than " + QByteArray::number(maxInterims) + " interim answers and no real one");
        m_interim = std::exchange(m_head, {});
        return;
    }
    decideFraming();
    m_headDone = m_state != State::Bad;
}

bool AnswerReader::parseStatusLine(QByteArrayView line)
{
    // "HTTP/1.x NNN[ reason]"
    const auto digit = [&line](qsizetype i) { return line[i] >= '0' && line[i] <= '9'; };
    if (line.size() < 12 || !digit(7) || line[8] != ' ' || !digit(9) || !digit(10) || !digit(11)
        || (line.size() > 12 && line[12] != ' '))
        return fail("the answer's status line is malformed"), false;
    m_head.minorVersion = line[7] == '0' ? 0 : 1;
    m_head.status = (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');
    if (m_head.status < 100)
        return fail("the answer's status line is malformed"), false;
    m_head.reason = line.size() > 13 ? cleanReason(m_head.status, line.sliced(13)) : QByteArray();
    return true;
}

bool AnswerReader::parseFields(QByteArrayView text)
{
    while (!text.isEmpty()) {
        const qsizetype end = text.indexOf('\n');
        QByteArrayView line = text.first(end);
        text = text.sliced(end + 1);
        if (line.endsWith('\r'))
            line.chop(1);
        if (line.isEmpty())
            continue; // the blank line at the end
        // A CR or NUL inside a value would start another line for the client's parser.
        if (line.contains('\r') || line.contains('\0'))
            return fail("a header field of the answer holds a control character"), false;
        if (line.front() == ' ' || line.front() == '\t') {
            if (m_head.headers.isEmpty())
                return fail("the answer's header is malformed"), false;
            // Folded lines become one. Source: RFC 9112 §5.2.
            m_head.headers.last().value += ' ' + trimmed(line).toByteArray();
            continue;
        }
        const qsizetype colon = line.indexOf(':');
        const QByteArrayView name = colon > 0 ? trimmed(line.first(colon)) : QByteArrayView();
        if (!isToken(name))
            return fail("the answer's header is malformed"), false;
        if (m_head.headers.size() >= maxFields)
            return fail("the answer's header has more than " + QByteArray::number(maxFields) + " fields"), false;
        m_head.headers.append({name.toByteArray(), trimmed(line.sliced(colon + 1)).toByteArray()});
    }
    return true;
}

void AnswerReader::decideFraming()
{
    const HeaderList &headers = m_head.headers;
    const auto length = soleLength(headers);
    if (!length)
        return fail("the answer's Content-Length is malformed");
    m_contentLength = *length;
    m_keepAlive = m_head.minorVersion >= 1 ? !hasToken(headers, "connection", "close")
                                           : hasToken(headers, "connection", "keep-alive");
    m_state = State::Body;
    // The order of the rules is that of RFC 9112 §6.3.
    if (m_headRequest || m_head.status == 204 || m_head.status == 304) {
        m_framing = Framing::None;
        m_state = State::Done;
        return;
    }
    if (contains(headers, "transfer-encoding")) {
        const QList<QByteArray> encodings = tokens(headers, "transfer-encoding");
        if (encodings.isEmpty() || std::any_of(encodings.begin(), encodings.end(), [](const QByteArray &e) { return e != "chunked"; }))
            return fail("the answer has a transfer encoding that nobody asked for");
        m_framing = Framing::Chunked;
        if (m_contentLength || m_head.minorVersion == 0 || encodings.size() > 1)
            m_keepAlive = false; // two readers could disagree on this connection: use it no further
        m_contentLength.reset();
        return;
    }
    if (m_contentLength) {
        m_framing = Framing::Length;
        m_left = *m_contentLength;
        if (m_left == 0)
            m_state = State::Done;
        return;
    }
    m_framing = Framing::UntilClose;
}

} // namespace qcc
