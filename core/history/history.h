#pragma once

#include "core/base/result.h"
#include "core/config/config.h"
#include "core/facts/historyquery.h"
#include "core/history/historyfile.h"
#include "core/journal/timeline.h"

#include <QList>
#include <QObject>
#include <QThread>
#include <QTimer>

#include <chrono>
#include <functional>
#include <memory>

namespace qcc {

class LogFile;

/// Keeps the timeline and the exchanges over restarts, in history.db. The file is read and written in a thread of its own, written once in `pace` or
/// with every thousand exchanges, and only after traffic: without it nothing wakes up. A kill loses what the last `pace` brought.
/// A file that cannot be used stops nobody: one warning in the log; a damaged one is moved aside. Where it is written more slowly than exchanges end, no
/// more than `mostWaiting` of them wait, those in which nothing went wrong go first, and the log says how many.
/// Thread: the one that made it.
class History : public QObject
{
    Q_OBJECT

public:
    static constexpr std::chrono::milliseconds usualPace{500};
    static constexpr qsizetype mostWaiting = 16'000;

    /// Touches no file before configure(). `log` outlives it.
    History(const QString &path, LogFile &log, std::chrono::milliseconds pace = usualPace, QObject *parent = nullptr);
    /// Writes what is not yet written, and waits for that.
    ~History() override;

    void configure(const Config::History &settings, Timeline::Time now);
    /// Counts it and keeps it. Does nothing while history is not enabled.
    void record(ExchangeRecord exchange);
    /// Writes what is not yet written; `done` follows.
    void writeNow(std::function<void()> done);
    /// Forgets all that happened (HistoryFile::clear()). Errors: NotRunning (the file is not open), WriteFailed.
    void clear(std::function<void(const Result<HistoryCleared> &)> done);
    /// A key has given a good answer; `mark`: KeyMarks::markOf(). Does nothing while history is not enabled.
    void keyWorked(const QByteArray &mark);

Q_SIGNALS:
    /// What earlier runs left, of the time that a Timeline keeps. Comes at most once, and only when it could be read.
    void loaded(const qcc::MinuteCounts &earlier);
    /// What earlier runs left about keys. Comes each time that history is switched on.
    void keysLoaded(const qcc::KeyMarks &keys);
    /// Nothing is known of keys, and nothing will be: history is off, or its file cannot be used.
    void keysUnknown();

private:
    class Keeper;
    void open();
    void write();
    void tellWhatItLacks();

    LogFile &m_log;
    QThread m_thread; ///< Runs from the moment history is first enabled.
    std::unique_ptr<Keeper> m_keeper; ///< Lives on the thread.
    QTimer m_timer;
    bool m_enabled = false;
    std::chrono::days m_days{0};
    bool m_words = true;
    Minute m_now; ///< When something was last said.
    MinuteCounts m_unwritten;
    QList<ExchangeRecord> m_exchanges; ///< Not yet handed over.
    quint64 m_dropped = 0;
    std::chrono::steady_clock::time_point m_mayTell; ///< Of what was dropped, again.
};

/// Leaves `most` of `exchanges`: those in which nothing went wrong go first, then the oldest. Returns how many went.
quint64 shed(QList<ExchangeRecord> &exchanges, qsizetype most);

/// Clears the file at `path`, which nobody has open. Errors: NotFound (there is none), Failed, WriteFailed.
Result<HistoryCleared> clearHistory(const QString &path);

} // namespace qcc
