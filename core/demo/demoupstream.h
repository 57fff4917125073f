#pragma once

#include "core/base/result.h"
#include "core/http/bodystore.h"

#include <QObject>
#include <QTcpServer>

#include <chrono>

namespace qcc {

/// An upstream for trying everything without a key: answers on loopback in the words of Anthropic's, OpenAI's and Gemini's APIs,
/// says that it is a demo, and quotes the last user message.
/// Thread: lives in one thread with an event loop; no timer runs while nobody is being answered.
class DemoUpstream : public QObject
{
    Q_OBJECT

public:
    explicit DemoUpstream(QObject *parent = nullptr);
    ~DemoUpstream() override;

    /// Listens on 127.0.0.1; port 0 lets the system choose. Returns the port.
    /// Errors: PortInUse, NotAllowed, Failed.
    Result<quint16> listen(quint16 port);
    /// 0 while not listening.
    quint16 port() const { return m_server.serverPort(); }
    /// The time between two events of a stream, 30 ms unless told otherwise; for connections made from now on.
    void setPace(std::chrono::milliseconds pace) { m_pace = pace; }

private:
    void takeConnections();

    QTcpServer m_server;
    BodyStore m_bodies;
    std::chrono::milliseconds m_pace{30};
};

} // namespace qcc
