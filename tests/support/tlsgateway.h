#pragma once

#include "tests/support/forwardproxy.h"
#include "tests/support/testcertificate.h"

#include <memory>

namespace qcc::test {

/// nginx with TLS before an upstream on loopback: the HTTP/2 server that the scripted upstream is not.
class TlsGateway
{
public:
    /// Whether nginx is there, with HTTP/2.
    static bool isInstalled();

    /// A port of its own that stays the same over restarts.
    TlsGateway();

    /// Of TLS, as nginx names them. Before start.
    QByteArray versions = "TLSv1.2 TLSv1.3";

    /// The upstream sees by the header X-Tls-Resumed whether a connection came with a session that nginx knew ("r"), or made a whole handshake (".").
    /// After `requestsPerConnection` requests it takes no more on a connection; over HTTP/2 it says so (GOAWAY),
    /// and there it takes `streams` at once.
    bool start(quint16 upstreamPort, bool http2, int requestsPerConnection = 1000, int streams = 128);
    /// Ends it at once, like a crash: connections are lost, nothing is said.
    void kill();
    QString problem() const { return m_server ? m_server->problem() : QString(); }
    quint16 port() const { return m_port; }
    QByteArray baseUrl() const { return "https://localhost:" + QByteArray::number(m_port); }
    const TestCertificate &certificate() const { return m_certificate; }

private:
    quint16 m_port;
    TestCertificate m_certificate;
    QTemporaryDir m_folder;
    std::unique_ptr<LoopbackServer> m_server;
};

} // namespace qcc::test
