#pragma once

#include "core/exchange/fixedtimeouts.h"

#include <QObject>
#include <QTimer>

#include <chrono>
#include <functional>
#include <memory>

namespace qcc {

/// Where accepted connections wait until a whole request header has come, so that those that never send one cost the workers nothing.
/// Nothing is read here, only looked at. On Linux; elsewhere everybody goes
/// straight through, and the workers' own deadlines hold.
/// Thread: the core thread.
class WaitingConnections : public QObject
{
    Q_OBJECT

public:
    struct Exits {
        std::function<void(qintptr descriptor)> ready; ///< A header is there, or what can be none.
        std::function<void(qintptr descriptor)> late;  ///< It began and did not end in time (`clientHead`).
    };

    WaitingConnections(Exits exits, const FixedTimeouts &fixedTimeouts, QObject *parent = nullptr);
    /// Closes who still waits.
    ~WaitingConnections() override;

    /// Takes over an accepted connection.
    void enter(qintptr descriptor);
    int waiting() const;
    /// Closes the half that has waited for longest, but for those who have only just come and may be about to speak.
    void makeRoom();
    /// Beyond this many the one that has waited for longest is closed, with the same exception.
    void setMost(int most);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace qcc
