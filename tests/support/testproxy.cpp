#include "tests/support/testproxy.h"

#include "core/http/hopmark.h"
#include "core/base/descriptorlimit.h"

using namespace std::chrono_literals;

namespace qcc::test {

Config TestProxy::shortDeadlines()
{
    Config config;
    config.timeouts.connect = 2s;
    config.timeouts.connectFailover = 1s;
    config.timeouts.read = 700ms;
    config.pool.strategy = PoolStrategy::Fixed; // every connection is a test's own
    return config;
}

Config TestProxy::patient()
{
    Config config = shortDeadlines();
    config.timeouts.read = 30s;
    return config;
}

Endpoint TestProxy::endpointAt(const QByteArray &baseUrl, int number)
{
    Endpoint endpoint;
    endpoint.name = QStringLiteral("relay-%1").arg(QChar(u'a' + static_cast<char16_t>(number)));
    endpoint.baseUrl = baseUrl;
    endpoint.apiKey = "upstream-key-" + QByteArray::number(number);
    endpoint.priority = number + 1;
    endpoint.proxy = QStringLiteral("none");
    endpoint.id = endpointId(endpoint.baseUrl, endpoint.apiKey);
    return endpoint;
}

TestProxy::TestProxy(const QList<QByteArray> &baseUrls, Config config, RequestReader::Limits limits, Patience patience)
    : m_acceptor([this](qintptr descriptor) { m_lobby->enter(descriptor); })
{
    raiseDescriptorLimit();
    Cluster cluster;
    cluster.name = QStringLiteral("test");
    for (const QByteArray &url : baseUrls)
        cluster.endpoints.append(endpointAt(url, static_cast<int>(cluster.endpoints.size())));
    config.clusters = {cluster};
    config.activeCluster = cluster.name;
    m_plane->patience = patience;
    m_plane->bodies.setFolder(m_folder.path());
    m_plane->budget.setLimits(config.pool);
    m_plane->router.configure(std::make_shared<const Config>(config), QString());
    m_plane->news.setReaders({.record = [this](ExchangeRecord &&record) {
        const QMutexLocker lock(&m_mutex);
        m_records.append(std::move(record));
    }});
    m_team = std::make_unique<WorkerTeam>(m_plane, limits);
    m_lobby = std::make_unique<Lobby>(Lobby::Exits{[this](qintptr descriptor) { m_team->assign(descriptor); },
                                                   [this](qintptr descriptor) { m_team->turnAwayLate(descriptor); }},
                                      patience);
    const bool listening = m_acceptor.listen(QHostAddress::LocalHost);
    Q_ASSERT(listening);
    Q_UNUSED(listening);
    m_plane->own = {QHostAddress(QHostAddress::LocalHost), m_acceptor.serverPort(), newHopMark()};
}

TestProxy::~TestProxy()
{
    m_acceptor.stop();
    m_team.reset();
    m_plane->news.cut();
}

void TestProxy::setStrategy(Strategy strategy)
{
    Config config = *m_plane->router.config();
    config.clusters.first().strategy = strategy;
    m_plane->router.configure(std::make_shared<const Config>(config), QString());
}

void TestProxy::setModelMap(const QMap<QString, QString> &map)
{
    Config config = *m_plane->router.config();
    for (Endpoint &endpoint : config.clusters.first().endpoints)
        endpoint.modelMap = map;
    m_plane->router.configure(std::make_shared<const Config>(config), QString());
}

void TestProxy::setCaFile(const QString &path)
{
    Config config = *m_plane->router.config();
    for (Endpoint &endpoint : config.clusters.first().endpoints)
        endpoint.caFile = path;
    m_plane->router.configure(std::make_shared<const Config>(config), QString());
}

QList<ExchangeRecord> TestProxy::records() const
{
    const QMutexLocker lock(&m_mutex);
    return m_records;
}

ExchangeRecord TestProxy::last() const
{
    const QMutexLocker lock(&m_mutex);
    return m_records.isEmpty() ? ExchangeRecord{} : m_records.last();
}

} // namespace qcc::test
