#include "core/http/answerreader.h"

#include "core/base/visibletext.h"
#include "core/http/headers.h"

#include <algorithm>

namespace qcc {

namespace {

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

qsizetype AnswerReader::feed(QByteArrayView bytes, QByteArray &body)
{
    qsizetype used = 0;
    while (used < bytes.size() && !m_gate.hasInterim()) {
        const QByteArrayView rest = bytes.sliced(used);
        if (state() == State::Head) {
            used += feedHead(rest);
        } else if (state() == State::Body && framing() == Framing::Delimited) {
            used += m_chunks.feed(rest, body);
            if (m_chunks.isBad())
                m_gate.fail("the answer's chunked body is malformed");
            else if (m_chunks.isDone() && parseTrailers(m_chunks.trailers()))
                m_gate.end();
        } else if (state() == State::Body) {
            used += m_gate.addBody(rest, body);
        } else {
            break;
        }
    }
    return used;
}

bool AnswerReader::finish()
{
    if (state() == State::Body && framing() == Framing::UntilClose)
        m_gate.end();
    else if (state() == State::Head)
        m_gate.fail(untouched() ? QByteArray("the connection was closed before an answer")
                                : QByteArray("the connection was closed inside the answer's header"));
    else if (state() == State::Body)
        m_gate.fail("the connection was closed before the end of the answer");
    return state() == State::Done;
}

qsizetype AnswerReader::feedHead(QByteArrayView bytes)
{
    m_touched = true;
    const qsizetype before = m_buffer.size();
    m_buffer.append(bytes.first(qMin(bytes.size(), AnswerGate::maxHeadBytes + 1 - before)));

    // What does not begin like HTTP never gets better, and is told apart at once.
    static constexpr QByteArrayView magic = "HTTP/1.";
    const qsizetype comparable = qMin(m_buffer.size(), magic.size());
    if (QByteArrayView(m_buffer).first(comparable) != magic.first(comparable)) {
        m_gate.fail("the upstream did not answer with HTTP/1.x");
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
    if (m_buffer.size() > AnswerGate::maxHeadBytes)
        m_gate.fail("the answer's header is larger than " + QByteArray::number(AnswerGate::maxHeadBytes / 1024) + " KiB");
    return m_buffer.size() - before;
}

void AnswerReader::parseHead(QByteArrayView text)
{
    const qsizetype lineEnd = text.indexOf('\n');
    QByteArrayView statusLine = text.first(lineEnd);
    if (statusLine.endsWith('\r'))
        statusLine.chop(1);
    if (parseStatusLine(withoutBlanks(statusLine)) && parseFields(text.sliced(lineEnd + 1)))
        endHead();
}

bool AnswerReader::parseStatusLine(QByteArrayView line)
{
    // "HTTP/1.x NNN[ reason]"
    const auto digit = [&line](qsizetype i) { return line[i] >= '0' && line[i] <= '9'; };
    if (line.size() < 12 || !digit(7) || line[8] != ' ' || !digit(9) || !digit(10) || !digit(11)
        || (line.size() > 12 && line[12] != ' '))
        return m_gate.fail("the answer's status line is malformed"), false;
    const int status = (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');
    if (status < 100)
        return m_gate.fail("the answer's status line is malformed"), false;
    m_gate.beginHead(status, line.size() > 13 ? cleanReason(status, line.sliced(13)) : QByteArray(), line[7] == '0' ? 0 : 1);
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
        if (line.front() == ' ' || line.front() == '\t') {
            if (!m_gate.continueField(withoutBlanks(line)))
                return false;
            continue;
        }
        const qsizetype colon = line.indexOf(':');
        if (colon <= 0)
            return m_gate.fail("the answer's header is malformed"), false;
        if (!m_gate.addField(withoutBlanks(line.first(colon)), withoutBlanks(line.sliced(colon + 1))))
            return false;
    }
    return true;
}

bool AnswerReader::parseTrailers(QByteArrayView text)
{
    while (!text.isEmpty()) {
        const qsizetype end = text.indexOf('\n');
        const QByteArrayView line = text.first(end - 1);
        text = text.sliced(end + 1);
        const qsizetype colon = line.indexOf(':');
        if (colon <= 0)
            return m_gate.fail("a field behind the answer's body is malformed"), false;
        if (!m_gate.addTrailer(withoutBlanks(line.first(colon)), withoutBlanks(line.sliced(colon + 1))))
            return false;
    }
    return true;
}

void AnswerReader::endHead()
{
    const bool hasCoding = contains(m_gate.fields(), "transfer-encoding");
    m_gate.endHead(hasCoding ? AnswerGate::Ending::Chunks : AnswerGate::Ending::Close);
    if (!headComplete())
        return;
    const HeaderList &headers = head().headers;
    m_keepAlive = head().minorVersion >= 1 ? !hasToken(headers, "connection", "close") : hasToken(headers, "connection", "keep-alive");
    if (framing() != Framing::Delimited)
        return;
    const QList<QByteArray> encodings = tokens(headers, "transfer-encoding");
    if (encodings.isEmpty() || std::any_of(encodings.begin(), encodings.end(), [](const QByteArray &e) { return e != "chunked"; }))
        return m_gate.fail("the answer has a transfer encoding that nobody asked for");
    if (contains(headers, "content-length") || head().minorVersion == 0 || encodings.size() > 1)
        m_keepAlive = false; // two readers could disagree on this connection: use it no further
}

} // namespace qcc
