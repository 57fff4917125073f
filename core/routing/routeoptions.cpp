#include "core/routing/routeoptions.h"

#include <algorithm>

using namespace std::chrono_literals;

namespace qcc {

namespace {

/// Rather an endpoint in disfavour than a longer wait for one that is in favour.
constexpr auto longestPreferredPause = 10s;
constexpr auto usualRetryHint = 5s;
constexpr auto longestRetryHint = 60s; // where an endpoint would be asked again

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

/// Null where it takes no part.
const KnownEndpoint *partOf(const Endpoint &endpoint, const KnownEndpoints &known)
{
    const auto found = endpoint.mayServe() ? known.constFind(endpoint.id) : known.cend();
    return found == known.cend() ? nullptr : &*found;
}

/// The client's login, where the endpoint gets it: what it refuses others for is nothing to it.
QByteArray loginFor(const Endpoint &endpoint, const QByteArray &login)
{
    return endpoint.auth == AuthStyle::Passthrough ? login : QByteArray();
}

const HealthTracker *healthOf(const Endpoint &endpoint, const KnownEndpoints &known)
{
    const KnownEndpoint *part = partOf(endpoint, known);
    return part ? &part->health : nullptr;
}

} // namespace

bool isUsable(Tier tier)
{
    return tier == Tier::Healthy || tier == Tier::Degraded || tier == Tier::Unhealthy;
}

QList<RouteOption> optionsOf(const Cluster &cluster, const Tries &tries, const KnownEndpoints &known, RouteOption::Time now)
{
    QList<RouteOption> options;
    for (const Endpoint &endpoint : cluster.endpoints) {
        const KnownEndpoint *part = partOf(endpoint, known);
        if (!part || part->programKey.need(now) == ProgramKey::Need::Leave || !maySendTo(endpoint, tries))
            continue;
        if (const std::optional<Tries::Time> from = mayTry(endpoint.id, tries, now)) {
            const Tier tier = part->health.tier(now, tries.model, loginFor(endpoint, tries.login));
            options.append({&endpoint, &part->health, &part->own, tier, *from, rankOf(isUsable(tier), !tries.lastOn(endpoint.id), *from - now)});
        }
    }
    return options;
}

QList<RouteOption> takeBest(QList<RouteOption> &options)
{
    const auto byRank = [](const RouteOption &a, const RouteOption &b) { return a.rank < b.rank; };
    const int best = std::min_element(options.begin(), options.end(), byRank)->rank;
    QList<RouteOption> taken;
    options.removeIf([&taken, best](const RouteOption &option) {
        if (option.rank == best)
            taken.append(option);
        return option.rank == best;
    });
    return taken;
}

QString whyWithoutKey(const Cluster &cluster, const KnownEndpoints &known, RouteOption::Time now)
{
    for (const Endpoint &endpoint : cluster.endpoints) {
        const KnownEndpoint *part = partOf(endpoint, known);
        if (part && part->programKey.need(now) == ProgramKey::Need::Leave)
            return QStringLiteral("endpoint %1 is out of use: %2").arg(endpoint.name, part->programKey.why());
    }
    return {};
}

QStringList skippedWithoutLogin(const Tries &tries)
{
    const Cluster *cluster = tries.config ? tries.config->cluster(tries.cluster) : nullptr;
    QStringList names;
    for (const Endpoint &endpoint : cluster ? cluster->endpoints : QList<Endpoint>()) {
        if (endpoint.mayServe() && !maySendTo(endpoint, tries))
            names.append(endpoint.name);
    }
    return names;
}

QString whySkipped(const QStringList &names)
{
    if (names.isEmpty())
        return {};
    return QStringLiteral("%1: skipped, for it takes a login of the client's own, and the request brings none that is for it. Log in with the client, and have it send that: qcc client "
                          "connect NAME --login keep. An access token goes in x-qcc-token then").arg(names.join(QStringLiteral(", ")));
}

const RouteOption *optionOf(const QString &id, const QList<RouteOption> &options, Tier worst)
{
    const auto found = std::find_if(options.begin(), options.end(), [&id](const RouteOption &o) { return o.endpoint->id == id; });
    return found != options.end() && found->tier <= worst && !found->health->isSuspect() ? &*found : nullptr;
}

bool othersLeft(const Cluster &cluster, const Tries &tries, const QString &chosen, const KnownEndpoints &known, RouteOption::Time now)
{
    if (std::ssize(tries.made) + 1 >= tries.config->retry.maxAttempts)
        return false;
    return std::any_of(cluster.endpoints.begin(), cluster.endpoints.end(), [&](const Endpoint &e) {
        const KnownEndpoint *part = e.id == chosen ? nullptr : partOf(e, known);
        return part && maySendTo(e, tries) && part->programKey.need(now) != ProgramKey::Need::Leave && mayTry(e.id, tries, now);
    });
}

std::chrono::milliseconds untilAnotherReturns(const Cluster &cluster, const QStringList &among, const Tries &tries, const KnownEndpoints &known,
                                              RouteOption::Time now)
{
    std::chrono::milliseconds least{0};
    for (const Endpoint &endpoint : cluster.endpoints) {
        const HealthTracker *health = among.contains(endpoint.id) || !maySendTo(endpoint, tries) ? nullptr : healthOf(endpoint, known);
        const std::optional<HealthTracker::Time> until = health ? health->restsUntil(now, tries.model, loginFor(endpoint, tries.login)) : std::nullopt;
        if (!until || *until <= now)
            continue;
        const auto wait = std::chrono::ceil<std::chrono::milliseconds>(*until - now);
        least = least.count() == 0 ? wait : std::min(least, wait);
    }
    return least;
}

std::chrono::seconds retryHintOf(const Cluster *cluster, const KnownEndpoints &known, RouteOption::Time now, const QString &model,
                                 std::optional<std::chrono::milliseconds> named, const QByteArray &login)
{
    using Wait = std::chrono::steady_clock::duration;
    constexpr Wait never = Wait::max();
    Wait soonest = named ? Wait(*named) : never;
    bool asksAgain = false;
    for (const Endpoint &endpoint : cluster ? cluster->endpoints : QList<Endpoint>()) {
        const HealthTracker *health = healthOf(endpoint, known);
        if (!health || (endpoint.auth == AuthStyle::Passthrough && login.isEmpty()))
            continue;
        const QByteArray its = loginFor(endpoint, login);
        const Tier tier = health->tier(now, model, its);
        const std::optional<HealthTracker::Time> until = health->restsUntil(now, model, its);
        asksAgain = asksAgain || (tier != Tier::Resting && tier != Tier::Out);
        if (until)
            soonest = std::min<Wait>(soonest, *until - now);
    }
    if (soonest == never)
        return usualRetryHint;
    const auto hint = std::max<std::chrono::seconds>(std::chrono::ceil<std::chrono::seconds>(soonest), 1s);
    return std::min<std::chrono::seconds>(hint, asksAgain ? std::chrono::seconds(longestRetryHint) : HealthTracker::longestRateLimitRest);
}

} // namespace qcc
