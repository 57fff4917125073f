#include "ui/model/environmentlines.h"

namespace qcc {

QString environmentLine(Shell shell, const QString &address)
{
    // Single quotes mean the same in the first three, and keep the brackets of an IPv6 address from being read as a pattern.
    switch (shell) {
    case Shell::Bash: return QStringLiteral("export ANTHROPIC_BASE_URL='%1'\n").arg(address);
    case Shell::Fish: return QStringLiteral("set -gx ANTHROPIC_BASE_URL '%1'\n").arg(address);
    case Shell::PowerShell: return QStringLiteral("$env:ANTHROPIC_BASE_URL = '%1'\n").arg(address);
    // cmd takes quotes for a part of the value.
    case Shell::Cmd: return QStringLiteral("set ANTHROPIC_BASE_URL=%1\r\n").arg(address);
    }
    Q_UNREACHABLE();
}

} // namespace qcc
