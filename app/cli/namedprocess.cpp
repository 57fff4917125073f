#include "app/cli/namedprocess.h"

#include "app/platform/process.h"
#include "core/service/pidfile.h"

namespace qcc::cli {

using namespace Qt::StringLiterals;

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

} // namespace qcc::cli
