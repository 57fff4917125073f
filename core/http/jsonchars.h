#pragma once

#include <QtGlobal>

#include <bit>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace qcc {

/// The first quote or backslash from `at` on, or `end`. Several bytes at a time: most of JSON is long strings.
inline const char *stringBreak(const char *at, const char *end)
{
#ifdef __SSE2__
    const __m128i quote = _mm_set1_epi8('"');
    const __m128i backslash = _mm_set1_epi8('\\');
    while (end - at >= 16) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i *>(at));
        const int found = _mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash)));
        if (found != 0)
            return at + std::countr_zero(static_cast<unsigned>(found));
        at += 16;
    }
#endif
    if constexpr (std::endian::native == std::endian::little) {
        constexpr quint64 ones = 0x0101010101010101;
        constexpr quint64 highs = 0x8080808080808080;
        while (end - at >= 8) {
            quint64 bytes;
            std::memcpy(&bytes, at, sizeof bytes);
            const quint64 quotes = bytes ^ (ones * '"');
            const quint64 backslashes = bytes ^ (ones * '\\');
            // The lowest bit is exact: a byte that was none loses its high bit by nothing but one before it.
            const quint64 found = (((quotes - ones) & ~quotes) | ((backslashes - ones) & ~backslashes)) & highs;
            if (found != 0)
                return at + std::countr_zero(found) / 8;
            at += 8;
        }
    }
    while (at < end && *at != '"' && *at != '\\')
        ++at;
    return at;
}

inline bool isJsonBlank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

} // namespace qcc
