#include "core/base/memoryblock.h"

#include <windows.h>

namespace qcc {

char *MemoryBlock::takePages(qsizetype size)
{
    return static_cast<char *>(VirtualAlloc(nullptr, static_cast<SIZE_T>(size), MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE));
}

void MemoryBlock::giveBackPages(char *data, qsizetype)
{
    VirtualFree(data, 0, MEM_RELEASE);
}

} // namespace qcc
