#include "core/upstream/tcpstate.h"

namespace qcc {

std::optional<TcpState> tcpState(qintptr)
{
    return std::nullopt;
}

} // namespace qcc
