#include "core/http/chunkreader.h"

namespace qcc {

namespace {

constexpr int maxDigits = 15; // 60 bits: no size overflows

int hexValue(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

} // namespace

qsizetype ChunkReader::feed(QByteArrayView bytes, QByteArray &body)
{
    qsizetype i = 0;
    while (i < bytes.size() && m_state != State::Done && m_state != State::Bad) {
        if (m_state == State::Data) {
            const auto take = static_cast<qsizetype>(qMin(m_left, static_cast<quint64>(bytes.size() - i)));
            body.append(bytes.sliced(i, take));
            i += take;
            m_left -= static_cast<quint64>(take);
            if (m_left == 0)
                m_state = State::DataCr;
            continue;
        }
        const char c = bytes[i++];
        switch (m_state) {
        case State::Size:
            if (const int digit = hexValue(c); digit >= 0) {
                if (++m_digits > maxDigits)
                    return fail(), i;
                m_left = m_left * 16 + static_cast<quint64>(digit);
            } else if (m_digits == 0) {
                return fail(), i;
            } else if (c == '\r') {
                m_state = State::SizeEnd;
            } else if (c == ';' || c == ' ' || c == '\t') {
                m_overhead = 0;
                m_state = c == ';' ? State::Extension : State::SizeBlank;
            } else {
                return fail(), i;
            }
            break;
        case State::SizeBlank:
            // "1 0": one reader sees a chunk of one byte, another one of sixteen.
            if (c == ';')
                m_state = State::Extension;
            else if (c == '\r')
                m_state = State::SizeEnd;
            else if ((c != ' ' && c != '\t') || ++m_overhead > m_mostOverhead)
                return fail(), i;
            break;
        case State::Extension:
            if (c == '\r')
                m_state = State::SizeEnd;
            else if (c == '\n' || c == '\0' || ++m_overhead > m_mostOverhead)
                return fail(), i;
            break;
        case State::SizeEnd:
            if (c != '\n')
                return fail(), i;
            m_digits = 0;
            m_lastChunk = m_left == 0;
            m_overhead = 0;
            m_line = 0;
            m_state = m_lastChunk ? State::Trailer : State::Data;
            break;
        case State::DataCr:
            if (c != '\r')
                return fail(), i;
            m_state = State::DataEnd;
            break;
        case State::DataEnd:
            if (c != '\n')
                return fail(), i;
            m_state = State::Size;
            break;
        case State::Trailer:
            if (++m_overhead > m_mostOverhead || c == '\0')
                return fail(), i;
            if (m_sawCr) {
                if (c != '\n')
                    return fail(), i;
                m_sawCr = false;
                if (m_line == 0)
                    m_state = State::Done;
                else
                    m_trailers += "\r\n";
                m_line = 0;
            } else if (c == '\r') {
                m_sawCr = true;
            } else if (c == '\n') {
                return fail(), i;
            } else {
                ++m_line;
                m_trailers += c;
            }
            break;
        case State::Data:
        case State::Done:
        case State::Bad:
            break;
        }
    }
    return i;
}

} // namespace qcc
