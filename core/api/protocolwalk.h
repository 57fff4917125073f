#pragma once

#include "core/http/jsonscan.h"

#include <QByteArray>
#include <QByteArrayView>

#include <array>
#include <cstring>
#include <string_view>

namespace qcc {

/// What the readers of several protocols ask of JSON values as they are written.

/// Neither missing nor null, false, empty or nothing but brackets.
bool saysSomething(QByteArrayView value);
/// The text of a string; empty where it is none. `decoded` holds it where it was written with escapes.
QByteArrayView textOf(QByteArrayView token, QByteArray &decoded);
/// A string with something in it.
bool isNonEmptyText(QByteArrayView token);

/// Words that a reader looks for among keys: which of them `key` is, as its place in the list; -1 for any other.
template <std::size_t N>
constexpr int placeOf(QByteArrayView key, const std::array<std::string_view, N> &words)
{
    for (std::size_t i = 0; i < N; ++i) {
        const std::string_view word = words[i];
        if (word.size() == static_cast<std::size_t>(key.size()) && word[0] == key[0] && std::memcmp(word.data(), key.data(), word.size()) == 0)
            return static_cast<int>(i);
    }
    return -1;
}

/// Finds an API's error in the members of a message, wherever they stand: `error` that says something, `"type":"error"`, `"object":"error"`;
/// in a message without anything else known also a code with words (`code` and `message`, Baidu's `error_code`, MiniMax's `base_resp`).
class ErrorMarks
{
public:
    /// Looks at the member whose value is at hand of `reader`. Returns whether it was one of these, and has been passed over.
    bool take(JsonReader &reader, QByteArrayView key);
    /// `known`: the message has a member that its protocol's answers have.
    bool isError(bool known) const { return m_error || (!known && (m_refused || (m_code && m_words))); }

private:
    bool m_error = false;
    bool m_refused = false;
    bool m_code = false;
    bool m_words = false;
};

} // namespace qcc
