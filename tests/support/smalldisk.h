#pragma once

#include <QString>
#include <QTemporaryDir>

namespace qcc::test {

/// A real file system of its own that is as small as a test wants it and can be made read-only: a tmpfs in a mount namespace of this process.
class SmallDisk
{
public:
    /// Once, before the process has a second thread (initMain). Leaves the process unable to mount where the system forbids it.
    static void enter();

    explicit SmallDisk(qint64 bytes);
    ~SmallDisk();
    Q_DISABLE_COPY_MOVE(SmallDisk)

    /// False: the system forbids it, for a QSKIP.
    bool isMounted() const { return m_mounted; }
    QString path() const { return m_place.path(); }
    QString filePath(const QString &name) const { return m_place.filePath(name); }
    /// Takes what room there is left, to the last byte.
    void fill();
    /// Gives it back.
    void empty();
    bool setReadOnly(bool readOnly);

private:
    QTemporaryDir m_place;
    bool m_mounted = false;
};

/// While it lives, root obeys the permissions of files on this thread, as everybody else has to.
class WithoutPrivileges
{
public:
    WithoutPrivileges();
    ~WithoutPrivileges();
    Q_DISABLE_COPY_MOVE(WithoutPrivileges)

private:
    unsigned m_before[2] = {};
};

} // namespace qcc::test
