#pragma once

#include "core/base/sqlitefile.h"
#include "core/facts/exchangerecord.h"

#include <QHash>
#include <QList>
#include <QString>

#include <array>
#include <optional>

namespace qcc {

/// What a text in history.db is. The numbers lie in the file.
enum class TextKind { Word, Cluster, Endpoint, Model, Client, Path, Words, Address, Failure, EndpointId, Method, Route, RequestClass };

/// `words` as they are kept: keys masked, those that the endpoint was not called with included; one line of at most 300 characters.
QString keptWords(const QString &words);

/// Exchanges and their attempts in history.db, written. What is read is core/history/historyreader.
///
/// A row holds numbers alone: whatever is a text lies once in `texts`, so that a search looks through few hundred texts, not through a million rows. No
/// table has an index by what may be asked for, since each would cost every request; instead `marks` notes which texts occur in which block of
/// `perBlock` exchanges, and `blocks` what times and outcomes: whoever asks then reads only the blocks that can hold an answer.
/// Thread, Lifetime: those of `file`, which is open, and within a transaction wherever something is changed.
class ExchangeTables
{
public:
    static constexpr qint64 perBlock = 1024;
    /// An attempt's row is its exchange's times this, and its place. Those beyond, but for the last, are left out.
    static constexpr qint64 attemptsPerExchange = 64;
    /// Of the tables here; that of the file is about the minutes.
    static constexpr int layout = 1;

    enum class Fit { Fits, Newer, Broken };

    explicit ExchangeTables(SqliteFile &file) : m_file(file) { }

    /// Makes the tables where there are none. Newer: by another qcc, to be left alone; Broken: as the file's error tells.
    Fit makeReady();
    bool isReady() const { return m_ready; }
    /// `words`: also what went wrong in words, the upstreams' and qcc's own.
    bool add(const QList<ExchangeRecord> &exchanges, bool words);
    /// Forgets what ended before `keepFromMs` (since 1970), and the oldest beyond `most`, in at most so many blocks. Nothing where that failed, else
    /// whether there may be more to forget.
    std::optional<bool> shorten(qint64 keepFromMs, qint64 most, int blocks);
    bool clear();
    /// To be called after a transaction was rolled back, and before the file is closed: nothing of what is remembered holds any more.
    void forget();

private:
    struct Text {
        qint64 id = 0;
        qint64 block = -1; ///< The last that it is marked in.
    };
    struct Texts {
        QHash<QString, Text> known;
        QString last; ///< Nearly always the next one, too.
        Text *its = nullptr;
    };
    struct Remembered {
        std::array<Texts, static_cast<std::size_t>(TextKind::RequestClass) + 1> byKind;
        PerEnum<Outcome, Text> outcomes;
        PerEnum<Phase, Text> phases;
        PerEnum<FailureClass, Text> failures;
        PerEnum<HttpVersion, Text> versions;
    };
    /// Of the exchanges in one block.
    struct Block {
        qint64 firstEndedMs = 0, lastEndedMs = 0;
        qint64 lowestNumber = 0, highestNumber = 0;
        PerEnum<Outcome, qint64> outcomes;
        qint64 count = 0;
    };

    bool makeTables();
    bool prepare();
    bool readState();
    bool addOne(const ExchangeRecord &exchange, bool words);
    bool addAttempt(qint64 id, const AttemptRecord &attempt, bool words);
    bool flushBlock();
    bool failed();
    std::optional<qint64> mark(Text &text);
    /// The id of a text, of which no more than its beginning is kept; nothing for the empty one. m_failed says where it could not be kept.
    std::optional<qint64> idOf(TextKind kind, const QString &text);
    template <typename E>
    std::optional<qint64> idOf(PerEnum<E, Text> &words, TextKind kind, E value);
    std::optional<qint64> find(TextKind kind, const QString &text);
    std::optional<QList<qint64>> textsOf(qint64 block);
    bool dropUnused(const QList<qint64> &texts);
    bool dropBlock(qint64 block);
    bool trimBlock(qint64 block, qint64 keepFromMs);

    SqliteFile &m_file;
    bool m_ready = false;
    bool m_failed = false;
    qint64 m_version = 0;  ///< SQLite's, by which others' writing shows.
    qint64 m_run = 0;
    qint64 m_next = 1;     ///< Exchange.
    qint64 m_nextText = 1;
    qint64 m_count = 0;
    qint64 m_block = -1;   ///< That m_sums is of.
    Block m_sums;
    Remembered m_texts;
    SqliteStatement m_addExchange, m_addAttempt, m_addText, m_findText, m_addMark, m_addBlock;
};

} // namespace qcc
