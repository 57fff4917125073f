#include "tests/fuzz/fuzztarget.h"

#include "core/forward/forwarding.h"
#include "core/http/answerreader.h"

#include <algorithm>

namespace qcc::fuzz {

namespace {

struct Reading {
    QList<HeaderList> interims;
    AnswerHead head;
    AnswerReader::State state = AnswerReader::State::Head;
    AnswerReader::Framing framing = AnswerReader::Framing::None;
    std::optional<qint64> length;
    QByteArray body;
    QByteArray error;
    qsizetype end = 0; ///< Of the answer, where it is done.
    bool keepsAlive = false;
};

bool same(const Reading &a, const Reading &b)
{
    return a.interims == b.interims && a.head.status == b.head.status && a.head.reason == b.head.reason
        && a.head.minorVersion == b.head.minorVersion && a.head.headers == b.head.headers && a.state == b.state && a.framing == b.framing
        && a.length == b.length && a.body == b.body && a.error == b.error && a.end == b.end && a.keepsAlive == b.keepsAlive;
}

Reading read(QByteArrayView input, bool headRequest, Cuts::Way way)
{
    Cuts cuts(way, input);
    AnswerReader reader(headRequest);
    Reading reading;
    qsizetype at = 0;
    while (at < input.size() && (reader.state() == AnswerReader::State::Head || reader.state() == AnswerReader::State::Body)) {
        const qsizetype end = at + cuts.next(input.size() - at);
        while (at < end) {
            const qsizetype used = reader.feed(input.sliced(at, end - at), reading.body);
            QCC_HOLDS(used >= 0 && used <= end - at);
            at += used;
            if (const auto interim = reader.takeInterim()) {
                QCC_HOLDS(interim->status >= 100 && interim->status < 200 && interim->status != 101);
                reading.interims.append(interim->headers);
            } else if (used == 0) {
                break;
            }
        }
    }
    if (reader.state() == AnswerReader::State::Done)
        reading.end = at;
    const bool ended = reader.state() == AnswerReader::State::Done;
    if (reader.state() != AnswerReader::State::Bad)
        QCC_HOLDS(reader.finish() == (reader.state() == AnswerReader::State::Done));
    QCC_HOLDS(reader.state() == AnswerReader::State::Done || reader.state() == AnswerReader::State::Bad);
    QCC_HOLDS((reader.state() == AnswerReader::State::Bad) == !reader.error().isEmpty());
    // Neither the end nor a fault is taken back.
    QByteArray more;
    const auto state = reader.state();
    QCC_HOLDS(reader.feed("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", more) == 0 && more.isEmpty() && reader.state() == state);

    reading.state = reader.state();
    reading.error = reader.error();
    if (reader.headComplete()) {
        reading.head = reader.head();
        reading.framing = reader.framing();
        reading.length = reader.contentLength();
        reading.keepsAlive = reader.keepsAlive();
        QCC_HOLDS(!reading.keepsAlive || ended);
    }
    return reading;
}

void isWhatAClientMaySee(const HeaderList &headers)
{
    for (const HeaderField &field : headers) {
        QCC_HOLDS(isToken(field.name));
        for (const char c : field.value)
            QCC_HOLDS(c != '\r' && c != '\n' && c != '\0');
    }
}

} // namespace

void runAnswer(QByteArrayView input)
{
    for (const bool headRequest : {false, true}) {
        const Reading whole = read(input, headRequest, Cuts::Way::Whole);
        QCC_HOLDS(same(whole, read(input, headRequest, Cuts::Way::Anywhere)));
        QCC_HOLDS(whole.body.size() <= input.size());
        for (const HeaderList &interim : whole.interims)
            isWhatAClientMaySee(interim);
        isWhatAClientMaySee(whole.head.headers);
        if (whole.head.status == 0)
            continue;
        QCC_HOLDS(whole.head.status >= 200 && whole.head.status <= 999);
        const bool bodiless = headRequest || whole.head.status == 204 || whole.head.status == 304;
        QCC_HOLDS(!bodiless || whole.body.isEmpty());
        if (whole.state == AnswerReader::State::Done && whole.framing == AnswerReader::Framing::Length)
            QCC_HOLDS(whole.length == whole.body.size());
        const HeaderList toClient = clientHeaders(whole.head);
        QCC_HOLDS(!contains(toClient, "content-length") && !contains(toClient, "transfer-encoding") && !contains(toClient, "connection"));
    }
}

} // namespace qcc::fuzz
