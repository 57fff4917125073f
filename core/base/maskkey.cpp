#include "core/base/maskkey.h"

namespace qcc {

QString maskKey(const QByteArray &key)
{
    constexpr qsizetype shownFirst = 3;
    constexpr qsizetype shownLast = 4;
    constexpr qsizetype shortestShown = 16;
    if (key.isEmpty())
        return {};
    const QString dots = QStringLiteral("…");
    if (key.size() < shortestShown)
        return dots;
    return QString::fromLatin1(key.first(shownFirst)) + dots + QString::fromLatin1(key.last(shownLast));
}

} // namespace qcc
