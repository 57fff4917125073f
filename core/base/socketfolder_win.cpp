#include "core/base/socketfolder.h"

namespace qcc {

bool takesSockets(const QString &)
{
    return true; // pipes have names of their own
}

} // namespace qcc
