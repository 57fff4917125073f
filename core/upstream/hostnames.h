#pragma once

#include "core/config/config.h"

#include <QStringList>

namespace qcc {

/// The names that requests to this cluster's enabled endpoints look up: their own and those of their proxies; no addresses.
QStringList hostNamesOf(const Cluster &cluster);

/// Looks the names up anew. Qt remembers the addresses of a name for a minute, which after a change of the network are perhaps
/// those of another network; a blocking lookup replaces what it remembers.
/// Thread: any; the lookups run in threads of their own and nobody waits for them.
void refreshHostNames(const QStringList &names);

} // namespace qcc
