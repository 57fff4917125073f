#include "tests/bench/faults.h"

namespace qcc::bench {

namespace {

constexpr std::string_view kJson = "application/json";
constexpr std::string_view kEvents = "text/event-stream; charset=utf-8";
constexpr std::string_view kOverloaded
    = R"({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}})";
constexpr std::string_view kApiError
    = R"({"type":"error","error":{"type":"api_error","message":"Internal server error"}})";

} // namespace

std::string_view nameOf(Fault fault)
{
    switch (fault) {
    case Fault::None:
        return "none";
    case Fault::IdleClose:
        return "idle_close";
    case Fault::Reset:
        return "reset";
    case Fault::TooManyRequests:
        return "429";
    case Fault::InternalError:
        return "500";
    case Fault::Unavailable:
        return "503";
    case Fault::Overloaded:
        return "529";
    case Fault::ErrorInside:
        return "error_inside_200";
    case Fault::Empty:
        return "empty_200";
    case Fault::Stall:
        return "stall";
    }
    return {};
}

Fault FaultDice::roll(bool connectionReused)
{
    Fault fault = Fault::None;
    if (std::uniform_int_distribution<std::int64_t>(0, 99)(m_random) < m_percent) {
        const Fault first = connectionReused ? Fault::IdleClose : Fault::Reset;
        std::uniform_int_distribution<int> kind(static_cast<int>(first), static_cast<int>(Fault::Stall));
        fault = static_cast<Fault>(kind(m_random));
    }
    ++m_rolled[static_cast<std::size_t>(fault)];
    return fault;
}

FaultAnswer answerOf(Fault fault, bool streamed)
{
    switch (fault) {
    case Fault::TooManyRequests:
        return {"429 Too Many Requests", kJson,
                R"({"type":"error","error":{"type":"rate_limit_error","message":"Too many requests"}})"};
    case Fault::InternalError:
        return {"500 Internal Server Error", kJson, kApiError};
    case Fault::Unavailable:
        return {"503 Service Unavailable", kJson, kApiError};
    case Fault::Overloaded:
        return {"529 Overloaded", kJson, kOverloaded};
    case Fault::ErrorInside:
        if (streamed)
            return {"200 OK", kEvents,
                    "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\","
                    "\"message\":\"Overloaded\"}}\n\n"};
        return {"200 OK", kJson, kOverloaded};
    case Fault::Empty:
        return {"200 OK", streamed ? kEvents : kJson, {}};
    case Fault::None:
    case Fault::IdleClose:
    case Fault::Reset:
    case Fault::Stall:
        break;
    }
    return {};
}

} // namespace qcc::bench
