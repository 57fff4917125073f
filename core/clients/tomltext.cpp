#include "core/clients/tomltext.h"

#include "core/base/toml.h"

#include <algorithm>

namespace qcc::tomltext {

using namespace Qt::StringLiterals;

namespace {

Failure notEditable()
{
    return {ErrorCode::InvalidConfig, u"it is written in a way that cannot be edited safely"_s, {}};
}

const TomlPlace *placeOf(const QList<TomlPlace> &places, TomlPlace::Kind kind, const QStringList &path)
{
    const auto it = std::ranges::find_if(places, [&](const TomlPlace &place) { return place.kind == kind && place.path == path; });
    return it == places.end() ? nullptr : &*it;
}

qsizetype lineStart(const QByteArray &text, qsizetype at)
{
    return std::max<qsizetype>(at == 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1, at > 0 && text.startsWith(byteOrderMark) ? byteOrderMark.size() : 0);
}

/// Behind the end of the line.
qsizetype lineEnd(const QByteArray &text, qsizetype at)
{
    const qsizetype end = text.indexOf('\n', at);
    return end < 0 ? text.size() : end + 1;
}

/// `root` with `value` at `path`, or without it; then also without the last `own` of what leads there, where that is empty.
QJsonObject changed(QJsonObject root, const QStringList &path, const std::optional<QJsonValue> &value, qsizetype own)
{
    const QString &key = path.constFirst();
    if (path.size() == 1) {
        if (value)
            root.insert(key, *value);
        else
            root.remove(key);
        return root;
    }
    const QJsonObject inner = changed(root.value(key).toObject(), path.sliced(1), value, own);
    if (!value && inner.isEmpty() && own >= path.size() - 1)
        root.remove(key);
    else
        root.insert(key, inner);
    return root;
}

/// `splices`, of which it has been seen that they do what is wanted and nothing else.
Result<Splices> seen(const QByteArray &text, const Splices &splices, const QStringList &path, const std::optional<QByteArray> &value, qsizetype own)
{
    const Result<QJsonObject> before = readToml(text), after = readToml(applied(text, splices));
    std::optional<QJsonValue> wanted;
    if (value) {
        const Result<QJsonObject> alone = readToml("value = " + *value);
        if (!alone)
            return notEditable();
        wanted = alone->value("value"_L1);
    }
    if (!before || !after || changed(*before, path, wanted, own) != *after)
        return notEditable();
    return splices;
}

/// Before the first line that says something, and before the comments that belong to it.
qsizetype beforeFirstLine(const QByteArray &text)
{
    const qsizetype begin = text.startsWith(byteOrderMark) ? byteOrderMark.size() : 0;
    qsizetype own = begin;
    for (qsizetype at = begin; at < text.size(); at = lineEnd(text, at)) {
        const QByteArray line = text.mid(at, lineEnd(text, at) - at).trimmed();
        if (line.isEmpty())
            own = lineEnd(text, at);
        else if (!line.startsWith('#'))
            return own;
    }
    return text.size();
}

Splices linesAt(const QByteArray &text, qsizetype at, const QByteArray &lines)
{
    const bool begins = at == 0 || text.at(at - 1) == '\n' || text.first(at) == byteOrderMark;
    return {{at, {}, (begins ? QByteArray() : newlineOf(text)) + lines}};
}

QByteArray joined(const QStringList &names)
{
    return names.join(u'.').toUtf8();
}

} // namespace

Result<std::optional<QByteArray>> valueIn(const QByteArray &text, const QStringList &path)
{
    const Result<QList<TomlPlace>> places = placesInToml(text);
    if (!places)
        return places.error();
    const TomlPlace *place = placeOf(*places, TomlPlace::Kind::Value, path);
    return place ? std::optional(text.mid(place->at, place->end - place->at)) : std::optional<QByteArray>();
}

Result<Splices> setting(const QByteArray &text, const QStringList &path, const QByteArray &value)
{
    const Result<QList<TomlPlace>> places = placesInToml(text);
    if (!places)
        return places.error();
    if (const TomlPlace *place = placeOf(*places, TomlPlace::Kind::Value, path)) {
        const QByteArray old = text.mid(place->at, place->end - place->at);
        return old == value ? Result<Splices>(Splices()) : seen(text, {{place->at, old, value}}, path, value, 0);
    }
    const QByteArray newline = newlineOf(text);
    const QByteArray line = path.constLast().toUtf8() + " = " + value + newline;
    const QStringList parents = path.first(path.size() - 1);
    if (parents.isEmpty())
        return seen(text, linesAt(text, beforeFirstLine(text), line), path, value, 0);
    if (const TomlPlace *table = placeOf(*places, TomlPlace::Kind::Table, parents)) {
        // Behind the last of its own.
        qsizetype end = table->end;
        for (const TomlPlace &place : *places) {
            if (place.kind == TomlPlace::Kind::Value && place.path.size() == path.size() && place.path.first(parents.size()) == parents)
                end = std::max(end, place.end);
        }
        return seen(text, linesAt(text, lineEnd(text, end), line), path, value, 0);
    }
    const QByteArray blank = text.isEmpty() || text == byteOrderMark || text.endsWith("\n\n") || text.endsWith("\n\r\n") ? QByteArray() : newline;
    return seen(text, linesAt(text, text.size(), blank + '[' + joined(parents) + ']' + newline + line), path, value, 0);
}

Result<Splices> taking(const QByteArray &text, const QStringList &path, qsizetype own)
{
    const Result<QList<TomlPlace>> places = placesInToml(text);
    if (!places)
        return places.error();
    const TomlPlace *place = placeOf(*places, TomlPlace::Kind::Value, path);
    if (!place)
        return Splices();
    const qsizetype from = lineStart(text, place->at), to = lineEnd(text, place->end);
    const Splices one{{from, text.mid(from, to - from), {}}};
    const QStringList parents = path.first(path.size() - 1);
    const TomlPlace *table = own > 0 ? placeOf(*places, TomlPlace::Kind::Table, parents) : nullptr;
    const auto within = [&](const TomlPlace &each) { return each.path.size() > parents.size() && each.path.first(parents.size()) == parents; };
    if (!table || std::ranges::count_if(*places, within) > 1)
        return seen(text, one, path, {}, 0);
    // Its name goes with its last value, and the blank line before it; comments between them are somebody's.
    qsizetype start = lineStart(text, table->at);
    if (lineEnd(text, table->end) != from)
        return seen(text, one, path, {}, 0);
    const qsizetype before = start > 0 ? lineStart(text, start - 1) : 0;
    if (start > 0 && text.mid(before, start - before).trimmed().isEmpty())
        start = before;
    return seen(text, {{start, text.mid(start, to - start), {}}}, path, {}, own);
}

Result<qsizetype> missingBefore(const QByteArray &text, const QStringList &path)
{
    const Result<QJsonObject> root = readToml(text);
    if (!root)
        return root.error();
    QJsonObject object = *root;
    for (qsizetype i = 0; i + 1 < path.size(); ++i) {
        if (!object.contains(path.at(i)))
            return path.size() - 1 - i;
        object = object.value(path.at(i)).toObject();
    }
    return 0;
}

} // namespace qcc::tomltext
