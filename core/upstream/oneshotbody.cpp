#include "core/upstream/oneshotbody.h"

namespace qcc {

OneShotBody::OneShotBody(QIODevice *source, qint64 size, QObject *parent)
    : QIODevice(parent)
    , m_source(source)
    , m_size(source ? size : 0)
{
    open(ReadOnly | Unbuffered);
}

bool OneShotBody::seek(qint64 position)
{
    return position == m_read;
}

qint64 OneShotBody::readData(char *data, qint64 max)
{
    const qint64 got = atEnd() || !m_source ? -1 : m_source->read(data, qMin(max, bytesAvailable()));
    m_read += qMax<qint64>(got, 0);
    return got;
}

} // namespace qcc
