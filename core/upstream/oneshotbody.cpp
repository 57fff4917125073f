#include "core/upstream/oneshotbody.h"

#include <cstring>

namespace qcc {

OneShotBody::OneShotBody(QByteArray bytes, QObject *parent)
    : QIODevice(parent)
    , m_bytes(std::move(bytes))
{
    open(ReadOnly | Unbuffered);
}

bool OneShotBody::seek(qint64 position)
{
    return position == m_read;
}

qint64 OneShotBody::readData(char *data, qint64 max)
{
    const qint64 take = qMin(max, bytesAvailable());
    if (take <= 0)
        return -1;
    std::memcpy(data, m_bytes.constData() + m_read, static_cast<size_t>(take));
    m_read += take;
    return take;
}

} // namespace qcc
