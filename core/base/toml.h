#pragma once

#include "core/base/result.h"

#include <QByteArray>
#include <QJsonObject>
#include <QList>
#include <QStringList>

namespace qcc {

/// The TOML that `text` is, as JSON: dates and times become strings. Text that is large or nested beyond what a person writes is refused, so that no
/// text costs more than some megabytes.
/// Errors: InvalidConfig ("line 3 is not valid TOML"; never what stands there, which may be a secret).
Result<QJsonObject> readToml(const QByteArray &text);

/// Where something of a TOML text stands in it, in bytes.
struct TomlPlace {
    enum class Kind {
        Value, ///< Everything behind a sign: a list or a table in braces, too, and what such a table holds.
        Table, ///< Its name in brackets. One of a list of tables has the list's name.
    };

    Kind kind = Kind::Value;
    QStringList path;
    qsizetype at = 0;
    qsizetype end = 0;
};

/// All tables and values of `text`, in the order of their places.
/// Errors: as readToml().
Result<QList<TomlPlace>> placesInToml(const QByteArray &text);

} // namespace qcc
