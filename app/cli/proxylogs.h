#pragma once

#include "app/cli/command.h"
#include "core/config/config.h"

#include <QObject>
#include <QStringList>

#include <functional>
#include <optional>

class QFileSystemWatcher;
class QTimer;

namespace qcc::cli {

/// Which lines of the log somebody wants to see.
struct LogFilter {
    std::optional<LogLevel> level; ///< This one and what is graver.
    QString text;                  ///< Upper and lower case are one.

    bool passes(const QString &line) const;
};

/// The level of a log line ("2026-11-23 10:00:00,000 - WARNING - …"); nothing for a line of another form.
std::optional<LogLevel> levelOf(QStringView line);

/// The whole lines of a growing log file as they come, across its rotation.
class LogFollower : public QObject
{
    Q_OBJECT

public:
    /// Starts at `offset` of the file as it is now.
    LogFollower(QString path, qint64 offset, QObject *parent = nullptr);

Q_SIGNALS:
    void appended(const QStringList &lines);

private:
    void watch();
    void read();
    /// Reads what `path` holds beyond m_offset.
    void readRest(const QString &path);
    bool isCurrent(const QString &path) const;
    QString rotatedAway() const;
    void startOver();

    QString m_path;
    qint64 m_offset;
    QByteArray m_beginning; ///< First bytes of the file that m_offset belongs to: how it is known again once renamed.
    QByteArray m_partial;   ///< A line whose end is not written yet.
    QFileSystemWatcher *m_watcher;
    QTimer *m_poll;         ///< Only where the system grants no watch.
};

/// `proxy logs`.
std::vector<Command> proxyLogCommands();

} // namespace qcc::cli
