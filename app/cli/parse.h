#pragma once

#include "app/cli/command.h"
#include "core/base/result.h"

#include <QString>
#include <QStringList>

namespace qcc::cli {

/// The candidate that `typed` was most likely meant to be, or an empty text when none is near.
QString nearest(QStringView typed, const QStringList &candidates);

/// "Did you mean “start”?", or an empty text.
QString didYouMean(QStringView typed, const QStringList &candidates);

/// Turns the words after the program's name into a call of one command of `table`. `--help` becomes a call of "help",
/// `--version` one of "version", so that every command line that is right ends in a handler.
/// Errors: Usage; the hint names the nearest right word or where the help is.
Result<Invocation> parse(const CommandTable &table, const QStringList &words);

} // namespace qcc::cli
