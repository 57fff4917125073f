#include "ui/clusters/clusterchanges.h"

#include "ui/model/words.h"

#include <QCoreApplication>
#include <QJsonArray>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

class ChangeText
{
    Q_DECLARE_TR_FUNCTIONS(ChangeText)
};

ConfigChange silent(std::function<Result<void>(QJsonObject &)> apply)
{
    return {std::move(apply)};
}

} // namespace

ConfigChange addingEndpoint(const QString &cluster, const EndpointFields &fields)
{
    return silent([cluster, fields](QJsonObject &config) -> Result<void> {
        if (config.value("clusters"_L1).toArray().isEmpty()) {
            const Result<void> added = addCluster(config, cluster);
            if (!added)
                return added;
        }
        return addEndpoint(config, cluster, fields);
    });
}

ConfigChange editingEndpoint(const QString &cluster, const QString &endpoint, const EndpointFields &fields)
{
    return silent([cluster, endpoint, fields](QJsonObject &config) { return editEndpoint(config, cluster, endpoint, fields); });
}

ConfigChange enablingEndpoint(const QString &cluster, const QString &endpoint, bool enabled)
{
    return silent([cluster, endpoint, enabled](QJsonObject &config) {
        return setEndpointEnabled(config, cluster, endpoint, enabled);
    });
}

ConfigChange cloningEndpoint(const QString &cluster, const QString &endpoint)
{
    return silent([cluster, endpoint](QJsonObject &config) { return cloneEndpoint(config, cluster, endpoint); });
}

ConfigChange removingEndpoint(const QString &cluster, const QString &endpoint)
{
    return {[cluster, endpoint](QJsonObject &config) { return removeEndpoint(config, cluster, endpoint); },
            ChangeText::tr("Deleted endpoint %1").arg(Words::shortName(endpoint)),
            [cluster, endpoint](QJsonObject &config, const QJsonObject &before) {
                return restoreEndpoint(config, before, cluster, endpoint);
            },
            ChangeText::tr("Endpoint %1 is back").arg(Words::shortName(endpoint))};
}

ConfigChange orderingEndpoints(const QString &cluster, const QStringList &order)
{
    return silent([cluster, order](QJsonObject &config) -> Result<void> {
        QJsonObject ordered = config;
        for (qsizetype i = 0; i < order.size(); ++i) {
            const Result<void> moved = moveEndpoint(ordered, cluster, order.at(i), i);
            if (!moved)
                return moved;
        }
        config = ordered;
        return {};
    });
}

ConfigChange addingCluster(const QString &name)
{
    return silent([name](QJsonObject &config) { return addCluster(config, name); });
}

ConfigChange renamingCluster(const QString &from, const QString &to)
{
    return silent([from, to](QJsonObject &config) { return renameCluster(config, from, to); });
}

ConfigChange cloningCluster(const QString &name, const QString &newName)
{
    return silent([name, newName](QJsonObject &config) { return cloneCluster(config, name, newName); });
}

ConfigChange removingCluster(const QString &name)
{
    return {[name](QJsonObject &config) { return removeCluster(config, name); }, ChangeText::tr("Deleted cluster %1").arg(Words::shortName(name)),
            [name](QJsonObject &config, const QJsonObject &before) { return restoreCluster(config, before, name); },
            ChangeText::tr("Cluster %1 is back").arg(Words::shortName(name))};
}

ConfigChange movingCluster(const QString &name, qsizetype toIndex)
{
    return silent([name, toIndex](QJsonObject &config) { return moveCluster(config, name, toIndex); });
}

ConfigChange settingStrategy(const QString &cluster, Strategy strategy)
{
    return silent([cluster, strategy](QJsonObject &config) { return setStrategy(config, cluster, strategy); });
}

} // namespace qcc
