#pragma once

#include "core/facts/exchangerecord.h"
#include "ui/model/proxyview.h"

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

inline RunningView running(quint64 number, RunningState state = RunningState::Streaming, double ageMs = 1'000)
{
    RunningView exchange;
    exchange.number = number;
    exchange.startedAt = QDateTime(QDate(2026, 11, 25), QTime(14, 2, 31), Qt::UTC);
    exchange.method = QStringLiteral("POST");
    exchange.path = QStringLiteral("/v1/messages");
    exchange.client = QStringLiteral("claude-cli");
    exchange.model = QStringLiteral("claude-sonnet-4-5");
    exchange.cluster = QStringLiteral("work");
    exchange.state = state;
    exchange.current = goodAttempt();
    exchange.current->totalMs = ageMs;
    exchange.attempts = 1;
    exchange.ageMs = ageMs;
    return exchange;
}

/// From `newest` down.
inline QList<ExchangeRecord> manyFinished(quint64 newest, int count)
{
    QList<ExchangeRecord> list;
    for (quint64 number = newest; number > newest - quint64(count); --number)
        list.append(number % 7 == 0 ? recovered(number) : finished(number));
    return list;
}

/// Each outcome once, then many.
inline QList<ExchangeRecord> colourful()
{
    QList<ExchangeRecord> list;
    ExchangeRecord limited = finished(36, {unreachableAttempt(), overloadedAttempt(190), goodAttempt(1'500)}, Outcome::Recovered);
    ExchangeRecord broken = finished(35, {goodAttempt()}, Outcome::Truncated);
    broken.attempts[0].failure = FailureClass::BrokenStream;
    broken.attempts[0].fromUpstream = false;
    broken.attempts[0].error = QStringLiteral("the connection was closed in the middle of the answer");
    broken.error = broken.attempts.at(0).error;
    ExchangeRecord caller = finished(34, {goodAttempt()}, Outcome::CallerError);
    caller.attempts[0].failure = FailureClass::Caller;
    caller.attempts[0].status = caller.status = 404;
    caller.client = QStringLiteral("codex");
    caller.model = QStringLiteral("gpt-6-codex");
    ExchangeRecord gone = finished(33, {goodAttempt()}, Outcome::ClientCancelled);
    gone.attempts[0].failure = FailureClass::Cancelled;
    gone.status = 499;
    ExchangeRecord shared = recovered(38);
    shared.attempts[0].version = HttpVersion::Http1;
    shared.attempts[1].version = HttpVersion::Http2;
    list << shared << finished(37) << limited << broken << caller << gone << failed(32);
    return list + manyFinished(31, 24);
}

inline QList<RunningView> someRunning()
{
    RunningView second = running(40, RunningState::Attempting, 2'300);
    second.attempts = 2;
    second.tried = {unreachableAttempt()};
    second.current = overloadedAttempt(400);
    second.current->failure = FailureClass::None;
    RunningView first = running(39, RunningState::Streaming, 14'800);
    first.firstByteMs = 1'240;
    return {first, second, running(41, RunningState::Holding, 700)};
}

} // namespace qcc::test
