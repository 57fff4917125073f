#pragma once

#include "core/import/ccswitch.h"

namespace qcc {

struct CcSwitchDatabase {
    QList<CcSwitchProvider> providers; ///< In the order in which cc-switch shows them.
    CcSwitchCurrent current;
};

/// What the SQLite file of cc-switch from 3.8 on (cc-switch.db) says of providers; one more than `most` at most. Nothing is written to it;
/// where cc-switch is about to write, it waits for up to a second.
/// Errors: Failed (no such database, damaged).
Result<CcSwitchDatabase> readCcSwitchDatabase(const QString &path, qsizetype most);

} // namespace qcc
