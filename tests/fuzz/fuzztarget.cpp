#include "tests/fuzz/fuzztarget.h"

#include <cstdio>
#include <cstdlib>

namespace qcc::fuzz {

void broken(const char *claim, const char *file, int line)
{
    std::fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, claim);
    std::abort();
}

Cuts::Cuts(Way way, QByteArrayView input) : m_way(way)
{
    // FNV-1a, the same everywhere; the seed of an xorshift must not be 0.
    m_state = 0xcbf29ce484222325u;
    for (const char c : input)
        m_state = (m_state ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    m_bytewise = m_state >> 62 == 0;
    m_state |= 1;
}

qsizetype Cuts::next(qsizetype left)
{
    if (m_way == Way::Whole)
        return left;
    if (m_bytewise)
        return 1;
    m_state ^= m_state << 13;
    m_state ^= m_state >> 7;
    m_state ^= m_state << 17;
    // Small pieces as often as large ones.
    const qsizetype most = m_state & 1 ? 8 : left;
    return 1 + static_cast<qsizetype>((m_state >> 8) % static_cast<quint64>(qMin(most, left)));
}

} // namespace qcc::fuzz
