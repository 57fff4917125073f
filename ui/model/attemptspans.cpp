#include "ui/model/attemptspans.h"

#include <algorithm>

namespace qcc {

namespace {

/// What an attempt without an answer was busy with when it ended.
Stage stageOf(Phase phase)
{
    switch (phase) {
    case Phase::Queue: return Stage::Queue;
    case Phase::Dns: return Stage::Dns;
    case Phase::Connect: return Stage::Connect;
    case Phase::Tls: return Stage::Tls;
    case Phase::Headers:
    case Phase::Body: return Stage::Waiting;
    }
    Q_UNREACHABLE();
}

double endOf(const AttemptRecord &attempt)
{
    return attempt.offsetMs + attempt.totalMs;
}

} // namespace

QList<Span> spansOf(const AttemptRecord &attempt)
{
    const double end = endOf(attempt);
    const double firstByte = attempt.firstByteMs ? std::min(end, attempt.offsetMs + *attempt.firstByteMs) : end;
    double at = attempt.offsetMs;
    QList<Span> spans;
    const auto add = [&spans, &at](Stage stage, double to) {
        if (to <= at)
            return;
        spans.append({stage, at, to});
        at = to;
    };
    // A connection that was being opened ahead of need took longer than this attempt waited for it.
    add(Stage::Dns, std::min(firstByte, at + attempt.dnsMs.value_or(0)));
    add(Stage::Connect, std::min(firstByte, at + attempt.connectMs.value_or(0)));
    add(Stage::Tls, std::min(firstByte, at + attempt.tlsMs.value_or(0)));
    add(attempt.firstByteMs ? Stage::Waiting : stageOf(attempt.phase), firstByte);
    add(Stage::Streaming, end);
    return spans;
}

double pauseBefore(const ExchangeRecord &exchange, qsizetype index)
{
    const double ready = index == 0 ? 0 : endOf(exchange.attempts.at(index - 1));
    return std::max(0.0, exchange.attempts.at(index).offsetMs - ready);
}

double endOf(const ExchangeRecord &exchange)
{
    double end = exchange.totalMs;
    for (const AttemptRecord &attempt : exchange.attempts)
        end = std::max(end, endOf(attempt));
    return end;
}

} // namespace qcc
