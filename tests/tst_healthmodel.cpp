#include "core/journal/journal.h"
#include "core/report/stats.h"
#include "core/routing/failure.h"
#include "core/routing/router.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QTest>

#include <deque>
#include <random>

using namespace qcc;
using namespace std::chrono_literals;

namespace {

using Time = Router::Time;

/// What an endpoint's standing must be, kept the slow and obvious way: the whole history, and rules as the design words them.
struct Model {
    struct Ended { Time at; bool failed; };

    quint64 total = 0, failed = 0, succeeded = 0, verified = 0;
    int consecutive = 0;
    BreakerState breaker = BreakerState::Closed;
    std::deque<Ended> history; ///< Since the breaker closed.
    std::chrono::milliseconds openTime{0};
    Time due{};
    bool out = false, keyWorked = false;
    QString rest;
    Time restUntil{};
    int keyRefusals = 0;
    bool checkForbidden = false;

    /// The longer rest and the graver reason stay.
    void restFor(const QString &why, std::chrono::milliseconds time, Time now)
    {
        static const QStringList byGravity{QString(), QStringLiteral("rate_limit"), QStringLiteral("quota"), QStringLiteral("auth")};
        const bool rests = !rest.isEmpty() && now < restUntil;
        if (!rests || byGravity.indexOf(why) > byGravity.indexOf(rest))
            rest = why;
        restUntil = rests ? std::max(restUntil, now + time) : now + time;
    }
    void refuseKey(Time now) { restFor(QStringLiteral("auth"), std::min<std::chrono::milliseconds>(30min, 1min * (1 << std::min(keyRefusals++, 10))), now); }

    void open(Time now, const Config::Breaker &rules)
    {
        openTime = openTime.count() == 0 ? std::chrono::milliseconds(rules.open) : std::min<std::chrono::milliseconds>(openTime * 2, rules.maxOpen);
        breaker = BreakerState::Open;
        due = now + openTime;
    }
    void fail(Time now, const Config::Breaker &rules)
    {
        ++consecutive;
        history.push_back({now, true});
        if (breaker == BreakerState::HalfOpen)
            return open(now, rules);
        if (breaker != BreakerState::Closed)
            return;
        // The window forgets in slices of 1/64.
        const auto slice = [&](Time t) { return t.time_since_epoch() / (Time::duration(rules.window) / 64); };
        int inWindow = 0, bad = 0;
        for (const Ended &e : history) {
            if (slice(e.at) > slice(now) - 64) {
                ++inWindow;
                bad += e.failed;
            }
        }
        if (consecutive >= rules.failures || (inWindow >= 10 && 2 * bad > inWindow))
            open(now, rules);
    }
    void succeed(Time now)
    {
        if (breaker != BreakerState::Closed)
            history.clear();
        history.push_back({now, false});
        consecutive = 0;
        breaker = BreakerState::Closed;
        openTime = {};
        out = false;
        keyWorked = true;
        keyRefusals = 0;
        rest.clear();
    }
    QString restNow(Time now) const { return out ? QStringLiteral("auth") : now < restUntil ? rest : QString(); }
    bool healthy(Time now) const { return breaker == BreakerState::Closed && restNow(now).isEmpty(); }
};

const QList<FailureClass> outcomes{
    FailureClass::None, FailureClass::None, FailureClass::None, FailureClass::Stale, FailureClass::Connect, FailureClass::Broken,
    FailureClass::Transient, FailureClass::RateLimit, FailureClass::Quota, FailureClass::Auth, FailureClass::Timeout,
    FailureClass::BadAnswer, FailureClass::Caller, FailureClass::BrokenStream, FailureClass::Cancelled,
    FailureClass::Loop, FailureClass::Model, FailureClass::Blocked, FailureClass::Misplaced};

Config threeEndpoints()
{
    Config config;
    Cluster cluster;
    cluster.name = QStringLiteral("work");
    for (const char *name : {"a", "b", "c"}) {
        Endpoint endpoint;
        endpoint.name = endpoint.id = QLatin1String(name);
        endpoint.baseUrl = "http://" + QByteArray(name) + ".example";
        endpoint.priority = static_cast<int>(cluster.endpoints.size());
        cluster.endpoints.append(endpoint);
    }
    cluster.strategy = Strategy::RoundRobin;
    config.clusters = {cluster};
    config.activeCluster = cluster.name;
    return config;
}

/// Router and journal of one run, with the model beside them.
class Run
{
public:
    explicit Run(quint64 seed) : m_random(seed), m_router(seed), m_config(std::make_shared<const Config>(threeEndpoints()))
    {
        m_router.configure(m_config, QString());
        for (const Endpoint &endpoint : m_config->clusters[0].endpoints)
            m_models.insert(endpoint.id, {});
    }

    void step()
    {
        switch (pick(10)) {
        case 0:
            m_now += std::chrono::milliseconds(pick(90'000));
            break;
        case 1:
            verifyDue();
            break;
        case 2:
            if (pick(20) == 0)
                reset();
            break;
        default:
            exchange();
            break;
        }
        m_now += std::chrono::milliseconds(pick(500));
    }

    /// Empty, or the first disagreement.
    QString disagreement()
    {
        LiveFigures live;
        live.config = m_config;
        live.cluster = QStringLiteral("work");
        live.endpoints = m_router.states(m_now);
        const QJsonObject stats = statsJson(m_journal, live);
        QStringList failedIds;
        int notClosed = 0, healthy = 0;
        const QJsonArray list = stats.value(QLatin1String("endpoints")).toArray();
        for (const QJsonValue &value : list) {
            const QJsonObject endpoint = value.toObject();
            const QString id = endpoint.value(QLatin1String("id")).toString();
            const QJsonObject health = endpoint.value(QLatin1String("health_status")).toObject();
            const QJsonObject breaker = endpoint.value(QLatin1String("breaker")).toObject();
            const Model &model = m_models[id];
            const auto differs = [&](const char *what, const QJsonValue &is, const QJsonValue &should) {
                if (is == should)
                    return false;
                m_problem = QStringLiteral("%1: %2 is %3 and should be %4").arg(id, QLatin1String(what), is.toVariant().toString(), should.toVariant().toString());
                return true;
            };
            if (differs("breaker", breaker.value(QLatin1String("state")), toWord(model.breaker))
                || differs("rest", breaker.value(QLatin1String("rest_reason")), model.restNow(m_now))
                || differs("healthy", endpoint.value(QLatin1String("is_healthy")), model.healthy(m_now))
                || differs("consecutive", health.value(QLatin1String("consecutive_failures")), model.consecutive)
                || differs("total", health.value(QLatin1String("total_requests")), double(model.total))
                || differs("failed", health.value(QLatin1String("failed_requests")), double(model.failed))
                || differs("verified", stats.value(QLatin1String("endpoint_verify_counts")).toObject().value(id), double(model.verified))
                || differs("unhealthy", health.value(QLatin1String("status")) == QLatin1String("unhealthy"),
                           model.breaker == BreakerState::Open || model.out))
                return m_problem;
            if (model.healthy(m_now))
                ++healthy;
            else
                failedIds.append(id);
            if (model.breaker != BreakerState::Closed)
                ++notClosed;
        }
        if (stats.value(QLatin1String("failed_endpoints")).toVariant().toStringList() != failedIds)
            return QStringLiteral("failed_endpoints");
        if (stats.value(QLatin1String("failure_queue_size")).toInt() != notClosed || stats.value(QLatin1String("healthy_endpoints")).toInt() != healthy)
            return QStringLiteral("failure_queue_size or healthy_endpoints");
        if (stats.value(QLatin1String("successful_requests")).toInt() != m_succeeded
            || stats.value(QLatin1String("failed_requests")).toInt() != m_failed)
            return QStringLiteral("the counters of requests");
        return {};
    }

private:
    int pick(int below) { return static_cast<int>(m_random() % static_cast<quint64>(below)); }

    void exchange()
    {
        Tries tries;
        quint64 ticket = 0;
        const Choice choice = m_router.choose(tries, {}, ticket, [] {}, m_now);
        if (choice.kind != Choice::Go) {
            m_problem = QStringLiteral("nothing to choose");
            return;
        }
        const FailureClass failure = outcomes.at(pick(static_cast<int>(outcomes.size())));
        const QString id = choice.route.endpoint.id;
        Model &model = m_models[id];
        const auto rest = std::chrono::seconds(pick(120));
        m_router.attemptEnded(choice.route, {failure, failure == FailureClass::None ? 200 : 0, 5.0, rest}, {}, m_now);

        ExchangeRecord record;
        AttemptRecord attempt;
        attempt.endpointId = id;
        attempt.failure = failure;
        record.attempts = {attempt};
        record.outcome = failure == FailureClass::None ? Outcome::Complete
            : failure == FailureClass::Caller ? Outcome::CallerError
            : failure == FailureClass::Cancelled ? Outcome::ClientCancelled : Outcome::Error;
        m_journal.record(record);
        m_succeeded += failure == FailureClass::None;
        m_failed += record.outcome == Outcome::Error;

        if (failure == FailureClass::Stale || failure == FailureClass::Cancelled)
            return;
        ++model.total;
        if (failure == FailureClass::Caller)
            return;
        if (failure == FailureClass::None) {
            ++model.succeeded;
            return model.succeed(m_now);
        }
        ++model.failed;
        if (failure == FailureClass::Auth) {
            if (model.keyWorked)
                model.refuseKey(m_now);
            else
                model.out = true;
        } else if (failure == FailureClass::RateLimit) {
            model.restFor(QStringLiteral("rate_limit"), rest, m_now);
        } else if (failure == FailureClass::Quota) {
            model.restFor(QStringLiteral("quota"), 30min, m_now);
        } else if (failure != FailureClass::Model) {
            model.fail(m_now, m_config->breaker);
        }
    }

    void verifyDue()
    {
        const QList<Endpoint> due = m_router.verificationsDue(m_now);
        for (const Endpoint &endpoint : due) {
            Model &model = m_models[endpoint.id];
            if (model.breaker == BreakerState::Open && m_now < model.due)
                m_problem = QStringLiteral("%1 is checked too early").arg(endpoint.id);
            bool reachable = pick(2) == 0;
            const bool refused = !reachable && pick(4) == 0;
            m_router.verified(endpoint.id, reachable, refused, m_now);
            ++model.verified;
            const bool afterRefusal = model.rest == QLatin1String("auth");
            if (refused && afterRefusal && !model.checkForbidden) {
                model.refuseKey(m_now);
                reachable = true;
            } else if (refused && model.keyWorked) {
                model.checkForbidden = model.checkForbidden || !afterRefusal;
                reachable = true;
                if (afterRefusal)
                    model.rest.clear();
            } else if (refused || reachable) {
                model.out = refused;
                if (afterRefusal)
                    model.rest.clear();
            }
            if (model.rest == QLatin1String("auth") && m_now >= model.restUntil)
                model.rest.clear();
            if (model.breaker == BreakerState::Open) {
                if (reachable) {
                    model.breaker = BreakerState::HalfOpen;
                } else {
                    model.openTime = std::min<std::chrono::milliseconds>(model.openTime * 2, m_config->breaker.maxOpen);
                    model.due = m_now + model.openTime;
                }
            } else if (model.breaker == BreakerState::Closed && !reachable) {
                model.fail(m_now, m_config->breaker);
            }
        }
    }

    void reset()
    {
        const QString id = QString(QLatin1Char("abc"[pick(3)]));
        m_router.reset(id);
        Model fresh;
        const Model &old = m_models[id];
        fresh.keyWorked = old.keyWorked; // the key is the same
        fresh.total = old.total;
        fresh.failed = old.failed;
        fresh.succeeded = old.succeeded;
        fresh.verified = old.verified;
        m_models[id] = fresh;
    }

    std::mt19937_64 m_random;
    Router m_router;
    Journal m_journal;
    ConfigSnapshot m_config;
    QHash<QString, Model> m_models;
    Time m_now = Time{} + 24h;
    int m_succeeded = 0, m_failed = 0;
    QString m_problem;
};

} // namespace

/// Breaker, health and stats against a model that remembers everything, over random sequences of faults, checks, resets and time.
class TestHealthModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void agreesAfterTenThousandRandomSequences()
    {
        for (quint64 seed = 1; seed <= 10'000; ++seed) {
            Run run(seed);
            const int steps = 10 + static_cast<int>(seed % 30);
            for (int i = 0; i < steps; ++i)
                run.step();
            const QString problem = run.disagreement();
            QVERIFY2(problem.isEmpty(), qPrintable(QStringLiteral("seed %1: %2").arg(seed).arg(problem)));
        }
    }

    void agreesThroughoutALongLife()
    {
        Run run(424242);
        for (int i = 0; i < 20'000; ++i) {
            run.step();
            const QString problem = run.disagreement();
            QVERIFY2(problem.isEmpty(), qPrintable(QStringLiteral("step %1: %2").arg(i).arg(problem)));
        }
    }
};

QTEST_GUILESS_MAIN(TestHealthModel)
#include "tst_healthmodel.moc"
