#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QList>

#include <bit>
#include <cstring>
#include <optional>
#include <QtGlobal>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace qcc {

/// The first quote or backslash from `at` on, or `end`. Several bytes at a time: most of JSON is long strings.
inline const char *stringBreak(const char *at, const char *end)
{
#ifdef __SSE2__
    const __m128i quote = _mm_set1_epi8('"');
    const __m128i backslash = _mm_set1_epi8('\\');
    while (end - at >= 16) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i *>(at));
        const int found = _mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash)));
        if (found != 0)
            return at + std::countr_zero(static_cast<unsigned>(found));
        at += 16;
    }
#endif
    if constexpr (std::endian::native == std::endian::little) {
        constexpr quint64 ones = 0x0101010101010101;
        constexpr quint64 highs = 0x8080808080808080;
        while (end - at >= 8) {
            quint64 bytes;
            std::memcpy(&bytes, at, sizeof bytes);
            const quint64 quotes = bytes ^ (ones * '"');
            const quint64 backslashes = bytes ^ (ones * '\\');
            // The lowest bit is exact: a byte that was none loses its high bit by nothing but one before it.
            const quint64 found = (((quotes - ones) & ~quotes) | ((backslashes - ones) & ~backslashes)) & highs;
            if (found != 0)
                return at + std::countr_zero(found) / 8;
            at += 8;
        }
    }
    while (at < end && *at != '"' && *at != '\\')
        ++at;
    return at;
}

inline bool isJsonBlank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// Where a value stands in a text.
struct TextRange {
    qsizetype at = 0;
    qsizetype length = 0;
};

/// One member of a JSON object.
struct JsonMember {
    QByteArrayView key; ///< As written, without its quotes.
    TextRange value;    ///< Quotes included for a string.
};

/// Whether `key`, as written, means `name`: a key may be written with escapes, and parsers undo them.
bool isKey(QByteArrayView key, QByteArrayView name);

/// Walks one JSON text once, from its beginning, duplicates and all. Of a value only what is entered is looked at; what is not is passed over,
/// so that what stands before a fault can still be read. No copy, no padding.
/// Lifetime: `text` outlives the reader and what it hands out.
class JsonReader
{
public:
    /// So many values deep can be entered.
    static constexpr int deepest = 8;

    explicit JsonReader(QByteArrayView text)
        : m_begin(text.data()), m_at(text.data()), m_end(text.data() + text.size())
    {
    }

    /// The key of the next member of the object that is read, without its escapes; nothing at its end, at a fault, and where it is no object.
    /// Its value is at hand then. Valid until the next one.
    std::optional<QByteArrayView> nextKey();
    /// Goes to the next element of the array that is read; it is at hand then.
    bool nextItem();
    /// Where in the text the value at hand begins, and where the key does that nextKey() handed out last, behind its quote.
    qsizetype at() const { return m_at - m_begin; }
    qsizetype keyAt() const { return m_key.data() - m_begin; }
    /// That key with its escapes; nextKey() hands out nothing of one that is long and has some.
    QByteArrayView keyAsWritten() const { return m_key; }
    /// The first character of the value at hand: '{', '[', '"' or what a word or number begins with.
    char begins() const { return *m_at; }
    /// Passes over the value at hand, and hands it out as written; nothing at a fault.
    std::optional<TextRange> skip();
    /// The same, for whom the text suffices; empty at a fault.
    QByteArrayView value();
    /// Reads on within the object or array at hand, until leave(); false, and the value stays at hand, where it is neither, or too deep.
    bool enter();
    /// Passes over what is left of the object or array that was entered.
    void leave();

    /// The next member of the object, with its value; nothing as for nextKey().
    std::optional<JsonMember> nextMember();
    /// The next element of the array.
    std::optional<TextRange> nextElement();
    /// The object or array was read up to its closing bracket.
    bool atEnd() const { return m_state == State::End; }

private:
    enum class State { Start, Inside, End, Fault };

    void skipBlanks();
    bool skipChar(char c);
    bool skipString();
    bool skipValue();
    bool atNext(char open, char close);
    bool atKey();
    bool fault();

    const char *m_begin;
    const char *m_at;
    const char *m_end;
    QByteArrayView m_key;   ///< As written.
    QByteArray m_plainKey;  ///< Without its escapes, where it has some.
    State m_state = State::Start;
    bool m_escapes = false; ///< In the string that was passed over last.
    bool m_atHand = false;  ///< A value begins at m_at.
    int m_depth = 0;        ///< Of what was entered.
};

/// Whether the JSON string `token`, quotes included, means `word`.
bool isText(QByteArrayView token, QByteArrayView word);

/// The range of the value of the first top-level member `name` of the JSON object `text`, quotes included for a string. Nothing
/// is parsed that need not be: a request body is large, and what is asked of it is one word.
std::optional<TextRange> findMember(QByteArrayView text, QByteArrayView name);

/// What the JSON string `token`, quotes included, means in UTF-8; nothing if it is not a string.
std::optional<QByteArray> stringOf(QByteArrayView token);

/// The string value of the first top-level member `name`.
std::optional<QByteArray> stringMember(QByteArrayView text, QByteArrayView name);

/// Finds the string values of one top-level member of a JSON object whose bytes arrive in pieces and are not kept: JsonReader for a body that is
/// too large to be held.
class MemberScan
{
public:
    /// A longer value is none of a name's.
    static constexpr qsizetype longestValue = 1024;

    struct Found {
        qint64 at = 0;    ///< Of the opening quote, in the whole text.
        QByteArray token; ///< As written, with its quotes.
    };

    explicit MemberScan(QByteArray name) : m_name(std::move(name)) { }

    void feed(QByteArrayView bytes);
    const QList<Found> &found() const { return m_found; }

private:
    enum class State { Object, Key, InKey, Colon, Value, InString, InNested, InScalar, Next, Over };

    void feedOutside(char c);
    void keyEnded();
    void stringEnded();
    qsizetype skipString(QByteArrayView rest);

    QByteArray m_name;
    QList<Found> m_found;
    State m_state = State::Object;
    qint64 m_at = 0;          ///< Of the next byte.
    QByteArray m_text;        ///< Of the key, or of the value that is looked for.
    qint64 m_textAt = 0;
    bool m_wanted = false;    ///< The value that comes is the member's.
    bool m_escaped = false;
    bool m_nestedString = false;
    qint64 m_depth = 0;
};

} // namespace qcc
