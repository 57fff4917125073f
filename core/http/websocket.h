#pragma once

#include "core/http/requestreader.h"

#include <QByteArray>
#include <QByteArrayView>

#include <array>
#include <optional>

namespace qcc {

/// Whether a request asks to go on as a WebSocket. It has no body. All else that `Upgrade` may name is ignored, as is allowed to everybody.
/// Source: RFC 6455 §4.1, RFC 9110 §7.8.
bool asksForWebSocket(const RequestHead &head);
/// Whether the fields of a 101 say that it goes on as one. Source: RFC 6455 §4.1.
bool switchesToWebSocket(const HeaderList &headers);

/// Reads along the frames of one direction of a WebSocket, as far as it takes to know where one ends and whether it is closed. It judges nothing,
/// and sees no payload; what is broken is for the two ends to find out. How the bytes were cut makes no difference.
/// Source: RFC 6455 §5.2.
class WebSocketFrames
{
public:
    void feed(QByteArrayView bytes);
    /// No frame is half out.
    bool isBetweenFrames() const { return m_headSize == 0 && m_payloadLeft == 0 && !m_lost; }
    /// A close frame has passed as a whole.
    bool sawClose() const { return m_sawClose; }
    /// A frame of ours may follow.
    bool mayTakeOurs() const { return isBetweenFrames() && !m_sawClose; }

private:
    std::size_t headLength() const;
    void headComplete();

    std::array<unsigned char, 14> m_head{};
    std::size_t m_headSize = 0; ///< Of the next frame, so far.
    quint64 m_payloadLeft = 0;
    bool m_isClose = false; ///< The frame that passes.
    bool m_sawClose = false;
    bool m_lost = false; ///< What came is no frame: where the next one begins nobody knows.
};

/// Status codes of a close frame. Source: RFC 6455 §7.4.1, and the IANA registry for 1012.
inline constexpr quint16 goingAway = 1001;
inline constexpr quint16 serviceRestart = 1012;

/// A close frame; `reason`: UTF-8, 123 bytes at most. What goes to a server needs a mask, and nothing else has one. Source: RFC 6455 §5.3, §5.5.1.
QByteArray closeFrame(quint16 code, QByteArrayView reason, std::optional<quint32> mask = {});

} // namespace qcc
