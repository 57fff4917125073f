#pragma once

#include <QString>

class QFile;

namespace qcc {

/// What is wrong with whose the files in `home` are, as sentences that name the file and the next step; empty: nothing.
/// Refused are a home that everybody may write to, and what another user has put there: files, folders, and links of qcc's names, and what such
/// a link of the user's own leads to, where another user owns it or may write it, or something on the way there. What qcc writes by itself must be no link that leads out of the
/// home: following it would overwrite something else.
QString homeOwnerProblem(const QString &home);

/// The same for one file of the home and that folder, as they are now; and for one that has been opened as `path`, whatever has taken that name since.
QString fileOwnerProblem(const QString &path);
QString fileOwnerProblem(const QFile &open, const QString &path);

/// Why nobody can say whether `path` is there, as fileOwnerProblem(); empty: one can. `home`: see there.
QString closedProblem(const QString &path, const QString &home);

/// Why the folder `home` cannot be made, with whose the place is.
QString cannotBeMade(const QString &home);

/// Whether `path` is a link, to be followed by nobody who writes by himself.
bool leadsOut(const QString &path, const QString &home);

} // namespace qcc
