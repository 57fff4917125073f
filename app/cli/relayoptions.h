#pragma once

#include "app/cli/command.h"
#include "core/config/configedit.h"

#include <vector>

namespace qcc::cli {

// What relays ask for beyond a URL and a key, as options of `endpoint add` and `endpoint edit`.

std::vector<Option> relayOptions();

/// Puts what `call` says of it into `fields`; `before`: the endpoint so far.
/// Errors: Usage, with a sentence that does not hold the value of a header or of a parameter.
Result<void> takeRelayOptions(const Invocation &call, const Endpoint &before, EndpointFields &fields);

} // namespace qcc::cli
