#include "core/clients/clientconnection.h"

#include "core/base/files.h"
#include "core/config/addresses.h"
#include "core/import/foreignfiles.h"

#include <QDir>
#include <QFileInfo>
#include <QOperatingSystemVersion>
#include <QStandardPaths>
#include <QUrl>

#include <algorithm>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

QString commandOf(ClientProgram client)
{
    switch (client) {
    case ClientProgram::ClaudeCode: return u"claude"_s;
    case ClientProgram::Codex: return u"codex"_s;
    case ClientProgram::GeminiCli: return u"gemini"_s;
    case ClientProgram::OpenCode: return u"opencode"_s;
    case ClientProgram::QwenCode: return u"qwen"_s;
    case ClientProgram::OpenAiSdk: return {};
    }
    Q_UNREACHABLE();
}

/// Settings that an administrator makes. Source: code.claude.com/docs/en/settings, "Settings files".
QString managedClaudeSettings()
{
    switch (QOperatingSystemVersion::currentType()) {
    case QOperatingSystemVersion::MacOS: return u"/Library/Application Support/ClaudeCode/managed-settings.json"_s;
    case QOperatingSystemVersion::Windows: return u"C:/Program Files/ClaudeCode/managed-settings.json"_s;
    default: return u"/etc/claude-code/managed-settings.json"_s;
    }
}

/// The folder and those it lies in, the innermost first.
QStringList upwardsFrom(const QString &folder)
{
    QStringList folders;
    for (QDir each(folder); !folder.isEmpty();) {
        folders.append(each.absolutePath());
        if (!each.cdUp())
            break;
    }
    return folders;
}

std::optional<QByteArray> textIn(const QString &path)
{
    if (!QFileInfo::exists(path))
        return std::nullopt;
    const Result<QByteArray> text = readOrdinary(path, longestImportedFile);
    return text ? std::optional(*text) : std::nullopt;
}

bool names(SettingsFormat format, const QByteArray &text, const QStringList &path)
{
    const Result<std::optional<QByteArray>> value = valueIn(format, text, path);
    return value && value->has_value();
}

QStringList claudeShadows(const ClientPlaces &where, const QString &workingFolder)
{
    QStringList shadows;
    QStringList stronger{managedClaudeSettings()};
    if (!workingFolder.isEmpty() && QDir(workingFolder + u"/.claude"_s).absolutePath() != QDir(where.places.claude).absolutePath())
        stronger << workingFolder + u"/.claude/settings.local.json"_s << workingFolder + u"/.claude/settings.json"_s;
    for (const QString &path : std::as_const(stronger)) {
        const std::optional<QByteArray> text = textIn(path);
        if (text && names(SettingsFormat::Json, *text, {u"env"_s, u"ANTHROPIC_BASE_URL"_s}))
            shadows << u"%1 names an address, too, and is stronger."_s.arg(path);
    }
    if (where.places.environment.value(u"ANTHROPIC_API_KEY"_s).isEmpty())
        return shadows;
    const std::optional<QByteArray> own = textIn(where.places.claude + u"/settings.json"_s);
    if (own && names(SettingsFormat::Json, *own, {u"env"_s, u"ANTHROPIC_BASE_URL"_s}) && !names(SettingsFormat::Json, *own, {u"env"_s, u"ANTHROPIC_AUTH_TOKEN"_s}))
        shadows << u"ANTHROPIC_API_KEY is set in the environment: Claude Code sends that in place of its login."_s;
    else
        shadows << u"ANTHROPIC_API_KEY is set in the environment: with the key of the settings that makes two, of which Claude Code warns."_s;
    return shadows;
}

QStringList codexShadows(const ClientPlaces &where)
{
    const std::optional<QByteArray> text = textIn(where.places.codex + u"/config.toml"_s);
    const Result<std::optional<QByteArray>> profile = text ? valueIn(SettingsFormat::Toml, *text, {u"profile"_s}) : std::optional<QByteArray>();
    const std::optional<QString> name = profile && *profile ? textOf(SettingsFormat::Toml, **profile) : std::nullopt;
    if (name && names(SettingsFormat::Toml, *text, {u"profiles"_s, *name, u"model_provider"_s}))
        return {u"The profile that its config.toml chooses names a provider, too, and is stronger."_s};
    return {};
}

QStringList variableShadows(const ClientPlaces &where, const QStringList &variables)
{
    QStringList shadows;
    for (const QString &name : variables) {
        if (!where.places.environment.value(name).trimmed().isEmpty())
            shadows << u"%1 is set in the environment, and is stronger."_s.arg(name);
    }
    return shadows;
}

/// The first .env on the way up counts alone. Source: Gemini CLI 0.61, "findEnvFile".
QStringList geminiShadows(const ClientPlaces &where, const QString &workingFolder)
{
    QStringList shadows = variableShadows(where, {u"GOOGLE_GEMINI_BASE_URL"_s, u"GEMINI_API_KEY"_s});
    const QString own = QDir(where.places.gemini).absoluteFilePath(u".env"_s);
    for (const QString &folder : upwardsFrom(workingFolder)) {
        for (const QString &path : {folder + u"/.gemini/.env"_s, folder + u"/.env"_s}) {
            if (path == own)
                return shadows;
            if (QFileInfo::exists(path))
                return shadows << u"%1 is read in place of %2."_s.arg(path, own);
        }
    }
    return shadows;
}

QStringList openCodeShadows(const ClientPlaces &where, const QString &workingFolder)
{
    QStringList shadows;
    if (const QString other = where.places.environment.value(u"OPENCODE_CONFIG"_s); !other.isEmpty())
        shadows << u"OPENCODE_CONFIG names another settings file, which is stronger: %1."_s.arg(other);
    for (const QString &folder : upwardsFrom(workingFolder)) {
        for (const QString &name : {u"opencode.jsonc"_s, u"opencode.json"_s}) {
            const std::optional<QByteArray> text = textIn(folder + u'/' + name);
            if (text && names(SettingsFormat::Json, *text, {u"provider"_s, u"anthropic"_s, u"options"_s, u"baseURL"_s}))
                shadows << u"%1 names an address, too, and is stronger."_s.arg(folder + u'/' + name);
        }
    }
    return shadows;
}

QStringList shadowsOf(ClientProgram client, const ClientPlaces &where, const QString &workingFolder)
{
    switch (client) {
    case ClientProgram::ClaudeCode: return claudeShadows(where, workingFolder);
    case ClientProgram::Codex: return codexShadows(where);
    case ClientProgram::GeminiCli: return geminiShadows(where, workingFolder);
    case ClientProgram::OpenCode: return openCodeShadows(where, workingFolder);
    case ClientProgram::QwenCode:
    case ClientProgram::OpenAiSdk: return {};
    }
    Q_UNREACHABLE();
}

QString shown(const QString &url)
{
    FoundEndpoint found;
    found.fields.baseUrl = url;
    return shownUrl(found);
}

/// The values that `extras` has `client` be given beside its address and key.
QList<WishedValue> valuesFor(ClientProgram client, const ClientExtras &extras)
{
    QList<WishedValue> values, usual;
    for (const WishedFile &file : wishesFor(client, {}, {}, {}))
        usual += file.values;
    for (const WishedFile &file : wishesFor(client, {}, {}, {}, extras)) {
        for (const WishedValue &value : file.values) {
            if (std::ranges::find(usual, value.path, &WishedValue::path) == usual.end())
                values.append(value);
        }
    }
    return values;
}

} // namespace

ClientExtras extrasIn(ClientProgram client, const LedgerEntry &entry)
{
    const auto text = [client, &entry](const ClientExtras &one) -> std::optional<QString> {
        for (const WishedValue &wished : valuesFor(client, one)) {
            for (const LedgerFile &file : entry.files) {
                const auto value = std::ranges::find(file.values, wished.path, &LedgerValue::path);
                if (value != file.values.end() && value->own && value->own != value->old)
                    return textOf(file.format, *value->own);
            }
        }
        return std::nullopt;
    };
    ClientExtras extras{text({true, false, {}, false}).has_value(), text({false, true, {}, false}).has_value(), {}, text({false, false, {}, true}).has_value(), entry.keepsLogin};
    for (const QString &name : modelClasses()) {
        if (const std::optional<QString> model = text({false, false, {{name, u"any"_s}}, false}))
            extras.models.insert(name, *model);
    }
    return extras;
}

QList<ClientState> clientStates(const ClientPlaces &where, const Ledger &ledger, const QString &address, const QString &workingFolder)
{
    const QUrl own(address);
    const QList<ClientSetting> settings = clientSettings(where);
    QList<ClientState> states;
    for (const ClientProgram client : EnumTable<ClientProgram>::values) {
        const auto setting = std::ranges::find(settings, client, &ClientSetting::client);
        const QList<WishedFile> files = wishesFor(client, where, address, {});
        // What is made of variables alone cannot be connected, and is shown where it is used.
        if (files.isEmpty() && setting == settings.end())
            continue;
        ClientState state{client};
        state.program = commandOf(client).isEmpty() ? QString() : QStandardPaths::findExecutable(commandOf(client));
        state.isInstalled = !state.program.isEmpty() || setting != settings.end();
        for (const WishedFile &file : files)
            state.places.append(file.path);
        if (ledger.contains(client))
            state.since = ledger.value(client).since;
        if (setting != settings.end()) {
            state.problem = setting->problem;
            state.place = setting->place;
            state.address = setting->url.isEmpty() ? QString() : shown(setting->url);
            state.connection = !state.problem.isEmpty() ? ClientState::Connection::Unclear
                : setting->url.isEmpty()                ? ClientState::Connection::None
                : pointsAt(setting->url.toUtf8(), own.host(), static_cast<quint16>(own.port())) ? ClientState::Connection::Here
                                                                                                : ClientState::Connection::Elsewhere;
        }
        state.shadows = shadowsOf(client, where, workingFolder);
        states.append(state);
    }
    return states;
}

} // namespace qcc
