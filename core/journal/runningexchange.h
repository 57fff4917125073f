#pragma once

#include "core/journal/exchangerecord.h"

#include <QJsonObject>
#include <QList>

namespace qcc {

/// An exchange that has not ended, as it stands at one moment. A value; crosses threads.
struct RunningExchange {
    enum class State {
        Waiting,    ///< For an endpoint: at the start, in line, or between two attempts.
        Attempting, ///< A request is out; no head yet.
        Holding,    ///< An answer has begun; whether it is worth passing on is not known yet.
        Streaming,  ///< The client sees the answer.
    };

    ExchangeRecord soFar;      ///< Its attempts are those that ended; totalMs is its age.
    State state = State::Waiting;
    QString endpointId;        ///< Of the attempt that runs; empty while none does.
    QString endpointName;

    qsizetype attempts() const { return soFar.attempts.size() + (endpointId.isEmpty() ? 0 : 1); }
};

/// Stable lower-case words for JSON.
QString toWord(RunningExchange::State state);

/// More than these are not listed.
constexpr qsizetype mostRunningListed = 200;

/// The answer to the control command `running`: "running", the oldest first.
QJsonObject runningJson(QList<RunningExchange> exchanges);

} // namespace qcc
