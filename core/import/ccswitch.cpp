#include "core/import/ccswitch.h"

#include "core/import/variables.h"

#include <algorithm>
#include <vector>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

std::optional<EndpointFields> fieldsOf(Vendor vendor, const QJsonObject &settings)
{
    Variables variables = variablesIn(settings.value("env"_L1).toObject());
    if (vendor == Vendor::OpenAi) {
        variables = variablesIn(settings.value("auth"_L1).toObject());
        variables.insert(u"OPENAI_BASE_URL"_s, codexBaseUrl(settings.value("config"_L1).toString()));
    }
    const auto found = endpointOf(vendor, variables);
    return found ? std::optional(found->fields) : std::nullopt;
}

struct Provider {
    QString id;
    QJsonObject object;
};

/// The providers in the order in which cc-switch shows them, but the one in use first.
std::vector<Provider> providersOf(const QJsonObject &app)
{
    std::vector<Provider> all;
    const QJsonObject providers = app.value("providers"_L1).toObject();
    for (auto provider = providers.begin(); provider != providers.end(); ++provider)
        all.push_back({provider.key(), provider->toObject()});
    const QString current = app.value("current"_L1).toString();
    const auto place = [&current](const Provider &provider) {
        constexpr double unsorted = 1e15;
        return provider.id == current ? -1.0 : provider.object.value("sortIndex"_L1).toDouble(unsorted);
    };
    std::ranges::stable_sort(all, {}, place);
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

QString codexBaseUrl(const QString &toml)
{
    QString table;
    QString chosen;
    QMap<QString, QString> urls;
    const QStringList lines = toml.split(u'\n');
    for (const QString &line : lines) {
        const QStringView text = QStringView(line).trimmed();
        const qsizetype equals = text.indexOf(u'=');
        if (text.startsWith(u'[')) {
            table = text.sliced(1, std::max<qsizetype>(text.lastIndexOf(u']') - 1, 0)).trimmed().toString();
            table.remove(u'"');
        } else if (equals > 0) {
            const QStringView key = text.first(equals).trimmed();
            if (key == "base_url"_L1)
                urls.insert(table, tomlString(text.sliced(equals + 1)));
            else if (key == "model_provider"_L1 && table.isEmpty())
                chosen = tomlString(text.sliced(equals + 1));
        }
    }
    return urls.value(u"model_providers."_s + chosen, urls.value(QString()));
}

Result<QList<FoundEndpoint>> ccSwitchEndpoints(const QByteArray &text, const QString &place)
{
    constexpr std::pair<Vendor, QLatin1String> apps[]{{Vendor::Anthropic, "claude"_L1},
                                                     {Vendor::OpenAi, "codex"_L1},
                                                     {Vendor::Gemini, "gemini"_L1}};
    const Result<QJsonObject> config = objectIn(text);
    if (!config)
        return config.error();
    QList<FoundEndpoint> all;
    for (const auto &[vendor, app] : apps) {
        int priority = 0;
        for (const Provider &provider : providersOf(config->value(app).toObject())) {
            std::optional<EndpointFields> fields =
                fieldsOf(vendor, provider.object.value("settingsConfig"_L1).toObject());
            // A provider that one logs in to has neither.
            if (!fields)
                continue;
            const QString name = usableName(provider.object.value("name"_L1).toString());
            if (!name.isEmpty())
                fields->name = name;
            fields->priority = ++priority;
            all.append({ImportSource::CcSwitch, place, u"cc-switch-"_s + app, *fields});
        }
    }
    return all;
}

} // namespace qcc
