#pragma once

#include "core/config/config.h"

#include <QByteArray>
#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <optional>

class QIODevice;

namespace qcc {

/// Which lines of the log somebody wants to see.
struct LogQuery {
    qsizetype lines = 100;         ///< At most this many, the last ones; held within 1 … 10 000.
    std::optional<LogLevel> level; ///< Lines of this level and above; absent: all, also those of no level.
    QString grep;                  ///< Only lines that hold this text; empty: all.
    QStringList orHolds = {};      ///< Or one of these, where `grep` is not empty.
};

/// Reads the end of a log, backwards and block by block, however large it is.
/// Thread: one at a time.
class LogReader
{
public:
    /// Of the file at `path`, so many bytes at a time.
    explicit LogReader(QString path, qint64 blockBytes = 64 * 1024) : m_path(std::move(path)), m_blockBytes(blockBytes) { }

    /// The object of GET /__qcc__/logs: "logs" (the oldest first), "total_lines", "displayed_lines", "log_file",
    /// "filters". A missing file is an empty log.
    QJsonObject read(const LogQuery &query);
    /// The same of a log that is open already; "log_file" is the path all the same.
    QJsonObject read(const LogQuery &query, QIODevice &log);

private:
    qint64 countLines(QIODevice &log);

    QString m_path;
    qint64 m_blockBytes;
    // Lines are only ever appended, so that what was counted once need not be read again.
    QByteArray m_beginning; ///< Tells a new file from the one counted.
    qint64 m_countedBytes = 0;
    qint64 m_countedLines = 0;
};

/// The level of a line of proxy.log, or nothing.
std::optional<LogLevel> levelOfLine(QByteArrayView line);

} // namespace qcc
