#include "ui/requests/runningwords.h"

namespace qcc {

QString RunningWords::of(RunningState state)
{
    switch (state) {
    case RunningState::Waiting: return tr("queued", "exchange that runs");
    case RunningState::Attempting: return tr("asking", "exchange that runs");
    case RunningState::Holding: return tr("checking", "exchange that runs");
    case RunningState::Streaming: return tr("streaming", "exchange that runs");
    }
    Q_UNREACHABLE();
}

QString RunningWords::explained(RunningState state)
{
    switch (state) {
    case RunningState::Waiting: return tr("Waits for an endpoint, or for the next attempt.");
    case RunningState::Attempting: return tr("An endpoint has the request; its answer has not begun yet.");
    case RunningState::Holding: return tr("The answer has begun; its first bytes are held back until it is known to be good.");
    case RunningState::Streaming: return tr("The answer is on its way to the client.");
    }
    Q_UNREACHABLE();
}

} // namespace qcc
