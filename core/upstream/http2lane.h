#pragma once

#include "core/upstream/upstreamrequest.h"

#include <QNetworkAccessManager>
#include <QSslConfiguration>
#include <QUrl>

#include <optional>

namespace qcc {

class OneShotBody;

/// The URL with which Qt's HTTP/2 transport would ask for exactly `request.target`, or nothing where it would send something else:
/// it tidies paths and percent signs. Such a request travels over HTTP/1.1.
std::optional<QUrl> http2Url(const UpstreamRequest &request);

/// One HTTP/2 connection to one endpoint. It belongs to Qt's transport, which can be told to forget it only by destroying the
/// QNetworkAccessManager around it: so each lane has one of its own.
/// Thread: the pool's; Qt's transport adds one of its own per lane.
class Http2Lane : public QObject
{
    Q_OBJECT

public:
    /// What every server of HTTP/2 should allow (RFC 9113 §6.5.2). A server that allows less makes Qt queue.
    static constexpr int maxStreams = 100;

    Http2Lane(UpstreamAddress address, const QSslConfiguration &trust, QObject *parent = nullptr);

    const UpstreamAddress &address() const { return m_address; }
    /// Whether one more stream starts at once. While the connection is being made only the request that makes it is let in: Qt
    /// would queue the others, and loses them all when one of them is aborted (6.4).
    bool hasRoom() const { return m_streams < (m_connected ? maxStreams : 1); }
    bool isIdle() const { return m_streams == 0; }

    struct Stream {
        QNetworkReply *reply;
        OneShotBody *body; ///< The reply's; null where the request has none.
    };
    /// Starts a stream; the caller counts it with streamEnded() when it is over.
    Stream send(const UpstreamRequest &request, const QUrl &url);
    void streamEnded() { --m_streams; }
    void setConnected(bool connected) { m_connected = connected; }

private:
    UpstreamAddress m_address;
    QSslConfiguration m_trust;
    QNetworkAccessManager m_manager;
    int m_streams = 0;
    bool m_connected = false;
};

} // namespace qcc
