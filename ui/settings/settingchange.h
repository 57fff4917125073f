#pragma once

#include "ui/model/configchange.h"

#include <QJsonValue>

namespace qcc {

/// Sets `path` ("timeouts.read_s") to `value`; of an object each key by itself, so that those it does not name stay. The way back
/// writes what was there, or takes away what was not.
ConfigChange settingChange(const QString &path, const QJsonValue &value, const QString &done);

} // namespace qcc
