#pragma once

#include <QString>

namespace qcc {

enum class Shell { Bash, Fish, PowerShell, Cmd };

/// The line that points Anthropic-style clients started from this shell at `address`. Bash's is also zsh's.
QString environmentLine(Shell shell, const QString &address);

} // namespace qcc
