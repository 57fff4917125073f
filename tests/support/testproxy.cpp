#include "tests/support/testproxy.h"

#include <QTest>

#include <memory>
#include <optional>

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

TestProxy::TestProxy(const QList<QByteArray> &baseUrls, Config config, FixedTimeouts fixedTimeouts, const Clock &clock)
    : m_plane({.bodyFolder = m_folder.path(), .fixedTimeouts = fixedTimeouts, .clock = &clock, .record = [this](ExchangeRecord &&record) {
        const QMutexLocker lock(&m_mutex);
        m_records.append(std::move(record));
    }})
{
    Cluster cluster;
    cluster.name = QStringLiteral("test");
    for (const QByteArray &url : baseUrls)
        cluster.endpoints.append(endpointAt(url, static_cast<int>(cluster.endpoints.size())));
    config.clusters = {cluster};
    config.activeCluster = cluster.name;
    m_plane.configure(std::make_shared<const Config>(config), QString());
    const Result<void> started = m_plane.start(QHostAddress(QHostAddress::LocalHost), 0);
    Q_ASSERT(started);
    Q_UNUSED(started);
}

void TestProxy::configure(const std::function<void(Config &)> &change)
{
    Config config = *m_plane.config();
    change(config);
    m_plane.configure(std::make_shared<const Config>(config), QString());
}

void TestProxy::setStrategy(Strategy strategy)
{
    configure([&](Config &config) { config.clusters.first().strategy = strategy; });
}

void TestProxy::setModelMap(const QMap<QString, QString> &map)
{
    configure([&](Config &config) {
        for (Endpoint &endpoint : config.clusters.first().endpoints)
            endpoint.modelMap = map;
    });
}

void TestProxy::setCaFile(const QString &path)
{
    configure([&](Config &config) {
        for (Endpoint &endpoint : config.clusters.first().endpoints)
            endpoint.caFile = path;
    });
}

void TestProxy::setHttp2(bool on)
{
    configure([&](Config &config) {
        for (Endpoint &endpoint : config.clusters.first().endpoints)
            endpoint.http2 = on;
    });
}

void TestProxy::editEndpoints(const std::function<void(QList<Endpoint> &)> &edit)
{
    configure([&](Config &config) { edit(config.clusters.first().endpoints); });
}

QList<RunningExchange> TestProxy::running()
{
    const auto told = std::make_shared<std::optional<QList<RunningExchange>>>();
    m_plane.askRunning([told](const QList<RunningExchange> &running) { *told = running; });
    const bool isTold = QTest::qWaitFor([&told] { return told->has_value(); });
    return isTold ? **told : QList<RunningExchange>();
}

bool TestProxy::comesTo(RunningState state)
{
    return QTest::qWaitFor([this, state] {
        const QList<RunningExchange> now = running();
        return now.size() == 1 && now.first().state == state;
    });
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
