#pragma once

#include "core/api/apierror.h"
#include "core/api/dialect.h"
#include "core/config/config.h"
#include "core/exchange/attempt.h"
#include "core/facts/endpointstate.h"
#include "core/facts/exchangerecord.h"
#include "core/http/headers.h"
#include "core/upstream/upstreamreply.h"

#include <QByteArray>
#include <QDeadlineTimer>
#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <chrono>
#include <memory>

namespace qcc {

class UpstreamPool;

/// What is asked of an endpoint to learn whether it answers: the list of its models, which costs nothing.
struct ProbeRequest {
    QByteArray target; ///< Origin form, the endpoint's base path included.
    HeaderList headers;
};

/// The request that tests `endpoint`, at the path where a client's would go. Where the
/// style of the key is left to the client, both usual ones are sent, except to vendors whose own style is known:
/// Anthropic's API takes a key in an Authorization header for a bad token.
/// Source: https://docs.anthropic.com/en/api/models-list, https://platform.openai.com/docs/api-reference/models/list,
/// https://ai.google.dev/api/models.
ProbeRequest probeRequest(const Endpoint &endpoint);

/// The verdict on an answer: everything below 500 but a refused key counts as reachable (401, and a 403 whose error speaks of the key; a page is
/// none). Times are left empty. `said`: what its body says; `blockedBefore`: a guard before the API answered; `bringsKey`: without one a refusal for want of
/// it is what a reachable endpoint answers.
ProbeResult verdictOn(int status, const ApiError &said, bool blockedBefore = false, bool bringsKey = true);
/// The verdict on a probe that got no head. `detail`: the transport's own words, used where ours would say less.
ProbeResult verdictOn(UpstreamFault fault, Phase phase, const QString &detail);
/// The verdict on a probe that had no head when its time was over.
ProbeResult verdictOnSilence(Phase phase, std::chrono::milliseconds timeout);

/// The request by which a client of `dialect` asks for `target`, with stand-ins for the credentials that it would send; Unknown sends both usual
/// ones.
RequestHead headFor(const Endpoint &endpoint, Dialect dialect, const QByteArray &method, const QByteArray &target);

/// The verdict on an endpoint whose key cannot be opened, or is not said by its program, so that nothing was asked of it.
ProbeResult verdictOnKeyFault(const QString &fault);
/// The verdict of a test that would need the client's own login, and so says nothing about the endpoint.
ProbeResult verdictWithoutLogin();

/// One cheap request to an endpoint on a connection of its own. Destroying it cancels it.
/// Order of signals: finished exactly once, after start() returned.
class EndpointProbe : public QObject
{
    Q_OBJECT

public:
    static constexpr std::chrono::milliseconds usualTimeout{10'000};

    /// `upstream` outlives the probe. `timeout` covers everything from the wait for a connection
    /// to the end of the answer.
    EndpointProbe(UpstreamPool &upstream, const Endpoint &endpoint, std::chrono::milliseconds timeout,
                  QObject *parent = nullptr);

    /// Once.
    void start();

Q_SIGNALS:
    void finished(const qcc::ProbeResult &result);

private:
    enum class State { Idle, Asking, Ended };

    void headArrived();
    void bodyArrived();
    ProbeResult verdict() const;
    void replyEnded();
    void timeUp();
    void finish(ProbeResult result);

    UpstreamPool &m_upstream;
    Endpoint m_endpoint;
    State m_state = State::Idle;
    HeldReply m_reply;
    QTimer m_timer;
    QElapsedTimer m_clock;
    std::optional<double> m_firstByteMs;
    std::optional<std::chrono::seconds> m_clockAhead;
    QByteArray m_body;
};

/// What requests of late have told of how an endpoint is spoken to.
struct LatelyAsked {
    Dialect dialect = Dialect::Unknown;
    QString model; ///< As the client asked for it.
};

/// How an endpoint is asked when it is tested with a message.
struct MessageTest {
    ConfigSnapshot config;  ///< Its rules about models and statuses hold as for a client's request.
    QList<Dialect> dialects; ///< The next one where there is no such path as the first one asks for; at least one.
    QString model;           ///< As a client would ask for it; empty: one that is cheap.

    /// Nothing told which dialect it speaks, so that a path which is not there says nothing of the endpoint.
    bool isGuess() const { return dialects.size() > 1; }
};

/// `ofEndpoint` is what requests told of this one, `ofCluster` of those beside it. The dialect is that of the endpoint's own requests, else what its
/// base URL says, else its neighbours', else what its `auth` says, else Anthropic's and then OpenAI's. `model` empty: the one that was asked for of
/// late, else the first target of its model_map, else model.override, else a cheap one of the dialect's.
MessageTest messageTest(const Endpoint &endpoint, const ConfigSnapshot &config, const QString &model = {},
                        const std::optional<LatelyAsked> &ofEndpoint = {}, const std::optional<LatelyAsked> &ofCluster = {});

/// One real request to a model of an endpoint, the smallest there is, on a connection of its own: built and judged as an attempt of an exchange is
/// (docs/answers.md). It costs about a token, so that it is made at its owner's wish alone. Destroying it cancels it.
/// Order of signals: ended exactly once, after start() returned.
class MessageProbe final : public QObject, private Attempt::Listener
{
    Q_OBJECT

public:
    static constexpr std::chrono::milliseconds usualTimeout{60'000};

    /// `upstream` and `clock` outlive the probe. `timeout` covers everything.
    MessageProbe(UpstreamPool &upstream, const Alarms &clock, const Endpoint &endpoint, MessageTest test, std::chrono::milliseconds timeout,
                 QObject *parent = nullptr);

    /// Once.
    void start();
    /// Nobody waits for it any more: what is still worked on is stopped at once.
    void cancel();

Q_SIGNALS:
    void ended(const qcc::ProbeResult &result);

private:
    // Attempt::Listener
    void interim(const AnswerHead &) override { }
    void answered() override;
    void arrived() override;
    void finished() override;

    Dialect dialect() const { return m_test.dialects.at(m_tried); }
    void ask();
    std::chrono::milliseconds remaining() const { return std::chrono::milliseconds(m_deadline.remainingTime()); }
    bool isRefusal() const { return m_attempt->status() >= 300; }
    bool hasSaidEnough() const;
    void conclude();
    ProbeResult verdict() const;
    QString refusalText(FailureClass failure) const;
    MessageFound found() const;
    void timeUp();
    void finish(ProbeResult result);

    UpstreamPool &m_upstream;
    const Alarms &m_clock;
    const Endpoint m_endpoint;
    const MessageTest m_test;
    BodyStore m_bodies;
    Request m_request;
    qsizetype m_tried = 0; ///< Of the dialects.
    QString m_model;       ///< As it is asked for in this one, before it is renamed for the endpoint.
    std::unique_ptr<Attempt> m_attempt;
    QByteArray m_answer;   ///< Its beginning.
    bool m_upstreamDone = false;
    bool m_ended = false;
    QTimer m_timer;
    QDeadlineTimer m_deadline;
    const std::chrono::milliseconds m_timeout;
};

} // namespace qcc
