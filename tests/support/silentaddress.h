#pragma once

#include <QHostAddress>
#include <QTcpServer>
#include <QTcpSocket>

#include <memory>
#include <vector>

namespace qcc::test {

/// A port that answers no handshake, as a computer that is switched off: its line of waiting connections is full.
class SilentAddress
{
public:
    /// Port 0: the system chooses. False: it could not be had.
    bool listen(const QHostAddress &address = QHostAddress(QHostAddress::LocalHost), quint16 port = 0);
    quint16 port() const { return m_server.serverPort(); }
    /// From now on it refuses.
    void close() { m_server.close(); }

private:
    QTcpServer m_server;
    std::vector<std::unique_ptr<QTcpSocket>> m_fillers;
};

} // namespace qcc::test
