#pragma once

#include <QtGlobal>

#include <optional>

namespace qcc {

/// Bytes that were written to the connection and that its other end has not acknowledged. Nothing where the system does not tell.
std::optional<qint64> unacknowledgedBytes(qintptr descriptor);

} // namespace qcc
