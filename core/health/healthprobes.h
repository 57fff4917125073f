#pragma once

#include "core/config/config.h"
#include "core/facts/endpointstate.h"
#include "core/health/endpointprobe.h"
#include "core/upstream/connectionbudget.h"
#include "core/upstream/upstreampool.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QObject>
#include <QPointer>
#include <QSet>
#include <QTimer>

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>

namespace qcc {

class Router;

/// One endpoint to be tested, as a member of one cluster.
struct ProbeTarget {
    QString cluster;
    Endpoint endpoint;
    std::chrono::milliseconds timeout; ///< From where there is a key: its program, where it has to be asked, has a time of its own.
    std::optional<MessageTest> message = {}; ///< Absent: the cheap test.
    /// Who waits for it; absent where nobody knows. Once he is gone a message is not sent, or stopped, since nobody pays for nothing.
    std::optional<QPointer<QObject>> asker = {};
};

/// Tests endpoints on connections of its own, so that no test waits behind traffic, takes a place from it, or shows in
/// its figures.
/// Thread: the one that made it.
class DirectProbes
{
public:
    DirectProbes();
    /// As UpstreamPool::setOwnAddress().
    void setOwnAddress(const OwnAddress &own) { m_upstream.setOwnAddress(own); }

    /// What came of a test, and the endpoint as it was asked: with the key that its program said.
    using Done = std::function<void(const ProbeResult &result, const Endpoint &asked)>;

    /// Tests `endpoint`, whose program is asked for the key first, where it has one and no key; `done` is called once and not before probe() returned;
    /// not any more once this object is gone.
    void probe(const Endpoint &endpoint, std::chrono::milliseconds timeout,
               std::function<void(const ProbeResult &result)> done);
    /// Likewise, with or without a message as `target` wants it.
    void test(const ProbeTarget &target, Done done);

private:
    void ask(const ProbeTarget &target, Done done);

    ConnectionBudget m_budget;
    HostResolver m_hosts;
    Alarms m_alarms{Clock::system()};
    UpstreamPool m_upstream;
    QObject m_probes; ///< Their parent; they end before the pool does.
};

/// Tests endpoints, a few at a time, first come first served.
/// Thread: the one that made it.
class ProbeQueue : public QObject
{
    Q_OBJECT

public:
    using Answer = std::function<void(const QJsonObject &result)>;
    /// Tests one endpoint and calls `answer` exactly once, not before it returned, with an object as probeJson() makes
    /// it.
    using Ask = std::function<void(const ProbeTarget &target, const Answer &answer)>;
    using Progress = std::function<void(qsizetype tested)>;
    using Done = std::function<void(const QJsonArray &results)>;
    static constexpr int atOnce = 8;

    explicit ProbeQueue(Ask ask, QObject *parent = nullptr);
    ~ProbeQueue() override;

    /// Tests `targets`, of which there is at least one. `done` gets the results in the same order, once and not before
    /// test() returned; not any more once this object is gone. `progress`, if any, is called after each.
    void test(const QList<ProbeTarget> &targets, Done done, Progress progress = {});

private:
    struct Round;
    struct Waiting {
        ProbeTarget target;
        std::shared_ptr<Round> round; ///< Shared by its targets, and gone with the last of them.
        qsizetype place;
    };
    void next();
    void answered(Round &round, qsizetype place, const QJsonObject &result);

    Ask m_ask;
    std::deque<Waiting> m_waiting;
    int m_running = 0;
};

/// Looks in the background whether endpoints that failed are back, when the router says that it is time, and tells the router: live requests do not
/// have to find out (ARCH-7).
/// Sleeps while nothing is due.
/// Thread: the one that made it.
class RecoveryProbes : public QObject
{
    Q_OBJECT

public:
    /// `router` outlives this.
    explicit RecoveryProbes(Router &router, QObject *parent = nullptr);

    /// As UpstreamPool::setOwnAddress().
    void setOwnAddress(const OwnAddress &own) { m_probes.setOwnAddress(own); }
    /// A check is under way, or could not be made and waits for a better moment.
    bool isBusy() const { return !m_running.isEmpty(); }
    /// The router's next due time may have changed.
    void schedule();

private:
    void verifyDue();
    void verified(const Endpoint &endpoint, const ProbeResult &result);

    Router &m_router;
    QTimer m_timer;
    QSet<QString> m_running; ///< And those that could not be looked at, for a while.
    DirectProbes m_probes;
};

} // namespace qcc
