#include "core/http/jsonsieve.h"

#include "core/http/jsonreader.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace qcc {

namespace {

/// Of a short answer. Units: bytes.
constexpr qsizetype usualKept = 2048;

/// Outside of strings: what is not simply kept.
constexpr auto isStructural = [] {
    std::array<bool, 256> is{};
    for (const char c : std::string_view("{}[],\" \t\r\n"))
        is[static_cast<unsigned char>(c)] = true;
    return is;
}();

} // namespace

qsizetype JsonSieve::feed(QByteArrayView bytes)
{
    if (m_kept.empty())
        m_kept.reserve(static_cast<std::size_t>(std::min(bytes.size(), usualKept)));
    qsizetype at = 0;
    while (at < bytes.size() && !m_over) {
        if (m_inString) {
            at += feedString(bytes.sliced(at));
        } else if (!isStructural[static_cast<unsigned char>(bytes[at])]) {
            at += feedPlain(bytes.sliced(at));
        } else if (bytes[at] == '"') {
            if (const qsizetype whole = feedWholeString(bytes.sliced(at)); whole > 0)
                at += whole;
            else
                feedOutside(bytes[at++]);
        } else {
            feedOutside(bytes[at++]);
        }
    }
    return at;
}

void JsonSieve::clear()
{
    *this = JsonSieve();
}

void JsonSieve::keep(QByteArrayView part)
{
    const qsizetype fits = std::min(part.size(), std::max<qsizetype>(stringLimit() - m_string, 0));
    m_kept.append(part.data(), static_cast<std::size_t>(fits));
    m_string += fits;
    m_cut = fits < part.size();
    if (!m_cut)
        return;
    // Half an escape would spoil the string. A backslash behind another one begins none.
    const std::size_t backslash = m_kept.rfind('\\');
    if (backslash == std::string::npos)
        return;
    std::size_t first = backslash;
    while (first > 0 && m_kept[first - 1] == '\\')
        --first;
    const std::size_t behind = m_kept.size() - backslash;
    if (behind < 6 && behind <= static_cast<std::size_t>(m_string) && (backslash - first) % 2 == 0)
        m_kept.resize(backslash);
}

/// Returns how many bytes belong to the string, its closing quote included.
qsizetype JsonSieve::feedString(QByteArrayView bytes)
{
    const char *const begin = bytes.data();
    const char *const end = begin + bytes.size();
    const char *at = begin;
    bool closed = false;
    if (std::exchange(m_escaped, false))
        ++at;
    while (at < end && !closed) {
        at = stringBreak(at, end);
        if (at == end)
            break;
        closed = *at == '"';
        // What is escaped may come with the next bytes.
        m_escaped = !closed && end - at == 1;
        at += closed || m_escaped ? 1 : 2;
    }
    if (!m_cut && keeps())
        keep(QByteArrayView(begin, closed ? at - 1 : at));
    if (closed) {
        m_inString = false;
        if (keeps())
            m_kept.push_back('"');
    }
    return at - begin;
}

/// The usual case: a short string without escapes that is all here, and is kept. Returns how many bytes belong to it, with both quotes; none where
/// it is another case.
qsizetype JsonSieve::feedWholeString(QByteArrayView bytes)
{
    if (m_depth == 0 || !keeps())
        return 0;
    const char *const end = bytes.data() + std::min(bytes.size(), stringLimit() + 2);
    const char *const at = stringBreak(bytes.data() + 1, end);
    if (at == end || *at != '"' || std::ssize(m_kept) + (at - bytes.data()) >= mostKept)
        return 0;
    const qsizetype whole = at + 1 - bytes.data();
    m_kept.append(bytes.data(), static_cast<std::size_t>(whole));
    return whole;
}

/// Numbers, words and colons, of which there is one at least. Returns how many bytes belong to them.
qsizetype JsonSieve::feedPlain(QByteArrayView bytes)
{
    const auto end = std::find_if(bytes.begin(), bytes.end(), [](char c) { return isStructural[static_cast<unsigned char>(c)]; });
    const qsizetype plain = end - bytes.begin();
    if (plain > 0 && m_depth > 0 && keeps())
        m_kept.append(bytes.data(), static_cast<std::size_t>(std::min(plain, mostOfAll - std::ssize(m_kept))));
    return plain;
}

void JsonSieve::feedOutside(char c)
{
    switch (c) {
    case '{':
    case '[':
        open(c);
        break;
    case '}':
    case ']':
        close(c);
        break;
    case '"':
        m_inString = m_depth > 0;
        m_cut = false;
        m_string = 0;
        if (m_inString && keeps())
            m_kept.push_back(c);
        break;
    case ',':
        if (m_muteDepth == 0 && m_depth > 0 && m_depth <= deepest && m_elements[static_cast<std::size_t>(m_depth)] >= 0
            && ++m_elements[static_cast<std::size_t>(m_depth)] >= mostElements)
            m_muteDepth = m_depth;
        [[fallthrough]];
    default:
        if (m_depth > 0 && keeps() && !isJsonBlank(c))
            m_kept.push_back(c);
        break;
    }
}

void JsonSieve::open(char c)
{
    if (keeps())
        m_kept.push_back(c);
    ++m_depth;
    if (m_depth <= deepest)
        m_elements[static_cast<std::size_t>(m_depth)] = c == '[' ? 0 : -1;
    if (m_muteDepth == 0 && (m_depth > deepest || (m_depth > 1 && std::ssize(m_kept) >= mostKept)))
        m_muteDepth = m_depth;
}

void JsonSieve::close(char c)
{
    if (m_depth == 0)
        return;
    --m_depth;
    if (m_depth < m_muteDepth)
        m_muteDepth = 0;
    if (keeps())
        m_kept.push_back(c);
    m_over = m_depth == 0;
}

std::pair<QByteArray, QByteArray> closedJson(const QByteArray &text)
{
    QByteArray closers; // Of the brackets that are open, the innermost last.
    bool inString = false;
    qsizetype escape = -1; // Where the last escape begins.
    qsizetype cut = 0;
    for (qsizetype at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (inString) {
            if (c == '\\')
                escape = at++;
            else if (c == '"')
                inString = false;
        } else if (c == '"') {
            inString = true;
        } else if (c == '{' || c == '[') {
            closers.append(c == '{' ? '}' : ']');
            cut = at + 1;
        } else if ((c == '}' || c == ']') && !closers.isEmpty()) {
            closers.chop(1);
        } else if (c == ',') {
            cut = at;
        }
    }
    std::reverse(closers.begin(), closers.end());
    QByteArray whole = text;
    const qsizetype escapeLength = escape >= 0 && text.size() > escape + 1 && text[escape + 1] == 'u' ? 6 : 2;
    if (inString && escape >= 0 && text.size() - escape < escapeLength)
        whole.truncate(escape);
    if (inString)
        whole.append('"');
    return {whole + closers, text.first(cut) + closers};
}

} // namespace qcc
