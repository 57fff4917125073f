#include "core/config/secretvalues.h"

#include <QJsonArray>

#include <optional>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

using Map = std::function<QJsonValue(const QJsonValue &)>;

void mapMember(QJsonObject &object, QLatin1String key, const Map &map)
{
    if (object.contains(key))
        object.insert(key, map(object.value(key)));
}

/// What is of another shape than config.json's stays as it is: the parser will say so.
void mapSecrets(QJsonObject &config, const Map &map)
{
    if (config.value("listen"_L1).isObject()) {
        QJsonObject listen = config.value("listen"_L1).toObject();
        mapMember(listen, "access_token"_L1, map);
        config.insert("listen"_L1, listen);
    }
    if (!config.value("clusters"_L1).isArray())
        return;
    QJsonArray clusters = config.value("clusters"_L1).toArray();
    for (QJsonValueRef clusterRef : clusters) {
        QJsonObject cluster = clusterRef.toObject();
        if (!cluster.value("endpoints"_L1).isArray())
            continue;
        QJsonArray endpoints = cluster.value("endpoints"_L1).toArray();
        for (QJsonValueRef endpointRef : endpoints) {
            if (!endpointRef.isObject())
                continue;
            QJsonObject endpoint = endpointRef.toObject();
            mapMember(endpoint, "api_key"_L1, map);
            endpointRef = endpoint;
        }
        cluster.insert("endpoints"_L1, endpoints);
        clusterRef = cluster;
    }
    config.insert("clusters"_L1, clusters);
}

} // namespace

bool isSealed(const QJsonValue &value)
{
    return value.toObject().value("sealed"_L1).isString();
}

QByteArray secretText(const QJsonValue &value)
{
    return (value.isObject() ? value.toObject().value("sealed"_L1) : value).toString().toUtf8();
}

AtRest atRestOf(const QJsonObject &config)
{
    return fromWord<AtRest>(config.value("keys"_L1).toObject().value("at_rest"_L1).toString()).value_or(AtRest::Auto);
}

OpenedSecrets::OpenedSecrets(const QJsonObject &config, const SecretOpener &open)
    : m_json(config)
{
    const AtRest rule = atRestOf(config);
    mapSecrets(m_json, [&](const QJsonValue &value) -> QJsonValue {
        if (!isSealed(value)) {
            if (value.isString())
                m_plain.insert(value.toString());
            return value;
        }
        const Result<QByteArray> opened = open(secretText(value), rule);
        if (opened) {
            const QString text = QString::fromUtf8(*opened);
            m_sealedAs.insert(text, value);
            return text;
        }
        m_masterMissing = m_masterMissing || opened.error().code != ErrorCode::InvalidConfig;
        return value;
    });
}

Result<OpenedSecrets::Sealed> OpenedSecrets::seal(const QJsonObject &edited, KeyRing &keys, Seals seals, KeyRing::Waiting waiting) const
{
    const AtRest rule = atRestOf(edited);
    const bool renew = seals == Seals::Renew;
    Sealed out{edited, 0, 0, AtRest::Plain};
    // Asked for only when the first secret needs it: the keychain may have to be unlocked.
    std::optional<Result<PlacedKey>> master;
    // Who wants a place for the keys to come, too, gets it.
    if (renew && rule != AtRest::Plain)
        master = keys.sealingKey(rule, true, waiting);
    if (master && !*master)
        return master->error();
    std::optional<Failure> failure;
    mapSecrets(out.json, [&](const QJsonValue &value) -> QJsonValue {
        if (isSealed(value)) {
            ++out.closed;
            return value;
        }
        const QString text = value.toString();
        if (text.isEmpty())
            return value;
        ++out.sealed;
        if (!renew && m_sealedAs.contains(text))
            return m_sealedAs.value(text);
        if (rule == AtRest::Plain)
            return value;
        if (!master)
            master = keys.sealingKey(rule, !m_masterMissing, waiting);
        const Result<QByteArray> sealed = *master ? qcc::seal(text.toUtf8(), (*master)->key) : Result<QByteArray>(master->error());
        if (sealed)
            return QJsonObject{{"sealed"_L1, QString::fromLatin1(*sealed)}};
        if (seals != Seals::Keep || !m_plain.contains(text))
            failure = sealed.error();
        return value;
    });
    if (failure)
        return *failure;
    if (master && *master)
        out.place = (*master)->place;
    return out;
}

OpenedSecrets::Unsealed OpenedSecrets::unsealed(const QJsonObject &edited) const
{
    Unsealed out{.rule = atRestOf(edited), .mayMake = !m_masterMissing};
    if (out.rule == AtRest::Plain)
        return out;
    QJsonObject json = edited;
    mapSecrets(json, [&](const QJsonValue &value) -> QJsonValue {
        const QString text = value.toString();
        if (!text.isEmpty() && !m_sealedAs.contains(text))
            (m_plain.contains(text) ? out.old : out.fresh) = true;
        return value;
    });
    return out;
}

} // namespace qcc
