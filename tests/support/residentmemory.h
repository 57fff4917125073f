#pragma once

#include <QFile>

namespace qcc::test {

/// A figure of /proc/self/statm in bytes. Source: proc(5).
inline qint64 statm(qsizetype index)
{
    QFile file(QStringLiteral("/proc/self/statm"));
    return file.open(QIODevice::ReadOnly) ? file.readAll().split(' ').value(index).toLongLong() * 4096 : 0;
}

/// What this process can address, in bytes.
inline qint64 addressSpaceBytes()
{
    return statm(0);
}

/// What of this process lies in memory, in bytes.
inline qint64 residentBytes()
{
    return statm(1);
}

/// Lets peakBytes() begin anew. Source: proc(5), clear_refs.
inline void forgetPeak()
{
    QFile file(QStringLiteral("/proc/self/clear_refs"));
    if (file.open(QIODevice::WriteOnly))
        file.write("5");
}

/// The most resident memory that this process has had, in bytes.
inline qint64 peakBytes()
{
    QFile file(QStringLiteral("/proc/self/status"));
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    const QByteArray status = file.readAll();
    const qsizetype at = status.indexOf("VmHWM:");
    return at < 0 ? 0 : status.mid(at + 6).trimmed().split(' ').first().toLongLong() * 1024;
}

/// What a sanitizer keeps of freed memory, to find late uses of it, or notes about accesses.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr qint64 sanitizerBytes = 400'000'000;
#else
inline constexpr qint64 sanitizerBytes = 0;
#endif

} // namespace qcc::test
