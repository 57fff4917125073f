#include "core/import/ccswitchdatabase.h"

#include "core/base/sqlitebounds.h"
#include "core/base/sqlitefile.h"

#include <QFileInfo>
#include <QJsonDocument>

#include <algorithm>
#include <chrono>
#include <limits>
#include <tuple>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::seconds lockPatience{1};
/// A provider is a few lines, a few hundred of them are read in milliseconds.
constexpr SqliteCost most{std::chrono::seconds(3), 16 * 1024 * 1024, 256 * 1024};
constexpr qsizetype longestTogether = 4 * 1024 * 1024;
constexpr qsizetype longestProblem = 200;

constexpr auto selectKind = "SELECT type, rootpage FROM sqlite_master WHERE name = 'providers' COLLATE NOCASE"_L1;
// Sorted and counted here: SQLite would keep the rows, as long as they like to be, until it has seen the last.
constexpr auto selectProviders
    = "SELECT app_type, id, name, settings_config, meta, is_current, sort_index, created_at FROM providers"_L1;
enum Column { App, Id, Name, Settings, Meta, IsCurrent, SortIndex, CreatedAt };

QJsonObject parsed(const QVariant &cell)
{
    return QJsonDocument::fromJson(cell.toString().toUtf8()).object();
}

struct Row {
    std::tuple<qint64, qint64, QString> place; ///< Where cc-switch shows it.
    CcSwitchProvider provider;
    bool current;
};

std::optional<Row> rowOf(const QVariantList &cells)
{
    const QString id = cells.at(Id).toString();
    const auto provider = ccSwitchProvider(cells.at(App).toString(), id, cells.at(Name).toString(), parsed(cells.at(Settings)), parsed(cells.at(Meta)));
    if (!provider)
        return std::nullopt;
    constexpr qint64 unsorted = 999'999;
    constexpr qint64 undated = std::numeric_limits<qint64>::min();
    const auto number = [&cells](Column column, qint64 none) { return cells.at(column).isNull() ? none : cells.at(column).toLongLong(); };
    return Row{{number(SortIndex, unsorted), number(CreatedAt, undated), id}, *provider, cells.at(IsCurrent).toBool()};
}

/// The rows of the table, one more than `mostRows` at most; those of other apps are left out.
/// Errors: Failed.
Result<QList<Row>> readRows(SqliteFile &file, qsizetype mostRows)
{
    QList<Row> rows;
    qsizetype together = 0;
    const bool done = file.read(selectProviders, {}, [&](const QVariantList &cells) {
        if (const std::optional<Row> row = rowOf(cells)) {
            rows.append(*row);
            for (const QVariant &cell : cells)
                together += cell.toString().size();
        }
        return rows.size() <= mostRows && together <= longestTogether;
    });
    if (!done)
        return Failure{ErrorCode::Failed, file.error().message, {}};
    if (together > longestTogether)
        return Failure{ErrorCode::Failed, u"its providers are larger than %1 MB"_s.arg(longestTogether / (1024 * 1024)), {}};
    return rows;
}

/// Errors: Failed.
Result<QList<Row>> rowsIn(SqliteFile &file, qsizetype mostRows)
{
    bool stored = true;
    const bool asked = file.read(selectKind, {}, [&stored](const QVariantList &kind) {
        stored = kind.first() == u"table"_s && kind.last().toLongLong() > 0;
        return stored;
    });
    if (!asked)
        return Failure{ErrorCode::Failed, file.error().message, {}};
    if (!stored)
        return Failure{ErrorCode::Failed, u"its providers are no table"_s, {}};
    return readRows(file, mostRows);
}

} // namespace

Result<CcSwitchDatabase> readCcSwitchDatabase(const QString &path, qsizetype mostProviders)
{
    if (!QFileInfo(path).isFile())
        return Failure{ErrorCode::Failed, u"it is no file"_s, {}};
    SqliteFile file;
    const bool opened = file.openForeign(path, most, lockPatience);
    Result<QList<Row>> rows = opened ? rowsIn(file, mostProviders) : Failure{ErrorCode::Failed, file.error().message, {}};
    // SQLite's words repeat names that the file made up.
    if (!rows)
        return Failure{ErrorCode::Failed, usableName(rows.error().message.left(longestProblem)), {}};
    std::ranges::stable_sort(*rows, {}, &Row::place);
    CcSwitchDatabase found;
    for (const Row &row : std::as_const(*rows)) {
        found.providers.append(row.provider);
        if (row.current)
            found.current.insert(row.provider.app, row.provider.id);
    }
    return found;
}

} // namespace qcc
