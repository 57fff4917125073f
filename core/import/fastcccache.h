#pragma once

#include "core/import/foundendpoint.h"

namespace qcc {

/// The endpoints in cache.json of the predecessor, a Python program. Its profiles ("profiles": name → base_url, api_key,
/// endpoints) become clusters, the default profile first. It is read tolerantly, because its versions differ: any object with
/// a URL and a key is an endpoint, wherever it stands, and belongs to the nearest thing around it that has a name. Nobody looks further once
/// there are more than `most`.
/// Errors: InvalidConfig.
Result<QList<FoundEndpoint>> fastccEndpoints(const QByteArray &text, const QString &place, qsizetype most);

} // namespace qcc
