#pragma once

#include "core/base/memoryblock.h"
#include "core/base/namelessfile.h"
#include "core/http/bodystore.h"
#include "core/http/memberscan.h"

#include <QByteArrayView>
#include <QString>

#include <optional>

namespace qcc {

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
    /// Makes room for what was announced. Returns false where there is none; problem() tells why.
    bool reserve();
    /// Returns false where there is no room; problem() tells why.
    bool append(QByteArrayView bytes);
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
    QByteArrayView beginning() const { return {m_memory.data(), static_cast<qsizetype>(m_held)}; }
    /// The values of its top-level member "model"; of one that is complete all of them.
    QList<MemberScan::Found> models() const;
    /// Up to `most` bytes from `position`; -1 where the disk fails.
    qint64 read(qint64 position, char *into, qint64 most) const;

private:
    bool fail(QByteArray problem);
    bool goToFile();
    bool openFile();
    bool write(QByteArrayView bytes);
    bool keep(QByteArrayView bytes);
    bool makeRoom(qint64 size);

    BodyStore &m_store;
    std::optional<qint64> m_announced;
    MemoryBlock m_memory;
    qint64 m_held = 0; ///< Of m_memory, and taken from the store.
    NamelessFile m_file;
    qint64 m_size = 0;
    bool m_complete = false;
    MemberScan m_scan{"model"}; ///< Of one in a file.
    QByteArray m_problem;
};

} // namespace qcc
