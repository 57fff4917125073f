#include "core/upstream/networkrules.h"

#include "core/config/endpointtext.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QHash>
#include <QHostAddress>
#include <QNetworkProxyFactory>
#include <QNetworkProxyQuery>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QUrl>

#include <algorithm>

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

Result<QList<QSslCertificate>> authoritiesOf(const QString &caFile)
{
    QList<QSslCertificate> authorities;
    if (const CaFileFault fault = readCaFile(caFile, &authorities); fault != CaFileFault::None)
        return faulty(caFile, fault, u"put it back, or give the endpoint another one (ca_file)"_s);
    // Not the system's as well: Qt would give a copy of each to every connection, which costs half a megabyte and some milliseconds.
    return authorities;
}

Result<QList<QSslCertificate>> authoritiesOfEnvironment(const QString &file, const QString &folders)
{
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
    return authorities;
}

/// What files name, read again only where they have changed: a certificate takes a third of a millisecond, and a system has 150.
class NamedAuthorities
{
public:
    /// Those of `caFile`; of the environment, where it is empty.
    Result<QSslConfiguration> trusted(const QString &caFile)
    {
        const QString file = caFile.isEmpty() ? fileVariable() : caFile, folders = caFile.isEmpty() ? foldersVariable() : QString();
        const QString state = stateOf({file}) + stateOf(folders.split(QDir::listSeparator()));
        const std::lock_guard lock(m_mutex);
        if (const auto known = m_read.constFind(caFile); known != m_read.cend() && known->state == state)
            return known->trust;
        const Result<QList<QSslCertificate>> authorities = caFile.isEmpty() ? authoritiesOfEnvironment(file, folders) : authoritiesOf(caFile);
        if (!authorities)
            return authorities.error();
        QSslConfiguration trust = QSslConfiguration::defaultConfiguration();
        trust.setCaCertificates(*authorities);
        m_read.insert(caFile, {state, trust});
        return trust;
    }

private:
    struct Read {
        QString state;
        QSslConfiguration trust;
    };

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
    QHash<QString, Read> m_read;
};

} // namespace

Result<QSslConfiguration> tlsConfiguration(const QString &caFile)
{
    if (caFile.isEmpty() && fileVariable().isEmpty() && foldersVariable().isEmpty())
        return QSslConfiguration::defaultConfiguration();
    static NamedAuthorities named;
    return named.trusted(caFile);
}

QString authoritiesFile(const QString &caFile)
{
    return caFile.isEmpty() ? fileVariable() : caFile;
}

TlsSessions &TlsSessions::ofThisProcess()
{
    static TlsSessions sessions;
    return sessions;
}

QByteArray TlsSessions::of(const UpstreamAddress &address, const QSslConfiguration &trust, Clock::time_point now) const
{
    const std::lock_guard lock(m_mutex);
    const auto known = std::ranges::find(m_known, address, &Known::address);
    return known != m_known.end() && now - known->since < lifetime && known->trust == trust ? known->session : QByteArray();
}

bool TlsSessions::knowsAnyOf(const QStringList &endpoints, Clock::time_point now) const
{
    const std::lock_guard lock(m_mutex);
    return std::ranges::any_of(m_known, [&](const Known &known) { return now - known.since < lifetime && endpoints.contains(known.address.endpoint); });
}

void TlsSessions::learn(const UpstreamAddress &address, const QSslConfiguration &trust, const QByteArray &session, Clock::time_point now)
{
    const std::lock_guard lock(m_mutex);
    std::erase_if(m_known, [&](const Known &known) { return known.address == address || now - known.since >= lifetime; });
    m_known.push_back({address, trust, session, now});
}

void TlsSessions::forget(const UpstreamAddress &address)
{
    const std::lock_guard lock(m_mutex);
    std::erase_if(m_known, [&address](const Known &known) { return known.address == address; });
}

} // namespace qcc
