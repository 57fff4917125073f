#include "core/http/memberscan.h"

#include "core/http/jsonscan.h"

namespace qcc {

namespace {

bool isBlank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

} // namespace

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
    qsizetype i = 0;
    bool ended = false;
    while (i < rest.size() && !ended) {
        if (std::exchange(m_escaped, false)) {
            ++i;
            continue;
        }
        const qsizetype quote = rest.indexOf('"', i);
        const qsizetype end = quote < 0 ? rest.size() : quote;
        const qsizetype backslash = rest.sliced(i, end - i).indexOf('\\');
        m_escaped = backslash >= 0;
        ended = !m_escaped && quote >= 0;
        i = m_escaped ? i + backslash + 1 : ended ? quote + 1 : end;
    }
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
    if (m_state == State::InScalar && c != ',' && c != '}' && c != ']' && !isBlank(c))
        return;
    if (isBlank(c)) {
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
