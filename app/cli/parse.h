#pragma once

#include "app/cli/command.h"
#include "core/base/result.h"

namespace qcc::cli {

/// Turns the words after the program's name into a call of one command of `table`. `--help` becomes a call of "help",
/// `--version` one of "version", so that every command line that is right ends in a handler.
/// Errors: Usage; the hint names the nearest right word or where the help is.
Result<Invocation> parse(const CommandTable &table, const QStringList &words);

} // namespace qcc::cli
