#pragma once

#include "core/base/clock.h"
#include "core/base/systemresources.h"
#include "core/exchange/fixedtimeouts.h"
#include "core/facts/exchangerecord.h"
#include "core/front/access.h"
#include "core/front/localpages.h"
#include "core/http/requestbody.h"
#include "core/http/requestreader.h"
#include "core/routing/router.h"
#include "core/upstream/connectionbudget.h"
#include "core/upstream/hostresolver.h"
#include "core/upstream/ownaddress.h"

#include <QHostAddress>
#include <QList>
#include <QObject>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>

namespace qcc {

class Alarms;
struct ExchangeContext;
class HttpFrontend;
class UpstreamPool;

/// What workers tell the control plane, as long as there is one: a worker that hangs may outlive it.
/// Thread: any. What is called here is called with a lock held, and must only post.
class WorkerEvents
{
public:
    struct Readers {
        std::function<void(ExchangeRecord &&)> record = {};
        std::function<void()> becameBusy = {};
        std::function<void(Denial why, const QString &what)> notLetIn = {};
        std::function<void()> peersUnknown = {};
    };

    void setReaders(Readers readers)
    {
        const std::lock_guard lock(m_mutex);
        m_readers = std::move(readers);
    }
    /// Nobody is told anything any more once this returns.
    void cut() { setReaders({}); }

    template <typename... Values>
    void tell(std::function<void(Values...)> Readers::*what, std::type_identity_t<Values>... values)
    {
        const std::lock_guard lock(m_mutex);
        if (m_readers.*what)
            (m_readers.*what)(std::forward<Values>(values)...);
    }

private:
    std::mutex m_mutex;
    Readers m_readers;
};

/// What all workers of one proxy share. Everything in it may be used from any thread.
/// Lifetime: shared by the proxy and its workers, since one that hangs cannot be waited for.
struct SharedState {
    SharedState()
    {
        refusals.noticed = [this](Denial why, const QString &what) { news.tell(&WorkerEvents::Readers::notLetIn, why, what); };
        refusals.peersUnknown = [this] { news.tell(&WorkerEvents::Readers::peersUnknown); };
    }
    Q_DISABLE_COPY_MOVE(SharedState)

    /// An exchange has begun while none ran. Tells it once for each expectBusy(): a client that asks one thing after the other would wake the core
    /// thread with every request.
    void becameBusy()
    {
        if (wantsBusy.exchange(false))
            news.tell(&WorkerEvents::Readers::becameBusy);
    }
    /// The next time is to be told.
    void expectBusy()
    {
        wantsBusy = true;
        if (inFlight > 0)
            becameBusy();
    }

    Router router;
    ConnectionBudget budget{Config::Pool{}};
    HostResolver hosts;
    std::atomic<quint64> exchangeNumbers{0};
    std::atomic<int> inFlight{0};
    std::atomic<bool> wantsBusy{true}; ///< Somebody wants to hear of the next exchange that begins while none runs.
    std::atomic<bool> crowded{false}; ///< New connections wait in the system's queue.
    Refusals refusals;
    BodyStore bodies;
    WorkerEvents news;
    // Set before the first worker starts.
    const Clock *clock = &Clock::system();
    FixedTimeouts fixedTimeouts;
    OwnAddress own;
};

/// One I/O thread's share of the proxy: a front end, a pool, and the exchanges between them. It has nothing in common with other workers but
/// SharedState (ARCH-9).
/// Thread: its own, from begin() to end(); load() may be read from any.
class Worker : public QObject
{
    Q_OBJECT

public:
    /// Made on the core thread, then moved.
    Worker(std::shared_ptr<SharedState> shared, RequestReader::Limits limits);
    ~Worker() override;

    /// Lives on the worker's thread; connect to it queued.
    LocalPages &pages() { return m_pages; }
    /// Client connections given to this worker and not yet closed.
    int load() const { return m_load; }
    /// Of them, those that have not been answered anything yet.
    int settling() const { return m_settling; }
    void countAdopted()
    {
        ++m_load;
        ++m_settling;
    }
    /// Of its thread, from begin() on.
    const BusyTime &busyTime() const { return m_busyTime; }
    /// The number of the last thing posted by the team that has been done. May be read from any thread.
    quint64 done() const { return m_done; }
    void setDone(quint64 number) { m_done = number; }

public Q_SLOTS:
    void begin();
    void adopt(qintptr descriptor);
    /// Says why this connection is not served, and closes it.
    void turnAway(qintptr descriptor, const qcc::Refusal &why);
    /// Closes the connection that has been idle for longest, if one has been for so long.
    void makeRoom(std::chrono::milliseconds idle);
    /// The next `connections` that have been answered and wait for another request are given back: gaveBack() follows for each.
    void giveBack(int connections);
    void setLimits(qcc::RequestReader::Limits limits);
    /// `ours`: the addresses that this computer has now.
    void networkChanged(const QList<QHostAddress> &ours);
    /// No further requests on any connection; emptied() follows when the last is gone, with this number, which is not 0.
    void drain(quint64 number);
    /// Takes that back for connections that come from now on.
    void resume() { m_drain = 0; }
    /// What runs ends as an answer that breaks off; emptied() follows soon.
    void endNow();
    /// Destroys what lives on the thread.
    void end();

    /// runningTold() follows.
    void tellRunning(quint64 question);

Q_SIGNALS:
    void emptied(quint64 drain);
    /// For another worker; nobody reads from it until then.
    void gaveBack(qintptr descriptor);
    void runningTold(quint64 question, const QList<qcc::RunningExchange> &running);

private:
    void connectionsChanged(int count);
    void adoptionFailed();

    const std::shared_ptr<SharedState> m_shared;
    RequestReader::Limits m_limits;
    LocalPages m_pages;
    std::unique_ptr<Alarms> m_alarms;
    std::unique_ptr<UpstreamPool> m_pool;
    std::unique_ptr<ExchangeContext> m_exchanges;
    std::unique_ptr<HttpFrontend> m_front;
    std::atomic<int> m_load{0};
    std::atomic<int> m_settling{0};
    BusyTime m_busyTime;
    std::atomic<quint64> m_done{0};
    int m_known = 0;
    int m_most = 0; ///< Connections since this worker last had none.
    quint64 m_drain = 0; ///< The number of the one that is under way; 0: none is.
};

} // namespace qcc
