#pragma once

#include <QFile>

namespace qcc::test {

/// Resident memory of this process in bytes. Source: proc(5).
inline qint64 residentBytes()
{
    QFile file(QStringLiteral("/proc/self/statm"));
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    return file.readAll().split(' ').value(1).toLongLong() * 4096;
}

/// What a sanitizer keeps of freed memory, to find late uses of it, or notes about accesses.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr qint64 sanitizerBytes = 300'000'000;
#else
inline constexpr qint64 sanitizerBytes = 0;
#endif

} // namespace qcc::test
