#pragma once

#include "core/config/config.h"
#include "core/facts/exchangerecord.h"

#include <QByteArray>
#include <QList>

#include <chrono>
#include <optional>

namespace qcc {

/// What one exchange has tried so far. A stale connection is no try: its repetition is part of the one that met it.
struct Tries {
    using Time = std::chrono::steady_clock::time_point;

    struct Try {
        QString endpoint;
        FailureClass failure = FailureClass::None;
        Time notBefore{}; ///< The endpoint is not asked again by this exchange before.
    };

    /// Of the first choice, so that an exchange finishes where it began though the user switches meanwhile.
    ConfigSnapshot config;
    QString cluster;
    QString model; ///< As the client asked for it; empty where it named none.
    QList<Try> made;

    int timesOn(const QString &endpoint) const;
    /// The last try on this endpoint, or null.
    const Try *lastOn(const QString &endpoint) const;
};

/// When an exchange may next ask an endpoint, if it may at all.
/// The failure table's rules about the same endpoint, its `max_attempts_per_endpoint`, and back-off.
std::optional<Tries::Time> mayTry(const QString &endpoint, const Tries &tries, Tries::Time now);

/// How long after a failure the same endpoint may be asked again: as it wished, up to a minute, else `backoff`.
/// Nothing: its wish is longer than anybody would wait.
std::optional<std::chrono::milliseconds> pauseAfter(FailureClass failure, std::optional<std::chrono::milliseconds> retryAfter,
                                                    std::chrono::milliseconds backoff);

} // namespace qcc
