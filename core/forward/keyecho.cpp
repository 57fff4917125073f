#include "core/forward/keyecho.h"

#include <algorithm>

namespace qcc {

namespace {

/// How many of the last bytes are the beginning of `key`.
qsizetype beginsAtTheEnd(QByteArrayView bytes, QByteArrayView key)
{
    for (qsizetype length = qMin(bytes.size(), key.size() - 1); length > 0; --length) {
        if (bytes.last(length) == key.first(length))
            return length;
    }
    return 0;
}

} // namespace

QByteArray KeyEcho::pass(QByteArray bytes)
{
    if (!m_kept.isEmpty())
        bytes.prepend(rest());
    if (m_key.isEmpty() || m_passed >= reach)
        return bytes;
    // A key that begins within reach goes whole; what is beyond passes, however the body was cut.
    const qsizetype within = qMin(bytes.size(), reach - m_passed + m_key.size() - 1);
    const QByteArray beyond = bytes.sliced(within);
    bytes.truncate(within);
    bytes = without(std::move(bytes), m_key);
    const qsizetype kept = beyond.isEmpty() ? beginsAtTheEnd(bytes, m_key) : 0;
    m_kept = bytes.last(kept);
    bytes.chop(kept);
    m_passed += bytes.size() + beyond.size();
    return bytes + beyond;
}

QByteArray KeyEcho::without(QByteArray value, const QByteArray &key)
{
    if (!key.isEmpty() && value.contains(key))
        value.replace(key, QByteArray(key.size(), '*'));
    return value;
}

HeaderList withoutKey(HeaderList headers, const QByteArray &key)
{
    for (HeaderField &field : headers) {
        field.name = KeyEcho::without(field.name, key);
        field.value = KeyEcho::without(field.value, key);
    }
    return headers;
}

} // namespace qcc
