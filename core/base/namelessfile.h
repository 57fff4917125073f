#pragma once

#include <QByteArrayView>
#include <QString>

namespace qcc {

/// A file that only this process can open, and that is gone with it, however it ends: it has no name (on Windows a name that goes with the
/// last handle). Mode 0600.
class NamelessFile
{
public:
    NamelessFile() = default;
    ~NamelessFile();
    Q_DISABLE_COPY_MOVE(NamelessFile)

    /// Makes one on the disk of `folder`. Returns why not, in the system's words; empty: it is there.
    QString open(const QString &folder);
    bool isOpen() const { return m_handle != invalid; }

    /// Writes behind what is there. Returns why not all of it could be written; empty: it is there.
    QString append(QByteArrayView bytes);
    qint64 size() const { return m_size; }
    /// Reads up to `most` bytes from `position`. Returns how many; -1 where the disk does not give them.
    qint64 read(qint64 position, char *into, qint64 most) const;

private:
    static constexpr qintptr invalid = -1;

    qintptr m_handle = invalid;
    qint64 m_size = 0;
};

} // namespace qcc
