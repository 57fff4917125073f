#include "tests/support/smalldisk.h"

#include <QFile>

#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace qcc::test {

namespace {

bool write(const char *path, const QByteArray &text)
{
    const int file = ::open(path, O_WRONLY | O_CLOEXEC);
    const bool done = file >= 0 && ::write(file, text.constData(), static_cast<size_t>(text.size())) == text.size();
    if (file >= 0)
        ::close(file);
    return done;
}

constexpr unsigned overridesPermissions = 1u << CAP_DAC_OVERRIDE | 1u << CAP_DAC_READ_SEARCH | 1u << CAP_FOWNER;

} // namespace

void SmallDisk::enter()
{
    const QByteArray user = QByteArray::number(::geteuid());
    const QByteArray group = QByteArray::number(::getegid());
    if (::unshare(CLONE_NEWNS) != 0) {
        // Who is not root may be root of a namespace of his own.
        if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
            return;
        write("/proc/self/setgroups", "deny");
        write("/proc/self/uid_map", "0 " + user + " 1");
        write("/proc/self/gid_map", "0 " + group + " 1");
    }
    // Else what is mounted here would show everywhere.
    ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
}

SmallDisk::SmallDisk(qint64 bytes)
{
    const QByteArray options = "mode=0700,size=" + QByteArray::number(bytes);
    m_mounted = ::mount("qcc-test", QFile::encodeName(path()).constData(), "tmpfs", 0, options.constData()) == 0;
}

SmallDisk::~SmallDisk()
{
    if (m_mounted)
        ::umount2(QFile::encodeName(path()).constData(), MNT_DETACH);
}

void SmallDisk::fill()
{
    const int file = ::open(QFile::encodeName(filePath(QStringLiteral("filler"))).constData(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const QByteArray block(4096, 'x');
    for (size_t size : {size_t(4096), size_t(1)})
        while (::write(file, block.constData(), size) > 0)
            ;
    ::close(file);
}

void SmallDisk::empty()
{
    QFile::remove(filePath(QStringLiteral("filler")));
}

bool SmallDisk::setReadOnly(bool readOnly)
{
    return ::mount(nullptr, QFile::encodeName(path()).constData(), nullptr, readOnly ? MS_REMOUNT | MS_RDONLY : MS_REMOUNT, nullptr) == 0;
}

WithoutPrivileges::WithoutPrivileges()
{
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct data[2] = {};
    ::syscall(SYS_capget, &header, data);
    m_before[0] = data[0].effective;
    m_before[1] = data[1].effective;
    data[0].effective &= ~overridesPermissions;
    ::syscall(SYS_capset, &header, data);
}

WithoutPrivileges::~WithoutPrivileges()
{
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct data[2] = {};
    ::syscall(SYS_capget, &header, data);
    data[0].effective = m_before[0];
    data[1].effective = m_before[1];
    ::syscall(SYS_capset, &header, data);
}

} // namespace qcc::test
