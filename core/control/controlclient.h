#pragma once

#include "core/base/result.h"

#include <QJsonObject>
#include <QObject>

#include <chrono>
#include <functional>
#include <memory>

namespace qcc {

/// The other end of ControlServer.
/// Thread: the one that made it. Never blocks: the CLI waits in its own event loop.
class ControlClient : public QObject
{
    Q_OBJECT

public:
    explicit ControlClient(QString socketName, QObject *parent = nullptr);
    ~ControlClient() override;

    /// Sends `request`; `done` gets the `result` object, or the failure, exactly once and never before call()
    /// returned; not any more once this object is gone. Several calls may be under way; the first connects.
    /// Errors: NotRunning (nobody listens), Timeout, and whatever the server answers.
    void call(const QJsonObject &request, std::function<void(Result<QJsonObject>)> done,
              std::chrono::milliseconds timeout = std::chrono::seconds(15));
    /// Opens a stream of events beside the calls; `lost()` follows when it ends, or when nobody listens. After that it
    /// may be called again.
    void subscribe();

Q_SIGNALS:
    void event(const QJsonObject &event);
    void lost();

private:
    struct Private;
    std::unique_ptr<Private> m_calls;
    std::unique_ptr<Private> m_events; ///< Null until subscribe().
};

} // namespace qcc
