#include "core/upstream/networkwatch.h"

#include <QNetworkInterface>

#include <algorithm>

namespace qcc {

NetworkWatch::NetworkWatch(QObject *parent)
    : QObject(parent)
    , m_addresses(addresses())
    , m_source(NetworkSource::open([this](bool route) { heard(route); }))
{
    m_settling.setSingleShot(true);
    m_settling.setInterval(settling);
    connect(&m_settling, &QTimer::timeout, this, &NetworkWatch::settle);
}

NetworkWatch::~NetworkWatch() = default;

QList<QHostAddress> NetworkWatch::addresses()
{
    QList<QHostAddress> all = QNetworkInterface::allAddresses();
    // The scope of a link-local address is a name in one place and a number in another.
    for (QHostAddress &address : all)
        address.setScopeId(QString());
    std::sort(all.begin(), all.end(), [](const QHostAddress &a, const QHostAddress &b) { return a.toString() < b.toString(); });
    return all;
}

bool NetworkWatch::hasWayOut()
{
    if (const std::optional<bool> told = NetworkSource::hasWayOut())
        return *told;
    const QList<QHostAddress> all = QNetworkInterface::allAddresses();
    return std::any_of(all.begin(), all.end(), [](const QHostAddress &address) { return !address.isLoopback() && !address.isLinkLocal(); });
}

void NetworkWatch::heard(bool route)
{
    m_routeChanged = m_routeChanged || route;
    // Not restarted by what follows: a network that never settles must not stay unheard.
    if (!m_settling.isActive())
        m_settling.start();
}

void NetworkWatch::settle()
{
    // Routers announce addresses that we have, again and again.
    const QList<QHostAddress> before = std::exchange(m_addresses, addresses());
    if (std::exchange(m_routeChanged, false) || before != m_addresses)
        Q_EMIT changed();
}

} // namespace qcc
