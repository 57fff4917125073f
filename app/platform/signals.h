#pragma once

#include <QObject>

#include <memory>

namespace qcc::platform {

/// Until there is a StopRequests, hangups wait, so that one that comes early ends nothing; or they do what they always do. Before threads.
void holdHangups();
void releaseHangups();

/// The system's requests to end (SIGTERM, SIGINT, and SIGHUP when the terminal has gone from which the process was started; Ctrl+C and closing the window on
/// Windows), and to read the configuration again (any other SIGHUP), as Qt signals.
/// Lifetime: one at a time; the system's own behaviour returns with its end.
class StopRequests : public QObject
{
    Q_OBJECT

public:
    explicit StopRequests(QObject *parent = nullptr);
    ~StopRequests() override;

Q_SIGNALS:
    /// The `count`th request. After the second, the next one ends the process the system's way.
    void requested(int count);
    void reloadRequested();

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace qcc::platform
