#pragma once

#include "core/facts/exchangerecord.h"

#include <QList>

#include <array>

namespace qcc {

/// What an attempt spends its time with, as the timeline draws it.
enum class Stage { Queue, Dns, Connect, Tls, Waiting, Streaming };
inline constexpr std::array allStages{Stage::Queue, Stage::Dns, Stage::Connect, Stage::Tls, Stage::Waiting, Stage::Streaming};

/// Units: milliseconds since the exchange began.
struct Span {
    Stage stage = Stage::Queue;
    double fromMs = 0;
    double toMs = 0;

    double length() const { return toMs - fromMs; }
    bool operator==(const Span &) const = default;
};

/// The stages of `attempt` in order and without gaps. The last one ends with the attempt, whichever way it ended.
QList<Span> spansOf(const AttemptRecord &attempt);

/// When attempt `index` began, after how long a pause since the one before it (since the exchange began, for the first).
/// Units: milliseconds.
double pauseBefore(const ExchangeRecord &exchange, qsizetype index);

/// The end of the last attempt or of the exchange, whichever is later. Units: milliseconds since the exchange began.
double endOf(const ExchangeRecord &exchange);

} // namespace qcc
