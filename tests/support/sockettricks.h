#pragma once

class QAbstractSocket;

namespace qcc::test {

/// Ends the connection with a reset; bytes still queued are lost.
void resetConnection(QAbstractSocket *socket);
/// Sends FIN and keeps reading. Bytes still queued in Qt must be gone before.
void shutdownWriting(QAbstractSocket *socket);
/// Whether the system already gave the connection up, as it does on a reset but not on a FIN. Asked while the socket's error is
/// being reported, before the descriptor is closed. Meaningless after `shutdownWriting`.
bool wasReset(const QAbstractSocket *socket);

} // namespace qcc::test
