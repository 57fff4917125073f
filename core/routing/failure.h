#pragma once

#include "core/api/apierror.h"
#include "core/api/dialect.h"
#include "core/config/config.h"
#include "core/facts/exchangerecord.h"
#include "core/routing/requestway.h"

#include <QByteArray>
#include <QList>

#include <chrono>
#include <optional>

namespace qcc {

/// What is known of an attempt that did not simply succeed.
struct Evidence {
    UpstreamFault fault = UpstreamFault::None;
    Phase phase = Phase::Queue;
    bool provenUnread = false;   ///< Nobody can have read the request.
    int status = 0;              ///< 0: no head arrived.
    bool ofApi = false;          ///< The path is the API's own, to a model.
    bool redirects = false;      ///< To somewhere else, of a request that must not be sent there by itself.
    bool blockedBefore = false;  ///< A field of the answer says that it is of a guard before the API.
    bool saysError = false;      ///< A 2xx that told an API's error: `error`.
    bool badOpening = false;     ///< A 2xx that turned out to be a page, nothing, or no answer.
    bool toClientsLogin = false; ///< It was asked with the client's own login, so that a refusal of that is the client's.
    bool leadsBack = false;      ///< A proxy on the way has known the request for one that it had sent itself.
    bool webSocket = false;      ///< The request asked for one.
    bool committed = false;      ///< The client has seen part of this answer.
    ApiError error = {};         ///< What an answer that says no says.
};

/// The class of an attempt. Source: docs/answers.md, part 4; the user's own status lists come first.
FailureClass classify(const Evidence &evidence, const Config::Retry &rules = {});

/// What a failure is held against.
enum class Scope {
    Nobody,
    Endpoint, ///< It counts for the breaker.
    Rest,     ///< The endpoint is left alone for a while.
    Model,    ///< The endpoint, for this model.
    Key,      ///< The endpoint's key.
};

/// What follows a failure that the client has not seen.
struct Remedy {
    bool otherEndpoint = false; ///< Another endpoint may do better, at once.
    bool sameEndpoint = false;  ///< This one may do better in the same exchange, after a while.
    bool again = false;         ///< This one may be asked again in the same exchange, once others have been.
    Scope against = Scope::Nobody;

    bool counts() const { return against == Scope::Endpoint; }
};

/// The one table of remedies (ARCH-6). Source: docs/answers.md, part 4.
const Remedy &remedyFor(FailureClass failure);

/// Whether the status blames the request itself rather than the endpoint.
bool isCallerStatus(int status);

/// What one exchange has tried so far. A stale connection is no try: its repetition is part of the one that met it.
struct Tries {
    using Time = std::chrono::steady_clock::time_point;

    struct Try {
        QString endpoint;
        FailureClass failure = FailureClass::None;
        Time notBefore{}; ///< The endpoint is not asked again by this exchange before.
        bool anotherKey = false; ///< It will be with another key, so that its refusal says nothing any more.
    };

    /// The cluster is that of the first choice, so that an exchange finishes where it began though the user switches meanwhile; the configuration that of
    /// the last one before anything was tried.
    ConfigSnapshot config;
    QString cluster;
    QString model; ///< That is asked for, as the client calls it, or its route; empty where neither names one.
    QString asked = {};          ///< In place of which `setModel` is asked for.
    RequestTraits traits = {};   ///< By which routes know it.
    QString named = {};          ///< The cluster that its path names; empty: routes, and the active cluster.
    QString route = {};          ///< RouteRule::text() of the one that it goes by; empty where it goes by none.
    QString setModel = {};       ///< The model that takes the place of the client's; empty: that.
    QStringList passedOver = {}; ///< Why it does not go by a route that it meets; sentences.
    QByteArray login; ///< The mark of the client's own login; empty where it brought none.
    Dialect loginDialect = Dialect::Unknown; ///< Of the vendor whose login it is, as far as the request tells.
    QList<Try> made;

    int timesOn(const QString &endpoint) const;
    /// The last try on this endpoint, or null.
    const Try *lastOn(const QString &endpoint) const;
};

/// Whether the request may go to the endpoint at all: one that passes the client's login on needs that there is one, and that it is its
/// vendor's.
bool maySendTo(const Endpoint &endpoint, const Tries &tries);

/// When an exchange may next ask an endpoint, if it may at all.
/// The failure table's rules about the same endpoint, its `max_attempts_per_endpoint`, and back-off.
std::optional<Tries::Time> mayTry(const QString &endpoint, const Tries &tries, Tries::Time now);

/// How long after a failure the same endpoint may be asked again: as it wished, up to a minute, else `backoff`.
/// Nothing: its wish is longer than anybody would wait.
std::optional<std::chrono::milliseconds> pauseAfter(FailureClass failure, std::optional<std::chrono::milliseconds> retryAfter,
                                                    std::chrono::milliseconds backoff);

} // namespace qcc
