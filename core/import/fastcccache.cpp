#include "core/import/foreignfiles.h"

#include "core/config/settings.h"

#include <QJsonArray>

#include <algorithm>
#include <cmath>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

/// Far below where any version of the program puts an endpoint.
constexpr int deepest = 64;

/// "base_url", "baseURL" and "base-url" are one.
QString plain(const QString &key)
{
    QString word = key.toLower();
    word.removeIf([](QChar c) { return c == u'_' || c == u'-'; });
    return word;
}

/// The string at the first of `keys`, spelled by plain(), that `object` has; an empty one where it is null. Where it is something else, what stands
/// under a further key is nothing to put in its place.
std::optional<QString> firstOf(const QJsonObject &object, std::initializer_list<QLatin1String> keys)
{
    for (const QLatin1String key : keys) {
        for (auto member = object.begin(); member != object.end(); ++member) {
            if (plain(member.key()) != key)
                continue;
            return member->isString() || member->isNull() ? std::optional(member->toString().trimmed()) : std::nullopt;
        }
    }
    return std::nullopt;
}

/// Words that say what kind of things follow, and are no name of one.
bool isCategory(const QString &key)
{
    constexpr QLatin1String words[]{"profiles"_L1, "clusters"_L1,  "groups"_L1,   "endpointgroups"_L1, "endpoints"_L1,
                                    "configs"_L1,  "providers"_L1, "settings"_L1, "config"_L1,         "data"_L1,
                                    "items"_L1,    "nodes"_L1,     "servers"_L1,  "metadata"_L1};
    return std::ranges::find(words, plain(key)) != std::end(words);
}

/// Where it is one that config.json allows for the setting at `path`.
std::optional<int> wholeNumber(const QJsonValue &value, const QString &path)
{
    const SettingRule &rule = settingAt(path).rule;
    const double number = value.toDouble(NAN);
    if (!(number >= rule.low && number <= rule.high) || number != std::floor(number))
        return std::nullopt;
    return static_cast<int>(number);
}

/// Looks for endpoints in a JSON value and all that is in it.
class Walk
{
public:
    Walk(QString place, qsizetype most) : m_place(std::move(place)), m_most(most) { }

    /// `name`: what the surroundings call `value`; `cluster`: the nearest named thing around it.
    QList<FoundEndpoint> in(const QJsonValue &value, const QString &name, const QString &cluster, int depth = 0)
    {
        QList<FoundEndpoint> found;
        // Each level hands on what is below it.
        if (m_count > m_most || depth > deepest)
            return found;
        const QString outer = name.isEmpty() ? cluster : name;
        const QJsonArray list = value.toArray();
        for (const QJsonValue &element : list)
            found += in(element, {}, outer, depth + 1);
        if (value.isObject())
            found += inObject(value.toObject(), name, cluster, depth);
        return found;
    }

private:
    QList<FoundEndpoint> inObject(const QJsonObject &object, const QString &key, const QString &cluster, int depth)
    {
        const QString given = usableName(object.value("name"_L1).toString());
        const QString name = given.isEmpty() ? key : given;
        const QString outer = name.isEmpty() ? cluster : name;
        QList<FoundEndpoint> found;
        for (auto member = object.begin(); member != object.end(); ++member) {
            const QString inner = usableName(member.key());
            found += in(*member, isCategory(inner) ? QString() : inner, outer, depth + 1);
        }
        const std::optional<EndpointFields> own = fieldsOf(object);
        if (!own)
            return found;
        if (found.isEmpty())
            return {endpoint(*own, cluster.isEmpty() ? QString() : name, cluster.isEmpty() ? name : cluster)};
        // A profile repeats the first endpoint of its list.
        const bool repeated = std::ranges::any_of(found, [&own](const FoundEndpoint &inner) {
            return inner.fields.baseUrl == own->baseUrl && inner.fields.apiKey == own->apiKey;
        });
        if (!repeated)
            found.prepend(endpoint(*own, {}, outer));
        return found;
    }

    FoundEndpoint endpoint(EndpointFields fields, const QString &name, const QString &cluster)
    {
        ++m_count;
        if (!name.isEmpty())
            fields.name = name;
        return {ImportSource::Fastcc, m_place, cluster.isEmpty() ? u"fastcc"_s : cluster, fields};
    }

    static std::optional<EndpointFields> fieldsOf(const QJsonObject &object)
    {
        const std::optional<QString> baseUrl =
            firstOf(object, {"baseurl"_L1, "apibaseurl"_L1, "apibase"_L1, "apiurl"_L1, "endpoint"_L1, "url"_L1});
        const std::optional<QString> key = firstOf(object, {"apikey"_L1, "authtoken"_L1, "token"_L1, "key"_L1});
        if (!baseUrl || baseUrl->isEmpty() || !key)
            return std::nullopt;
        EndpointFields fields;
        fields.baseUrl = baseUrl;
        fields.apiKey = key;
        fields.auth = AuthStyle::Both; // As the predecessor sent it.
        fields.weight = wholeNumber(object.value("weight"_L1), u"clusters[].endpoints[].weight"_s);
        fields.priority = wholeNumber(object.value("priority"_L1), u"clusters[].endpoints[].priority"_s);
        if (object.value("enabled"_L1).isBool())
            fields.enabled = object.value("enabled"_L1).toBool();
        const QString source = usableName(object.value("source_profile"_L1).toString());
        if (!source.isEmpty())
            fields.name = source;
        return fields;
    }

    QString m_place;
    qsizetype m_most;
    qsizetype m_count = 0;
};

} // namespace

Result<QList<FoundEndpoint>> fastccEndpoints(const QByteArray &text, const QString &place, qsizetype most)
{
    const Result<QJsonObject> cache = objectIn(text);
    if (!cache)
        return cache.error();
    QList<FoundEndpoint> found = Walk(place, most).in(*cache, {}, {});
    const QString first = usableName(cache->value("settings"_L1)["default_profile"_L1].toString());
    std::ranges::stable_partition(found, [&first](const FoundEndpoint &one) { return one.cluster == first; });
    return found;
}

} // namespace qcc
