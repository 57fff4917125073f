#include "core/history/exchangetables.h"

#include "core/base/visibletext.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype longestWords = 300;
/// Of names and paths, which clients choose: what is longer means nothing to a person, and there may be a million of them.
constexpr qsizetype longestName = 500;
/// Of each kind: far more than a proxy has in use at a time, but for words, which need not be the same twice.
constexpr qsizetype mostRemembered = 512;

// Times are milliseconds since 1970 in UTC, durations microseconds; what nothing fills yet is NULL.
constexpr std::array createTables{
    "CREATE TABLE layout (exchanges INTEGER NOT NULL)"_L1,
    "CREATE TABLE texts (id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, text TEXT NOT NULL, UNIQUE (kind, text))"_L1,
    R"(CREATE TABLE blocks (
        block INTEGER PRIMARY KEY, first_ended INTEGER NOT NULL, last_ended INTEGER NOT NULL,
        lowest_number INTEGER NOT NULL, highest_number INTEGER NOT NULL,
        complete INTEGER NOT NULL, recovered INTEGER NOT NULL, caller_error INTEGER NOT NULL,
        error INTEGER NOT NULL, truncated INTEGER NOT NULL, client_cancelled INTEGER NOT NULL))"_L1,
    "CREATE TABLE marks (text INTEGER NOT NULL, block INTEGER NOT NULL, PRIMARY KEY (text, block)) WITHOUT ROWID"_L1,
    "CREATE INDEX marks_of_block ON marks (block)"_L1,
    // First what is looked for.
    R"(CREATE TABLE exchanges (
        id INTEGER PRIMARY KEY, outcome INTEGER NOT NULL, ended INTEGER NOT NULL, cluster INTEGER, model INTEGER, answered_model INTEGER,
        client INTEGER, route INTEGER, class INTEGER, path INTEGER, words INTEGER, number INTEGER NOT NULL, run INTEGER NOT NULL,
        started INTEGER NOT NULL, method INTEGER, status INTEGER NOT NULL, streamed INTEGER NOT NULL, request_bytes INTEGER NOT NULL,
        answer_bytes INTEGER NOT NULL, input_tokens INTEGER, output_tokens INTEGER, cache_read_tokens INTEGER, cache_write_tokens INTEGER,
        first_byte_us INTEGER, total_us INTEGER NOT NULL))"_L1,
    R"(CREATE TABLE attempts (
        id INTEGER PRIMARY KEY, endpoint INTEGER, failure INTEGER, address INTEGER, words INTEGER, upstream_words INTEGER, endpoint_id INTEGER,
        phase INTEGER, version INTEGER, status INTEGER NOT NULL, reused_connection INTEGER NOT NULL, from_upstream INTEGER NOT NULL,
        offset_us INTEGER NOT NULL, dns_us INTEGER, connect_us INTEGER, tls_us INTEGER, first_byte_us INTEGER, total_us INTEGER NOT NULL))"_L1,
};
constexpr auto insertExchange = R"(INSERT INTO exchanges (id, outcome, ended, cluster, model, answered_model, client, path, words, number, run, started,
    method, status, streamed, request_bytes, answer_bytes, input_tokens, output_tokens, first_byte_us, total_us, route, class)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?))"_L1;
constexpr auto insertAttempt = R"(INSERT INTO attempts (id, endpoint, failure, address, words, upstream_words, endpoint_id, phase, version, status,
    reused_connection, from_upstream, offset_us, dns_us, connect_us, tls_us, first_byte_us, total_us)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?))"_L1;
constexpr auto insertBlock = R"(INSERT INTO blocks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (block) DO UPDATE SET
    first_ended = min(first_ended, excluded.first_ended), last_ended = max(last_ended, excluded.last_ended),
    lowest_number = min(lowest_number, excluded.lowest_number), highest_number = max(highest_number, excluded.highest_number),
    complete = complete + excluded.complete, recovered = recovered + excluded.recovered,
    caller_error = caller_error + excluded.caller_error, error = error + excluded.error,
    truncated = truncated + excluded.truncated, client_cancelled = client_cancelled + excluded.client_cancelled)"_L1;
constexpr auto countOfBlocks = "complete + recovered + caller_error + error + truncated + client_cancelled"_L1;
// Of one block's exchanges, from ?1 to ?2, and their attempts, from ?3 to ?4.
constexpr auto dropUnusedMarks = R"(DELETE FROM marks WHERE block = ?5 AND text NOT IN (SELECT text FROM (
    SELECT cluster AS text FROM exchanges WHERE id BETWEEN ?1 AND ?2 UNION SELECT model FROM exchanges WHERE id BETWEEN ?1 AND ?2
    UNION SELECT answered_model FROM exchanges WHERE id BETWEEN ?1 AND ?2 UNION SELECT client FROM exchanges WHERE id BETWEEN ?1 AND ?2
    UNION SELECT path FROM exchanges WHERE id BETWEEN ?1 AND ?2 UNION SELECT words FROM exchanges WHERE id BETWEEN ?1 AND ?2
    UNION SELECT method FROM exchanges WHERE id BETWEEN ?1 AND ?2 UNION SELECT route FROM exchanges WHERE id BETWEEN ?1 AND ?2
    UNION SELECT class FROM exchanges WHERE id BETWEEN ?1 AND ?2 UNION SELECT endpoint FROM attempts WHERE id BETWEEN ?3 AND ?4
    UNION SELECT failure FROM attempts WHERE id BETWEEN ?3 AND ?4 UNION SELECT address FROM attempts WHERE id BETWEEN ?3 AND ?4
    UNION SELECT words FROM attempts WHERE id BETWEEN ?3 AND ?4 UNION SELECT upstream_words FROM attempts WHERE id BETWEEN ?3 AND ?4
    UNION SELECT endpoint_id FROM attempts WHERE id BETWEEN ?3 AND ?4) WHERE text IS NOT NULL))"_L1;

qint64 us(double ms)
{
    return std::llround(ms * 1000);
}

std::optional<qint64> us(const std::optional<double> &ms)
{
    return ms ? std::optional(us(*ms)) : std::nullopt;
}

qint64 sinceEpochMs(std::chrono::system_clock::time_point time)
{
    return std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count();
}

/// The first column of the first row.
std::optional<qint64> number(SqliteFile &file, const QString &statement)
{
    SqliteStatement asked = file.prepare(statement);
    if (asked.isNull())
        return std::nullopt;
    const SqliteStatement::Step step = asked.step();
    if (step == SqliteStatement::Step::Failed)
        file.takeError();
    return step == SqliteStatement::Step::Row ? std::optional(asked.number(0)) : std::nullopt;
}

} // namespace

QString keptWords(const QString &words)
{
    return beginningOf(visibleLine(withoutKeyLikes(words)), longestWords);
}

ExchangeTables::Fit ExchangeTables::makeReady()
{
    if (m_ready)
        return Fit::Fits;
    const std::optional<qint64> there = number(m_file, u"SELECT count(*) FROM sqlite_master WHERE name = 'layout'"_s);
    if (!there || (*there == 0 && !makeTables()))
        return Fit::Broken;
    if (number(m_file, u"SELECT exchanges FROM layout"_s).value_or(layout) > layout)
        return Fit::Newer;
    m_ready = prepare() && readState();
    return m_ready ? Fit::Fits : Fit::Broken;
}

bool ExchangeTables::makeTables()
{
    return std::ranges::all_of(createTables, [this](QLatin1StringView statement) { return m_file.run(statement); })
        && m_file.run(u"INSERT INTO layout VALUES (?)"_s, {layout});
}

bool ExchangeTables::prepare()
{
    m_addExchange = m_file.prepare(insertExchange);
    m_addAttempt = m_file.prepare(insertAttempt);
    m_addText = m_file.prepare(u"INSERT INTO texts VALUES (?, ?, ?)"_s);
    m_findText = m_file.prepare(u"SELECT id FROM texts WHERE kind = ? AND text = ?"_s);
    m_addMark = m_file.prepare(u"INSERT OR IGNORE INTO marks VALUES (?, ?)"_s);
    m_addBlock = m_file.prepare(insertBlock);
    return !m_addExchange.isNull() && !m_addAttempt.isNull() && !m_addText.isNull() && !m_findText.isNull() && !m_addMark.isNull()
        && !m_addBlock.isNull();
}

/// Where the file stands.
bool ExchangeTables::readState()
{
    const auto last = number(m_file, u"SELECT coalesce(max(id), 0) FROM exchanges"_s);
    const auto lastText = number(m_file, u"SELECT coalesce(max(id), 0) FROM texts"_s);
    const auto count = number(m_file, u"SELECT coalesce(sum(%1), 0) FROM blocks"_s.arg(countOfBlocks));
    const auto version = number(m_file, u"PRAGMA data_version"_s);
    if (!last || !lastText || !count || !version)
        return false;
    if (m_run == 0) {
        const auto run = number(m_file, u"SELECT coalesce(max(run), 0) FROM exchanges WHERE id = %1"_s.arg(*last));
        if (!run)
            return false;
        m_run = *run + 1;
    }
    m_next = std::max(m_next, *last + 1);
    m_nextText = std::max(m_nextText, *lastText + 1);
    m_count = *count;
    m_version = *version;
    return true;
}

void ExchangeTables::forget()
{
    for (SqliteStatement *statement : {&m_addExchange, &m_addAttempt, &m_addText, &m_findText, &m_addMark, &m_addBlock})
        *statement = {};
    m_texts = {};
    m_sums = {};
    m_block = -1;
    m_ready = false;
}

bool ExchangeTables::failed()
{
    if (!std::exchange(m_failed, true))
        m_file.takeError(); // before another statement has an error of its own, or none
    return false;
}

std::optional<qint64> ExchangeTables::find(TextKind kind, const QString &text)
{
    m_findText.bind(static_cast<qint64>(kind)).bind(text);
    const SqliteStatement::Step step = m_findText.step();
    const qint64 id = step == SqliteStatement::Step::Row ? m_findText.number(0) : 0;
    if (step == SqliteStatement::Step::Failed)
        failed();
    m_findText.reset();
    return id ? std::optional(id) : std::nullopt;
}

std::optional<qint64> ExchangeTables::mark(Text &text)
{
    if (text.block != m_block) {
        if (!m_addMark.bind(text.id).bind(m_block).run())
            failed();
        text.block = m_block;
    }
    return text.id;
}

std::optional<qint64> ExchangeTables::idOf(TextKind kind, const QString &text)
{
    if (text.size() > longestName)
        return idOf(kind, beginningOf(text, longestName));
    if (text.isEmpty())
        return std::nullopt;
    Texts &texts = m_texts.byKind[static_cast<std::size_t>(kind)];
    if (texts.its && texts.last == text)
        return kind == TextKind::Word ? texts.its->id : mark(*texts.its);
    QHash<QString, Text> &known = texts.known;
    auto found = known.find(text);
    if (found == known.end()) {
        std::optional<qint64> id = find(kind, text);
        if (!id) {
            id = m_nextText++;
            if (!m_addText.bind(*id).bind(static_cast<qint64>(kind)).bind(text).run())
                failed();
        }
        if (known.size() >= mostRemembered)
            known.clear();
        found = known.insert(text, {*id, -1});
    }
    texts.last = text;
    texts.its = &*found; // until something is inserted, which is then the last
    return kind == TextKind::Word ? found->id : mark(*found);
}

template <typename E>
std::optional<qint64> ExchangeTables::idOf(PerEnum<E, Text> &words, TextKind kind, E value)
{
    Text &text = words[value];
    if (text.id == 0)
        text.id = idOf(kind, toWord(value)).value_or(0);
    return kind == TextKind::Word ? text.id : mark(text);
}

bool ExchangeTables::add(const QList<ExchangeRecord> &exchanges, bool words)
{
    m_failed = false;
    const std::optional<qint64> version = number(m_file, u"PRAGMA data_version"_s);
    if (!version)
        return false;
    if (*version != m_version) {
        // Somebody else has written, by which texts may have gone.
        forget();
        if (makeReady() != Fit::Fits)
            return false;
    }
    return std::ranges::all_of(exchanges, [this, words](const ExchangeRecord &exchange) { return addOne(exchange, words); }) && flushBlock();
}

bool ExchangeTables::addOne(const ExchangeRecord &exchange, bool words)
{
    const qint64 id = m_next++;
    if (id / perBlock != m_block) {
        if (!flushBlock())
            return false;
        m_block = id / perBlock;
    }
    const qint64 endedMs = sinceEpochMs(exchange.endedAt);
    const auto exchangeNumber = static_cast<qint64>(exchange.number);
    m_sums.firstEndedMs = m_sums.count ? std::min(m_sums.firstEndedMs, endedMs) : endedMs;
    m_sums.lastEndedMs = m_sums.count ? std::max(m_sums.lastEndedMs, endedMs) : endedMs;
    m_sums.lowestNumber = m_sums.count ? std::min(m_sums.lowestNumber, exchangeNumber) : exchangeNumber;
    m_sums.highestNumber = std::max(m_sums.highestNumber, exchangeNumber);
    ++m_sums.outcomes[exchange.outcome];
    ++m_sums.count;
    ++m_count;

    const auto outcome = idOf(m_texts.outcomes, TextKind::Word, exchange.outcome);
    const auto cluster = idOf(TextKind::Cluster, exchange.cluster);
    const auto model = idOf(TextKind::Model, exchange.model);
    const auto answeredModel = idOf(TextKind::Model, exchange.answeredModel);
    const auto client = idOf(TextKind::Client, exchange.client);
    const auto path = idOf(TextKind::Path, QString::fromUtf8(exchange.path));
    const auto error = words && !exchange.error.isEmpty() ? idOf(TextKind::Words, keptWords(exchange.error)) : std::nullopt;
    const auto method = idOf(TextKind::Method, QString::fromUtf8(exchange.method));
    const auto [route, requestClass] = std::pair(idOf(TextKind::Route, exchange.route), idOf(TextKind::RequestClass, exchange.classes.value(0)));
    m_addExchange.bind(id).bind(outcome).bind(endedMs).bind(cluster).bind(model).bind(answeredModel).bind(client).bind(path).bind(error)
        .bind(exchangeNumber).bind(m_run).bind(exchange.startedAt.toMSecsSinceEpoch()).bind(method).bind(qint64(exchange.status))
        .bind(qint64(exchange.streamed)).bind(exchange.requestBytes).bind(exchange.answerBytes).bind(exchange.inputTokens)
        .bind(exchange.outputTokens).bind(us(exchange.firstByteMs)).bind(us(exchange.totalMs)).bind(route).bind(requestClass);
    if (m_failed || !m_addExchange.run())
        return failed();
    const qsizetype attempts = exchange.attempts.size();
    for (qsizetype i = 0; i < attempts; ++i) {
        const bool isKept = i < attemptsPerExchange - 1 || i == attempts - 1;
        const qint64 place = std::min<qint64>(i, attemptsPerExchange - 1);
        if (isKept && !addAttempt(id * attemptsPerExchange + place, exchange.attempts[i], words))
            return false;
    }
    return true;
}

bool ExchangeTables::addAttempt(qint64 id, const AttemptRecord &attempt, bool words)
{
    const auto endpoint = idOf(TextKind::Endpoint, attempt.endpointName);
    const auto failure = attempt.failure == FailureClass::None ? std::nullopt : idOf(m_texts.failures, TextKind::Failure, attempt.failure);
    const auto address = idOf(TextKind::Address, attempt.address);
    const auto error = words && !attempt.error.isEmpty() ? idOf(TextKind::Words, keptWords(attempt.error)) : std::nullopt;
    const auto said = words && !attempt.upstreamError.isEmpty() ? idOf(TextKind::Words, keptWords(attempt.upstreamError)) : std::nullopt;
    const auto endpointId = idOf(TextKind::EndpointId, attempt.endpointId);
    const auto phase = idOf(m_texts.phases, TextKind::Word, attempt.phase);
    const auto version = attempt.version == HttpVersion::Unknown ? std::nullopt : idOf(m_texts.versions, TextKind::Word, attempt.version);
    m_addAttempt.bind(id).bind(endpoint).bind(failure).bind(address).bind(error).bind(said).bind(endpointId).bind(phase).bind(version)
        .bind(qint64(attempt.status)).bind(qint64(attempt.reusedConnection)).bind(qint64(attempt.fromUpstream)).bind(us(attempt.offsetMs))
        .bind(us(attempt.dnsMs)).bind(us(attempt.connectMs)).bind(us(attempt.tlsMs)).bind(us(attempt.firstByteMs)).bind(us(attempt.totalMs));
    return (!m_failed && m_addAttempt.run()) || failed();
}

bool ExchangeTables::flushBlock()
{
    if (m_sums.count == 0)
        return true;
    const Block sums = std::exchange(m_sums, {});
    m_addBlock.bind(m_block).bind(sums.firstEndedMs).bind(sums.lastEndedMs).bind(sums.lowestNumber).bind(sums.highestNumber);
    for (const qint64 count : sums.outcomes)
        m_addBlock.bind(count);
    return m_addBlock.run() || failed();
}

std::optional<bool> ExchangeTables::shorten(qint64 keepFromMs, qint64 most, int blocks)
{
    // The clock may have been wrong for a while: what is old need not lie at the beginning.
    const QString old = u"SELECT block FROM blocks WHERE last_ended < %1 LIMIT 1"_s.arg(keepFromMs);
    const QString partlyOld = u"SELECT block FROM blocks WHERE first_ended < %1 LIMIT 1"_s.arg(keepFromMs);
    for (; blocks > 0; --blocks) {
        bool done = true;
        if (const auto whole = number(m_file, old))
            done = dropBlock(*whole);
        else if (const auto partly = number(m_file, partlyOld))
            done = trimBlock(*partly, keepFromMs);
        else if (const auto oldest = m_count > most ? number(m_file, u"SELECT min(block) FROM blocks"_s) : std::nullopt)
            done = dropBlock(*oldest);
        else
            return false;
        if (!done)
            return std::nullopt;
    }
    return true;
}

std::optional<QList<qint64>> ExchangeTables::textsOf(qint64 block)
{
    QList<qint64> texts;
    const bool done = m_file.read(u"SELECT text FROM marks WHERE block = ?"_s, {block}, [&texts](const QVariantList &row) {
        texts.append(row.first().toLongLong());
        return true;
    });
    return done ? std::optional(texts) : std::nullopt;
}

bool ExchangeTables::dropUnused(const QList<qint64> &texts)
{
    // What is remembered may be among them.
    m_texts = {};
    SqliteStatement drop = m_file.prepare(u"DELETE FROM texts WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM marks WHERE text = ?1)"_s);
    return (!drop.isNull() && std::ranges::all_of(texts, [&drop](qint64 text) { return drop.bind(text).run(); })) || failed();
}

bool ExchangeTables::dropBlock(qint64 block)
{
    const qint64 from = block * perBlock;
    const qint64 to = from + perBlock - 1;
    const std::optional<qint64> before = number(m_file, u"SELECT %1 FROM blocks WHERE block = %2"_s.arg(countOfBlocks).arg(block));
    const auto texts = textsOf(block);
    const bool done = before && texts
        && m_file.run(u"DELETE FROM attempts WHERE id BETWEEN ? AND ?"_s, {from * attemptsPerExchange, (to + 1) * attemptsPerExchange - 1})
        && m_file.run(u"DELETE FROM exchanges WHERE id BETWEEN ? AND ?"_s, {from, to}) && m_file.run(u"DELETE FROM marks WHERE block = ?"_s, {block})
        && m_file.run(u"DELETE FROM blocks WHERE block = ?"_s, {block}) && dropUnused(*texts);
    if (done)
        m_count -= *before;
    return done;
}

bool ExchangeTables::trimBlock(qint64 block, qint64 keepFromMs)
{
    const QVariantList exchanges{block * perBlock, (block + 1) * perBlock - 1};
    const QVariantList attempts{block * perBlock * attemptsPerExchange, (block + 1) * perBlock * attemptsPerExchange - 1};
    const auto texts = textsOf(block);
    const auto before = number(m_file, u"SELECT %1 FROM blocks WHERE block = %2"_s.arg(countOfBlocks).arg(block));
    QStringList sums;
    for (const Outcome outcome : EnumTable<Outcome>::values)
        sums.append(u"sum(outcome = %1)"_s.arg(idOf(m_texts.outcomes, TextKind::Word, outcome).value_or(0)));
    const QString addSums = u"INSERT INTO blocks SELECT id / %1, min(ended), max(ended), min(number), max(number), %2 FROM exchanges "
                            "WHERE id BETWEEN ? AND ? GROUP BY 1"_s.arg(perBlock).arg(sums.join(u", "_s));
    const bool done = texts && before && !m_failed
        && m_file.run(u"DELETE FROM attempts WHERE id BETWEEN ? AND ? AND id / %1 IN (SELECT id FROM exchanges WHERE id BETWEEN ? AND ? AND ended < ?)"_s
                          .arg(attemptsPerExchange), attempts + exchanges + QVariantList{keepFromMs})
        && m_file.run(u"DELETE FROM exchanges WHERE id BETWEEN ? AND ? AND ended < ?"_s, exchanges + QVariantList{keepFromMs})
        && m_file.run(dropUnusedMarks, exchanges + attempts + QVariantList{block}) && dropUnused(*texts)
        && m_file.run(u"DELETE FROM blocks WHERE block = ?"_s, {block}) && m_file.run(addSums, exchanges);
    if (!done)
        return false;
    const auto after = number(m_file, u"SELECT coalesce(sum(%1), 0) FROM blocks WHERE block = %2"_s.arg(countOfBlocks).arg(block));
    m_count -= *before - after.value_or(0);
    return after.has_value();
}

bool ExchangeTables::clear()
{
    const bool done = std::ranges::all_of(std::array{"attempts"_L1, "exchanges"_L1, "marks"_L1, "blocks"_L1, "texts"_L1},
                                          [this](QLatin1StringView table) { return m_file.run(u"DELETE FROM "_s + table); });
    forget();
    return done;
}

} // namespace qcc
