#pragma once

#include <QByteArrayView>

#include <initializer_list>
#include <optional>
#include <string_view>

namespace qcc {

class JsonReader;

/// What an upstream says its answer cost. Absent is not known: never said, or said in a way that is no number of tokens.
struct TokenUsage {
    std::optional<qint64> input;  ///< With what was read from a cache or written to one.
    std::optional<qint64> output; ///< With what the model thought.

    /// Takes in what `said` knows; what it does not stays as it was.
    void take(const TokenUsage &said);

    bool operator==(const TokenUsage &) const = default;
};

/// The members of a usage object that make up either count.
struct UsageNames {
    std::initializer_list<std::string_view> input, output;
};

/// What the object that is at hand of `reader` says; it is passed over. A count of several members is known only if each that is there is one.
TokenUsage usageAt(JsonReader &reader, const UsageNames &names);

} // namespace qcc
