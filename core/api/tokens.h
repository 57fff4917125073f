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

/// About how many input tokens the body of a count_tokens request has, at least 1. For clients that want to know whether their
/// context still fits, where the endpoint cannot count; it leans to the high side, since too early a compaction does less harm
/// than a refused request. Takes time in proportion to the body.
///
/// The rule:
/// - text, that is the strings of `system`, `messages` and `tools`: a letter or blank of ASCII ¼ token, a digit or sign ½, a run
///   of blanks as one; other characters by their length in UTF-8: two bytes (accents, Cyrillic, Arabic) ½, three (Chinese,
///   Japanese, Korean, Thai) 0.9, four (emoji) 2; an escape as what it stands for;
/// - the input of a tool call and the definition of a tool: likewise, over their JSON as written;
/// - on top: 3 a request, 4 a message, 4 a content block, 12 a tool call or result, 10 a tool, and 346 for the instructions that
///   Anthropic adds as soon as there is a tool;
/// - an image: 1600, whatever its size; a document: a token per 50 bytes of its base64, at least 1600;
/// - nothing for signatures and encrypted thinking, which are not in the model's input as text.
/// A body that is not a whole JSON object counts as a token per 4 bytes.
/// Source: https://docs.anthropic.com/en/docs/build-with-claude/vision (images), …/tool-use/overview (tools).
int estimatedTokens(QByteArrayView body);

} // namespace qcc
