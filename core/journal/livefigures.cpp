#include "core/journal/livefigures.h"

namespace qcc {

QString toWord(HealthStatus health)
{
    switch (health) {
    case HealthStatus::Unknown:
        return QStringLiteral("unknown");
    case HealthStatus::Healthy:
        return QStringLiteral("healthy");
    case HealthStatus::Degraded:
        return QStringLiteral("degraded");
    case HealthStatus::Unhealthy:
        return QStringLiteral("unhealthy");
    }
    Q_UNREACHABLE();
}

QString toWord(BreakerState breaker)
{
    switch (breaker) {
    case BreakerState::Closed:
        return QStringLiteral("closed");
    case BreakerState::Open:
        return QStringLiteral("open");
    case BreakerState::HalfOpen:
        return QStringLiteral("half_open");
    }
    Q_UNREACHABLE();
}

} // namespace qcc
