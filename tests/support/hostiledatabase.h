#pragma once

#include <QString>
#include <QStringList>

namespace qcc::test {

/// SQLite files whose readers are to wait for ever, or to run out of memory. Each is small, and made in moments.
/// All have a table `providers`, or what passes for one, with the columns that cc-switch's has.
namespace hostile {

/// The file that these statements make. False: one of them failed.
bool database(const QString &path, const QStringList &statements);

/// A view that has no last row.
bool viewWithoutEnd(const QString &path);
/// A view that has one row only, which takes hours.
bool viewOfHours(const QString &path);
/// A table with one column that is computed from others, for hours.
bool computedColumn(const QString &path);
/// The same in the statistics that SQLite reads by itself, before it answers anything.
bool computedStatistics(const QString &path);
/// A table by a module of SQLite's.
bool virtualTable(const QString &path);
/// Countless views in its schema.
bool schemaWithoutEnd(const QString &path);
/// Rows without end: pages of the table's tree that have each other for children.
bool rowsWithoutEnd(const QString &path);
/// A row of nearly two gigabytes, of which most is a chain of pages that leads in circles. The long value is the name, or stands in the way of
/// all that is asked for.
enum class LongValue { Other, Name };
bool rowInCircles(const QString &path, LongValue which);
/// Some megabytes of rows, and the wish that all of them be kept in memory.
bool greedyCache(const QString &path);

} // namespace hostile

} // namespace qcc::test
