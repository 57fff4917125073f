#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace qcc::bench {

/// One event of the bench upstream's stream, as far as the measurement needs it.
struct StreamEvent
{
    enum class Kind { Opening, Content, Stop, Error };
    Kind kind = Kind::Content;
    /// Position in its stream, from 0; -1 when the event does not say.
    std::int64_t seq = -1;
    /// When the upstream sent it. Units: ns of CLOCK_MONOTONIC; 0 when the event does not say.
    std::int64_t sentNs = 0;
};

/// Cuts a body that arrives in any pieces into server-sent events.
class SseReader
{
public:
    /// Appends every event that `bytes` completes to `events`.
    void feed(std::string_view bytes, std::vector<StreamEvent> &events);
    void reset() { m_partial.clear(); }

private:
    std::string m_partial;
};

/// The number after `"name":` in `json`, or `fallback`.
std::int64_t numberAfter(std::string_view json, std::string_view name, std::int64_t fallback);

} // namespace qcc::bench
