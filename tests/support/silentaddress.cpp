#include "tests/support/silentaddress.h"

#include <QNetworkProxy>

namespace qcc::test {

bool SilentAddress::listen(const QHostAddress &address, quint16 port)
{
    m_server.setListenBacklogSize(1);
    if (!m_server.listen(address, port))
        return false;
    m_server.pauseAccepting();
    // It is full when one more does not get in.
    for (int i = 0; i < 10; ++i) {
        m_fillers.push_back(std::make_unique<QTcpSocket>());
        m_fillers.back()->setProxy(QNetworkProxy::NoProxy);
        m_fillers.back()->connectToHost(address, m_server.serverPort());
        if (!m_fillers.back()->waitForConnected(200))
            return true;
    }
    return false;
}

} // namespace qcc::test
