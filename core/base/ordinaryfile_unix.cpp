#include "core/base/ordinaryfile.h"

#include <QFile>
#include <QFileInfo>

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace qcc {

using namespace Qt::StringLiterals;

Result<void> openOrdinary(const QString &path, QFile &file)
{
    const Failure noFile{ErrorCode::Failed, u"it is no file"_s, {}};
    // Asked before, since some devices are set going by being opened, and after, since something else may stand there by then.
    if (!QFileInfo(path).isFile())
        return noFile;
    const int descriptor = ::open(QFile::encodeName(path).constData(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (descriptor < 0)
        return Failure{ErrorCode::Failed, QString::fromLocal8Bit(std::strerror(errno)), {}};
    struct stat opened{};
    const bool ordinary = ::fstat(descriptor, &opened) == 0 && S_ISREG(opened.st_mode);
    if (ordinary && file.open(descriptor, QIODevice::ReadOnly, QFileDevice::AutoCloseHandle))
        return {};
    ::close(descriptor);
    return noFile;
}

} // namespace qcc
