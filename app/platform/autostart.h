#pragma once

#include "core/base/result.h"

#include <QString>
#include <QStringList>

namespace qcc::platform {

/// What the session starts at login.
struct AutostartCommand {
    QString program; ///< Absolute path of the executable.
    QStringList arguments;
};

/// Whether the session will start qcc-tray at login. An entry that the desktop's own settings have switched off counts as off.
/// Nothing else remembers it, so that those settings and the menu cannot disagree.
bool isAutostartEnabled();

/// Makes the session start `command` at login, whatever an entry said before.
/// Errors: WriteFailed; the old entry is whole.
Result<void> enableAutostart(const AutostartCommand &command);

/// Takes the entry away; without one there is nothing to do.
/// Errors: WriteFailed; the entry is unchanged.
Result<void> disableAutostart();

/// Points an entry whose executable is gone to `command`; whatever else was edited in it stays where the system's format allows it.
/// An entry that is off stays as it is, and so does one that starts another qcc-tray that exists: a build tree must not take over the login of the
/// one that is installed.
/// Errors: WriteFailed; the old entry is whole.
Result<void> repairAutostart(const AutostartCommand &command);

} // namespace qcc::platform
