#pragma once

#include "core/routing/router.h"

#include <chrono>
#include <memory>

namespace qcc::test {

/// A router over a cluster "work" of endpoints a, b, c … with priorities 1, 2, 3 …, and a clock that stands still until told.
class RouterFixture
{
public:
    explicit RouterFixture(int endpoints, Config rules = {}) : router(1)
    {
        rules.clusters = {cluster(QStringLiteral("work"), endpoints, 'a'), cluster(QStringLiteral("other"), 1, 'x')};
        rules.activeCluster = QStringLiteral("work");
        config = rules;
        configure();
        router.setListeners([this](RoutingNews &&n) { news.append(std::move(n)); }, [this] { ++checksWanted; });
    }

    static Cluster cluster(const QString &name, int endpoints, char first)
    {
        Cluster c;
        c.name = name;
        for (int i = 0; i < endpoints; ++i) {
            Endpoint e;
            e.name = QString(QLatin1Char(static_cast<char>(first + i)));
            e.baseUrl = "http://" + e.name.toLatin1() + ".example";
            e.priority = i + 1;
            e.id = e.name;
            c.endpoints.append(e);
        }
        return c;
    }

    void configure() { router.configure(std::make_shared<const Config>(config), QString()); }
    Choice choose(Tries &tries, const QByteArray &conversation = {}) { return router.choose(tries, conversation, ticket, [this] { ++woken; }, now); }
    Choice first(const QByteArray &conversation = {})
    {
        Tries tries;
        return choose(tries, conversation);
    }
    void end(const Route &route, FailureClass failure, std::optional<std::chrono::milliseconds> retryAfter = {}, const QByteArray &conversation = {})
    {
        const int status = failure == FailureClass::None ? 200 : failure == FailureClass::RateLimit ? 429 : 0;
        router.attemptEnded(route, {failure, status, 10.0, retryAfter}, conversation, now);
    }
    /// One attempt on the preferred endpoint.
    QString go(FailureClass failure)
    {
        const Choice choice = first();
        end(choice.route, failure);
        return choice.route.endpoint.id;
    }
    void breakOpen(const QString &id)
    {
        for (int i = 0; i < config.breaker.failures; ++i)
            router.verified(id, false, false, now);
    }
    EndpointState state(const QString &id) const { return router.states(now).value(id); }

    Config config;
    Router router;
    Router::Time now = Router::Time{} + std::chrono::hours(1);
    quint64 ticket = 0;
    int woken = 0;
    int checksWanted = 0;
    QList<RoutingNews> news;
};

inline void failOn(Tries &tries, const Choice &choice, FailureClass failure, Router::Time notBefore)
{
    tries.made.append({choice.route.endpoint.id, failure, notBefore});
}

} // namespace qcc::test
