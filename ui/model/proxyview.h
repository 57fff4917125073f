#pragma once

#include <QString>
#include <QStringList>

#include <optional>

class QJsonObject;

namespace qcc {

/// What the user is told about the proxy as a whole. Degraded: some endpoint fails. Down: none is left.
enum class ProxyState { Stopped, Starting, Running, Degraded, Down };

/// All that the tray shows, as a value.
struct ProxyView {
    ProxyState state = ProxyState::Stopped;
    QString address;                   ///< "http://127.0.0.1:7860"; the configured one while stopped.
    QString cluster;                   ///< The one in use.
    QStringList clusters;              ///< All, in the order of config.json.
    std::optional<double> successRate; ///< Percent since the start; absent before anything was counted.
    int inFlight = 0;
    QString lastError;                 ///< Empty when there is nothing to say.

    bool serves() const
    {
        return state == ProxyState::Running || state == ProxyState::Degraded || state == ProxyState::Down;
    }
    bool operator==(const ProxyView &) const = default;
};

/// `view` of a proxy that runs at `address`, with what its stats say (the object of `GET /__qcc__/stats`).
ProxyView withStats(ProxyView view, const QString &address, const QJsonObject &stats);

/// `view` after the proxy ended: its figures are gone, clusters and address stay.
ProxyView withoutProxy(ProxyView view);

} // namespace qcc
