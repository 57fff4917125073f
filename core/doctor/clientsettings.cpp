#include "core/doctor/checks.h"

#include "core/base/files.h"
#include "core/base/userplaces.h"
#include "core/config/addresses.h"
#include "core/config/paths.h"
#include "core/import/foreignfiles.h"

#include <QFileInfo>
#include <QUrl>

namespace qcc {

using namespace Qt::StringLiterals;
using enum FindingKind;

namespace {

/// Nothing where there is no such file.
std::optional<Result<QByteArray>> textOf(const QString &path)
{
    if (!QFileInfo::exists(path))
        return std::nullopt;
    return readOrdinary(path, longestImportedFile);
}

/// Those of a vendor's variables that hold a secret.
QStringList keysIn(const Variables &variables)
{
    QStringList keys;
    for (const char *name : {"ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GEMINI_API_KEY", "GOOGLE_API_KEY"})
        keys.append(variables.value(QLatin1String(name)));
    keys.removeAll(QString());
    return keys;
}

ClientSetting byVariable(ClientProgram client, const QString &name, const Variables &variables)
{
    return {client, name, variables.value(name).trimmed(), {}, keysIn(variables)};
}

/// Its files win over the variables that it is started with.
ClientSetting claudeSetting(const ImportPlaces &places)
{
    const QString name = baseUrlVariable(Vendor::Anthropic);
    ClientSetting setting = byVariable(ClientProgram::ClaudeCode, name, places.environment);
    const QString shared = places.claude + u"/settings.json"_s;
    if (setting.url.isEmpty())
        setting.place = shared;
    for (const QString &path : {shared, places.claude + u"/settings.local.json"_s}) {
        const std::optional<Result<QByteArray>> text = textOf(path);
        if (!text)
            continue;
        const Result<Variables> variables = *text ? claudeVariables(**text) : Result<Variables>(text->error());
        if (!variables) {
            setting.place = path;
            setting.problem = variables.error().message;
            return setting;
        }
        setting.keys += keysIn(*variables);
        if (variables->contains(name)) {
            setting.place = path;
            setting.url = variables->value(name).trimmed();
        }
    }
    return setting;
}

/// It reads no variable: what names its address is this file. Source: developers.openai.com/codex/config-reference.
ClientSetting codexSetting(const ImportPlaces &places)
{
    ClientSetting setting{ClientProgram::Codex, places.codex + u"/config.toml"_s};
    const std::optional<Result<QByteArray>> text = textOf(setting.place);
    if (!text)
        return setting;
    const Result<CodexProvider> provider = *text ? codexProvider(**text) : Result<CodexProvider>(text->error());
    if (!provider) {
        setting.problem = provider.error().message;
        return setting;
    }
    setting.url = provider->baseUrl;
    if (!provider->key.isEmpty())
        setting.keys.append(provider->key);
    return setting;
}

/// The variables that it is started with win over its file.
ClientSetting geminiSetting(const ImportPlaces &places)
{
    const QString name = baseUrlVariable(Vendor::Gemini);
    ClientSetting setting = byVariable(ClientProgram::GeminiCli, name, places.environment);
    const QString path = places.gemini + u"/.env"_s;
    const std::optional<Result<QByteArray>> text = textOf(path);
    const Variables variables = text && *text ? variablesInLines(QString::fromUtf8(**text)) : Variables();
    setting.keys += keysIn(variables);
    if (!setting.url.isEmpty())
        return setting;
    setting.place = path;
    setting.url = variables.value(name).trimmed();
    if (text && !*text)
        setting.problem = text->error().message;
    return setting;
}

/// Its providers have an address each: the first that is there stands for them.
ClientSetting openCodeSetting(const QString &folder)
{
    ClientSetting setting{ClientProgram::OpenCode, folder + u"/opencode.json"_s};
    const std::optional<Result<QByteArray>> text = textOf(setting.place);
    if (!text)
        return setting;
    const Result<QJsonObject> root = *text ? objectIn(**text) : Result<QJsonObject>(text->error());
    if (!root) {
        setting.problem = root.error().message;
        return setting;
    }
    const QJsonObject providers = root->value("provider"_L1).toObject();
    for (const QJsonValue &provider : providers) {
        const QJsonValue options = provider["options"_L1];
        if (setting.url.isEmpty())
            setting.url = options["baseURL"_L1].toString().trimmed();
        if (const QString key = options["apiKey"_L1].toString(); !key.isEmpty())
            setting.keys.append(key);
    }
    return setting;
}

} // namespace

ClientPlaces ClientPlaces::ofThisUser(const Paths &paths)
{
    const QString configured = qEnvironmentVariable("XDG_CONFIG_HOME");
    return {ImportPlaces::ofThisUser(paths), (configured.isEmpty() ? homeFolder() + u"/.config"_s : configured) + u"/opencode"_s};
}

QList<ClientSetting> clientSettings(const ClientPlaces &where)
{
    const ImportPlaces &places = where.places;
    const auto isSet = [&places](Vendor vendor) { return !places.environment.value(baseUrlVariable(vendor)).trimmed().isEmpty(); };
    QList<ClientSetting> settings;
    // Who has no folder and no variable is not used here.
    if (QFileInfo::exists(places.claude) || isSet(Vendor::Anthropic))
        settings.append(claudeSetting(places));
    if (QFileInfo::exists(places.codex))
        settings.append(codexSetting(places));
    if (QFileInfo::exists(places.gemini) || isSet(Vendor::Gemini))
        settings.append(geminiSetting(places));
    if (QFileInfo::exists(where.openCode))
        settings.append(openCodeSetting(where.openCode));
    if (isSet(Vendor::OpenAi))
        settings.append(byVariable(ClientProgram::OpenAiSdk, baseUrlVariable(Vendor::OpenAi), places.environment));
    return settings;
}

namespace {

/// Without what could be a secret, and with the name of the other proxy that is known by it.
QString shownAddress(const QString &url)
{
    FoundEndpoint found;
    found.fields.baseUrl = url;
    const QString shown = shownUrl(found), other = placeholderOf(url.toUtf8(), {});
    return shown.isEmpty() ? u"an address that is none"_s : other.isEmpty() ? shown : u"%1 (%2)"_s.arg(shown, other);
}

} // namespace

QList<Finding> clientFindings(const Examination &seen)
{
    QList<Finding> found;
    const QUrl own(addressOf(seen));
    bool isAsked = false;
    for (const ClientSetting &setting : seen.clients) {
        const auto add = [&](FindingKind kind, const QStringList &values) { found.append({Check::Client, kind, toWord(setting.client), values}); };
        const QUrl url(setting.url);
        const bool isOurs = pointsAt(setting.url.toUtf8(), own.host(), static_cast<quint16>(own.port()));
        // OpenAI's clients name the version in it.
        const QString wanted = own.toString() + (setting.client == ClientProgram::ClaudeCode || setting.client == ClientProgram::GeminiCli ? QString() : u"/v1"_s);
        isAsked = isAsked || (isOurs && url.scheme() == "http"_L1);
        if (!setting.problem.isEmpty())
            add(ClientUnreadable, {setting.place, setting.problem});
        else if (setting.url.isEmpty())
            add(ClientDirect, {setting.place});
        else if (!isOurs)
            add(ClientElsewhere, {shownAddress(setting.url), setting.place, wanted});
        else if (url.scheme() == "https"_L1)
            add(ClientByTls, {shownAddress(setting.url), setting.place, wanted});
        else
            add(ClientHere, {shownAddress(setting.url), setting.place});
    }
    if (seen.clients.isEmpty())
        found.append({Check::Client, NoClient, {}, {own.toString()}});
    else if (!isAsked)
        found.append({Check::Client, NoClientHere, {}, {own.toString()}});
    return found;
}

} // namespace qcc
