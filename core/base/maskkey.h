#pragma once

#include <QByteArray>
#include <QString>

namespace qcc {

/// A key as it may be shown: "sk-…cdef". Keys too short to leave most of them hidden become "…"; no key stays empty.
QString maskKey(const QByteArray &key);

} // namespace qcc
