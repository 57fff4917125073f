#pragma once

#include <QString>

#include <atomic>

namespace qcc {

/// What the request bodies of a process may hold: how much in memory together, and where what is larger lies.
/// Thread: any, once it is set up.
class BodyStore
{
public:
    /// A body beyond this goes to a file.
    static constexpr qint64 mostInMemory = qint64(8) * 1024 * 1024;
    static constexpr qint64 mostInMemoryTogether = qint64(256) * 1024 * 1024;

    explicit BodyStore(QString folder = {}, qint64 together = mostInMemoryTogether) : m_folder(std::move(folder)), m_together(together) { }

    /// Where files are made. Before the first body.
    void setFolder(const QString &folder) { m_folder = folder; }
    void setMost(qint64 together) { m_together = together; }
    const QString &folder() const { return m_folder; }

    /// `bytes` more are held in memory; false, and nothing changed, where that is too much.
    bool take(qint64 bytes)
    {
        if (m_held.fetch_add(bytes) + bytes <= m_together)
            return true;
        m_held -= bytes;
        return false;
    }
    void giveBack(qint64 bytes) { m_held -= bytes; }
    qint64 held() const { return m_held; }

private:
    QString m_folder;
    std::atomic<qint64> m_together;
    std::atomic<qint64> m_held{0};
};

} // namespace qcc
