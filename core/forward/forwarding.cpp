#include "core/forward/forwarding.h"

#include "core/config/addresses.h"
#include "core/forward/credentials.h"
#include "core/http/jsonreader.h"
#include "core/http/websocket.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRandomGenerator>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>
#include <vector>

namespace qcc {

QByteArray newHopMark()
{
    std::array<quint32, 4> random{};
    QRandomGenerator::system()->fillRange(random.data(), static_cast<qsizetype>(random.size()));
    return QByteArray(reinterpret_cast<const char *>(random.data()), sizeof random).toHex();
}

HeaderList withHop(HeaderList headers, const QByteArray &mark, const QString &endpoint, bool nearby)
{
    if (mark.isEmpty())
        return headers;
    if (nearby)
        headers.append(HeaderField{hopField, mark + '/' + endpoint.toLatin1()});
    else if (contains(headers, hopField))
        headers.removeIf([](const HeaderField &field) { return isNamed(field, hopField); });
    return headers;
}

std::optional<QString> cameBackFrom(const HeaderList &headers, const QByteArray &mark)
{
    if (mark.isEmpty())
        return std::nullopt;
    // HTTP/2 on the way may have joined the fields. Source: RFC 9110 §5.3.
    for (const QByteArray &hop : tokens(headers, hopField))
        if (hop.startsWith(mark + '/'))
            return QString::fromLatin1(hop.sliced(mark.size() + 1));
    return std::nullopt;
}

namespace {

QByteArray jsonString(const QString &text)
{
    const QByteArray array = QJsonDocument(QJsonArray{text}).toJson(QJsonDocument::Compact);
    return array.sliced(1, array.size() - 2);
}

bool isModelAction(QByteArrayView word)
{
    static constexpr std::array<QByteArrayView, 14> actions = {
        "generateContent", "streamGenerateContent", "countTokens",   "embedContent",        "batchEmbedContents",
        "batchGenerateContent", "asyncBatchEmbedContent", "generateAnswer", "computeTokens", "predict",
        "predictLongRunning", "rawPredict", "streamRawPredict", "bidiGenerateContent",
    };
    return std::find(actions.begin(), actions.end(), word) != actions.end();
}

/// Where the model's name stands in a Gemini target; of no length if it names none.
TextRange modelRange(QByteArrayView target)
{
    const qsizetype query = target.indexOf('?');
    const QByteArrayView path = query < 0 ? target : target.first(query);
    const qsizetype colon = path.lastIndexOf(':');
    if (colon < 0 || !isModelAction(path.sliced(colon + 1)))
        return {};
    const qsizetype start = path.first(colon).lastIndexOf('/') + 1;
    if (!path.first(start).endsWith("/models/"))
        return {};
    return {start, colon - start};
}

} // namespace

bool mayRenameModel(const Config::Model &rule, const QMap<QString, QString> &map)
{
    return !map.isEmpty() || (rule.mode == ModelMode::Override && !rule.override.isEmpty());
}

QString modelFor(const Config::Model &rule, const QMap<QString, QString> &map, const QString &asked)
{
    const QString name = rule.mode == ModelMode::Override && !rule.override.isEmpty() ? rule.override : asked;
    const QString exact = map.value(name);
    if (!exact.isEmpty())
        return exact;
    QStringView best;
    QString target;
    for (auto entry = map.cbegin(); entry != map.cend(); ++entry) {
        const QStringView pattern = entry.key();
        if (!pattern.endsWith(u'*') || entry.value().isEmpty() || pattern.size() <= best.size())
            continue;
        if (name.startsWith(pattern.chopped(1))) {
            best = pattern;
            target = entry.value();
        }
    }
    return target.isEmpty() ? name : target;
}

QList<BodyPatch> patchesForModel(const QList<MemberScan::Found> &models, const QString &model)
{
    const QByteArray wanted = model.toUtf8();
    QList<BodyPatch> patches;
    for (const MemberScan::Found &found : models) {
        const std::optional<QByteArray> present = stringOf(found.token);
        if (present && *present != wanted)
            patches.append({found.at, found.token.size(), jsonString(model)});
    }
    return patches;
}

QString modelOfTarget(QByteArrayView target)
{
    const auto [at, length] = modelRange(target);
    return QString::fromUtf8(QByteArray::fromPercentEncoding(target.sliced(at, length).toByteArray()));
}

QByteArray targetWithModel(const QByteArray &target, const QString &model)
{
    const auto [at, length] = modelRange(target);
    if (length == 0 || modelOfTarget(target) == model)
        return target;
    return target.first(at) + model.toUtf8().toPercentEncoding() + target.sliced(at + length);
}

namespace {

/// The styles in which the endpoint's key is sent for this request.
ClientCredentials chosenStyles(const RequestHead &head, const Endpoint &endpoint)
{
    ClientCredentials chosen;
    switch (endpoint.auth) {
    case AuthStyle::XApiKey:
        chosen.xApiKey = true;
        break;
    case AuthStyle::Bearer:
        chosen.bearer = true;
        break;
    case AuthStyle::Both:
        chosen.xApiKey = chosen.bearer = true;
        break;
    case AuthStyle::XGoogApiKey:
        chosen.xGoogApiKey = true;
        break;
    case AuthStyle::ApiKey:
        chosen.apiKey = true;
        break;
    case AuthStyle::None:
    case AuthStyle::Passthrough:
        break;
    case AuthStyle::Auto:
        chosen = credentialsOf(head);
        if (chosen == ClientCredentials()) {
            // A client without a key: the style of the API that the path belongs to.
            const QByteArray path = head.path();
            if (path.contains("/v1beta/"))
                chosen.xGoogApiKey = true;
            else if (path.endsWith("/messages") || path.contains("/messages/"))
                chosen.xApiKey = true;
            else
                chosen.bearer = true;
        }
        break;
    }
    return chosen;
}

QByteArray withoutCredentials(QByteArray url)
{
    const QList<QueryParameter> parameters = credentialParameters(url);
    for (auto parameter = parameters.crbegin(); parameter != parameters.crend(); ++parameter)
        url.remove(parameter->valueAt, parameter->valueLength);
    return url;
}

} // namespace

namespace {

/// As many as a thread remembers.
constexpr std::size_t rememberedUrls = 16;

EndpointUrl takenApart(const QByteArray &baseUrl)
{
    const QUrl url = QUrl::fromEncoded(baseUrl);
    EndpointUrl parts;
    parts.url = url;
    parts.tls = url.scheme() == QLatin1String("https");
    parts.host = url.host();
    const int defaultPort = parts.tls ? 443 : 80;
    parts.port = static_cast<quint16>(url.port(defaultPort));
    const QByteArray ace = url.host(QUrl::FullyEncoded).toLatin1();
    parts.authority = ace.contains(':') ? '[' + ace + ']' : ace;
    if (parts.port != defaultPort)
        parts.authority += ':' + QByteArray::number(parts.port);
    // The path as written, so that it reaches the endpoint byte for byte too.
    const qsizetype hostAt = baseUrl.indexOf("://") + 3;
    const qsizetype slash = baseUrl.indexOf('/', hostAt);
    parts.basePath = slash < 0 ? QByteArray() : baseUrl.sliced(slash);
    while (parts.basePath.endsWith('/'))
        parts.basePath.chop(1);
    return parts;
}

/// A parameter's name as every server reads it. Source: WHATWG URL, "application/x-www-form-urlencoded parsing".
QString nameOfParameter(QByteArrayView parameter)
{
    const qsizetype equals = parameter.indexOf('=');
    QByteArray name = (equals < 0 ? parameter : parameter.first(equals)).toByteArray();
    return QString::fromUtf8(QByteArray::fromPercentEncoding(name.replace('+', ' ')));
}

/// `target` with the parameters `own`, each once.
QByteArray withParameters(const QByteArray &target, const QMap<QString, QString> &own)
{
    if (own.isEmpty())
        return target;
    const qsizetype mark = target.indexOf('?');
    QByteArray query;
    const auto append = [&query](const auto &parameter) {
        query += query.isEmpty() ? '?' : '&';
        query += parameter;
    };
    if (mark >= 0) {
        for (const QByteArray &parameter : target.sliced(mark + 1).split('&')) {
            if (!parameter.isEmpty() && !own.contains(nameOfParameter(parameter)))
                append(parameter);
        }
    }
    for (auto it = own.begin(); it != own.end(); ++it)
        append(it.key().toUtf8().toPercentEncoding() + '=' + it->toUtf8().toPercentEncoding());
    return (mark < 0 ? target : target.first(mark)) + query;
}

bool isOwn(const QMap<QString, QString> &own, const QByteArray &name)
{
    return std::any_of(own.keyBegin(), own.keyEnd(), [&name](const QString &key) { return name.compare(key.toLatin1(), Qt::CaseInsensitive) == 0; });
}

} // namespace

EndpointUrl endpointUrl(const QByteArray &baseUrl)
{
    thread_local std::vector<std::pair<QByteArray, EndpointUrl>> known;
    const auto found = std::ranges::find(known, baseUrl, &std::pair<QByteArray, EndpointUrl>::first);
    if (found != known.end())
        return found->second;
    if (known.size() == rememberedUrls)
        known.erase(known.begin());
    known.emplace_back(baseUrl, takenApart(baseUrl));
    return known.back().second;
}

ClientCredentials credentialsOf(const RequestHead &head)
{
    ClientCredentials used;
    for (const HeaderField &field : head.headers) {
        used.bearer = used.bearer || isNamed(field, "authorization");
        used.xApiKey = used.xApiKey || isNamed(field, "x-api-key");
        used.xGoogApiKey = used.xGoogApiKey || isNamed(field, "x-goog-api-key");
        used.apiKey = used.apiKey || isNamed(field, "api-key");
    }
    const QList<QueryParameter> parameters = credentialParameters(head.target);
    used.queryKey = std::any_of(parameters.begin(), parameters.end(), [&head](const QueryParameter &p) { return isKeyParameter(p.name(head.target)); });
    return used;
}

QByteArray upstreamTarget(const RequestHead &head, const Endpoint &endpoint, const Login &login)
{
    if (head.target == "*")
        return head.target;
    QByteArray target = joinedTarget(endpointUrl(endpoint.baseUrl).basePath, head.target);
    const QList<QueryParameter> parameters = credentialParameters(target);
    if (parameters.isEmpty())
        return withParameters(target, endpoint.query);
    // A client's key never reaches an endpoint that has not asked for just that, in whatever style the endpoint wants its own, and however often it is there.
    const bool passesOn = endpoint.auth == AuthStyle::Passthrough;
    const QByteArray ours = chosenStyles(head, endpoint).queryKey ? endpoint.apiKey.toPercentEncoding() : QByteArray();
    // From the end, so that positions stay true.
    for (auto parameter = parameters.crbegin(); parameter != parameters.crend(); ++parameter) {
        const bool isKey = isKeyParameter(parameter->name(target));
        if (!(passesOn && isKey && login.hasParameter(parameter->value(target))))
            target.replace(parameter->valueAt, parameter->valueLength, isKey ? ours : QByteArray());
    }
    return withParameters(target, endpoint.query);
}

HeaderList upstreamHeaders(const RequestHead &head, const Endpoint &endpoint, const Login &login)
{
    const bool passesOn = endpoint.auth == AuthStyle::Passthrough;
    HeaderList headers;
    headers.reserve(head.headers.size() + 4);
    headers.append({QByteArrayLiteral("Host"), endpointUrl(endpoint.baseUrl).authority});
    const HopByHop ofThisHop(head.headers);
    for (const HeaderField &field : head.headers) {
        if (ofThisHop.has(field.name) || isNamed(field, "host") || isNamed(field, "content-length") || isNamed(field, "expect")
            || (isCredentialField(field.name) && !(passesOn && login.has(field))) || (!endpoint.headers.isEmpty() && isOwn(endpoint.headers, field.name)))
            continue;
        headers.append(isNamed(field, "referer") ? HeaderField{field.name, withoutCredentials(field.value)} : field);
    }
    if (asksForWebSocket(head)) {
        headers.append(HeaderField{"Connection", "Upgrade"});
        headers.append(HeaderField{"Upgrade", "websocket"});
        if (const QByteArray protocols = knownSubprotocols(head.headers); !protocols.isEmpty() && !isOwn(endpoint.headers, "Sec-WebSocket-Protocol"))
            headers.append({"Sec-WebSocket-Protocol", protocols});
    }
    const ClientCredentials styles = chosenStyles(head, endpoint);
    if (!endpoint.apiKey.isEmpty() && !passesOn) {
        if (styles.xApiKey)
            headers.append({"x-api-key", endpoint.apiKey});
        if (styles.apiKey)
            headers.append({"api-key", endpoint.apiKey});
        if (styles.xGoogApiKey)
            headers.append({"x-goog-api-key", endpoint.apiKey});
        if (styles.bearer)
            headers.append({"Authorization", "Bearer " + endpoint.apiKey});
    }
    for (auto own = endpoint.headers.begin(); own != endpoint.headers.end(); ++own)
        headers.append({own.key().toLatin1(), own->trimmed().toUtf8()});
    return headers;
}

HeaderList clientHeaders(const AnswerHead &answer)
{
    const HopByHop ofThisHop(answer.headers);
    HeaderList headers;
    headers.reserve(answer.headers.size());
    std::copy_if(answer.headers.begin(), answer.headers.end(), std::back_inserter(headers),
                 [&ofThisHop](const HeaderField &field) { return !ofThisHop.has(field.name) && !isNamed(field, "content-length"); });
    return headers;
}

} // namespace qcc
