#pragma once

#include "core/upstream/hostresolver.h"

#include <QAbstractSocket>
#include <QObject>
#include <QTimer>

#include <functional>
#include <memory>
#include <vector>

class QTcpSocket;

namespace qcc {

/// Opens a TCP connection to a host that may have several addresses: one after the other, the next as soon as the one before has failed or has been
/// silent for a moment, and the first that is connected is taken. Where none is left to try the name is asked anew, since it may have got
/// others. Left to itself Qt waits 30 s for each.
/// Source: RFC 8305 §§5, 8.
/// Order of signals: addressesKnown at most once, then won or lost once, never before start() has been called. Neither comes within a time: whoever waits
/// has a limit.
class AddressRace : public QObject
{
    Q_OBJECT

public:
    /// Source: RFC 8305 §8.
    static constexpr std::chrono::milliseconds attemptDelay{250};
    /// What the name's asking anew may take once all that were known have failed.
    static constexpr std::chrono::milliseconds nameDelay{1000};

    /// `makeSocket`: an unconnected socket, of which the race becomes the parent. `hosts` outlives it.
    AddressRace(HostResolver &hosts, QString host, quint16 port, std::function<QTcpSocket *()> makeSocket, QObject *parent = nullptr);
    ~AddressRace() override;

    void start();
    /// Nobody waits for it any more: no signal follows, and who would still arrive goes with the race. Else a socket that is connected in the same
    /// turn of the event loop would be nobody's, and open for ever.
    void stop();
    /// Those that were tried so far.
    const QList<QHostAddress> &tried() const { return m_tried; }

Q_SIGNALS:
    void addressesKnown();
    /// The socket is the receiver's.
    void won(QTcpSocket *socket);
    void lost(QAbstractSocket::SocketError error, const QString &text);

private:
    struct Runner {
        QTcpSocket *socket;
        QHostAddress address;
        HostResolver::Clock::time_point since;
    };
    struct Failure {
        QHostAddress address;
        QAbstractSocket::SocketError error;
        QString text;
    };

    void ask();
    void answered(const QList<QHostAddress> &addresses);
    void next();
    void nobodyLeft();
    void connected(QTcpSocket *socket);
    void failed(QTcpSocket *socket);
    void lose();

    HostResolver &m_hosts;
    const QString m_host;
    const quint16 m_port;
    const bool m_byName;
    const std::function<QTcpSocket *()> m_makeSocket;
    HostResolver::Clock::time_point m_began;
    std::unique_ptr<HostLookup> m_lookup;
    bool m_asked = false; ///< In this race.
    bool m_known = false; ///< addressesKnown() was told.
    bool m_namesTurn = false; ///< Nothing but a new answer is waited for.
    bool m_over = false;
    QList<QHostAddress> m_left;
    QList<QHostAddress> m_tried;
    std::vector<Runner> m_runners;
    std::vector<Failure> m_failures;
    QTimer m_delay;
};

} // namespace qcc
