#pragma once

#include <QString>

#include <chrono>
#include <optional>

namespace qcc {

/// What an error means, the more particular first.
enum class ErrorKind {
    Quota,
    Model,
    RateLimit,
    Auth,
    Overloaded,
    Caller,
    Unknown,
};

/// What the words of an error are evidence of. Source: docs/answers.md, part 4; the vendors' pages named there.
struct ErrorWords {
    ErrorKind code = ErrorKind::Unknown; ///< By its code, where that is a word.
    ErrorKind rest = ErrorKind::Unknown; ///< By its type and its message, the more particular of the two.
    int number = 0;                      ///< Its code, where that is a number, also as text; 0: none.
    bool aboutKey = false;               ///< It speaks of the key, the account or their rights. A 403 is about the key only then.

    bool operator==(const ErrorWords &) const = default;
};

/// Compared without case.
ErrorWords wordsOf(const QString &type, const QString &code, const QString &message);

/// "try again in 11s", "retry after 1m26.4s", "30 秒后重试"; nothing where the text names no time. Within [0, 24 h].
std::optional<std::chrono::milliseconds> waitIn(const QString &message);

/// Whether an error of this type, code and message says that the balance, the credit or the quota behind a key is spent. A limit
/// of requests or tokens per minute is not that, although some upstreams call it a quota. Compared without case.
/// Source: error bodies of the providers named beside each word.
bool saysQuotaSpent(const QString &type, const QString &code, const QString &message);

} // namespace qcc
