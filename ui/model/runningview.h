#pragma once

#include <QDateTime>
#include <QList>
#include <QString>

#include <optional>

class QJsonObject;

namespace qcc {

/// Where an exchange that runs stands.
enum class RunningState {
    Waiting,    ///< For its first endpoint, or for the next attempt.
    Attempting, ///< An endpoint has it; no answer yet.
    Holding,    ///< The answer has begun and is held back until it is known to be good.
    Streaming,  ///< The answer is on its way to the client.
};

/// An exchange that has not finished, as the screens show it: core has its own RunningView.
struct RunningView {
    quint64 number = 0;
    QDateTime startedAt;               ///< UTC.
    QString method;
    QString path;                      ///< Without the query.
    QString client;
    QString model;
    QString cluster;
    RunningState state = RunningState::Waiting;
    QString endpointId;                ///< Of the attempt that runs; empty before the first.
    QString endpointName;
    int attempts = 0;                  ///< Begun so far.
    double ageMs = 0;                  ///< When this was asked for.
    std::optional<double> firstByteMs;
    qint64 answerBytes = 0;

    QString id() const { return QStringLiteral("req-%1").arg(number); }
};

/// From the answer to the control command "running", the oldest first.
QList<RunningView> runningViews(const QJsonObject &answer);

} // namespace qcc
