#include "core/http/jsonscan.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace qcc {

namespace {

bool isBlank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

} // namespace

bool isKey(QByteArrayView key, QByteArrayView name)
{
    if (!key.contains('\\'))
        return key == name;
    // An escape takes up to six bytes for one; a longer key cannot be it, and is not worth decoding.
    return key.size() <= 6 * name.size() && stringOf('"' + key.toByteArray() + '"') == name;
}

void JsonReader::skipBlanks()
{
    while (m_at < m_text.size() && isBlank(m_text[m_at]))
        ++m_at;
}

bool JsonReader::skip(char c)
{
    skipBlanks();
    if (m_at >= m_text.size() || m_text[m_at] != c)
        return false;
    ++m_at;
    return true;
}

/// Goes from quote to quote rather than from byte to byte: most of a request is long strings.
bool JsonReader::skipString()
{
    if (!skip('"'))
        return false;
    for (qsizetype from = m_at;;) {
        const qsizetype quote = m_text.indexOf('"', from);
        if (quote < 0)
            return false;
        qsizetype escapes = 0;
        while (quote - escapes > from && m_text[quote - escapes - 1] == '\\')
            ++escapes;
        from = quote + 1;
        if (escapes % 2 == 0) {
            m_at = from;
            return true;
        }
    }
}

bool JsonReader::skipValue()
{
    skipBlanks();
    if (m_at >= m_text.size())
        return false;
    if (m_text[m_at] == '"')
        return skipString();
    if (m_text[m_at] == '{' || m_text[m_at] == '[') {
        qsizetype depth = 0;
        while (m_at < m_text.size()) {
            const char c = m_text[m_at];
            if (c == '"') {
                if (!skipString())
                    return false;
                continue;
            }
            ++m_at;
            if (c == '{' || c == '[')
                ++depth;
            else if ((c == '}' || c == ']') && --depth == 0)
                return true;
        }
        return false;
    }
    const qsizetype start = m_at;
    while (m_at < m_text.size() && m_text[m_at] != ',' && m_text[m_at] != '}' && m_text[m_at] != ']' && !isBlank(m_text[m_at]))
        ++m_at;
    return m_at > start;
}

/// Goes to the next item of what `open` and `close` enclose; false if there is none.
bool JsonReader::atNext(char open, char close)
{
    if (m_state == State::End || m_state == State::Fault)
        return false;
    const bool first = m_state == State::Start;
    if (first && !skip(open)) {
        fault();
        return false;
    }
    m_state = State::Inside;
    if (skip(close)) {
        m_state = State::End;
        return false;
    }
    if (!first && !skip(',')) {
        fault();
        return false;
    }
    skipBlanks();
    return true;
}

std::optional<JsonMember> JsonReader::nextMember()
{
    if (!atNext('{', '}'))
        return std::nullopt;
    const qsizetype keyAt = m_at + 1;
    if (!skipString()) {
        fault();
        return std::nullopt;
    }
    const QByteArrayView key = m_text.sliced(keyAt, m_at - 1 - keyAt);
    const bool hasValue = skip(':');
    skipBlanks();
    const qsizetype valueAt = m_at;
    if (!hasValue || !skipValue()) {
        fault();
        return std::nullopt;
    }
    return JsonMember{key, {valueAt, m_at - valueAt}};
}

std::optional<TextRange> JsonReader::nextElement()
{
    if (!atNext('[', ']'))
        return std::nullopt;
    const qsizetype valueAt = m_at;
    if (!skipValue()) {
        fault();
        return std::nullopt;
    }
    return TextRange{valueAt, m_at - valueAt};
}

std::optional<TextRange> findMember(QByteArrayView text, QByteArrayView name)
{
    JsonReader reader(text);
    while (const auto member = reader.nextMember())
        if (isKey(member->key, name))
            return member->value;
    return std::nullopt;
}

std::optional<QByteArray> stringOf(QByteArrayView token)
{
    if (token.size() < 2 || token.front() != '"' || token.back() != '"')
        return std::nullopt;
    const QByteArrayView inner = token.sliced(1, token.size() - 2);
    if (!inner.contains('\\'))
        return inner.toByteArray();
    const QJsonValue value = QJsonDocument::fromJson('[' + token.toByteArray() + ']').array().at(0);
    return value.isString() ? std::optional(value.toString().toUtf8()) : std::nullopt;
}

std::optional<QByteArray> stringMember(QByteArrayView text, QByteArrayView name)
{
    const std::optional<TextRange> range = findMember(text, name);
    return range ? stringOf(text.sliced(range->at, range->length)) : std::nullopt;
}

} // namespace qcc
