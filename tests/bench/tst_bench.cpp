#include "tests/bench/faults.h"
#include "tests/bench/http1.h"
#include "tests/bench/ledger.h"
#include "tests/bench/listener.h"
#include "tests/bench/report.h"
#include "tests/bench/sockets.h"
#include "tests/bench/ssereader.h"

#include <QtTest>

#include <cerrno>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace qcc::bench;

Q_DECLARE_METATYPE(qcc::bench::Fault)

namespace {

const std::string kChunked
    = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\nA\r\n world, yo\r\n0\r\nx: y\r\n\r\n";

MessageReader::State readWhole(const std::string &text, std::string &body)
{
    MessageReader reader(MessageReader::Kind::Response);
    reader.feed(text, body);
    return reader.state();
}

/// What a connect to `port` comes to: 0, an errno, or ETIMEDOUT when nothing came of it within `waitMs`.
int connectResult(std::uint16_t port, int waitMs)
{
    const int descriptor = beginConnect(loopback(port));
    if (descriptor < 0)
        return errno;
    pollfd waiting{descriptor, POLLOUT, 0};
    int error = ETIMEDOUT;
    if (poll(&waiting, 1, waitMs) == 1) {
        socklen_t size = sizeof error;
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size);
    }
    ::close(descriptor);
    return error;
}

} // namespace

class BenchTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void decodesChunksInAnyPieces();
    void stopsAtTheEndOfAMessage();
    void refusesBrokenFraming_data();
    void refusesBrokenFraming();
    void takesTheCloseForAnEndOnlyWithoutFraming();
    void skipsInterimAnswers();
    void cutsEventsInAnyPieces();
    void percentileIsTheNearestRank();
    void failsAsManyRequestsAsAsked_data();
    void failsAsManyRequestsAsAsked();
    void closesOnlyUsedConnectionsAsIdle();
    void saysWhatTheFaultIsCalled_data();
    void saysWhatTheFaultIsCalled();
    void tellsAnsweredTwiceFromAskedTwice();
    void listenerRefusesAndListensOnTheSamePort();
    void fullListenerSwallowsConnections();
};

void BenchTest::decodesChunksInAnyPieces()
{
    for (std::size_t step = 1; step < kChunked.size(); ++step) {
        MessageReader reader(MessageReader::Kind::Response);
        std::string body;
        for (std::size_t at = 0; at < kChunked.size(); at += step)
            QCOMPARE(reader.feed(kChunked.substr(at, step), body), std::min(step, kChunked.size() - at));
        QCOMPARE(reader.state(), MessageReader::State::Complete);
        QCOMPARE(body, std::string("hello world, yo"));
    }
}

void BenchTest::stopsAtTheEndOfAMessage()
{
    const std::string one = "POST /v1/messages?a=b HTTP/1.1\r\nX-Events: 3\r\nContent-Length: 2\r\n\r\nhi";
    MessageReader reader(MessageReader::Kind::Request);
    std::string body;
    QCOMPARE(reader.feed(one + "GET / HTTP/1.1\r\n\r\n", body), one.size());
    QCOMPARE(reader.state(), MessageReader::State::Complete);
    QCOMPARE(body, std::string("hi"));
    QCOMPARE(std::string(reader.target()), std::string("/v1/messages?a=b"));
    QCOMPARE(std::string(reader.header("x-events")), std::string("3"));
}

void BenchTest::refusesBrokenFraming_data()
{
    QTest::addColumn<QByteArray>("message");
    QTest::newRow("no status line") << QByteArray("hello\r\n\r\n");
    QTest::newRow("status is no number") << QByteArray("HTTP/1.1 2x0 OK\r\n\r\n");
    QTest::newRow("field without colon") << QByteArray("HTTP/1.1 200 OK\r\nnonsense\r\n\r\n");
    QTest::newRow("length is no number") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 5x\r\n\r\nhello");
    QTest::newRow("both length and chunked")
        << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n");
    QTest::newRow("chunk size is no number")
        << QByteArray("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
    QTest::newRow("chunk size missing") << QByteArray("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n");
    QTest::newRow("chunk longer than said")
        << QByteArray("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n");
}

void BenchTest::refusesBrokenFraming()
{
    QFETCH(QByteArray, message);
    std::string body;
    QCOMPARE(readWhole(message.toStdString(), body), MessageReader::State::Bad);
}

void BenchTest::takesTheCloseForAnEndOnlyWithoutFraming()
{
    std::string body;
    MessageReader unframed(MessageReader::Kind::Response);
    unframed.feed("HTTP/1.1 200 OK\r\n\r\nall there is", body);
    QVERIFY(!unframed.keepsAlive());
    QVERIFY(unframed.endsAtClose());
    QCOMPARE(unframed.state(), MessageReader::State::Complete);

    MessageReader cut(MessageReader::Kind::Response);
    cut.feed(kChunked.substr(0, kChunked.size() - 2), body);
    QVERIFY(!cut.endsAtClose());
    QCOMPARE(cut.state(), MessageReader::State::Body);
}

void BenchTest::skipsInterimAnswers()
{
    MessageReader reader(MessageReader::Kind::Response);
    std::string body;
    reader.feed("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", body);
    QCOMPARE(reader.state(), MessageReader::State::Complete);
    QCOMPARE(reader.status(), 200);
    QCOMPARE(body, std::string("ok"));
}

void BenchTest::cutsEventsInAnyPieces()
{
    const std::string stream = ": ping\n\n"
                               "event: message_start\ndata: {\"type\":\"message_start\",\"seq\":0,\"sent_ns\":11}\n\n"
                               "event: content_block_delta\ndata: {\"seq\":1,\"sent_ns\":22}\n\n"
                               "event: error\ndata: {\"type\":\"error\"}\n\n"
                               "event: message_stop\ndata: {\"seq\":2,\"sent_ns\":33}\n\nevent: half";
    for (std::size_t step = 1; step < stream.size(); ++step) {
        SseReader reader;
        std::vector<StreamEvent> events;
        for (std::size_t at = 0; at < stream.size(); at += step)
            reader.feed(stream.substr(at, step), events);
        QCOMPARE(events.size(), std::size_t{4});
        QCOMPARE(events[0].kind, StreamEvent::Kind::Opening);
        QCOMPARE(events[1].kind, StreamEvent::Kind::Content);
        QCOMPARE(events[1].sentNs, std::int64_t{22});
        QCOMPARE(events[2].kind, StreamEvent::Kind::Error);
        QCOMPARE(events[2].seq, std::int64_t{-1});
        QCOMPARE(events[3].kind, StreamEvent::Kind::Stop);
        QCOMPARE(events[3].seq, std::int64_t{2});
    }
}

void BenchTest::percentileIsTheNearestRank()
{
    std::vector<std::int64_t> samples;
    for (std::int64_t i = 1; i <= 100; ++i)
        samples.push_back(i);
    QCOMPARE(percentile(samples, 0.5), std::int64_t{50});
    QCOMPARE(percentile(samples, 0.99), std::int64_t{99});
    QCOMPARE(percentile({7}, 0.5), std::int64_t{7});
    QCOMPARE(percentile({7}, 0.99), std::int64_t{7});
}

void BenchTest::failsAsManyRequestsAsAsked_data()
{
    QTest::addColumn<int>("percent");
    QTest::addColumn<int>("least");
    QTest::addColumn<int>("most");
    QTest::newRow("never") << 0 << 0 << 0;
    QTest::newRow("three in ten") << 30 << 2800 << 3200;
    QTest::newRow("always") << 100 << 10000 << 10000;
}

void BenchTest::failsAsManyRequestsAsAsked()
{
    QFETCH(int, percent);
    QFETCH(int, least);
    QFETCH(int, most);
    FaultDice dice(percent);
    QCOMPARE(dice.everFails(), percent > 0);
    int failed = 0;
    for (int i = 0; i < 10000; ++i)
        failed += dice.roll(true) != Fault::None;
    QVERIFY2(failed >= least && failed <= most, qPrintable(QString::number(failed)));
    QCOMPARE(dice.rolled(Fault::None), std::int64_t{10000 - failed});
    for (std::size_t kind = 1; kind < kFaultKinds; ++kind)
        QVERIFY((dice.rolled(static_cast<Fault>(kind)) > failed / 20) == (failed > 0));
}

void BenchTest::closesOnlyUsedConnectionsAsIdle()
{
    FaultDice dice(100);
    for (int i = 0; i < 1000; ++i)
        QVERIFY(dice.roll(false) != Fault::IdleClose);
    for (int i = 0; i < 1000; ++i)
        dice.roll(true);
    QVERIFY(dice.rolled(Fault::IdleClose) > 0);
}

void BenchTest::saysWhatTheFaultIsCalled_data()
{
    QTest::addColumn<Fault>("fault");
    QTest::addColumn<bool>("streamed");
    QTest::addColumn<QByteArray>("status");
    QTest::addColumn<QByteArray>("body");
    const QByteArray overloaded = R"({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}})";
    QTest::newRow("429")
        << Fault::TooManyRequests << false << QByteArray("429 Too Many Requests")
        << QByteArray(R"({"type":"error","error":{"type":"rate_limit_error","message":"Too many requests"}})");
    QTest::newRow("529 for a stream") << Fault::Overloaded << true << QByteArray("529 Overloaded") << overloaded;
    QTest::newRow("error inside JSON") << Fault::ErrorInside << false << QByteArray("200 OK") << overloaded;
    QTest::newRow("error inside a stream")
        << Fault::ErrorInside << true << QByteArray("200 OK") << "event: error\ndata: " + overloaded + "\n\n";
    QTest::newRow("empty") << Fault::Empty << true << QByteArray("200 OK") << QByteArray();
    QTest::newRow("a reset says nothing") << Fault::Reset << false << QByteArray() << QByteArray();
}

void BenchTest::saysWhatTheFaultIsCalled()
{
    QFETCH(Fault, fault);
    QFETCH(bool, streamed);
    QFETCH(QByteArray, status);
    QFETCH(QByteArray, body);
    const FaultAnswer answer = answerOf(fault, streamed);
    QCOMPARE(QByteArray(answer.status.data(), static_cast<qsizetype>(answer.status.size())), status);
    QCOMPARE(QByteArray(answer.body.data(), static_cast<qsizetype>(answer.body.size())), body);
}

void BenchTest::tellsAnsweredTwiceFromAskedTwice()
{
    Ledger ledger;
    ledger.arrived("failed once");
    ledger.arrived("failed once");
    ledger.answeredWell("failed once");
    QCOMPARE(ledger.sums().repeatedUnanswered, std::int64_t{1});
    QCOMPARE(ledger.sums().doubleSubmissions, std::int64_t{0});
    QCOMPARE(ledger.sums().answeredTwice, std::int64_t{0});

    // Both were under way at once: neither arrived after an answer, and both were answered.
    ledger.arrived("stalled");
    ledger.arrived("stalled");
    ledger.answeredWell("stalled");
    ledger.answeredWell("stalled");
    ledger.answeredWell("stalled");
    QCOMPARE(ledger.sums().doubleSubmissions, std::int64_t{0});
    QCOMPARE(ledger.sums().answeredTwice, std::int64_t{1});

    ledger.arrived("failed once");
    QCOMPARE(ledger.sums().doubleSubmissions, std::int64_t{1});
    QCOMPARE(ledger.sums().answeredTwice, std::int64_t{1});

    ledger.foundCallersFault("wrong");
    QCOMPARE(ledger.sums().callersRetried, std::int64_t{0});
    ledger.foundCallersFault("wrong");
    QCOMPARE(ledger.sums().callersRetried, std::int64_t{1});

    // Without a key nobody can tell.
    for (int i = 0; i < 2; ++i) {
        ledger.arrived({});
        ledger.answeredWell({});
    }
    QCOMPARE(ledger.sums().answeredTwice, std::int64_t{1});
}

void BenchTest::listenerRefusesAndListensOnTheSamePort()
{
    Listener listener;
    QVERIFY(listener.reserve(0));
    QCOMPARE(connectResult(listener.port(), 1000), ECONNREFUSED);
    for (int i = 0; i < 3; ++i) {
        QVERIFY(listener.listen());
        QCOMPARE(connectResult(listener.port(), 1000), 0);
        listener.refuse();
        QCOMPARE(listener.descriptor(), -1);
        QCOMPARE(connectResult(listener.port(), 1000), ECONNREFUSED);
    }
}

void BenchTest::fullListenerSwallowsConnections()
{
    Listener listener;
    QVERIFY(listener.reserve(0));
    QVERIFY(listener.swallow());
    QCOMPARE(connectResult(listener.port(), 50), ETIMEDOUT);
}

QTEST_APPLESS_MAIN(BenchTest)
#include "tst_bench.moc"
