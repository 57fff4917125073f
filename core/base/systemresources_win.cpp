#include "core/base/systemresources.h"

#include <windows.h>

#include <limits>

namespace qcc {

char *MemoryBlock::takePages(qsizetype size)
{
    return static_cast<char *>(VirtualAlloc(nullptr, static_cast<SIZE_T>(size), MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE));
}

void MemoryBlock::giveBackPages(char *data, qsizetype)
{
    VirtualFree(data, 0, MEM_RELEASE);
}

int raiseDescriptorLimit()
{
    return std::numeric_limits<int>::max(); // Windows has no such limit on sockets.
}

void letOthersGoFirst() { }

int descriptorLimit()
{
    return std::numeric_limits<int>::max();
}

int descriptorsLeft()
{
    return std::numeric_limits<int>::max();
}

BusyTime::~BusyTime() = default;

void BusyTime::begin() { }

std::optional<std::chrono::nanoseconds> BusyTime::soFar() const
{
    return std::nullopt;
}

} // namespace qcc
