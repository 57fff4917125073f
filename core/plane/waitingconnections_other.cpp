#include "core/plane/waitingconnections.h"

namespace qcc {

struct Lobby::Private {
    Exits exits;
};

Lobby::Lobby(Exits exits, const Patience &, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(std::move(exits)))
{
}

Lobby::~Lobby() = default;

void Lobby::enter(qintptr descriptor)
{
    d->exits.ready(descriptor);
}

int Lobby::waiting() const
{
    return 0;
}

void Lobby::makeRoom() { }

void Lobby::setMost(int) { }

} // namespace qcc
