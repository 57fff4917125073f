#pragma once

#include "core/config/config.h"
#include "core/journal/exchangerecord.h"
#include "core/journal/livefigures.h"

#include <QHash>
#include <QSet>
#include <QString>

#include <mutex>
#include <optional>

namespace qcc {

/// Where an attempt goes, with the configuration it runs under.
struct Route {
    ConfigSnapshot config;
    QString cluster;
    Endpoint endpoint;
    bool othersLeft = false; ///< Another endpoint could take over after this one.
};

/// Chooses endpoints and keeps what is known of them.
/// Thread: any; a monitor whose values alone cross threads, because a hop to another thread and back would cost every request
/// more than the choice itself.
class Router
{
public:
    /// `cluster` overrides the configuration's active cluster when not empty.
    void configure(const ConfigSnapshot &config, const QString &cluster);
    /// The cluster in use; empty when there is none.
    QString cluster() const;
    ConfigSnapshot config() const;

    /// The endpoint for the next attempt of an exchange that already tried `tried`; nothing when none is left.
    std::optional<Route> choose(const QSet<QString> &tried) const;

    void attemptStarted(const QString &endpoint);
    void attemptEnded(const QString &endpoint, FailureClass failure, const QDateTime &now);

    /// Forgets what is known of the endpoint, as if it were new.
    void reset(const QString &endpoint);

    QHash<QString, EndpointState> states() const;

private:
    mutable std::mutex m_mutex;
    ConfigSnapshot m_config;
    QString m_cluster;
    QHash<QString, EndpointState> m_states;
};

/// The order in which a cluster's enabled endpoints are tried: lowest priority number first, then as listed.
QList<Endpoint> byPriority(const Cluster &cluster);

} // namespace qcc
