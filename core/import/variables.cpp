#include "core/import/variables.h"

#include "core/base/files.h"
#include "core/config/addresses.h"
#include "core/config/endpointtext.h"
#include "core/import/foreignfiles.h"
#include "core/import/importplaces.h"

#include <QFileInfo>
#include <QRegularExpression>
#include <QUrl>

#include <algorithm>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

/// Where proxies between clients and their APIs listen unless told otherwise.
/// Source: each program's documentation.
struct KnownProxy {
    int port;
    QLatin1String name;
};

constexpr KnownProxy proxies[]{{15721, "cc-switch"_L1}, {3456, "claude-code-router"_L1}, {8317, "CLIProxyAPI"_L1}};

/// Ollama and LM Studio take any key.
constexpr int modelServers[]{11434, 1234};

/// What the documentation of proxies has people write where a client insists on a key, and no server of models does. Without "sk-" before it.
constexpr QLatin1String words[]{"1234"_L1,        "any-string"_L1,       "anything"_L1,   "changeme"_L1,    "dummy"_L1,     "dummy-key"_L1,
                                "dummy-token"_L1, "fake"_L1,             "fake-key"_L1,   "litellm"_L1,     "local"_L1,     "local-key"_L1,
                                "local-proxy"_L1, "local-token"_L1,      "placeholder"_L1, "proxy"_L1,      "proxy-key"_L1, "test"_L1,
                                "test-key"_L1,    "your-api-key"_L1,     "your-api-key-1"_L1, "your-key"_L1, "qcc"_L1};

/// "sk_Any string" is "any-string".
QString plain(const QString &key)
{
    QString word = key.trimmed().toLower();
    word.replace(u'_', u'-');
    word.replace(u' ', u'-');
    return word.startsWith("sk-"_L1) ? word.sliced(3) : word;
}

} // namespace

QString placeholderOf(const QByteArray &baseUrl, const QString &key)
{
    const QString word = plain(key);
    // cc-switch's own, and nobody's key.
    if (word == "proxy-managed"_L1)
        return u"cc-switch"_s;
    if (!isOfThisComputer(baseUrl))
        return {};
    const int port = QUrl(QString::fromUtf8(baseUrl)).port();
    const auto proxy = std::ranges::find(proxies, port, &KnownProxy::port);
    if (proxy != std::end(proxies))
        return proxy->name;
    const bool anyKey = std::ranges::find(modelServers, port) != std::end(modelServers);
    return !anyKey && std::ranges::find(words, word) != std::end(words) ? u"another proxy"_s : QString();
}

namespace {

bool namesClaudesAddress(const QByteArray &settings)
{
    const Result<Variables> variables = claudeVariables(settings);
    return !variables || !variables->value(baseUrlVariable(Vendor::Anthropic)).trimmed().isEmpty();
}

bool namesCodexAddress(const QByteArray &toml)
{
    const Result<CodexProvider> provider = codexProvider(toml);
    return !provider || !provider->baseUrl.isEmpty();
}

/// Of a file of lines "NAME=value".
bool namesGeminisAddress(const QByteArray &lines)
{
    const QByteArray name(baseUrlVariable(Vendor::Gemini).data());
    const QList<QByteArray> all = lines.split('\n');
    return std::ranges::any_of(all, [&name](const QByteArray &line) {
        const QByteArray text = line.simplified();
        return !text.startsWith('#') && text.contains(name);
    });
}

} // namespace

OtherAddresses addressesInSettings(const ImportPlaces &places)
{
    struct File {
        Vendor vendor;
        QString path;
        bool (*names)(const QByteArray &text);
    };
    const File files[]{{Vendor::Anthropic, places.claude + u"/settings.local.json"_s, namesClaudesAddress},
                       {Vendor::Anthropic, places.claude + u"/settings.json"_s, namesClaudesAddress},
                       {Vendor::OpenAi, places.codex + u"/config.toml"_s, namesCodexAddress},
                       {Vendor::Gemini, places.gemini + u"/.env"_s, namesGeminisAddress}};
    OtherAddresses others;
    for (const File &file : files) {
        if (!QFileInfo::exists(file.path))
            continue;
        const Result<QByteArray> text = readOrdinary(file.path, longestImportedFile);
        if (!text || file.names(*text))
            others.insert(file.vendor, file.path);
    }
    return others;
}

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
    QList<QLatin1String> prefixes; ///< Of the variables that are about its API.
};

Names namesOf(Vendor vendor)
{
    switch (vendor) {
    case Vendor::Anthropic:
        // The variable says how Claude Code sends the key, and a relay may know only one of the two ways.
        return {"ANTHROPIC_BASE_URL"_L1,
                {{"ANTHROPIC_AUTH_TOKEN"_L1, AuthStyle::Bearer}, {"ANTHROPIC_API_KEY"_L1, AuthStyle::XApiKey}},
                "https://api.anthropic.com"_L1,
                {"ANTHROPIC_"_L1, "CLAUDE_"_L1}};
    case Vendor::OpenAi:
        return {"OPENAI_BASE_URL"_L1, {{"OPENAI_API_KEY"_L1, AuthStyle::Auto}}, "https://api.openai.com"_L1, {"OPENAI_"_L1}};
    case Vendor::Gemini:
        // Not GOOGLE_API_KEY, which may be for any of Google's services.
        return {"GOOGLE_GEMINI_BASE_URL"_L1,
                {{"GEMINI_API_KEY"_L1, AuthStyle::Auto}},
                "https://generativelanguage.googleapis.com"_L1,
                {"GEMINI_"_L1, "GOOGLE_GEMINI_"_L1, "GOOGLE_GENAI_"_L1}};
    }
    return {};
}

/// A variable that names an address for the vendor's API by another name than the one that its clients read.
QString strayAddress(const Names &names, const Variables &variables)
{
    for (auto variable = variables.begin(); variable != variables.end(); ++variable) {
        const QString &name = variable.key();
        const bool isIts = std::ranges::any_of(names.prefixes, [&name](QLatin1String prefix) { return name.startsWith(prefix); });
        const bool isAddress = isAddressName(name) || name.endsWith("_ENDPOINT"_L1) || name.endsWith("_HOST"_L1);
        if (isIts && isAddress && !variable->trimmed().isEmpty())
            return name;
    }
    return {};
}

} // namespace

QLatin1String baseUrlVariable(Vendor vendor)
{
    return namesOf(vendor).baseUrl;
}

QString authoritiesVariable()
{
    return u"NODE_EXTRA_CA_CERTS"_s;
}

std::optional<VendorEndpoint> endpointOf(Vendor vendor, const Variables &variables, const QString &elsewhere)
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
    // Who is told of further authorities is told so for a relay or a proxy that has such a certificate; the vendor's own may have another.
    if (const QString authorities = variables.value(authoritiesVariable()).trimmed();
        baseUrl.startsWith("https:"_L1, Qt::CaseInsensitive) && !authorities.isEmpty() && readCaFile(authorities) == CaFileFault::None)
        found.fields.caFile = authorities;
    if (baseUrl.isEmpty()) {
        const QString stray = strayAddress(names, variables);
        if (const QString &other = stray.isEmpty() ? elsewhere : stray; !other.isEmpty()) {
            found.fields.baseUrl = found.fields.apiKey = QString();
            found.obstacle = Obstacle{Obstacle::Kind::UnknownAddress, u"Its key comes without a base URL, and %1 names one."_s.arg(other)};
            return found;
        }
        baseUrl = names.address;
    }
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

QList<FoundEndpoint> environmentEndpoints(const Variables &variables, const OtherAddresses &others)
{
    constexpr std::pair<Vendor, QLatin1String> clusters[]{{Vendor::Anthropic, "environment"_L1},
                                                         {Vendor::OpenAi, "environment-openai"_L1},
                                                         {Vendor::Gemini, "environment-gemini"_L1}};
    QList<FoundEndpoint> all;
    for (const auto &[vendor, cluster] : clusters) {
        if (const auto found = endpointOf(vendor, variables, others.value(vendor)))
            all.append({ImportSource::Environment, found->names.join(", "_L1), cluster, found->fields, false, found->obstacle});
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

QList<FoundEndpoint> claudeEndpoints(const ClaudeSettings &shared, const ClaudeSettings &local, const QString &elsewhere)
{
    Variables both = shared.variables;
    both.insert(local.variables);
    // An empty one in `local` takes the address away, and not what the key is for.
    const bool hides = !shared.variables.value(baseUrlVariable(Vendor::Anthropic)).trimmed().isEmpty();
    const auto inUse = endpointOf(Vendor::Anthropic, both, hides ? shared.place : elsewhere);
    if (!inUse)
        return {};
    const bool byLocal = std::ranges::any_of(
        inUse->names, [&local](const QString &name) { return local.variables.contains(name); });
    const QString cluster = u"claude-code"_s;
    QList<FoundEndpoint> all{{ImportSource::ClaudeCode, byLocal ? local.place : shared.place, cluster, inUse->fields, false, inUse->obstacle}};
    const bool localNames = !local.variables.value(baseUrlVariable(Vendor::Anthropic)).trimmed().isEmpty();
    const auto hidden = endpointOf(Vendor::Anthropic, shared.variables, localNames ? local.place : elsewhere);
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
        else if (isAddressName(member.key()) && !member->isNull())
            variables.insert(member.key(), u"(no text)"_s);
    }
    return variables;
}

namespace {

constexpr qsizetype longestText = 65'536;

QString withoutQuotes(const QString &text)
{
    const bool quoted = text.size() > 1 && (text.startsWith(u'"') || text.startsWith(u'\'')) && text.endsWith(text.front());
    return quoted ? text.sliced(1, text.size() - 2) : text;
}

} // namespace

Variables variablesInLines(const QString &text)
{
    // More than one in a line, as a shell takes them before a command.
    static const QRegularExpression several(u"(?<![\\w$])([A-Za-z_][A-Za-z0-9_]*)=(\"[^\"]*\"|'[^']*'|[^\\s;&\"']+)(?=[\\s;&]|$)"_s);
    static const QRegularExpression assignment(
        u"^(?:export\\s+|set\\s+|setx\\s+|\\$env:)?(?:-gx\\s+)?([A-Za-z_][A-Za-z0-9_]*)(?:\\s*=\\s*|\\s+)(\\S.*)$"_s);
    Variables variables;
    for (const QString &whole : text.split(u'\n')) {
        // Not by the expression: with many blanks within, each way to divide them would be tried.
        QString line = whole.trimmed();
        if (line.endsWith(u';'))
            line = line.chopped(1).trimmed();
        Variables inLine;
        for (auto match = several.globalMatch(line); match.hasNext();) {
            const QRegularExpressionMatch each = match.next();
            inLine.insert(each.captured(1), withoutQuotes(each.captured(2)));
        }
        if (inLine.size() > 1)
            variables.insert(inLine);
        else if (const QRegularExpressionMatch match = assignment.match(line); match.hasMatch())
            variables.insert(match.captured(1), withoutQuotes(match.captured(2)));
    }
    return variables;
}

namespace {

std::optional<EndpointFields> endpointOfVariables(const Variables &variables)
{
    for (const Vendor vendor : {Vendor::Anthropic, Vendor::OpenAi, Vendor::Gemini}) {
        std::optional<VendorEndpoint> found = endpointOf(vendor, variables);
        if (!found)
            continue;
        // Nobody knows whose the key is: the key of a relay must not get to the vendor.
        if (variables.value(baseUrlVariable(vendor)).trimmed().isEmpty())
            found->fields.baseUrl.reset();
        // A text without a key takes none away.
        if (found->fields.apiKey->isEmpty())
            found->fields.apiKey.reset();
        return found->fields;
    }
    return std::nullopt;
}

} // namespace

std::optional<EndpointFields> endpointInText(const QString &text)
{
    const QString said = text.left(longestText).trimmed();
    if (said.startsWith(u'{')) {
        const Result<QJsonObject> object = objectIn(said.toUtf8());
        if (!object)
            return std::nullopt;
        const QJsonObject env = object->value("env"_L1).toObject();
        if (auto fields = endpointOfVariables(variablesIn(env.isEmpty() ? *object : env)))
            return fields;
        const auto found = fastccEndpoints(said.toUtf8(), {}, 1);
        if (!found || found->isEmpty())
            return std::nullopt;
        EndpointFields fields = found->first().fields;
        fields.auth.reset(); // The predecessor's way of sending keys, of which other files know nothing.
        return fields;
    }
    if (auto fields = endpointOfVariables(variablesInLines(said)))
        return fields;
    static const QRegularExpression url(u"https?://[^\\s\"'<>`]+"_s, QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression key(u"(?<![\\w-])(?:sk-[\\w-]{8,}|AIza[\\w-]{20,})"_s);
    EndpointFields fields;
    if (const QRegularExpressionMatch match = url.match(said); match.hasMatch())
        fields.baseUrl = match.captured();
    if (const QRegularExpressionMatch match = key.match(said); match.hasMatch())
        fields.apiKey = match.captured();
    return fields.baseUrl || fields.apiKey ? std::optional(fields) : std::nullopt;
}

} // namespace qcc
