#include "core/import/importinto.h"

#include "core/config/addresses.h"
#include "core/config/configedit.h"
#include "core/config/endpointtext.h"
#include "core/import/variables.h"

#include <algorithm>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

QByteArray urlOf(const FoundEndpoint &found)
{
    return trimmedBaseUrl(found.fields.baseUrl.value_or(QString()).trimmed());
}

KeyText keyTextOf(const FoundEndpoint &found)
{
    return readKey(found.fields.apiKey.value_or(QString()));
}

QString keyOf(const FoundEndpoint &found)
{
    return keyTextOf(found).key;
}

bool leadsToQcc(const QJsonObject &config, const QByteArray &url)
{
    const Config::Listen usual;
    const QJsonObject listen = config.value("listen"_L1).toObject();
    return pointsAt(url, listen.value("host"_L1).toString(usual.host),
                    static_cast<quint16>(listen.value("port"_L1).toInt(usual.port)));
}

/// The endpoint of `cluster` that has the URL and the key of `found`.
std::optional<QJsonObject> sameIn(const QJsonObject &cluster, const FoundEndpoint &found)
{
    const QByteArray url = urlOf(found);
    const QString key = keyOf(found);
    const QJsonArray endpoints = cluster.value("endpoints"_L1).toArray();
    for (const QJsonValue &value : endpoints) {
        const QJsonObject endpoint = value.toObject();
        if (readKey(endpoint.value("api_key"_L1).toString()).key == key && trimmedBaseUrl(endpoint.value("base_url"_L1).toString()) == url)
            return endpoint;
    }
    return std::nullopt;
}

/// The cluster that has `found` already, and its endpoint.
std::optional<std::pair<QString, QJsonObject>> alreadyIn(const QJsonObject &config, const FoundEndpoint &found)
{
    // Who keeps clusters keeps whole ones, also where two of them share an endpoint; a single endpoint is of use only
    // where it is new.
    const bool ofACluster = found.source == ImportSource::Fastcc || found.source == ImportSource::CcSwitch;
    const QJsonArray clusters = config.value("clusters"_L1).toArray();
    for (const QJsonValue &value : clusters) {
        const QJsonObject cluster = value.toObject();
        const QString name = cluster.value("name"_L1).toString();
        if (ofACluster && name != found.cluster)
            continue;
        if (const auto endpoint = sameIn(cluster, found))
            return std::pair(name, *endpoint);
    }
    return std::nullopt;
}

ImportOutcome outcomeOf(Obstacle::Kind obstacle)
{
    switch (obstacle) {
    case Obstacle::Kind::Garbled:
        return ImportOutcome::Garbled;
    case Obstacle::Kind::UnknownAddress:
        return ImportOutcome::UnknownAddress;
    case Obstacle::Kind::KeyElsewhere:
        return ImportOutcome::KeyElsewhere;
    }
    Q_UNREACHABLE();
}

/// Why `found` cannot be an endpoint; Added where nothing speaks against it.
ImportOutcome fitness(const QJsonObject &config, const FoundEndpoint &found)
{
    if (found.obstacle)
        return outcomeOf(found.obstacle->kind);
    if (!baseUrlFault(QString::fromUtf8(urlOf(found))).isEmpty())
        return ImportOutcome::BadUrl;
    if (leadsToQcc(config, urlOf(found)))
        return ImportOutcome::OwnAddress;
    const QString key = keyOf(found);
    if (!placeholderOf(urlOf(found), key).isEmpty())
        return ImportOutcome::Placeholder;
    if (!keyTextOf(found).isGood())
        return ImportOutcome::BadKey;
    if (key.isEmpty())
        return ImportOutcome::NoKey;
    if (found.rewritten)
        return ImportOutcome::NeedsRewriting;
    return ImportOutcome::Added;
}

QString reason(const FoundEndpoint &found, ImportOutcome outcome)
{
    switch (outcome) {
    case ImportOutcome::OwnAddress:
        return u"It leads to qcc itself."_s;
    case ImportOutcome::Placeholder:
        return u"It stands for %1 on this computer, which has the real address and key."_s.arg(placeholderOf(urlOf(found), keyOf(found)));
    case ImportOutcome::Garbled:
    case ImportOutcome::UnknownAddress:
    case ImportOutcome::KeyElsewhere:
        return found.obstacle->sentence;
    case ImportOutcome::BadUrl:
        return u"Its base URL %1."_s.arg(baseUrlFault(QString::fromUtf8(urlOf(found))));
    case ImportOutcome::NoKey:
        return u"It has no key."_s;
    case ImportOutcome::BadKey:
        return u"Its key %1."_s.arg(faultText(keyTextOf(found)));
    case ImportOutcome::NeedsRewriting:
        return u"%1 rewrites requests to it for another API; qcc forwards them as they are."_s.arg(toWord(found.source));
    case ImportOutcome::Added:
    case ImportOutcome::AlreadyThere:
        break;
    }
    return {};
}

/// Adds `found`, which is fit and new, and returns the name that it got.
QString add(QJsonObject &config, const FoundEndpoint &found)
{
    const QJsonArray clusters = config.value("clusters"_L1).toArray();
    const qsizetype at = clusterIndex(clusters, found.cluster);
    const Result<void> made = at == notThere ? addCluster(config, found.cluster) : Result<void>();
    const QString wanted = found.fields.name.value_or(QString());
    EndpointFields fields = found.fields;
    fields.name = freeEndpointName(clusters.at(at).toObject().value("endpoints"_L1).toArray(),
                                   wanted.isEmpty() ? hostOf(urlOf(found)) : wanted);
    const Result<void> added = addEndpoint(config, found.cluster, fields);
    // Cluster and URL are there, and the name is free.
    Q_ASSERT(made && added);
    return *fields.name;
}

ImportedEndpoint importOne(QJsonObject &config, const FoundEndpoint &found)
{
    ImportedEndpoint one{found, fitness(config, found), {}, {}, {}};
    one.sentence = reason(found, one.outcome);
    if (one.outcome != ImportOutcome::Added)
        return one;
    if (const auto there = alreadyIn(config, found)) {
        one.outcome = ImportOutcome::AlreadyThere;
        one.name = endpointName(there->second);
        one.sentence = u"The cluster \"%1\" has it already, as \"%2\"."_s.arg(there->first, one.name);
        return one;
    }
    one.name = add(config, found);
    one.sentence = u"Added to the cluster \"%1\" as \"%2\"."_s.arg(found.cluster, one.name);
    if (found.fields.caFile)
        one.sentence += u" It trusts the authorities of %1 (NODE_EXTRA_CA_CERTS), and no others."_s.arg(*found.fields.caFile);
    if (const QString advice = baseUrlAdvice(urlOf(found)); !advice.isEmpty())
        one.warning = u"Its base URL %1."_s.arg(advice);
    return one;
}

/// `found` with names that config.json can hold.
FoundEndpoint wellNamed(FoundEndpoint found)
{
    found.cluster = usableName(found.cluster);
    if (found.cluster.isEmpty())
        found.cluster = toWord(found.source);
    if (found.fields.name)
        found.fields.name = usableName(*found.fields.name);
    return found;
}

} // namespace

bool isSkipped(ImportOutcome outcome)
{
    return outcome != ImportOutcome::Added && outcome != ImportOutcome::AlreadyThere;
}

QString toWord(ImportOutcome outcome)
{
    switch (outcome) {
    case ImportOutcome::Added:
        return u"added"_s;
    case ImportOutcome::AlreadyThere:
        return u"already_there"_s;
    case ImportOutcome::OwnAddress:
        return u"own_address"_s;
    case ImportOutcome::Placeholder:
        return u"placeholder"_s;
    case ImportOutcome::Garbled:
        return u"garbled"_s;
    case ImportOutcome::UnknownAddress:
        return u"unknown_address"_s;
    case ImportOutcome::KeyElsewhere:
        return u"key_elsewhere"_s;
    case ImportOutcome::BadUrl:
        return u"bad_url"_s;
    case ImportOutcome::NoKey:
        return u"no_key"_s;
    case ImportOutcome::BadKey:
        return u"bad_key"_s;
    case ImportOutcome::NeedsRewriting:
        return u"needs_rewriting"_s;
    }
    return {};
}

QList<ImportedEndpoint> importInto(QJsonObject &config, const QList<FoundEndpoint> &found)
{
    bool choose = config.value("active_cluster"_L1).toString().isEmpty();
    QList<ImportedEndpoint> all;
    for (const FoundEndpoint &one : found) {
        all.append(importOne(config, wellNamed(one)));
        if (choose && all.constLast().outcome == ImportOutcome::Added) {
            config.insert("active_cluster"_L1, all.constLast().found.cluster);
            choose = false;
        }
    }
    return all;
}

void removeImported(QJsonObject &config, const QJsonObject &before, const QList<FoundEndpoint> &found)
{
    const auto has = [](const QJsonObject &json, const QString &cluster, bool empty) {
        const QJsonArray clusters = json.value("clusters"_L1).toArray();
        return std::ranges::any_of(clusters, [&cluster, empty](const QJsonValue &each) {
            return each["name"_L1].toString() == cluster && (!empty || each["endpoints"_L1].toArray().isEmpty());
        });
    };
    QJsonObject then = before;
    const QList<ImportedEndpoint> all = importInto(then, found);
    for (const ImportedEndpoint &one : all) {
        if (one.outcome != ImportOutcome::Added)
            continue;
        // What somebody has deleted or renamed meanwhile is no fault.
        static_cast<void>(removeEndpoint(config, one.found.cluster, one.name));
        if (!has(before, one.found.cluster, false) && has(config, one.found.cluster, true))
            static_cast<void>(removeCluster(config, one.found.cluster));
    }
}

} // namespace qcc
