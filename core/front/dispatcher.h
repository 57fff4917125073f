#pragma once

#include "core/facts/livefigures.h"
#include "core/http/requestreader.h"

#include <QObject>
#include <QPointer>

#include <memory>

class QHttpServer;

namespace qcc {

/// Sends every request where it belongs: qcc's own pages by their routes, all else to be forwarded. One for each worker.
///
/// QtHttpServer finds the route, and has no other part in a front end. It reads headers without limits and lets requests be smuggled, hands
/// over a body when it is whole, does not tell of a client that leaves, and cannot write an answer as it came: its reason phrase, 1xx
/// answers, an end that is visibly none (ARCH-2). So the clients' sockets are not its own: of each request
/// that has been read and found good it hears once, on a socket with no network behind it, and calls a handler before dispatch() returns.
/// The only file that knows QtHttpServer, whose interface changed in 6.5 and 6.8.
/// Thread: the one that made it.
class Dispatcher : public QObject
{
public:
    /// Whose request it is; exactly one of these is called for each.
    class Caller
    {
    public:
        virtual ~Caller() = default;
        virtual void servePage(LocalPage page) = 0;
        virtual void forward() = 0;
    };

    explicit Dispatcher(QObject *parent = nullptr);
    ~Dispatcher() override;

    /// Not from within a caller.
    void dispatch(const RequestHead &head, Caller &caller);

private:
    class Bell;
    class BellServer;

    bool hasBell();

    const std::unique_ptr<QHttpServer> m_server;
    QPointer<Bell> m_bell; ///< Where the server has one.
    Caller *m_caller = nullptr;
};

} // namespace qcc
