#pragma once

#include <QByteArrayView>

#include <atomic>
#include <chrono>
#include <optional>
#include <utility>

namespace qcc {

/// A block of memory of a fixed size, asked for by a call that can fail, where Qt's byte arrays end the process. A large one is made of pages of its
/// own: what is not written to costs nothing, and all of it goes back to the system at once, whatever lies around it. But each of these pages is new, and
/// the first write to it costs twenty times what the copying does, so that the many that are not large lie where others have lain.
class MemoryBlock
{
public:
    /// From here on a block has pages of its own.
    static constexpr qsizetype pagesFrom = 1024 * 1024;

    MemoryBlock() = default;
    /// isNull() where there is no memory.
    explicit MemoryBlock(qsizetype size);
    ~MemoryBlock();
    MemoryBlock(MemoryBlock &&other) noexcept : m_data(std::exchange(other.m_data, nullptr)), m_size(std::exchange(other.m_size, 0)) { }
    MemoryBlock &operator=(MemoryBlock &&other) noexcept
    {
        std::swap(m_data, other.m_data);
        std::swap(m_size, other.m_size);
        return *this;
    }
    MemoryBlock(const MemoryBlock &) = delete;
    MemoryBlock &operator=(const MemoryBlock &) = delete;

    bool isNull() const { return !m_data; }
    char *data() { return m_data; }
    const char *data() const { return m_data; }
    qsizetype size() const { return m_size; }

private:
    // Null where there is no memory.
    static char *takePages(qsizetype size);
    static void giveBackPages(char *data, qsizetype size);

    char *m_data = nullptr;
    qsizetype m_size = 0;
};

/// Gives memory that was freed back to the system, where the allocator keeps it in pieces between what lives on. Takes a millisecond or a few, in
/// which other threads may have to wait for memory. Does nothing where the allocator has no such thing. Fewer arenas or fixed thresholds would do,
/// too, and cost a quarter of the throughput. Thread: any.
void returnFreeMemory();

/// Lets this process hold as many descriptors as the system allows it; two are needed for each running request. Returns how many.
int raiseDescriptorLimit();

/// How many descriptors this process may hold.
int descriptorLimit();
/// How many more it can open now: at least so many, where the system numbers them from the lowest free one.
int descriptorsLeft();
/// Whether one more may be opened for a request: the last few are kept for the control socket, by which qcc is asked how it does and stopped.
inline bool mayOpenForRequest()
{
    return descriptorsLeft() >= 6;
}
/// Whether a thread may be started now. Each needs descriptors of its own, and GLib and Qt end the process where it gets none.
inline bool mayStartThread()
{
    return descriptorsLeft() >= 8;
}

/// Lets the calling thread wait where others want the processors: it then gets a tenth of what they do. Does nothing where the system knows no such
/// thing of a thread (all but Linux).
void letOthersGoFirst();

/// How long a thread has been at work or has waited for a processor, which is the same to those who wait for it.
/// Thread: begin() belongs to that thread, all else to any.
class BusyTime
{
public:
    BusyTime() = default;
    ~BusyTime();
    Q_DISABLE_COPY_MOVE(BusyTime)

    /// Of the calling thread. Keeps a descriptor.
    void begin();
    /// Nothing before begin(), and where the system does not tell (all but Linux).
    std::optional<std::chrono::nanoseconds> soFar() const;

private:
    std::atomic<int> m_file = -1;
};

} // namespace qcc
