#include "core/service/portowner.h"

namespace qcc {

PortOwner ownerOfPort(quint16)
{
    return {};
}

} // namespace qcc
