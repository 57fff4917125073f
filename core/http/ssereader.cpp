#include "core/http/ssereader.h"

namespace qcc {

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
            appendData(value);
        }
    }
    m_line.clear();
    m_lineEnd.clear();
}

void SseReader::appendData(QByteArrayView value)
{
    if (!m_event.data.isEmpty() && m_event.data.size() < keptData)
        m_event.data.append('\n');
    const qsizetype fits = qMin(value.size(), keptData - m_event.data.size());
    m_event.data.append(value.first(fits));
    if (fits == value.size() && m_lineEnd.isEmpty())
        return;
    if (m_event.end.isEmpty())
        m_event.end = m_event.data;
    else
        m_event.end.append('\n');
    m_event.end.append(value.sliced(fits));
    m_event.end.append(m_lineEnd);
    if (m_event.end.size() > keptData)
        m_event.end = m_event.end.last(keptData);
}

} // namespace qcc
