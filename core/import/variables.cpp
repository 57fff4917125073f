#include "core/import/variables.h"

#include <algorithm>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

struct KeyVariable {
    QLatin1String name;
    AuthStyle auth;
};

/// What the clients of a vendor read, keys in the order in which they win.
struct Names {
    QLatin1String baseUrl;
    QList<KeyVariable> keys;
    QLatin1String address;
};

Names namesOf(Vendor vendor)
{
    switch (vendor) {
    case Vendor::Anthropic:
        // The variable says how Claude Code sends the key, and a relay may know only one of the two ways.
        return {"ANTHROPIC_BASE_URL"_L1,
                {{"ANTHROPIC_AUTH_TOKEN"_L1, AuthStyle::Bearer}, {"ANTHROPIC_API_KEY"_L1, AuthStyle::XApiKey}},
                "https://api.anthropic.com"_L1};
    case Vendor::OpenAi:
        return {"OPENAI_BASE_URL"_L1, {{"OPENAI_API_KEY"_L1, AuthStyle::Auto}}, "https://api.openai.com"_L1};
    case Vendor::Gemini:
        // Not GOOGLE_API_KEY, which may be for any of Google's services.
        return {"GOOGLE_GEMINI_BASE_URL"_L1,
                {{"GEMINI_API_KEY"_L1, AuthStyle::Auto}},
                "https://generativelanguage.googleapis.com"_L1};
    }
    return {};
}

} // namespace

std::optional<VendorEndpoint> endpointOf(Vendor vendor, const Variables &variables)
{
    const Names names = namesOf(vendor);
    VendorEndpoint found;
    QString baseUrl = variables.value(names.baseUrl).trimmed();
    if (!baseUrl.isEmpty())
        found.names.append(names.baseUrl);
    found.fields.apiKey = QString();
    for (const KeyVariable &key : names.keys) {
        const QString value = variables.value(key.name).trimmed();
        if (value.isEmpty())
            continue;
        found.fields.apiKey = value;
        if (key.auth != AuthStyle::Auto)
            found.fields.auth = key.auth;
        found.names.append(key.name);
        break;
    }
    if (found.names.isEmpty())
        return std::nullopt;
    if (baseUrl.isEmpty())
        baseUrl = names.address;
    found.fields.baseUrl = vendor == Vendor::OpenAi ? withoutVersion(baseUrl) : baseUrl;
    return found;
}

QString withoutVersion(const QString &baseUrl)
{
    QString url = baseUrl;
    while (url.endsWith(u'/'))
        url.chop(1);
    return url.endsWith("/v1"_L1) ? url.chopped(3) : url;
}

QList<FoundEndpoint> environmentEndpoints(const Variables &variables)
{
    constexpr std::pair<Vendor, QLatin1String> clusters[]{{Vendor::Anthropic, "environment"_L1},
                                                         {Vendor::OpenAi, "environment-openai"_L1},
                                                         {Vendor::Gemini, "environment-gemini"_L1}};
    QList<FoundEndpoint> all;
    for (const auto &[vendor, cluster] : clusters) {
        if (const auto found = endpointOf(vendor, variables))
            all.append({ImportSource::Environment, found->names.join(", "_L1), cluster, found->fields});
    }
    return all;
}

Result<Variables> claudeVariables(const QByteArray &text)
{
    const Result<QJsonObject> settings = objectIn(text);
    if (!settings)
        return settings.error();
    return variablesIn(settings->value("env"_L1).toObject());
}

QList<FoundEndpoint> claudeEndpoints(const ClaudeSettings &shared, const ClaudeSettings &local)
{
    Variables both = shared.variables;
    both.insert(local.variables);
    const auto inUse = endpointOf(Vendor::Anthropic, both);
    if (!inUse)
        return {};
    const bool byLocal = std::ranges::any_of(
        inUse->names, [&local](const QString &name) { return local.variables.contains(name); });
    const QString cluster = u"claude-code"_s;
    QList<FoundEndpoint> all{{ImportSource::ClaudeCode, byLocal ? local.place : shared.place, cluster, inUse->fields}};
    const auto hidden = endpointOf(Vendor::Anthropic, shared.variables);
    const bool another = hidden && !hidden->fields.apiKey->isEmpty()
        && (hidden->fields.baseUrl != inUse->fields.baseUrl || hidden->fields.apiKey != inUse->fields.apiKey);
    if (another)
        all.append({ImportSource::ClaudeCode, shared.place, cluster, hidden->fields});
    return all;
}

Variables variablesIn(const QJsonObject &object)
{
    Variables variables;
    for (auto member = object.begin(); member != object.end(); ++member) {
        if (member->isString())
            variables.insert(member.key(), member->toString());
    }
    return variables;
}

} // namespace qcc
