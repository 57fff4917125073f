#pragma once

#include <QtGlobal>

#include <optional>

namespace qcc {

/// How the system sees a TCP connection.
struct TcpState {
    bool peerClosed = false;  ///< The peer's FIN is here, and the connection not over.
    bool over = false;        ///< By a reset, or by both sides' FIN.
    quint64 acknowledged = 0; ///< Bytes of ours so far.
};

/// Nothing where the system does not tell. Source: tcp(7), TCP_INFO.
std::optional<TcpState> tcpState(qintptr descriptor);

} // namespace qcc
