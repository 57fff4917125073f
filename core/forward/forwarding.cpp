#include "core/forward/forwarding.h"

#include "core/config/addresses.h"
#include "core/forward/credentials.h"

#include <QUrl>

#include <algorithm>

namespace qcc {

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
    case AuthStyle::None:
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

EndpointUrl endpointUrl(const QByteArray &baseUrl)
{
    const QUrl url = QUrl::fromEncoded(baseUrl);
    EndpointUrl parts;
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

QByteArray upstreamTarget(const RequestHead &head, const Endpoint &endpoint)
{
    if (head.target == "*")
        return head.target;
    QByteArray target = joinedTarget(endpointUrl(endpoint.baseUrl).basePath, head.target);
    const QList<QueryParameter> parameters = credentialParameters(target);
    if (parameters.isEmpty())
        return target;
    // A client's key never reaches an endpoint, in whatever style the endpoint wants its own, and however often it is there.
    const QByteArray ours = chosenStyles(head, endpoint).queryKey ? endpoint.apiKey.toPercentEncoding() : QByteArray();
    // From the end, so that positions stay true.
    for (auto parameter = parameters.crbegin(); parameter != parameters.crend(); ++parameter)
        target.replace(parameter->valueAt, parameter->valueLength, isKeyParameter(parameter->name(target)) ? ours : QByteArray());
    return target;
}

HeaderList upstreamHeaders(const RequestHead &head, const Endpoint &endpoint)
{
    HeaderList headers;
    headers.reserve(head.headers.size() + 3);
    headers.append({"Host", endpointUrl(endpoint.baseUrl).authority});
    for (const HeaderField &field : withoutHopByHop(head.headers)) {
        if (isNamed(field, "host") || isNamed(field, "content-length") || isNamed(field, "expect") || isCredentialField(field.name))
            continue;
        headers.append(isNamed(field, "referer") ? HeaderField{field.name, withoutCredentials(field.value)} : field);
    }
    const ClientCredentials styles = chosenStyles(head, endpoint);
    if (!endpoint.apiKey.isEmpty()) {
        if (styles.xApiKey)
            headers.append({"x-api-key", endpoint.apiKey});
        if (styles.apiKey)
            headers.append({"api-key", endpoint.apiKey});
        if (styles.xGoogApiKey)
            headers.append({"x-goog-api-key", endpoint.apiKey});
        if (styles.bearer)
            headers.append({"Authorization", "Bearer " + endpoint.apiKey});
    }
    return headers;
}

HeaderList clientHeaders(const AnswerHead &answer)
{
    HeaderList headers = withoutHopByHop(answer.headers);
    headers.removeIf([](const HeaderField &field) { return isNamed(field, "content-length"); });
    return headers;
}

} // namespace qcc
