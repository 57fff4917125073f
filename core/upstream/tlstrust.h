#pragma once

#include "core/base/result.h"
#include "core/upstream/upstreamconnection.h"

#include <QSslConfiguration>

#include <chrono>
#include <mutex>
#include <vector>

class QSslSocket;

namespace qcc {

/// How TLS connections to an endpoint are made: as Qt does by default, certificates always verified. The authorities of `caFile`, an
/// absolute path or empty, are trusted in place of this computer's own: whoever names one means that one. Without it SSL_CERT_FILE and SSL_CERT_DIR
/// count as for curl and OpenSSL: one of them stands beside this computer's own, both in their place (openssl-env(7)). Files are looked at each time, so
/// that a new one counts from the next connection on; of a folder, the files that come and go. There is no way to verify less. An endpoint that asks
/// who is there is shown the certificate in `clientCert`, by its key in `clientKey` (readClientIdentity()). Thread: any.
/// Errors: Failed (a file is not there any more, or not what it was, or its certificate has expired); the message names it and the next step.
Result<QSslConfiguration> tlsConfiguration(const QString &caFile, const QString &clientCert = {}, const QString &clientKey = {});

/// The file that names authorities for such connections; empty: they are this computer's.
QString authoritiesFile(const QString &caFile);

/// The library that speaks TLS, as it calls itself ("OpenSSL 3.0.15 3 Sep 2024"); empty where there is none.
QString tlsLibrary();

/// What servers gave to go on from where a handshake ended (session tickets: RFC 8446 §2.2, RFC 5077), so that the next connection to the same one
/// needs no certificate to be sent and none to be verified. A session holds under the very trust under which its server was verified, and for ten
/// minutes from then, however late it was given: then the server has to show again who it is. (An authority that this computer itself no longer
/// trusts counts for so long, too.) A server that does not know it any more makes a whole handshake of it; where one fails over it, none is offered
/// for a while.
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
    /// Whether connections to these endpoints are expected to need no whole handshake.
    bool knowsAllOf(const QStringList &endpoints, Clock::time_point now) const;
    /// `session`: as a connection was given it that verified the server at `verified`. `lives`: for how long the server knows it; 0: it did not say.
    void learn(const UpstreamAddress &address, const QSslConfiguration &trust, const QByteArray &session, Clock::time_point verified, std::chrono::seconds lives);
    /// Whether the server went on from what it was offered.
    void answered(const UpstreamAddress &address, bool resumed);
    /// A connection failed that began with one.
    void failed(const UpstreamAddress &address, Clock::time_point now);
    /// After a sleep, in which the clock stood.
    void forgetAll();

private:
    struct Known {
        UpstreamAddress address;
        QSslConfiguration trust;
        QByteArray session; ///< Empty: none is to be offered.
        Clock::time_point since, until;
        bool isTaken = true; ///< As far as is known.
    };
    std::vector<Known>::iterator find(const UpstreamAddress &address);

    mutable std::mutex m_mutex;
    std::vector<Known> m_known; ///< As many as there are endpoints behind TLS.
};

/// Begins the handshake on a connected socket, from a session where one is known, and tells whether that is so.
bool beginHandshake(QSslSocket &socket, const UpstreamAddress &address, const QSslConfiguration &trust, bool offersHttp2);

/// At the end of a handshake that began with a session or not (`offered`). Tells whether the server went on from it; else the socket's own is kept
/// for the next connection, when it comes.
bool endHandshake(QSslSocket &socket, const UpstreamAddress &address, const QSslConfiguration &trust, bool offered);

} // namespace qcc
