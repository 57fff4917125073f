#include "core/http/jsonreader.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace qcc {

bool isKey(QByteArrayView key, QByteArrayView name)
{
    if (key.size() <= name.size())
        return key == name;
    // An escape takes up to six bytes for one; a longer key cannot be it, and is not worth decoding.
    return key.size() <= 6 * name.size() && key.contains('\\') && stringOf('"' + key.toByteArray() + '"') == name;
}

inline void JsonReader::skipBlanks()
{
    while (m_at < m_end && isJsonBlank(*m_at))
        ++m_at;
}

inline bool JsonReader::skipChar(char c)
{
    skipBlanks();
    if (m_at >= m_end || *m_at != c)
        return false;
    ++m_at;
    return true;
}

inline bool JsonReader::fault()
{
    m_state = State::Fault;
    return false;
}

/// Of a string that begins here.
bool JsonReader::skipString()
{
    const char *const end = m_end;
    const char *at = stringBreak(m_at + 1, end);
    m_escapes = at < end && *at == '\\';
    while (at < end) {
        if (*at == '"') {
            m_at = at + 1;
            return true;
        }
        at = end - at > 1 ? stringBreak(at + 2, end) : end;
    }
    return false;
}

bool JsonReader::skipValue()
{
    skipBlanks();
    if (m_at >= m_end)
        return false;
    if (*m_at == '"')
        return skipString();
    if (*m_at == '{' || *m_at == '[') {
        qsizetype depth = 0;
        while (m_at < m_end) {
            const char c = *m_at;
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
    const char *const start = m_at;
    while (m_at < m_end && *m_at != ',' && *m_at != '}' && *m_at != ']' && !isJsonBlank(*m_at))
        ++m_at;
    return m_at > start;
}

/// Goes to the next item of what `open` and `close` enclose; false if there is none.
bool JsonReader::atNext(char open, char close)
{
    if (m_atHand)
        skip();
    if (m_state == State::End || m_state == State::Fault)
        return false;
    const bool first = m_state == State::Start;
    if (first && !skipChar(open))
        return fault();
    m_state = State::Inside;
    if (skipChar(close)) {
        m_state = State::End;
        return false;
    }
    if (!first && !skipChar(','))
        return fault();
    skipBlanks();
    return true;
}

bool JsonReader::atKey()
{
    if (!atNext('{', '}'))
        return false;
    const char *const start = m_at;
    if (m_at >= m_end || *m_at != '"' || !skipString())
        return fault();
    m_key = QByteArrayView(start + 1, m_at - 1);
    const bool hasValue = skipChar(':');
    skipBlanks();
    if (!hasValue || m_at >= m_end)
        return fault();
    m_atHand = true;
    return true;
}

std::optional<QByteArrayView> JsonReader::nextKey()
{
    if (!atKey())
        return std::nullopt;
    if (!m_escapes)
        return m_key;
    // Parsers undo them. What is none of a word's means nothing here.
    m_plainKey = m_key.size() <= 256 ? stringOf('"' + m_key.toByteArray() + '"').value_or(QByteArray()) : QByteArray();
    return m_plainKey;
}

bool JsonReader::nextItem()
{
    if (!atNext('[', ']'))
        return false;
    m_atHand = m_at < m_end;
    return m_atHand || fault();
}

std::optional<TextRange> JsonReader::skip()
{
    m_atHand = false;
    const char *const from = m_at;
    if (!skipValue()) {
        fault();
        return std::nullopt;
    }
    return TextRange{from - m_begin, m_at - from};
}

QByteArrayView JsonReader::value()
{
    m_atHand = false;
    const char *const from = m_at;
    if (!skipValue()) {
        fault();
        return {};
    }
    return QByteArrayView(from, m_at);
}

bool JsonReader::enter()
{
    if (!m_atHand || m_depth >= deepest || (begins() != '{' && begins() != '['))
        return false;
    m_atHand = false;
    ++m_depth;
    m_state = State::Start;
    return true;
}

void JsonReader::leave()
{
    Q_ASSERT(m_depth > 0);
    --m_depth;
    if (m_state == State::Start || m_atHand)
        skip();
    while (m_state == State::Inside) {
        // Whatever encloses it: to who only passes over, a key is a value like others.
        skipBlanks();
        const char next = m_at < m_end ? *m_at : '\0';
        if (next == '}' || next == ']')
            m_state = State::End;
        if (next == '}' || next == ']' || next == ',' || next == ':')
            ++m_at;
        else if (!skipValue())
            fault();
    }
    if (m_state != State::Fault)
        m_state = State::Inside;
}

std::optional<JsonMember> JsonReader::nextMember()
{
    if (!atKey())
        return std::nullopt;
    const QByteArrayView key = m_key;
    const std::optional<TextRange> value = skip();
    return value ? std::optional(JsonMember{key, *value}) : std::nullopt;
}

std::optional<TextRange> JsonReader::nextElement()
{
    return nextItem() ? skip() : std::nullopt;
}

bool isText(QByteArrayView token, QByteArrayView word)
{
    return token.size() >= 2 && token.front() == '"' && isKey(token.sliced(1, token.size() - 2), word);
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

void MemberScan::feed(QByteArrayView bytes)
{
    qsizetype i = 0;
    while (i < bytes.size() && m_state != State::Over) {
        const bool inString = m_state == State::InKey || m_state == State::InString || m_nestedString;
        const qsizetype used = inString ? skipString(bytes.sliced(i)) : 1;
        if (!inString)
            feedOutside(bytes[i]);
        i += used;
        m_at += used;
    }
}

/// From quote to quote, as JsonReader. Returns how many bytes belong to the string, its closing quote included.
qsizetype MemberScan::skipString(QByteArrayView rest)
{
    const bool keeps = m_state == State::InKey || (m_state == State::InString && m_wanted);
    const char *const begin = rest.data();
    const char *const end = begin + rest.size();
    const char *at = begin;
    bool ended = false;
    while (at < end && !ended) {
        if (std::exchange(m_escaped, false)) {
            ++at;
            continue;
        }
        at = stringBreak(at, end);
        if (at < end) {
            m_escaped = *at == '\\';
            ended = !m_escaped;
            ++at;
        }
    }
    const qsizetype i = at - begin;
    // One byte too many says that it is too long.
    if (keeps && m_text.size() <= longestValue)
        m_text.append(rest.first(qMin(i, longestValue + 1 - m_text.size())));
    if (ended && m_nestedString)
        m_nestedString = false;
    else if (ended && m_state == State::InKey)
        keyEnded();
    else if (ended)
        stringEnded();
    return i;
}

void MemberScan::keyEnded()
{
    m_wanted = m_text.size() <= longestValue && isKey(QByteArrayView(m_text).sliced(1, m_text.size() - 2), m_name);
    m_state = State::Colon;
}

void MemberScan::stringEnded()
{
    if (m_wanted && m_text.size() <= longestValue)
        m_found.append({m_textAt, m_text});
    m_state = State::Next;
}

void MemberScan::feedOutside(char c)
{
    const auto go = [this](bool allowed, State next) { m_state = allowed ? next : State::Over; };
    if (m_state == State::InNested) {
        if (c == '"')
            m_nestedString = true;
        else if (c == '{' || c == '[')
            ++m_depth;
        else if ((c == '}' || c == ']') && --m_depth == 0)
            m_state = State::Next;
        return;
    }
    if (m_state == State::InScalar && c != ',' && c != '}' && c != ']' && !isJsonBlank(c))
        return;
    if (isJsonBlank(c)) {
        if (m_state == State::InScalar)
            m_state = State::Next;
        return;
    }
    switch (m_state) {
    case State::Object:
        return go(c == '{', State::Key);
    case State::Key:
    case State::Value:
        if (c == '"') {
            m_text = "\"";
            m_textAt = m_at;
            m_state = m_state == State::Key ? State::InKey : State::InString;
        } else if (m_state == State::Key) {
            m_state = State::Over; // the object's end, or a fault
        } else if (c == '{' || c == '[') {
            m_depth = 1;
            m_state = State::InNested;
        } else {
            go(c != ',' && c != '}' && c != ']', State::InScalar);
        }
        return;
    case State::Colon:
        return go(c == ':', State::Value);
    case State::InScalar:
    case State::Next:
        return go(c == ',', State::Key);
    case State::InKey:
    case State::InString:
    case State::InNested:
    case State::Over:
        return;
    }
}

} // namespace qcc
