#include "core/log/oneline.h"

#include <algorithm>

namespace qcc {

namespace {

bool breaksLine(QChar c)
{
    switch (c.category()) {
    case QChar::Other_Control:
    case QChar::Separator_Line:
    case QChar::Separator_Paragraph:
        return true;
    default:
        return false;
    }
}

QString escaped(QChar c)
{
    if (c == u'\n')
        return QStringLiteral("\\n");
    if (c == u'\r')
        return QStringLiteral("\\r");
    if (c == u'\t')
        return QStringLiteral("\\t");
    return QStringLiteral("\\u%1").arg(c.unicode(), 4, 16, QLatin1Char('0'));
}

} // namespace

QString toOneLine(const QString &message)
{
    if (std::ranges::none_of(message, breaksLine))
        return message;
    QString line;
    line.reserve(message.size() + 16);
    for (const QChar c : message) {
        if (breaksLine(c))
            line += escaped(c);
        else
            line += c;
    }
    return line;
}

} // namespace qcc
