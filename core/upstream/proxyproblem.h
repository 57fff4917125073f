#pragma once

#include <QAbstractSocket>
#include <QString>

namespace qcc {

struct UpstreamAddress;

/// Says in one sentence why a connection through a proxy could not be made, and whose refusal it was: the proxy's or that of the
/// upstream behind it. Names neither user nor password. `qtText` is Qt's own words, used where they add something.
QString proxyProblem(QAbstractSocket::SocketError error, const UpstreamAddress &address, const QString &qtText);

} // namespace qcc
