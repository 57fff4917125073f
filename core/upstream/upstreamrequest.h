#pragma once

#include "core/config/config.h"
#include "core/http/headers.h"
#include "core/upstream/upstreamconnection.h"

#include <QPointer>
#include <QUrl>

#include <chrono>

class QIODevice;

namespace qcc {

/// What UpstreamPool is asked to send.
struct UpstreamRequest {
    /// Limits on silence; 0 means none.
    struct Deadlines {
        std::chrono::milliseconds connect{0}; ///< DNS, TCP, proxy and TLS together.
        std::chrono::milliseconds read{0};    ///< Until the head, and between bytes of the body.
    };

    /// A request to `endpoint`, of which it is left to say what it asks. Asks the system for its proxy where the endpoint's rule says so.
    static UpstreamRequest to(const Endpoint &endpoint);

    QUrl url; ///< Where to connect; what is asked there is `target`.
    UpstreamAddress address;
    QByteArray verb;
    QByteArray target; ///< Byte for byte.
    HeaderList headers;
    QPointer<QIODevice> upload; ///< Sequential: it may give its next bytes later. Null: there is no body.
    bool http2 = false;           ///< HTTP/2 may be spoken where it can be.
    bool freshConnection = false; ///< Never one that has rested: a new connection, or one over HTTP/2 that was heard of just now.
    Deadlines deadlines;

    qint64 uploadSize = 0; ///< Filled in by the pool. -1: not known yet.
};

} // namespace qcc
