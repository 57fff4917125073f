#pragma once

#include "core/config/config.h"
#include "core/facts/proberesult.h"

#include <QJsonObject>

namespace qcc {

/// `result` as the control socket and `--json` tell it, with the endpoint of `cluster` that it is about.
QJsonObject probeJson(const QString &cluster, const Endpoint &endpoint, const ProbeResult &result);

} // namespace qcc
