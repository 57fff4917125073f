#pragma once

#include "core/log/logreader.h"

#include <QFileSystemWatcher>
#include <QObject>
#include <QStringList>
#include <QTimer>

namespace qcc {

/// The end of proxy.log for the window, read again when it grows and only while somebody looks.
/// Thread: the core thread, since files are read; all calls are posted there, and the signal carries values back.
class LogFeed : public QObject
{
    Q_OBJECT

public:
    /// `path` lies in a folder that exists.
    explicit LogFeed(QString path, QObject *parent = nullptr);

    /// linesRead follows, and again with every change, at most four times a second.
    void follow(const LogQuery &query);
    void rest();

Q_SIGNALS:
    /// The last lines that match, the oldest first, of `total` in the file.
    void linesRead(const QStringList &lines, qint64 total);

private:
    void changed();
    void read();

    QString m_path;
    LogReader m_reader;
    LogQuery m_query;
    bool m_following = false;
    QFileSystemWatcher m_watcher;
    QTimer m_pace;
};

} // namespace qcc
