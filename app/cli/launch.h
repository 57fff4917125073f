#pragma once

#include "app/cli/command.h"
#include "core/base/result.h"
#include "core/config/paths.h"

#include <QElapsedTimer>
#include <QJsonObject>
#include <QObject>
#include <QString>
#include <QTemporaryFile>

#include <optional>

class QTimer;

namespace qcc::cli {

class Run;

/// A process of qcc that a pid file names and that is really there.
struct NamedProcess {
    qint64 pid = 0;
    QString program;  ///< "qcc" or "qcc-tray".
    QJsonObject file; ///< All that the file says.
};

/// The living process of qcc that the pid file `path` names and that was started as "qcc `noun` …" or is the tray. The file
/// of a process that died without removing it names none, though its number may belong to a stranger by now.
std::optional<NamedProcess> namedProcess(const QString &path, const QString &noun);

/// What a process in the background tells the one that started it: it is ready, or why it never will be.
struct LaunchReport {
    bool ok = false;
    Exit exit = Exit::Failed;
    QString message = {}; ///< One sentence, of success too.
    QString hint = {};
    QString address = {};
    QString cluster = {};
    quint16 port = 0;
};

QJsonObject toJson(const LaunchReport &report);
/// Errors: Failed when `text` is not a whole report (yet).
Result<LaunchReport> parseLaunchReport(const QByteArray &text);
LaunchReport failureReport(const Failure &failure, Exit exit);

/// The hidden option `--report FILE` by which a background process knows that it is one, and whom to tell.
Option reportOption();
/// Tells `report` to whoever started this process: the file of `--report`, else the terminal. A failed one also ends the
/// run; after a good one it goes on.
void announce(Run &run, const Invocation &call, const LaunchReport &report);

/// This very program, started once more as a process of its own session, watched until it is ready.
class Launch : public QObject
{
    Q_OBJECT

public:
    /// `arguments` call a command that has reportOption().
    Launch(const Paths &paths, QStringList arguments, QObject *parent);

    void start();

Q_SIGNALS:
    /// Exactly once. A process that is not ready in time has been ended.
    void finished(const qcc::cli::LaunchReport &report);

private:
    void look();
    void end(const LaunchReport &report);

    Paths m_paths;
    QStringList m_arguments;
    QTemporaryFile m_report;
    QTimer *m_timer;
    QElapsedTimer m_since;
    qint64 m_pid = 0;
};

} // namespace qcc::cli
