#include "core/keys/keyfile.h"

namespace qcc {

bool isOpenToOthers(const QFileDevice &)
{
    // The access list of the user's profile, which the file inherits, keeps others out; Qt's bits say nothing of it.
    return false;
}

} // namespace qcc
