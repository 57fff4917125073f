#include "core/clients/jsonplaces.h"

#include "core/clients/settingstext.h"

#include <QByteArrayView>
#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>
#include <cctype>

namespace qcc::jsontext {

using namespace Qt::StringLiterals;

namespace {

constexpr int deepest = 200;

/// Reads from one place of a text on. After a fault it reads nothing more.
class Reader
{
public:
    explicit Reader(const QByteArray &text, qsizetype at = 0) : m_text(text), m_at(at) { }

    bool failed() const { return m_failed; }
    qsizetype at() const { return m_at; }
    bool atEnd() const { return m_at >= m_text.size(); }
    char next() const { return atEnd() ? '\0' : m_text.at(m_at); }

    /// Blanks and comments.
    void skipTrivia()
    {
        while (!atEnd() && !m_failed) {
            if (QByteArrayView(" \t\r\n").contains(next()))
                ++m_at;
            else if (next() == '/')
                skipComment();
            else
                return;
        }
    }

    Object object(int depth)
    {
        Object object{m_at, 0, {}, {}};
        take('{');
        for (skipTrivia(); !m_failed && next() != '}'; skipTrivia()) {
            if (!object.members.isEmpty() && !object.lastComma)
                return fail(), object;
            Member member;
            member.key.at = m_at;
            string();
            member.key.end = m_at;
            member.name = nameAt(member.key);
            skipTrivia();
            take(':');
            skipTrivia();
            member.value.at = m_at;
            value(depth + 1);
            member.value.end = m_at;
            object.members.append(member);
            object.lastComma = comma();
        }
        object.close = m_at;
        take('}');
        return object;
    }

    void value(int depth)
    {
        if (depth > deepest)
            return fail();
        switch (next()) {
        case '{': object(depth); return;
        case '[': array(depth); return;
        case '"': string(); return;
        default: word(); return;
        }
    }

private:
    void fail() { m_failed = true; }

    void take(char wanted)
    {
        if (m_failed || next() != wanted)
            return fail();
        ++m_at;
    }

    std::optional<qsizetype> comma()
    {
        const qsizetype before = m_at;
        skipTrivia();
        if (!m_failed && next() == ',')
            return m_at++;
        m_at = before;
        return std::nullopt;
    }

    void skipComment()
    {
        const bool isLine = m_text.mid(m_at, 2) == "//";
        if (!isLine && m_text.mid(m_at, 2) != "/*")
            return fail();
        const qsizetype end = m_text.indexOf(isLine ? "\n" : "*/", m_at + 2);
        if (end < 0 && !isLine)
            return fail();
        m_at = end < 0 ? m_text.size() : isLine ? end : end + 2;
    }

    void array(int depth)
    {
        take('[');
        bool isFirst = true, more = false;
        for (skipTrivia(); !m_failed && next() != ']'; skipTrivia()) {
            if (!isFirst && !more)
                return fail();
            value(depth + 1);
            more = comma().has_value();
            isFirst = false;
        }
        take(']');
    }

    void string()
    {
        take('"');
        for (; !m_failed && next() != '"'; ++m_at) {
            if (atEnd() || static_cast<unsigned char>(next()) < 0x20)
                return fail();
            if (next() == '\\')
                ++m_at;
        }
        take('"');
    }

    /// A number, true, false or null.
    void word()
    {
        const qsizetype from = m_at;
        while (!atEnd() && (std::isalnum(static_cast<unsigned char>(next())) || QByteArrayView("+-.").contains(next())))
            ++m_at;
        if (m_at == from || QJsonDocument::fromJson('[' + m_text.mid(from, m_at - from) + ']').isNull())
            fail();
    }

    QString nameAt(const Span &key)
    {
        if (m_failed)
            return {};
        const QJsonDocument name = QJsonDocument::fromJson('[' + m_text.mid(key.at, key.end - key.at) + ']');
        if (!name.isArray())
            fail();
        return name.array().first().toString();
    }

    const QByteArray &m_text;
    qsizetype m_at;
    bool m_failed = false;
};

} // namespace

Result<std::optional<Object>> rootOf(const QByteArray &text)
{
    Reader reader(text, text.startsWith(byteOrderMark) ? byteOrderMark.size() : 0);
    std::optional<Object> root;
    reader.skipTrivia();
    if (!reader.failed() && reader.atEnd())
        return root;
    if (reader.next() == '{')
        root = reader.object(0);
    else if (!reader.failed() && QJsonDocument::fromJson('[' + text.sliced(reader.at()) + ']').isArray())
        return Failure{ErrorCode::InvalidConfig, u"it is no JSON object"_s, {}};
    if (root)
        reader.skipTrivia();
    if (reader.failed() || !reader.atEnd() || !root)
        return Failure{ErrorCode::InvalidConfig, u"line %1 is not valid JSON"_s.arg(text.first(std::min(reader.at(), text.size())).count('\n') + 1), {}};
    return root;
}

Object objectAt(const QByteArray &text, qsizetype at)
{
    return Reader(text, at).object(0);
}

qsizetype behindTrivia(const QByteArray &text, qsizetype at)
{
    Reader reader(text, at);
    reader.skipTrivia();
    return reader.at();
}

} // namespace qcc::jsontext
