#include "core/clients/clientsettings.h"

#include "core/base/files.h"
#include "core/base/userplaces.h"
#include "core/clients/settingstext.h"
#include "core/config/paths.h"
#include "core/import/foreignfiles.h"

#include <QDir>
#include <QFileInfo>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

/// Nothing where there is no such file.
std::optional<Result<QByteArray>> textOf(const QString &path)
{
    if (!QFileInfo::exists(path))
        return std::nullopt;
    const Result<QByteArray> text = readOrdinary(path, longestImportedFile);
    // One that is empty says as little.
    return text && text->trimmed().isEmpty() ? std::nullopt : std::optional(text);
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
        const Result<Variables> variables = *text ? claudeVariables(plainJson(**text)) : Result<Variables>(text->error());
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
ClientSetting openCodeSetting(const ClientPlaces &where)
{
    ClientSetting setting{ClientProgram::OpenCode, openCodeSettings(where)};
    const std::optional<Result<QByteArray>> text = textOf(setting.place);
    if (!text)
        return setting;
    const Result<QJsonObject> root = *text ? objectIn(plainJson(**text)) : Result<QJsonObject>(text->error());
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

/// Its file wins over the variables that it is started with.
ClientSetting qwenSetting(const ClientPlaces &where)
{
    ClientSetting setting{ClientProgram::QwenCode, where.qwen + u"/settings.json"_s};
    const std::optional<Result<QByteArray>> text = textOf(setting.place);
    if (!text)
        return setting;
    const Result<QJsonObject> root = *text ? objectIn(plainJson(**text)) : Result<QJsonObject>(text->error());
    if (!root) {
        setting.problem = root.error().message;
        return setting;
    }
    const QJsonValue login = root->value("security"_L1)["auth"_L1];
    setting.url = login["baseUrl"_L1].toString().trimmed();
    if (const QString key = login["apiKey"_L1].toString(); !key.isEmpty())
        setting.keys.append(key);
    return setting;
}

} // namespace

ClientPlaces ClientPlaces::ofThisUser(const Paths &paths)
{
    const QString configured = qEnvironmentVariable("XDG_CONFIG_HOME"), home = homeFolder();
    ClientPlaces where{ImportPlaces::ofThisUser(paths), (configured.isEmpty() ? home + u"/.config"_s : configured) + u"/opencode"_s, home + u"/.qwen"_s};
    // What is kept of a file is to lead to it from anywhere.
    for (QString *folder : {&where.places.claude, &where.places.codex, &where.places.gemini, &where.openCode, &where.qwen})
        *folder = QDir::cleanPath(QDir::current().absoluteFilePath(*folder));
    return where;
}

QString openCodeSettings(const ClientPlaces &places)
{
    const QString commented = places.openCode + u"/opencode.jsonc"_s;
    return QFileInfo::exists(commented) ? commented : places.openCode + u"/opencode.json"_s;
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
        settings.append(openCodeSetting(where));
    if (QFileInfo::exists(where.qwen))
        settings.append(qwenSetting(where));
    if (isSet(Vendor::OpenAi))
        settings.append(byVariable(ClientProgram::OpenAiSdk, baseUrlVariable(Vendor::OpenAi), places.environment));
    return settings;
}

} // namespace qcc
