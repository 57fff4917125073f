#include "core/base/fileowner.h"

#include <QFile>

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

namespace qcc {

namespace {

QString nameOf(uid_t user)
{
    std::array<char, 4096> space;
    passwd entry{};
    passwd *found = nullptr;
    if (getpwuid_r(user, &entry, space.data(), space.size(), &found) == 0 && found)
        return QString::fromLocal8Bit(found->pw_name);
    return QString::number(user);
}

} // namespace

std::optional<FileOwner> ownerOf(const QString &path, Links links)
{
    const QByteArray name = QFile::encodeName(path);
    struct stat facts{};
    if ((links == Links::Followed ? ::stat(name.constData(), &facts) : ::lstat(name.constData(), &facts)) != 0)
        return std::nullopt;
    FileOwner owner;
    owner.isLink = S_ISLNK(facts.st_mode);
    owner.isOurs = facts.st_uid == ::geteuid();
    if (!owner.isOurs)
        owner.name = nameOf(facts.st_uid);
    // The mode of a link means nothing.
    const bool everybody = (facts.st_mode & S_IWOTH) != 0;
    const bool anotherGroup = (facts.st_mode & S_IWGRP) != 0 && facts.st_gid != ::getegid();
    owner.othersMayWrite = !owner.isLink && (everybody || anotherGroup);
    return owner;
}

} // namespace qcc
