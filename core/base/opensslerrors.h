#pragma once

#include <openssl/err.h>

#include <QtGlobal>

namespace qcc {

/// Takes away at its end what OpenSSL has noted for this thread, ours or Qt's calls: the next read of any TLS connection of the thread would take it for
/// an error of its own and end. Source: SSL_get_error(3), "the current thread's error queue must be empty".
struct OpenSslErrorsTaken {
    OpenSslErrorsTaken() = default;
    Q_DISABLE_COPY_MOVE(OpenSslErrorsTaken)
    ~OpenSslErrorsTaken() { ERR_clear_error(); }
};

} // namespace qcc
