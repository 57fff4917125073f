#include "core/import/ccswitch.h"

#include "core/import/codexconfig.h"
#include "core/import/variables.h"

#include <algorithm>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

constexpr std::pair<QLatin1String, Vendor> apps[]{{"claude"_L1, Vendor::Anthropic},
                                                 {"codex"_L1, Vendor::OpenAi},
                                                 {"gemini"_L1, Vendor::Gemini}};

/// A URL and its key, or why there are none; neither for who logs in.
struct Found {
    std::optional<EndpointFields> fields;
    std::optional<Obstacle> obstacle;
};

Found hindered(Obstacle::Kind kind, const QString &sentence)
{
    return {std::nullopt, Obstacle{kind, sentence}};
}

Found found(Vendor vendor, const Variables &variables, const QString &elsewhere)
{
    const auto endpoint = endpointOf(vendor, variables, elsewhere);
    if (!endpoint)
        return {};
    return endpoint->obstacle ? Found{std::nullopt, endpoint->obstacle} : Found{endpoint->fields, std::nullopt};
}

/// What of a provider names an address besides the variables of its client.
QString elsewhereIn(const QJsonObject &settings, const QJsonObject &meta)
{
    return namesAddress(settings) || namesAddress(meta) ? u"another setting of it"_s : QString();
}

Found codexFound(const QJsonObject &settings, const QString &elsewhere)
{
    using enum Obstacle::Kind;
    const QJsonValue config = settings.value("config"_L1);
    if (!config.isString() && !config.isUndefined() && !config.isNull())
        return hindered(UnknownAddress, u"Its config.toml is no text."_s);
    const Result<CodexProvider> chosen = codexProvider(config.toString().toUtf8());
    if (!chosen && chosen.error().code == ErrorCode::InvalidConfig)
        return hindered(Garbled, u"Its config.toml was not read: %1."_s.arg(chosen.error().message));
    if (!chosen)
        return hindered(UnknownAddress, u"Its config.toml %1."_s.arg(chosen.error().message));
    const Variables auth = variablesIn(settings.value("auth"_L1).toObject());
    QString key = chosen->key;
    if (key.isEmpty() && !chosen->keyPlace.isEmpty())
        return hindered(KeyElsewhere, u"Its key lies in %1."_s.arg(chosen->keyPlace));
    if (key.isEmpty() && !chosen->keyVariable.isEmpty()) {
        key = auth.value(chosen->keyVariable);
        if (key.trimmed().isEmpty())
            return hindered(KeyElsewhere, u"Its key lies in the environment variable %1."_s.arg(usableName(chosen->keyVariable)));
    }
    if (key.isEmpty())
        key = auth.value(u"OPENAI_API_KEY"_s);
    return found(Vendor::OpenAi, {{u"OPENAI_BASE_URL"_s, chosen->baseUrl}, {u"OPENAI_API_KEY"_s, key}}, elsewhere);
}

Found foundIn(Vendor vendor, const QJsonObject &settings, const QJsonObject &meta)
{
    const QString elsewhere = elsewhereIn(settings, meta);
    return vendor == Vendor::OpenAi ? codexFound(settings, elsewhere) : found(vendor, variablesIn(settings.value("env"_L1).toObject()), elsewhere);
}

/// Whether cc-switch's own proxy translates requests to another API, or sends all of them to one URL.
bool rewrites(Vendor vendor, const QJsonObject &meta)
{
    const QString format = meta.value("apiFormat"_L1).toString();
    const QLatin1String own = vendor == Vendor::Anthropic ? "anthropic"_L1 : "openai_responses"_L1;
    return meta.value("isFullUrl"_L1).toBool() || (vendor != Vendor::Gemini && !format.isEmpty() && format != own);
}

/// The providers of an app of config.json in the order in which cc-switch shows them.
QList<CcSwitchProvider> providersOf(QLatin1String app, const QJsonObject &providers)
{
    QList<std::pair<double, CcSwitchProvider>> sorted;
    for (auto member = providers.begin(); member != providers.end(); ++member) {
        const QJsonObject provider = member->toObject();
        constexpr double unsorted = 1e15;
        const auto known = ccSwitchProvider(app, member.key(), provider.value("name"_L1).toString(),
                                            provider.value("settingsConfig"_L1).toObject(), provider.value("meta"_L1).toObject());
        if (known)
            sorted.append({provider.value("sortIndex"_L1).toDouble(unsorted), *known});
    }
    std::ranges::stable_sort(sorted, {}, &std::pair<double, CcSwitchProvider>::first);
    QList<CcSwitchProvider> all;
    for (const auto &[place, provider] : sorted)
        all.append(provider);
    return all;
}

} // namespace

std::optional<CcSwitchProvider> ccSwitchProvider(const QString &app, const QString &id, const QString &name, const QJsonObject &settings,
                                                 const QJsonObject &meta)
{
    const auto known = std::ranges::find(apps, app, [](const auto &one) { return QString(one.first); });
    if (known == std::end(apps))
        return std::nullopt;
    const Found its = foundIn(known->second, settings, meta);
    return CcSwitchProvider{app, id, name, its.fields, its.obstacle, rewrites(known->second, meta)};
}

QList<FoundEndpoint> ccSwitchEndpoints(const QList<CcSwitchProvider> &providers, const CcSwitchCurrent &current,
                                       const QString &place)
{
    QList<FoundEndpoint> all;
    for (const auto &[app, vendor] : apps) {
        QList<CcSwitchProvider> its;
        std::ranges::copy_if(providers, std::back_inserter(its), [app = app](const auto &one) { return one.app == app; });
        std::ranges::stable_partition(its, [id = current.value(app)](const auto &one) { return one.id == id; });
        int priority = 0;
        for (const CcSwitchProvider &provider : its) {
            if (!provider.fields && !provider.obstacle)
                continue;
            EndpointFields fields = provider.fields.value_or(EndpointFields());
            const QString name = usableName(provider.name);
            if (!name.isEmpty())
                fields.name = name;
            if (provider.fields)
                fields.priority = ++priority;
            all.append({ImportSource::CcSwitch, place, u"cc-switch-"_s + app, fields, provider.rewritten, provider.obstacle});
        }
    }
    return all;
}

Result<QList<FoundEndpoint>> ccSwitchConfigEndpoints(const QByteArray &text, const QString &place)
{
    const Result<QJsonObject> config = objectIn(text);
    if (!config)
        return config.error();
    QList<CcSwitchProvider> providers;
    CcSwitchCurrent current;
    for (const auto &[app, vendor] : apps) {
        const QJsonObject its = config->value(app).toObject();
        providers += providersOf(app, its.value("providers"_L1).toObject());
        current.insert(app, its.value("current"_L1).toString());
    }
    return ccSwitchEndpoints(providers, current, place);
}

CcSwitchCurrent ccSwitchCurrent(const QByteArray &settings)
{
    constexpr std::pair<QLatin1String, QLatin1String> names[]{{"claude"_L1, "currentProviderClaude"_L1},
                                                              {"codex"_L1, "currentProviderCodex"_L1},
                                                              {"gemini"_L1, "currentProviderGemini"_L1}};
    CcSwitchCurrent current;
    const Result<QJsonObject> all = objectIn(settings);
    for (const auto &[app, name] : names) {
        if (const QString id = all ? all->value(name).toString() : QString(); !id.isEmpty())
            current.insert(app, id);
    }
    return current;
}

} // namespace qcc
