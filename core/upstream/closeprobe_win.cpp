#include "core/upstream/closeprobe.h"

namespace qcc {

// Winsock reports a reset through recv() alone, and Qt keeps that to itself: the close counts as clean here.
CloseProbe::CloseProbe(qintptr) : m_handle(-1) { }
CloseProbe::~CloseProbe() = default;

bool CloseProbe::wasReset() const
{
    return false;
}

QByteArray CloseProbe::unread() const
{
    return {};
}

CloseProbe::Taken CloseProbe::requestTaken()
{
    return Taken::Maybe;
}

} // namespace qcc
