#include "app/platform/process.h"
#include "app/platform/signals.h"
#include "app/tray/startup.h"
#include "app/tray/trayapp.h"
#include "app/tray/traycore.h"
#include "core/base/visibletext.h"
#include "core/config/paths.h"
#include "core/log/logfile.h"

#include <QApplication>
#include <QIcon>
#include <QScopeGuard>
#include <QSysInfo>

#include <algorithm>

#include <cstdlib>

using namespace qcc;

namespace {

constexpr int failed = 1;

struct Text {
    Q_DECLARE_TR_FUNCTIONS(qcc_tray)
};

/// Qt ends the process with a core dump where there is no screen at all.
bool hasScreen()
{
    return QSysInfo::kernelType() != QStringLiteral("linux") || qEnvironmentVariableIsSet("DISPLAY")
        || qEnvironmentVariableIsSet("WAYLAND_DISPLAY") || qEnvironmentVariableIsSet("QT_QPA_PLATFORM");
}

/// The command line is read before there is a screen: --help must work without one.
CommandLine commandLine(int argc, char *argv[], QStringList &arguments)
{
    const QCoreApplication withoutScreen(argc, argv);
    arguments = QCoreApplication::arguments();
    Translations translations;
    translations.use({});
    const CommandLine line = readCommandLine(arguments);
    if (line.options && !hasScreen())
        return {std::nullopt, {Text::tr("qcc-tray needs a desktop. Without one, use: qcc proxy start")}, failed};
    return line;
}

} // namespace

int main(int argc, char *argv[])
{
    platform::forbidCoreDumps();
    QCoreApplication::setApplicationName(QStringLiteral("qcc-tray"));
    QCoreApplication::setApplicationVersion(QLatin1StringView(QCC_VERSION));
    printQtMessages();
    const Paths paths = Paths::fromEnvironment();
    platform::becomeUserOf(paths.home());
    platform::holdHangups();

    QStringList arguments;
    const CommandLine line = commandLine(argc, argv, arguments);
    if (!line.options) {
        std::ranges::for_each(line.lines, line.exitCode == 0 ? printOut : printError);
        return line.exitCode;
    }

    if (const QString problem = paths.ensureHome(); !problem.isEmpty()) {
        printError(problem);
        return failed;
    }
    TrayCore core(paths, *line.options, arguments);
    // The end of a session and Ctrl+C end it as the menu does, so that running requests may finish.
    core.start([&core](QObject *parent) {
        const auto *stopRequests = new platform::StopRequests(parent);
        QObject::connect(stopRequests, &platform::StopRequests::requested, parent, [&core](int count) { core.requestStop(count); });
        QObject::connect(stopRequests, &platform::StopRequests::reloadRequested, parent, [&core] { core.reload(); });
    });

    QApplication app(argc, argv); // may wait for the desktop
    const auto ended = qScopeGuard([&core] { core.end(); });
    QApplication::setApplicationDisplayName(QStringLiteral("qcc"));
    QApplication::setDesktopFileName(QStringLiteral("qcc"));
    QApplication::setWindowIcon(QIcon(QStringLiteral(":/icons/qcc.svg")));
    QApplication::setQuitOnLastWindowClosed(false);
    if (const Result<void> claimed = core.claimed(); !claimed) {
        printError(claimed.error().message + QLatin1Char(' ') + claimed.error().hint);
        return failed;
    }

    TrayApp tray(core, paths, *line.options);
    tray.start();
    const int code = QApplication::exec();
    if (tray.endsAtOnce())
        std::_Exit(code);
    core.end(); // before what it tells goes
    return code;
}
