#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/config/config.h"

#include <QObject>

#include <functional>

namespace qcc {

class Router;

/// Has the program of `endpoint` (its `api_key_command`) say the key, read as what was meant: the endpoint with that key in it, or why there is none, as
/// the rest of a sentence about the endpoint. An endpoint without a program is answered as it is.
/// `done` is called once, and not before this returned; not any more once `owner` is gone, and the program ends then.
/// Thread: that of `owner`.
void askForKey(const Endpoint &endpoint, QObject *owner, std::function<void(const Result<Endpoint> &endpoint)> done);

/// Has programs say keys when the router wants them, and tells the router: requests wait there meanwhile, not here.
/// Thread: the one that made it; the router asks from any.
class EndpointKeys : public QObject
{
    Q_OBJECT

public:
    /// Both outlive this.
    EndpointKeys(Router &router, const Clock &clock);
    ~EndpointKeys() override;

private:
    void ask(const Endpoint &endpoint);

    Router &m_router;
    const Clock &m_clock;
};

} // namespace qcc
