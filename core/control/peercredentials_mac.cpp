#include "core/control/peercredentials.h"

#include <sys/types.h>
#include <unistd.h>

namespace qcc {

bool isOurUsers(qintptr descriptor)
{
    uid_t user = 0;
    gid_t group = 0;
    return getpeereid(static_cast<int>(descriptor), &user, &group) == 0 && (user == geteuid() || user == 0);
}

} // namespace qcc
