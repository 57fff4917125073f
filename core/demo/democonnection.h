#pragma once

#include "core/demo/lenientrequestreader.h"

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
    DemoConnection(QTcpSocket *socket, std::chrono::milliseconds pace, QObject *parent);

private:
    void readMore();
    void answer();
    void begin(const DemoAnswer &answer);
    void refuse(int status, const QString &message);
    void sendNextEvent();
    void finish();

    QTcpSocket *m_socket;
    LenientRequestReader m_reader;
    QByteArray m_body;
    QList<QByteArray> m_events; ///< Still to be sent.
    QTimer m_pace;
    quint64 m_answers = 0;
    bool m_answering = false;
    bool m_chunked = false;
    bool m_closeAfter = false;
};

} // namespace qcc
