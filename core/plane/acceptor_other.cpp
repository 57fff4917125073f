#include "core/plane/acceptor.h"

namespace qcc {

PortOwner ownerOfPort(quint16)
{
    return {};
}

} // namespace qcc
