#include "core/routing/router.h"

#include "core/routing/breaker.h"
#include "core/routing/failure.h"

#include <algorithm>
#include <utility>

using namespace std::chrono_literals;

namespace qcc {

namespace {

/// Rather an endpoint in disfavour than a longer wait for one that is in favour.
constexpr auto longestPreferredPause = 10s;
constexpr auto usualRetryHint = 5s;
constexpr auto longestRetryHint = 60s; // where an endpoint would be asked again
/// An endpoint at its limit rests for a second again and again: that is one piece of news, not hundreds.
constexpr auto rateLimitNewsEvery = 60s;

NewsKind newsOf(RestReason rest)
{
    switch (rest) {
    case RestReason::Auth:
        return NewsKind::KeyRefused;
    case RestReason::Quota:
        return NewsKind::QuotaSpent;
    case RestReason::RateLimit:
    case RestReason::None:
        return NewsKind::RateLimited;
    }
    Q_UNREACHABLE();
}

bool isUsable(Tier tier)
{
    return tier == Tier::Healthy || tier == Tier::Degraded || tier == Tier::Unhealthy;
}

/// The order of preference among what an exchange may still try: endpoints in favour before others, new ones before those that
/// failed it already.
int rankOf(bool usable, bool untried, std::chrono::steady_clock::duration pause)
{
    if (usable && untried)
        return 0;
    if (usable && pause <= longestPreferredPause)
        return 1;
    if (untried)
        return 2;
    return usable ? 3 : 4;
}

/// One endpoint that an exchange may still try.
struct Option {
    const Endpoint *endpoint;
    const HealthTracker *health;
    Tier tier;
    Tries::Time from;
    int rank;
};

template <typename Known>
QList<Option> optionsOf(const Cluster &cluster, const Tries &tries, const Known &healthOf, Tries::Time now)
{
    QList<Option> options;
    for (const Endpoint &endpoint : cluster.endpoints) {
        const HealthTracker *health = endpoint.mayServe() ? healthOf(endpoint.id) : nullptr;
        if (!health)
            continue;
        if (const std::optional<Tries::Time> from = mayTry(endpoint.id, tries, now)) {
            const Tier tier = health->tier(now, tries.model);
            options.append({&endpoint, health, tier, *from, rankOf(isUsable(tier), !tries.lastOn(endpoint.id), *from - now)});
        }
    }
    if (options.isEmpty())
        return options;
    const int best = std::min_element(options.begin(), options.end(), [](const Option &a, const Option &b) { return a.rank < b.rank; })->rank;
    options.removeIf([best](const Option &option) { return option.rank != best; });
    return options;
}

Candidate candidateOf(const Option &option, Tries::Time now)
{
    return {option.endpoint->id, option.tier, option.endpoint->priority, option.endpoint->weight, option.health->inFlight(),
            option.health->firstByteMs(now)};
}

bool isEnabledIn(const Cluster *cluster, const QString &id)
{
    return cluster && std::any_of(cluster->endpoints.begin(), cluster->endpoints.end(), [&id](const Endpoint &e) { return e.mayServe() && e.id == id; });
}

/// The option of an endpoint that somebody has a reason to take before the strategy is asked; nothing where it is not as good as
/// `worst`, or suspect.
const Option *optionOf(const QString &id, const QList<Option> &options, Tier worst)
{
    const auto found = std::find_if(options.begin(), options.end(), [&id](const Option &o) { return o.endpoint->id == id; });
    return found != options.end() && found->tier <= worst && !found->health->isSuspect() ? &*found : nullptr;
}

/// Whether another endpoint than `chosen` could take over after it.
bool othersLeft(const Cluster &cluster, const Tries &tries, const QString &chosen, Tries::Time now)
{
    if (std::ssize(tries.made) + 1 >= tries.config->retry.maxAttempts)
        return false;
    return std::any_of(cluster.endpoints.begin(), cluster.endpoints.end(), [&](const Endpoint &e) {
        return e.mayServe() && e.id != chosen && mayTry(e.id, tries, now);
    });
}

/// How long until the first endpoint that is not `among` them comes back from a rest by itself; 0 where none does.
template <typename Known>
std::chrono::milliseconds untilAnotherReturns(const Cluster &cluster, const QStringList &among, const QString &model, const Known &healthOf,
                                              Router::Time now)
{
    std::chrono::milliseconds least{0};
    for (const Endpoint &endpoint : cluster.endpoints) {
        const HealthTracker *health = endpoint.mayServe() && !among.contains(endpoint.id) ? healthOf(endpoint.id) : nullptr;
        const std::optional<Router::Time> until = health ? health->restsUntil(now, model) : std::nullopt;
        if (!until || *until <= now)
            continue;
        const auto wait = std::chrono::ceil<std::chrono::milliseconds>(*until - now);
        least = least.count() == 0 ? wait : std::min(least, wait);
    }
    return least;
}

} // namespace

Router::Router(quint64 seed) : m_random(seed) { }

void Router::configure(const ConfigSnapshot &config, const QString &cluster)
{
    const std::lock_guard lock(m_mutex);
    m_config = config;
    const QString before = std::exchange(m_cluster, cluster.isEmpty() ? config->activeCluster : cluster);
    if (m_cluster != before || !isEnabledIn(config->cluster(m_cluster), m_preferred))
        setPreferred(QString());
    QHash<QString, QList<Endpoint>> present;
    for (const Cluster &c : config->clusters) {
        for (const Endpoint &e : c.endpoints)
            present[e.id].append(e);
    }
    for (const QList<Endpoint> &places : std::as_const(present)) {
        Known &entry = known(places.first());
        entry.health.setRules(config->breaker, config->pool.maxConnections, config->pool.strategy);
        const bool edited = std::any_of(places.begin(), places.end(),
                                        [&entry](const Endpoint &e) { return !entry.places.contains(e); });
        entry.places = places;
        // One that is enabled speaks for all: a disabled copy must not keep it from being checked.
        const auto enabled = std::find_if(places.begin(), places.end(), [](const Endpoint &e) { return e.mayServe(); });
        entry.endpoint = enabled == places.end() ? places.first() : *enabled;
        // Whoever edits an endpoint wants it tried.
        if (edited)
            entry.health.reset();
    }
    m_endpoints.removeIf([&present](const std::pair<const QString &, Known &> &entry) {
        return !present.contains(entry.first) && entry.second.health.inFlight() == 0;
    });
    wakeAll();
}

Router::Known &Router::known(const Endpoint &endpoint)
{
    auto found = m_endpoints.find(endpoint.id);
    if (found == m_endpoints.end()) {
        found = m_endpoints.insert(endpoint.id, {endpoint, HealthTracker(m_config->breaker, m_config->pool.maxConnections), {}, {}});
        if (m_trustsAllKeys || m_workedKeys.contains(endpoint.id))
            found->health.keyHasWorked();
    }
    return *found;
}

QString Router::cluster() const
{
    const std::lock_guard lock(m_mutex);
    return m_cluster;
}

ConfigSnapshot Router::config() const
{
    const std::lock_guard lock(m_mutex);
    return m_config;
}

bool Router::prefer(const QString &endpoint)
{
    const std::lock_guard lock(m_mutex);
    if (!endpoint.isEmpty() && !(m_config && isEnabledIn(m_config->cluster(m_cluster), endpoint)))
        return false;
    setPreferred(endpoint);
    return true;
}

QString Router::preferred() const
{
    const std::lock_guard lock(m_mutex);
    return m_preferred;
}

void Router::setPreferred(const QString &endpoint)
{
    const QString before = std::exchange(m_preferred, endpoint);
    if (before == endpoint || !m_news)
        return;
    const auto found = m_endpoints.constFind(endpoint.isEmpty() ? before : endpoint);
    if (found != m_endpoints.cend())
        m_news({endpoint.isEmpty() ? NewsKind::NotPreferred : NewsKind::Preferred, found->endpoint.id, found->endpoint.name, {}, 0});
}

void Router::setListeners(std::function<void(RoutingNews &&)> news, std::function<void()> verificationWanted)
{
    const std::lock_guard lock(m_mutex);
    m_news = std::move(news);
    m_verificationWanted = std::move(verificationWanted);
}

void Router::keysHaveWorked(const QSet<QString> &endpoints)
{
    const std::lock_guard lock(m_mutex);
    m_workedKeys = endpoints;
    m_trustsAllKeys = false;
    for (const QString &id : endpoints) {
        if (const auto found = m_endpoints.find(id); found != m_endpoints.end())
            found->health.keyHasWorked();
    }
}

void Router::allKeysHaveWorked()
{
    const std::lock_guard lock(m_mutex);
    m_trustsAllKeys = true;
    for (Known &entry : m_endpoints)
        entry.health.keyHasWorked();
}

void Router::setKeyListener(std::function<void(const Endpoint &)> worked)
{
    const std::lock_guard lock(m_mutex);
    m_keyWorked = std::move(worked);
}

Choice Router::choose(Tries &tries, const QByteArray &conversation, quint64 &ticket, std::function<void()> wake, Time now)
{
    const std::lock_guard lock(m_mutex);
    QStringList wants;
    const Choice choice = decide(tries, conversation, ticket, wants, now);
    // Under the same lock as the choice: the end that makes room must not fall between the two.
    if (choice.kind == Choice::Full)
        standInLine(ticket, std::move(wake), wants);
    else
        removeFromLine(std::exchange(ticket, 0));
    return choice;
}

Choice Router::decide(Tries &tries, const QByteArray &conversation, quint64 ticket, QStringList &wants, Time now)
{
    if (!tries.config) {
        tries.config = m_config;
        tries.cluster = m_cluster;
    }
    const Cluster *cluster = tries.config ? tries.config->cluster(tries.cluster) : nullptr;
    if (!cluster || std::ssize(tries.made) >= tries.config->retry.maxAttempts)
        return {};

    const auto healthOf = [this](const QString &id) {
        const auto found = m_endpoints.constFind(id);
        return found == m_endpoints.cend() ? nullptr : &found->health;
    };
    QList<Option> options = optionsOf(*cluster, tries, healthOf, now);
    if (options.isEmpty())
        return {};
    const Time earliest = std::min_element(options.begin(), options.end(), [](const Option &a, const Option &b) { return a.from < b.from; })->from;
    if (earliest > now)
        return {.kind = Choice::Wait, .pause = std::chrono::ceil<std::chrono::milliseconds>(earliest - now)};
    options.removeIf([now](const Option &option) { return option.from > now; });

    // An endpoint in disfavour is the last resort; what it bears does not matter then.
    if (isUsable(options.first().tier)) {
        std::transform(options.cbegin(), options.cend(), std::back_inserter(wants), [](const Option &option) { return option.endpoint->id; });
        options.removeIf([&](const Option &option) { return option.health->room() <= ahead(option.endpoint->id, ticket); });
        if (options.isEmpty())
            return {.kind = Choice::Full, .pause = untilAnotherReturns(*cluster, wants, tries.model, healthOf, now)};
    }

    const Option *chosen = nullptr;
    if (!m_preferred.isEmpty() && tries.cluster == m_cluster) {
        // Unhealthy is one whose probe is out: the others wait for its end.
        chosen = optionOf(m_preferred, options, Tier::Degraded);
        if (chosen)
            m_affinity.bind(conversation, m_preferred, now);
    }
    if (!chosen) {
        if (const QString bound = m_affinity.endpointOf(conversation, now, tries.config->affinity.ttl); !bound.isEmpty())
            chosen = optionOf(bound, options, Tier::Unhealthy);
    }
    if (!chosen && options.size() == 1)
        chosen = &options.first();
    if (!chosen) {
        QList<Candidate> candidates;
        for (const Option &option : std::as_const(options))
            candidates.append(candidateOf(option, now));
        chosen = &options.at(*m_selector.pick(cluster->strategy, candidates, m_random()));
        if (isUsable(chosen->tier))
            m_affinity.bind(conversation, chosen->endpoint->id, now);
    }
    Choice choice{.kind = Choice::Go};
    choice.route = {tries.config, tries.cluster, *chosen->endpoint, othersLeft(*cluster, tries, chosen->endpoint->id, now), false};
    choice.route.probe = m_endpoints.find(chosen->endpoint->id)->health.attemptStarted();
    return choice;
}

bool Router::couldTry(const Tries &tries, const Tries::Try &failed, Time now) const
{
    const Cluster *cluster = tries.config ? tries.config->cluster(tries.cluster) : nullptr;
    if (!cluster || std::ssize(tries.made) + 1 >= tries.config->retry.maxAttempts)
        return false;
    // The usual case by far, asked for every answer.
    const bool alone = std::none_of(cluster->endpoints.begin(), cluster->endpoints.end(),
                                    [&failed](const Endpoint &e) { return e.mayServe() && e.id != failed.endpoint; });
    if (alone && !remedyFor(failed.failure).sameEndpoint)
        return false;
    Tries then = tries;
    then.made.append(failed);
    const std::lock_guard lock(m_mutex);
    return std::any_of(cluster->endpoints.begin(), cluster->endpoints.end(), [&](const Endpoint &e) {
        return e.mayServe() && m_endpoints.contains(e.id) && mayTry(e.id, then, now);
    });
}

void Router::standInLine(quint64 &ticket, std::function<void()> wake, const QStringList &wants)
{
    const auto place = std::find_if(m_line.begin(), m_line.end(), [ticket](const InLine &l) { return l.ticket == ticket; });
    if (place == m_line.end()) {
        ticket = ++m_lastTicket;
        m_line.push_back({ticket, std::move(wake), wants});
        return;
    }
    const QStringList before = std::exchange(place->wants, wants);
    place->woken = false;
    place->wake = std::move(wake);
    // What it no longer wants may be the next one's.
    for (const QString &endpoint : before) {
        if (!wants.contains(endpoint))
            wakeFor(endpoint);
    }
}

void Router::removeFromLine(quint64 ticket)
{
    const auto place = std::find_if(m_line.begin(), m_line.end(), [ticket](const InLine &l) { return l.ticket == ticket; });
    if (place == m_line.end())
        return;
    const QStringList wanted = std::move(place->wants);
    m_line.erase(place);
    for (const QString &endpoint : wanted)
        wakeFor(endpoint);
}

void Router::leaveLine(quint64 ticket)
{
    const std::lock_guard lock(m_mutex);
    removeFromLine(ticket);
}

int Router::ahead(const QString &endpoint, quint64 ticket) const
{
    int count = 0;
    for (const InLine &waiter : m_line) {
        if (waiter.ticket == ticket)
            break;
        if (waiter.wants.contains(endpoint))
            ++count;
    }
    return count;
}

void Router::wakeFor(const QString &endpoint)
{
    const auto found = m_endpoints.constFind(endpoint);
    int room = found == m_endpoints.cend() ? 0 : found->health.room();
    for (auto waiter = m_line.begin(); waiter != m_line.end() && room > 0; ++waiter) {
        if (!waiter->wants.contains(endpoint))
            continue;
        --room; // its own, once it comes, or the next one's, if it finds a better one
        if (!std::exchange(waiter->woken, true))
            return waiter->wake();
    }
}

void Router::wakeAll()
{
    for (InLine &waiter : m_line) {
        if (!std::exchange(waiter.woken, true))
            waiter.wake();
    }
}

void Router::attemptEnded(const Route &route, const AttemptResult &result, const QByteArray &conversation, Time now)
{
    const std::lock_guard lock(m_mutex);
    Known &entry = known(route.endpoint);
    const std::optional<Time> checkBefore = entry.health.verifyDue();
    const bool wasWell = entry.health.isWell();
    const bool wasUsable = isUsable(entry.health.tier(now));
    const EndpointState before = wasWell ? EndpointState{} : entry.health.state(now);
    const bool keyWorked = entry.health.keyWorked();
    entry.health.attemptEnded(result, route.probe, now);
    if (!keyWorked && entry.health.keyWorked() && m_keyWorked)
        m_keyWorked(entry.endpoint);
    if (result.failure != FailureClass::Stale && result.failure != FailureClass::Cancelled && result.failure != FailureClass::Caller)
        entry.lastCheck = QDateTime::currentDateTimeUtc();
    if (result.failure == FailureClass::None) {
        m_affinity.bind(conversation, route.endpoint.id, now);
        entry.toldOfKey = entry.toldOfKey && result.auxiliary;
    }
    if (!wasWell || !entry.health.isWell())
        tellChange(entry, before, now);
    if (entry.health.verifyDue() && entry.health.verifyDue() != checkBefore && m_verificationWanted)
        m_verificationWanted();
    if (isUsable(entry.health.tier(now)) != wasUsable)
        wakeAll();
    else
        wakeFor(route.endpoint.id);
}

void Router::verified(const QString &endpoint, bool reachable, bool refusedKey, Time now)
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_endpoints.find(endpoint);
    if (found == m_endpoints.end())
        return;
    const EndpointState before = found->health.state(now);
    found->health.verified(reachable, refusedKey, now);
    found->lastCheck = QDateTime::currentDateTimeUtc();
    tellChange(*found, before, now);
    if (m_verificationWanted)
        m_verificationWanted();
    wakeAll();
}

void Router::checkSoon(Time now)
{
    const std::lock_guard lock(m_mutex);
    for (Known &entry : m_endpoints)
        entry.health.checkSoon(now);
    if (m_verificationWanted)
        m_verificationWanted();
}

void Router::reset(const QString &endpoint)
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_endpoints.find(endpoint);
    if (found != m_endpoints.end()) {
        found->health.reset();
        found->lastCheck.reset();
    }
    wakeAll();
}

std::chrono::milliseconds Router::backoffAfter(int failures)
{
    const std::lock_guard lock(m_mutex);
    return backoff(failures, m_random());
}

void Router::tellChange(Known &entry, const EndpointState &before, Time now)
{
    if (!m_news)
        return;
    const EndpointState after = entry.health.state(now);
    const auto tell = [&](NewsKind kind, const QString &reason) {
        RoutingNews news{kind, entry.endpoint.id, entry.endpoint.name, reason, after.reopensInS};
        entry.awayUntold = isOldNews(entry, news, now);
        if (entry.awayUntold)
            return;
        if (kind == NewsKind::RateLimited)
            entry.toldOfRateLimit = now;
        if (kind == NewsKind::KeyRefused)
            entry.toldOfKey = true;
        m_news(std::move(news));
    };
    if (after.rest != before.rest && after.rest != RestReason::None)
        tell(newsOf(after.rest), {});
    if (after.breaker == BreakerState::Open && before.breaker != BreakerState::Open)
        tell(NewsKind::Opened, after.breakerReason);
    const bool wasAway = before.breaker != BreakerState::Closed || before.rest != RestReason::None;
    if (wasAway && after.breaker == BreakerState::Closed && after.rest == RestReason::None)
        tell(NewsKind::Returned, {});
}

bool Router::isOldNews(const Known &entry, const RoutingNews &news, Time now)
{
    if (news.kind == NewsKind::Returned)
        return entry.awayUntold;
    if (news.kind == NewsKind::KeyRefused && news.seconds > 0)
        return entry.toldOfKey;
    return news.kind == NewsKind::RateLimited && entry.toldOfRateLimit && now - *entry.toldOfRateLimit < rateLimitNewsEvery
        && news.seconds < std::chrono::duration<double>(rateLimitNewsEvery).count();
}

QList<Endpoint> Router::verificationsDue(Time now) const
{
    const std::lock_guard lock(m_mutex);
    QList<Endpoint> due;
    for (const Known &entry : m_endpoints) {
        const std::optional<Time> when = entry.health.verifyDue();
        if (entry.endpoint.mayServe() && when && *when <= now)
            due.append(entry.endpoint);
    }
    return due;
}

std::optional<Router::Time> Router::nextVerification(const QSet<QString> &except) const
{
    const std::lock_guard lock(m_mutex);
    std::optional<Time> next;
    for (const Known &entry : m_endpoints) {
        const std::optional<Time> when = entry.health.verifyDue();
        if (entry.endpoint.mayServe() && when && !except.contains(entry.endpoint.id) && (!next || *when < *next))
            next = when;
    }
    return next;
}

std::chrono::seconds Router::retryHint(const QString &clusterName, Time now, const QString &model, std::optional<std::chrono::milliseconds> named) const
{
    using Wait = std::chrono::steady_clock::duration;
    const std::lock_guard lock(m_mutex);
    const Cluster *cluster = m_config ? m_config->cluster(clusterName) : nullptr;
    std::optional<Wait> soonest = named ? std::optional<Wait>(*named) : std::nullopt;
    const auto consider = [&soonest](Wait wait) { soonest = soonest ? std::min(*soonest, wait) : wait; };
    bool asksAgain = false;
    for (const Endpoint &endpoint : cluster ? cluster->endpoints : QList<Endpoint>()) {
        const auto found = m_endpoints.constFind(endpoint.id);
        if (!endpoint.mayServe() || found == m_endpoints.cend())
            continue;
        const Tier tier = found->health.tier(now, model);
        const std::optional<Time> until = found->health.restsUntil(now, model);
        asksAgain = asksAgain || (tier != Tier::Resting && tier != Tier::Out);
        if (until)
            consider(*until - now);
    }
    if (!soonest)
        return usualRetryHint;
    const auto hint = std::max<std::chrono::seconds>(std::chrono::ceil<std::chrono::seconds>(*soonest), 1s);
    return std::min<std::chrono::seconds>(hint, asksAgain ? std::chrono::seconds(longestRetryHint) : HealthTracker::longestRateLimitRest);
}

QHash<QString, EndpointState> Router::states(Time now) const
{
    const std::lock_guard lock(m_mutex);
    QHash<QString, EndpointState> states;
    for (auto entry = m_endpoints.cbegin(); entry != m_endpoints.cend(); ++entry) {
        EndpointState state = entry->health.state(now);
        state.lastCheck = entry->lastCheck;
        states.insert(entry.key(), state);
    }
    return states;
}

int Router::waiting() const
{
    const std::lock_guard lock(m_mutex);
    return static_cast<int>(m_line.size());
}

} // namespace qcc
