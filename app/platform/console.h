#pragma once

#include <QByteArray>

#include <cstdio>

namespace qcc::platform {

/// Whether a person watches `stream`.
bool isTerminal(std::FILE *stream);

/// Columns of the terminal that shows `stream`; 0 when it is none.
int terminalWidth(std::FILE *stream);

/// Makes the console show UTF-8 and colour sequences where it does not by itself.
void prepareConsole();

/// Reads one line from standard input without its line end; what a person types is not shown.
QByteArray readSecretLine();

} // namespace qcc::platform
