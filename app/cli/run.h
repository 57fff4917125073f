#pragma once

#include "app/cli/command.h"
#include "app/cli/terminal.h"
#include "core/base/result.h"
#include "core/config/paths.h"
#include "core/keys/keyring.h"

#include <QObject>

class QJsonObject;

namespace qcc::cli {

/// The exit code that belongs to a failure.
Exit exitFor(ErrorCode code);

/// One run of the program: what handlers share, and how they end it.
class Run : public QObject
{
    Q_OBJECT

public:
    Run(const CommandTable &table, Paths paths, Terminal terminal);

    const CommandTable &table() const { return m_table; }
    const Paths &paths() const { return m_paths; }
    Terminal &terminal() { return m_terminal; }
    KeyRing &keys() { return m_keys; }

    void printJson(const QJsonObject &object);

    /// Ends the program; only the first call counts.
    void finish(Exit code = Exit::Done);
    /// Prints the failure and ends the program with the exit code that belongs to it.
    void fail(const Failure &failure);
    void fail(const Failure &failure, Exit code);

Q_SIGNALS:
    void finished(int exitCode);

private:
    const CommandTable &m_table;
    Paths m_paths;
    Terminal m_terminal;
    KeyRing m_keys;
    bool m_finished = false;
};

} // namespace qcc::cli
