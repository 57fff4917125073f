#include "core/service/pidfile.h"

#include "core/base/ordinaryfile.h"
#include "core/base/replacefile.h"

#include <QFile>
#include <QJsonDocument>

namespace qcc {

namespace {

constexpr qint64 longest = 64 * 1024;

} // namespace

Result<void> writePidFile(const QString &path, const QJsonObject &content)
{
    const QByteArray text = QJsonDocument(content).toJson(QJsonDocument::Compact) + '\n';
    const QString problem = replaceFile(path, text, QFile::ReadOwner | QFile::WriteOwner, Links::AsTheyAre);
    if (problem.isEmpty())
        return {};
    return Failure{ErrorCode::WriteFailed, QStringLiteral("cannot write %1: %2").arg(path, problem),
                   QStringLiteral("Check that the folder is writable and the disk is not full.")};
}

QJsonObject readPidFile(const QString &path)
{
    const Result<QByteArray> text = readOrdinary(path, longest);
    return text ? QJsonDocument::fromJson(*text).object() : QJsonObject();
}

} // namespace qcc
