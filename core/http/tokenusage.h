#pragma once

#include "core/http/dialect.h"
#include "core/http/ssereader.h"

#include <QByteArrayView>

#include <optional>

namespace qcc {

/// What an upstream says its answer cost. Absent is not known: never said, or said in a way that is no number of tokens.
struct TokenUsage {
    std::optional<qint64> input;  ///< With what was read from a cache or written to one.
    std::optional<qint64> output; ///< With what the model thought.

    bool operator==(const TokenUsage &) const = default;
};

/// Takes in what one event of a stream says; what it does not say stays as it was. `type`: of the event's name or its data.
/// An event that says nothing of tokens costs a search for one word.
/// Source: Anthropic "Streaming Messages", OpenAI "Streaming API responses", Gemini API "GenerateContentResponse".
void readUsage(TokenUsage &usage, Dialect dialect, QByteArrayView type, const SseEvent &event);

/// What a whole JSON body says; of one that is cut off, what stands before the cut.
TokenUsage usageOfBody(Dialect dialect, QByteArrayView body);

} // namespace qcc
