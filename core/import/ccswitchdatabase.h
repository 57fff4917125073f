#pragma once

#include "core/import/ccswitch.h"

namespace qcc {

struct CcSwitchDatabase {
    QList<CcSwitchProvider> providers; ///< In the order in which cc-switch shows them.
    CcSwitchCurrent current;
};

/// What the SQLite file of cc-switch from 3.8 on (cc-switch.db) says of providers; one more than `mostProviders` at most. Nothing is written
/// to it; where cc-switch is about to write, it waits for up to a second, and for no longer than some seconds in all, whatever is in it.
/// Errors: Failed (no such database, damaged, too costly to read).
Result<CcSwitchDatabase> readCcSwitchDatabase(const QString &path, qsizetype mostProviders);

} // namespace qcc
