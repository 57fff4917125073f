#pragma once

#include "core/base/result.h"

#include <QByteArray>
#include <QJsonObject>

namespace qcc {

/// The TOML that `text` is, as JSON: dates and times become strings. Text that is large or nested beyond what a person writes is refused, so that no
/// text costs more than some megabytes.
/// Errors: InvalidConfig ("line 3 is not valid TOML"; never what stands there, which may be a secret).
Result<QJsonObject> readToml(const QByteArray &text);

} // namespace qcc
