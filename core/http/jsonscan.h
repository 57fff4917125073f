#pragma once

#include <QByteArrayView>

#include <optional>

namespace qcc {

/// Where a value stands in a text.
struct TextRange {
    qsizetype at = 0;
    qsizetype length = 0;
};

/// The range of the value of top-level member `name` of the JSON object `text`, quotes included for a string. Nothing is parsed
/// that need not be: a request body is large, and what is asked of it is one word.
std::optional<TextRange> findMember(QByteArrayView text, QByteArrayView name);

/// The string value of top-level member `name`, unescaped only where it holds no escapes; else nothing.
std::optional<QByteArray> stringMember(QByteArrayView text, QByteArrayView name);

} // namespace qcc
