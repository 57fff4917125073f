#pragma once

#include <QString>

#include <array>
#include <numeric>

namespace qcc {

/// Why a request is not let in.
enum class Denial {
    Host,      ///< It names another machine, as a web page does that has its own name resolved to this one (DNS rebinding).
    CrossSite, ///< A web page made the browser send it.
    Token,     ///< It does not show the access token.
    User,      ///< It comes from another user of this computer.
};
inline constexpr std::array allDenials{Denial::Host, Denial::CrossSite, Denial::Token, Denial::User};

/// Stable lower-case words for JSON ("cross_site").
QString toWord(Denial denial);

/// What was not let in since the proxy started, by reason.
struct RefusalCounts {
    std::array<quint64, allDenials.size()> of{};

    bool operator==(const RefusalCounts &) const = default;
    quint64 operator[](Denial denial) const { return of[static_cast<size_t>(denial)]; }
    quint64 total() const { return std::accumulate(of.begin(), of.end(), quint64(0)); }
};

} // namespace qcc
