#pragma once

#include "core/config/config.h"
#include "core/routing/failure.h"
#include "core/routing/healthtracker.h"
#include "core/routing/knownendpoint.h"
#include "core/routing/strategy.h"

#include <QList>
#include <QString>
#include <QStringList>

#include <chrono>
#include <optional>

namespace qcc {

// What a cluster's endpoints have to offer to an exchange: now, or when it had better ask again. Whoever asks holds the lock on `known`.

/// One endpoint that an exchange may still try. Lifetime: that of the cluster and of what is known.
struct RouteOption {
    using Time = std::chrono::steady_clock::time_point;

    const Endpoint *endpoint;
    const HealthTracker *health;
    const OwnLimits *own;
    Tier tier;
    Time from; ///< It is not tried before.
    int rank;  ///< The lower the better.

    Candidate asCandidate(Time now) const
    {
        return {endpoint->id, tier, endpoint->priority, endpoint->weight, health->inFlight(), health->firstByteMs(now)};
    }
};

/// Whether an endpoint is in favour: neither resting nor open nor out.
bool isUsable(Tier tier);

/// What an exchange may still try, now or later; none whose program has just failed to say the key.
QList<RouteOption> optionsOf(const Cluster &cluster, const Tries &tries, const KnownEndpoints &known, RouteOption::Time now);

/// Takes out the best of them, all of one rank: endpoints in favour before others, new ones before those that failed it already. There is at least one.
QList<RouteOption> takeBest(QList<RouteOption> &options);

/// Why an endpoint of the cluster is out of use whose program has just failed to say the key; empty where none has.
QString whyWithoutKey(const Cluster &cluster, const KnownEndpoints &known, RouteOption::Time now);

/// The names of those endpoints of the exchange's cluster that take the client's own login, where the request brings none.
QStringList skippedWithoutLogin(const Tries &tries);
/// What is said of them; empty for none.
QString whySkipped(const QStringList &names);

/// The option of an endpoint that somebody has a reason to take before the strategy is asked; nothing where it is not as good as
/// `worst`, or suspect.
const RouteOption *optionOf(const QString &id, const QList<RouteOption> &options, Tier worst);

/// Whether another endpoint than `chosen` could take over after it.
bool othersLeft(const Cluster &cluster, const Tries &tries, const QString &chosen, const KnownEndpoints &known, RouteOption::Time now);

/// How long until the first endpoint that is not `among` them comes back from a rest by itself; 0 where none does.
std::chrono::milliseconds untilAnotherReturns(const Cluster &cluster, const QStringList &among, const Tries &tries, const KnownEndpoints &known,
                                              RouteOption::Time now);

/// As Router::retryHint(). `cluster`: null where there is none.
std::chrono::seconds retryHintOf(const Cluster *cluster, const KnownEndpoints &known, RouteOption::Time now, const QString &model,
                                 std::optional<std::chrono::milliseconds> named, const QByteArray &login);

} // namespace qcc
