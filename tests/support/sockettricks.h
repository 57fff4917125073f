#pragma once

class QAbstractSocket;

namespace qcc::test {

/// Ends the connection with a reset; bytes still queued are lost.
void resetConnection(QAbstractSocket *socket);
/// Sends FIN and keeps reading. Bytes still queued in Qt must be gone before.
void shutdownWriting(QAbstractSocket *socket);
/// Tells how a connection ended, which Qt's sockets do not: they report FIN and RST alike and close the descriptor first. Holds a
/// descriptor of its own; while it lives, closing the socket sends nothing.
class ConnectionWitness
{
public:
    explicit ConnectionWitness(const QAbstractSocket *socket);
    ~ConnectionWitness();
    ConnectionWitness(const ConnectionWitness &) = delete;
    ConnectionWitness &operator=(const ConnectionWitness &) = delete;

    /// Whether the peer reset the connection. Meaningless after `shutdownWriting`; always false on Windows.
    bool sawReset() const;

private:
    int m_descriptor = -1;
};

} // namespace qcc::test
