#pragma once

#include "core/facts/exchangerecord.h"

namespace qcc {

/// Waiting: for an endpoint, at the start, in line, or between two attempts. Attempting: a request is out, and no head has come yet.
/// Holding: an answer has begun; whether it is worth passing on is not known yet. Streaming: the client sees the answer.
#define QCC_RUNNING_STATES(X)    \
    X(Waiting, "waiting")        \
    X(Attempting, "attempting")  \
    X(Holding, "holding")        \
    X(Streaming, "streaming")
QCC_ENUM_WITH_WORDS(RunningState, QCC_RUNNING_STATES)

/// An exchange that has not ended, as it stands at one moment. A value; crosses threads.
struct RunningExchange {
    ExchangeRecord soFar;      ///< Its attempts are those that ended; totalMs is its age.
    RunningState state = RunningState::Waiting;
    QString endpointId;        ///< Of the attempt that runs; empty while none does.
    QString endpointName;

    qsizetype attempts() const { return soFar.attempts.size() + (endpointId.isEmpty() ? 0 : 1); }
};

} // namespace qcc
