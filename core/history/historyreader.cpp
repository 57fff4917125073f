#include "core/history/historyreader.h"

#include "core/config/paths.h"
#include "core/history/exchangetables.h"
#include "core/history/historyfile.h"

#include <QFileInfo>

#include <algorithm>
#include <utility>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype mostTextsRemembered = 10'000;

constexpr auto attemptColumns
    = "endpoint, failure, address, words, upstream_words, endpoint_id, phase, version, status, reused_connection, from_upstream, offset_us, dns_us, "
      "connect_us, tls_us, first_byte_us, total_us"_L1;

std::chrono::system_clock::time_point timeOf(qint64 ms)
{
    return std::chrono::system_clock::time_point(std::chrono::milliseconds(ms));
}

double msOf(qint64 us)
{
    return static_cast<double>(us) / 1000;
}

std::optional<double> msOf(std::optional<qint64> us)
{
    return us ? std::optional(msOf(*us)) : std::nullopt;
}

} // namespace

HistoryReader::HistoryReader(QString path) : m_path(std::move(path)) { }

HistoryReader::~HistoryReader()
{
    close();
}

Result<void> HistoryReader::open()
{
    Q_ASSERT(!m_file.isOpen());
    if (!QFileInfo::exists(m_path))
        return Failure{ErrorCode::NotFound, u"there is no history.db yet"_s, {}};
    if (const QString wrong = historyOwnerProblem(m_path); !wrong.isEmpty())
        return Failure{ErrorCode::NotAllowed, wrong, {}};
    if (!m_file.openToRead(m_path))
        return failure();
    qint64 version = 0;
    qint64 layout = 0;
    const auto into = [](qint64 &number) {
        return [&number](const QVariantList &row) {
            number = row.first().toLongLong();
            return false;
        };
    };
    bool done = m_file.read(u"PRAGMA user_version"_s, {}, into(version))
        && m_file.read(u"SELECT count(*) FROM sqlite_master WHERE name = 'layout'"_s, {}, into(layout));
    m_hasTables = layout > 0;
    done = done && (!m_hasTables || m_file.read(u"SELECT exchanges FROM layout"_s, {}, into(layout)));
    Result<void> opened;
    if (!done)
        opened = failure();
    else if (version > HistoryFile::fileVersion || layout > ExchangeTables::layout)
        opened = Failure{ErrorCode::Failed, u"it was written by a newer qcc"_s, {}};
    else if (m_hasTables && !m_file.run(u"CREATE TEMP TABLE wanted (id INTEGER PRIMARY KEY)"_s))
        opened = failure();
    if (!opened)
        close();
    return opened;
}

void HistoryReader::close()
{
    m_text = {};
    m_attempts = {};
    m_mayHold = {};
    m_texts.clear();
    m_blocks.clear();
    m_file.close();
}

bool HistoryReader::failed()
{
    if (!std::exchange(m_failed, true))
        m_file.takeError(); // before another statement has an error of its own, or none
    return false;
}

Failure HistoryReader::failure()
{
    return {ErrorCode::Failed, m_file.error().message, {}};
}

Result<HistoryPage> HistoryReader::page(const HistoryQuery &query)
{
    if (!m_hasTables)
        return HistoryPage{.exchanges = {}, .hasMore = false, .total = 0, .counts = HistoryCounts()};
    // All of it is of one moment.
    if (!m_file.run(u"BEGIN"_s))
        return failure();
    m_failed = false;
    Result<HistoryPage> page = find(query);
    m_mayHold.reset();
    m_file.rollback();
    return page;
}

QString HistoryReader::textOf(std::optional<qint64> id)
{
    if (!id)
        return {};
    if (const auto known = m_texts.constFind(*id); known != m_texts.cend())
        return *known;
    if (m_text.isNull())
        m_text = m_file.prepare(u"SELECT text FROM texts WHERE id = ?"_s);
    const SqliteStatement::Step step = m_text.isNull() ? SqliteStatement::Step::Failed : m_text.bind(*id).step();
    if (step == SqliteStatement::Step::Failed) {
        failed();
        return {};
    }
    QString text = step == SqliteStatement::Step::Row ? m_text.text(0) : QString();
    m_text.reset();
    if (m_texts.size() >= mostTextsRemembered)
        m_texts.clear();
    m_texts.insert(*id, text);
    return text;
}

KeptExchange HistoryReader::readExchange(const SqliteStatement &row)
{
    KeptExchange kept{row.number(0), row.number(10), {}};
    ExchangeRecord &exchange = kept.record;
    exchange.outcome = fromWord<Outcome>(textOf(row.numberOrNothing(1))).value_or(Outcome::Error);
    exchange.endedAt = timeOf(row.number(2));
    exchange.cluster = textOf(row.numberOrNothing(3));
    exchange.model = textOf(row.numberOrNothing(4));
    exchange.answeredModel = textOf(row.numberOrNothing(5));
    exchange.client = textOf(row.numberOrNothing(6));
    exchange.path = textOf(row.numberOrNothing(7)).toUtf8();
    exchange.error = textOf(row.numberOrNothing(8));
    exchange.number = static_cast<quint64>(row.number(9));
    exchange.startedAt = QDateTime::fromMSecsSinceEpoch(row.number(11), Qt::UTC);
    exchange.method = textOf(row.numberOrNothing(12)).toUtf8();
    exchange.status = static_cast<int>(row.number(13));
    exchange.streamed = row.number(14) != 0;
    exchange.requestBytes = row.number(15);
    exchange.answerBytes = row.number(16);
    exchange.inputTokens = row.numberOrNothing(17);
    exchange.outputTokens = row.numberOrNothing(18);
    exchange.firstByteMs = msOf(row.numberOrNothing(19));
    exchange.totalMs = msOf(row.number(20));
    exchange.route = textOf(row.numberOrNothing(21));
    if (const QString first = textOf(row.numberOrNothing(22)); !first.isEmpty())
        exchange.classes = {first};
    return kept;
}

bool HistoryReader::readAttempts(KeptExchange &exchange)
{
    if (m_attempts.isNull())
        m_attempts = m_file.prepare(u"SELECT %1 FROM attempts WHERE id BETWEEN ? AND ? ORDER BY id"_s.arg(attemptColumns));
    const qint64 first = exchange.id * ExchangeTables::attemptsPerExchange;
    m_attempts.bind(first).bind(first + ExchangeTables::attemptsPerExchange - 1);
    SqliteStatement::Step step = SqliteStatement::Step::Failed;
    while ((step = m_attempts.step()) == SqliteStatement::Step::Row) {
        const SqliteStatement &row = m_attempts;
        AttemptRecord attempt;
        attempt.endpointName = textOf(row.numberOrNothing(0));
        // A newer qcc may know failures that this one does not.
        attempt.failure = row.numberOrNothing(1) ? fromWord<FailureClass>(textOf(row.number(1))).value_or(FailureClass::Broken) : FailureClass::None;
        attempt.address = textOf(row.numberOrNothing(2));
        attempt.error = textOf(row.numberOrNothing(3));
        attempt.upstreamError = textOf(row.numberOrNothing(4));
        attempt.endpointId = textOf(row.numberOrNothing(5));
        attempt.phase = fromWord<Phase>(textOf(row.numberOrNothing(6))).value_or(Phase::Queue);
        attempt.version = fromWord<HttpVersion>(textOf(row.numberOrNothing(7))).value_or(HttpVersion::Unknown);
        attempt.status = static_cast<int>(row.number(8));
        attempt.reusedConnection = row.number(9) != 0;
        attempt.fromUpstream = row.number(10) != 0;
        attempt.offsetMs = msOf(row.number(11));
        attempt.dnsMs = msOf(row.numberOrNothing(12));
        attempt.connectMs = msOf(row.numberOrNothing(13));
        attempt.tlsMs = msOf(row.numberOrNothing(14));
        attempt.firstByteMs = msOf(row.numberOrNothing(15));
        attempt.totalMs = msOf(row.number(16));
        exchange.record.attempts.append(attempt);
    }
    return step == SqliteStatement::Step::Done || failed();
}

Result<HistoryNames> HistoryReader::names()
{
    HistoryNames names;
    if (!m_hasTables)
        return names;
    for (const auto &[kind, list] : {std::pair{TextKind::Cluster, &names.clusters}, std::pair{TextKind::Endpoint, &names.endpoints},
                                     std::pair{TextKind::Model, &names.models}, std::pair{TextKind::Client, &names.clients}}) {
        const bool done = m_file.read(u"SELECT text FROM texts WHERE kind = ? ORDER BY text LIMIT ?"_s, {static_cast<int>(kind), mostNames},
                                      [list = list](const QVariantList &row) {
                                          list->append(row.first().toString());
                                          return true;
                                      });
        if (!done)
            return failure();
    }
    return names;
}

Result<HistorySummary> HistoryReader::summary()
{
    HistorySummary summary;
    const auto minutes = [&summary](const QVariantList &row) {
        summary.minutes = row.first().toLongLong();
        return false;
    };
    if (!m_file.read(u"SELECT count(*) FROM minutes"_s, {}, minutes) || (m_hasTables && !readBlocks()))
        return failure();
    for (const Block &block : m_blocks) {
        for (const qint64 count : block.outcomes)
            summary.exchanges += count;
        summary.oldest = std::min(summary.oldest.value_or(timeOf(block.firstEndedMs)), timeOf(block.firstEndedMs));
        summary.newest = std::max(summary.newest.value_or(timeOf(block.lastEndedMs)), timeOf(block.lastEndedMs));
    }
    summary.bytes = historyBytes(m_path);
    return summary;
}

} // namespace qcc
