#include "tests/fuzz/fuzztarget.h"

#include "core/http/http2answer.h"
#include "core/http/http2session.h"

#include <algorithm>
#include <map>

namespace qcc::fuzz {

namespace {

constexpr qint32 window = 1000; // small, so that inputs reach it
constexpr qsizetype oneFrame = 16384;

/// What became of one stream.
struct Reading {
    AnswerGate::State state = AnswerGate::State::Head;
    int status = 0;
    HeaderList fields;
    QByteArray body;
    int interims = 0;
    bool ended = false;

    bool operator==(const Reading &) const = default;
};

/// Asks for two answers and reads them, as a connection to an upstream does.
class Client final : private Http2Session::Events
{
public:
    std::map<Http2Session::Stream, Reading> read(QByteArrayView input, Cuts::Way way)
    {
        Cuts cuts(way, input);
        for (const char *method : {"GET", "HEAD"}) {
            const auto stream = m_session.request({{":method", method}, {":scheme", "https"}, {":authority", "h"}, {":path", "/"}}, false,
                                                  [](QByteArrayView) { return false; });
            QCC_HOLDS(stream.has_value());
            m_answers.emplace(*stream, Http2Answer(QByteArrayView(method) == "HEAD"));
            m_readings[*stream];
        }
        while (!m_session.takeOutput(oneFrame).isEmpty()) { } // else nobody could answer
        for (qsizetype used = 0; used < input.size();) {
            const qsizetype size = cuts.next(input.size() - used);
            if (!m_session.receive(input.sliced(used, size)))
                break;
            used += size;
            for (qsizetype sent = 0; sent < input.size() * 32 + oneFrame;) { // each frame has a few answers at most
                const QByteArray output = m_session.takeOutput(oneFrame);
                if (output.isEmpty())
                    break;
                sent += output.size();
                QCC_HOLDS(sent < input.size() * 32 + oneFrame);
            }
        }
        for (auto &[stream, reading] : m_readings) {
            const AnswerGate &gate = m_answers.at(stream).gate();
            reading.state = gate.state();
            check(gate, reading);
        }
        return m_readings;
    }

private:
    static void check(const AnswerGate &gate, Reading &reading)
    {
        if (!gate.headComplete())
            return;
        reading.status = gate.head().status;
        reading.fields = gate.head().headers;
        QCC_HOLDS(reading.status >= 200 && reading.status <= 999);
        qsizetype size = 0;
        for (const HeaderField &field : reading.fields) {
            size += field.name.size() + field.value.size() + 32;
            QCC_HOLDS(isToken(field.name) && field.name == field.name.toLower() && field.name != "transfer-encoding");
            QCC_HOLDS(std::none_of(field.value.begin(), field.value.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; }));
        }
        QCC_HOLDS(size <= AnswerGate::maxHeadBytes && reading.fields.size() <= AnswerGate::maxFields);
        QCC_HOLDS(gate.framing() != AnswerGate::Framing::None || reading.body.isEmpty());
        QCC_HOLDS(reading.body.size() <= window + oneFrame);
        if (gate.framing() == AnswerGate::Framing::Length) {
            QCC_HOLDS(reading.body.size() <= *gate.contentLength());
            QCC_HOLDS((gate.state() == AnswerGate::State::Done) <= (reading.body.size() == *gate.contentLength()));
        }
        // Of a body without a length only the stream's end is an end.
        if (gate.framing() == AnswerGate::Framing::Delimited && gate.state() == AnswerGate::State::Done)
            QCC_HOLDS(reading.ended);
    }

    Http2Answer *answer(Http2Session::Stream stream)
    {
        const auto found = m_answers.find(stream);
        return found == m_answers.end() ? nullptr : &found->second;
    }

    // Http2Session::Events
    void headBegan(Http2Session::Stream stream) override
    {
        if (Http2Answer *its = answer(stream))
            its->headBegan();
    }
    bool fieldCame(Http2Session::Stream stream, QByteArrayView name, QByteArrayView value) override
    {
        Http2Answer *its = answer(stream);
        return !its || its->addField(name, value);
    }
    void headEnded(Http2Session::Stream stream, bool isLast) override
    {
        Http2Answer *its = answer(stream);
        if (!its)
            return;
        its->headEnded(isLast);
        while (its->takeInterim())
            QCC_HOLDS(++m_readings[stream].interims <= 100);
    }
    void dataCame(Http2Session::Stream stream, QByteArrayView bytes) override
    {
        if (Http2Answer *its = answer(stream))
            QCC_HOLDS(its->addBody(bytes, m_readings[stream].body) <= bytes.size());
    }
    void streamEnded(Http2Session::Stream stream) override
    {
        if (Http2Answer *its = answer(stream)) {
            its->end();
            m_readings[stream].ended = true;
        }
    }
    void closed(Http2Session::Stream, quint32, bool) override { }
    qsizetype readUpload(Http2Session::Stream, char *, qsizetype, bool &) override { return -1; }

    Http2Session m_session{*this, window};
    std::map<Http2Session::Stream, Http2Answer> m_answers;
    std::map<Http2Session::Stream, Reading> m_readings;
};

} // namespace

void runHttp2(QByteArrayView input)
{
    if (!Http2Session::isBuiltIn())
        return;
    QCC_HOLDS(Client().read(input, Cuts::Way::Whole) == Client().read(input, Cuts::Way::Anywhere));
}

} // namespace qcc::fuzz
