#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <optional>

namespace qcc {

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

/// Hands out the members of the JSON object or the elements of the JSON array `text`, one after the other, duplicates and all.
/// Nothing inside a value is looked at, so that what stands before a fault can still be read.
/// Lifetime: `text` outlives the reader and what it hands out.
class JsonReader
{
public:
    explicit JsonReader(QByteArrayView text) : m_text(text) { }

    /// The next member; nothing at the object's end, at a fault, and where the text is no object.
    std::optional<JsonMember> nextMember();
    /// The next element; nothing at the array's end, at a fault, and where the text is no array.
    std::optional<TextRange> nextElement();
    /// The object or array was read up to its closing bracket.
    bool atEnd() const { return m_state == State::End; }

private:
    enum class State { Start, Inside, End, Fault };

    void skipBlanks();
    bool skip(char c);
    bool skipString();
    bool skipValue();
    bool atNext(char open, char close);
    void fault() { m_state = State::Fault; }

    QByteArrayView m_text;
    qsizetype m_at = 0;
    State m_state = State::Start;
};

/// The range of the value of the first top-level member `name` of the JSON object `text`, quotes included for a string. Nothing
/// is parsed that need not be: a request body is large, and what is asked of it is one word.
std::optional<TextRange> findMember(QByteArrayView text, QByteArrayView name);

/// What the JSON string `token`, quotes included, means in UTF-8; nothing if it is not a string.
std::optional<QByteArray> stringOf(QByteArrayView token);

/// The string value of the first top-level member `name`.
std::optional<QByteArray> stringMember(QByteArrayView text, QByteArrayView name);

} // namespace qcc
