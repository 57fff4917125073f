#pragma once

#include "core/base/result.h"
#include "core/base/sqlitefile.h"
#include "core/facts/historyquery.h"

#include <QHash>
#include <QString>

#include <vector>

namespace qcc {

/// Reads the exchanges in history.db, also while a proxy writes it, of this process or another.
///
/// A page costs a look at the blocks that can hold what is asked for (ExchangeTables), from the end that is wanted, until it is full. What is read never
/// changes under a page, and a page that begins beyond a row is the same one whatever has been added since. Counts by outcome cost a look at all sums and at
/// the rows of the blocks in which the time begins and ends.
/// Thread: from open() to close() the same one, which waits for the disk: not the one that paints.
class HistoryReader
{
public:
    static constexpr int mostNames = 1000;

    explicit HistoryReader(QString path);
    ~HistoryReader();
    Q_DISABLE_COPY_MOVE(HistoryReader)

    /// Errors: NotFound (there is no file), NotAllowed, Failed (damaged, or a newer qcc's).
    Result<void> open();
    void close();

    /// Errors: Failed.
    Result<HistoryPage> page(const HistoryQuery &query);
    /// At most mostNames of each kind.
    /// Errors: Failed.
    Result<HistoryNames> names();
    /// Errors: Failed.
    Result<HistorySummary> summary();

private:
    struct Block {
        qint64 block, firstEndedMs, lastEndedMs, lowestNumber, highestNumber;
        PerEnum<Outcome, qint64> outcomes;

        bool hasAnyOf(const QList<Outcome> &wanted) const;
    };
    struct Search;

    Result<HistoryPage> find(const HistoryQuery &query);
    /// Of m_blocks; of those that `from` or `to` cut, row by row.
    std::optional<HistoryCounts> countOutcomes(const HistoryQuery &query);
    /// All of `kind` by that text: none, or one.
    /// Errors: Failed.
    Result<std::optional<qint64>> textId(int kind, const QString &text);
    bool readBlocks();
    /// Leaves the blocks in which one of the texts occurs that `selection` selects.
    bool narrow(const QString &selection, const QList<Outcome> &orOutcomes = {});
    bool narrowByText(Search &search, const HistoryQuery &query);
    bool readRows(const Search &search, const HistoryQuery &query, HistoryPage &page);
    KeptExchange readExchange(const SqliteStatement &row);
    bool readAttempts(KeptExchange &exchange);
    QString textOf(std::optional<qint64> id);
    bool mayHold(qint64 block);
    /// Remembers the error at hand; always false.
    bool failed();
    Failure failure();

    QString m_path;
    SqliteFile m_file;
    bool m_hasTables = false;
    bool m_failed = false; ///< Something of the page at hand could not be read.
    std::vector<Block> m_blocks; ///< Of the query at hand.
    QHash<qint64, QString> m_texts;
    SqliteStatement m_text, m_attempts, m_mayHold;
};

} // namespace qcc
