#include "core/base/files.h"

#include "core/base/userplaces.h"

#include <QFile>
#include <QFileInfo>

#include <fcntl.h>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace qcc {

using namespace Qt::StringLiterals;

std::optional<FileIdentity> identityOf(const QString &path)
{
    struct stat facts{};
    return ::stat(QFile::encodeName(path).constData(), &facts) == 0 ? std::optional(FileIdentity(facts.st_dev, facts.st_ino)) : std::nullopt;
}

std::optional<FileIdentity> identityOf(std::FILE *open)
{
    struct stat facts{};
    return ::fstat(::fileno(open), &facts) == 0 ? std::optional(FileIdentity(facts.st_dev, facts.st_ino)) : std::nullopt;
}

namespace {

/// Whether it is the group that the system has made for this user alone: one of his name, with nobody else in it.
bool isPrivateGroup(gid_t group)
{
    std::array<char, 16384> space;
    ::group entry{};
    ::group *found = nullptr;
    if (group != ::getegid() || getgrgid_r(group, &entry, space.data(), space.size(), &found) != 0 || !found)
        return false;
    const QString user = userName(::geteuid());
    const auto isUser = [&user](const char *name) { return QString::fromLocal8Bit(name) == user; };
    if (!isUser(found->gr_name))
        return false;
    for (char **member = found->gr_mem; *member; ++member) {
        if (!isUser(*member))
            return false;
    }
    return true;
}

FileOwner ownerIn(const struct stat &facts)
{
    FileOwner owner;
    owner.isLink = S_ISLNK(facts.st_mode);
    owner.isOurs = facts.st_uid == ::geteuid();
    owner.isRoots = facts.st_uid == 0;
    owner.isSticky = (facts.st_mode & S_ISVTX) != 0;
    if (!owner.isOurs)
        owner.name = userName(facts.st_uid);
    // The mode of a link means nothing.
    if (!owner.isLink)
        owner.othersMayWrite = (facts.st_mode & S_IWOTH) != 0 || ((facts.st_mode & S_IWGRP) != 0 && !isPrivateGroup(facts.st_gid));
    return owner;
}

} // namespace

std::optional<FileOwner> ownerOf(const QString &path, Links links)
{
    const QByteArray name = QFile::encodeName(path);
    struct stat facts{};
    if ((links == Links::Followed ? ::stat(name.constData(), &facts) : ::lstat(name.constData(), &facts)) != 0)
        return std::nullopt;
    return ownerIn(facts);
}

std::optional<FileOwner> ownerOf(const QFile &open)
{
    struct stat facts{};
    return ::fstat(open.handle(), &facts) == 0 ? std::optional(ownerIn(facts)) : std::nullopt;
}

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
