#include "core/base/ordinaryfile.h"

#include <QFile>
#include <QFileInfo>

namespace qcc {

using namespace Qt::StringLiterals;

Result<void> openOrdinary(const QString &path, QFile &file)
{
    // Pipes and devices have names of their own here and cannot stand in a file's place.
    if (!QFileInfo(path).isFile())
        return Failure{ErrorCode::Failed, u"it is no file"_s, {}};
    file.setFileName(path);
    if (!file.open(QIODevice::ReadOnly))
        return Failure{ErrorCode::Failed, file.errorString(), {}};
    return {};
}

} // namespace qcc
