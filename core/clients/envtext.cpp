#include "core/clients/envtext.h"

#include <QRegularExpression>

namespace qcc::envtext {

namespace {

/// Of one variable, in bytes.
struct Line {
    qsizetype at = 0;
    qsizetype value = 0;
    qsizetype valueEnd = 0;
    qsizetype end = 0; ///< Behind the end of the line, where it has one.
};

/// Byte by byte, since a place is asked for and what is no UTF-8 stays.
std::optional<Line> lineOf(const QByteArray &text, const QString &name)
{
    static const QRegularExpression line(QStringLiteral(
        R"((?:^|\n)(?:\x{EF}\x{BB}\x{BF})?([ \t]*(?:export[ \t]+)?([\w.-]+)(?:[ \t]*=[ \t]*?|:[ \t]+?)([ \t]*'(?:\\'|[^'])*'|[ \t]*"(?:\\"|[^"])*"|[ \t]*`(?:\\`|[^`])*`|[^#\r\n]*)))"));
    std::optional<Line> found;
    QRegularExpressionMatchIterator matches = line.globalMatch(QString::fromLatin1(text));
    while (matches.hasNext()) {
        const QRegularExpressionMatch match = matches.next();
        if (match.captured(2) != name)
            continue;
        Line its{match.capturedStart(1), match.capturedStart(3), match.capturedEnd(3), match.capturedEnd(3)};
        const auto isBlank = [&text](qsizetype at) { return text.at(at) == ' ' || text.at(at) == '\t'; };
        while (its.value < its.valueEnd && isBlank(its.value))
            ++its.value;
        while (its.valueEnd > its.value && isBlank(its.valueEnd - 1))
            --its.valueEnd;
        const qsizetype newline = text.indexOf('\n', its.end);
        its.end = newline < 0 ? text.size() : newline + 1;
        found = its;
    }
    return found;
}

} // namespace

std::optional<QByteArray> valueIn(const QByteArray &text, const QString &name)
{
    const std::optional<Line> line = lineOf(text, name);
    return line ? std::optional(text.mid(line->value, line->valueEnd - line->value)) : std::nullopt;
}

Splices setting(const QByteArray &text, const QString &name, const QByteArray &value)
{
    if (const std::optional<Line> line = lineOf(text, name)) {
        const QByteArray old = text.mid(line->value, line->valueEnd - line->value);
        return old == value ? Splices() : Splices{{line->value, old, value}};
    }
    const QByteArray newline = newlineOf(text);
    const bool hasEnd = text.isEmpty() || text.endsWith('\n') || text == byteOrderMark;
    return {{text.size(), {}, (hasEnd ? QByteArray() : newline) + name.toLatin1() + '=' + value + newline}};
}

Splices taking(const QByteArray &text, const QString &name)
{
    const std::optional<Line> line = lineOf(text, name);
    return line ? Splices{{line->at, text.mid(line->at, line->end - line->at), {}}} : Splices();
}

} // namespace qcc::envtext
