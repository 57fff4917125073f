#include "tests/fuzz/fuzztarget.h"

#include "core/http/ssereader.h"

namespace qcc::fuzz {

namespace {

constexpr qsizetype kept = 64; // small, so that inputs are longer

struct Event {
    QByteArray name, data;
    bool isLong = false;

    bool operator==(const Event &) const = default;
};

struct Reading {
    QList<Event> events;
    qsizetype boundary = 0; ///< The last place where another event could be put in.
    bool inside = false;

    bool operator==(const Reading &) const = default;
};

/// What is told, with long data put together again.
class Told final : public SseReader::Sink
{
public:
    QList<Event> events;

    void longData(QByteArrayView piece) override { m_long += piece; }
    bool event(const SseEvent &event) override
    {
        QCC_HOLDS(event.data.size() <= kept && event.name.size() <= SseReader::longestName);
        QCC_HOLDS(event.isLong == (m_long.size() > kept) && (!event.isLong || event.data.isEmpty()));
        events.append({event.name.toByteArray(), event.isLong ? std::exchange(m_long, QByteArray()) : event.data.toByteArray(), event.isLong});
        return true;
    }

private:
    QByteArray m_long;
};

Reading read(QByteArrayView input, Cuts::Way way)
{
    Cuts cuts(way, input);
    SseReader reader(kept);
    Told told;
    Reading reading;
    for (qsizetype at = 0; at < input.size();) {
        const qsizetype size = cuts.next(input.size() - at);
        const qsizetype boundary = reader.feed(input.sliced(at, size), told);
        QCC_HOLDS(boundary >= 0 && boundary <= size);
        if (boundary > 0)
            reading.boundary = at + boundary;
        at += size;
    }
    reading.events = told.events;
    reading.inside = reader.insideEvent();
    QCC_HOLDS(reading.inside == !reader.missingBreaks().isEmpty());
    return reading;
}

/// The standard's own words, over the whole of it: lines end with CR LF, LF or CR; a blank line ends an event.
QList<Event> byTheBook(const QByteArray &input)
{
    QByteArray text = input;
    if (text.startsWith("\xef\xbb\xbf"))
        text.remove(0, 3);
    text.replace("\r\n", "\n").replace('\r', '\n');
    QList<QByteArray> lines = text.split('\n');
    lines.removeLast(); // Has no end yet.
    QList<Event> events;
    Event event;
    QList<QByteArray> data;
    bool hasField = false;
    for (const QByteArray &line : lines) {
        if (line.isEmpty()) {
            event.data = data.join('\n');
            event.isLong = event.data.size() > kept;
            if (hasField)
                events.append(event);
            event = {};
            data.clear();
            hasField = false;
            continue;
        }
        const qsizetype colon = line.indexOf(':');
        if (colon == 0)
            continue;
        hasField = true;
        QByteArray value = colon < 0 ? QByteArray() : line.sliced(colon + 1);
        if (value.startsWith(' '))
            value.remove(0, 1);
        const QByteArray field = colon < 0 ? line : line.first(colon);
        if (field == "data")
            data.append(value);
        else if (field == "event" && line.size() <= SseReader::longestName)
            event.name = value;
    }
    return events;
}

} // namespace

void runSse(QByteArrayView input)
{
    const Reading whole = read(input, Cuts::Way::Whole);
    QCC_HOLDS(whole == read(input, Cuts::Way::Anywhere));
    QCC_HOLDS(!read(input.first(whole.boundary), Cuts::Way::Whole).inside);
    QCC_HOLDS(whole.events == byTheBook(input.toByteArray()));
}

} // namespace qcc::fuzz
