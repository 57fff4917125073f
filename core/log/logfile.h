#pragma once

#include "core/config/config.h"

#include <QList>
#include <QString>
#include <QtGlobal>

#include <chrono>
#include <memory>
#include <optional>

namespace qcc {

/// One line of proxy.log, without time and level words.
struct LogLine {
    LogLevel level = LogLevel::Info;
    QString text;
    std::optional<std::chrono::system_clock::time_point> at = {}; ///< When what it tells of happened; absent: now.
};

/// proxy.log: `YYYY-MM-DD HH:MM:SS,mmm - LEVEL - message`, local time, one line per message, handed to the system
/// before write() returns. The times never go back but with the clock: a line that comes late has that of the line before it. Turned over at `maxMb`; `files` of them are kept, this one included (proxy.log, proxy.1.log,
/// …), mode 0600. A file that cannot be written stops nobody: one sentence about it and the lines go to stderr, the
/// file is tried again after half a minute, and says then how many lines it lacks. One that somebody removes or renames is made anew with the next line. Where local
/// time becomes another (a journey, the end of summer time) a line says so.
/// Thread: any.
class LogFile
{
public:
    struct Options {
        bool echo = false; ///< Lines go to stderr as well.
    };

    LogFile(QString path, const Config::Log &settings, Options options);
    LogFile(QString path, const Config::Log &settings) : LogFile(std::move(path), settings, Options{}) { }
    ~LogFile();
    LogFile(const LogFile &) = delete;
    LogFile &operator=(const LogFile &) = delete;

    /// Writes `message` unless `level` is below the one set.
    void write(LogLevel level, const QString &message) { write({{level, message}}); }
    /// Writes them at once, which costs little more than to write one.
    void write(const QList<LogLine> &lines);
    /// Takes over changed settings; running writers are not disturbed.
    void apply(const Config::Log &settings);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

/// From now on what qDebug(), qWarning() and the rest are told, Qt's own words included, goes to standard error, and steers no terminal
/// there: it quotes files, certificates and the system. To be called before there is an application; while a QtMessages lives, that comes
/// first.
void printQtMessages();

/// While it lives, the same goes into a log file. One at a time.
/// Lifetime: `log` outlives it.
class QtMessages
{
public:
    explicit QtMessages(LogFile &log);
    ~QtMessages();
    QtMessages(const QtMessages &) = delete;
    QtMessages &operator=(const QtMessages &) = delete;

private:
    QtMessageHandler m_before;
};

} // namespace qcc
