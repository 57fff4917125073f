#pragma once

#include <QByteArrayView>
#include <QString>

#include <chrono>
#include <optional>

namespace qcc {

/// What an upstream says went wrong, in its own words. The text may quote anything, a key included: it is masked before it is
/// logged or shown.
struct UpstreamError {
    QString type;    ///< "rate_limit_error", "RESOURCE_EXHAUSTED"; one line, at most 100 characters.
    QString code;    ///< "insufficient_quota", "429"; one line, at most 100 characters.
    QString message; ///< One line without control characters, at most 300 characters.
    /// The balance, the credit or the quota behind the key is spent, so that waiting a minute does not help.
    bool quotaSpent = false;
    std::optional<std::chrono::milliseconds> retryDelay; ///< Gemini's RetryInfo; within [0, 24 h].
};

/// Reads the body of an error answer: the JSON of Anthropic, OpenAI, Gemini (also as the array that its streams send), FastAPI
/// and the relays, an error event of a stream, an HTML page (its title is the message), or short plain text. A body that is cut
/// off is read as far as it goes; one that is compressed or binary gives an empty error.
///
/// `quotaSpent` needs both a status that may mean it (400, 402, 403, 429) and words that say so in a field that the upstream
/// filled in itself. Nothing else of the body is searched: an error that quotes the prompt must not put an endpoint to rest.
UpstreamError readUpstreamError(int status, QByteArrayView body);

} // namespace qcc
