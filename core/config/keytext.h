#pragma once

#include <QString>

namespace qcc {

/// What a text has in it that no key has, although nothing tells what was meant instead.
enum class KeyFault { None, LineBreak, Space, Control, Quote, Masked, Foreign };

/// A key as it was typed, copied or written into a file, read as what was meant.
struct KeyText {
    QString key; ///< Printable ASCII, as a header line carries it; empty with a fault.
    KeyFault fault = KeyFault::None;
    QString character; ///< The one that KeyFault::Foreign is about, to be shown.

    bool isGood() const { return fault == KeyFault::None; }
};

/// Takes away what copying adds: blanks and line breaks around, characters without width, quotes around, "Bearer " or a header's name before it; and
/// makes full-width characters the plain ones.
KeyText readKey(const QString &text);

/// The fault as the rest of a sentence about the key ("holds a line break …"); empty for none.
QString faultText(const KeyText &key);

} // namespace qcc
