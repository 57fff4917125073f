#pragma once

#include "app/cli/command.h"
#include "app/cli/terminal.h"
#include "core/base/result.h"

namespace qcc::cli {

/// "qcc proxy logs [--lines N] [-f]": how a command is called.
QString synopsis(const Command &command);

/// Line by line.
using HelpText = QList<TintedText>;

/// The help on `topic`: everything (empty), a group ("proxy") or a command ("proxy start").
/// Errors: Usage, with the nearest topic as hint.
Result<HelpText> helpText(const CommandTable &table, const QString &topic);

} // namespace qcc::cli
