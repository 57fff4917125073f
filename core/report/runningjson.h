#pragma once

#include "core/facts/runningexchange.h"

#include <QJsonObject>
#include <QList>

namespace qcc {

/// More than these are not listed.
constexpr qsizetype mostRunningListed = 200;

/// The answer to the control command `running`: "running", the oldest first.
QJsonObject runningJson(QList<RunningExchange> exchanges);

} // namespace qcc
