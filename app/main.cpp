#include "app/cli/command.h"
#include "app/cli/commands.h"
#include "app/cli/parse.h"
#include "app/platform/process.h"
#include "app/platform/signals.h"
#include "core/base/eventdispatcher.h"
#include "core/config/paths.h"
#include "core/log/logfile.h"

#include <QAbstractEventDispatcher>
#include <QCoreApplication>

int main(int argc, char *argv[])
{
    using namespace qcc;

    platform::forbidCoreDumps();
    printQtMessages();
    const Paths paths = Paths::fromEnvironment();
    platform::becomeUserOf(paths.home());
    platform::holdHangups();
    // This is the core thread of a proxy in the foreground.
    if (std::unique_ptr<QAbstractEventDispatcher> dispatcher = makeEventDispatcher())
        QCoreApplication::setEventDispatcher(dispatcher.release());
    QCoreApplication app(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("qcc"));
    QCoreApplication::setApplicationVersion(QStringLiteral(QCC_VERSION));
    platform::prepareConsole();

    const cli::CommandTable table = cli::commandTable();
    cli::Run run(table, paths, cli::Terminal::standard());
    QObject::connect(&run, &cli::Run::finished, &app, &QCoreApplication::exit, Qt::QueuedConnection);

    const Result<cli::Invocation> call = cli::parse(table, QCoreApplication::arguments().mid(1));
    if (!call || !call->has(QLatin1StringView("foreground")))
        platform::releaseHangups();
    const QString wrongHome = call && call->command->usesHome ? homeOwnerProblem(run.paths().home()) : QString();
    if (!call)
        run.fail(call.error());
    else if (!wrongHome.isEmpty())
        run.fail({ErrorCode::NotAllowed, wrongHome, {}});
    else
        call->command->handler(*call, run);
    return QCoreApplication::exec();
}
