#pragma once

#include "core/base/result.h"
#include "core/base/sqlitefile.h"
#include "core/history/exchangetables.h"
#include "core/journal/timeline.h"

#include <QByteArray>
#include <QMetaType>
#include <QSet>
#include <QString>

#include <array>
#include <chrono>
#include <optional>

namespace qcc {

/// By which time old rows may be deleted. A computer's clock is wrong by years while its battery is empty, or by weeks until the network has set it, and
/// what was deleted by it is gone. So time is believed as it goes on; what lies beyond an hour or two, or before, only once the clock has gone on
/// from there while qcc ran, in as many runs as it takes: for an hour after a pause of some days, for a day after more.
class ClockProof
{
public:
    using Steady = std::chrono::steady_clock::time_point;

    /// After which time is believed at once.
    static constexpr std::chrono::hours step{2};
    /// A weekend, for which little proof is enough.
    static constexpr std::chrono::days pause{4};
    static constexpr std::chrono::hours proof{1};
    static constexpr std::chrono::hours longProof{24};

    /// What is kept from run to run.
    struct State {
        Minute assured;                ///< The last time that was believed.
        std::optional<Minute> doubted; ///< The last time that was not, if it was the last that was seen.
        std::chrono::minutes proven{0};

        bool operator==(const State &) const = default;
    };

    explicit ClockProof(const State &state) : m_state(state) { }
    const State &state() const { return m_state; }
    /// The clock says `wall` now. Returns the time by which to delete, which is no later than that.
    Minute look(Minute wall, Steady now);

private:
    State m_state;
    std::optional<Steady> m_last;      ///< The last look.
    Steady m_assuredAt;                ///< The last that was believed, or the first of this run.
    std::chrono::steady_clock::duration m_rest{0}; ///< Of `proven`, less than a minute.
};

/// Which keys have ever given a good answer, without a key or an address in it: each is known by a keyed hash of both (HMAC-SHA256). Whoever reads
/// history.db can only ask about pairs that he has already.
struct KeyMarks {
    QByteArray secret;       ///< Of this file alone; 32 random bytes.
    QSet<QByteArray> marks;  ///< In hex.

    QByteArray markOf(const QByteArray &baseUrl, const QByteArray &key) const;
    static QByteArray newSecret();
};

/// What lies at the path of history.db, by what is appended to that: the file, and what SQLite keeps beside it.
constexpr std::array historyFiles{QLatin1StringView(""), QLatin1StringView("-wal"), QLatin1StringView("-shm"), QLatin1StringView("-journal")};

/// What fileOwnerProblem() says of history.db and what SQLite keeps beside it.
QString historyOwnerProblem(const QString &path);
/// How large history.db and what SQLite keeps beside it are.
qint64 historyBytes(const QString &path);

/// history.db, written: how many exchanges ended in which minute with which outcome; the exchanges themselves, without what was in them; and which keys
/// have worked.
/// Thread: from open() to close() the same one, which waits for the disk.
class HistoryFile
{
public:
    /// Of the file as a whole; tables that older versions leave alone lie beside.
    static constexpr int fileVersion = 1;
    static constexpr qint64 usualMost = 1'000'000;

    /// `mostExchanges`: the oldest beyond go, however young they are.
    explicit HistoryFile(QString path, qint64 mostExchanges = usualMost);
    ~HistoryFile() { close(); }
    Q_DISABLE_COPY_MOVE(HistoryFile)

    /// Opens the file, or makes it with mode 0600.
    /// Errors: NotAllowed (it or what lies beside it is not ours alone), Failed.
    Result<void> open();
    void close();
    bool isOpen() const { return m_file.isOpen(); }

    /// What is in the file, from the minute `from` on.
    /// Errors: Failed.
    Result<MinuteCounts> read(Minute from);
    /// Adds `counts` to what is there, forgets the minutes before `keepFrom`, and keeps `clock`: all of it or nothing. Counts are never set, so that
    /// the run and the file need no agreement about a minute that both know. Of exchanges it forgets a few at a time: mayForgetMore() then tells.
    /// `words`: with what went wrong in words.
    /// Errors: WriteFailed.
    Result<void> add(const MinuteCounts &counts, Minute keepFrom, const ClockProof::State &clock, const QList<ExchangeRecord> &exchanges = {},
                     bool words = true);
    bool mayForgetMore() const { return m_mayForgetMore; }
    /// Whether exchanges are kept: their tables may be a newer qcc's, to be left alone.
    bool keepsExchanges() const { return m_keepsExchanges; }
    /// Forgets all that happened, and gives the room back to the disk; what setAside() left goes too. What is known of keys and of the clock stays.
    /// Errors: WriteFailed.
    Result<void> clear();
    /// What the last run knew of the computer's clock; of a file without that, the time of its last minute before `now`, else `now`.
    /// Errors: Failed.
    Result<ClockProof::State> readClock(Minute now);

    /// What is known of keys; makes their secret the first time.
    /// Errors: Failed.
    Result<KeyMarks> readKeys();
    /// Errors: WriteFailed.
    Result<void> addKey(const QByteArray &mark);
    /// For a file that takes the place of another one: what was known of keys there.
    /// Errors: WriteFailed.
    Result<void> takeOverKeys(const KeyMarks &keys);

    /// Whether the last failure says that no qcc can ever use this file.
    bool isDamaged() const { return m_damaged; }
    /// Closes the file and renames it to history.db.broken, in place of an earlier one.
    /// Errors: WriteFailed.
    Result<void> setAside();
    /// Closes the file and removes it, and what setAside() left.
    /// Errors: WriteFailed.
    Result<void> remove();

private:
    Result<void> makeReady();
    ExchangeTables::Fit makeExchangesReady();
    bool addExchanges(const QList<ExchangeRecord> &exchanges, bool words, Minute keepFrom);
    bool hasExchanges();
    Failure damaged(const QString &why);
    Failure failure(ErrorCode code = ErrorCode::Failed);
    /// Rolls back what failed.
    Failure undone();

    QString m_path;
    qint64 m_most;
    SqliteFile m_file;
    ExchangeTables m_exchanges{m_file};
    bool m_damaged = false;
    bool m_misfits = false; ///< A table lacks something.
    bool m_keepsExchanges = true;
    bool m_mayForgetMore = false;
};

} // namespace qcc

Q_DECLARE_METATYPE(qcc::KeyMarks)
