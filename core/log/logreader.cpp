#include "core/log/logreader.h"

#include "core/base/files.h"

#include <QBuffer>
#include <QFile>
#include <QJsonArray>

#include <algorithm>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 beginningBytes = 256; // Holds the time of the first line, which no two files share.
constexpr qsizetype mostLines = 10'000;

/// Hands out the lines of a file from the last to the first.
class BackwardLines
{
public:
    BackwardLines(QIODevice &log, qint64 blockBytes) : m_log(log), m_blockBytes(blockBytes), m_before(log.size()) { }

    std::optional<QByteArray> next()
    {
        qsizetype from = m_pending.size();
        while (true) {
            const qsizetype end = from > 0 ? m_pending.lastIndexOf('\n', from - 1) : -1;
            if (end >= 0) {
                QByteArray line = m_pending.mid(end + 1);
                m_pending.truncate(end);
                return line;
            }
            const qsizetype added = readBlock();
            if (added == 0)
                break;
            from = added; // What was there before holds no line's end.
        }
        if (m_pending.isNull())
            return std::nullopt;
        return std::exchange(m_pending, QByteArray());
    }

private:
    qsizetype readBlock()
    {
        const qint64 size = std::min(m_before, m_blockBytes);
        if (size == 0 || !m_log.seek(m_before - size))
            return 0;
        const QByteArray block = m_log.read(size);
        m_before -= size;
        m_pending.prepend(block);
        return block.size();
    }

    QIODevice &m_log;
    qint64 m_blockBytes;
    qint64 m_before;      ///< Bytes of the log that are not read yet.
    QByteArray m_pending; ///< Read, but not handed out; null at the end.
};

/// `wanted`: one of them is to be in the line; none: any line is wanted.
bool matches(QByteArrayView line, const LogQuery &query, const QByteArrayList &wanted)
{
    if (query.level) {
        const auto level = levelOfLine(line);
        if (!level || *level < *query.level)
            return false;
    }
    return wanted.isEmpty() || std::ranges::any_of(wanted, [line](const QByteArray &text) { return line.contains(text); });
}

} // namespace

std::optional<LogLevel> levelOfLine(QByteArrayView line)
{
    constexpr qsizetype timeLength = 23; // "2026-11-23 01:02:03,004"
    constexpr QByteArrayView separator = " - ";
    if (line.size() < timeLength || !line.sliced(timeLength).startsWith(separator))
        return std::nullopt;
    const QByteArrayView rest = line.sliced(timeLength + separator.size());
    const qsizetype end = rest.indexOf(separator);
    if (end < 0)
        return std::nullopt;
    return fromWord<LogLevel>(QString::fromLatin1(rest.first(end)));
}

qint64 LogReader::countLines(QIODevice &log)
{
    const qint64 size = log.size();
    log.seek(0);
    const QByteArray beginning = log.read(std::min(size, beginningBytes));
    // A file that was short when it was counted first may have a longer beginning now.
    if (size < m_countedBytes || !beginning.startsWith(m_beginning))
        m_countedBytes = m_countedLines = 0;
    m_beginning = beginning;
    log.seek(m_countedBytes);
    while (m_countedBytes < size) {
        const QByteArray block = log.read(std::min(m_blockBytes, size - m_countedBytes));
        if (block.isEmpty())
            break;
        m_countedLines += block.count('\n');
        m_countedBytes += block.size();
    }
    return m_countedLines;
}

QJsonObject LogReader::read(const LogQuery &query)
{
    QFile file(m_path);
    if (openOrdinary(m_path, file))
        return read(query, file);
    QBuffer nothing;
    nothing.open(QIODevice::ReadOnly);
    return read(query, nothing);
}

QJsonObject LogReader::read(const LogQuery &query, QIODevice &log)
{
    const qsizetype most = std::clamp<qsizetype>(query.lines, 1, mostLines);
    QByteArrayList wanted;
    if (!query.grep.isEmpty()) {
        wanted << query.grep.toUtf8();
        for (const QString &other : query.orHolds)
            wanted << other.toUtf8();
    }
    QStringList found;
    const qint64 total = countLines(log);
    BackwardLines lines(log, m_blockBytes);
    // A log ends with a line's end: what stands behind it is empty, or a line that is being written.
    lines.next();
    while (found.size() < most) {
        const auto line = lines.next();
        if (!line)
            break;
        if (matches(*line, query, wanted))
            found.append(QString::fromUtf8(*line));
    }
    std::ranges::reverse(found);
    return {{"logs"_L1, QJsonArray::fromStringList(found)},
            {"total_lines"_L1, total},
            {"displayed_lines"_L1, found.size()},
            {"log_file"_L1, m_path},
            {"filters"_L1,
             QJsonObject{{"lines"_L1, most},
                         {"level"_L1, query.level ? QJsonValue(toWord(*query.level)) : QJsonValue(QJsonValue::Null)},
                         {"grep"_L1, query.grep.isEmpty() ? QJsonValue(QJsonValue::Null) : query.grep}}}};
}

} // namespace qcc
