#include "core/history/historyreader.h"

#include "core/history/exchangetables.h"

#include <QSet>

#include <algorithm>
#include <limits>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype longestSearch = 300;
/// With so many texts that are wanted it costs less to ask each block for one than each text for its blocks.
constexpr qint64 mostTextsAsked = 2000;

/// In the order in which readExchange() takes them.
constexpr auto exchangeColumns
    = "id, outcome, ended, cluster, model, answered_model, client, path, words, number, run, started, method, status, streamed, request_bytes, "
      "answer_bytes, input_tokens, output_tokens, first_byte_us, total_us, route, class"_L1;

/// Rounded up: exchanges are kept to the millisecond, and one that ended then is not before it.
qint64 toMs(std::chrono::system_clock::time_point time)
{
    return std::chrono::ceil<std::chrono::milliseconds>(time).time_since_epoch().count();
}

std::chrono::system_clock::time_point timeOf(qint64 ms)
{
    return std::chrono::system_clock::time_point(std::chrono::milliseconds(ms));
}

/// `text` somewhere, for LIKE with the escape '!'.
QString containing(const QString &text)
{
    QString pattern = text;
    pattern.replace(u'!', u"!!"_s).replace(u'%', u"!%"_s).replace(u'_', u"!_"_s);
    return u'%' + pattern + u'%';
}

/// 12 of "req-12".
std::optional<qint64> numberOf(const QString &id)
{
    bool isNumber = false;
    const qint64 number = id.startsWith("req-"_L1, Qt::CaseInsensitive) ? id.sliced(4).toLongLong(&isNumber) : 0;
    return isNumber ? std::optional(number) : std::nullopt;
}

/// Nothing but time and outcomes is asked for.
bool asksForTimeAlone(const HistoryQuery &query)
{
    return query.cluster.isEmpty() && query.endpoint.isEmpty() && query.model.isEmpty() && query.client.isEmpty() && query.text.isEmpty();
}

} // namespace

struct HistoryReader::Search {
    QStringList conditions; ///< On a row of exchanges.
    bool asksEachBlock = false;
};

bool HistoryReader::Block::hasAnyOf(const QList<Outcome> &wanted) const
{
    return std::ranges::any_of(wanted, [this](Outcome outcome) { return outcomes[outcome] > 0; });
}

Result<HistoryPage> HistoryReader::find(const HistoryQuery &query)
{
    HistoryPage page;
    if (!readBlocks())
        return failure();
    if (query.beyond == 0 && asksForTimeAlone(query)) {
        page.counts = countOutcomes(query);
        if (!page.counts)
            return failure();
    }
    if (!query.from && !query.to && asksForTimeAlone(query)) {
        page.total = 0;
        for (const Block &block : m_blocks) {
            for (const Outcome outcome : EnumTable<Outcome>::values)
                *page.total += query.outcomes.isEmpty() || query.outcomes.contains(outcome) ? block.outcomes[outcome] : 0;
        }
    }
    Search search;
    if (query.from) {
        std::erase_if(m_blocks, [from = toMs(*query.from)](const Block &block) { return block.lastEndedMs < from; });
        search.conditions.append(u"ended >= %1"_s.arg(toMs(*query.from)));
    }
    if (query.to) {
        std::erase_if(m_blocks, [to = toMs(*query.to)](const Block &block) { return block.firstEndedMs >= to; });
        search.conditions.append(u"ended < %1"_s.arg(toMs(*query.to)));
    }
    if (!query.outcomes.isEmpty()) {
        std::erase_if(m_blocks, [&query](const Block &block) { return !block.hasAnyOf(query.outcomes); });
        QStringList ids;
        for (const Outcome outcome : query.outcomes) {
            const auto id = textId(static_cast<int>(TextKind::Word), toWord(outcome));
            if (!id)
                return id.error();
            ids.append(QString::number(id->value_or(-1)));
        }
        search.conditions.append(u"outcome IN (%1)"_s.arg(ids.join(u',')));
    }
    const struct {
        TextKind kind;
        const QString &name;
        QString condition;
    } names[]{
        {TextKind::Cluster, query.cluster, u"cluster = %1"_s},
        {TextKind::Model, query.model, u"(model = %1 OR answered_model = %1)"_s},
        {TextKind::Client, query.client, u"client = %1"_s},
        {TextKind::Endpoint, query.endpoint,
         u"EXISTS (SELECT 1 FROM attempts WHERE attempts.id BETWEEN exchanges.id * %2 AND exchanges.id * %2 + %2 - 1 AND endpoint = %1)"_s},
    };
    for (const auto &[kind, name, condition] : names) {
        if (name.isEmpty())
            continue;
        const auto found = textId(static_cast<int>(kind), name);
        if (!found)
            return found.error();
        const std::optional<qint64> id = *found;
        if (!id) // it never occurred
            return page;
        search.conditions.append(kind == TextKind::Endpoint ? condition.arg(*id).arg(ExchangeTables::attemptsPerExchange) : condition.arg(*id));
        if (!narrow(QString::number(*id)))
            return failure();
    }
    if (!query.text.isEmpty() && !narrowByText(search, query))
        return failure();
    return readRows(search, query, page) ? Result<HistoryPage>(std::move(page)) : failure();
}

Result<std::optional<qint64>> HistoryReader::textId(int kind, const QString &text)
{
    std::optional<qint64> id;
    const bool done = m_file.read(u"SELECT id FROM texts WHERE kind = ? AND text = ?"_s, {kind, text}, [&id](const QVariantList &row) {
        id = row.first().toLongLong();
        return false;
    });
    return done ? Result<std::optional<qint64>>(id) : failure();
}

bool HistoryReader::readBlocks()
{
    m_blocks.clear();
    return m_file.read(u"SELECT block, first_ended, last_ended, lowest_number, highest_number, complete, recovered, caller_error, error, truncated, "
                       "client_cancelled FROM blocks ORDER BY block"_s,
                       {}, [this](const QVariantList &row) {
                           Block block{row[0].toLongLong(), row[1].toLongLong(), row[2].toLongLong(), row[3].toLongLong(), row[4].toLongLong(), {}};
                           for (const Outcome outcome : EnumTable<Outcome>::values)
                               block.outcomes[outcome] = row[5 + static_cast<qsizetype>(outcome)].toLongLong();
                           m_blocks.push_back(block);
                           return true;
                       });
}

std::optional<HistoryCounts> HistoryReader::countOutcomes(const HistoryQuery &query)
{
    HistoryCounts counts;
    const qint64 from = query.from ? toMs(*query.from) : std::numeric_limits<qint64>::min();
    const qint64 to = query.to ? toMs(*query.to) : std::numeric_limits<qint64>::max();
    SqliteStatement rows;
    for (const Block &block : m_blocks) {
        counts.newest = std::max(counts.newest.value_or(timeOf(block.lastEndedMs)), timeOf(block.lastEndedMs));
        if (block.lastEndedMs < from || block.firstEndedMs >= to)
            continue;
        if (block.firstEndedMs >= from && block.lastEndedMs < to) {
            for (const Outcome outcome : EnumTable<Outcome>::values)
                counts.outcomes[outcome] += block.outcomes[outcome];
            continue;
        }
        if (rows.isNull())
            rows = m_file.prepare(u"SELECT outcome, count(*) FROM exchanges WHERE id BETWEEN ? AND ? AND ended >= ? AND ended < ? GROUP BY outcome"_s);
        if (rows.isNull())
            return {};
        const qint64 first = block.block * ExchangeTables::perBlock;
        rows.bind(first).bind(first + ExchangeTables::perBlock - 1).bind(from).bind(to);
        SqliteStatement::Step step = SqliteStatement::Step::Done;
        while ((step = rows.step()) == SqliteStatement::Step::Row)
            counts.outcomes[fromWord<Outcome>(textOf(rows.numberOrNothing(0))).value_or(Outcome::Error)] += rows.number(1);
        rows.reset();
        if (step == SqliteStatement::Step::Failed) {
            m_file.takeError();
            return {};
        }
    }
    return counts;
}

bool HistoryReader::narrow(const QString &selection, const QList<Outcome> &orOutcomes)
{
    QSet<qint64> holding;
    const bool done = m_file.read(u"SELECT DISTINCT block FROM marks WHERE text IN (%1)"_s.arg(selection), {}, [&holding](const QVariantList &row) {
        holding.insert(row.first().toLongLong());
        return true;
    });
    std::erase_if(m_blocks, [&](const Block &block) { return !holding.contains(block.block) && !block.hasAnyOf(orOutcomes); });
    return done;
}

bool HistoryReader::narrowByText(Search &search, const HistoryQuery &query)
{
    const QString text = query.text.left(longestSearch);
    if (const std::optional<qint64> number = numberOf(text)) {
        std::erase_if(m_blocks, [n = *number](const Block &block) { return n < block.lowestNumber || n > block.highestNumber; });
        search.conditions.append(u"number = %1"_s.arg(*number));
        return true;
    }
    qint64 wanted = 0;
    const bool found = m_file.run(u"DELETE FROM temp.wanted"_s)
        && m_file.run(u"INSERT INTO temp.wanted SELECT id FROM texts WHERE kind NOT IN (?, ?, ?) AND text LIKE ? ESCAPE '!'"_s,
                      {static_cast<int>(TextKind::Word), static_cast<int>(TextKind::EndpointId), static_cast<int>(TextKind::Method), containing(text)})
        && m_file.read(u"SELECT count(*) FROM temp.wanted"_s, {}, [&wanted](const QVariantList &row) {
               wanted = row.first().toLongLong();
               return false;
           });
    if (!found)
        return false;
    QStringList conditions;
    for (const char *column : {"path", "model", "answered_model", "client", "cluster", "route", "class", "words"})
        conditions.append(QLatin1String(column) + " IN temp.wanted"_L1);
    QStringList attemptConditions;
    for (const char *column : {"endpoint", "words", "upstream_words", "failure", "address"})
        attemptConditions.append("attempts."_L1 + QLatin1String(column) + " IN temp.wanted"_L1);
    conditions.append(u"EXISTS (SELECT 1 FROM attempts WHERE attempts.id BETWEEN exchanges.id * %1 AND exchanges.id * %1 + %1 - 1 AND (%2))"_s
                          .arg(ExchangeTables::attemptsPerExchange).arg(attemptConditions.join(u" OR "_s)));
    for (const Outcome outcome : query.orOutcomes)
        conditions.append(u"outcome = (SELECT id FROM texts WHERE kind = %1 AND text = '%2')"_s.arg(static_cast<int>(TextKind::Word)).arg(toWord(outcome)));
    search.conditions.append(u'(' + conditions.join(u" OR "_s) + u')');
    search.asksEachBlock = wanted > mostTextsAsked;
    return search.asksEachBlock || narrow(u"SELECT id FROM temp.wanted"_s, query.orOutcomes);
}

bool HistoryReader::mayHold(qint64 block)
{
    // The sign keeps SQLite from looking up each of the texts in the block, of which there are far more.
    if (m_mayHold.isNull())
        m_mayHold = m_file.prepare(u"SELECT 1 FROM marks WHERE block = ? AND +text IN temp.wanted LIMIT 1"_s);
    const SqliteStatement::Step step = m_mayHold.isNull() ? SqliteStatement::Step::Failed : m_mayHold.bind(block).step();
    const bool holds = step == SqliteStatement::Step::Row || (step == SqliteStatement::Step::Failed && failed());
    m_mayHold.reset();
    return holds;
}

bool HistoryReader::readRows(const Search &search, const HistoryQuery &query, HistoryPage &page)
{
    const bool newestFirst = query.order == HistoryOrder::NewestFirst;
    QString select = u"SELECT %1 FROM exchanges WHERE id BETWEEN ? AND ?"_s.arg(exchangeColumns);
    for (const QString &condition : search.conditions)
        select += u" AND "_s + condition;
    SqliteStatement rows = m_file.prepare(select + (newestFirst ? u" ORDER BY id DESC LIMIT ?"_s : u" ORDER BY id LIMIT ?"_s));
    if (rows.isNull())
        return false;
    if (newestFirst)
        std::ranges::reverse(m_blocks);
    for (const Block &block : m_blocks) {
        qint64 from = block.block * ExchangeTables::perBlock;
        qint64 to = from + ExchangeTables::perBlock - 1;
        if (query.beyond > 0)
            (newestFirst ? to : from) = newestFirst ? std::min(to, query.beyond - 1) : std::max(from, query.beyond + 1);
        if (from > to || (search.asksEachBlock && !block.hasAnyOf(query.orOutcomes) && !mayHold(block.block)))
            continue;
        rows.bind(from).bind(to).bind(query.limit + 1 - page.exchanges.size());
        SqliteStatement::Step step = SqliteStatement::Step::Done;
        while ((step = rows.step()) == SqliteStatement::Step::Row)
            page.exchanges.append(readExchange(rows));
        if (step == SqliteStatement::Step::Failed)
            return failed();
        page.hasMore = page.exchanges.size() > query.limit;
        if (page.hasMore) {
            page.exchanges.removeLast();
            break;
        }
    }
    return std::ranges::all_of(page.exchanges, [this](KeptExchange &exchange) { return readAttempts(exchange); }) && !m_failed;
}

} // namespace qcc
