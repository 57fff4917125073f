#include "core/base/memoryblock.h"

#include <sys/mman.h>

namespace qcc {

char *MemoryBlock::takePages(qsizetype size)
{
    const auto length = static_cast<std::size_t>(size);
    void *pages = ::mmap(nullptr, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED)
        return nullptr;
#ifdef MADV_NOHUGEPAGE
    // Else the first byte of a body that never comes would cost two megabytes.
    ::madvise(pages, length, MADV_NOHUGEPAGE);
#endif
    return static_cast<char *>(pages);
}

void MemoryBlock::giveBackPages(char *data, qsizetype size)
{
    ::munmap(data, static_cast<std::size_t>(size));
}

} // namespace qcc
