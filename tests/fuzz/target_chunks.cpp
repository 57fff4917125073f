#include "tests/fuzz/fuzztarget.h"

#include "core/http/chunkreader.h"
#include "tests/support/lenientrequestreader.h"

namespace qcc::fuzz {

namespace {

constexpr qsizetype mostOverhead = 100; // small, so that inputs reach it

struct Reading {
    QByteArray body;
    qsizetype used = 0;
    bool done = false;
    bool bad = false;

    bool operator==(const Reading &) const = default;
};

Reading read(QByteArrayView input, Cuts::Way way)
{
    Cuts cuts(way, input);
    ChunkReader reader(mostOverhead);
    Reading reading;
    while (reading.used < input.size() && !reader.isDone() && !reader.isBad()) {
        const qsizetype size = cuts.next(input.size() - reading.used);
        const qsizetype used = reader.feed(input.sliced(reading.used, size), reading.body);
        QCC_HOLDS(used > 0 && used <= size && (used == size || reader.isDone() || reader.isBad()));
        reading.used += used;
    }
    reading.done = reader.isDone();
    reading.bad = reader.isBad();
    if (reading.done || reading.bad)
        QCC_HOLDS(reader.feed("5\r\nhello\r\n", reading.body) == 0);
    return reading;
}

} // namespace

void runChunks(QByteArrayView input)
{
    const Reading whole = read(input, Cuts::Way::Whole);
    QCC_HOLDS(whole == read(input, Cuts::Way::Anywhere));
    QCC_HOLDS(whole.body.size() <= whole.used && !(whole.done && whole.bad));
    if (!whole.done)
        return;
    LenientRequestReader other;
    other.feed("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + input.toByteArray());
    while (other.advance() == LenientRequestReader::State::Body && other.pendingBytes() > input.size() - whole.used) { }
    other.advance();
    // Where this reader sees the end, a lenient one sees it too.
    QCC_HOLDS(other.state() == LenientRequestReader::State::Complete && other.takeBody() == whole.body
              && other.pendingBytes() == input.size() - whole.used);
}

} // namespace qcc::fuzz
