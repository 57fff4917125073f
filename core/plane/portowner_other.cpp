#include "core/plane/portowner.h"

namespace qcc {

PortOwner ownerOfPort(quint16)
{
    return {};
}

} // namespace qcc
