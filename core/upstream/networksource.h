#pragma once

#include <functional>
#include <memory>
#include <optional>

namespace qcc {

/// The system's word for changes of the network, as long as this object lives.
class NetworkSource
{
public:
    /// `route`: the way out is another one; else addresses came, went, or were only announced again.
    using Heard = std::function<void(bool route)>;

    virtual ~NetworkSource() = default;

    /// Null where the system does not tell. Thread: one with an event loop; `heard` is called there.
    static std::unique_ptr<NetworkSource> open(Heard heard);
    /// Whether anything leads out of this computer; nothing where the system does not tell. Thread: any.
    static std::optional<bool> hasWayOut();
};

} // namespace qcc
