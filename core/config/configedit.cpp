#include "core/config/configedit.h"

#include "core/config/addresses.h"
#include "core/config/words.h"

#include <QJsonArray>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype notThere = -1;

QString nameOf(const QJsonObject &endpoint)
{
    const QString name = endpoint.value("name"_L1).toString();
    return name.isEmpty() ? hostOf(trimmedBaseUrl(endpoint.value("base_url"_L1).toString())) : name;
}

QString idOf(const QJsonObject &endpoint)
{
    return endpointId(trimmedBaseUrl(endpoint.value("base_url"_L1).toString()),
                      endpoint.value("api_key"_L1).toString().toUtf8());
}

qsizetype clusterIndex(const QJsonArray &clusters, const QString &name)
{
    for (qsizetype i = 0; i < clusters.size(); ++i) {
        if (clusters.at(i).toObject().value("name"_L1).toString() == name)
            return i;
    }
    return notThere;
}

qsizetype endpointIndex(const QJsonArray &endpoints, const QString &nameOrId)
{
    // A name wins over an id, whatever their order.
    for (const auto &key : {nameOf, idOf}) {
        for (qsizetype i = 0; i < endpoints.size(); ++i) {
            if (key(endpoints.at(i).toObject()) == nameOrId)
                return i;
        }
    }
    return notThere;
}

bool nameTaken(const QJsonArray &endpoints, const QString &name, qsizetype except = notThere)
{
    for (qsizetype i = 0; i < endpoints.size(); ++i) {
        if (i != except && nameOf(endpoints.at(i).toObject()) == name)
            return true;
    }
    return false;
}

QString freeName(const QJsonArray &endpoints, const QString &wanted)
{
    QString name = wanted;
    for (int number = 2; nameTaken(endpoints, name); ++number)
        name = QStringLiteral("%1-%2").arg(wanted).arg(number);
    return name;
}

Failure noCluster(const QString &name)
{
    return {ErrorCode::NotFound, QStringLiteral("There is no cluster \"%1\".").arg(name),
            QStringLiteral("`qcc cluster list` shows the clusters there are.")};
}

Failure nameIsTaken(const QString &cluster, const QString &endpoint)
{
    return {ErrorCode::AlreadyExists,
            QStringLiteral("The cluster \"%1\" has an endpoint \"%2\" already.").arg(cluster, endpoint),
            QStringLiteral("Choose another name.")};
}

/// Hands the endpoints of `cluster` to `change` and stores what it made of them.
template <typename Change>
Result<void> changeEndpoints(QJsonObject &config, const QString &cluster, const Change &change)
{
    QJsonArray clusters = config.value("clusters"_L1).toArray();
    const qsizetype at = clusterIndex(clusters, cluster);
    if (at == notThere)
        return noCluster(cluster);
    QJsonObject object = clusters.at(at).toObject();
    QJsonArray endpoints = object.value("endpoints"_L1).toArray();
    const Result<void> changed = change(endpoints);
    if (!changed)
        return changed;
    object.insert("endpoints"_L1, endpoints);
    clusters.replace(at, object);
    config.insert("clusters"_L1, clusters);
    return {};
}

/// As changeEndpoints(), for the one endpoint at an index.
template <typename Change>
Result<void> changeEndpoint(QJsonObject &config, const QString &cluster, const QString &endpoint, const Change &change)
{
    return changeEndpoints(config, cluster, [&](QJsonArray &endpoints) -> Result<void> {
        const qsizetype at = endpointIndex(endpoints, endpoint);
        if (at == notThere)
            return Failure{ErrorCode::NotFound,
                           QStringLiteral("The cluster \"%1\" has no endpoint \"%2\".").arg(cluster, endpoint),
                           QStringLiteral("`qcc endpoint list %1` shows its endpoints.").arg(cluster)};
        return change(endpoints, at);
    });
}

void apply(const EndpointFields &fields, QJsonObject &endpoint)
{
    if (fields.name)
        endpoint.insert("name"_L1, fields.name->trimmed());
    if (fields.baseUrl)
        endpoint.insert("base_url"_L1, QString::fromUtf8(trimmedBaseUrl(fields.baseUrl->trimmed())));
    if (fields.apiKey)
        endpoint.insert("api_key"_L1, fields.apiKey->trimmed());
    if (fields.priority)
        endpoint.insert("priority"_L1, *fields.priority);
    if (fields.weight)
        endpoint.insert("weight"_L1, *fields.weight);
    if (fields.auth)
        endpoint.insert("auth"_L1, toWord(*fields.auth));
    if (fields.proxy)
        endpoint.insert("proxy"_L1, *fields.proxy);
    if (fields.http2)
        endpoint.insert("http2"_L1, *fields.http2);
    if (fields.enabled)
        endpoint.insert("enabled"_L1, *fields.enabled);
    if (fields.modelMap) {
        QJsonObject map;
        for (auto it = fields.modelMap->begin(); it != fields.modelMap->end(); ++it)
            map.insert(it.key(), it.value());
        endpoint.insert("model_map"_L1, map);
    }
}

} // namespace

Result<void> addCluster(QJsonObject &config, const QString &name, Strategy strategy)
{
    if (name.trimmed().isEmpty())
        return Failure{ErrorCode::Usage, QStringLiteral("A cluster needs a name."), {}};
    QJsonArray clusters = config.value("clusters"_L1).toArray();
    if (clusterIndex(clusters, name) != notThere)
        return Failure{ErrorCode::AlreadyExists, QStringLiteral("There is a cluster \"%1\" already.").arg(name),
                       QStringLiteral("Choose another name, or add endpoints to it.")};
    if (clusters.isEmpty())
        config.insert("active_cluster"_L1, name);
    clusters.append(QJsonObject{{"name"_L1, name}, {"strategy"_L1, toWord(strategy)}, {"endpoints"_L1, QJsonArray()}});
    config.insert("clusters"_L1, clusters);
    return {};
}

Result<void> removeCluster(QJsonObject &config, const QString &name)
{
    QJsonArray clusters = config.value("clusters"_L1).toArray();
    const qsizetype at = clusterIndex(clusters, name);
    if (at == notThere)
        return noCluster(name);
    clusters.removeAt(at);
    config.insert("clusters"_L1, clusters);
    // Not the next one: which relay gets the requests, and is paid for them, is the user's choice.
    if (config.value("active_cluster"_L1).toString() == name)
        config.insert("active_cluster"_L1, QJsonValue::Null);
    return {};
}

Result<void> useCluster(QJsonObject &config, const QString &name)
{
    if (clusterIndex(config.value("clusters"_L1).toArray(), name) == notThere)
        return noCluster(name);
    config.insert("active_cluster"_L1, name);
    return {};
}

Result<void> addEndpoint(QJsonObject &config, const QString &cluster, const EndpointFields &fields)
{
    if (!fields.baseUrl || fields.baseUrl->trimmed().isEmpty())
        return Failure{ErrorCode::Usage, QStringLiteral("An endpoint needs a base URL."), {}};
    return changeEndpoints(config, cluster, [&](QJsonArray &endpoints) -> Result<void> {
        QJsonObject endpoint;
        apply(fields, endpoint);
        const QString name = nameOf(endpoint);
        const bool chosen = !endpoint.value("name"_L1).toString().isEmpty();
        if (chosen && nameTaken(endpoints, name))
            return nameIsTaken(cluster, name);
        endpoint.insert("name"_L1, freeName(endpoints, name));
        endpoints.append(endpoint);
        return {};
    });
}

Result<void> editEndpoint(QJsonObject &config, const QString &cluster, const QString &endpoint,
                          const EndpointFields &fields)
{
    if (fields.name && fields.name->trimmed().isEmpty())
        return Failure{ErrorCode::Usage, QStringLiteral("An endpoint needs a name."), {}};
    return changeEndpoint(config, cluster, endpoint, [&](QJsonArray &endpoints, qsizetype at) -> Result<void> {
        QJsonObject object = endpoints.at(at).toObject();
        apply(fields, object);
        if (nameTaken(endpoints, nameOf(object), at))
            return nameIsTaken(cluster, nameOf(object));
        endpoints.replace(at, object);
        return {};
    });
}

Result<void> removeEndpoint(QJsonObject &config, const QString &cluster, const QString &endpoint)
{
    return changeEndpoint(config, cluster, endpoint, [](QJsonArray &endpoints, qsizetype at) -> Result<void> {
        endpoints.removeAt(at);
        return {};
    });
}

Result<void> setEndpointEnabled(QJsonObject &config, const QString &cluster, const QString &endpoint, bool enabled)
{
    EndpointFields fields;
    fields.enabled = enabled;
    return editEndpoint(config, cluster, endpoint, fields);
}

} // namespace qcc
