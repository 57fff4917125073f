#pragma once

#include "core/base/result.h"

#include <QJsonObject>

namespace qcc {

/// Writes proxy.pid: pid, host, port, start_time, cluster_name. Atomic, mode 0600.
Result<void> writePidFile(const QString &path, const QJsonObject &content);
/// The content of a pid file; empty when there is none.
QJsonObject readPidFile(const QString &path);

} // namespace qcc
