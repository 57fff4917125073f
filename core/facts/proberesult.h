#pragma once

#include "core/facts/connecttimes.h"
#include "core/facts/exchangerecord.h"

#include <QMetaType>
#include <QString>

#include <optional>

namespace qcc {

/// What one test of an endpoint found.
struct ProbeResult {
    bool reachable = false;
    /// None when reachable; Cancelled when the test says nothing about the endpoint.
    FailureClass failure = FailureClass::None;
    Phase phase = Phase::Queue; ///< How far it came.
    int status = 0; ///< 0 when no head arrived.
    QString error; ///< Empty when reachable, else part of a sentence. Never holds a key.
    QString warning; ///< What is probably wrong although it is reachable: the rest of a sentence about its base URL.
    ConnectTimes times; ///< How long each stage took.
    std::optional<double> firstByteMs; ///< Milliseconds from the start to the answer's head.
    double totalMs = 0; ///< Milliseconds from the start to the end.
};

} // namespace qcc

Q_DECLARE_METATYPE(qcc::ProbeResult)
