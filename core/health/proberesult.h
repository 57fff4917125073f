#pragma once

#include "core/config/config.h"
#include "core/journal/exchangerecord.h"
#include "core/upstream/upstreamconnection.h"

#include <QJsonObject>
#include <QMetaType>
#include <QNetworkReply>
#include <QString>

#include <chrono>
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
    ConnectTimes times; ///< How long each stage took.
    std::optional<double> firstByteMs; ///< Milliseconds from the start to the answer's head.
    double totalMs = 0; ///< Milliseconds from the start to the end.
};

/// The verdict on an answer: everything below 500 but a refused key (401, 403) counts as reachable. Times are left
/// empty.
ProbeResult verdictOn(int status);
/// The verdict on a probe that got no head. `detail`: the transport's own words, used where ours would say less.
ProbeResult verdictOn(QNetworkReply::NetworkError transport, Phase phase, const QString &detail);
/// The verdict on a probe that had no head when its time was over.
ProbeResult verdictOnSilence(Phase phase, std::chrono::milliseconds timeout);

/// The verdict on an endpoint whose key cannot be opened, so that nothing was asked of it.
ProbeResult verdictOnKeyFault(const QString &fault);

/// `result` as the control socket and `--json` tell it, with the endpoint of `cluster` that it is about.
QJsonObject probeJson(const QString &cluster, const Endpoint &endpoint, const ProbeResult &result);

} // namespace qcc

Q_DECLARE_METATYPE(qcc::ProbeResult)
