#include "core/base/systemresources.h"

#include <cstdlib>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace qcc {

MemoryBlock::MemoryBlock(qsizetype size)
    : m_data(size >= pagesFrom ? takePages(size) : static_cast<char *>(std::malloc(static_cast<std::size_t>(qMax<qsizetype>(size, 1)))))
    , m_size(m_data ? size : 0)
{
}

MemoryBlock::~MemoryBlock()
{
    if (m_size >= pagesFrom)
        giveBackPages(m_data, m_size);
    else
        std::free(m_data);
}

void returnFreeMemory()
{
#ifdef __GLIBC__
    ::malloc_trim(0);
#endif
}

} // namespace qcc
