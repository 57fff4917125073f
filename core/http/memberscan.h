#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QList>

namespace qcc {

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
