#include "core/config/configentries.h"

#include "core/config/addresses.h"
#include "core/config/config.h"
#include "core/config/secretvalues.h"

#include <QSet>

namespace qcc {

using namespace Qt::StringLiterals;

QString endpointName(const QJsonObject &endpoint)
{
    const QString name = endpoint.value("name"_L1).toString();
    return name.isEmpty() ? hostOf(trimmedBaseUrl(endpoint.value("base_url"_L1).toString())) : name;
}

QString endpointIdOf(const QJsonObject &endpoint)
{
    return endpointId(trimmedBaseUrl(endpoint.value("base_url"_L1).toString()),
                      secretText(endpoint.value("api_key"_L1)));
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
