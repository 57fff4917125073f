#pragma once

#include "core/http/headers.h"

#include <QDateTime>

#include <chrono>
#include <optional>

namespace qcc {

/// How long an answer asks to be left alone, counted from its own Date, or from `now`, this computer's
/// time, where it has none; nothing if it does not say. An upstream is not trusted: the
/// result lies in [0, 24 h], a moment in the past is 0, and a value that cannot be read (garbage, negative, not a number, too
/// large for 64 bits of milliseconds) counts as absent.
///
/// The first that can be read counts:
/// 1. `retry-after-ms`: milliseconds, fractions allowed. Source: the OpenAI and Anthropic SDKs.
/// 2. `Retry-After`: seconds, fractions allowed as in the SDKs, or a date in any of the three forms of HTTP. Source: RFC 9110
///    §§10.2.3, 5.6.7.
/// 3. The moment at which a spent limit is filled up again, the latest if several are spent:
///    `anthropic-ratelimit-{requests,tokens,input-tokens,output-tokens}-reset` (RFC 3339) and
///    `x-ratelimit-reset-{requests,tokens}` (a duration such as "6m0s") where the matching `-remaining-` header is 0;
///    `anthropic-ratelimit-unified-reset` (seconds of Unix time) where `anthropic-ratelimit-unified-status` is "rejected";
///    `x-codex-…-reset-after-seconds` where the matching `-used-percent` is 100 or more, as ChatGPT's plans have them.
///    Source: https://docs.anthropic.com/en/api/rate-limits, https://platform.openai.com/docs/guides/rate-limits.
std::optional<std::chrono::milliseconds> retryAfter(const HeaderList &headers, const QDateTime &now);

/// How far this computer's clock, which says `now`, is ahead of that of whoever answered, by the answer's Date and, where it comes from a cache, its
/// Age; nothing where it has no date. Source: RFC 9110 §6.6.1, RFC 9111 §5.1.
std::optional<std::chrono::seconds> clockAhead(const HeaderList &headers, const QDateTime &now);

} // namespace qcc
