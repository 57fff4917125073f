#include "core/control/linebuffer.h"

#include <QJsonDocument>

namespace qcc {

QByteArray toLine(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n';
}

std::optional<QByteArray> LineBuffer::takeLine()
{
    const qsizetype end = m_bytes.indexOf('\n', m_searched);
    if (end < 0) {
        m_searched = m_bytes.size();
        return std::nullopt;
    }
    QByteArray line = m_bytes.first(end);
    m_bytes.remove(0, end + 1);
    m_searched = 0;
    return line;
}

} // namespace qcc
