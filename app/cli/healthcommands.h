#pragma once

#include "app/cli/command.h"

#include <QJsonArray>

namespace qcc::cli {

class Terminal;

/// Prints results of tests, as probeJson() tells them, as a table. The reasons of failures are its last column, or
/// stand below their rows where the terminal is too narrow for that.
void printHealth(const QJsonArray &results, Terminal &terminal);

/// `endpoint test`, `endpoint reset` and `health`.
std::vector<Command> healthCommands();

} // namespace qcc::cli
