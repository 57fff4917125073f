#include "core/config/words.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

// Each list is in the order of its enumerators: the position is the value.
template <typename T>
constexpr auto wordsOf() = delete;

template <>
constexpr auto wordsOf<Strategy>()
{
    return std::array{"priority_failover"_L1, "weighted"_L1, "round_robin"_L1, "random"_L1, "least_connections"_L1,
                      "fastest"_L1};
}

template <>
constexpr auto wordsOf<AuthStyle>()
{
    return std::array{"auto"_L1, "x-api-key"_L1, "bearer"_L1, "both"_L1, "none"_L1, "x-goog-api-key"_L1};
}

template <>
constexpr auto wordsOf<PoolStrategy>()
{
    return std::array{"fixed"_L1, "adaptive"_L1};
}

template <>
constexpr auto wordsOf<ModelMode>()
{
    return std::array{"passthrough"_L1, "override"_L1};
}

template <>
constexpr auto wordsOf<LogLevel>()
{
    return std::array{"debug"_L1, "info"_L1, "warning"_L1, "error"_L1};
}

template <>
constexpr auto wordsOf<AtRest>()
{
    return std::array{"auto"_L1, "keychain"_L1, "file"_L1, "plain"_L1};
}

template <typename T>
QString wordOf(T value)
{
    constexpr auto words = wordsOf<T>();
    const auto index = static_cast<std::size_t>(value);
    Q_ASSERT(index < words.size());
    return words[index];
}

} // namespace

QString toWord(Strategy strategy)
{
    return wordOf(strategy);
}

QString toWord(AuthStyle auth)
{
    return wordOf(auth);
}

QString toWord(PoolStrategy strategy)
{
    return wordOf(strategy);
}

QString toWord(ModelMode mode)
{
    return wordOf(mode);
}

QString toWord(LogLevel level)
{
    return wordOf(level);
}

QString toWord(AtRest rule)
{
    return wordOf(rule);
}

template <typename T>
std::optional<T> fromWord(QStringView word)
{
    constexpr auto words = wordsOf<T>();
    const auto found = std::ranges::find_if(
        words, [word](QLatin1String candidate) { return word.compare(candidate, Qt::CaseInsensitive) == 0; });
    if (found == words.end())
        return std::nullopt;
    return static_cast<T>(std::distance(words.begin(), found));
}

template <typename T>
QStringList allWords()
{
    const auto words = wordsOf<T>();
    return QStringList(words.begin(), words.end());
}

template std::optional<Strategy> fromWord<Strategy>(QStringView);
template std::optional<AuthStyle> fromWord<AuthStyle>(QStringView);
template std::optional<PoolStrategy> fromWord<PoolStrategy>(QStringView);
template std::optional<ModelMode> fromWord<ModelMode>(QStringView);
template std::optional<LogLevel> fromWord<LogLevel>(QStringView);
template std::optional<AtRest> fromWord<AtRest>(QStringView);
template QStringList allWords<Strategy>();
template QStringList allWords<AuthStyle>();
template QStringList allWords<PoolStrategy>();
template QStringList allWords<ModelMode>();
template QStringList allWords<LogLevel>();
template QStringList allWords<AtRest>();

} // namespace qcc
