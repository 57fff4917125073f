#pragma once

#include "core/http/headers.h"
#include "core/upstream/upstreamconnection.h"

#include <QNetworkAccessManager>
#include <QPointer>

#include <chrono>

class QIODevice;
class QNetworkRequest;

namespace qcc {

/// What UpstreamPool is asked to send, taken out of QNetworkAccessManager's terms.
struct UpstreamRequest {
    /// Limits on silence; 0 means none.
    struct Deadlines {
        std::chrono::milliseconds connect{0}; ///< DNS, TCP, proxy and TLS together.
        std::chrono::milliseconds read{0};    ///< Until the head, and between bytes of the body.
    };

    UpstreamAddress address;
    QByteArray verb;
    QByteArray target; ///< Byte for byte.
    HeaderList headers;
    QPointer<QIODevice> upload; ///< Sequential: it may give its next bytes later.
    qint64 uploadSize = 0;      ///< -1: not known yet; it is sent in chunks.
    bool freshConnection = false; ///< Never a connection that carried a request before.
    bool offerHttp2 = false;      ///< HTTP/1.1 only: ask the upstream, on a new connection, whether it speaks HTTP/2.
    Deadlines deadlines;

    /// Reads the attributes that UpstreamPool defines. Asks the system for its proxy where the rule says so.
    static UpstreamRequest from(QNetworkAccessManager::Operation operation, const QNetworkRequest &request, QIODevice *upload);
};

} // namespace qcc
