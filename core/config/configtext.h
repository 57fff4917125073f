#pragma once

#include "core/base/result.h"

#include <QByteArray>
#include <QString>

#include <optional>

namespace qcc {

/// What the file `path` of the home holds, or nothing where there is none. Never what another user has put there, and never what might not end.
/// Errors: NotAllowed (fileOwnerProblem), ConfigUnreadable.
Result<std::optional<QByteArray>> readConfigText(const QString &path);

} // namespace qcc
