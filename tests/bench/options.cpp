#include "tests/bench/options.h"

#include <charconv>

namespace qcc::bench {

std::optional<std::string> Options::parse(int argc, char **argv, const std::set<std::string> &names,
                                          const std::set<std::string> &flags)
{
    for (int i = 1; i < argc; ++i) {
        const std::string argument(argv[i]);
        if (flags.contains(argument))
            m_values[argument] = "yes";
        else if (!names.contains(argument))
            return "unknown option " + argument;
        else if (i + 1 == argc)
            return argument + " needs a value";
        else
            m_values[argument] = argv[++i];
    }
    return std::nullopt;
}

std::string Options::text(const std::string &name, const std::string &fallback) const
{
    const auto at = m_values.find(name);
    return at == m_values.end() ? fallback : at->second;
}

std::int64_t Options::toNumber(const std::string &name, const std::string &text)
{
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < 0)
        m_error = name + " needs a number, not \"" + text + '"';
    return value;
}

std::int64_t Options::number(const std::string &name, std::int64_t fallback)
{
    return has(name) ? toNumber(name, text(name)) : fallback;
}

RangeMs Options::range(const std::string &name)
{
    if (!has(name))
        return {};
    const std::string both = text(name);
    const std::size_t dash = both.find('-');
    RangeMs range;
    range.from = toNumber(name, both.substr(0, dash));
    range.to = dash == std::string::npos ? range.from : toNumber(name, both.substr(dash + 1));
    if (range.to < range.from)
        m_error = name + " needs a range A-B with A at most B";
    return range;
}

} // namespace qcc::bench
