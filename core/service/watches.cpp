#include "core/service/watches.h"

#include "core/config/addresses.h"
#include "core/config/keycommand.h"
#include "core/forward/forwarding.h"
#include "core/history/history.h"

#include <algorithm>

namespace qcc {

EndpointWatch::EndpointWatch(Router &router, QObject *parent)
    : QObject(parent)
    , m_router(router)
    , m_recoveryProbes(router)
{
    // Both are called on the workers' threads with the router locked.
    router.setListeners(
        [this](RoutingNews &&news) {
            QMetaObject::invokeMethod(this, [this, news = std::move(news)] { Q_EMIT happened(news); }, Qt::QueuedConnection);
        },
        [this] { QMetaObject::invokeMethod(this, [this] { m_recoveryProbes.schedule(); }, Qt::QueuedConnection); });
}

EndpointWatch::~EndpointWatch()
{
    m_router.setListeners({}, {});
}

void EndpointWatch::watchTheWayOut()
{
    m_network = std::make_unique<NetworkWatch>();
    connect(m_network.get(), &NetworkWatch::changed, this, [this] { Q_EMIT wayOutChanged(QStringLiteral("the network changed")); });
    m_sleep = std::make_unique<SleepWatch>();
    connect(m_sleep.get(), &SleepWatch::woke, this, [this](std::chrono::seconds slept) {
        Q_EMIT wayOutChanged(QStringLiteral("this computer woke up after %1 s").arg(slept.count()));
    });
}

void EndpointWatch::leaveTheWayOut()
{
    m_network.reset();
    m_sleep.reset();
}

bool EndpointWatch::lacksWayOut(const Cluster *cluster)
{
    const auto isElsewhere = [](const Endpoint &endpoint) {
        return endpoint.mayServe() && !isLoopbackHost(endpointUrl(endpoint.baseUrl).host);
    };
    return !NetworkWatch::hasWayOut() && cluster && std::any_of(cluster->endpoints.begin(), cluster->endpoints.end(), isElsewhere);
}

namespace {

QByteArray keyOrItsPlace(const Endpoint &endpoint)
{
    return endpoint.apiKeyCommand.isEmpty() ? endpoint.apiKey : keyIdentityOf(endpoint.apiKeyCommand);
}

} // namespace

WorkedKeys::WorkedKeys(Router &router, History &history, QObject *parent)
    : QObject(parent)
    , m_router(router)
    , m_history(history)
{
    connect(&history, &History::keysLoaded, this, [this](const KeyMarks &keys) {
        m_marks = keys;
        if (const ConfigSnapshot config = m_router.config())
            apply(*config);
    });
    connect(&history, &History::keysUnknown, this, [this] {
        m_marks.reset();
        m_router.allKeysHaveWorked();
    });
    // Called on the workers' threads with the router locked.
    router.setKeyListener([this](const Endpoint &endpoint) {
        QMetaObject::invokeMethod(this, [this, endpoint] { take(endpoint); }, Qt::QueuedConnection);
    });
}

WorkedKeys::~WorkedKeys()
{
    m_router.setKeyListener({});
}

void WorkedKeys::apply(const Config &config)
{
    if (!m_marks)
        return;
    QSet<QString> worked;
    for (const Cluster &cluster : config.clusters) {
        for (const Endpoint &endpoint : cluster.endpoints)
            if (m_marks->marks.contains(m_marks->markOf(endpoint.baseUrl, keyOrItsPlace(endpoint))))
                worked.insert(endpoint.id);
    }
    m_router.keysHaveWorked(worked);
}

void WorkedKeys::take(const Endpoint &endpoint)
{
    if (!m_marks)
        return;
    const QByteArray mark = m_marks->markOf(endpoint.baseUrl, keyOrItsPlace(endpoint));
    if (m_marks->marks.contains(mark))
        return;
    m_marks->marks.insert(mark);
    m_history.keyWorked(mark);
}

namespace {

/// Less is the business of a slow computer or of the service that sets its clock.
constexpr std::chrono::seconds least{10};

ClockReading systemClocks()
{
    return {std::chrono::system_clock::now(), std::chrono::steady_clock::now()};
}

} // namespace

std::optional<std::chrono::seconds> sleptBetween(const ClockReading &before, const ClockReading &now, std::chrono::seconds pace)
{
    using std::chrono::duration_cast;
    using std::chrono::seconds;
    const auto wall = duration_cast<seconds>(now.wall - before.wall);
    const auto steady = duration_cast<seconds>(now.steady - before.steady);
    const seconds slept = std::max(wall - steady, steady - pace);
    return slept >= least ? std::optional(slept) : std::nullopt;
}

SleepWatch::SleepWatch(const std::function<ClockReading()> &read, QObject *parent)
    : QObject(parent)
    , m_read(read ? read : systemClocks)
    , m_last(m_read())
    , m_source(read ? nullptr : ClockSource::open([this] { look(); }))
{
    if (m_source)
        return;
    m_beat.setTimerType(Qt::CoarseTimer);
    connect(&m_beat, &QTimer::timeout, this, &SleepWatch::look);
    m_beat.start(pace);
}

void SleepWatch::look()
{
    const ClockReading before = std::exchange(m_last, m_read());
    // Where the system tells, it may well have been long since the last look.
    if (const auto slept = sleptBetween(before, m_last, m_source ? std::chrono::seconds::max() : pace))
        Q_EMIT woke(*slept);
}

} // namespace qcc
