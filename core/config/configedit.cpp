#include "core/config/configedit.h"

#include "core/config/addresses.h"
#include "core/config/clientidentity.h"
#include "core/config/config.h"
#include "core/config/endpointtext.h"
#include "core/config/keycommand.h"
#include "core/config/routeedit.h"
#include "core/config/secretvalues.h"

#include <QSet>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

QJsonObject asObject(const QMap<QString, QString> &map)
{
    QJsonObject object;
    for (auto it = map.begin(); it != map.end(); ++it)
        object.insert(it.key(), it.value());
    return object;
}

/// What is empty needs no place in the file.
void insertOrRemove(QJsonObject &endpoint, QLatin1String key, const std::optional<QMap<QString, QString>> &map)
{
    if (map && map->isEmpty())
        endpoint.remove(key);
    else if (map)
        endpoint.insert(key, asObject(*map));
}

void insertOrRemove(QJsonObject &endpoint, QLatin1String key, const std::optional<int> &limit)
{
    if (limit && *limit == 0)
        endpoint.remove(key);
    else if (limit)
        endpoint.insert(key, *limit);
}

void insertOrRemove(QJsonObject &endpoint, QLatin1String key, const std::optional<QString> &path)
{
    if (path && path->isEmpty())
        endpoint.remove(key);
    else if (path)
        endpoint.insert(key, *path);
}

/// One of the two takes the place of the other.
void applyKey(const EndpointFields &fields, QJsonObject &endpoint)
{
    if (fields.apiKey) {
        endpoint.insert("api_key"_L1, readKey(*fields.apiKey).key);
        endpoint.remove("api_key_command"_L1);
    }
    if (fields.apiKeyCommand && fields.apiKeyCommand->isEmpty()) {
        endpoint.remove("api_key_command"_L1);
    } else if (fields.apiKeyCommand) {
        endpoint.insert("api_key_command"_L1, QJsonArray::fromStringList(*fields.apiKeyCommand));
        endpoint.remove("api_key"_L1);
    }
    if (fields.apiKeyTtlS)
        endpoint.insert("api_key_ttl_s"_L1, *fields.apiKeyTtlS);
}

void apply(const EndpointFields &fields, QJsonObject &endpoint)
{
    if (fields.name)
        endpoint.insert("name"_L1, fields.name->trimmed());
    if (fields.baseUrl)
        endpoint.insert("base_url"_L1, QString::fromUtf8(trimmedBaseUrl(fields.baseUrl->trimmed())));
    applyKey(fields, endpoint);
    if (fields.priority)
        endpoint.insert("priority"_L1, *fields.priority);
    if (fields.weight)
        endpoint.insert("weight"_L1, *fields.weight);
    if (fields.auth)
        endpoint.insert("auth"_L1, toWord(*fields.auth));
    // Whoever lets the login go somewhere says so for that time, and not for the next.
    const bool passesOn = endpoint.value("auth"_L1).toString() == toWord(AuthStyle::Passthrough);
    if (fields.passthroughAnywhere.value_or(false) && passesOn)
        endpoint.insert("passthrough_anywhere"_L1, true);
    else if (fields.passthroughAnywhere || !passesOn)
        endpoint.remove("passthrough_anywhere"_L1);
    if (fields.proxy)
        endpoint.insert("proxy"_L1, readProxy(*fields.proxy));
    if (fields.http2)
        endpoint.insert("http2"_L1, *fields.http2);
    insertOrRemove(endpoint, "ca_file"_L1, fields.caFile);
    insertOrRemove(endpoint, "client_cert"_L1, fields.clientCert);
    insertOrRemove(endpoint, "client_key"_L1, fields.clientKey);
    // It would be of no use.
    if (fields.clientCert && fields.clientCert->isEmpty())
        endpoint.remove("client_key"_L1);
    if (fields.enabled)
        endpoint.insert("enabled"_L1, *fields.enabled);
    if (fields.modelMap)
        endpoint.insert("model_map"_L1, asObject(*fields.modelMap));
    insertOrRemove(endpoint, "headers"_L1, fields.headers);
    insertOrRemove(endpoint, "query"_L1, fields.query);
    insertOrRemove(endpoint, "max_concurrent"_L1, fields.maxConcurrent);
    insertOrRemove(endpoint, "requests_per_minute"_L1, fields.requestsPerMinute);
}

Result<void> checkCaFile(const EndpointFields &fields)
{
    if (!fields.caFile || fields.caFile->isEmpty())
        return {};
    const CaFileFault fault = readCaFile(*fields.caFile);
    if (fault == CaFileFault::None)
        return {};
    return Failure{ErrorCode::Usage, QStringLiteral("The CA file %1 %2.").arg(*fields.caFile, toText(fault)),
                   QStringLiteral("It must be a PEM file with the certificates of the authorities to trust for this endpoint.")};
}

/// Of the endpoint as it will be, since either file may have been there before.
Result<void> checkClientIdentity(const EndpointFields &fields, const QJsonObject &endpoint)
{
    const QString certificate = endpoint.value("client_cert"_L1).toString();
    if ((!fields.clientCert && !fields.clientKey) || certificate.isEmpty())
        return {};
    const Result<ClientIdentity> identity = readClientIdentity(certificate, endpoint.value("client_key"_L1).toString(), QDateTime::currentDateTimeUtc());
    if (identity)
        return {};
    const auto sentence = [](const QString &text) { return text.first(1).toUpper() + text.sliced(1) + u'.'; };
    const QString message = identity.error().message;
    const qsizetype border = message.indexOf("; "_L1);
    return Failure{ErrorCode::Usage, sentence(message.first(border)), sentence(message.sliced(border + 2))};
}

/// What no validation of the result could tell: of the CA file that it is there, of the key what was wrong with it.
Result<void> checkFields(const EndpointFields &fields)
{
    const KeyText key = readKey(fields.apiKey.value_or(QString()));
    if (!key.isGood())
        return Failure{ErrorCode::Usage, QStringLiteral("The key %1.").arg(faultText(key)), QStringLiteral("Copy it once more, and nothing else.")};
    return checkCaFile(fields);
}

/// Puts `value` at `path` below `object`, making the sections that are missing.
Result<void> put(QJsonObject &object, const QStringList &path, const QJsonValue &value)
{
    const QString key = path.first();
    if (path.size() == 1) {
        object.insert(key, value);
        return {};
    }
    const QJsonValue inner = object.value(key);
    if (!inner.isObject() && !inner.isUndefined())
        return Failure{ErrorCode::Usage, QStringLiteral("\"%1\" is no section of config.json.").arg(key), {}};
    QJsonObject section = inner.toObject();
    const Result<void> done = put(section, path.sliced(1), value);
    if (done)
        object.insert(key, section);
    return done;
}

} // namespace

Result<void> addCluster(QJsonObject &config, const QString &name, Strategy strategy)
{
    if (name.trimmed().isEmpty())
        return clusterNeedsName();
    QJsonArray clusters = config.value("clusters"_L1).toArray();
    if (clusterIndex(clusters, name) != notThere)
        return clusterNameTaken(name);
    if (clusters.isEmpty())
        config.insert("active_cluster"_L1, name);
    clusters.append(QJsonObject{{"name"_L1, name}, {"strategy"_L1, toWord(strategy)}, {"endpoints"_L1, QJsonArray()}});
    config.insert("clusters"_L1, clusters);
    return {};
}

Result<void> renameCluster(QJsonObject &config, const QString &from, const QString &to)
{
    const QString name = to.trimmed();
    if (name.isEmpty())
        return clusterNeedsName();
    const Result<void> renamed =
        changeCluster(config, from, [&](QJsonArray &clusters, qsizetype at) -> Result<void> {
            if (name != from && clusterIndex(clusters, name) != notThere)
                return clusterNameTaken(name);
            QJsonObject cluster = clusters.at(at).toObject();
            cluster.insert("name"_L1, name);
            clusters.replace(at, cluster);
            return {};
        });
    if (renamed && config.value("active_cluster"_L1).toString() == from)
        config.insert("active_cluster"_L1, name);
    if (renamed)
        renameInRoutes(config, from, name);
    return renamed;
}

Result<void> setStrategy(QJsonObject &config, const QString &cluster, Strategy strategy)
{
    return changeCluster(config, cluster, [&](QJsonArray &clusters, qsizetype at) -> Result<void> {
        QJsonObject object = clusters.at(at).toObject();
        object.insert("strategy"_L1, toWord(strategy));
        clusters.replace(at, object);
        return {};
    });
}

Result<void> removeCluster(QJsonObject &config, const QString &name)
{
    const Result<void> removed = changeCluster(config, name, [](QJsonArray &clusters, qsizetype at) -> Result<void> {
        clusters.removeAt(at);
        return {};
    });
    // Not the next one: which relay gets the requests, and is paid for them, is the user's choice.
    if (removed && config.value("active_cluster"_L1).toString() == name)
        config.insert("active_cluster"_L1, QJsonValue::Null);
    if (removed)
        removeRoutesTo(config, name);
    return removed;
}

Result<void> useCluster(QJsonObject &config, const QString &name)
{
    if (clusterIndex(config.value("clusters"_L1).toArray(), name) == notThere)
        return noCluster(name);
    config.insert("active_cluster"_L1, name);
    return {};
}

Result<void> addEndpoint(QJsonObject &config, const QString &cluster, const EndpointFields &fields, const QString &unnamed)
{
    if (!fields.baseUrl || fields.baseUrl->trimmed().isEmpty())
        return Failure{ErrorCode::Usage, QStringLiteral("An endpoint needs a base URL."), {}};
    if (const Result<void> usable = checkFields(fields); !usable)
        return usable;
    return changeEndpoints(config, cluster, [&](QJsonArray &endpoints) -> Result<void> {
        QJsonObject endpoint;
        apply(fields, endpoint);
        if (const Result<void> usable = checkClientIdentity(fields, endpoint); !usable)
            return usable;
        const QString name = endpointName(endpoint);
        const bool chosen = !endpoint.value("name"_L1).toString().isEmpty();
        if (chosen && hasEndpoint(endpoints, name))
            return endpointNameTaken(cluster, name);
        endpoint.insert("name"_L1, freeEndpointName(endpoints, chosen || unnamed.isEmpty() ? name : unnamed));
        endpoints.append(endpoint);
        return {};
    });
}

Result<void> editEndpoint(QJsonObject &config, const QString &cluster, const QString &endpoint,
                          const EndpointFields &fields)
{
    if (fields.name && fields.name->trimmed().isEmpty())
        return Failure{ErrorCode::Usage, QStringLiteral("An endpoint needs a name."), {}};
    if (const Result<void> usable = checkFields(fields); !usable)
        return usable;
    return changeEndpoint(config, cluster, endpoint, [&](QJsonArray &endpoints, qsizetype at) -> Result<void> {
        QJsonObject object = endpoints.at(at).toObject();
        apply(fields, object);
        if (const Result<void> usable = checkClientIdentity(fields, object); !usable)
            return usable;
        if (hasEndpoint(endpoints, endpointName(object), at))
            return endpointNameTaken(cluster, endpointName(object));
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

Result<void> setValue(QJsonObject &config, const QString &path, const QJsonValue &value)
{
    const QStringList keys = path.split(u'.');
    if (keys.contains(QString()))
        return Failure{ErrorCode::Usage, QStringLiteral("\"%1\" names no key of config.json.").arg(path), {}};
    return put(config, keys, value);
}

QString endpointName(const QJsonObject &endpoint)
{
    const QString name = endpoint.value("name"_L1).toString();
    return name.isEmpty() ? hostOf(trimmedBaseUrl(endpoint.value("base_url"_L1).toString())) : name;
}

QString endpointIdOf(const QJsonObject &endpoint)
{
    const QStringList command = keyCommandOf(endpoint.value("api_key_command"_L1));
    return endpointId(trimmedBaseUrl(endpoint.value("base_url"_L1).toString()),
                      command.isEmpty() ? secretText(endpoint.value("api_key"_L1)) : keyIdentityOf(command));
}

QString endpointIdOf(const EndpointFields &fields)
{
    QJsonObject endpoint;
    apply(fields, endpoint);
    return endpointIdOf(endpoint);
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
    for (const auto &key : {endpointName, endpointIdOf}) {
        for (qsizetype i = 0; i < endpoints.size(); ++i) {
            if (key(endpoints.at(i).toObject()) == nameOrId)
                return i;
        }
    }
    return notThere;
}

bool hasEndpoint(const QJsonArray &endpoints, const QString &name, qsizetype except)
{
    for (qsizetype i = 0; i < endpoints.size(); ++i) {
        if (i != except && endpointName(endpoints.at(i).toObject()) == name)
            return true;
    }
    return false;
}

QString freeEndpointName(const QJsonArray &endpoints, const QString &wanted)
{
    QSet<QString> taken;
    for (const QJsonValue &endpoint : endpoints)
        taken.insert(endpointName(endpoint.toObject()));
    QString name = wanted;
    for (int number = 2; taken.contains(name); ++number)
        name = QStringLiteral("%1-%2").arg(wanted).arg(number);
    return name;
}

Failure noCluster(const QString &name)
{
    return {ErrorCode::NotFound, QStringLiteral("There is no cluster \"%1\".").arg(name),
            QStringLiteral("`qcc cluster list` shows the clusters there are.")};
}

Failure noEndpoint(const QString &cluster, const QString &endpoint)
{
    return {ErrorCode::NotFound, QStringLiteral("The cluster \"%1\" has no endpoint \"%2\".").arg(cluster, endpoint),
            QStringLiteral("`qcc endpoint list %1` shows its endpoints.").arg(cluster)};
}

Failure clusterNeedsName()
{
    return {ErrorCode::Usage, QStringLiteral("A cluster needs a name."), {}};
}

Failure clusterNameTaken(const QString &name)
{
    return {ErrorCode::AlreadyExists, QStringLiteral("There is a cluster \"%1\" already.").arg(name),
            QStringLiteral("Choose another name, or add endpoints to it.")};
}

Failure endpointNameTaken(const QString &cluster, const QString &endpoint)
{
    return {ErrorCode::AlreadyExists,
            QStringLiteral("The cluster \"%1\" has an endpoint \"%2\" already.").arg(cluster, endpoint),
            QStringLiteral("Choose another name.")};
}

} // namespace qcc
