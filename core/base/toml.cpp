#include "core/base/toml.h"

#include <QJsonArray>

#include <algorithm>
#include <sstream>
#include <string_view>

// The library as it is packaged throws; compiled into this file alone it returns what went wrong.
// Its assertions would end the program, or without them let the compiler assume what a file need not keep: "[ = ]" is refused a few lines behind one.
#undef NDEBUG
#define TOML_ASSERT(expression) static_assert(true)
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

/// Errors: InvalidConfig.
Result<toml::table> parsed(const QByteArray &text)
{
    if (text.size() > longestText)
        return refusal(u"it is larger than %1 KB"_s.arg(longestText / 1024));
    if (const qsizetype line = tooDottedLine(text); line > 0)
        return refusal(u"line %1 is nested too deep for TOML that a person wrote"_s.arg(line));
    toml::parse_result result = toml::parse(std::string_view(text.constData(), static_cast<size_t>(text.size())));
    if (!result)
        return refusal(u"line %1 is not valid TOML"_s.arg(result.error().source().begin.line));
    return std::move(result).table();
}

/// The places in a text, which the library names by line and column.
class Places
{
public:
    explicit Places(const QByteArray &text) : m_text(text)
    {
        constexpr auto mark = "\xEF\xBB\xBF"_L1;
        m_lines.append(text.startsWith(mark) ? mark.size() : 0);
        for (qsizetype at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1))
            m_lines.append(at + 1);
    }

    void add(const toml::table &table, const QStringList &path)
    {
        for (const auto &[key, node] : table) {
            const QStringList own = path + QStringList(stringOf(key.str()));
            const toml::table *inner = node.as_table();
            const toml::array *list = node.as_array();
            if (inner && !inner->is_inline()) {
                // One that is made by the names of others stands nowhere itself.
                if (const TomlPlace place = placeOf(node, TomlPlace::Kind::Table, own); place.at < m_text.size() && m_text.at(place.at) == '[')
                    m_places.append(place);
                add(*inner, own);
            } else if (list && !list->empty() && isListOfTables(*list)) {
                for (const toml::node &element : *list) {
                    m_places.append(placeOf(element, TomlPlace::Kind::Table, own));
                    add(*element.as_table(), own + QStringList(QString::number(m_places.size())));
                }
            } else {
                m_places.append(placeOf(node, TomlPlace::Kind::Value, own));
                if (inner)
                    add(*inner, own);
            }
        }
    }

    QList<TomlPlace> sorted()
    {
        // What a table's name leads through is said to stand where the first name of that kind does.
        std::sort(m_places.begin(), m_places.end(), [](const TomlPlace &one, const TomlPlace &other) {
            return std::pair(one.at, -one.path.size()) < std::pair(other.at, -other.path.size());
        });
        const auto same = [](const TomlPlace &one, const TomlPlace &other) { return one.at == other.at && one.kind == other.kind; };
        m_places.erase(std::unique(m_places.begin(), m_places.end(), same), m_places.end());
        return m_places;
    }

private:
    /// Of a list whose tables have their names in brackets.
    bool isListOfTables(const toml::array &list) const
    {
        const toml::table *first = list.front().as_table();
        return first && !first->is_inline();
    }

    TomlPlace placeOf(const toml::node &node, TomlPlace::Kind kind, const QStringList &path) const
    {
        return {kind, path, at(node.source().begin), at(node.source().end)};
    }

    qsizetype at(const toml::source_position &position) const
    {
        qsizetype place = m_lines.value(static_cast<qsizetype>(position.line) - 1, m_text.size());
        // Columns count characters.
        for (auto column = position.column; column > 1 && place < m_text.size(); --column) {
            ++place;
            while (place < m_text.size() && (static_cast<unsigned char>(m_text.at(place)) & 0xC0U) == 0x80U)
                ++place;
        }
        return place;
    }

    const QByteArray &m_text;
    QList<qsizetype> m_lines; ///< Where each begins.
    QList<TomlPlace> m_places;
};

} // namespace

Result<QJsonObject> readToml(const QByteArray &text)
{
    const Result<toml::table> table = parsed(text);
    return table ? Result<QJsonObject>(objectOf(*table)) : table.error();
}

Result<QList<TomlPlace>> placesInToml(const QByteArray &text)
{
    const Result<toml::table> table = parsed(text);
    if (!table)
        return table.error();
    Places places(text);
    places.add(*table, {});
    return places.sorted();
}

} // namespace qcc
