#include "tests/fuzz/fuzztarget.h"

#include "core/http/ssereader.h"

namespace qcc::fuzz {

namespace {

constexpr qsizetype kept = 64; // small, so that inputs are longer
constexpr qsizetype keptLine = kept + 8;

struct Event {
    QByteArray name, data, end;

    bool operator==(const Event &) const = default;
};

struct Reading {
    QList<Event> events;
    qsizetype boundary = 0; ///< The last place where another event could be put in.
    bool inside = false;

    bool operator==(const Reading &) const = default;
};

Reading read(QByteArrayView input, Cuts::Way way)
{
    Cuts cuts(way, input);
    SseReader reader(kept);
    Reading reading;
    for (qsizetype at = 0; at < input.size();) {
        const qsizetype size = cuts.next(input.size() - at);
        const qsizetype boundary = reader.feed(input.sliced(at, size), [&reading](const SseEvent &event) {
            QCC_HOLDS(event.data.size() <= kept && event.end.size() <= kept);
            QCC_HOLDS(event.name.size() <= keptLine);
            reading.events.append({event.name, event.data, event.end});
        });
        QCC_HOLDS(boundary >= 0 && boundary <= size);
        if (boundary > 0)
            reading.boundary = at + boundary;
        at += size;
    }
    reading.inside = reader.insideEvent();
    return reading;
}

/// The standard's own words, over the whole of it: lines end with CR LF, LF or CR; a blank line ends an event. Then what is kept of that.
QList<Event> byTheBook(const QByteArray &input)
{
    QByteArray text = input;
    text.replace("\r\n", "\n").replace('\r', '\n');
    QList<QByteArray> lines = text.split('\n');
    lines.removeLast(); // Has no end yet.
    QList<Event> events;
    Event event;
    QList<QByteArray> data;
    bool hasField = false;
    for (const QByteArray &line : lines) {
        if (line.isEmpty()) {
            const QByteArray all = data.join('\n');
            event.data = all.first(qMin(all.size(), kept));
            if (all.size() > kept)
                event.end = all.last(kept);
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
        if (field == "data" && !(data.isEmpty() && value.isEmpty()))
            data.append(value);
        else if (field == "event")
            event.name = value.first(qMin(value.size(), keptLine - (line.size() - value.size())));
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
