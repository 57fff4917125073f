#include "core/upstream/networkwatch.h"

#include <QNetworkInformation>

namespace qcc {

namespace {

/// Qt's picture of the network. It speaks of being reachable and of the kind of the way out, which change along with addresses.
class InformationSource final : public NetworkSource
{
public:
    explicit InformationSource(const Heard &heard)
    {
        const QNetworkInformation *information = QNetworkInformation::instance();
        QObject::connect(information, &QNetworkInformation::reachabilityChanged, &m_context, [heard] { heard(true); });
        QObject::connect(information, &QNetworkInformation::transportMediumChanged, &m_context, [heard] { heard(true); });
    }

private:
    QObject m_context;
};

} // namespace

std::optional<bool> NetworkSource::hasWayOut()
{
    // Loaded by whoever watches.
    const QNetworkInformation *information = QNetworkInformation::instance();
    if (!information || information->reachability() == QNetworkInformation::Reachability::Unknown)
        return std::nullopt;
    return information->reachability() != QNetworkInformation::Reachability::Disconnected;
}

std::unique_ptr<NetworkSource> NetworkSource::open(Heard heard)
{
    if (!QNetworkInformation::loadBackendByFeatures(QNetworkInformation::Feature::Reachability))
        return nullptr;
    return std::make_unique<InformationSource>(heard);
}

std::unique_ptr<ClockSource> ClockSource::open(std::function<void()>)
{
    return nullptr;
}

} // namespace qcc
