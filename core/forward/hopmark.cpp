#include "core/forward/hopmark.h"

#include <QRandomGenerator>

#include <array>

namespace qcc {

QByteArray newHopMark()
{
    std::array<quint32, 4> random{};
    QRandomGenerator::system()->fillRange(random.data(), static_cast<qsizetype>(random.size()));
    return QByteArray(reinterpret_cast<const char *>(random.data()), sizeof random).toHex();
}

HeaderList withHop(HeaderList headers, const QByteArray &mark, const QString &endpoint, bool nearby)
{
    if (mark.isEmpty())
        return headers;
    if (nearby)
        headers.append(HeaderField{hopField, mark + '/' + endpoint.toLatin1()});
    else if (contains(headers, hopField))
        headers.removeIf([](const HeaderField &field) { return isNamed(field, hopField); });
    return headers;
}

std::optional<QString> cameBackFrom(const HeaderList &headers, const QByteArray &mark)
{
    if (mark.isEmpty())
        return std::nullopt;
    // HTTP/2 on the way may have joined the fields. Source: RFC 9110 §5.3.
    for (const QByteArray &hop : tokens(headers, hopField))
        if (hop.startsWith(mark + '/'))
            return QString::fromLatin1(hop.sliced(mark.size() + 1));
    return std::nullopt;
}

} // namespace qcc
