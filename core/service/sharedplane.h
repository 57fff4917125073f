#pragma once

#include "core/exchange/patience.h"
#include "core/front/refusals.h"
#include "core/http/bodystore.h"
#include "core/journal/exchangerecord.h"
#include "core/routing/router.h"
#include "core/upstream/connectionbudget.h"
#include "core/upstream/ownaddress.h"

#include <atomic>
#include <functional>

namespace qcc {

/// What all workers of one proxy share. Everything in it may be used from any thread.
struct SharedPlane {
    Router router;
    ConnectionBudget budget{Config::Pool{}};
    std::atomic<quint64> exchangeNumbers{0};
    std::atomic<int> inFlight{0};
    Refusals refusals;
    BodyStore bodies;
    std::function<void(ExchangeRecord &&)> record;
    std::function<void()> becameBusy;
    // Set before the first worker starts.
    Patience patience;
    OwnAddress own;
};

} // namespace qcc
