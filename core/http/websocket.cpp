#include "core/http/websocket.h"

#include <QtEndian>

#include <algorithm>

namespace qcc {

namespace {

constexpr unsigned char masked = 0x80;
constexpr unsigned char whole = 0x80;
constexpr unsigned char opcodes = 0x0f;
constexpr unsigned char closing = 0x8;

} // namespace

bool asksForWebSocket(const RequestHead &head)
{
    if (head.method != "GET" || head.minorVersion == 0 || !hasToken(head.headers, "connection", "upgrade") || !hasToken(head.headers, "upgrade", "websocket"))
        return false;
    return !contains(head.headers, "transfer-encoding") && (!contains(head.headers, "content-length") || firstValue(head.headers, "content-length") == "0");
}

bool switchesToWebSocket(const HeaderList &headers)
{
    return hasToken(headers, "connection", "upgrade") && hasToken(headers, "upgrade", "websocket");
}

/// As far as it is known from what is here of it.
std::size_t WebSocketFrames::headLength() const
{
    if (m_headSize < 2)
        return 2;
    const unsigned length = m_head[1] & ~masked & 0xffU;
    return 2 + (length == 126 ? 2U : length == 127 ? 8U : 0U) + ((m_head[1] & masked) != 0 ? 4U : 0U);
}

void WebSocketFrames::headComplete()
{
    const unsigned length = m_head[1] & ~masked & 0xffU;
    m_payloadLeft = length == 126 ? qFromBigEndian<quint16>(&m_head[2]) : length == 127 ? qFromBigEndian<quint64>(&m_head[2]) : length;
    m_isClose = (m_head[0] & opcodes) == closing;
    m_headSize = 0;
    // The highest bit is 0. Whoever sets it could make the end of the frame another one for each reader.
    m_lost = (m_payloadLeft >> 63) != 0;
    m_sawClose = m_sawClose || (m_isClose && m_payloadLeft == 0);
}

void WebSocketFrames::feed(QByteArrayView bytes)
{
    while (!bytes.isEmpty() && !m_lost) {
        if (m_payloadLeft > 0) {
            const auto passed = static_cast<qsizetype>(std::min<quint64>(m_payloadLeft, static_cast<quint64>(bytes.size())));
            m_payloadLeft -= static_cast<quint64>(passed);
            bytes = bytes.sliced(passed);
            m_sawClose = m_sawClose || (m_isClose && m_payloadLeft == 0);
            continue;
        }
        m_head[m_headSize++] = static_cast<unsigned char>(bytes.front());
        bytes = bytes.sliced(1);
        if (m_headSize == headLength())
            headComplete();
    }
}

QByteArray closeFrame(quint16 code, QByteArrayView reason, std::optional<quint32> mask)
{
    QByteArray payload(2, Qt::Uninitialized);
    qToBigEndian(code, payload.data());
    payload += reason.first(std::min<qsizetype>(reason.size(), 123)).toByteArray();
    QByteArray frame;
    frame += static_cast<char>(whole | closing);
    frame += static_cast<char>(static_cast<unsigned char>(payload.size()) | (mask ? masked : 0));
    if (mask) {
        std::array<char, 4> key{};
        qToBigEndian(*mask, key.data());
        frame.append(key.data(), key.size());
        for (qsizetype i = 0; i < payload.size(); ++i)
            payload[i] = static_cast<char>(payload[i] ^ key[static_cast<std::size_t>(i % 4)]);
    }
    return frame + payload;
}

} // namespace qcc
