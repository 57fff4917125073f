#include "tests/support/hostiledatabase.h"

#include "core/base/sqlitefile.h"

#include <QByteArray>
#include <QFile>
#include <QtEndian>

#include <algorithm>

namespace qcc::test::hostile {

using namespace Qt::StringLiterals;

namespace {

/// In the order in which most of the makers below fill them.
const QString columns = u"id, app_type, name, settings_config, created_at, sort_index, meta, is_current"_s;
/// trim() compares each character of the one with each of the other.
const QString hours = u"trim(printf('%.*c', 200000, 'x'), replace(hex(zeroblob(100000)), '0', char(0x4e00)) || 'x')"_s;
constexpr int pageSize = 512;

/// The page of that number, counted from 1, in a file of these pages.
uchar *page(QByteArray &file, quint32 number)
{
    return reinterpret_cast<uchar *>(file.data()) + (number - 1) * pageSize;
}

bool isInner(QByteArray &file, quint32 number)
{
    return *page(file, number) == 0x05;
}

bool isLeaf(QByteArray &file, quint32 number)
{
    return *page(file, number) == 0x0d;
}

/// Makes all children of an inner page of a table's tree the same. Source: sqlite.org/fileformat2.html §1.6.
void setChildren(QByteArray &file, quint32 number, quint32 child)
{
    uchar *bytes = page(file, number);
    const int cells = qFromBigEndian<quint16>(bytes + 3);
    for (int i = 0; i < cells; ++i)
        qToBigEndian(child, bytes + qFromBigEndian<quint16>(bytes + 12 + 2 * i));
    qToBigEndian(child, bytes + 8);
}

quint32 firstChild(QByteArray &file, quint32 number)
{
    const uchar *bytes = page(file, number);
    return qFromBigEndian<quint32>(bytes + qFromBigEndian<quint16>(bytes + 12));
}

QByteArray contents(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

bool replace(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
}

/// SQLite's numbers of variable length. Source: sqlite.org/fileformat2.html §1.6.
QByteArray varint(quint64 number)
{
    QByteArray bytes(1, static_cast<char>(number & 0x7f));
    while ((number >>= 7) > 0)
        bytes.prepend(static_cast<char>(0x80 | (number & 0x7f)));
    return bytes;
}

} // namespace

bool database(const QString &path, const QStringList &statements)
{
    SqliteFile file;
    return file.open(path) && file.run(u"PRAGMA journal_mode = OFF"_s) && file.run(u"PRAGMA synchronous = OFF"_s)
        && std::ranges::all_of(statements, [&file](const QString &statement) { return file.run(statement); });
}

bool viewWithoutEnd(const QString &path)
{
    return database(path, {u"CREATE VIEW providers AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT 'i' || x AS id, "
                           "'x' AS app_type, 'n' AS name, '{}' AS settings_config, 1 AS created_at, 1 AS sort_index, '{}' AS meta, "
                           "0 AS is_current FROM c"_s});
}

bool viewOfHours(const QString &path)
{
    return database(path, {u"CREATE VIEW providers AS SELECT %1 AS id, 'claude' AS app_type, 'n' AS name, '{}' AS settings_config, 1 AS created_at, "
                           "1 AS sort_index, '{}' AS meta, 0 AS is_current"_s.arg(hours)});
}

bool computedColumn(const QString &path)
{
    // Made computed only once there is a row, which could not be added otherwise.
    QString computed = u"CREATE TABLE providers(%1)"_s.arg(columns);
    computed.replace(u" name,"_s, u" name AS (%1),"_s.arg(hours));
    QString stored = columns;
    return database(path, {u"CREATE TABLE providers(%1)"_s.arg(stored.remove(u" name,"_s)),
                           u"INSERT INTO providers VALUES ('i', 'claude', '{}', 1, 1, '{}', 0)"_s, u"PRAGMA writable_schema = ON"_s,
                           u"UPDATE sqlite_master SET sql = '%1'"_s.arg(computed.replace(u"'"_s, u"''"_s))});
}

bool computedStatistics(const QString &path)
{
    QString computed = u"CREATE TABLE sqlite_stat1(tbl, idx AS (%1), stat)"_s.arg(hours);
    return database(path, {u"CREATE TABLE providers(%1)"_s.arg(columns), u"CREATE TABLE other(tbl, stat)"_s,
                           u"INSERT INTO other VALUES ('providers', '1')"_s, u"PRAGMA writable_schema = ON"_s,
                           u"UPDATE sqlite_master SET name = 'sqlite_stat1', tbl_name = 'sqlite_stat1', sql = '%1' WHERE name = 'other'"_s.arg(
                               computed.replace(u"'"_s, u"''"_s))});
}

bool virtualTable(const QString &path)
{
    return database(path, {u"PRAGMA writable_schema = ON"_s,
                           u"INSERT INTO sqlite_master VALUES ('table', 'providers', 'providers', 0, "
                           "'CREATE VIRTUAL TABLE providers USING fts5(%1)')"_s.arg(columns)});
}

bool schemaWithoutEnd(const QString &path)
{
    return database(path, {u"CREATE TABLE providers(%1)"_s.arg(columns), u"PRAGMA writable_schema = ON"_s,
                           u"INSERT INTO sqlite_master WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 100000) "
                           "SELECT 'view', 'v' || x, 'v' || x, 0, 'CREATE VIEW v' || x || ' AS SELECT 1' FROM c"_s});
}

bool rowsWithoutEnd(const QString &path)
{
    if (!database(path, {u"PRAGMA page_size = %1"_s.arg(pageSize), u"CREATE TABLE providers(%1)"_s.arg(columns),
                         u"INSERT INTO providers WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 20000) "
                         "SELECT x, 'x', '', '{}', 1, 1, '{}', 0 FROM c"_s}))
        return false;
    QByteArray bytes = contents(path);
    constexpr quint32 root = 2; // The first page after the schema's.
    const quint32 inner = firstChild(bytes, root);
    if (!isInner(bytes, root) || !isInner(bytes, inner))
        return false;
    // As many inner pages, one below the other, take the places of leaves; SQLite goes down 20 levels at most.
    constexpr int levels = 12;
    quint32 above = root;
    quint32 at = root;
    for (int level = 0; level < levels; ++level) {
        do
            ++at;
        while (!isLeaf(bytes, at));
        std::copy_n(page(bytes, inner), pageSize, page(bytes, at));
        setChildren(bytes, above, at);
        above = at;
    }
    do
        ++at;
    while (!isLeaf(bytes, at));
    setChildren(bytes, above, at);
    return replace(path, bytes);
}

bool rowInCircles(const QString &path, LongValue which)
{
    const QString order = which == LongValue::Other ? u"other, "_s + columns : QString(columns).remove(u" name,"_s) + u", name"_s;
    if (!database(path, {u"PRAGMA page_size = %1"_s.arg(pageSize), u"CREATE TABLE providers(%1)"_s.arg(order)}))
        return false;
    // A record: the length of its header, and what each column is; a text of one byte is 15, a blob of n bytes is 12 + 2 n.
    constexpr quint64 longest = 1'900'000'000;
    const int others = which == LongValue::Other ? 8 : 7;
    QByteArray header(others, 15);
    header.insert(which == LongValue::Other ? 0 : others, varint(12 + 2 * longest));
    header.prepend(static_cast<char>(header.size() + 1));
    const quint64 size = static_cast<quint64>(header.size() + others) + longest;
    // How much of it stands in the leaf itself. Source: sqlite.org/fileformat2.html §1.6.
    constexpr quint64 least = (pageSize - 12) * 32 / 255 - 23;
    const quint64 rest = least + (size - least) % (pageSize - 4);
    const quint64 local = rest <= pageSize - 35 ? rest : least;
    constexpr quint32 chain = 3;
    QByteArray cell = varint(size) + varint(1) + header.leftJustified(static_cast<qsizetype>(local), 'x') + QByteArray(4, 0);
    qToBigEndian(chain, cell.data() + cell.size() - 4);

    QByteArray bytes = contents(path);
    uchar *leaf = page(bytes, 2);
    const auto start = static_cast<quint16>(pageSize - cell.size());
    qToBigEndian<quint16>(1, leaf + 3);
    qToBigEndian(start, leaf + 5);
    qToBigEndian(start, leaf + 8);
    std::ranges::copy(cell, leaf + start);
    // More pages than SQLite keeps in memory.
    constexpr quint32 links = 20'000;
    for (quint32 i = 0; i < links; ++i) {
        QByteArray link(pageSize, 'x');
        qToBigEndian(i + 1 < links ? chain + i + 1 : chain, link.data());
        bytes += link;
    }
    // No row is taken for larger than its file; what the rest of that would hold nobody reads.
    constexpr quint32 pages = longest / pageSize + 2;
    qToBigEndian(pages, bytes.data() + 28);
    return replace(path, bytes) && QFile::resize(path, qint64(pages) * pageSize);
}

bool greedyCache(const QString &path)
{
    return database(path, {u"PRAGMA default_cache_size = 100000000"_s, u"CREATE TABLE providers(%1)"_s.arg(columns),
                           u"INSERT INTO providers WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 20000) "
                           "SELECT x, 'x', '', '{}', 1, 1, printf('%.1000c', 'x'), 0 FROM c"_s});
}

} // namespace qcc::test::hostile
