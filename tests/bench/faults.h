#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace qcc::bench {

/// How a flaky relay fails one request. Refused connections are the listener's (see `Listener`).
enum class Fault {
    None,
    IdleClose, ///< A kept connection turns out to be closed, just as the request arrives.
    Reset,
    TooManyRequests,
    InternalError,
    Unavailable,
    Overloaded,
    ErrorInside, ///< 200 whose body, or first event, is an error.
    Empty, ///< 200 without a byte.
    Stall, ///< Silence, then a good answer.
};
constexpr std::size_t kFaultKinds = static_cast<std::size_t>(Fault::Stall) + 1;

std::string_view nameOf(Fault fault);

/// Decides which requests fail, and how: `percent` of 100, every kind as likely as the next.
class FaultDice
{
public:
    explicit FaultDice(std::int64_t percent)
        : m_percent(percent)
    {
    }

    /// Only a connection that has carried an answer can have been closed while idle.
    Fault roll(bool connectionReused);
    bool everFails() const { return m_percent > 0; }
    std::int64_t rolled(Fault fault) const { return m_rolled[static_cast<std::size_t>(fault)]; }

private:
    std::int64_t m_percent;
    std::array<std::int64_t, kFaultKinds> m_rolled{};
    // A fixed seed: every contestant meets the same sequence, as far as its requests come in the same order.
    std::mt19937 m_random{20261123};
};

/// What a failing relay says.
struct FaultAnswer
{
    std::string_view status;
    std::string_view contentType;
    std::string_view body;
};

/// The answer of a fault that answers at all; `streamed` is what the request asked for.
FaultAnswer answerOf(Fault fault, bool streamed);

} // namespace qcc::bench
