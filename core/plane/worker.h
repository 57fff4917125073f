#pragma once

#include "core/facts/runningexchange.h"
#include "core/front/localsurface.h"
#include "core/http/requestreader.h"
#include "core/plane/sharedplane.h"

#include <QHostAddress>
#include <QList>
#include <QObject>

#include <atomic>
#include <memory>

namespace qcc {

class Alarms;
class HttpFrontend;
class UpstreamPool;
struct ExchangeContext;

/// One I/O thread's share of the proxy: a front end, a pool, and the exchanges between them.
/// Thread: its own, from begin() to end(); load() may be read from any.
class Worker : public QObject
{
    Q_OBJECT

public:
    /// Made on the core thread, then moved.
    Worker(std::shared_ptr<SharedPlane> plane, RequestReader::Limits limits);
    ~Worker() override;

    /// Lives on the worker's thread; connect to it queued.
    LocalSurface &surface() { return m_surface; }
    /// Client connections given to this worker and not yet closed.
    int load() const { return m_load; }
    void countAdopted() { ++m_load; }
    /// The number of the last thing posted by the team that has been done. May be read from any thread.
    quint64 done() const { return m_done; }
    void setDone(quint64 number) { m_done = number; }

public Q_SLOTS:
    void begin();
    void adopt(qintptr descriptor);
    /// Says why this connection is not served, and closes it.
    void turnAway(qintptr descriptor, const qcc::Refusal &why);
    /// Closes the connection that has been idle for longest, if one has been for so long.
    void makeRoom(std::chrono::milliseconds idle);
    void setLimits(qcc::RequestReader::Limits limits);
    /// `ours`: the addresses that this computer has now.
    void networkChanged(const QList<QHostAddress> &ours);
    /// No further requests on any connection; emptied() follows when the last is gone.
    void drain();
    /// What runs ends as an answer that breaks off; emptied() follows soon.
    void endNow();
    /// Destroys what lives on the thread.
    void end();

    /// runningTold() follows.
    void tellRunning(quint64 question);

Q_SIGNALS:
    void emptied();
    void runningTold(quint64 question, const QList<qcc::RunningExchange> &running);

private:
    void connectionsChanged(int count);
    void adoptionFailed();

    const std::shared_ptr<SharedPlane> m_plane;
    RequestReader::Limits m_limits;
    LocalSurface m_surface;
    std::unique_ptr<Alarms> m_alarms;
    std::unique_ptr<UpstreamPool> m_pool;
    std::unique_ptr<ExchangeContext> m_exchanges;
    std::unique_ptr<HttpFrontend> m_front;
    std::atomic<int> m_load{0};
    std::atomic<quint64> m_done{0};
    int m_known = 0;
    int m_most = 0; ///< Connections since this worker last had none.
    bool m_draining = false;
};

} // namespace qcc
