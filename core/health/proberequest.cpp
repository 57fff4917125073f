#include "core/health/proberequest.h"

#include "core/forward/forwarding.h"

namespace qcc {

namespace {

bool isHostOf(const QString &host, QLatin1String domain)
{
    return host == domain || (host.endsWith(domain) && host.at(host.size() - domain.size() - 1) == QLatin1Char('.'));
}

} // namespace

ProbeRequest probeRequest(const Endpoint &endpoint)
{
    const EndpointUrl url = endpointUrl(endpoint.baseUrl);
    const QByteArray lastSegment = url.basePath.mid(url.basePath.lastIndexOf('/') + 1);
    // Google has OpenAI's API, too.
    const bool google = isHostOf(url.host, QLatin1String("generativelanguage.googleapis.com")) && lastSegment != "openai";
    const bool gemini = google || lastSegment == "v1beta" || endpoint.auth == AuthStyle::XGoogApiKey;

    // Spoken as a client would, so that path and key of the endpoint go by the same rules as in every other request. The
    // values are replaced there.
    RequestHead head;
    head.method = "GET";
    head.target = gemini ? "/v1beta/models?pageSize=1" : "/v1/models?limit=1";
    head.headers = {{"Accept", "application/json"}, {"User-Agent", "qcc/" QCC_VERSION}};
    const bool anyStyle = endpoint.auth == AuthStyle::Auto && !gemini;
    if (endpoint.auth == AuthStyle::Auto && gemini)
        head.headers.append(HeaderField{"x-goog-api-key", "key"});
    if (anyStyle && !isHostOf(url.host, QLatin1String("openai.com")))
        head.headers.append(HeaderField{"x-api-key", "key"});
    if (anyStyle && !isHostOf(url.host, QLatin1String("anthropic.com")))
        head.headers.append(HeaderField{"Authorization", "Bearer key"});
    if (contains(head.headers, "x-api-key") || endpoint.auth == AuthStyle::XApiKey || endpoint.auth == AuthStyle::Both)
        head.headers.append(HeaderField{"anthropic-version", "2023-06-01"});

    ProbeRequest request{upstreamTarget(head, endpoint), upstreamHeaders(head, endpoint)};
    request.headers.append(HeaderField{"Connection", "close"});
    return request;
}

} // namespace qcc
