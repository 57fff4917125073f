#pragma once

#include "core/base/result.h"

#include <QByteArray>
#include <QString>

class QFile;

namespace qcc {

/// Opens the ordinary file `path` for reading, and nothing that stands in its place: a pipe may have nobody at its other end, and a device no
/// end at all. It never waits, and neither do those who read from `file`.
/// Errors: Failed; the message says why "it" is not opened.
Result<void> openOrdinary(const QString &path, QFile &file);

/// What the ordinary file `path` holds, where that is no more than `mostBytes`.
/// Errors: Failed (also where it is larger); the message says why "it" is not read.
Result<QByteArray> readOrdinary(const QString &path, qint64 mostBytes);

} // namespace qcc
