#include "tests/support/responsereader.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace qcc::test {

namespace {

constexpr qsizetype keptBodyBytes = qsizetype(16) * 1024 * 1024;

bool isDigits(const QByteArray &text)
{
    return !text.isEmpty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool parseField(const QByteArray &line, RawHeaders *headers)
{
    const qsizetype colon = line.indexOf(':');
    if (colon <= 0 || line[colon - 1] == ' ' || line.startsWith(' ') || line.startsWith('\t'))
        return false;
    headers->append({line.first(colon), line.sliced(colon + 1).trimmed()});
    return true;
}

} // namespace

QList<QByteArray> RawResponse::allHeaders(QByteArrayView name) const
{
    QList<QByteArray> values;
    for (const auto &[key, value] : headers) {
        if (key.compare(name, Qt::CaseInsensitive) == 0)
            values.append(value);
    }
    return values;
}

double RawResponse::whenBodyHeld(qint64 bytes) const
{
    qint64 held = 0;
    for (const Piece &piece : pieces) {
        held += piece.bytes;
        if (held >= bytes)
            return piece.atMs;
    }
    return -1;
}

void ResponseReader::feed(const QByteArray &bytes, double nowMs)
{
    m_buffer += bytes;
    m_nowMs = nowMs;
    while (step()) {
    }
}

void ResponseReader::end(double nowMs, bool reset)
{
    m_nowMs = nowMs;
    if (m_state == State::Dead)
        return;
    if (m_state == State::UntilClose && !reset)
        complete();
    else if (m_responses.size() > m_finished)
        fail(u"the connection ended in the middle of the answer"_s);
    m_state = State::Dead;
}

bool ResponseReader::step()
{
    if (m_state == State::Dead || m_buffer.isEmpty())
        return false;
    if (m_responses.size() == m_finished)
        m_responses.append(RawResponse());
    switch (m_state) {
    case State::Head:
        return readHead();
    case State::Length:
    case State::ChunkData:
    case State::UntilClose:
        return takeBody();
    case State::ChunkSize:
        return readChunkSize();
    case State::ChunkEnd: {
        QByteArray line;
        if (!takeLine(&line))
            return false;
        m_state = State::ChunkSize;
        return line.isEmpty() || fail(u"a chunk is longer than it said"_s);
    }
    case State::Trailers:
        return readTrailer();
    case State::Dead:
        break;
    }
    return false;
}

bool ResponseReader::readHead()
{
    const QByteArray expected("HTTP/1.");
    if (!m_buffer.startsWith(expected.first(std::min(m_buffer.size(), expected.size()))))
        return fail(u"not an HTTP answer"_s);
    const qsizetype strict = m_buffer.indexOf("\r\n\r\n");
    const qsizetype bare = m_buffer.indexOf("\n\n");
    if (strict < 0 && bare < 0)
        return false;
    if (bare >= 0 && (strict < 0 || bare < strict))
        return fail(u"a head with bare line feeds"_s);
    const QByteArray block = m_buffer.first(strict);
    m_buffer.remove(0, strict + 4);

    RawResponse head;
    if (!parseHead(block, &head))
        return fail(u"a malformed head"_s);
    RawResponse &response = current();
    if (head.status >= 100 && head.status < 200 && head.status != 101) {
        response.interim.append({head.status, head.headers});
        return true;
    }
    response.version = head.version;
    response.status = head.status;
    response.reason = head.reason;
    response.headers = head.headers;
    response.rawHead = block + "\r\n\r\n";
    response.headComplete = true;
    response.headAtMs = m_nowMs;
    m_hash.reset();
    chooseFraming();
    return true;
}

bool ResponseReader::parseHead(const QByteArray &block, RawResponse *response) const
{
    QList<QByteArray> lines = block.split('\n');
    for (qsizetype i = 0; i + 1 < lines.size(); ++i) {
        if (!lines[i].endsWith('\r'))
            return false;
        lines[i].chop(1);
    }
    const QByteArray first = lines.takeFirst();
    const qsizetype space = first.indexOf(' ');
    if (space < 0 || first.size() < space + 4 || !isDigits(first.mid(space + 1, 3)))
        return false;
    response->version = first.first(space);
    response->status = first.mid(space + 1, 3).toInt();
    response->reason = first.mid(space + 5);
    return std::all_of(lines.begin(), lines.end(),
                       [response](const QByteArray &line) { return parseField(line, &response->headers); });
}

/// Source: RFC 9112 §6.3.
void ResponseReader::chooseFraming()
{
    const RawResponse &response = current();
    const QByteArray method = m_methods.isEmpty() ? QByteArray("GET") : m_methods.takeFirst();
    const QList<QByteArray> lengths = response.allHeaders("content-length");
    const QByteArray coding = response.header("transfer-encoding");
    if (method == "HEAD" || response.status == 204 || response.status == 304) {
        complete();
    } else if (response.status != 101 && !coding.isEmpty()) {
        m_state = State::ChunkSize;
        if (coding.toLower() != "chunked" || !lengths.isEmpty())
            fail(u"the framing of the answer is not sound"_s);
    } else if (response.status != 101 && !lengths.isEmpty()) {
        m_state = State::Length;
        bool ok = false;
        m_left = lengths.first().toLongLong(&ok);
        if (lengths.size() > 1 || !isDigits(lengths.first()) || !ok)
            fail(u"the length of the answer is not sound"_s);
        else if (m_left == 0)
            complete();
    } else {
        m_state = State::UntilClose;
    }
}

bool ResponseReader::takeBody()
{
    const bool limited = m_state != State::UntilClose;
    const qsizetype take = limited ? qsizetype(std::min<qint64>(m_left, m_buffer.size())) : m_buffer.size();
    const QByteArrayView bytes = QByteArrayView(m_buffer).first(take);
    RawResponse &response = current();
    response.body += bytes.first(std::min(bytes.size(), keptBodyBytes - response.body.size()));
    response.bodyBytes += take;
    // What comes in one go is one piece, however many chunks it is made of.
    if (!response.pieces.isEmpty() && response.pieces.last().atMs == m_nowMs)
        response.pieces.last().bytes += take;
    else
        response.pieces.append({m_nowMs, take});
    m_hash.addData(bytes);
    m_buffer.remove(0, take);
    if (!limited)
        return false;
    m_left -= take;
    if (m_left > 0)
        return false;
    if (m_state == State::ChunkData)
        m_state = State::ChunkEnd;
    else
        complete();
    return true;
}

bool ResponseReader::readChunkSize()
{
    QByteArray line;
    if (!takeLine(&line))
        return false;
    bool ok = false;
    const QByteArray size = upTo(line, ';').trimmed();
    m_left = size.toLongLong(&ok, 16);
    if (!ok || m_left < 0 || size.startsWith("0x") || size.startsWith('+'))
        return fail(u"a bad chunk size"_s);
    m_state = m_left == 0 ? State::Trailers : State::ChunkData;
    return true;
}

bool ResponseReader::readTrailer()
{
    QByteArray line;
    if (!takeLine(&line))
        return false;
    if (line.isEmpty()) {
        complete();
        return true;
    }
    return parseField(line, &current().trailers) || fail(u"a malformed trailer"_s);
}

bool ResponseReader::takeLine(QByteArray *line)
{
    const qsizetype end = m_buffer.indexOf("\r\n");
    if (end < 0)
        return false;
    *line = m_buffer.first(end);
    m_buffer.remove(0, end + 2);
    return true;
}

void ResponseReader::complete()
{
    RawResponse &response = current();
    response.complete = true;
    response.endedAtMs = m_nowMs;
    response.bodySha256 = m_hash.toHex();
    ++m_finished;
    m_state = State::Head;
}

bool ResponseReader::fail(const QString &problem)
{
    RawResponse &response = current();
    response.broken = true;
    response.problem = problem;
    response.endedAtMs = m_nowMs;
    ++m_finished;
    m_state = State::Dead;
    return false;
}

} // namespace qcc::test
