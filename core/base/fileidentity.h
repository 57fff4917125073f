#pragma once

#include <QString>

#include <cstdio>
#include <optional>
#include <utility>

namespace qcc {

/// Which file it is, whatever it is called by now.
using FileIdentity = std::pair<quint64, quint64>;

/// Nothing where there is no such file, or where the system takes no name from an open one.
std::optional<FileIdentity> identityOf(const QString &path);
std::optional<FileIdentity> identityOf(std::FILE *open);

} // namespace qcc
