#include "core/routing/router.h"

#include "core/routing/failure.h"
#include "core/routing/routeoptions.h"

#include <algorithm>
#include <utility>

namespace qcc {

namespace {

bool isEnabledIn(const Cluster *cluster, const QString &id)
{
    return cluster && std::any_of(cluster->endpoints.begin(), cluster->endpoints.end(), [&id](const Endpoint &e) { return e.mayServe() && e.id == id; });
}

/// A conversation has a place in each cluster that its requests go to.
QByteArray placeOf(const QByteArray &conversation, const QString &cluster)
{
    return conversation.isEmpty() ? conversation : conversation + '\n' + cluster.toUtf8();
}

/// The shorter pause; 0 is none.
std::chrono::milliseconds sooner(std::chrono::milliseconds a, std::chrono::milliseconds b)
{
    return a.count() == 0 || b.count() == 0 ? std::max(a, b) : std::min(a, b);
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
    for (const QList<Endpoint> &places : std::as_const(present))
        known(places.first()).configure(places, *config);
    m_endpoints.removeIf([&present](const std::pair<const QString &, KnownEndpoint &> &entry) {
        return !present.contains(entry.first) && entry.second.health.inFlight() == 0;
    });
    m_line.wakeAll();
}

KnownEndpoint &Router::known(const Endpoint &endpoint)
{
    auto found = m_endpoints.find(endpoint.id);
    if (found == m_endpoints.end()) {
        found = m_endpoints.insert(endpoint.id, KnownEndpoint(endpoint, *m_config));
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

Choice Router::choose(Tries &tries, const QByteArray &conversation, quint64 &ticket, std::function<void()> wake, Time now)
{
    const std::lock_guard lock(m_mutex);
    QStringList wants;
    const Choice choice = decide(tries, conversation, ticket, wants, now);
    // Under the same lock as the choice: the end that makes room must not fall between the two.
    if (choice.kind == Choice::Full)
        wakeForAll(m_line.stand(ticket, std::move(wake), wants));
    else
        wakeForAll(m_line.leave(std::exchange(ticket, 0)));
    return choice;
}

std::chrono::milliseconds Router::takeOutFull(QList<RouteOption> &options, bool isLastResort, quint64 ticket, QStringList &wants, Time now)
{
    std::chrono::milliseconds untilMinuteHasRoom{0};
    options.removeIf([&](const RouteOption &option) {
        const int ahead = m_line.ahead(option.endpoint->id, ticket);
        if (std::min(isLastResort ? OwnLimits::noLimit : option.health->room(), option.own->room(option.health->inFlight(), now)) > ahead)
            return false;
        wants.append(option.endpoint->id);
        if (const std::optional<Time> from = option.own->minuteHasRoomAt(ahead, now))
            untilMinuteHasRoom = sooner(untilMinuteHasRoom, std::chrono::ceil<std::chrono::milliseconds>(*from - now));
        return true;
    });
    return untilMinuteHasRoom;
}

Choice Router::decide(Tries &tries, const QByteArray &conversation, quint64 ticket, QStringList &wants, Time now)
{
    // While nothing has been tried, nothing holds it to what the configuration was when it came.
    if (!tries.config || (tries.made.isEmpty() && tries.config != m_config))
        bindWay(tries, conversation, now);
    const Cluster *cluster = tries.config ? tries.config->cluster(tries.cluster) : nullptr;
    if (!cluster || std::ssize(tries.made) >= tries.config->retry.maxAttempts)
        return {};

    QList<RouteOption> others = optionsOf(*cluster, tries, m_endpoints, now);
    if (others.isEmpty()) {
        const QString withoutKey = whyWithoutKey(*cluster, m_endpoints, now);
        const QString withoutLogin = whySkipped(skippedWithoutLogin(tries));
        return {.kind = Choice::None, .why = withoutKey.isEmpty() ? withoutLogin : withoutKey, .wantsLogin = withoutKey.isEmpty() && !withoutLogin.isEmpty()};
    }
    QList<RouteOption> options = takeBest(others);
    const Time earliest = std::min_element(options.begin(), options.end(), [](const RouteOption &a, const RouteOption &b) { return a.from < b.from; })->from;
    if (earliest > now)
        return {.kind = Choice::Wait, .pause = std::chrono::ceil<std::chrono::milliseconds>(earliest - now)};
    options.removeIf([now](const RouteOption &option) { return option.from > now; });
    leaveSlowKeys(options, now);

    // An endpoint in disfavour is the last resort; what it bears does not matter then, but what its owner allows does.
    const bool isLastResort = !isUsable(options.first().tier);
    std::chrono::milliseconds pause = takeOutFull(options, isLastResort, ticket, wants, now);
    if (options.isEmpty() && !isLastResort) {
        // Rather one that has failed this request before than a wait for those that are full.
        others.removeIf([](const RouteOption &option) { return !isUsable(option.tier); });
        for (const RouteOption &option : std::as_const(others)) {
            if (option.from > now)
                pause = sooner(pause, std::chrono::ceil<std::chrono::milliseconds>(option.from - now));
            else
                options.append(option);
        }
        pause = sooner(pause, takeOutFull(options, false, ticket, wants, now));
    }
    if (options.isEmpty())
        return {.kind = Choice::Full, .pause = sooner(pause, untilAnotherReturns(*cluster, wants, tries, m_endpoints, now))};

    const QByteArray place = placeOf(conversation, tries.cluster);
    const RouteOption *chosen = nullptr;
    if (!m_preferred.isEmpty() && tries.cluster == m_cluster) {
        // Unhealthy is one whose probe is out: the others wait for its end.
        chosen = optionOf(m_preferred, options, Tier::Degraded);
        if (chosen)
            m_affinity.bind(place, m_preferred, now);
    }
    if (!chosen) {
        if (const QString bound = m_affinity.endpointOf(place, now, tries.config->affinity.ttl); !bound.isEmpty())
            chosen = optionOf(bound, options, Tier::Unhealthy);
    }
    if (!chosen && options.size() == 1)
        chosen = &options.first();
    if (!chosen) {
        QList<Candidate> candidates;
        for (const RouteOption &option : std::as_const(options))
            candidates.append(option.asCandidate(now));
        chosen = &options.at(*m_selector.pick(cluster->strategy, candidates, m_random()));
        if (isUsable(chosen->tier))
            m_affinity.bind(place, chosen->endpoint->id, now);
    }
    Choice choice{.kind = Choice::Go};
    choice.route = {tries.config, tries.cluster, *chosen->endpoint, othersLeft(*cluster, tries, chosen->endpoint->id, m_endpoints, now), false};
    if (chosen->endpoint->auth == AuthStyle::Passthrough)
        choice.route.login = tries.login;
    KnownEndpoint &entry = *m_endpoints.find(chosen->endpoint->id);
    if (entry.programKey.isUsed()) {
        if (!hasKey(entry, now)) {
            wants = {chosen->endpoint->id};
            return {.kind = Choice::Full};
        }
        choice.route.endpoint.apiKey = entry.programKey.key();
    }
    entry.own.began(now);
    choice.route.probe = entry.health.attemptStarted();
    return choice;
}

bool Router::couldTry(const Tries &tries, const Tries::Try &failed, Time now) const
{
    const Cluster *cluster = tries.config ? tries.config->cluster(tries.cluster) : nullptr;
    if (!cluster || std::ssize(tries.made) + 1 >= tries.config->retry.maxAttempts)
        return false;
    // The usual case by far, asked for every answer.
    const bool alone = std::none_of(cluster->endpoints.begin(), cluster->endpoints.end(),
                                    [&](const Endpoint &e) { return maySendTo(e, tries) && e.id != failed.endpoint; });
    if (alone && !remedyFor(failed.failure).sameEndpoint && !failed.anotherKey)
        return false;
    Tries then = tries;
    then.made.append(failed);
    const std::lock_guard lock(m_mutex);
    return std::any_of(cluster->endpoints.begin(), cluster->endpoints.end(), [&](const Endpoint &e) {
        const auto part = m_endpoints.constFind(e.id);
        return maySendTo(e, tries) && part != m_endpoints.cend() && part->programKey.need(now) != ProgramKey::Need::Leave && mayTry(e.id, then, now);
    });
}

void Router::leaveLine(quint64 ticket)
{
    const std::lock_guard lock(m_mutex);
    wakeForAll(m_line.leave(ticket));
}

void Router::wakeFor(const QString &endpoint)
{
    const auto found = m_endpoints.constFind(endpoint);
    m_line.wakeFor(endpoint, found == m_endpoints.cend() ? 0 : found->roomInLine());
}

void Router::wakeForAll(const QStringList &endpoints)
{
    for (const QString &endpoint : endpoints)
        wakeFor(endpoint);
}

void Router::attemptEnded(const Route &route, const AttemptResult &told, const QByteArray &conversation, Time now)
{
    AttemptResult result = told;
    const std::lock_guard lock(m_mutex);
    KnownEndpoint &entry = known(route.endpoint);
    // Not its fault yet: the key that it refuses may have expired.
    if (told.failure == FailureClass::Auth && !told.auxiliary && entry.programKey.refused(route.endpoint.apiKey, now))
        result.failure = FailureClass::Cancelled;
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
        m_affinity.bind(placeOf(conversation, route.cluster), route.endpoint.id, now);
        if (!result.auxiliary)
            entry.keyWasTaken();
    }
    if (m_news && (!wasWell || !entry.health.isWell()))
        entry.tellChange(before, now, m_news);
    if (entry.health.verifyDue() && entry.health.verifyDue() != checkBefore && m_verificationWanted)
        m_verificationWanted();
    if (isUsable(entry.health.tier(now)) != wasUsable)
        m_line.wakeAll();
    else
        wakeFor(route.endpoint.id);
}

void Router::tunnelBegan(const Route &route)
{
    const std::lock_guard lock(m_mutex);
    known(route.endpoint).health.goesOn();
}

void Router::tunnelEnded(const Route &route)
{
    const std::lock_guard lock(m_mutex);
    known(route.endpoint).health.wentOn();
    wakeFor(route.endpoint.id);
}

std::chrono::milliseconds Router::backoffAfter(int failures)
{
    const std::lock_guard lock(m_mutex);
    return backoff(failures, m_random());
}

std::chrono::seconds Router::retryHint(const QString &clusterName, Time now, const QString &model, std::optional<std::chrono::milliseconds> named,
                                       const QByteArray &login) const
{
    const std::lock_guard lock(m_mutex);
    return retryHintOf(m_config ? m_config->cluster(clusterName) : nullptr, m_endpoints, now, model, named, login);
}

QHash<QString, EndpointState> Router::states(Time now) const
{
    const std::lock_guard lock(m_mutex);
    QHash<QString, EndpointState> states;
    for (auto entry = m_endpoints.cbegin(); entry != m_endpoints.cend(); ++entry) {
        EndpointState state = entry->health.state(now);
        state.lastCheck = entry->lastCheck;
        state.maxConcurrent = entry->own.maxConcurrent();
        state.requestsPerMinute = entry->own.requestsPerMinute();
        state.beganWithinMinute = entry->own.beganWithinMinute(now);
        if (const auto retryAt = entry->programKey.leftUntil(now)) {
            state.rest = RestReason::Auth;
            state.keyFault = entry->programKey.why();
            state.reopensInS = std::chrono::duration<double>(*retryAt - now).count();
        }
        state.isFull = entry->own.room(state.inFlight, now) == 0;
        states.insert(entry.key(), state);
    }
    return states;
}

int Router::waiting() const
{
    const std::lock_guard lock(m_mutex);
    return m_line.size();
}

} // namespace qcc
