#include "core/service/endpointwatch.h"

namespace qcc {

EndpointWatch::EndpointWatch(Router &router, QObject *parent)
    : QObject(parent)
    , m_router(router)
    , m_verifier(router)
{
    // Both are called on the workers' threads with the router locked.
    router.setListeners(
        [this](RoutingNews &&news) {
            QMetaObject::invokeMethod(this, [this, news = std::move(news)] { Q_EMIT happened(news); }, Qt::QueuedConnection);
        },
        [this] { QMetaObject::invokeMethod(this, [this] { m_verifier.schedule(); }, Qt::QueuedConnection); });
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

} // namespace qcc
