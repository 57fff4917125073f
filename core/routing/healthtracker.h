#pragma once

#include "core/config/config.h"
#include "core/facts/endpointstate.h"
#include "core/facts/exchangerecord.h"
#include "core/routing/breaker.h"
#include "core/routing/concurrencylimit.h"
#include "core/routing/strategy.h"

#include <QHash>

#include <algorithm>
#include <optional>

namespace qcc {

/// What an attempt that ended tells of its endpoint.
struct AttemptResult {
    FailureClass failure = FailureClass::None;
    int status = 0;
    std::optional<double> firstByteMs = {};
    std::optional<std::chrono::milliseconds> retryAfter = {}; ///< As the endpoint asked.
    QString model = {};     ///< As the client asked for it; empty where it named none.
    QByteArray login = {};  ///< The mark of the client's own login with which it was asked; empty: with the endpoint's key.
    bool auxiliary = false; ///< It was no question to a model: what an answer says of it says nothing about the endpoint.
    std::optional<std::chrono::steady_clock::time_point> began = {}; ///< Where that is not known, just now.
};

/// What routing knows of one endpoint: breaker, rests, trust, load.
/// A plain value; time is an argument. `Time` is the steady clock's.
class HealthTracker
{
public:
    using Time = std::chrono::steady_clock::time_point;

    /// The longest rests. An endpoint without words about the time rests `rateLimitRest`, doubled each time, up to five minutes.
    static constexpr std::chrono::minutes longestRateLimitRest{30};
    static constexpr std::chrono::minutes quotaRest{30};
    static constexpr std::chrono::seconds rateLimitRest{5};
    /// Of an endpoint whose key has worked and is refused now, doubled each time up to `longestKeyRest`. One refusal condemns no such key, since
    /// relays answer 401 when their own upstream does.
    static constexpr std::chrono::minutes keyRest{1};
    static constexpr std::chrono::minutes longestKeyRest{30};
    /// For one model that it does not serve; at most `mostModels` at a time.
    static constexpr std::chrono::minutes modelRest{10};
    static constexpr qsizetype mostModels = 64;
    /// Of the clients' own logins that have used up what they may.
    static constexpr qsizetype mostLogins = 64;

    HealthTracker(const Config::Breaker &rules, int ceiling);
    void setRules(const Config::Breaker &rules, int ceiling, PoolStrategy strategy);

    /// An attempt begins. Returns whether it is the one probe of a half-open endpoint.
    bool attemptStarted();
    /// `probe`: what attemptStarted() returned.
    void attemptEnded(const AttemptResult &result, bool probe, Time now);
    /// An attempt that attemptEnded() is told of stays in flight, until wentOn().
    void goesOn() { ++m_inFlight; }
    void wentOn() { --m_inFlight; }
    /// The background check, or one by hand, came back; `refusedKey`: reachable but 401 or 403.
    void verified(bool reachable, bool refusedKey, Time now);
    /// Its owner has sent it a message to test it. A good answer is as good as a live one: no breaker, rest or refused key outlasts it. A failure
    /// counts as that of any check where it is held against the endpoint, or against a key that never worked; it begins no rest, which is for live
    /// requests to find out.
    void messageTested(FailureClass failure, Time now);
    /// The background check of an endpoint that is open comes forward.
    void checkSoon(Time now);
    /// Closed, rested, trusted: as if nothing had been, but for what is known of its key.
    void reset();
    /// Its key has given a good answer, now or in an earlier run.
    void keyHasWorked() { m_keyWorked = true; }
    bool keyWorked() const { return m_keyWorked; }

    /// For a request for `model`, where it names one, with the client's own `login`, where it goes with that. After a failure it is Degraded for a second, doubled by each, or for 30 at once where that was
    /// slow, and then trusted again, so that a preferred endpoint comes back by itself.
    Tier tier(Time now, const QString &model = {}, const QByteArray &login = {}) const;
    HealthStatus health(Time now) const;
    /// An unfinished failure of the slow kind: no conversation is kept here, and the background check looks at it soon,
    /// before the next client has to wait for it (ARCH-7).
    bool isSuspect() const { return m_probeDue.has_value(); }
    /// Nothing is held against it: no breaker, no rest, no refused key.
    bool isWell() const { return !m_out && m_rest == RestReason::None && m_breaker.state() == BreakerState::Closed; }
    /// It rests for no model, or has not been asked since that rest was over.
    bool servesAllModels() const { return m_models.isEmpty(); }
    /// How many more attempts it bears now; none where it is at or above its limit.
    int room() const { return std::max(0, limit() - m_inFlight); }
    int inFlight() const { return m_inFlight; }
    int limit() const;
    double firstByteMs(Time now) const { return m_firstByte.value(now); }
    BreakerState breaker() const { return m_breaker.state(); }
    /// Until when nothing should be sent here, if a time is known.
    std::optional<Time> restsUntil(Time now, const QString &model = {}, const QByteArray &login = {}) const;
    /// When the background check should look; nothing while all is well or nothing is known.
    std::optional<Time> verifyDue() const;
    /// For the stats; pool figures are not filled.
    EndpointState state(Time now) const;

private:
    void countFailure(const AttemptResult &result, Time now);
    bool rests(Time now) const { return m_rest != RestReason::None && now < m_restUntil; }
    void rest(RestReason reason, std::chrono::milliseconds time, Time now);
    void restForModel(const QString &model, Time now);
    void restForLogin(const AttemptResult &result, Time now);
    void wentWell(const AttemptResult &result, int inFlight, Time now);

    Breaker m_breaker;
    ConcurrencyLimit m_limit;
    PoolStrategy m_strategy = PoolStrategy::Adaptive;
    PeakEwma m_firstByte;
    bool m_known = false;          ///< Something has been learnt since the start.
    bool m_keyWorked = false;      ///< Its key has given a good answer, ever.
    bool m_out = false;            ///< A key that never worked was refused.
    bool m_checkForbidden = false; ///< It refuses the background check with a key that works.
    RestReason m_rest = RestReason::None; ///< Until `m_restUntil`.
    Time m_restSince{};
    Time m_restUntil{};
    int m_keyRefusals = 0;         ///< In a row, of a key that has worked.
    QHash<QString, Time> m_models; ///< Until when each is not asked for here.
    /// What a client's own login has been refused for: its plan's limit, or its account's.
    struct LoginRest {
        Time since{}, until{};
        int rateLimits = 0; ///< In a row.
    };
    QHash<QByteArray, LoginRest> m_logins; ///< By their marks.
    int m_rateLimits = 0;          ///< In a row.
    Time m_degradedUntil{};
    std::optional<Time> m_probeDue;
    std::optional<Time> m_checkSoon;
    int m_probes = 0;              ///< Failed checks of a suspect, in a row.
    quint64 m_verifications = 0;
    QString m_reason;              ///< Of the last failure, for the breaker.
    int m_inFlight = 0;
};

} // namespace qcc
