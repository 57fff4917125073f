#include "core/base/namelessfile.h"

#include <QFile>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace qcc {

namespace {

QString systemsWords()
{
    return QString::fromLocal8Bit(std::strerror(errno));
}

/// For file systems and kernels that know no file without a name (open(2), O_TMPFILE): it has one for a moment.
int openAndUnlink(const QString &folder)
{
    QByteArray name = QFile::encodeName(folder) + "/body.XXXXXX";
    const int handle = ::mkstemp(name.data());
    if (handle < 0)
        return -1;
    ::unlink(name.constData());
    ::fcntl(handle, F_SETFD, FD_CLOEXEC);
    return handle;
}

} // namespace

NamelessFile::~NamelessFile()
{
    if (isOpen())
        ::close(static_cast<int>(m_handle));
}

QString NamelessFile::open(const QString &folder)
{
    int handle = -1;
#ifdef O_TMPFILE
    handle = ::open(QFile::encodeName(folder).constData(), O_TMPFILE | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
#endif
    if (handle < 0)
        handle = openAndUnlink(folder);
    if (handle < 0)
        return systemsWords();
    m_handle = handle;
    return {};
}

QString NamelessFile::append(QByteArrayView bytes)
{
    while (!bytes.isEmpty()) {
        const ssize_t written = ::pwrite(static_cast<int>(m_handle), bytes.data(), static_cast<size_t>(bytes.size()), m_size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return systemsWords();
        m_size += written;
        bytes = bytes.sliced(written);
    }
    return {};
}

qint64 NamelessFile::read(qint64 position, char *into, qint64 most) const
{
    ssize_t got = -1;
    do
        got = ::pread(static_cast<int>(m_handle), into, static_cast<size_t>(most), position);
    while (got < 0 && errno == EINTR);
    return got;
}

} // namespace qcc
