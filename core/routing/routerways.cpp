#include "core/routing/router.h"

#include "core/routing/requestway.h"
#include "core/routing/routeoptions.h"

#include <algorithm>

// Which cluster an exchange goes to, and stays with.

namespace qcc {

namespace {

/// A conversation is bound to this where no route's cluster could serve it.
const QString activeCluster = QStringLiteral("@");

/// What a conversation is bound to: the route with where it leads.
QString identityOf(const RouteRule &rule)
{
    return rule.text() + QStringLiteral(" > ") + rule.cluster + QStringLiteral(" > ") + rule.setModel;
}

} // namespace

bool Router::isOfUse(const Cluster &cluster, const Tries &tries, const QString &model, Time now) const
{
    return std::any_of(cluster.endpoints.begin(), cluster.endpoints.end(), [&](const Endpoint &endpoint) {
        const auto found = m_endpoints.constFind(endpoint.id);
        return maySendTo(endpoint, tries) && found != m_endpoints.cend() && found->programKey.need(now) != ProgramKey::Need::Leave
            && isUsable(found->health.tier(now, model, endpoint.auth == AuthStyle::Passthrough ? tries.login : QByteArray()));
    });
}

void Router::bindWay(Tries &tries, const QByteArray &conversation, Time now)
{
    // An exchange stays in its cluster while that is there, though the user switches meanwhile.
    const bool isBound = tries.config && m_config && m_config->cluster(tries.cluster);
    tries.config = m_config;
    if (isBound)
        return;
    if (!tries.setModel.isEmpty())
        tries.model = tries.asked;
    tries.setModel.clear();
    tries.route.clear();
    tries.cluster = tries.named.isEmpty() ? m_cluster : tries.named;
    if (!tries.named.isEmpty() || !m_config || m_config->routes.isEmpty())
        return;
    const QList<const RouteRule *> met = routesMet(m_config->routes, tries.traits);
    if (met.isEmpty())
        return;
    // Requests of one conversation may be of several kinds, each with a way of its own.
    const QByteArray kind = conversation.isEmpty() ? QByteArray() : conversation + '\n' + identityOf(*met.first()).toUtf8();
    const QString bound = m_ways.endpointOf(kind, now, m_config->affinity.ttl);
    const RouteRule *chosen = nullptr;
    QStringList passedOver;
    for (const RouteRule *rule : met) {
        const Cluster *cluster = m_config->cluster(rule->cluster);
        if (!cluster || !isOfUse(*cluster, tries, rule->setModel.isEmpty() ? tries.model : rule->setModel, now)) {
            passedOver.append(QStringLiteral("the route %1 is passed over: cluster \"%2\" has no usable endpoint").arg(rule->text(), rule->cluster));
            continue;
        }
        if (!chosen)
            chosen = rule;
        if (identityOf(*rule) == bound)
            chosen = rule;
    }
    if (bound == activeCluster) {
        const Cluster *active = m_config->cluster(m_cluster);
        if (active && isOfUse(*active, tries, tries.model, now))
            chosen = nullptr;
    }
    m_ways.bind(kind, chosen ? identityOf(*chosen) : activeCluster, now);
    tries.passedOver = passedOver;
    if (!chosen)
        return;
    tries.cluster = chosen->cluster;
    tries.route = chosen->text();
    if (!chosen->setModel.isEmpty()) {
        tries.asked = tries.model;
        tries.model = tries.setModel = chosen->setModel;
    }
}

} // namespace qcc
