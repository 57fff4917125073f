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
        } else if (field == QByteArrayView("data") && m_event.data.size() < keptData) {
            if (!m_event.data.isEmpty())
                m_event.data.append('\n');
            m_event.data.append(value.first(qMin(value.size(), keptData - m_event.data.size())));
        }
    }
    m_line.clear();
}

} // namespace qcc
