#include "core/base/toml.h"

#include <QJsonArray>

#include <sstream>
#include <string_view>

// The library as it is packaged throws; compiled into this file alone it returns what went wrong.
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#define TOML_MAX_NESTED_VALUES 8
#include <toml++/toml.h>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

/// A key takes a hundred times its size once it is parsed.
constexpr qsizetype longestText = 128 * 1024;
/// The library limits how deep values lie in one another, and not how deep a dotted key leads; it goes down by recursion.
constexpr qsizetype mostDotsInALine = 100;

Failure refusal(const QString &why)
{
    return {ErrorCode::InvalidConfig, why, {}};
}

/// The first line, counted from 1, that could nest too deep; 0 for none.
qsizetype tooDottedLine(const QByteArray &text)
{
    qsizetype line = 1;
    qsizetype dots = 0;
    for (const char c : text) {
        if (c == '\n') {
            ++line;
            dots = 0;
        } else if (c == '.' && ++dots > mostDotsInALine) {
            return line;
        }
    }
    return 0;
}

QString stringOf(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QJsonObject objectOf(const toml::table &table);

QJsonValue valueOf(const toml::node &node)
{
    if (const toml::table *table = node.as_table())
        return objectOf(*table);
    if (const toml::array *array = node.as_array()) {
        QJsonArray list;
        for (const toml::node &element : *array)
            list.append(valueOf(element));
        return list;
    }
    if (const auto *text = node.as_string())
        return stringOf(text->get());
    if (const auto *number = node.as_integer())
        return qint64(number->get());
    if (const auto *number = node.as_floating_point())
        return number->get();
    if (const auto *truth = node.as_boolean())
        return truth->get();
    std::ostringstream moment;
    if (const auto *date = node.as_date())
        moment << date->get();
    else if (const auto *time = node.as_time())
        moment << time->get();
    else if (const auto *both = node.as_date_time())
        moment << both->get();
    return stringOf(moment.str());
}

QJsonObject objectOf(const toml::table &table)
{
    QJsonObject object;
    for (const auto &[key, node] : table)
        object.insert(stringOf(key.str()), valueOf(node));
    return object;
}

} // namespace

Result<QJsonObject> readToml(const QByteArray &text)
{
    if (text.size() > longestText)
        return refusal(u"it is larger than %1 KB"_s.arg(longestText / 1024));
    if (const qsizetype line = tooDottedLine(text); line > 0)
        return refusal(u"line %1 is nested too deep for TOML that a person wrote"_s.arg(line));
    const toml::parse_result parsed = toml::parse(std::string_view(text.constData(), static_cast<size_t>(text.size())));
    if (!parsed)
        return refusal(u"line %1 is not valid TOML"_s.arg(parsed.error().source().begin.line));
    return objectOf(parsed.table());
}

} // namespace qcc
