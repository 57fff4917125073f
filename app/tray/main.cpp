#include "app/platform/signals.h"
#include "app/tray/options.h"
#include "app/tray/trayapp.h"
#include "core/config/paths.h"

#include <QApplication>
#include <QIcon>
#include <QLibraryInfo>
#include <QLocale>
#include <QLockFile>
#include <QSysInfo>
#include <QTextStream>
#include <QTranslator>

using namespace qcc;

namespace {

constexpr int failed = 1;

struct Text {
    Q_DECLARE_TR_FUNCTIONS(qcc_tray)
};

void installTranslations(QTranslator &own, QTranslator &qt)
{
    if (own.load(QLocale(), QStringLiteral("qcc"), QStringLiteral("_"), QStringLiteral(":/i18n")))
        QCoreApplication::installTranslator(&own);
    if (qt.load(QLocale(), QStringLiteral("qtbase"), QStringLiteral("_"), QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
        QCoreApplication::installTranslator(&qt);
}

/// Qt ends the process with a core dump where there is no screen at all.
bool hasScreen()
{
    return QSysInfo::kernelType() != QStringLiteral("linux") || qEnvironmentVariableIsSet("DISPLAY")
        || qEnvironmentVariableIsSet("WAYLAND_DISPLAY") || qEnvironmentVariableIsSet("QT_QPA_PLATFORM");
}

/// The command line is read before there is a screen: --help must work without one.
CommandLine commandLine(int argc, char *argv[])
{
    const QCoreApplication withoutScreen(argc, argv);
    QTranslator own;
    QTranslator qt;
    installTranslations(own, qt);
    const CommandLine line = readCommandLine(QCoreApplication::arguments());
    if (line.options && !hasScreen())
        return {std::nullopt, Text::tr("qcc-tray needs a desktop. Without one, use: qcc proxy start") + QLatin1Char('\n'), failed};
    return line;
}

} // namespace

int main(int argc, char *argv[])
{
    QCoreApplication::setApplicationName(QStringLiteral("qcc-tray"));
    QCoreApplication::setApplicationVersion(QLatin1StringView(QCC_VERSION));
    QTextStream out(stdout);
    QTextStream err(stderr);

    const CommandLine line = commandLine(argc, argv);
    if (!line.options) {
        (line.exitCode == 0 ? out : err) << line.text;
        return line.exitCode;
    }

    QApplication app(argc, argv);
    QApplication::setApplicationDisplayName(QStringLiteral("qcc"));
    QApplication::setDesktopFileName(QStringLiteral("qcc"));
    QApplication::setWindowIcon(QIcon(QStringLiteral(":/icons/qcc.svg")));
    QApplication::setQuitOnLastWindowClosed(false);
    QTranslator own;
    QTranslator qt;
    installTranslations(own, qt);

    const Paths paths = Paths::fromEnvironment();
    if (const QString problem = paths.ensureHome(); !problem.isEmpty()) {
        err << problem << '\n';
        return failed;
    }
    QLockFile onlyOne(paths.home() + QStringLiteral("/tray.lock"));
    onlyOne.setStaleLockTime(0);
    if (!onlyOne.tryLock(0)) {
        out << Text::tr("qcc-tray is running already; its icon is in the tray.") << '\n';
        return 0;
    }

    TrayApp tray(paths, *line.options);
    // The end of a session and Ctrl+C end it as the menu does, so that running requests may finish.
    const platform::StopRequests stopRequests;
    QObject::connect(&stopRequests, &platform::StopRequests::requested, &tray, &TrayApp::quit);
    tray.start();
    return QApplication::exec();
}
