#pragma once

#include "tests/support/arrived.h"
#include "tests/support/lenientrequestreader.h"
#include "tests/support/script.h"
#include "tests/support/sha256.h"

#include <QObject>
#include <QRandomGenerator>
#include <QTimer>

#include <optional>

class QTcpSocket;

namespace qcc::test {

class ScriptedUpstream;

/// One connection of the scripted upstream: reads requests one after the other and runs a script for each.
/// A client that ends its side counts as gone, as Qt's sockets see it.
/// Lifetime: owns the socket and deletes itself when that is disconnected.
class ScriptedConnection : public QObject
{
    Q_OBJECT

public:
    ScriptedConnection(QTcpSocket *socket, int number, ScriptedUpstream *upstream);

private:
    enum class Progress { Next, NextAfterTimer, AgainAfterDrain, AgainAfterRequest, Never, Ended };

    void readMore();
    void feedReader();
    void paceReading();
    void takeHead();
    void takeBody();
    void takeRequest();
    void refuseMalformed();
    void leaveRequest();

    void begin(const Script &script);
    void resume();
    void endScript();
    Progress run(const step::Send &send);
    Progress run(const step::Delay &delay);
    Progress run(const step::Repeat &repeat);
    Progress run(const step::AwaitRequest &await);
    Progress run(const step::DecideAgain &decide);
    Progress run(const step::Stall &stall);
    Progress run(const step::Close &close);
    Progress run(const step::Reset &reset);
    Progress run(const step::Linger &linger);
    Progress run(const step::CloseWhenIdle &close);
    Progress run(const step::EndOnNextRequest &end);

    bool isDrained();
    milliseconds randomBetween(milliseconds least, milliseconds most);
    void close();
    void reset();
    void socketGone();

    ScriptedUpstream *m_upstream;
    QTcpSocket *m_socket;
    QRandomGenerator m_random;
    LenientRequestReader m_reader;
    int m_number;
    int m_requests = 0;
    bool m_ended = false;      ///< We closed; nothing more is read or written.

    Arrived m_current;         ///< Valid while m_hasRequest.
    Sha256 m_hash;
    bool m_hasRequest = false;

    Script m_script;
    qsizetype m_step = 0;
    Progress m_wait = Progress::Next;
    bool m_running = false;
    bool m_begun = false;      ///< This request's script has begun, perhaps ended.
    std::optional<qint64> m_repeatLeft;
    QTimer m_stepTimer;
    QTimer m_readTimer;

    QTimer m_idleTimer;
    std::optional<step::CloseWhenIdle> m_closeWhenIdle;
    std::optional<bool> m_endOnNext; ///< By reset?
};

} // namespace qcc::test
