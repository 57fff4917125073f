#include "tests/support/arrived.h"

namespace qcc::test {

QByteArray Arrived::query(QByteArrayView name) const
{
    const qsizetype mark = rawTarget.indexOf('?');
    if (mark < 0)
        return {};
    for (const QByteArray &pair : rawTarget.mid(mark + 1).split('&')) {
        const qsizetype equals = pair.indexOf('=');
        if (equals >= 0 && QByteArrayView(pair).first(equals) == name)
            return QByteArray::fromPercentEncoding(pair.mid(equals + 1));
    }
    return {};
}

QByteArray Arrived::wish(const QByteArray &name) const
{
    const QByteArray fromHeader = header("x-" + name);
    return fromHeader.isEmpty() ? query(name) : fromHeader;
}

} // namespace qcc::test
