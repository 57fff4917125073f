#pragma once

#include <QLatin1String>
#include <QString>
#include <QStringList>

#include <array>
#include <cstddef>
#include <optional>

namespace qcc {

/// What QCC_ENUM_WITH_WORDS knows of an enum: `values` in order and `words` in the same order.
template <typename E>
struct EnumTable;

template <typename E>
concept WordedEnum = requires { EnumTable<E>::values.size() == EnumTable<E>::words.size(); };

/// An enum whose values count from 0, with the stable lower-case word of each for JSON and logs, in one table: every list and every size
/// derives from it, so that a new value cannot be forgotten anywhere (ARCH-13).
///     #define QCC_COLOURS(X) X(Red, "red") X(DarkBlue, "dark_blue")
///     QCC_ENUM_WITH_WORDS(Colour, QCC_COLOURS)
#define QCC_ENUM_NAME(name, word) name,
#define QCC_ENUM_WORD(name, word) QLatin1String(word),
#define QCC_ENUM_WITH_WORDS(Type, TABLE)                          \
    enum class Type { TABLE(QCC_ENUM_NAME) };                     \
    template <>                                                   \
    struct EnumTable<Type> {                                      \
        using enum Type;                                          \
        static constexpr std::array values{TABLE(QCC_ENUM_NAME)}; \
        static constexpr std::array words{TABLE(QCC_ENUM_WORD)};  \
    };

template <WordedEnum E>
QString toWord(E value)
{
    return EnumTable<E>::words[static_cast<std::size_t>(value)];
}

/// The value that `word` names, in any letter case; nothing for an unknown word.
template <WordedEnum E>
std::optional<E> fromWord(QStringView word)
{
    for (const E value : EnumTable<E>::values) {
        if (word.compare(EnumTable<E>::words[static_cast<std::size_t>(value)], Qt::CaseInsensitive) == 0)
            return value;
    }
    return std::nullopt;
}

/// All words in the order of their values: for error texts, help and completion.
template <WordedEnum E>
QStringList allWords()
{
    return QStringList(EnumTable<E>::words.begin(), EnumTable<E>::words.end());
}

/// A value of `T` for each value of the enum.
template <WordedEnum E, typename T>
struct PerEnum {
    std::array<T, EnumTable<E>::values.size()> all{};

    T &operator[](E value) { return all[static_cast<std::size_t>(value)]; }
    const T &operator[](E value) const { return all[static_cast<std::size_t>(value)]; }
    auto begin() { return all.begin(); }
    auto begin() const { return all.begin(); }
    auto end() { return all.end(); }
    auto end() const { return all.end(); }
    bool operator==(const PerEnum &) const = default;
};

} // namespace qcc
