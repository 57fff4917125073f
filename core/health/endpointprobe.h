#pragma once

#include "core/config/config.h"
#include "core/facts/proberesult.h"
#include "core/upstream/upstreamreply.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <chrono>

namespace qcc {

class UpstreamPool;

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
