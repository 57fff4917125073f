#include "core/api/clientprogram.h"
#include "core/base/visibletext.h"
#include "core/exchange/exchange.h"
#include "core/forward/forwarding.h"
#include "core/http/jsonreader.h"
#include "core/routing/requestway.h"

#include <algorithm>

// Which cluster and which model an exchange asks for: what its path names, what of the request routes go by, and the model to fall back to.

namespace qcc {

namespace {

constexpr qsizetype longestNameShown = 80;

/// The model of `…/models/NAME`, a question about it.
QString modelAskedAbout(QByteArrayView path)
{
    const PathSegments segments(path);
    if (segments.isEmpty() || !segments.endsWithOrBefore("models", {segments.last()}) || segments.last() == "models")
        return {};
    return QString::fromUtf8(QByteArray::fromPercentEncoding(segments.last().toByteArray()));
}

QString quoted(const QStringList &names)
{
    QStringList quoted;
    for (const QString &name : names)
        quoted.append(u'"' + visibleLine(name) + u'"');
    return quoted.join(QStringLiteral(", "));
}

} // namespace

QString modelOf(const Request &request)
{
    const std::optional<QByteArray> inBody = stringMember(request.bodyBeginning(), "model");
    return inBody ? QString::fromUtf8(*inBody) : modelOfTarget(request.head.target);
}

std::optional<QString> takeNamedCluster(Request &request)
{
    const std::optional<NamedCluster> named = namedCluster(request.head.target);
    if (!named)
        return std::nullopt;
    request.head.target = named->target;
    return named->name;
}

void Exchange::learnWay(const Config *config)
{
    m_tries.model = m_record.model;
    if (m_namedCluster) {
        m_tries.named = *m_namedCluster;
        m_record.route = u'@' + *m_namedCluster;
    }
    if (!config || config->routes.isEmpty() || m_namedCluster)
        return;
    const auto client = clientOfProduct(m_record.client);
    const QString model = m_record.model.isEmpty() ? modelAskedAbout(m_record.path) : m_record.model;
    m_tries.traits = {m_record.client, client ? slugOf(*client) : QString(), m_record.classes, model, QString::fromUtf8(m_record.path)};
}

/// Nothing where it may go where it names.
QString Exchange::whyNoSuchCluster(const Config *config) const
{
    if (!m_namedCluster)
        return {};
    QStringList names;
    for (const Cluster &cluster : config ? config->clusters : QList<Cluster>())
        names.append(cluster.name);
    if (m_record.path.startsWith("/__qcc__"))
        return QStringLiteral("qcc's own pages belong to no cluster: leave /@%1 out").arg(visibleLine(m_namedCluster->first(std::min(m_namedCluster->size(), longestNameShown))));
    if (names.contains(*m_namedCluster))
        return {};
    const QString name = visibleLine(m_namedCluster->first(std::min(m_namedCluster->size(), longestNameShown)));
    return names.isEmpty() ? QStringLiteral("no cluster is called \"%1\": there is none yet").arg(name)
                           : QStringLiteral("no cluster is called \"%1\": there are %2").arg(name, quoted(names));
}

bool Exchange::needsWholeBody() const
{
    const ConfigSnapshot config = m_context.router.config();
    if (m_request.isComplete() || !config)
        return false;
    const auto mayRename = [&config](const QString &name) {
        const Cluster *cluster = config->cluster(name);
        // A name that is replaced may stand anywhere.
        return cluster && (!cluster->modelFallback.isEmpty() || std::any_of(cluster->endpoints.begin(), cluster->endpoints.end(), [&config](const Endpoint &endpoint) {
            return endpoint.mayServe() && mayRenameModel(config->model, endpoint.modelMap);
        }));
    };
    if (m_namedCluster)
        return mayRename(*m_namedCluster);
    const auto goesByModel = [](const RouteRule &rule) { return !rule.model.isEmpty(); };
    if (m_tries.traits.model.isEmpty() && std::any_of(config->routes.begin(), config->routes.end(), goesByModel))
        return true;
    const QList<const RouteRule *> met = routesMet(config->routes, m_tries.traits);
    return mayRename(m_context.router.cluster())
        || std::any_of(met.begin(), met.end(), [&mayRename](const RouteRule *rule) { return !rule->setModel.isEmpty() || mayRename(rule->cluster); });
}

void Exchange::bodyIsWhole()
{
    m_awaitsBody = false;
    if (m_record.model.isEmpty()) {
        // Behind the beginning that is at hand.
        const QList<MemberScan::Found> models = m_request.body ? m_request.readable().models() : QList<MemberScan::Found>();
        const std::optional<QByteArray> model = models.isEmpty() ? std::nullopt : stringOf(models.first().token);
        m_record.model = model ? QString::fromUtf8(*model) : modelOf(m_request);
        learnWay(m_context.router.config().get());
    }
    next();
}

/// The choice of a cluster is made with the first one of an endpoint.
void Exchange::noteWay()
{
    m_record.cluster = m_tries.cluster;
    if (!m_namedCluster)
        m_record.route = m_tries.route;
    m_record.passedOver = m_tries.passedOver;
}

/// The model to ask for now, where each endpoint of the cluster has refused the one before; `failed` is how it went at the last of them. Empty: none.
QString Exchange::fallbackModel(const QString &endpoint, FailureClass failed) const
{
    const Cluster *cluster = m_tries.config ? m_tries.config->cluster(m_tries.cluster) : nullptr;
    if (!cluster || cluster->modelFallback.isEmpty() || m_fellBack || failed != FailureClass::Model || !m_request.isComplete())
        return {};
    const bool everywhere = std::all_of(cluster->endpoints.begin(), cluster->endpoints.end(), [&](const Endpoint &each) {
        const Tries::Try *last = m_tries.lastOn(each.id);
        return !maySendTo(each, m_tries) || each.id == endpoint || (last && last->failure == FailureClass::Model);
    });
    const QString model = modelFor(Config::Model(), cluster->modelFallback, m_tries.model);
    return everywhere && model != m_tries.model ? model : QString();
}

bool Exchange::fallBack()
{
    if (m_tries.made.isEmpty())
        return false;
    const QString model = fallbackModel(m_tries.made.last().endpoint, m_tries.made.last().failure);
    if (model.isEmpty())
        return false;
    m_fellBack = true;
    m_tries.made.clear();
    m_tries.model = m_tries.setModel = model;
    return true;
}

} // namespace qcc
