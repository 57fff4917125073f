#include "core/base/files.h"

#include <QFile>

namespace qcc {

using namespace Qt::StringLiterals;

Result<QByteArray> readOrdinary(const QString &path, qint64 mostBytes)
{
    QFile file;
    if (const Result<void> opened = openOrdinary(path, file); !opened)
        return opened.error();
    // One byte more tells, whatever size the file said it had.
    const QByteArray text = file.size() > mostBytes ? QByteArray() : file.read(mostBytes + 1);
    if (file.error() != QFileDevice::NoError)
        return Failure{ErrorCode::Failed, file.errorString(), {}};
    if (file.size() > mostBytes || text.size() > mostBytes)
        return Failure{ErrorCode::Failed, u"it is larger than %1 MB"_s.arg(mostBytes / (1024 * 1024)), {}};
    return text;
}

namespace {

bool isNarrow(QFileDevice::Permissions has, QFileDevice::Permissions wanted)
{
    constexpr auto others = QFileDevice::ReadGroup | QFileDevice::WriteGroup | QFileDevice::ExeGroup | QFileDevice::ReadOther | QFileDevice::WriteOther
        | QFileDevice::ExeOther;
    return (has & others) == 0 && (has & wanted) == wanted;
}

} // namespace

bool narrow(QFileDevice &file, QFileDevice::Permissions wanted)
{
    return isNarrow(file.permissions(), wanted) || file.setPermissions(wanted);
}

bool narrow(const QString &path, QFileDevice::Permissions wanted)
{
    return isNarrow(QFile::permissions(path), wanted) || QFile::setPermissions(path, wanted);
}

} // namespace qcc
