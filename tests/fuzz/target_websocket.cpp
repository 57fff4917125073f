#include "tests/fuzz/fuzztarget.h"

#include "core/http/websocket.h"

#include <algorithm>

namespace qcc::fuzz {

namespace {

struct Reading {
    bool between = true;
    bool closed = false;

    bool operator==(const Reading &) const = default;
};

/// The frames of `input` taken apart at once, by somebody who has all of it.
Reading readWhole(QByteArrayView input)
{
    Reading reading;
    quint64 at = 0;
    const auto size = static_cast<quint64>(input.size());
    const auto byte = [&input](quint64 i) { return static_cast<quint64>(static_cast<unsigned char>(input[static_cast<qsizetype>(i)])); };
    while (at < size) {
        reading.between = false;
        if (size - at < 2)
            break;
        const quint64 shortLength = byte(at + 1) & 127;
        const quint64 lengthBytes = shortLength == 126 ? 2 : shortLength == 127 ? 8 : 0;
        const quint64 head = 2 + lengthBytes + ((byte(at + 1) & 128) != 0 ? 4 : 0);
        if (size - at < head)
            break;
        quint64 length = lengthBytes == 0 ? shortLength : 0;
        for (quint64 i = 0; i < lengthBytes; ++i)
            length = length << 8 | byte(at + 2 + i);
        if (length >> 63 != 0 || size - at - head < length)
            break;
        reading.closed = reading.closed || (byte(at) & 15) == 8;
        reading.between = true;
        at += head + length;
    }
    return reading;
}

Reading read(QByteArrayView input, Cuts::Way way)
{
    Cuts cuts(way, input);
    WebSocketFrames frames;
    for (qsizetype at = 0; at < input.size();) {
        const qsizetype size = cuts.next(input.size() - at);
        const bool wasClosed = frames.sawClose();
        frames.feed(input.sliced(at, size));
        QCC_HOLDS(frames.sawClose() || !wasClosed);
        QCC_HOLDS(frames.mayTakeOurs() == (frames.isBetweenFrames() && !frames.sawClose()));
        at += size;
    }
    return {frames.isBetweenFrames(), frames.sawClose()};
}

} // namespace

void runWebsocket(QByteArrayView input)
{
    const Reading whole = readWhole(input);
    QCC_HOLDS(read(input, Cuts::Way::Whole) == whole);
    QCC_HOLDS(read(input, Cuts::Way::Anywhere) == whole);
    // What is made here is read here, masked or not.
    for (const std::optional<quint32> mask : {std::optional<quint32>(), std::optional<quint32>(0x88fe7f7e)}) {
        const QByteArray frame = closeFrame(serviceRestart, input, mask);
        QCC_HOLDS(frame.size() <= 2 + 4 + 125 && readWhole(frame) == (Reading{true, true}));
    }
}

} // namespace qcc::fuzz
