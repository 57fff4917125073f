#pragma once

#include "core/http/headers.h"

#include <QString>

#include <optional>

namespace qcc {

/// The field that tells a request which proxies of this kind it has passed, so that one that comes back is known:
/// "x-qcc-hop: <mark of the proxy>/<id of the endpoint>", one field per proxy. Only upstreams nearby get to see it; to all others
/// a request goes as its client sent it.
inline constexpr char hopField[] = "x-qcc-hop";
/// Marks the 508 with which a proxy of this kind answers a request that came back, so that the next one knows it for what it is.
inline constexpr char loopField[] = "x-qcc-loop";

/// A new proxy's mark: nobody can guess it.
QByteArray newHopMark();
/// `headers` with one more hop where the upstream is `nearby`, else without any. Unchanged where `mark` is empty.
HeaderList withHop(HeaderList headers, const QByteArray &mark, const QString &endpoint, bool nearby);
/// The id of the endpoint over which a request has left the proxy `mark` before; nothing where it has not.
std::optional<QString> cameBackFrom(const HeaderList &headers, const QByteArray &mark);

} // namespace qcc
