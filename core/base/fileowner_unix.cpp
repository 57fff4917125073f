#include "core/base/fileowner.h"

#include "core/base/username_unix.h"

#include <QFile>

#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

namespace qcc {

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

} // namespace qcc
