#include "core/upstream/networkrules.h"

#include "core/config/endpointtext.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QHostAddress>
#include <QNetworkProxyFactory>
#include <QNetworkProxyQuery>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QUrl>

#include <mutex>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

bool isLoopback(const QString &host)
{
    return host == QLatin1String("localhost") || QHostAddress(host).isLoopback();
}

QNetworkProxy systemProxy(const QUrl &url)
{
    if (isLoopback(url.host()))
        return QNetworkProxy::NoProxy;
    // Before the system, which knows few of the forms in which people write it.
    if (const auto named = environmentProxy(url, [](const char *name) { return qEnvironmentVariable(name); }))
        return proxyFor(*named, url);
    // Scheme, host and port: a proxy script of the network need not see paths. A query without a URL would get the system's
    // setting for plain HTTP also where it has another one for HTTPS.
    QUrl asked;
    asked.setScheme(url.scheme());
    asked.setHost(url.host());
    asked.setPort(url.port());
    asked.setPath(QStringLiteral("/"));
    for (QNetworkProxy proxy : QNetworkProxyFactory::systemProxyForQuery(QNetworkProxyQuery(asked))) {
        // Only Qt's own transport speaks to a caching proxy; the same proxy tunnels with CONNECT.
        if (proxy.type() == QNetworkProxy::HttpCachingProxy)
            proxy.setType(QNetworkProxy::HttpProxy);
        if (proxy.type() == QNetworkProxy::HttpProxy || proxy.type() == QNetworkProxy::Socks5Proxy)
            return proxy;
        if (proxy.type() == QNetworkProxy::NoProxy)
            break;
    }
    return QNetworkProxy::NoProxy;
}

} // namespace

QNetworkProxy proxyFor(const QString &rule, const QUrl &url)
{
    static const QNetworkProxy none(QNetworkProxy::NoProxy);
    if (rule.isEmpty() || rule == QLatin1String("none"))
        return none;
    if (rule == QLatin1String("system"))
        return systemProxy(url);
    const QUrl proxy(readProxy(rule));
    if (!proxy.isValid() || proxy.host().isEmpty())
        return none;
    const bool socks = proxy.scheme().startsWith(QLatin1String("socks5"));
    return QNetworkProxy(socks ? QNetworkProxy::Socks5Proxy : QNetworkProxy::HttpProxy, proxy.host(),
                         static_cast<quint16>(proxy.port(socks ? 1080 : 8080)), proxy.userName(QUrl::FullyDecoded),
                         proxy.password(QUrl::FullyDecoded));
}

QString nameOf(const QNetworkProxy &proxy)
{
    if (proxy.type() == QNetworkProxy::NoProxy || proxy.hostName().isEmpty())
        return {};
    const QString host = proxy.hostName();
    return (host.contains(QLatin1Char(':')) ? QLatin1Char('[') + host + QLatin1Char(']') : host) + QLatin1Char(':')
        + QString::number(proxy.port());
}

namespace {

/// Empty as well for what distributions have there anyway, which Qt takes one by one where it is needed instead of all at once.
QString variable(const char *name, const QStringList &usual)
{
    const QString value = qEnvironmentVariable(name);
    return usual.contains(value) ? QString() : value;
}

QString fileVariable()
{
    static const QStringList usual{u"/etc/ssl/certs/ca-certificates.crt"_s, u"/etc/pki/tls/certs/ca-bundle.crt"_s, u"/etc/ssl/ca-bundle.pem"_s, u"/etc/ssl/cert.pem"_s};
    return variable("SSL_CERT_FILE", usual);
}

QString foldersVariable()
{
    static const QStringList usual{u"/etc/ssl/certs"_s, u"/etc/pki/tls/certs"_s};
    return variable("SSL_CERT_DIR", usual);
}

Failure faulty(const QString &file, CaFileFault fault, const QString &next)
{
    return {ErrorCode::Failed, u"the CA file %1 %2; %3"_s.arg(file, toText(fault), next), {}};
}

/// What the environment names, read again only where it has changed: all authorities of a system take long to read.
class NamedAuthorities
{
public:
    Result<QList<QSslCertificate>> read()
    {
        const QString file = fileVariable(), folders = foldersVariable();
        const QString state = stateOf({file}) + stateOf(folders.split(QDir::listSeparator()));
        const std::lock_guard lock(m_mutex);
        if (state == m_state)
            return m_authorities;
        QList<QSslCertificate> authorities;
        if (!file.isEmpty()) {
            // One of the two is enough, as for OpenSSL.
            if (const CaFileFault fault = readCaFile(QFileInfo(file).absoluteFilePath(), &authorities); fault != CaFileFault::None && folders.isEmpty())
                return faulty(file, fault, u"put it back, or start qcc without SSL_CERT_FILE"_s);
        }
        if (!folders.isEmpty()) {
            for (const QString &folder : folders.split(QDir::listSeparator()))
                authorities += QSslCertificate::fromPath(folder + u"/*"_s, QSsl::Pem, QSslCertificate::PatternSyntax::Wildcard);
        }
        if (file.isEmpty() || folders.isEmpty())
            authorities += QSslConfiguration::systemCaCertificates();
        m_authorities = authorities;
        m_state = state;
        return m_authorities;
    }

private:
    static QString stateOf(const QStringList &paths)
    {
        QString state;
        for (const QString &path : paths) {
            const QFileInfo info(path);
            state += u"%1\n%2\n%3\n"_s.arg(path).arg(info.size()).arg(info.lastModified().toMSecsSinceEpoch());
        }
        return state;
    }

    std::mutex m_mutex;
    QString m_state;
    QList<QSslCertificate> m_authorities;
};

} // namespace

Result<QSslConfiguration> tlsConfiguration(const QString &caFile)
{
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    if (caFile.isEmpty() && (!fileVariable().isEmpty() || !foldersVariable().isEmpty())) {
        static NamedAuthorities named;
        const Result<QList<QSslCertificate>> authorities = named.read();
        if (!authorities)
            return authorities.error();
        configuration.setCaCertificates(*authorities);
        return configuration;
    }
    if (caFile.isEmpty())
        return configuration;
    QList<QSslCertificate> authorities;
    if (const CaFileFault fault = readCaFile(caFile, &authorities); fault != CaFileFault::None)
        return faulty(caFile, fault, u"put it back, or give the endpoint another one (ca_file)"_s);
    // Not the system's as well: Qt would give a copy of each to every connection, which costs half a megabyte and some milliseconds.
    configuration.setCaCertificates(authorities);
    return configuration;
}

QString authoritiesFile(const QString &caFile)
{
    return caFile.isEmpty() ? fileVariable() : caFile;
}

} // namespace qcc
