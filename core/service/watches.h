#pragma once

#include "core/health/healthprobes.h"
#include "core/history/historyfile.h"
#include "core/routing/router.h"
#include "core/upstream/networkwatch.h"

#include <QObject>
#include <QString>
#include <QTimer>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace qcc {

class History;

/// One look at both clocks of a computer.
struct ClockReading {
    std::chrono::system_clock::time_point wall;
    std::chrono::steady_clock::time_point steady;
};

/// How long the computer slept between two looks that were meant to be `pace` apart, if it did. While it sleeps the wall clock goes
/// on and the steady one stands still (Linux), or both go on and nobody looks (Windows, macOS). A clock that was set forward by
/// hand looks the same; one that was set back does not count.
std::optional<std::chrono::seconds> sleptBetween(const ClockReading &before, const ClockReading &now, std::chrono::seconds pace);

/// Notices that the computer was asleep: by the system's word, or else by looking at the clocks now and then. Thread: the one that made it.
class SleepWatch : public QObject
{
    Q_OBJECT

public:
    static constexpr std::chrono::seconds pace{10};

    /// `read` looks at the clocks, now and then; the system's without it.
    explicit SleepWatch(const std::function<ClockReading()> &read = {}, QObject *parent = nullptr);

    /// Looks now instead of at the next beat.
    void look();

Q_SIGNALS:
    void woke(std::chrono::seconds slept);

private:
    std::function<ClockReading()> m_read;
    ClockReading m_last;
    std::unique_ptr<ClockSource> m_source;
    QTimer m_beat; ///< Where there is no source.
};

/// Keeps an eye on the endpoints and on the way to them: has those that failed checked, tells what happens to them, and notices
/// that the network is another one or that the computer was asleep.
/// Thread: the one that made it.
/// Lifetime: `router` outlives it, and it outlives whoever uses the router on other threads.
class EndpointWatch : public QObject
{
    Q_OBJECT

public:
    explicit EndpointWatch(Router &router, QObject *parent = nullptr);
    ~EndpointWatch() override;

    /// As UpstreamPool::setOwnAddress().
    void setOwnAddress(const OwnAddress &own) { m_recoveryProbes.setOwnAddress(own); }
    /// From now on wayOutChanged() comes.
    void watchTheWayOut();
    void leaveTheWayOut();
    /// Requests come after a pause, in which the computer may have slept.
    void look()
    {
        if (m_sleep)
            m_sleep->look();
    }
    /// Nothing leads out of this computer, while an endpoint of `cluster` that may serve is elsewhere. Null: no cluster.
    static bool lacksWayOut(const Cluster *cluster);

Q_SIGNALS:
    void happened(const qcc::RoutingNews &news);
    /// Connections may be dead; `why` is for the log.
    void wayOutChanged(const QString &why);

private:
    Router &m_router;
    RecoveryProbes m_recoveryProbes;
    std::unique_ptr<NetworkWatch> m_network;
    std::unique_ptr<SleepWatch> m_sleep;
};

/// Keeps the router and the history at one about which keys have worked: what earlier runs left goes to the one, what is new to the other.
/// Thread: the one that made it.
/// Lifetime: `router` and `history` outlive it, and it outlives whoever uses the router on other threads.
class WorkedKeys : public QObject
{
    Q_OBJECT

public:
    WorkedKeys(Router &router, History &history, QObject *parent = nullptr);
    ~WorkedKeys() override;

    /// Tells the router which keys of `config` have worked in earlier runs. It asks by itself once that has been read.
    void apply(const Config &config);

private:
    void take(const Endpoint &endpoint);

    Router &m_router;
    History &m_history;
    std::optional<KeyMarks> m_marks; ///< Once they are loaded.
};

} // namespace qcc
