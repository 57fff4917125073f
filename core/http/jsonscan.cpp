#include "core/http/jsonscan.h"

#include <QByteArray>

namespace qcc {

namespace {

bool isBlank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// Walks over JSON text; every step returns false at the first thing that is not JSON.
class Walker
{
public:
    explicit Walker(QByteArrayView text) : m_text(text) { }

    qsizetype at() const { return m_at; }
    bool atChar(char c)
    {
        while (m_at < m_text.size() && isBlank(m_text[m_at]))
            ++m_at;
        return m_at < m_text.size() && m_text[m_at] == c;
    }
    bool take(char c)
    {
        if (!atChar(c))
            return false;
        ++m_at;
        return true;
    }
    bool skipString()
    {
        if (!take('"'))
            return false;
        while (m_at < m_text.size()) {
            const char c = m_text[m_at++];
            if (c == '\\')
                ++m_at;
            else if (c == '"')
                return true;
        }
        return false;
    }
    bool skipValue()
    {
        if (atChar('"'))
            return skipString();
        if (m_at >= m_text.size())
            return false;
        if (m_text[m_at] == '{' || m_text[m_at] == '[') {
            int depth = 0;
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

private:
    QByteArrayView m_text;
    qsizetype m_at = 0;
};

} // namespace

std::optional<TextRange> findMember(QByteArrayView text, QByteArrayView name)
{
    Walker walker(text);
    if (!walker.take('{'))
        return std::nullopt;
    while (walker.atChar('"')) {
        const qsizetype keyAt = walker.at() + 1;
        if (!walker.skipString())
            return std::nullopt;
        const QByteArrayView key = text.sliced(keyAt, walker.at() - 1 - keyAt);
        if (!walker.take(':') || (walker.atChar('}')))
            return std::nullopt;
        walker.atChar('\0'); // past the blanks
        const qsizetype valueAt = walker.at();
        if (!walker.skipValue())
            return std::nullopt;
        if (key == name)
            return TextRange{valueAt, walker.at() - valueAt};
        if (!walker.take(','))
            return std::nullopt;
        walker.atChar('\0');
    }
    return std::nullopt;
}

std::optional<QByteArray> stringMember(QByteArrayView text, QByteArrayView name)
{
    const std::optional<TextRange> range = findMember(text, name);
    if (!range || range->length < 2 || text[range->at] != '"')
        return std::nullopt;
    const QByteArrayView inner = text.sliced(range->at + 1, range->length - 2);
    if (inner.contains('\\'))
        return std::nullopt;
    return inner.toByteArray();
}

} // namespace qcc
