#pragma once

#include "app/cli/command.h"
#include "core/log/logreader.h"

#include <QObject>
#include <QStringList>

class QFileSystemWatcher;
class QTimer;

namespace qcc::cli {

/// Whether a line that came while following is one that `query` asks for.
bool passes(const QString &line, const LogQuery &query);

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

} // namespace qcc::cli
