#pragma once

#include "core/config/config.h"
#include "core/history/historyfile.h"
#include "core/journal/timeline.h"

#include <QObject>
#include <QThread>
#include <QTimer>

#include <chrono>
#include <memory>

namespace qcc {

class LogFile;

/// Keeps the timeline over restarts, in history.db. The file is read and written in a thread of its own, written at most once
/// in `pace` and only after traffic: without it nothing wakes up.
/// A file that cannot be used stops nobody: one warning in the log; a damaged one is moved aside.
/// Thread: the one that made it.
class History : public QObject
{
    Q_OBJECT

public:
    static constexpr std::chrono::milliseconds usualPace{30'000};

    /// Touches no file before configure(). `log` outlives it.
    History(const QString &path, LogFile &log, std::chrono::milliseconds pace = usualPace, QObject *parent = nullptr);
    /// Writes what is not yet written, and waits for that.
    ~History() override;

    void configure(const Config::History &settings, Timeline::Time now);
    /// Does nothing while history is not enabled.
    void count(Outcome outcome, Timeline::Time end);
    /// A key has given a good answer; `mark`: KeyMarks::markOf(). Does nothing while history is not enabled.
    void keyWorked(const QByteArray &mark);

Q_SIGNALS:
    /// What earlier runs left, of the time that a Timeline keeps. Comes at most once, and only when it could be read.
    void loaded(const qcc::MinuteCounts &earlier);
    /// What earlier runs left about keys. Comes each time that the file is opened.
    void keysLoaded(const qcc::KeyMarks &keys);
    /// Nothing is known of keys, and nothing will be: history is off, or its file cannot be used.
    void keysUnknown();

private:
    class Keeper;
    void open();
    void write();

    QThread m_thread; ///< Runs from the moment history is first enabled.
    std::unique_ptr<Keeper> m_keeper; ///< Lives on the thread.
    QTimer m_timer;
    bool m_enabled = false;
    std::chrono::days m_days{0};
    Minute m_now; ///< When something was last said.
    MinuteCounts m_unwritten;
};

} // namespace qcc
