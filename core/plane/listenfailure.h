#pragma once

#include "core/base/result.h"

class QHostAddress;
class QTcpServer;

namespace qcc {

/// Why `server` could not listen on `address`:`port`, and what to do: who holds the port where the system tells, and a free one nearby.
Failure explainListenFailure(const QTcpServer &server, const QHostAddress &address, quint16 port);

} // namespace qcc
