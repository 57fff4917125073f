#include "core/plane/waitingconnections.h"

namespace qcc {

struct WaitingConnections::Private {
    Exits exits;
};

WaitingConnections::WaitingConnections(Exits exits, const FixedTimeouts &, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(std::move(exits)))
{
}

WaitingConnections::~WaitingConnections() = default;

void WaitingConnections::enter(qintptr descriptor)
{
    d->exits.ready(descriptor);
}

int WaitingConnections::waiting() const
{
    return 0;
}

void WaitingConnections::makeRoom() { }

void WaitingConnections::setMost(int) { }

} // namespace qcc
