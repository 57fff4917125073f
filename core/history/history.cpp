#include "core/history/history.h"

#include "core/base/systemresources.h"
#include "core/history/historyfile.h"
#include "core/log/logfile.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::seconds tryAgainAfter{5};

} // namespace

/// What happens on the thread of history.
class History::Keeper : public QObject
{
public:
    Keeper(const QString &path, LogFile &log) : m_file(path), m_log(log) { }

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
            m_log.write(LogLevel::Warning, u"history.db cannot be used, so that this run leaves no history: "_s + read.error().message);
            return std::nullopt;
        }
        if (std::exchange(m_loaded, true))
            return std::nullopt;
        return *std::move(read);
    }

    void write(MinuteCounts &&counts, Minute now, std::chrono::days days)
    {
        if (!m_file.isOpen())
            return;
        const Minute keepFrom = m_clock.look(now, std::chrono::steady_clock::now()) - days;
        for (const auto &[minute, its] : counts)
            m_unwritten[minute] += its;
        m_unwritten.erase(m_unwritten.begin(), m_unwritten.lower_bound(keepFrom));
        Result<void> added = m_file.add(m_unwritten, keepFrom, m_clock.state());
        if (!added && m_file.isDamaged() && replace(added.error())) {
            open(now, days);
            if (m_file.isOpen())
                added = m_file.add(m_unwritten, keepFrom, m_clock.state());
        }
        if (!m_file.isOpen())
            return; // and has said so
        if (added)
            m_unwritten.clear();
        else if (!m_warned)
            m_log.write(LogLevel::Warning, u"history.db cannot be written; it is tried again after the next requests: "_s + added.error().message);
        m_warned = !added;
    }

    std::optional<KeyMarks> keys()
    {
        Result<KeyMarks> keys = m_file.isOpen() ? m_file.readKeys() : Result<KeyMarks>(Failure{});
        return keys ? std::optional(*std::move(keys)) : std::nullopt;
    }

    /// What cannot be written is only not remembered.
    void addKey(const QByteArray &mark)
    {
        if (m_file.isOpen())
            static_cast<void>(m_file.addKey(mark));
    }

    void close() { m_file.close(); }

private:
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

    HistoryFile m_file;
    ClockProof m_clock{ClockProof::State()};
    LogFile &m_log;
    MinuteCounts m_unwritten; ///< More than nothing only after a failure.
    bool m_loaded = false;
    bool m_warned = false;
};

History::History(const QString &path, LogFile &log, std::chrono::milliseconds pace, QObject *parent)
    : QObject(parent)
    , m_keeper(std::make_unique<Keeper>(path, log))
{
    m_thread.setObjectName(u"history"_s);
    m_keeper->moveToThread(&m_thread);
    m_timer.setSingleShot(true);
    m_timer.setInterval(pace);
    connect(&m_timer, &QTimer::timeout, this, &History::write);
}

History::~History()
{
    if (!m_thread.isRunning())
        return;
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

void History::count(Outcome outcome, Timeline::Time end)
{
    if (!m_enabled)
        return;
    m_now = std::chrono::floor<std::chrono::minutes>(end);
    m_unwritten[m_now].count(outcome);
    if (!m_timer.isActive())
        m_timer.start();
}

void History::keyWorked(const QByteArray &mark)
{
    if (m_enabled)
        QMetaObject::invokeMethod(m_keeper.get(), [keeper = m_keeper.get(), mark] { keeper->addKey(mark); }, Qt::QueuedConnection);
}

void History::write()
{
    m_timer.stop();
    QMetaObject::invokeMethod(m_keeper.get(), [keeper = m_keeper.get(), counts = std::exchange(m_unwritten, {}), now = m_now, days = m_days]() mutable {
        keeper->write(std::move(counts), now, days);
    }, Qt::QueuedConnection);
}

} // namespace qcc
