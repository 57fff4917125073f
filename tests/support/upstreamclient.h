#pragma once

#include "core/upstream/connectionbudget.h"
#include "core/upstream/upstreampool.h"
#include "core/upstream/upstreamreply.h"

#include <memory>

namespace qcc::test {

/// One pool without a front end, asked the way an exchange asks it.
class UpstreamClient
{
public:
    /// What requests have in common.
    struct Terms {
        QString endpoint = QStringLiteral("e1");
        QString proxy = QStringLiteral("none");
        bool http2 = false;
        QString caFile = {};
        QString clientCert = {};
        QString clientKey = {};
        std::chrono::milliseconds connect{5000};
        std::chrono::milliseconds read{5000};
    };

    explicit UpstreamClient(Config::Pool limits = fixedPool(), const Clock &clock = Clock::system());

    /// No connection but those that requests ask for.
    static Config::Pool fixedPool();

    Terms terms;

    /// The reply is the caller's, like an exchange's.
    UpstreamReply *send(const QByteArray &verb, const QByteArray &baseUrl, const QByteArray &target, const QByteArray &body = {},
                        HeaderList headers = {});
    UpstreamReply *get(const QByteArray &baseUrl, const QByteArray &target) { return send("GET", baseUrl, target); }

    UpstreamPool &pool() { return *m_pool; }
    PoolFigures figures() const { return m_budget.figures(); }
    ConnectionBudget &budget() { return m_budget; }
    HostResolver &hosts() { return m_hosts; }
    void destroyPool() { m_pool.reset(); }

private:
    ConnectionBudget m_budget;
    HostResolver m_hosts;
    Alarms m_alarms;
    std::unique_ptr<UpstreamPool> m_pool;
};

} // namespace qcc::test
