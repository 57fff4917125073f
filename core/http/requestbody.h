#pragma once

#include "core/base/files.h"
#include "core/base/systemresources.h"
#include "core/http/jsonreader.h"

#include <QByteArrayView>
#include <QIODevice>
#include <QList>
#include <QString>

#include <atomic>
#include <memory>
#include <optional>

namespace qcc {

/// What the request bodies of a process may hold: how much in memory together, and where what is larger lies.
/// Thread: any, once it is set up.
class BodyStore
{
public:
    /// A body beyond this goes to a file, and may be sent on while it arrives. A smaller one is whole before the first attempt, which costs a moment
    /// and spares endpoints half requests.
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

/// The string values of the top-level member "model" of a JSON object.
QList<MemberScan::Found> modelsIn(QByteArrayView json);

/// A request's body as it arrives: in memory while it is small, else in a file that nobody else can open. It can be read while it still
/// arrives, and read again from its beginning.
/// Thread: its connection's. Lifetime: shared by the connection that fills it and the exchange that sends it, of which either may end first.
class RequestBody
{
public:
    /// The most of a body in a file that is kept in memory as well, for who wants to know what the request is about.
    static constexpr qsizetype keptBeginning = 64 * 1024;

    /// `announced`: its size, where the header tells it. `store` outlives it.
    RequestBody(BodyStore &store, std::optional<qint64> announced);
    ~RequestBody();
    Q_DISABLE_COPY_MOVE(RequestBody)

    // What its connection does. A body that has failed stays so.
    /// Makes room for what was announced, where that is much. Returns false where there is none; problem() tells why.
    bool reserve();
    /// Returns false where there is no room; problem() tells why.
    bool append(QByteArrayView bytes);
    /// The same with `bytes` themselves, which are kept instead of a copy where all of it came at once, and sent on instead of being read back.
    bool adopt(QByteArray bytes);
    /// Nothing more will come.
    void complete() { m_complete = true; }

    /// One sentence.
    const QByteArray &problem() const { return m_problem; }
    qint64 size() const { return m_size; }
    /// Once it is known.
    std::optional<qint64> finalSize() const { return m_complete ? std::optional(m_size) : m_announced; }
    bool isComplete() const { return m_complete; }
    bool isInFile() const { return m_file.isOpen(); }
    /// Enough of it is here to begin with, though its end may take long.
    bool mayBegin() const { return isInFile() && m_size >= keptBeginning; }
    qint64 heldInMemory() const { return m_held; }
    /// All that is here while it is in memory; the first keptBeginning bytes of one in a file. Valid until more arrives.
    QByteArrayView beginning() const { return {m_adopted.isEmpty() ? m_memory.data() : m_adopted.constData(), static_cast<qsizetype>(m_held)}; }
    /// The values of its top-level member "model"; of one that is complete all of them.
    QList<MemberScan::Found> models() const;
    /// Up to `most` bytes from `position`; -1 where the disk fails.
    qint64 read(qint64 position, char *into, qint64 most) const;
    /// The same as an array of their own, which is a copy only where it must be; nothing where the disk fails. What came last may be more than `most`.
    std::optional<QByteArray> take(qint64 position, qint64 most);

private:
    bool fail(QByteArray problem);
    bool goToFile();
    bool openFile();
    bool write(QByteArrayView bytes);
    bool keep(QByteArrayView bytes);
    bool makeRoom(qint64 size);
    qint64 latestBegins() const { return m_size - m_latest.size(); }

    BodyStore &m_store;
    std::optional<qint64> m_announced;
    QByteArray m_adopted; ///< All that is held in memory, where it came at once: the very array that was read into.
    MemoryBlock m_memory; ///< The same, where it came in pieces.
    qint64 m_held = 0;    ///< In one of the two, and taken from the store.
    NamelessFile m_file;
    QByteArray m_latest;  ///< Of one in a file the piece that came last, until it is sent on or another one comes. As much as one read, and not counted.
    qint64 m_size = 0;
    bool m_complete = false;
    MemberScan m_scan{"model"}; ///< Of one in a file.
    QByteArray m_problem;
};

/// A piece of a body that is sent instead of what stands there.
struct BodyPatch {
    qint64 at = 0;
    qint64 length = 0;
    QByteArray bytes;
};

/// One attempt's way through a request's body, from its beginning, while it may still arrive. Sequential: read() gives nothing where the next byte
/// is not here yet; readyRead() tells of more.
/// Thread: the body's.
class BodyReader final : public QIODevice
{
    Q_OBJECT

public:
    /// `patches` in order; only of a body that is complete.
    BodyReader(std::shared_ptr<RequestBody> body, QList<BodyPatch> patches, QObject *parent = nullptr);

    /// What read() would give, copied only where it must be, as RequestBody::take(); nothing where that gives -1.
    std::optional<QByteArray> take(qint64 most);

    /// Not all of the body is here.
    bool mayGrow() const { return !m_body->isComplete(); }
    /// More of the body is here, or its end is.
    void bodyGrew() { Q_EMIT readyRead(); }
    /// Everything has been read, and nothing will follow.
    bool isDone() const { return m_body->isComplete() && m_next == m_body->size() && m_patchRead == 0; }

    // QIODevice
    bool isSequential() const override { return true; }
    /// What there will be to read in all; -1 while that is not known.
    qint64 size() const override;
    bool atEnd() const override { return isDone(); }

protected:
    qint64 readData(char *data, qint64 max) override;
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    std::shared_ptr<RequestBody> m_body;
    QList<BodyPatch> m_patches;
    qint64 m_next = 0;      ///< In the body.
    qsizetype m_patch = 0;  ///< The next one.
    qint64 m_patchRead = 0; ///< Of that one.
};

} // namespace qcc
