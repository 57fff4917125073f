#include "core/demo/demoupstream.h"

#include "core/demo/democonnection.h"

#include <QTcpSocket>

using namespace Qt::StringLiterals;

namespace qcc {

DemoUpstream::DemoUpstream(QObject *parent)
    : QObject(parent)
    , m_server(this)
{
    connect(&m_server, &QTcpServer::newConnection, this, &DemoUpstream::takeConnections);
}

DemoUpstream::~DemoUpstream()
{
    // Their requests are kept in what goes with us.
    qDeleteAll(findChildren<DemoConnection *>(Qt::FindDirectChildrenOnly));
}

Result<quint16> DemoUpstream::listen(quint16 port)
{
    if (m_server.listen(QHostAddress::LocalHost, port))
        return m_server.serverPort();
    const QString where = u"127.0.0.1:%1"_s.arg(port);
    switch (m_server.serverError()) {
    case QAbstractSocket::AddressInUseError:
        return Failure{ErrorCode::PortInUse, u"The demo cannot listen on %1: the port is in use."_s.arg(where),
                       u"Choose another port."_s};
    case QAbstractSocket::SocketAccessError:
        return Failure{ErrorCode::NotAllowed, u"The demo may not listen on %1."_s.arg(where),
                       u"Choose a port above 1023."_s};
    default:
        return Failure{ErrorCode::Failed, u"The demo cannot listen on %1: %2."_s.arg(where, m_server.errorString()), {}};
    }
}

void DemoUpstream::takeConnections()
{
    while (QTcpSocket *socket = m_server.nextPendingConnection())
        new DemoConnection(socket, m_bodies, m_pace, this);
}

} // namespace qcc
