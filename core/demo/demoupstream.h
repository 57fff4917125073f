#pragma once

#include "core/base/result.h"
#include "core/http/requestbody.h"
#include "core/http/requestreader.h"

#include <QByteArray>
#include <QList>
#include <QObject>
#include <QTcpServer>
#include <QTimer>

#include <chrono>

class QTcpSocket;

namespace qcc {

/// What the demo says to one request: a plain body, or events when `events` is not empty.
struct DemoAnswer {
    int status = 200;
    QByteArray contentType = "application/json";
    QByteArray body;
    QList<QByteArray> events;
};

/// The demo's answer. `number` makes its id unique; `now` is in seconds since the epoch.
DemoAnswer demoAnswerTo(const RequestHead &head, const QByteArray &body, quint64 number, qint64 now);

/// One client of the demo: reads its requests one after the other and paces the events of streamed answers.
/// Lifetime: owns the socket and deletes itself when the socket is gone.
class DemoConnection : public QObject
{
    Q_OBJECT

public:
    DemoConnection(QTcpSocket *socket, BodyStore &bodies, std::chrono::milliseconds pace, QObject *parent);

private:
    void readMore();
    void answer(const Request &request);
    void begin(const DemoAnswer &answer);
    void refuse(const Refusal &refusal);
    void sendNextEvent();
    void finish();

    QTcpSocket *m_socket;
    RequestReader m_reader;
    QByteArray m_unread;        ///< Arrived, not looked at yet.
    RequestHead m_head;         ///< Of the request being answered.
    QList<QByteArray> m_events; ///< Still to be sent.
    QTimer m_pace;
    quint64 m_answers = 0;
    bool m_answering = false;
    bool m_refused = false;     ///< What still comes is dropped, so that the refusal is not lost to a reset.
    bool m_chunked = false;
    bool m_closeAfter = false;
};

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
