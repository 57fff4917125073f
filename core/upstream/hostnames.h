#pragma once

#include "core/config/config.h"

#include <QStringList>

namespace qcc {

/// The names that requests to this cluster's enabled endpoints look up: their own and those of their proxies; no addresses.
QStringList hostNamesOf(const Cluster &cluster);

} // namespace qcc
