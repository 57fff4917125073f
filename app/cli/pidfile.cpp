#include "app/cli/pidfile.h"

#include "app/platform/process.h"

#include <QFile>
#include <QJsonDocument>
#include <QSaveFile>

namespace qcc::cli {

using namespace Qt::StringLiterals;

std::optional<NamedProcess> namedProcess(const QString &path, const QString &noun)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return std::nullopt;
    const QJsonObject content = QJsonDocument::fromJson(file.readAll()).object();
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

Result<void> writePidFile(const QString &path, const QJsonObject &content)
{
    QSaveFile file(path);
    const QByteArray text = QJsonDocument(content).toJson(QJsonDocument::Compact) + '\n';
    if (file.open(QIODevice::WriteOnly)
        && file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner) && file.write(text) == text.size()
        && file.commit())
        return {};
    return Failure{ErrorCode::WriteFailed, u"%1 could not be written: %2."_s.arg(path, file.errorString()),
                   u"Check the permissions of the folder and the space on the disk."_s};
}

} // namespace qcc::cli
