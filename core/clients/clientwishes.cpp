#include "core/clients/clientwishes.h"

#include "core/base/files.h"
#include "core/import/foreignfiles.h"

#include <QFileInfo>
#include <QOperatingSystemVersion>
#include <QRegularExpression>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

constexpr QLatin1String ownProvider = "qcc"_L1;

WishedValue text(SettingsFormat format, const QStringList &path, const QString &value, bool isSecret = false)
{
    return {path, quotedFor(format, value), isSecret};
}

/// The lines of its own headers that it sends along, with qcc's token as one of them. Source: code.claude.com/docs/en/settings, "ANTHROPIC_CUSTOM_HEADERS".
QString customHeaders(const QString &settings, const QStringList &path, const QString &token)
{
    const QString ours = u"x-qcc-token: "_s;
    const Result<QByteArray> file = QFileInfo::exists(settings) ? readOrdinary(settings, longestImportedFile) : QByteArray();
    const Result<std::optional<QByteArray>> value = file ? valueIn(SettingsFormat::Json, *file, path) : std::optional<QByteArray>();
    QStringList lines = (value && *value ? textOf(SettingsFormat::Json, **value).value_or(QString()) : QString()).split(u'\n', Qt::SkipEmptyParts);
    lines.removeIf([&ours](const QString &line) { return line.startsWith(ours, Qt::CaseInsensitive); });
    return (lines << ours + token).join(u'\n');
}

/// No credential: with one among its variables it would send that in place of its login. Source: code.claude.com/docs/en/llm-gateway-protocol.
QList<WishedValue> claudesLogin(const QString &settings, const QString &key)
{
    const auto variable = [](const QString &name) { return QStringList{u"env"_s, name}; };
    QList<WishedValue> values{{variable(u"ANTHROPIC_AUTH_TOKEN"_s), std::nullopt, true}, {variable(u"ANTHROPIC_API_KEY"_s), std::nullopt, true}};
    const QStringList headers = variable(u"ANTHROPIC_CUSTOM_HEADERS"_s);
    if (key != QLatin1String(anyKey) && !key.isEmpty())
        values.append(text(SettingsFormat::Json, headers, customHeaders(settings, headers, key), true));
    return values;
}

/// One key, never two: with both it warns at every start. The token's variable asks nobody whether the key may be used.
/// Source: code.claude.com/docs/en/llm-gateway-protocol, "Authentication".
WishedFile claudeFile(const ClientPlaces &where, const QString &address, const QString &key, const ClientExtras &extras)
{
    constexpr auto Json = SettingsFormat::Json;
    const auto variable = [](const QString &name) { return QStringList{u"env"_s, name}; };
    WishedFile file{where.places.claude + u"/settings.json"_s, Json, {}};
    file.values = {text(Json, variable(u"ANTHROPIC_BASE_URL"_s), address)};
    if (extras.keepLogin)
        file.values += claudesLogin(file.path, key);
    else
        file.values << text(Json, variable(u"ANTHROPIC_AUTH_TOKEN"_s), key, true) << WishedValue{variable(u"ANTHROPIC_API_KEY"_s), std::nullopt, true};
    if (extras.hints)
        file.values.append(text(Json, variable(u"CLAUDE_CODE_GATEWAY_HINT_HEADERS"_s), u"1"_s));
    if (extras.toolSearch)
        file.values.append(text(Json, variable(u"ENABLE_TOOL_SEARCH"_s), u"true"_s));
    for (const QString &name : modelClasses()) {
        if (const QString model = extras.models.value(name); !model.isEmpty())
            file.values.append(text(Json, variable(name == "subagent"_L1 ? u"CLAUDE_CODE_SUBAGENT_MODEL"_s : u"ANTHROPIC_DEFAULT_%1_MODEL"_s.arg(name.toUpper())), model));
    }
    return file;
}

/// A provider of its own, because sessions belong to the provider's id. Without "supports_websockets" it tries a WebSocket first.
/// Source: developers.openai.com/codex/config-reference.
WishedFile codexFile(const ClientPlaces &where, const QString &address, const QString &key, const ClientExtras &extras)
{
    constexpr auto Toml = SettingsFormat::Toml;
    // The provider that it has built in is the one that sends its login; behind the prefix come the paths that it asks its own server for.
    if (extras.keepLogin) {
        return {where.places.codex + u"/config.toml"_s,
                Toml,
                {{{u"model_provider"_s}, std::nullopt}, text(Toml, {u"openai_base_url"_s}, address + u"/@"_s + QLatin1String(codexCluster))}};
    }
    const auto own = [](const QString &name) { return QStringList{u"model_providers"_s, ownProvider, name}; };
    return {where.places.codex + u"/config.toml"_s,
            Toml,
            {text(Toml, {u"model_provider"_s}, ownProvider), text(Toml, own(u"name"_s), ownProvider), text(Toml, own(u"base_url"_s), address + u"/v1"_s),
             text(Toml, own(u"wire_api"_s), u"responses"_s), {own(u"supports_websockets"_s), "false"_ba},
             text(Toml, own(u"experimental_bearer_token"_s), key, true)}};
}

/// With an address alone it looks for a way to log in that it has not; the settings have to say that there is a key.
QList<WishedFile> geminiFiles(const ClientPlaces &where, const QString &address, const QString &key)
{
    constexpr auto Env = SettingsFormat::Env;
    return {{where.places.gemini + u"/.env"_s, Env, {text(Env, {u"GOOGLE_GEMINI_BASE_URL"_s}, address), text(Env, {u"GEMINI_API_KEY"_s}, key, true)}},
            {where.places.gemini + u"/settings.json"_s,
             SettingsFormat::Json,
             {text(SettingsFormat::Json, {u"security"_s, u"auth"_s, u"selectedType"_s}, u"gemini-api-key"_s)}}};
}

/// Source: opencode.ai/docs/providers.
WishedFile openCodeFile(const ClientPlaces &where, const QString &address, const QString &key, const ClientExtras &extras)
{
    constexpr auto Json = SettingsFormat::Json;
    WishedFile file{openCodeSettings(where), Json, {}};
    QStringList providers{u"anthropic"_s};
    if (extras.openAi)
        providers << u"openai"_s;
    for (const QString &provider : std::as_const(providers)) {
        const auto option = [&provider](const QString &name) { return QStringList{u"provider"_s, provider, u"options"_s, name}; };
        file.values << text(Json, option(u"baseURL"_s), address + u"/v1"_s) << text(Json, option(u"apiKey"_s), key, true);
    }
    return file;
}

WishedFile qwenFile(const ClientPlaces &where, const QString &address, const QString &key)
{
    constexpr auto Json = SettingsFormat::Json;
    const auto login = [](const QString &name) { return QStringList{u"security"_s, u"auth"_s, name}; };
    return {where.qwen + u"/settings.json"_s,
            Json,
            {text(Json, login(u"selectedType"_s), u"openai"_s), text(Json, login(u"baseUrl"_s), address + u"/v1"_s), text(Json, login(u"apiKey"_s), key, true)}};
}

} // namespace

QString keepLoginFault(ClientProgram client, bool needsToken)
{
    if (client != ClientProgram::ClaudeCode && client != ClientProgram::Codex)
        return u"%1 has no login that qcc could pass on."_s.arg(toWord(client));
    if (client == ClientProgram::Codex && needsToken)
        return u"Codex has no place for qcc's access token beside its own login."_s;
    return {};
}

QStringList modelClasses()
{
    return {u"opus"_s, u"sonnet"_s, u"haiku"_s, u"subagent"_s};
}

QList<WishedFile> wishesFor(ClientProgram client, const ClientPlaces &where, const QString &address, const QString &key, const ClientExtras &extras)
{
    switch (client) {
    case ClientProgram::ClaudeCode: return {claudeFile(where, address, key, extras)};
    case ClientProgram::Codex: return {codexFile(where, address, key, extras)};
    case ClientProgram::GeminiCli: return geminiFiles(where, address, key);
    case ClientProgram::OpenCode: return {openCodeFile(where, address, key, extras)};
    case ClientProgram::QwenCode: return {qwenFile(where, address, key)};
    case ClientProgram::OpenAiSdk: return {};
    }
    Q_UNREACHABLE();
}

bool isConnectable(ClientProgram client)
{
    return !wishesFor(client, {}, {}, {}).isEmpty();
}

QList<std::pair<QString, QString>> variablesFor(ClientProgram client, const QString &address, const QString &key)
{
    switch (client) {
    case ClientProgram::ClaudeCode: return {{u"ANTHROPIC_BASE_URL"_s, address}, {u"ANTHROPIC_AUTH_TOKEN"_s, key}};
    case ClientProgram::GeminiCli: return {{u"GOOGLE_GEMINI_BASE_URL"_s, address}, {u"GEMINI_API_KEY"_s, key}};
    case ClientProgram::OpenCode: return {{u"ANTHROPIC_BASE_URL"_s, address + u"/v1"_s}, {u"ANTHROPIC_API_KEY"_s, key}};
    case ClientProgram::QwenCode:
    case ClientProgram::OpenAiSdk: return {{u"OPENAI_BASE_URL"_s, address + u"/v1"_s}, {u"OPENAI_API_KEY"_s, key}};
    // It reads no variable. Source: developers.openai.com/codex/config-reference.
    case ClientProgram::Codex: return {};
    }
    Q_UNREACHABLE();
}

Shell usersShell()
{
    if (QOperatingSystemVersion::currentType() == QOperatingSystemVersion::Windows)
        return Shell::PowerShell;
    return qEnvironmentVariable("SHELL").endsWith("/fish"_L1) ? Shell::Fish : Shell::Sh;
}

QString environmentLine(Shell shell, const QList<std::pair<QString, QString>> &variables)
{
    // Single quotes mean the same in the first three, and keep the brackets of an IPv6 address from being read as a pattern; in fish a backslash still acts
    // within them. cmd takes quotes for a part of the value, unless they are around both.
    // PowerShell takes typographic ones for quotes, too.
    static const QRegularExpression anyQuote(u"(['\u2018-\u201b])"_s);
    QStringList parts;
    for (const auto &[name, value] : variables) {
        QString inner = value;
        switch (shell) {
        case Shell::Sh: parts << u"%1='%2'"_s.arg(name, inner.replace(u'\'', "'\\''"_L1)); break;
        case Shell::Fish: parts << u"set -gx %1 '%2'"_s.arg(name, inner.replace(u'\\', "\\\\"_L1).replace(u'\'', "\\'"_L1)); break;
        case Shell::PowerShell: parts << u"$env:%1 = '%2'"_s.arg(name, inner.replace(anyQuote, u"\\1\\1"_s)); break;
        case Shell::Cmd: parts << u"set \"%1=%2\""_s.arg(name, value); break;
        }
    }
    switch (shell) {
    case Shell::Sh: return u"export "_s + parts.join(u' ');
    case Shell::Cmd: return parts.join(" & "_L1);
    case Shell::Fish:
    case Shell::PowerShell: return parts.join("; "_L1);
    }
    Q_UNREACHABLE();
}

QString conditionOf(ClientProgram client)
{
    if (client == ClientProgram::GeminiCli)
        return u"Gemini CLI reads its .env only in folders that it was told to trust."_s;
    return {};
}

} // namespace qcc
