#include "tests/support/tlsgateway.h"

#include <QFile>

namespace qcc::test {

namespace {

constexpr const char *configuration = R"(
daemon off;
master_process off;
pid nginx.pid;
error_log stderr crit;
events { worker_connections 1000; }
http {
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxied;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    server {
        listen 127.0.0.1:@PORT@ ssl @HTTP2@;
        ssl_certificate certificate.pem;
        ssl_certificate_key key.pem;
        ssl_protocols @TLS@;
        ssl_session_timeout 1h;
        client_max_body_size 0;
        keepalive_requests @REQUESTS@;
        http2_max_concurrent_streams @STREAMS@;
        location / {
            proxy_pass http://127.0.0.1:@UPSTREAM@;
            proxy_http_version 1.1;
            proxy_set_header X-Tls-Resumed $ssl_session_reused;
            proxy_buffering off;
            proxy_request_buffering off;
        }
    }
}
)";

bool writeTo(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
}

} // namespace

bool TlsGateway::isInstalled()
{
    const QString nginx = LoopbackServer::find(QStringLiteral("nginx"));
    if (nginx.isEmpty())
        return false;
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(nginx, {QStringLiteral("-V")});
    return process.waitForFinished(5000) && process.readAll().contains("http_v2_module");
}

TlsGateway::TlsGateway()
    : m_port(freePort())
    , m_certificate(TestCertificate::make())
{
}

bool TlsGateway::start(quint16 upstreamPort, bool http2, int requestsPerConnection, int streams)
{
    QByteArray text(configuration);
    text.replace("@PORT@", QByteArray::number(m_port)).replace("@UPSTREAM@", QByteArray::number(upstreamPort));
    text.replace("@REQUESTS@", QByteArray::number(requestsPerConnection)).replace("@STREAMS@", QByteArray::number(streams));
    text.replace("@TLS@", versions).replace("@HTTP2@", http2 ? "http2" : "");
    if (!writeTo(m_folder.filePath(QStringLiteral("nginx.conf")), text)
        || !writeTo(m_folder.filePath(QStringLiteral("certificate.pem")), m_certificate.certificatePem)
        || !writeTo(m_folder.filePath(QStringLiteral("key.pem")), m_certificate.keyPem))
        return false;
    m_server = std::make_unique<LoopbackServer>();
    return m_server->start(QStringLiteral("nginx"), {QStringLiteral("-p"), m_folder.path() + QLatin1Char('/'), QStringLiteral("-c"), QStringLiteral("nginx.conf"),
                                                     QStringLiteral("-e"), QStringLiteral("stderr")}, m_port);
}

void TlsGateway::kill()
{
    m_server->kill();
}

} // namespace qcc::test
