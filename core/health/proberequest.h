#pragma once

#include "core/config/config.h"
#include "core/http/headers.h"

#include <QByteArray>

namespace qcc {

/// What is asked of an endpoint to learn whether it answers: the list of its models, which costs nothing.
struct ProbeRequest {
    QByteArray target; ///< Origin form, the endpoint's base path included.
    HeaderList headers;
};

/// The request that tests `endpoint`, at the path where a client's would go. Where the
/// style of the key is left to the client, both usual ones are sent, except to vendors whose own style is known:
/// Anthropic's API takes a key in an Authorization header for a bad token.
/// Source: https://docs.anthropic.com/en/api/models-list, https://platform.openai.com/docs/api-reference/models/list,
/// https://ai.google.dev/api/models.
ProbeRequest probeRequest(const Endpoint &endpoint);

} // namespace qcc
