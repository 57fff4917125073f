#pragma once

#include "core/config/config.h"
#include "core/http/answerreader.h"
#include "core/http/requestreader.h"

#include <QByteArray>

namespace qcc {

/// Where an endpoint lives, taken apart once.
struct EndpointUrl {
    bool tls = false;
    QString host;         ///< Without brackets.
    quint16 port = 0;
    QByteArray authority; ///< For the Host header: the port only where it is not the scheme's own.
    QByteArray basePath;  ///< "" or "/api", no trailing slash.
};

EndpointUrl endpointUrl(const QByteArray &baseUrl);

/// The credential styles a client used, so that `auth: auto` can answer in kind.
struct ClientCredentials {
    bool bearer = false;
    bool xApiKey = false;
    bool xGoogApiKey = false;
    bool apiKey = false;   ///< "api-key" of Azure.
    bool queryKey = false; ///< "?key=" of the Gemini API.

    bool operator==(const ClientCredentials &) const = default;
};

ClientCredentials credentialsOf(const RequestHead &head);

/// The request target at the endpoint: its base path before the client's target (joinedTarget()), which otherwise stays as it is, byte for byte,
/// except for the values of credentials: that of a `key` parameter becomes the endpoint's key when that is how it travels, all others are
/// emptied.
QByteArray upstreamTarget(const RequestHead &head, const Endpoint &endpoint);

/// The header for the endpoint: Host and credentials are the endpoint's; those of the client (isCredentialField), hop-by-hop fields, Content-Length and Expect are left
/// out (the transport states its own framing); everything else stays in order, duplicates included.
HeaderList upstreamHeaders(const RequestHead &head, const Endpoint &endpoint);

/// The header for the client: hop-by-hop fields and the framing left out, everything else kept.
HeaderList clientHeaders(const AnswerHead &answer);

} // namespace qcc
