#pragma once

#include "core/facts/exchangerecord.h"
#include "ui/model/proxyview.h"

namespace qcc::test {

inline const QDateTime now = QDateTime(QDate(2026, 11, 23), QTime(14, 5), Qt::UTC);

inline EndpointView endpointOf(const QString &name, int priority, EndpointHealth health)
{
    EndpointView endpoint;
    endpoint.id = QStringLiteral("id-") + name;
    endpoint.name = name;
    endpoint.baseUrl = QStringLiteral("https://%1.example/api").arg(name);
    endpoint.priority = priority;
    endpoint.health = health;
    endpoint.requests = 1'000;
    endpoint.successRate = 99.9;
    endpoint.firstByteP50 = 640;
    endpoint.inFlight = 9;
    endpoint.poolOpen = 6;
    endpoint.poolIdle = 3;
    return endpoint;
}

inline ProxyView fullView()
{
    ProxyView view;
    view.state = ProxyState::Degraded;
    view.address = QStringLiteral("http://127.0.0.1:7860");
    view.cluster = QStringLiteral("work");
    view.clusters = {QStringLiteral("work"), QStringLiteral("home")};
    view.liveRate = 99.44;
    view.hourRate = 97.2;
    view.inFlight = 12;
    view.figures.liveCounted = 204;
    view.figures.lastHourCounted = 1'204;
    view.figures.requests = 5'210;
    view.figures.recovered = 31;
    view.figures.poolOpen = 9;
    view.figures.poolIdle = 4;
    view.figures.reusedPercent = 96.2;
    view.figures.staleRecovered = 17;
    view.figures.startTime = now.addSecs(-20'000);
    view.endpoints = {endpointOf(QStringLiteral("relay-a"), 1, EndpointHealth::Healthy),
                      endpointOf(QStringLiteral("relay-b"), 2, EndpointHealth::Degraded),
                      endpointOf(QStringLiteral("relay-c"), 3, EndpointHealth::Open),
                      endpointOf(QStringLiteral("relay-d"), 4, EndpointHealth::Disabled)};
    view.endpoints[0].preferred = true;
    view.endpoints[1].firstByteP50 = 2'100;
    view.endpoints[1].successRate = 96.02;
    view.endpoints[2].returnsAt = std::chrono::steady_clock::now() + std::chrono::seconds(41);
    view.endpoints[2].lastError = QStringLiteral("HTTP 529 (overloaded_error: Overloaded)");
    view.endpoints[2].successRate = 71.2;
    view.endpoints[2].inFlight = 0;
    view.endpoints[2].failuresInRow = 3;
    view.endpoints[3].successRate.reset();
    view.endpoints[3].firstByteP50.reset();
    return view;
}

/// As if a day of work had a bad half hour.
inline TimelineView timelineOf(TimelineRange range, qsizetype count, int bucketS)
{
    TimelineView view;
    view.range = range;
    view.bucketS = bucketS;
    view.firstByte = {812, 2'140, 4'350};
    view.total = {12'300, 48'000, 201'000};
    view.from = now.addSecs(-(count - 1) * bucketS);
    for (int i = 0; i < count; ++i) {
        const bool bad = i > count / 2 && i < count / 2 + 6;
        const int complete = range == TimelineRange::Week && i % 12 < 4 ? 0 : 12 + (i * 37) % 17 - (bad ? 8 : 0);
        view.buckets.append({complete, bad ? 5 : i % 9 == 0, i % 20 == 5, bad && i % 2 == 0 ? 2 : 0, bad && i % 3 == 0 ? 1 : 0, 0});
    }
    for (int i = 0; i < count; ++i) {
        view.inFlightSeries.append(i == 7 ? 19 : i + 1 == count ? 3 : 4 + (i * 7) % 9);
        view.firstByteSeries.append(600 + (i * 131) % 400);
    }
    view.before = PerEnum<Outcome, int>{1'810, 22, 3, 11, 1, 0};
    for (int e = 0; e < 3; ++e) {
        EndpointTimeline minutes;
        minutes.firstByteP50 = e == 1 ? 2'100 : 640;
        minutes.succeededInRange = e == 0 ? 999 : e == 1 ? 482 : 712;
        minutes.failedInRange = e == 0 ? 1 : e == 1 ? 20 : 288;
        for (int i = 0; i < 30; ++i) {
            minutes.ok.append(e == 0 ? 8 + (i * 13) % 9 : e == 1 ? i % 4 : (i < 8 ? 5 : 0));
            minutes.failed.append(e == 2 && i > 8 ? (i % 3) * 2 : 0);
        }
        view.endpoints.insert(QStringLiteral("id-relay-%1").arg(QLatin1Char(static_cast<char>('a' + e))), minutes);
    }
    return view;
}

inline TimelineView hourTimeline()
{
    return timelineOf(TimelineRange::Hour, 60, 60);
}

/// Nobody answers any more since minute 50.
inline TimelineView downTimeline()
{
    TimelineView view = hourTimeline();
    for (qsizetype i = 51; i < 60; ++i)
        view.buckets[i] = {0, 0, 0, 7 - static_cast<int>(i) % 6, 0, 0};
    return view;
}

inline ProxyView downView()
{
    ProxyView view = fullView();
    view.state = ProxyState::Down;
    view.liveRate = 0;
    view.clusters.append(QStringLiteral("nightly"));
    view.enabledIn = {{QStringLiteral("work"), 4}, {QStringLiteral("nightly"), 2}};
    view.endpoints[0].health = EndpointHealth::KeyRefused;
    view.endpoints[0].lastError = QStringLiteral("HTTP 401 (authentication_error: invalid x-api-key)");
    view.endpoints[1].health = EndpointHealth::Resting;
    view.endpoints[1].lastError = QStringLiteral("quota (HTTP 402)");
    view.endpoints[1].returnsAt = std::chrono::steady_clock::now() + std::chrono::seconds(1'440);
    view.endpoints[3].health = EndpointHealth::Unhealthy;
    view.endpoints[3].lastError = QStringLiteral("connect: the host was not found");
    return view;
}

inline AttemptRecord attemptOf(const QString &name, FailureClass failure, int status = 0)
{
    AttemptRecord attempt;
    attempt.endpointId = QStringLiteral("id-") + name;
    attempt.endpointName = name;
    attempt.failure = failure;
    attempt.status = status;
    attempt.totalMs = 812;
    return attempt;
}

inline ExchangeRecord exchangeOf(quint64 number, Outcome outcome, const QList<AttemptRecord> &attempts)
{
    ExchangeRecord exchange;
    exchange.number = number;
    exchange.startedAt = now.addSecs(static_cast<qint64>(number) - 1'000);
    exchange.method = "POST";
    exchange.path = "/v1/messages";
    exchange.model = QStringLiteral("claude-sonnet-4-5");
    exchange.outcome = outcome;
    exchange.attempts = attempts;
    return exchange;
}

inline const QString a = QStringLiteral("relay-a");
inline const QString b = QStringLiteral("relay-b");
inline const QString c = QStringLiteral("relay-c");

inline QList<ExchangeRecord> someProblems()
{
    const AttemptRecord good = attemptOf(a, FailureClass::None, 200);
    return {exchangeOf(105, Outcome::Recovered, {attemptOf(c, FailureClass::Transient, 529), good}),
            exchangeOf(104, Outcome::Truncated, {attemptOf(b, FailureClass::BrokenStream, 200)}),
            exchangeOf(101, Outcome::Error, {attemptOf(c, FailureClass::Connect), attemptOf(b, FailureClass::RateLimit, 429)}),
            exchangeOf(99, Outcome::Recovered, {attemptOf(a, FailureClass::Stale), good})};
}

} // namespace qcc::test
