#pragma once

#include "core/config/config.h"
#include "core/facts/endpointstate.h"
#include "core/routing/concurrencylimit.h"
#include "core/routing/failure.h"
#include "core/routing/healthtracker.h"
#include "core/routing/knownendpoint.h"
#include "core/routing/strategy.h"

#include <QHash>
#include <QSet>
#include <QString>

#include <functional>
#include <mutex>
#include <optional>
#include <random>

namespace qcc {

struct RouteOption;

/// Where an attempt goes, with the configuration it runs under.
struct Route {
    ConfigSnapshot config;
    QString cluster;
    Endpoint endpoint;
    bool othersLeft = false; ///< Another endpoint could take over after this one.
    bool probe = false;      ///< The one attempt by which a half-open endpoint proves itself.
    QByteArray login = {};   ///< The mark of the client's own login, where the endpoint gets that.

    bool bringsLogin() const { return !login.isEmpty(); }
};

/// The router's answer to an exchange that wants to try.
struct Choice {
    enum Kind {
        Go,   ///< `route`: the attempt is counted already; attemptEnded() must follow.
        Wait, ///< Ask again after `pause`.
        Full, ///< All endpoints in question carry as much as they bear: the caller stands in line for them now. `pause`: until another
              ///< one comes into question by itself, so that it is worth asking again; 0 where none will.
        None, ///< Nothing is left to try.
    } kind = None;
    Route route = {};
    std::chrono::milliseconds pause{0};
    QString why = {}; ///< With None: what is wrong with the endpoints, where the configuration does not tell.
    bool wantsLogin = false; ///< With None: those that are left take the client's own login, and there is none.
};

/// Chooses endpoints and keeps what is known of them.
/// Thread: any; a monitor whose values alone cross threads, because a hop to another thread and back would cost every request
/// more than the choice itself (ARCH-8). Callbacks are made with the lock held: they must only post.
class Router
{
public:
    using Time = HealthTracker::Time;

    /// `seed`: for the random choices.
    explicit Router(quint64 seed = std::random_device()());

    /// `cluster` overrides the configuration's active cluster when not empty. What is known of an endpoint stays, unless the
    /// endpoint was edited.
    void configure(const ConfigSnapshot &config, const QString &cluster);
    /// The cluster in use; empty when there is none.
    QString cluster() const;
    ConfigSnapshot config() const;

    /// Picks an enabled endpoint of the cluster in use by hand: it is tried first, before the strategy and before what a conversation
    /// is used to, as long as it is healthy or degraded and not suspect; the others still take over for it. Empty: none is picked.
    /// Forgotten when the cluster in use changes, and when the endpoint is disabled, gone, or another one by its address or key.
    /// It is a wish, never an end to failover.
    /// Returns false, and changes nothing, where there is no such endpoint.
    bool prefer(const QString &endpoint);
    /// The endpoint that was picked by hand; empty when none is.
    QString preferred() const;

    /// Called for what happens to endpoints, and when a background check has become due earlier than before.
    void setListeners(std::function<void(RoutingNews &&)> news, std::function<void()> verificationWanted);

    /// The keys of these endpoints have given a good answer in earlier runs.
    void keysHaveWorked(const QSet<QString> &endpoints);
    /// Nothing is known of them, so that none is condemned at its first refusal.
    void allKeysHaveWorked();
    /// Called when a key gives its first good answer.
    void setKeyListener(std::function<void(const Endpoint &)> worked);

    /// Called when the program of an endpoint is to be asked for its key, with the lock held; keySaid() or keyFailed() must follow. Without it requests
    /// for such an endpoint wait for ever.
    void setKeyWanted(std::function<void(const Endpoint &)> wanted);
    /// Its program has said a key, or why there is none. Requests that wait for it go on. Nothing where the endpoint has another program by now.
    void keySaid(const Endpoint &endpoint, const QByteArray &key, Time now);
    void keyFailed(const Endpoint &endpoint, const QString &why, Time now);
    /// Whether a request that was refused because of its key may do better at the same endpoint, since the program is asked for another one. `auxiliary`:
    /// it was no question to a model; many refuse those whatever the key.
    bool maySayAnotherKey(const Route &route, FailureClass failure, bool auxiliary, Time now) const;

    /// The endpoint for the next attempt of an exchange. `tries` is bound to a cluster at the first choice (bindWay()).
    /// `ticket`: the caller's place in line, 0 for none. With Full it gets or keeps one, and `wake` is called once when it had
    /// better ask again; with any other choice it has none any more. Nobody waits behind those who wait for other endpoints.
    Choice choose(Tries &tries, const QByteArray &conversation, quint64 &ticket, std::function<void()> wake, Time now);
    /// Whether choose() would find something after `tries` and then `failed`, without changing anything.
    bool couldTry(const Tries &tries, const Tries::Try &failed, Time now) const;

    /// Its `wake` is not called after this returns.
    void leaveLine(quint64 ticket);

    void attemptEnded(const Route &route, const AttemptResult &result, const QByteArray &conversation, Time now);
    /// An attempt whose result is told goes on all the same, as one of those that its endpoint has at a time, until tunnelEnded(). Called before
    /// attemptEnded(), so that nobody takes its place meanwhile.
    void tunnelBegan(const Route &route);
    void tunnelEnded(const Route &route);
    /// The result of a check: in the background, or by hand.
    /// `key`: the one that it was made with; where a program says it, one that is refused is asked for anew before anything is held against the endpoint.
    void verified(const QString &endpoint, bool reachable, bool refusedKey, Time now, const QByteArray &key = {});
    /// What came of a message that its owner sent to test it.
    void messageTested(const QString &endpoint, FailureClass failure, Time now, const QByteArray &key = {});
    /// The network is another one: endpoints that were out of reach may be back, and are checked soon.
    void checkSoon(Time now);
    /// Forgets what is held against an endpoint.
    void reset(const QString &endpoint);
    /// A pause for the same endpoint after its `failures`th failure in one exchange.
    std::chrono::milliseconds backoffAfter(int failures);

    /// Enabled endpoints of all clusters whose check is due.
    /// With their keys: those whose program has to be asked first come later.
    QList<Endpoint> verificationsDue(Time now);
    /// When the next one will be, but for the endpoints in `except`.
    std::optional<Time> nextVerification(const QSet<QString> &except = {}) const;
    /// How long a client had better wait before it asks again when everything failed: until the first endpoint has rested, or as the soonest of
    /// them `named`. Where one has merely failed, a minute at most, because that one would be asked again. Source: docs/answers.md, part 4.
    std::chrono::seconds retryHint(const QString &cluster, Time now, const QString &model = {},
                                   std::optional<std::chrono::milliseconds> named = {}, const QByteArray &login = {}) const;

    QHash<QString, EndpointState> states(Time now) const;
    /// Exchanges that stand in line.
    int waiting() const;

private:
    KnownEndpoint &known(const Endpoint &endpoint);
    /// Where an exchange goes: to the cluster that its path names, by the first route that it meets and that leads to a usable endpoint, or by that by
    /// which its conversation began, or to the cluster in use.
    void bindWay(Tries &tries, const QByteArray &conversation, Time now);
    /// Whether an endpoint of it is in favour.
    bool isOfUse(const Cluster &cluster, const Tries &tries, const QString &model, Time now) const;
    /// Takes out those that are full, and adds them to what is `wants`. Hands out how long until one of them has room by itself; 0 where none will.
    std::chrono::milliseconds takeOutFull(QList<RouteOption> &options, bool isLastResort, quint64 ticket, QStringList &wants, Time now);
    Choice decide(Tries &tries, const QByteArray &conversation, quint64 ticket, QStringList &wants, Time now);
    /// Wakes the first in line who can go to `endpoint`.
    void wakeFor(const QString &endpoint);
    void checked(const QString &endpoint, const std::function<void(KnownEndpoint &)> &learn, Time now);
    /// Somebody in line wants these no longer: what they bear may be the next one's.
    void wakeForAll(const QStringList &endpoints);
    void setPreferred(const QString &endpoint);
    /// Whether its key is there; else the program is asked, where it is not yet.
    bool hasKey(KnownEndpoint &entry, Time now);
    /// Takes out those whose program has failed and is asked again, where another one could serve: nobody waits for it then.
    void leaveSlowKeys(QList<RouteOption> &options, Time now);
    void learnKey(const Endpoint &endpoint, const std::function<void(KnownEndpoint &)> &learn);

    mutable std::mutex m_mutex;
    ConfigSnapshot m_config;
    QString m_cluster;
    QString m_preferred; ///< Picked by hand; empty when none is.
    KnownEndpoints m_endpoints;
    Selector m_selector;
    Affinity m_affinity; ///< By conversation and cluster.
    Affinity m_ways;     ///< By conversation and the route that is met first: by which one it went, or none.
    std::mt19937_64 m_random;
    WaitingLine m_line;
    std::function<void(RoutingNews &&)> m_news;
    std::function<void()> m_verificationWanted;
    QSet<QString> m_workedKeys;
    bool m_trustsAllKeys = false;
    std::function<void(const Endpoint &)> m_keyWorked;
    std::function<void(const Endpoint &)> m_keyWanted;
};

} // namespace qcc
