#pragma once

#include "core/api/apierror.h"
#include "core/config/config.h"
#include "core/facts/endpointstate.h"
#include "core/facts/exchangerecord.h"
#include "core/http/headers.h"
#include "core/upstream/upstreamreply.h"

#include <QByteArray>
#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <chrono>

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
/// none). Times are left empty. `said`: what its body says; `blockedBefore`: a guard before the API answered.
ProbeResult verdictOn(int status, const ApiError &said, bool blockedBefore = false);
/// The verdict on a probe that got no head. `detail`: the transport's own words, used where ours would say less.
ProbeResult verdictOn(UpstreamFault fault, Phase phase, const QString &detail);
/// The verdict on a probe that had no head when its time was over.
ProbeResult verdictOnSilence(Phase phase, std::chrono::milliseconds timeout);

/// The verdict on an endpoint whose key cannot be opened, so that nothing was asked of it.
ProbeResult verdictOnKeyFault(const QString &fault);

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
    QByteArray m_body;
};

} // namespace qcc
