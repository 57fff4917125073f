#pragma once

#include <QString>

namespace qcc {

/// Writes one line to standard output, whoever's words it holds: as visibleLine() makes of it.
/// Thread: any.
void printOut(const QString &line);

/// Writes one line to standard error, in the same way.
/// Thread: any.
void printError(const QString &line);

} // namespace qcc
