#include "app/cli/launch.h"

#include "app/cli/command.h"
#include "app/platform/process.h"
#include "core/base/replacefile.h"
#include "core/service/proxyservice.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QProcess>
#include <QTimer>

namespace qcc::cli {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

std::optional<NamedProcess> namedProcess(const QString &path, const QString &noun)
{
    const QJsonObject content = readPidFile(path);
    const qint64 pid = content.value("pid"_L1).toInteger();
    if (const std::optional<platform::ProcessInfo> process = platform::livingProcess(pid)) {
        const bool tray = process->program == "qcc-tray"_L1;
        // Where the system tells no arguments the program's name has to do.
        const bool command = process->program == "qcc"_L1
            && (process->arguments.isEmpty() || process->arguments.first() == noun);
        if (tray || command)
            return NamedProcess{pid, process->program, content};
    }
    return std::nullopt;
}

namespace {

constexpr auto kInterval = 20ms;
constexpr auto kDeadline = 15s;

/// Errors: WriteFailed.
Result<void> writeReport(const QString &path, const LaunchReport &report)
{
    // Atomic, so that the watcher never reads half of it.
    const QByteArray text = QJsonDocument(toJson(report)).toJson(QJsonDocument::Compact);
    if (replaceFile(path, text, QFile::ReadOwner | QFile::WriteOwner, Links::AsTheyAre).isEmpty())
        return {};
    return Failure{ErrorCode::WriteFailed, u"The report file %1 could not be written."_s.arg(path), {}};
}

} // namespace

QJsonObject toJson(const LaunchReport &report)
{
    return {{u"ok"_s, report.ok},           {u"exit"_s, static_cast<int>(report.exit)},
            {u"message"_s, report.message}, {u"hint"_s, report.hint},
            {u"address"_s, report.address}, {u"cluster"_s, report.cluster},
            {u"port"_s, report.port}};
}

Result<LaunchReport> parseLaunchReport(const QByteArray &text)
{
    const QJsonObject object = QJsonDocument::fromJson(text).object();
    if (!object.value("ok"_L1).isBool())
        return Failure{ErrorCode::Failed, u"There is no whole report."_s, {}};
    return LaunchReport{object.value("ok"_L1).toBool(),
                        static_cast<Exit>(object.value("exit"_L1).toInt()),
                        object.value("message"_L1).toString(),
                        object.value("hint"_L1).toString(),
                        object.value("address"_L1).toString(),
                        object.value("cluster"_L1).toString(),
                        static_cast<quint16>(object.value("port"_L1).toInt())};
}

LaunchReport failureReport(const Failure &failure, Exit exit)
{
    return LaunchReport{.exit = exit, .message = failure.message, .hint = failure.hint};
}

Option reportOption()
{
    return Option{.name = u"report"_s,
                  .help = u"Where a background process reports that it is ready."_s,
                  .value = {.placeholder = u"FILE"_s},
                  .hidden = true};
}

void announce(Run &run, const Invocation &call, const LaunchReport &report)
{
    const std::optional<QString> file = call.value("report"_L1);
    if (!file) {
        if (report.ok)
            run.terminal().line(report.message);
        else
            run.fail({ErrorCode::Failed, report.message, report.hint}, report.exit);
        return;
    }
    if (const Result<void> written = writeReport(*file, report); !written)
        return run.fail(written.error());
    if (!report.ok)
        run.finish(report.exit);
}

Launch::Launch(const Paths &paths, QStringList arguments, QObject *parent)
    : QObject(parent)
    , m_paths(paths)
    , m_arguments(std::move(arguments))
    , m_report(m_paths.home() + "/launch-XXXXXX.json"_L1)
    , m_timer(new QTimer(this))
{
    m_timer->setInterval(kInterval);
    connect(m_timer, &QTimer::timeout, this, &Launch::look);
}

void Launch::start()
{
    if (const QString wrong = m_paths.ensureHome(); !wrong.isEmpty())
        return end(failureReport({ErrorCode::WriteFailed, wrong, u"Set QCC_HOME to a folder that you may write to."_s}, Exit::Failed));
    // A disk without room for the report would leave nothing to say why.
    constexpr qsizetype room = 16 * 1024;
    if (!m_report.open() || m_report.write(QByteArray(room, ' ')) != room || !m_report.flush() || !m_report.resize(0)) {
        return end(failureReport({ErrorCode::WriteFailed, u"No file can be written in %1."_s.arg(m_paths.home()),
                                  u"Check the permissions of the folder and the space on the disk."_s},
                                 Exit::Failed));
    }
    m_report.close();

    QProcess process;
    process.setProgram(QCoreApplication::applicationFilePath());
    process.setArguments(m_arguments + QStringList{u"--report"_s, m_report.fileName()});
    process.setStandardInputFile(QProcess::nullDevice());
    process.setStandardOutputFile(QProcess::nullDevice());
    process.setStandardErrorFile(QProcess::nullDevice());
    // It outlives the folder it was started from, so it must neither hold that nor depend on it.
    process.setWorkingDirectory(QDir::rootPath());
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"QCC_HOME"_s, QDir(m_paths.home()).absolutePath());
    process.setProcessEnvironment(environment);
    platform::separateFromTerminal(process);
    if (!process.startDetached(&m_pid)) {
        return end(failureReport({ErrorCode::Failed, u"The background process could not be started."_s,
                                  u"Try it with --foreground."_s},
                                 Exit::Failed));
    }
    m_since.start();
    m_timer->start();
}

void Launch::look()
{
    const auto report = [this]() -> Result<LaunchReport> {
        QFile file(m_report.fileName());
        if (!file.open(QIODevice::ReadOnly))
            return Failure{};
        return parseLaunchReport(file.readAll());
    };
    // In this order: a process that reports and ends between the two looks has reported.
    const bool alive = platform::livingProcess(m_pid).has_value();
    if (const Result<LaunchReport> told = report())
        return end(*told);
    if (!alive) {
        return end(failureReport({ErrorCode::Failed, u"The background process ended before it was ready."_s,
                                  u"Try it with --foreground, or see `qcc proxy logs`."_s},
                                 Exit::Failed));
    }
    if (m_since.hasExpired(std::chrono::milliseconds(kDeadline).count())) {
        platform::forceEnd(m_pid);
        return end(failureReport(
            {ErrorCode::Timeout, u"The background process was not ready within 15 seconds and was ended."_s,
             u"Try it with --foreground, or see `qcc proxy logs`."_s},
            Exit::Failed));
    }
}

void Launch::end(const LaunchReport &report)
{
    m_timer->stop();
    Q_EMIT finished(report);
}

} // namespace qcc::cli
