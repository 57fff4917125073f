#pragma once

#include <QString>

namespace qcc {

/// `message` with its control characters and line separators written as escapes, so that it stays one line and cannot
/// forge another or steer a terminal.
QString toOneLine(const QString &message);

} // namespace qcc
