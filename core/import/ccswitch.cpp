#include "core/import/ccswitch.h"

#include "core/import/variables.h"

#include <algorithm>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

constexpr std::pair<QLatin1String, Vendor> apps[]{{"claude"_L1, Vendor::Anthropic},
                                                 {"codex"_L1, Vendor::OpenAi},
                                                 {"gemini"_L1, Vendor::Gemini}};

std::optional<EndpointFields> fieldsOf(Vendor vendor, const QJsonObject &settings)
{
    Variables variables = variablesIn(settings.value("env"_L1).toObject());
    if (vendor == Vendor::OpenAi) {
        const CodexProvider chosen = codexProvider(settings.value("config"_L1).toString());
        variables = variablesIn(settings.value("auth"_L1).toObject());
        variables.insert(u"OPENAI_BASE_URL"_s, chosen.baseUrl);
        if (variables.value(u"OPENAI_API_KEY"_s).trimmed().isEmpty())
            variables.insert(u"OPENAI_API_KEY"_s, chosen.key);
    }
    const auto found = endpointOf(vendor, variables);
    return found ? std::optional(found->fields) : std::nullopt;
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

QString tomlString(QStringView text)
{
    const QStringView value = text.trimmed();
    if (value.size() < 2 || (value.front() != u'"' && value.front() != u'\''))
        return {};
    const qsizetype end = value.indexOf(value.front(), 1);
    return end < 0 ? QString() : value.sliced(1, end - 1).toString();
}

} // namespace

CodexProvider codexProvider(const QString &toml)
{
    QString table;
    QString chosen;
    QMap<QString, CodexProvider> tables;
    const QStringList lines = toml.split(u'\n');
    for (const QString &line : lines) {
        const QStringView text = QStringView(line).trimmed();
        const qsizetype equals = text.indexOf(u'=');
        if (text.startsWith(u'[')) {
            table = text.sliced(1, std::max<qsizetype>(text.lastIndexOf(u']') - 1, 0)).trimmed().toString();
            table.remove(u'"');
        } else if (equals > 0) {
            const QStringView key = text.first(equals).trimmed();
            const QString value = tomlString(text.sliced(equals + 1));
            if (key == "base_url"_L1)
                tables[table].baseUrl = value;
            else if (key == "experimental_bearer_token"_L1)
                tables[table].key = value;
            else if (key == "model_provider"_L1 && table.isEmpty())
                chosen = value;
        }
    }
    const CodexProvider outside = tables.value(QString());
    const CodexProvider its = tables.value(u"model_providers."_s + chosen);
    return {its.baseUrl.isEmpty() ? outside.baseUrl : its.baseUrl, its.key.isEmpty() ? outside.key : its.key};
}

std::optional<CcSwitchProvider> ccSwitchProvider(const QString &app, const QString &id, const QString &name, const QJsonObject &settings,
                                                 const QJsonObject &meta)
{
    const auto known = std::ranges::find(apps, app, [](const auto &one) { return QString(one.first); });
    if (known == std::end(apps))
        return std::nullopt;
    return CcSwitchProvider{app, id, name, fieldsOf(known->second, settings), rewrites(known->second, meta)};
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
            if (!provider.fields)
                continue;
            EndpointFields fields = *provider.fields;
            const QString name = usableName(provider.name);
            if (!name.isEmpty())
                fields.name = name;
            fields.priority = ++priority;
            all.append({ImportSource::CcSwitch, place, u"cc-switch-"_s + app, fields, provider.rewritten});
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
