#pragma once

#include "core/journal/exchangerecord.h"
#include "ui/model/runningexchange.h"

namespace qcc::test {

inline AttemptRecord goodAttempt(double offsetMs = 0)
{
    AttemptRecord attempt;
    attempt.endpointId = QStringLiteral("3fa1b2c4");
    attempt.endpointName = QStringLiteral("relay-a");
    attempt.phase = Phase::Body;
    attempt.status = 200;
    attempt.reusedConnection = true;
    attempt.offsetMs = offsetMs;
    attempt.firstByteMs = 640;
    attempt.totalMs = 2'400;
    return attempt;
}

inline AttemptRecord overloadedAttempt(double offsetMs = 0)
{
    AttemptRecord attempt;
    attempt.endpointId = QStringLiteral("77c0ffee");
    attempt.endpointName = QStringLiteral("relay-c");
    attempt.phase = Phase::Body;
    attempt.failure = FailureClass::Transient;
    attempt.status = 529;
    attempt.upstreamError = QStringLiteral("overloaded_error: Overloaded");
    attempt.offsetMs = offsetMs;
    attempt.dnsMs = 12;
    attempt.connectMs = 60;
    attempt.tlsMs = 90;
    attempt.firstByteMs = 500;
    attempt.totalMs = 520;
    return attempt;
}

inline AttemptRecord unreachableAttempt(double offsetMs = 0)
{
    AttemptRecord attempt;
    attempt.endpointId = QStringLiteral("0badcafe");
    attempt.endpointName = QStringLiteral("relay-b");
    attempt.phase = Phase::Connect;
    attempt.failure = FailureClass::Connect;
    attempt.fromUpstream = false;
    attempt.error = QStringLiteral("no connection to relay-b.example:443: refused");
    attempt.offsetMs = offsetMs;
    attempt.totalMs = 180;
    return attempt;
}

inline ExchangeRecord finished(quint64 number, QList<AttemptRecord> attempts = {goodAttempt()}, Outcome outcome = Outcome::Complete)
{
    ExchangeRecord exchange;
    exchange.number = number;
    exchange.startedAt = QDateTime(QDate(2026, 11, 25), QTime(14, 2, 31), Qt::UTC);
    exchange.method = "POST";
    exchange.path = "/v1/messages";
    exchange.cluster = QStringLiteral("work");
    exchange.model = QStringLiteral("claude-sonnet-4-5");
    exchange.client = QStringLiteral("claude-cli");
    exchange.outcome = outcome;
    exchange.status = 200;
    exchange.streamed = true;
    exchange.requestBytes = 48'200;
    exchange.answerBytes = 12'400;
    exchange.inputTokens = 12'345;
    exchange.outputTokens = 850;
    exchange.attempts = std::move(attempts);
    for (const AttemptRecord &attempt : exchange.attempts)
        exchange.totalMs = attempt.offsetMs + attempt.totalMs;
    if (!exchange.attempts.isEmpty() && exchange.attempts.constLast().firstByteMs)
        exchange.firstByteMs = exchange.attempts.constLast().offsetMs + *exchange.attempts.constLast().firstByteMs;
    return exchange;
}

inline ExchangeRecord recovered(quint64 number)
{
    return finished(number, {overloadedAttempt(), goodAttempt(1'400)}, Outcome::Recovered);
}

inline ExchangeRecord failed(quint64 number)
{
    ExchangeRecord exchange = finished(number, {unreachableAttempt(), overloadedAttempt(180)}, Outcome::Error);
    exchange.status = 529;
    exchange.error = QStringLiteral("all endpoints failed");
    exchange.inputTokens.reset();
    exchange.outputTokens.reset();
    return exchange;
}

inline RunningExchange running(quint64 number, RunningState state = RunningState::Streaming, double ageMs = 1'000)
{
    RunningExchange exchange;
    exchange.number = number;
    exchange.startedAt = QDateTime(QDate(2026, 11, 25), QTime(14, 3, 0), Qt::UTC);
    exchange.method = QStringLiteral("POST");
    exchange.path = QStringLiteral("/v1/messages");
    exchange.client = QStringLiteral("claude-cli");
    exchange.model = QStringLiteral("claude-sonnet-4-5");
    exchange.cluster = QStringLiteral("work");
    exchange.state = state;
    exchange.endpointName = QStringLiteral("relay-a");
    exchange.attempts = 1;
    exchange.ageMs = ageMs;
    return exchange;
}

} // namespace qcc::test
