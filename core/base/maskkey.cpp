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

QString withoutKey(QString text, const QByteArray &key)
{
    if (key.isEmpty())
        return text;
    const QString stars = QStringLiteral("***");
    // Before the key itself, which may be a part of it. Hexadecimal digits come in both cases.
    text.replace(QString::fromLatin1(key.toPercentEncoding()), stars, Qt::CaseInsensitive);
    // Without padding, which not everybody writes.
    for (const auto alphabet : {QByteArray::Base64Encoding, QByteArray::Base64UrlEncoding})
        text.replace(QString::fromLatin1(key.toBase64(alphabet | QByteArray::OmitTrailingEquals)), stars);
    return text.replace(QString::fromUtf8(key), stars);
}

} // namespace qcc
