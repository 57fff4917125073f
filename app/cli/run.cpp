#include "app/cli/run.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace qcc::cli {

Exit exitFor(ErrorCode code)
{
    switch (code) {
    case ErrorCode::Usage:
        return Exit::Usage;
    case ErrorCode::NotRunning:
        return Exit::NotRunning;
    case ErrorCode::AlreadyRunning:
        return Exit::AlreadyRunning;
    default:
        return Exit::Failed;
    }
}

Run::Run(const CommandTable &table, Paths paths, Terminal terminal)
    : m_table(table)
    , m_paths(std::move(paths))
    , m_terminal(terminal)
    , m_keys(m_paths.keyFile(), systemKeychain())
{
}

void Run::printJson(const QJsonObject &object)
{
    m_terminal.lines(QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Indented)));
}

void Run::finish(Exit code)
{
    if (std::exchange(m_finished, true))
        return;
    Q_EMIT finished(static_cast<int>(code));
}

void Run::fail(const Failure &failure)
{
    fail(failure, exitFor(failure.code));
}

void Run::fail(const Failure &failure, Exit code)
{
    m_terminal.error(failure.message, failure.hint);
    finish(code);
}

} // namespace qcc::cli
