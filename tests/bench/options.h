#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace qcc::bench {

/// A closed range of milliseconds, written "A-B" or "A".
struct RangeMs
{
    std::int64_t from = 0;
    std::int64_t to = 0;
};

/// `--name value` pairs and `--flag`s of a command line.
class Options
{
public:
    /// Errors: a sentence for the user, when the line holds something that is neither in `names` nor in `flags`.
    std::optional<std::string> parse(int argc, char **argv, const std::set<std::string> &names,
                                     const std::set<std::string> &flags);

    bool has(const std::string &name) const { return m_values.contains(name); }
    std::string text(const std::string &name, const std::string &fallback = {}) const;
    /// Errors: a text that is no number of at least 0 is remembered in `error()`.
    std::int64_t number(const std::string &name, std::int64_t fallback);
    RangeMs range(const std::string &name);
    const std::optional<std::string> &error() const { return m_error; }

private:
    std::int64_t toNumber(const std::string &name, const std::string &text);

    std::map<std::string, std::string> m_values;
    std::optional<std::string> m_error;
};

} // namespace qcc::bench
