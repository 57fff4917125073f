#pragma once

#include "core/base/enumwords.h"

#include <QByteArray>
#include <QDateTime>
#include <QList>
#include <QString>
#include <QStringList>

#include <chrono>
#include <optional>

namespace qcc {

/// How long the stages of opening a connection took, in milliseconds; absent is what was not reached.
struct ConnectTimes {
    std::optional<double> dns, connect, tls;
};

/// Why an attempt got no answer, or not all of it. A status is none.
/// Cancelled: by qcc itself. Closed: by the other end, or reset. TimedOut: one of qcc's deadlines, or the system's, is over.
/// LeadsBack: the connection ended at this proxy. Shortage: this computer has no descriptors left, which says nothing of the endpoint.
/// NoNetwork: there is no way out of this computer, which says nothing of the endpoint either. NoHttp: what came is no answer. BodyEnded: the request's body could not be read to its end. Failed: anything else.
#define QCC_UPSTREAM_FAULTS(X)             \
    X(None, "none")                        \
    X(Cancelled, "cancelled")              \
    X(HostNotFound, "host_not_found")      \
    X(Refused, "refused")                  \
    X(TlsFailed, "tls_failed")             \
    X(ProxyFailed, "proxy_failed")         \
    X(TimedOut, "timed_out")               \
    X(Closed, "closed")                    \
    X(NetworkGone, "network_gone")         \
    X(NoNetwork, "no_network")             \
    X(LeadsBack, "leads_back")             \
    X(Shortage, "shortage")                \
    X(NoHttp, "no_http")                   \
    X(BodyEnded, "body_ended")             \
    X(Failed, "failed")
QCC_ENUM_WITH_WORDS(UpstreamFault, QCC_UPSTREAM_FAULTS)

/// The one terminal state of an exchange.
#define QCC_OUTCOMES(X)            \
    X(Complete, "complete")        \
    X(Recovered, "recovered")      \
    X(CallerError, "caller_error") \
    X(Error, "error")              \
    X(Truncated, "truncated")      \
    X(ClientCancelled, "client_cancelled")
QCC_ENUM_WITH_WORDS(Outcome, QCC_OUTCOMES)

/// What went wrong with one attempt. Closed set; one pure function maps evidence to it (core/routing).
/// Loop: the endpoint leads back to qcc itself. Model: it does not serve this model to this key. Blocked: something before the API keeps requests
/// away. Misplaced: the API does not live at this base URL. NoNetwork: this computer has none, which is nobody's fault.
#define QCC_FAILURE_CLASSES(X)       \
    X(None, "none")                  \
    X(Stale, "stale")                \
    X(Connect, "connect")            \
    X(Broken, "broken")              \
    X(Transient, "transient")        \
    X(RateLimit, "rate_limit")       \
    X(Quota, "quota")                \
    X(Auth, "auth")                  \
    X(Timeout, "timeout")            \
    X(BadAnswer, "bad_answer")       \
    X(Caller, "caller")              \
    X(BrokenStream, "broken_stream") \
    X(Loop, "loop")                  \
    X(Cancelled, "cancelled")        \
    X(Model, "model")                \
    X(Blocked, "blocked")            \
    X(Misplaced, "misplaced")        \
    X(NoNetwork, "no_network")
QCC_ENUM_WITH_WORDS(FailureClass, QCC_FAILURE_CLASSES)

/// How far an attempt came.
#define QCC_PHASES(X)     \
    X(Queue, "queue")     \
    X(Dns, "dns")         \
    X(Connect, "connect") \
    X(Tls, "tls")         \
    X(Headers, "headers") \
    X(Body, "body")
QCC_ENUM_WITH_WORDS(Phase, QCC_PHASES)

/// What a connection to an upstream speaks. Source of the words: RFC 7301's registry of protocol ids.
#define QCC_HTTP_VERSIONS(X) \
    X(Unknown, "")           \
    X(Http1, "http/1.1")     \
    X(Http2, "h2")
QCC_ENUM_WITH_WORDS(HttpVersion, QCC_HTTP_VERSIONS)

/// One try of one endpoint. Units: milliseconds. `dnsMs`, `connectMs` and `tlsMs` are durations, the first byte counts from the start of the
/// attempt; absent is what was not reached.
struct AttemptRecord {
    QString endpointId;
    QString endpointName;
    QString model;                ///< That was asked for, where it is another one than the client's; else empty.
    Phase phase = Phase::Queue;
    FailureClass failure = FailureClass::None;
    int status = 0;               ///< HTTP status of the upstream, 0 when no head arrived.
    bool reusedConnection = false;
    HttpVersion version = HttpVersion::Unknown; ///< Unknown where no connection came about.
    QString address;              ///< That the connection led to, or its proxy's; where none came about those that were tried, with commas.
    bool fromUpstream = true;     ///< false: the error is qcc's own words.
    QString error;                ///< Empty when the attempt succeeded. Never holds a key, a header or a body.
    QString upstreamError;        ///< What the upstream's error says, in one line; for its owner's eyes, not for the log.
    double offsetMs = 0;          ///< Start of the attempt, since the exchange began.
    std::optional<double> dnsMs, connectMs, tlsMs, firstByteMs;
    double totalMs = 0;
};

/// A finished exchange: what the journal counts, logs and lists. A value; crosses threads.
struct ExchangeRecord {
    quint64 number = 0;           ///< "req-<number>" in the log.
    QDateTime startedAt;          ///< UTC.
    std::chrono::system_clock::time_point endedAt = {}; ///< As the computer's clock says, which a duration does not tell where it slept meanwhile.
    QByteArray method;
    QByteArray path;              ///< Without the query.
    QString cluster;
    QString model;                ///< As asked for by the client; empty when not known.
    QString route;                ///< By which it went there: "@NAME" where its path names the cluster, else what a route goes by ("class=subagent"); empty: none.
    QStringList passedOver;       ///< Why it went by no earlier route; sentences.
    QStringList classes;          ///< What it is to its client, in the client's words; the first says most.
    QString client;               ///< Product token of the User-Agent ("claude-cli"), or empty.
    Outcome outcome = Outcome::Complete;
    int status = 0;               ///< Sent to the client; 499 when it left first.
    bool streamed = false;        ///< An event stream.
    QString answeredModel;        ///< As the upstream calls itself; empty when it does not say.
    qint64 requestBytes = 0;
    qint64 answerBytes = 0;
    std::optional<qint64> inputTokens;  ///< As the upstream told them; caches included.
    std::optional<qint64> outputTokens;
    std::optional<double> firstByteMs;
    double totalMs = 0;
    QList<AttemptRecord> attempts;
    QStringList skipped;          ///< Endpoints that were not asked, because they take a login of the client's own and it brought none for them; by name.
    QString error;                ///< Empty unless outcome is Error or Truncated.

    QString id() const { return QStringLiteral("req-%1").arg(number); }
};

/// Waiting: for an endpoint, at the start, in line, or between two attempts. Attempting: a request is out, and no head has come yet.
/// Holding: an answer has begun; whether it is worth passing on is not known yet. Streaming: the client sees the answer.
#define QCC_RUNNING_STATES(X)    \
    X(Waiting, "waiting")        \
    X(Attempting, "attempting")  \
    X(Holding, "holding")        \
    X(Streaming, "streaming")
QCC_ENUM_WITH_WORDS(RunningState, QCC_RUNNING_STATES)

/// An exchange that has not ended, as it stands at one moment. A value; crosses threads.
struct RunningExchange {
    ExchangeRecord soFar;      ///< Its attempts are those that ended; totalMs is its age.
    RunningState state = RunningState::Waiting;
    std::optional<AttemptRecord> current = {}; ///< The attempt that runs, as far as it came.

    qsizetype attempts() const { return soFar.attempts.size() + (current ? 1 : 0); }
};

} // namespace qcc
