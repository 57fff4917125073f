#include "core/clients/jsontext.h"

#include "core/clients/jsonplaces.h"


#include <algorithm>

namespace qcc::jsontext {

using namespace Qt::StringLiterals;

namespace {

/// How far `path` leads in a text.
struct Way {
    QList<Object> objects; ///< That it leads through, the outermost first; the root at least, unless the text is empty.
    const Member *end() const { return isWhole ? objects.constLast().find(name) : nullptr; }
    QString name;          ///< The first that is missing, or the last.
    bool isWhole = false;
};

Result<Way> wayIn(const QByteArray &text, const QStringList &path)
{
    const Result<std::optional<Object>> root = rootOf(text);
    if (!root)
        return root.error();
    Way way;
    if (!*root)
        return way;
    way.objects.append(**root);
    for (qsizetype i = 0; i < path.size(); ++i) {
        way.name = path.at(i);
        const Member *member = way.objects.constLast().find(way.name);
        if (!member)
            return way;
        if (i + 1 == path.size())
            break;
        if (text.at(member->value.at) != '{')
            return Failure{ErrorCode::InvalidConfig, u"\"%1\" in it is no object"_s.arg(way.name), {}};
        way.objects.append(objectAt(text, member->value.at));
    }
    way.isWhole = true;
    return way;
}

/// How a text is laid out.
class Layout
{
public:
    explicit Layout(const QByteArray &text) : m_text(text) { }

    /// The blanks that its line begins with; nothing: something else stands before it there.
    std::optional<QByteArray> indentAt(qsizetype at) const
    {
        const qsizetype line = at == 0 ? 0 : m_text.lastIndexOf('\n', at - 1) + 1;
        const QByteArray before = m_text.mid(line, at - line);
        const bool isBlank = std::ranges::all_of(before, [](char c) { return c == ' ' || c == '\t'; });
        return isBlank && (line > 0 || !before.isEmpty()) ? std::optional(before) : std::nullopt;
    }
    /// By how much what lies in something is further in.
    QByteArray step(const Object &root) const
    {
        const std::optional<QByteArray> first = root.members.isEmpty() ? std::nullopt : indentAt(root.members.constFirst().key.at);
        return first && !first->isEmpty() ? *first : "  "_ba;
    }
    /// What the line of `at` begins with, whatever stands there.
    QByteArray lineIndent(qsizetype at) const
    {
        const qsizetype line = at == 0 ? 0 : m_text.lastIndexOf('\n', at - 1) + 1;
        qsizetype end = line;
        while (end < m_text.size() && (m_text.at(end) == ' ' || m_text.at(end) == '\t'))
            ++end;
        return m_text.mid(line, end - line);
    }

private:
    const QByteArray &m_text;
};

/// `names` as objects in one another, the last with `value`, without the first one's name. Lines begin with `newline` and `indent`.
QByteArray nested(const QStringList &names, const QByteArray &value, const QByteArray &newline, const QByteArray &indent, const QByteArray &step)
{
    if (names.size() == 1)
        return value;
    const QStringList inner = names.sliced(1);
    return '{' + newline + indent + step + quotedFor(SettingsFormat::Json, inner.first()) + ": " + nested(inner, value, newline, indent + step, step) + newline + indent + '}';
}

/// The end of the comments that stand behind `at` on its line.
qsizetype endOfLineAt(const QByteArray &text, qsizetype at)
{
    qsizetype end = at;
    for (qsizetype i = at; i < text.size() && text.at(i) != '\n'; ++i) {
        if (text.mid(i, 2) == "//") {
            const qsizetype line = text.indexOf('\n', i);
            const qsizetype stop = line < 0 ? text.size() : line;
            return stop > 0 && text.at(stop - 1) == '\r' ? stop - 1 : stop;
        }
        if (text.mid(i, 2) == "/*") {
            i = text.indexOf("*/", i) + 1;
            end = i + 1;
        } else if (text.at(i) != ' ' && text.at(i) != '\t') {
            break;
        }
    }
    return end;
}

/// Adds `names` with `value` to an object that has none of the first name.
Splices adding(const QByteArray &text, const Object &root, const Object &object, const QStringList &names, const QByteArray &value)
{
    const Layout layout(text);
    const QByteArray newline = newlineOf(text), step = layout.step(root);
    const QByteArray key = quotedFor(SettingsFormat::Json, names.first()) + ": ";
    if (object.members.isEmpty()) {
        const QByteArray outer = layout.lineIndent(object.open), indent = outer + step;
        const QByteArray within = text.mid(object.open + 1, object.close - object.open - 1);
        // Behind the comments that stand there.
        qsizetype used = within.size();
        while (used > 0 && QByteArrayView(" \t\r\n").contains(within.at(used - 1)))
            --used;
        const bool hasEnd = within.sliced(used).contains('\n');
        return {{object.open + 1 + used, {}, newline + indent + key + nested(names, value, newline, indent, step) + (hasEnd ? QByteArray() : newline + outer)}};
    }
    const Member &last = object.members.constLast();
    const std::optional<QByteArray> own = layout.indentAt(last.key.at);
    if (!own) {
        // All on one line, with its own blanks.
        const QByteArray flat = nested(names, value, {}, {}, {});
        if (object.lastComma)
            return {{*object.lastComma + 1, {}, ' ' + key + flat + ','}};
        return {{last.value.end, {}, ", " + key + flat}};
    }
    const QByteArray member = newline + *own + key + nested(names, value, newline, *own, step);
    if (object.lastComma)
        return {{endOfLineAt(text, *object.lastComma + 1), {}, member + ','}};
    const qsizetype end = endOfLineAt(text, last.value.end);
    if (end == last.value.end)
        return {{end, {}, ',' + member}};
    return {{last.value.end, {}, ","}, {end + 1, {}, member}};
}

/// Takes a member away, with the comma that parts it from its neighbour and the line that it leaves empty.
Splice without(const QByteArray &text, const Object &object, const Member &member)
{
    const auto place = std::ranges::find(object.members, member.key.at, [](const Member &each) { return each.key.at; }) - object.members.begin();
    const bool isLast = place + 1 == object.members.size();
    qsizetype from = member.key.at, to = member.value.end;
    if (isLast && place > 0 && !object.lastComma) {
        // The comma before it goes, and what stands between stays where it is a comment.
        const qsizetype comma = text.lastIndexOf(',', from);
        const QByteArray between = text.mid(comma + 1, from - comma - 1).trimmed();
        if (between.isEmpty())
            return {comma, text.mid(comma, to - comma), {}};
        return {comma, text.mid(comma, to - comma), text.mid(comma + 1, from - comma - 1)};
    }
    if (const qsizetype next = behindTrivia(text, to); next < text.size() && text.at(next) == ',')
        to = next + 1;
    // Its blanks go with it: those before it, or where it has none those behind it.
    const auto isBlank = [&text](qsizetype at) { return at >= 0 && at < text.size() && (text.at(at) == ' ' || text.at(at) == '\t'); };
    for (bool hasNone = !isBlank(from - 1) && from > 0 && text.at(from - 1) != '\n'; hasNone && isBlank(to);)
        ++to;
    while (isBlank(from - 1))
        --from;
    if (from > 0 && text.at(from - 1) == '\n')
        from -= from > 1 && text.at(from - 2) == '\r' ? 2 : 1;
    return {from, text.mid(from, to - from), {}};
}

} // namespace

Result<std::optional<QByteArray>> valueIn(const QByteArray &text, const QStringList &path)
{
    const Result<Way> way = wayIn(text, path);
    if (!way)
        return way.error();
    const Member *member = way->end();
    return member ? std::optional(text.mid(member->value.at, member->value.end - member->value.at)) : std::optional<QByteArray>();
}

Result<Splices> setting(const QByteArray &text, const QStringList &path, const QByteArray &value)
{
    const Result<Way> way = wayIn(text, path);
    if (!way)
        return way.error();
    if (way->objects.isEmpty()) {
        return Splices{{text.size(), {}, nested(QStringList{QString()} + path, value, "\n", {}, "  ") + '\n'}};
    }
    if (const Member *member = way->end()) {
        const QByteArray old = text.mid(member->value.at, member->value.end - member->value.at);
        return old == value ? Splices() : Splices{{member->value.at, old, value}};
    }
    return adding(text, way->objects.constFirst(), way->objects.constLast(), path.sliced(way->objects.size() - 1), value);
}

Result<Splices> taking(const QByteArray &text, const QStringList &path, qsizetype own)
{
    const Result<Way> way = wayIn(text, path);
    if (!way)
        return way.error();
    if (!way->end())
        return Splices();
    // The outermost of our own objects that holds nothing else.
    qsizetype depth = way->objects.size() - 1;
    while (depth > 0 && own > 0 && way->objects.at(depth).members.size() == 1) {
        const Object &object = way->objects.at(depth);
        const Member &only = object.members.constFirst();
        const QByteArray around = text.mid(object.open, only.key.at - object.open) + text.mid(only.value.end, object.close - only.value.end);
        // A comment in it is somebody's.
        if (around.contains('/'))
            break;
        --depth;
        --own;
    }
    const Object &object = way->objects.at(depth);
    return Splices{without(text, object, *object.find(path.at(depth)))};
}

Result<qsizetype> missingBefore(const QByteArray &text, const QStringList &path)
{
    const Result<Way> way = wayIn(text, path);
    if (!way)
        return way.error();
    return way->objects.isEmpty() ? path.size() - 1 : path.size() - way->objects.size();
}

} // namespace qcc::jsontext
