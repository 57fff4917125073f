#pragma once

#include "core/base/result.h"

#include <QJsonObject>
#include <QObject>

#include <functional>

namespace qcc {

class ControlClient;

/// The connection to a running proxy, whichever process hosts it.
/// Order of signals: attached, any number of statsArrived, lost. An attach() that finds nobody ends in absent.
class ProxyLink : public QObject
{
    Q_OBJECT

public:
    explicit ProxyLink(QString socketName, QObject *parent = nullptr);
    ~ProxyLink() override;

    /// Looks for a running proxy; no effect while attached or looking.
    void attach();
    bool isAttached() const { return m_state == State::Attached; }

    /// `lost` follows when the proxy has ended.
    void stopProxy();
    /// statsArrived follows when the proxy has agreed, else refused.
    void useCluster(const QString &name);

Q_SIGNALS:
    void attached();
    /// `stats` is the object of `GET /__qcc__/stats`.
    void statsArrived(const QString &address, const QJsonObject &stats);
    void lost();
    void absent(const qcc::Failure &failure);
    /// The proxy refused what it was asked to do.
    void refused(const qcc::Failure &failure);

private:
    enum class State { Detached, Looking, Attached };

    void takeStatus(const Result<QJsonObject> &status);
    void takeEvent(const QJsonObject &event);
    void detach();
    void askForStats();
    /// Sends `request`; `agreed` is called unless the proxy refuses.
    void ask(const QJsonObject &request, std::function<void()> agreed = {});

    QString m_socketName;
    State m_state = State::Detached;
    QString m_address;
    ControlClient *m_commands;
    ControlClient *m_events = nullptr;
};

} // namespace qcc
