#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <array>
#include <iterator>
#include <string>
#include <utility>

namespace qcc {

/// Keeps of one JSON object or array, however long it is and however its bytes come, what is short: a text that JsonReader walks as it would
/// the whole. Long strings lose their end, long arrays their last elements, what lies deep is left out, and blanks are.
/// Source: RFC 8259.
class JsonSieve
{
public:
    /// Units: bytes.
    static constexpr qsizetype longestString = 1024;
    /// From here on nothing but the outermost members is kept, and those of 64 bytes at most.
    static constexpr qsizetype mostKept = 64 * 1024;
    static constexpr qsizetype mostOfAll = 4 * mostKept;
    /// Units: elements.
    static constexpr int mostElements = 64;
    static constexpr int deepest = 8;

    /// Takes in bytes up to the end of the object or array; returns how many. It begins with the first bracket.
    qsizetype feed(QByteArrayView bytes);
    /// Its closing bracket has come.
    bool isOver() const { return m_over; }
    /// Something of it has come, and its end has not.
    bool isInside() const { return m_depth > 0 && !m_over; }
    /// What is kept; valid JSON once it is over, if the text was. Lifetime: until the next bytes.
    QByteArrayView kept() const { return m_kept; }
    void clear();

private:
    qsizetype feedString(QByteArrayView bytes);
    void keep(QByteArrayView part);
    qsizetype feedWholeString(QByteArrayView bytes);
    qsizetype feedPlain(QByteArrayView bytes);
    void feedOutside(char c);
    void open(char c);
    void close(char c);
    bool keeps() const { return m_muteDepth == 0 && std::ssize(m_kept) < mostOfAll; }
    qsizetype stringLimit() const { return std::ssize(m_kept) < mostKept ? longestString : 64; }

    std::string m_kept; ///< It grows by single characters, which costs a QByteArray ten times as much.
    qint64 m_depth = 0;
    qint64 m_muteDepth = 0;            ///< What lies this deep or deeper is left out; 0: nothing is.
    std::array<int, deepest + 1> m_elements{}; ///< So far, of the array at that depth; negative: it is an object.
    qsizetype m_string = 0;            ///< Of the string so far, as far as it was kept.
    bool m_inString = false;
    bool m_cut = false;                ///< The rest of the string is left out.
    bool m_escaped = false;
    bool m_over = false;
};

/// JSON text that was cut off, ended in two ways: right where it stops, and after the last whole member.
std::pair<QByteArray, QByteArray> closedJson(const QByteArray &text);

} // namespace qcc
