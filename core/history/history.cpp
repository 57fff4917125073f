#include "core/history/history.h"

#include "core/base/systemresources.h"
#include "core/history/historyfile.h"
#include "core/history/historyreader.h"
#include "core/log/logfile.h"

#include <QFileInfo>

#include <algorithm>
#include <atomic>
#include <optional>
#include <utility>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::seconds tryAgainAfter{5};
/// Handed over at once: a longer transaction holds up others who want a processor, and costs memory.
constexpr qsizetype batch = 1'000;
/// How often the log is told of what could not be kept.
constexpr std::chrono::minutes tellEvery{1};

bool isPlain(const ExchangeRecord &exchange)
{
    return exchange.outcome == Outcome::Complete && exchange.attempts.size() <= 1;
}

/// Clears an open file, or removes a damaged one.
Result<HistoryCleared> clearOrRemove(HistoryFile &file, const QString &path)
{
    HistoryCleared cleared;
    cleared.bytesBefore = historyBytes(path);
    {
        // Of a damaged one nobody can tell what is in it.
        HistoryReader reader(path);
        if (const Result<HistorySummary> before = reader.open() ? reader.summary() : Result<HistorySummary>(Failure{}); before)
            cleared = {before->exchanges, before->minutes, before->bytes, 0};
    }
    Result<void> done;
    if (!file.isDamaged())
        done = file.clear();
    if (file.isDamaged())
        done = file.remove();
    if (!done)
        return done.error();
    cleared.bytes = historyBytes(path);
    return cleared;
}

} // namespace

quint64 shed(QList<ExchangeRecord> &exchanges, qsizetype most)
{
    const qsizetype before = exchanges.size();
    qsizetype surplus = std::max<qsizetype>(0, before - std::max<qsizetype>(0, most));
    exchanges.removeIf([&surplus](const ExchangeRecord &exchange) { return surplus > 0 && isPlain(exchange) && surplus-- > 0; });
    exchanges.remove(0, surplus);
    return static_cast<quint64>(before - exchanges.size());
}

Result<HistoryCleared> clearHistory(const QString &path)
{
    if (!QFileInfo::exists(path))
        return Failure{ErrorCode::NotFound, u"there is no history.db yet"_s, {}};
    HistoryFile file(path);
    const Result<void> opened = file.open();
    return opened || file.isDamaged() ? clearOrRemove(file, path) : opened.error();
}

/// What happens on the thread of history.
class History::Keeper : public QObject
{
public:
    Keeper(const QString &path, LogFile &log) : m_path(path), m_file(path), m_log(log) { }

    /// How many exchanges were handed over and are not written. Thread: any.
    qsizetype waiting() const { return m_waiting; }
    /// To be told before they are handed over. Thread: any.
    void expect(qsizetype exchanges) { m_waiting += exchanges; }

    /// Opens the file and answers what is in it, the first time that it can be read: later on it holds what this run has written.
    std::optional<MinuteCounts> open(Minute now, std::chrono::days days)
    {
        Result<MinuteCounts> read = openAndRead(now, days);
        if (!read && m_file.isDamaged()) {
            if (!replace(read.error()))
                return std::nullopt;
            read = openAndRead(now, days);
        }
        if (!read) {
            m_file.close();
            tellUnusable(read.error());
            return std::nullopt;
        }
        if (std::exchange(m_loaded, true))
            return std::nullopt;
        return *std::move(read);
    }

    /// `words`: see HistoryFile::add().
    void write(MinuteCounts &&counts, QList<ExchangeRecord> &&exchanges, bool words, Minute now, std::chrono::days days)
    {
        // SQLite goes on writing into a file that nobody can find any more.
        if (m_file.isOpen() && !QFileInfo::exists(m_path)) {
            m_log.write(LogLevel::Warning, u"history.db is gone; it is made anew"_s);
            m_file.close();
            openAnew(now, days);
        }
        if (!m_file.isOpen()) {
            m_waiting -= exchanges.size();
            return;
        }
        m_keepFrom = m_clock.look(now, std::chrono::steady_clock::now()) - days;
        for (const auto &[minute, its] : counts)
            m_unwritten[minute] += its;
        m_unwritten.erase(m_unwritten.begin(), m_unwritten.lower_bound(m_keepFrom));
        const qsizetype waited = m_exchanges.size() + exchanges.size();
        m_exchanges += std::move(exchanges);
        m_words = words;
        Result<void> added = add();
        if (!added && m_file.isDamaged() && replace(added.error())) {
            openAnew(now, days);
            if (m_file.isOpen())
                added = add();
        }
        if (added || !m_file.isOpen()) {
            m_unwritten.clear();
            m_exchanges = {};
            if (added && m_lost > 0)
                m_log.write(LogLevel::Warning, u"history.db is written again; it lacks %1 requests"_s.arg(std::exchange(m_lost, 0)));
        } else {
            m_lost += shed(m_exchanges, mostWaiting / 2);
            if (!m_warned)
                m_log.write(LogLevel::Warning, u"history.db cannot be written; it is tried again after the next requests: "_s + added.error().message);
        }
        m_waiting -= waited - m_exchanges.size();
        m_warned = !added && m_file.isOpen();
        if (added)
            forgetMore();
    }

    std::optional<KeyMarks> keys()
    {
        const Result<KeyMarks> keys = m_file.isOpen() ? m_file.readKeys() : Result<KeyMarks>(Failure{});
        m_keys = keys ? *keys : KeyMarks();
        return keys ? std::optional(m_keys) : std::nullopt;
    }

    /// What cannot be written is only not remembered.
    void addKey(const QByteArray &mark)
    {
        if (!m_file.isOpen())
            return;
        m_keys.marks.insert(mark);
        static_cast<void>(m_file.addKey(mark));
    }

    Result<HistoryCleared> clearAll()
    {
        if (!m_file.isOpen())
            return Failure{ErrorCode::NotRunning, u"the proxy keeps no history"_s, {}};
        m_unwritten.clear();
        m_waiting -= m_exchanges.size();
        m_exchanges.clear();
        Result<HistoryCleared> cleared = clearOrRemove(m_file, m_path);
        if (!m_file.isOpen()) {
            if (const Result<void> opened = m_file.open(); !opened)
                tellUnusable(opened.error());
            takeOverKeys();
        }
        return cleared;
    }

    void close() { m_file.close(); }

private:
    Result<void> add()
    {
        Result<void> added = m_file.add(m_unwritten, m_keepFrom, m_clock.state(), m_exchanges, m_words);
        if (added && !m_file.keepsExchanges() && !std::exchange(m_saidNewer, true))
            m_log.write(LogLevel::Warning, u"a newer qcc keeps its requests in history.db: they are left alone, and this run only counts its own"_s);
        return added;
    }

    void tellUnusable(const Failure &why)
    {
        m_log.write(LogLevel::Warning, u"history.db cannot be used, so that this run leaves no history: "_s + why.message);
    }

    /// In place of the file that this run had.
    void openAnew(Minute now, std::chrono::days days)
    {
        open(now, days);
        takeOverKeys();
    }

    void takeOverKeys()
    {
        if (m_file.isOpen() && !m_keys.secret.isEmpty())
            static_cast<void>(m_file.takeOverKeys(m_keys));
    }

    /// Bit by bit, so that what comes meanwhile is written in between.
    void forgetMore()
    {
        if (!m_file.isOpen() || !m_file.mayForgetMore())
            return;
        QMetaObject::invokeMethod(this, [this] {
            if (m_file.isOpen() && m_file.mayForgetMore() && m_file.add({}, m_keepFrom, m_clock.state()))
                forgetMore();
        }, Qt::QueuedConnection);
    }

    /// What a timeline keeps, whatever the clock says now.
    Result<MinuteCounts> openAndRead(Minute now, std::chrono::days days)
    {
        if (const Result<void> opened = m_file.open(); !opened)
            return opened.error();
        const Result<ClockProof::State> clock = m_file.readClock(now);
        if (!clock)
            return clock.error();
        m_clock = ClockProof(*clock);
        return m_file.read(m_clock.look(now, std::chrono::steady_clock::now()) - std::min(std::chrono::minutes(days), Timeline::kept));
    }

    /// Makes room for a new file.
    bool replace(const Failure &why)
    {
        const Result<void> aside = m_file.setAside();
        m_log.write(LogLevel::Warning,
                    u"history.db is damaged (%1); "_s.arg(why.message)
                        + (aside ? u"it is kept as history.db.broken, and history begins anew"_s
                                 : u"this run leaves no history, because "_s + aside.error().message));
        return aside.has_value();
    }

    const QString m_path;
    HistoryFile m_file;
    ClockProof m_clock{ClockProof::State()};
    LogFile &m_log;
    std::atomic<qsizetype> m_waiting = 0;
    Minute m_keepFrom;
    MinuteCounts m_unwritten; ///< More than nothing only after a failure, and so is the next.
    QList<ExchangeRecord> m_exchanges;
    quint64 m_lost = 0;
    KeyMarks m_keys; ///< As the file has them.
    bool m_words = true;
    bool m_loaded = false;
    bool m_warned = false;
    bool m_saidNewer = false;
};

History::History(const QString &path, LogFile &log, std::chrono::milliseconds pace, QObject *parent)
    : QObject(parent)
    , m_log(log)
    , m_keeper(std::make_unique<Keeper>(path, log))
{
    m_thread.setObjectName(u"history"_s);
    m_keeper->moveToThread(&m_thread);
    m_timer.setSingleShot(true);
    m_timer.setInterval(pace);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        if (m_keeper->waiting() <= mostWaiting / 2)
            return write();
        tellWhatItLacks();
        m_timer.start();
    });
}

History::~History()
{
    if (!m_thread.isRunning())
        return;
    m_mayTell = {};
    write();
    // Not from here: quit() overtakes what waits in the thread's queue.
    QMetaObject::invokeMethod(m_keeper.get(), [this] {
        m_keeper->close();
        m_thread.quit();
    }, Qt::QueuedConnection);
    m_thread.wait();
}

void History::configure(const Config::History &settings, Timeline::Time now)
{
    const bool wasEnabled = std::exchange(m_enabled, settings.enabled);
    const std::chrono::days before = std::exchange(m_days, std::chrono::days(settings.days));
    if (wasEnabled && m_words != settings.words)
        write(); // what has ended so far, as it was kept so far
    m_words = settings.words;
    m_now = std::chrono::floor<std::chrono::minutes>(now);
    if (!m_enabled && !wasEnabled) {
        Q_EMIT keysUnknown();
    } else if (m_enabled && !wasEnabled) {
        open();
    } else if (!m_enabled && wasEnabled) {
        write();
        QMetaObject::invokeMethod(m_keeper.get(), [keeper = m_keeper.get()] { keeper->close(); }, Qt::QueuedConnection);
        Q_EMIT keysUnknown();
    } else if (m_enabled && m_days != before) {
        write(); // which forgets what is too old now
    }
}

void History::open()
{
    if (!m_thread.isRunning()) {
        if (!mayStartThread()) {
            QTimer::singleShot(tryAgainAfter, this, [this] {
                if (m_enabled)
                    open();
            });
            return;
        }
        m_thread.start();
        // What is written now or a little later is the same; a request that waits for a processor is not.
        QMetaObject::invokeMethod(m_keeper.get(), &letOthersGoFirst, Qt::QueuedConnection);
    }
    QMetaObject::invokeMethod(m_keeper.get(), [this, now = m_now, days = m_days] {
        std::optional<MinuteCounts> earlier = m_keeper->open(now, days);
        if (earlier)
            QMetaObject::invokeMethod(this, [this, earlier = *std::move(earlier)] { Q_EMIT loaded(earlier); }, Qt::QueuedConnection);
        QMetaObject::invokeMethod(this, [this, keys = m_keeper->keys()] {
            if (keys)
                Q_EMIT keysLoaded(*keys);
            else
                Q_EMIT keysUnknown();
        }, Qt::QueuedConnection);
    }, Qt::QueuedConnection);
}

void History::record(ExchangeRecord exchange)
{
    if (!m_enabled)
        return;
    m_now = std::chrono::floor<std::chrono::minutes>(exchange.endedAt);
    m_unwritten[m_now].count(exchange.outcome);
    m_exchanges.append(std::move(exchange));
    // What waits here can still make room for what is worth more.
    const qsizetype waiting = m_keeper->waiting();
    if (m_exchanges.size() >= batch && waiting <= mostWaiting / 2)
        write();
    else if (waiting + m_exchanges.size() > mostWaiting)
        m_dropped += shed(m_exchanges, (mostWaiting - waiting) * 7 / 8);
    else if (!m_timer.isActive())
        m_timer.start();
}

void History::keyWorked(const QByteArray &mark)
{
    if (m_enabled)
        QMetaObject::invokeMethod(m_keeper.get(), [keeper = m_keeper.get(), mark] { keeper->addKey(mark); }, Qt::QueuedConnection);
}

void History::tellWhatItLacks()
{
    if (m_dropped == 0 || std::chrono::steady_clock::now() < m_mayTell)
        return;
    m_log.write(LogLevel::Warning, u"history.db is written more slowly than requests end: it lacks %1 of them"_s.arg(std::exchange(m_dropped, 0)));
    m_mayTell = std::chrono::steady_clock::now() + tellEvery;
}

void History::write()
{
    m_timer.stop();
    tellWhatItLacks();
    m_keeper->expect(m_exchanges.size());
    QMetaObject::invokeMethod(m_keeper.get(), [keeper = m_keeper.get(), counts = std::exchange(m_unwritten, {}), exchanges = std::exchange(m_exchanges, {}),
                                               words = m_words, now = m_now, days = m_days]() mutable {
        keeper->write(std::move(counts), std::move(exchanges), words, now, days);
    }, Qt::QueuedConnection);
}

void History::writeNow(std::function<void()> done)
{
    if (!m_thread.isRunning())
        return done();
    write();
    QMetaObject::invokeMethod(m_keeper.get(), [this, done = std::move(done)] { QMetaObject::invokeMethod(this, done, Qt::QueuedConnection); },
                              Qt::QueuedConnection);
}

void History::clear(std::function<void(const Result<HistoryCleared> &)> done)
{
    if (!m_thread.isRunning())
        return done(Failure{ErrorCode::NotRunning, u"the proxy keeps no history"_s, {}});
    write();
    QMetaObject::invokeMethod(m_keeper.get(), [this, done = std::move(done)] {
        QMetaObject::invokeMethod(this, [done, cleared = m_keeper->clearAll()] { done(cleared); }, Qt::QueuedConnection);
    }, Qt::QueuedConnection);
}

} // namespace qcc
