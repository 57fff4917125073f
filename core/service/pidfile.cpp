#include "core/service/pidfile.h"

#include "core/base/commitfile.h"

#include <QFile>
#include <QJsonDocument>
#include <QSaveFile>

namespace qcc {

Result<void> writePidFile(const QString &path, const QJsonObject &content)
{
    QSaveFile file(path);
    const auto failed = [&] {
        return Failure{ErrorCode::WriteFailed, QStringLiteral("cannot write %1: %2").arg(path, file.errorString()),
                       QStringLiteral("Check that the folder is writable and the disk is not full.")};
    };
    if (!file.open(QIODevice::WriteOnly))
        return failed();
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    const QByteArray text = QJsonDocument(content).toJson(QJsonDocument::Compact) + '\n';
    if (file.write(text) != text.size() || !commitFile(file))
        return failed();
    return {};
}

QJsonObject readPidFile(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return QJsonDocument::fromJson(file.readAll()).object();
}

} // namespace qcc
