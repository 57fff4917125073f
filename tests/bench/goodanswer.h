#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace qcc::bench {

/// About 1 KiB of JSON as Anthropic answers without a stream, with the request's key in it.
std::string plainBody(std::string_view key);

/// The event `number` of a stream of `events`, as an HTTP chunk: the first is message_start and holds the key, the last
/// message_stop. Each tells its number and when it was sent. Units: ns of CLOCK_MONOTONIC.
std::string eventChunk(const std::string &key, std::int64_t number, std::int64_t events, std::int64_t sentNs);

} // namespace qcc::bench
