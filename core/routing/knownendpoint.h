#pragma once

#include "core/config/config.h"
#include "core/facts/endpointstate.h"
#include "core/routing/healthtracker.h"
#include "core/routing/ownlimits.h"
#include "core/routing/programkey.h"

#include <QDateTime>
#include <QHash>
#include <QList>
#include <QString>

#include <algorithm>
#include <functional>
#include <optional>

namespace qcc {

/// An endpoint of the configuration with what is known of it: its health, and what its owner was told of that, so that he is told each thing once.
/// A plain value; time is an argument.
class KnownEndpoint
{
public:
    using Time = HealthTracker::Time;

    KnownEndpoint(const Endpoint &its, const Config &config);

    /// As `config` holds it now, in several clusters perhaps. What is known of it stays, unless it was edited.
    void configure(const QList<Endpoint> &places, const Config &config);

    /// Tells what has changed since `before`, except what is no news to its owner.
    void tellChange(const EndpointState &before, Time now, const std::function<void(RoutingNews &&)> &tell);
    /// Its program said a key, or why there is none.
    void keySaid(const QByteArray &key, Time now, const std::function<void(RoutingNews &&)> &tell);
    void keyFailed(const QString &why, Time now, const std::function<void(RoutingNews &&)> &tell);
    /// A model has answered by its key: another refusal is news.
    void keyWasTaken() { m_toldOfKey = false; }

    /// When it is to be checked in the background, where it is in use at all.
    std::optional<Time> checkDue() const;

    /// It with its key, where that is known.
    Endpoint withKey() const;

    /// How many of those in line may go there, as Router::choose() sees it: a minute that is used up wakes them by itself, and to one in disfavour, the
    /// last resort, they go whatever it bears.
    int roomInLine() const;

    Endpoint endpoint;
    HealthTracker health;
    OwnLimits own;
    ProgramKey programKey;
    std::optional<QDateTime> lastCheck = {};

private:
    bool isOldNews(const RoutingNews &news, Time now) const;

    QList<Endpoint> m_places; ///< As the configuration holds it: several clusters may do so.
    std::optional<Time> m_toldOfRateLimit;
    bool m_toldOfKey = false;  ///< That its key is refused, which had worked; until it works again.
    bool m_awayUntold = false; ///< It went away without a word, and comes back so.
};

/// By id, which entries with the same URL and key have in common.
using KnownEndpoints = QHash<QString, KnownEndpoint>;

} // namespace qcc
