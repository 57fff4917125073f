#pragma once

#include <QString>

#include <sys/types.h>

namespace qcc {

/// What `user` is called; the number where it has no name.
QString userName(uid_t user);

} // namespace qcc
