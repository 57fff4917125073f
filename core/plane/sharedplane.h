#pragma once

#include "core/base/clock.h"
#include "core/exchange/patience.h"
#include "core/facts/exchangerecord.h"
#include "core/front/refusals.h"
#include "core/http/bodystore.h"
#include "core/routing/router.h"
#include "core/upstream/connectionbudget.h"
#include "core/upstream/hostresolver.h"
#include "core/upstream/ownaddress.h"

#include <atomic>
#include <functional>
#include <mutex>

namespace qcc {

/// What workers tell the control plane, as long as there is one: a worker that hangs may outlive it.
/// Thread: any. What is called here is called with a lock held, and must only post.
class PlaneNews
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
struct SharedPlane {
    SharedPlane()
    {
        refusals.noticed = [this](Denial why, const QString &what) { news.tell(&PlaneNews::Readers::notLetIn, why, what); };
        refusals.peersUnknown = [this] { news.tell(&PlaneNews::Readers::peersUnknown); };
    }
    Q_DISABLE_COPY_MOVE(SharedPlane)

    Router router;
    ConnectionBudget budget{Config::Pool{}};
    HostResolver hosts;
    std::atomic<quint64> exchangeNumbers{0};
    std::atomic<int> inFlight{0};
    std::atomic<bool> crowded{false}; ///< New connections wait in the system's queue.
    Refusals refusals;
    BodyStore bodies;
    PlaneNews news;
    // Set before the first worker starts.
    const Clock *clock = &Clock::system();
    Patience patience;
    OwnAddress own;
};

} // namespace qcc
