#pragma once

#include <chrono>
#include <QtGlobal>

namespace qcc {

/// How long and how much an exchange waits where the configuration has no say.
struct FixedTimeouts {
    /// Until the first content of an answer that another attempt could still replace.
    std::chrono::milliseconds holdBack{10'000};
    /// A JSON object is held back whole up to here: no client has use for half of one, and another attempt can still replace it.
    qsizetype holdBackBytes = 64 * 1024;
    /// For the body of an answer that says no, which tells why and frees its connection.
    std::chrono::milliseconds refusal{1'000};
    /// After a stream has said why it ends, for the end that some relays forget.
    std::chrono::milliseconds lastEvent{10'000};
    /// After a stream's end, for the end of its body.
    std::chrono::milliseconds restOfAnswer{1'000};
    /// For a client to read why its answer ends so, before the connection does.
    std::chrono::milliseconds lastWords{250};
    /// For a byte of either side of a WebSocket.
    std::chrono::milliseconds tunnelIdle{600'000};
    /// For the same of one that is to be closed: an answer that is under way on it has such pauses at most.
    std::chrono::milliseconds tunnelQuiet{3'000};
    /// For a client's whole header.
    std::chrono::milliseconds clientHead{15'000};
    /// For the next byte of its body.
    std::chrono::milliseconds clientBodySilence{60'000};
    /// For its whole body: who sends a byte a minute holds a place for nothing.
    std::chrono::milliseconds clientBody{600'000};
    /// For the first byte on a new connection.
    std::chrono::milliseconds clientFirstByte{60'000};
    /// For a worker to come round to what was posted to it, before that is told.
    std::chrono::milliseconds workerSilence{10'000};
    /// For a client's next request. Longer than any client keeps its own idle connections, so that a request never meets a closing one.
    std::chrono::milliseconds clientIdle{600'000};
};

} // namespace qcc
