#pragma once

#include <QString>
#include <QStringList>

#include <optional>

namespace qcc {

/// What the command line of qcc-tray says.
struct TrayOptions {
    bool hidden = false;      ///< Say nothing at the start; used by autostart.
    bool waitForTray = false; ///< A tray may come later than this program.
    std::optional<QString> cluster;
    std::optional<quint16> port;
};

/// A command line that was read: options, or the lines to print and the exit code.
struct CommandLine {
    std::optional<TrayOptions> options;
    QStringList lines;
    int exitCode = 0;
};

/// Reads `arguments`, the program's name first. Needs a QCoreApplication for its help text, and no desktop.
CommandLine readCommandLine(const QStringList &arguments);

} // namespace qcc
