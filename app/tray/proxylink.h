#pragma once

#include "core/base/result.h"

#include <QJsonObject>
#include <QObject>
#include <QTimer>

#include <chrono>
#include <functional>

namespace qcc {

class ControlClient;

/// The connection to a running proxy, whichever process hosts it: to its own the tray speaks no other way (ARCH-12).
/// Order of signals: attached, any number of statsArrived and newsArrived, lost. An attach() that finds nobody ends in absent. A proxy that has been
/// stopped is lost when the last of its requests has ended; until then its stats say that it does not run.
class ProxyLink : public QObject
{
    Q_OBJECT

public:
    explicit ProxyLink(QString socketName, QObject *parent = nullptr);
    ~ProxyLink() override;

    /// Looks for a running proxy; no effect while attached or looking.
    void attach();
    bool isAttached() const { return m_state == State::Attached; }
    /// Attached to one that has been stopped, and only ends what runs.
    bool isEnding() const { return isAttached() && m_isEnding; }
    /// statsArrived follows, where it is attached.
    void askForStats();

    /// `lost` follows when the proxy has ended.
    void stopProxy();
    /// statsArrived follows when the proxy has agreed, else refused.
    void useCluster(const QString &name);
    /// Picks an endpoint by hand; an empty id lets go of it. statsArrived or refused follows.
    void prefer(const QString &endpointId);
    /// Forgets what is held against an endpoint of `cluster`, or against all for an empty id. statsArrived or refused follows.
    void resetEndpoint(const QString &cluster, const QString &endpointId);
    /// Has the proxy read config.json now instead of when the system tells it to.
    void reloadConfig();
    /// Any other question; `done` gets the answer or the failure exactly once.
    void call(const QJsonObject &request, std::function<void(Result<QJsonObject>)> done,
              std::chrono::milliseconds timeout = std::chrono::seconds(15));

Q_SIGNALS:
    void attached();
    /// `stats` is the object of `GET /__qcc__/stats`.
    void statsArrived(const QString &address, const QJsonObject &stats);
    /// Something happened to an endpoint: the control socket's event "news".
    void newsArrived(const QJsonObject &news);
    void lost();
    void absent(const qcc::Failure &failure);
    /// The proxy refused what it was asked to do.
    void refused(const qcc::Failure &failure);

private:
    enum class State { Detached, Looking, Attached };

    void takeStatus(const Result<QJsonObject> &status);
    void takeEvent(const QJsonObject &event);
    void detach();
    void takeStats(const QJsonObject &stats);
    /// Sends `request`; `agreed` is called unless the proxy refuses.
    void ask(const QJsonObject &request, std::function<void()> agreed = {});

    QString m_socketName;
    State m_state = State::Detached;
    bool m_isEnding = false;
    QString m_address;
    ControlClient *m_commands;
    ControlClient *m_events = nullptr;
    QTimer m_ageing; ///< Runs while the stats tell of the last minutes, which go by with nobody's doing.
};

} // namespace qcc
