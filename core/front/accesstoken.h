#pragma once

#include "core/http/requestreader.h"

namespace qcc {

/// Whether a request shows the access token: as `x-qcc-token`, `x-api-key`, `x-goog-api-key` or bearer. An empty token asks for nothing.
/// The comparison takes the same time wherever it fails.
bool showsToken(const RequestHead &head, const QByteArray &token);

} // namespace qcc
