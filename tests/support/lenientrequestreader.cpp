#include "tests/support/lenientrequestreader.h"

#include <algorithm>
#include <utility>

namespace qcc {

namespace {

constexpr qsizetype headLimitBytes = qsizetype(512) * 1024;
constexpr qsizetype lineLimitBytes = qsizetype(16) * 1024;

QByteArray withoutCr(QByteArray line)
{
    if (line.endsWith('\r'))
        line.chop(1);
    return line;
}

} // namespace

QByteArray firstHeader(const RawHeaders &headers, QByteArrayView name)
{
    for (const auto &[key, value] : headers) {
        if (key.compare(name, Qt::CaseInsensitive) == 0)
            return value;
    }
    return {};
}

QByteArray upTo(const QByteArray &bytes, char end)
{
    const qsizetype at = bytes.indexOf(end);
    return at < 0 ? bytes : bytes.first(at);
}

bool RawRequestHead::wantsClose() const
{
    const QByteArray connection = header("connection").toLower();
    return version == "HTTP/1.0" ? !connection.contains("keep-alive") : connection.contains("close");
}

LenientRequestReader::State LenientRequestReader::advance()
{
    switch (m_state) {
    case State::Head:
        readHead();
        break;
    case State::Body:
        if (m_chunked)
            readChunkedBody();
        else
            readPlainBody();
        break;
    case State::Complete:
    case State::Broken:
        break;
    }
    return m_state;
}

QByteArray LenientRequestReader::takeBody()
{
    return std::exchange(m_body, {});
}

void LenientRequestReader::next()
{
    Q_ASSERT(m_state == State::Complete);
    m_state = State::Head;
    m_head = {};
    m_body.clear();
}

void LenientRequestReader::readHead()
{
    qsizetype start = 0;
    while (start < m_buffer.size() && (m_buffer[start] == '\r' || m_buffer[start] == '\n'))
        ++start; // RFC 9112 §2.2: an empty line before a request is skipped.
    m_buffer.remove(0, start);

    const qsizetype strict = m_buffer.indexOf("\r\n\r\n");
    const qsizetype loose = m_buffer.indexOf("\n\n");
    const bool useLoose = loose >= 0 && (strict < 0 || loose < strict);
    const qsizetype end = useLoose ? loose : strict;
    if (end < 0) {
        if (m_buffer.size() > headLimitBytes)
            m_state = State::Broken;
        return;
    }
    const QByteArray block = m_buffer.first(end);
    m_buffer.remove(0, end + (useLoose ? 2 : 4));
    m_state = parseHead(block) && parseFraming() ? State::Body : State::Broken;
}

bool LenientRequestReader::parseHead(const QByteArray &block)
{
    const QList<QByteArray> lines = block.split('\n');
    const QList<QByteArray> words = withoutCr(lines.first()).split(' ');
    if (words.size() != 3 || words[0].isEmpty() || words[1].isEmpty() || !words[2].startsWith("HTTP/1."))
        return false;
    m_head = {words[0], words[1], words[2], {}};
    for (const QByteArray &raw : lines.sliced(1)) {
        const QByteArray line = withoutCr(raw);
        const qsizetype colon = line.indexOf(':');
        if (colon <= 0)
            return false;
        m_head.headers.append({line.first(colon), line.sliced(colon + 1).trimmed()});
    }
    return true;
}

bool LenientRequestReader::parseFraming()
{
    m_chunked = m_head.header("transfer-encoding").toLower().contains("chunked");
    m_chunk = Chunk::Size;
    m_left = 0;
    const QByteArray length = m_head.header("content-length");
    if (m_chunked || length.isEmpty())
        return true;
    bool ok = false;
    m_left = length.toLongLong(&ok);
    return ok && m_left >= 0;
}

void LenientRequestReader::readPlainBody()
{
    const qsizetype take = qsizetype(std::min<qint64>(m_left, m_buffer.size()));
    m_body += QByteArrayView(m_buffer).first(take);
    m_buffer.remove(0, take);
    m_left -= take;
    if (m_left == 0)
        m_state = State::Complete;
}

void LenientRequestReader::readChunkedBody()
{
    QByteArray line;
    for (;;) {
        switch (m_chunk) {
        case Chunk::Size: {
            if (!takeLine(&line))
                return;
            bool ok = false;
            m_left = upTo(line, ';').trimmed().toLongLong(&ok, 16);
            if (!ok || m_left < 0) {
                m_state = State::Broken;
                return;
            }
            m_chunk = m_left == 0 ? Chunk::Trailers : Chunk::Data;
            break;
        }
        case Chunk::Data: {
            const qsizetype take = qsizetype(std::min<qint64>(m_left, m_buffer.size()));
            m_body += QByteArrayView(m_buffer).first(take);
            m_buffer.remove(0, take);
            m_left -= take;
            if (m_left > 0)
                return;
            m_chunk = Chunk::DataEnd;
            break;
        }
        case Chunk::DataEnd:
            if (!takeLine(&line))
                return;
            if (!line.isEmpty()) {
                m_state = State::Broken;
                return;
            }
            m_chunk = Chunk::Size;
            break;
        case Chunk::Trailers:
            if (!takeLine(&line))
                return;
            if (line.isEmpty()) {
                m_state = State::Complete;
                return;
            }
            break;
        }
    }
}

bool LenientRequestReader::takeLine(QByteArray *line)
{
    const qsizetype end = m_buffer.indexOf('\n');
    if (end < 0) {
        if (m_buffer.size() > lineLimitBytes)
            m_state = State::Broken;
        return false;
    }
    *line = withoutCr(m_buffer.first(end));
    m_buffer.remove(0, end + 1);
    return true;
}

} // namespace qcc
