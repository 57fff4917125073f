#include "core/config/jsonlines.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>

namespace qcc {

namespace {

/// Walks a good JSON text once and notes where each key and element begins.
class Scanner
{
public:
    Scanner(const QByteArray &text, QHash<QString, int> &lines) : m_text(text), m_lines(lines) { }

    void value(const QString &path)
    {
        skipSpace();
        // A key of the same path may stand on an earlier line already; the key is what people look for.
        if (!m_lines.contains(path))
            m_lines.insert(path, m_line);
        if (peek() == '{')
            object(path);
        else if (peek() == '[')
            array(path);
        else if (peek() == '"')
            string();
        else
            word();
    }

private:
    char peek() const { return m_at < m_text.size() ? m_text.at(m_at) : '\0'; }

    void skipSpace()
    {
        while (peek() == ' ' || peek() == '\t' || peek() == '\r' || peek() == '\n') {
            if (peek() == '\n')
                ++m_line;
            ++m_at;
        }
    }

    void object(const QString &path)
    {
        ++m_at;
        for (skipSpace(); peek() == '"'; skipSpace()) {
            const int line = m_line;
            const QString key = string();
            const QString child = path.isEmpty() ? key : path + u'.' + key;
            m_lines.insert(child, line);
            skipSpace();
            ++m_at; // ':'
            value(child);
            skipSpace();
            if (peek() == ',')
                ++m_at;
        }
        ++m_at; // '}'
    }

    void array(const QString &path)
    {
        ++m_at;
        int index = 0;
        for (skipSpace(); m_at < m_text.size() && peek() != ']'; skipSpace()) {
            value(path + u'[' + QString::number(index++) + u']');
            skipSpace();
            if (peek() == ',')
                ++m_at;
        }
        ++m_at; // ']'
    }

    QString string()
    {
        const qsizetype begin = m_at++;
        bool escaped = false;
        while (m_at < m_text.size() && peek() != '"') {
            escaped = escaped || peek() == '\\';
            m_at += peek() == '\\' ? 2 : 1;
        }
        ++m_at;
        const QByteArray quoted = m_text.mid(begin, m_at - begin);
        if (!escaped)
            return QString::fromUtf8(quoted.mid(1, quoted.size() - 2));
        return QJsonDocument::fromJson('[' + quoted + ']').array().at(0).toString();
    }

    void word()
    {
        // At least one byte, so that a text that is not good JSON after all cannot hold the scanner up.
        do {
            ++m_at;
        } while (m_at < m_text.size() && !QByteArrayView(",]} \t\r\n").contains(peek()));
    }

    const QByteArray &m_text;
    QHash<QString, int> &m_lines;
    qsizetype m_at = 0;
    int m_line = 1;
};

} // namespace

int lineOfOffset(const QByteArray &text, qsizetype offset)
{
    const auto end = text.begin() + std::clamp<qsizetype>(offset, 0, text.size());
    return 1 + static_cast<int>(std::count(text.begin(), end, '\n'));
}

JsonLines::JsonLines(const QByteArray &text)
{
    const QByteArray byteOrderMark = QByteArrayLiteral("\xEF\xBB\xBF");
    const QByteArray json = text.startsWith(byteOrderMark) ? text.mid(byteOrderMark.size()) : text;
    Scanner(json, m_lines).value(QString());
}

int JsonLines::lineOf(QString path) const
{
    while (!path.isEmpty()) {
        const auto found = m_lines.constFind(path);
        if (found != m_lines.constEnd())
            return *found;
        path.truncate(std::max<qsizetype>({0, path.lastIndexOf(u'.'), path.lastIndexOf(u'[')}));
    }
    return m_lines.value(QString(), 1);
}

} // namespace qcc
