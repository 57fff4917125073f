#include "core/http/ssereader.h"

namespace qcc {

void SseReader::appendToLine(QByteArrayView part)
{
    constexpr qsizetype longestField = 8; // "event", "data", a colon, a space and some
    const qsizetype fits = qMin(part.size(), m_kept + longestField - m_line.size());
    m_line.append(part.first(fits));
    part = part.sliced(fits);
    m_lineEnd.append(part.last(qMin(part.size(), m_kept)));
    if (m_lineEnd.size() > 2 * m_kept)
        m_lineEnd = m_lineEnd.last(m_kept);
}

void SseReader::endLine()
{
    const qsizetype colon = m_line.indexOf(':');
    if (colon != 0) { // else a comment
        QByteArrayView field = colon < 0 ? QByteArrayView(m_line) : QByteArrayView(m_line).first(colon);
        QByteArrayView value = colon < 0 ? QByteArrayView() : QByteArrayView(m_line).sliced(colon + 1);
        if (value.startsWith(' '))
            value = value.sliced(1);
        m_hasField = true;
        if (field == QByteArrayView("event")) {
            m_event.name = value.toByteArray();
        } else if (field == QByteArrayView("data")) {
            if (!m_event.data.isEmpty())
                appendData("\n");
            appendData(value);
            appendData(m_lineEnd);
        }
    }
    m_line.clear();
    m_lineEnd.clear();
}

SseEvent SseReader::unfinished() const
{
    SseReader ended = *this;
    if (!ended.m_line.isEmpty())
        ended.endLine();
    return ended.m_event;
}

void SseReader::appendData(QByteArrayView part)
{
    const qsizetype fits = qMin(part.size(), m_kept - m_event.data.size());
    m_event.data.append(part.first(fits));
    if (fits == part.size())
        return;
    if (m_event.end.isEmpty())
        m_event.end = m_event.data;
    m_event.end.append(part.sliced(fits));
    if (m_event.end.size() > m_kept)
        m_event.end = m_event.end.last(m_kept);
}

} // namespace qcc
