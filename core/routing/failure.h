#pragma once

#include "core/journal/exchangerecord.h"

#include <QNetworkReply>

namespace qcc {

/// What is known of an attempt that did not simply succeed.
struct Evidence {
    QNetworkReply::NetworkError transport = QNetworkReply::NoError;
    Phase phase = Phase::Queue;
    bool reusedConnection = false;
    bool answerUntouched = true; ///< No byte of an answer arrived.
    int status = 0;              ///< 0: no head arrived.
    bool committed = false;      ///< The client has seen part of this answer.
};

/// The class of an attempt. Source: the failure table of the design, line by line.
FailureClass classify(const Evidence &evidence);

/// Whether another endpoint may do better after a failure of this class that the client has not seen.
bool movesOn(FailureClass failure);

/// Whether the status blames the request itself rather than the endpoint.
bool isCallerStatus(int status);

} // namespace qcc
