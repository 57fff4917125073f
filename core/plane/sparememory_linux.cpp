#include "core/plane/sparememory.h"

#include <cstdlib>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace qcc {

void returnSpareMemory()
{
#ifdef __GLIBC__
    ::malloc_trim(0);
#endif
}

} // namespace qcc
