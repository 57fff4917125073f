#pragma once

#include "core/base/result.h"
#include "core/upstream/upstreamconnection.h"

#include <QNetworkProxy>
#include <QSslConfiguration>

#include <chrono>
#include <mutex>
#include <vector>

class QUrl;

namespace qcc {

/// The proxy between this machine and `url` by an endpoint's `proxy` rule: "system", "none", "http://…", "socks5://…" or "socks5h://…", for all of
/// which names are resolved by the proxy. "system" is what the environment says (environmentProxy()), else it asks the system anew each time, so that a change is followed by the next connection. On Windows and macOS a proxy script
/// of the network may have to be fetched and run for that, which can take seconds and blocks the calling thread; a rule that
/// names the proxy never does. Nobody's proxy reaches this computer's own loopback, so such hosts are always asked directly.
/// Thread: any.
QNetworkProxy proxyFor(const QString &rule, const QUrl &url);

/// "127.0.0.1:8080": the proxy as it may stand in a log, without its user and password. Empty for no proxy.
QString nameOf(const QNetworkProxy &proxy);

/// How TLS connections to an endpoint are made: as Qt does by default, certificates always verified. The authorities of `caFile`, an
/// absolute path or empty, are trusted in place of this computer's own: whoever names one means that one. Without it SSL_CERT_FILE and SSL_CERT_DIR
/// count as for curl and OpenSSL: one of them stands beside this computer's own, both in their place (openssl-env(7)). Files are looked at each time, so
/// that a new one counts from the next connection on. There is no way to verify less. Thread: any.
/// Errors: Failed (the file is not there any more, or not what it was); the message names it and the next step.
Result<QSslConfiguration> tlsConfiguration(const QString &caFile);

/// The file that names authorities for such connections; empty: they are this computer's.
QString authoritiesFile(const QString &caFile);

/// What servers gave to go on from where a handshake ended (session tickets: RFC 8446 §2.2, RFC 5077), so that the next connection to the same one
/// needs no certificate to be sent and none to be verified. A session holds under the very trust under which it came about, and for ten minutes:
/// then the server has to show again who it is. A server that does not know it any more makes a whole handshake of it.
/// One serves many connections, as with other programs that speak to few servers all day; RFC 8446 appendix C.4 would have each used once, lest somebody
/// on the way sees that two connections are of one client, which here the address tells him already.
/// Thread: any.
class TlsSessions
{
public:
    using Clock = std::chrono::steady_clock;
    static constexpr std::chrono::minutes lifetime{10};

    static TlsSessions &ofThisProcess();

    /// As QSslConfiguration::setSessionTicket() takes it; empty where there is none.
    QByteArray of(const UpstreamAddress &address, const QSslConfiguration &trust, Clock::time_point now) const;
    /// Whether a connection to one of these endpoints may need no whole handshake.
    bool knowsAnyOf(const QStringList &endpoints, Clock::time_point now) const;
    /// `session`: as a connection that verified the server whole was given it.
    void learn(const UpstreamAddress &address, const QSslConfiguration &trust, const QByteArray &session, Clock::time_point now);
    /// It did not do.
    void forget(const UpstreamAddress &address);

private:
    struct Known {
        UpstreamAddress address;
        QSslConfiguration trust;
        QByteArray session;
        Clock::time_point since;
    };

    mutable std::mutex m_mutex;
    std::vector<Known> m_known; ///< As many as there are endpoints behind TLS.
};

} // namespace qcc
