#pragma once

#include "core/http/requestreader.h"

#include <QByteArray>
#include <QList>
#include <QObject>
#include <QTimer>

#include <chrono>

class QTcpSocket;

namespace qcc {

struct DemoAnswer;

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

} // namespace qcc
