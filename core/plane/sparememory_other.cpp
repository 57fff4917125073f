#include "core/plane/sparememory.h"

namespace qcc {

void returnSpareMemory()
{
    // The allocators of these systems see to it themselves.
}

} // namespace qcc
