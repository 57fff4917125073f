#pragma once

#include <QtGlobal>

#include <chrono>

namespace qcc {

/// How long and how much an exchange waits where the configuration has no say.
struct Patience {
    /// Until the first content of an answer that another attempt could still replace.
    std::chrono::milliseconds holdBack{10'000};
    qsizetype holdBackBytes = 64 * 1024;
    /// For the body of an answer that says no, which tells why and frees its connection.
    std::chrono::milliseconds refusal{1'000};
    /// After Anthropic's final message_delta, for the message_stop that some relays forget.
    std::chrono::milliseconds lastEvent{10'000};
};

} // namespace qcc
