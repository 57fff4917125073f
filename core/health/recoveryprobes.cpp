#include "core/health/recoveryprobes.h"

#include "core/health/endpointprobe.h"
#include "core/routing/router.h"

namespace qcc {

namespace {

/// The rest waits for its turn: checks are no load test.
constexpr qsizetype atOnce = 8;
/// Where this computer had no means to look, it has some later.
constexpr std::chrono::seconds untilNextLook{5};

} // namespace

RecoveryProbes::RecoveryProbes(Router &router, QObject *parent)
    : QObject(parent)
    , m_router(router)
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &RecoveryProbes::verifyDue);
}

void RecoveryProbes::schedule()
{
    const auto next = m_running.size() < atOnce ? m_router.nextVerification(m_running) : std::nullopt;
    if (!next) {
        m_timer.stop();
        return;
    }
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(*next - std::chrono::steady_clock::now());
    m_timer.start(std::max(wait, std::chrono::milliseconds(0)));
}

void RecoveryProbes::verifyDue()
{
    const QList<Endpoint> due = m_router.verificationsDue(std::chrono::steady_clock::now());
    for (const Endpoint &endpoint : due) {
        if (m_running.contains(endpoint.id) || m_running.size() >= atOnce)
            continue;
        m_running.insert(endpoint.id);
        m_probes.probe(endpoint, EndpointProbe::usualTimeout, [this, id = endpoint.id](const ProbeResult &result) { verified(id, result); });
    }
    schedule();
}

void RecoveryProbes::verified(const QString &endpoint, const ProbeResult &result)
{
    if (result.failure == FailureClass::Cancelled || result.failure == FailureClass::NoNetwork) {
        // Nobody was asked, so nothing is known; it stays among the running ones until it is looked at again.
        QTimer::singleShot(untilNextLook, this, [this, endpoint] {
            m_running.remove(endpoint);
            schedule();
        });
        return;
    }
    m_running.remove(endpoint);
    m_router.verified(endpoint, result.reachable, result.failure == FailureClass::Auth, std::chrono::steady_clock::now());
    schedule();
}

} // namespace qcc
