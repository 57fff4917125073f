#include "core/http/ssereader.h"

#include <cstring>
#include <utility>

namespace qcc {

namespace {

constexpr QByteArrayView byteOrderMark("\xef\xbb\xbf");

/// Where `c` stands in `text`, or its size.
qsizetype placeOf(char c, QByteArrayView text)
{
    const void *found = text.isEmpty() ? nullptr : std::memchr(text.data(), c, static_cast<std::size_t>(text.size()));
    return found ? static_cast<const char *>(found) - text.data() : text.size();
}

/// The value of a field, one blank behind the colon left out.
QByteArrayView valueOf(QByteArrayView line, qsizetype colon)
{
    QByteArrayView value = line.sliced(colon + 1);
    return value.startsWith(' ') ? value.sliced(1) : value;
}

} // namespace

qsizetype SseReader::feed(QByteArrayView bytes, Sink &sink)
{
    qsizetype boundary = 0;
    qsizetype lf = -1; // where the next LF stands; what lies before `at` is stale
    for (qsizetype at = m_begun ? 0 : passMark(bytes); at < bytes.size() && !m_stopped;) {
        const bool secondOfCrLf = std::exchange(m_afterCr, false) && bytes[at] == '\n';
        if (!secondOfCrLf) {
            if (lf < at)
                lf = at + placeOf('\n', bytes.sliced(at));
            const QByteArrayView part = bytes.sliced(at, placeOf('\r', bytes.sliced(at, lf - at)));
            at += part.size();
            if (at == bytes.size()) {
                linePart(part, sink);
                break;
            }
            m_afterCr = at < lf;
            if (!lineEnded(part, sink))
                m_stopped = true;
        }
        ++at;
        if (m_stopped && m_afterCr && at < bytes.size() && bytes[at] == '\n')
            ++at;
        if (!insideEvent())
            boundary = at;
    }
    keepView();
    return boundary;
}

/// Returns how many of the bytes are the byte order mark's.
qsizetype SseReader::passMark(QByteArrayView bytes)
{
    qsizetype at = 0;
    while (!m_begun && at < bytes.size()) {
        if (bytes[at] == byteOrderMark[m_mark]) {
            ++at;
            m_begun = ++m_mark == byteOrderMark.size();
        } else {
            m_line.append(byteOrderMark.first(m_mark));
            m_begun = true;
        }
    }
    return at;
}

/// The beginning of a line, or more of it.
void SseReader::linePart(QByteArrayView part, Sink &sink)
{
    if (part.isEmpty() || m_inComment || m_skipsLine)
        return;
    if (m_inDataLine)
        return appendData(part, sink);
    m_line.append(part);
    if (m_line.startsWith(':')) {
        m_inComment = true;
        m_line.clear();
    } else if (m_line.size() > longestName && m_line.startsWith("data:")) {
        const QByteArray line = std::exchange(m_line, QByteArray());
        beginDataLine(sink);
        appendData(valueOf(line, 4), sink);
        m_inDataLine = true;
    } else if (m_line.size() > longestName + 8) {
        m_skipsLine = true;
        m_line.clear();
    }
}

/// Returns false where the sink wants no more.
bool SseReader::lineEnded(QByteArrayView rest, Sink &sink)
{
    // Where the line began in these bytes, nothing of it need be copied.
    const bool whole = m_line.isEmpty() && !m_inDataLine && !m_inComment && !m_skipsLine;
    if (!whole) {
        linePart(rest, sink);
        return endLine(sink);
    }
    if (rest.isEmpty())
        return tell(sink);
    field(rest, sink);
    return true;
}

bool SseReader::endLine(Sink &sink)
{
    const QByteArray line = std::exchange(m_line, QByteArray());
    const bool counted = !std::exchange(m_inComment, false);
    if (std::exchange(m_skipsLine, false) || std::exchange(m_inDataLine, false))
        m_hasField = m_hasField || counted;
    else if (!line.isEmpty())
        field(line, sink);
    keepView();
    return true;
}

void SseReader::field(QByteArrayView line, Sink &sink)
{
    const qsizetype colon = line.startsWith("data:") ? 4 : placeOf(':', line);
    if (colon == 0)
        return; // a comment
    m_hasField = true;
    const QByteArrayView name = line.first(colon);
    const QByteArrayView value = colon == line.size() ? QByteArrayView() : valueOf(line, colon);
    if (name == QByteArrayView("data")) {
        if (!m_hasData && value.size() <= m_kept) {
            m_hasData = true;
            m_view = value;
            return;
        }
        beginDataLine(sink);
        appendData(value, sink);
    } else if (name == QByteArrayView("event")) {
        m_nameView = value.first(qMin(value.size(), longestName));
        if (m_nameView.isEmpty())
            m_name.clear();
    }
}

void SseReader::beginDataLine(Sink &sink)
{
    m_hasField = true;
    keepView();
    if (std::exchange(m_hasData, true))
        appendData("\n", sink);
}

void SseReader::appendData(QByteArrayView part, Sink &sink)
{
    if (part.isEmpty())
        return;
    if (!m_isLong && m_data.size() + part.size() <= m_kept) {
        m_data.append(part);
        return;
    }
    if (!std::exchange(m_isLong, true) && !m_data.isEmpty())
        sink.longData(std::exchange(m_data, QByteArray()));
    sink.longData(part);
}

/// What lies in bytes that will be gone is copied.
void SseReader::keepView()
{
    if (!m_nameView.isEmpty())
        m_name = std::exchange(m_nameView, QByteArrayView()).toByteArray();
    if (!m_view.isEmpty())
        m_data = std::exchange(m_view, QByteArrayView()).toByteArray();
}

/// A blank line: the event is whole.
bool SseReader::tell(Sink &sink)
{
    if (!std::exchange(m_hasField, false))
        return true;
    const bool goesOn = sink.event({m_nameView.isEmpty() ? QByteArrayView(m_name) : m_nameView, m_view.isEmpty() ? QByteArrayView(m_data) : m_view, m_isLong});
    m_view = m_nameView = {};
    m_data.clear();
    m_name.clear();
    m_hasData = m_isLong = false;
    return goesOn;
}

QByteArray SseReader::missingBreaks() const
{
    if (!insideEvent())
        return {};
    return insideLine() || m_inComment ? QByteArray("\n\n") : QByteArray("\n");
}

void SseReader::finish(Sink &sink)
{
    if (!m_stopped && (m_inComment || insideLine()))
        endLine(sink);
    if (!m_stopped)
        tell(sink);
}

} // namespace qcc
