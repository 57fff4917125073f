#pragma once

#include "core/base/enumwords.h"

#include <algorithm>
#include <array>
#include <utility>

namespace qcc {

/// What an exchange does.
#define QCC_EXCHANGE_STATES(X)                                                                                        \
    X(Waiting, "waiting")       /* for an endpoint: at the start, in line, or between two attempts */                  \
    X(Attempting, "attempting") /* a request is out; no head yet */                                                    \
    X(Holding, "holding")       /* a head is here; whether the answer is worth passing on is not known yet */          \
    X(Committed, "committed")   /* the client sees the answer */                                                       \
    X(Ended, "ended")
QCC_ENUM_WITH_WORDS(ExchangeState, QCC_EXCHANGE_STATES)

/// What may follow what. The client sees one answer, of one endpoint, and one end.
inline constexpr auto exchangeTransitions = std::to_array<std::pair<ExchangeState, ExchangeState>>({
    {ExchangeState::Waiting, ExchangeState::Attempting},
    {ExchangeState::Waiting, ExchangeState::Ended},         // nobody is left to be asked, or it is answered here
    {ExchangeState::Attempting, ExchangeState::Attempting}, // the same once more, for the connection was stale
    {ExchangeState::Attempting, ExchangeState::Waiting},    // no answer came
    {ExchangeState::Attempting, ExchangeState::Holding},
    {ExchangeState::Attempting, ExchangeState::Committed}, // no other attempt could do better
    {ExchangeState::Attempting, ExchangeState::Ended},
    {ExchangeState::Holding, ExchangeState::Waiting}, // the answer is no good
    {ExchangeState::Holding, ExchangeState::Committed},
    {ExchangeState::Holding, ExchangeState::Ended},
    {ExchangeState::Committed, ExchangeState::Ended},
});

constexpr bool mayFollow(ExchangeState from, ExchangeState to)
{
    return std::find(exchangeTransitions.begin(), exchangeTransitions.end(), std::pair(from, to)) != exchangeTransitions.end();
}

} // namespace qcc
