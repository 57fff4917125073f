#include "tests/bench/http1.h"
#include "tests/bench/report.h"
#include "tests/bench/ssereader.h"

#include <QtTest>

using namespace qcc::bench;

namespace {

const std::string kChunked
    = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\nA\r\n world, yo\r\n0\r\nx: y\r\n\r\n";

MessageReader::State readWhole(const std::string &text, std::string &body)
{
    MessageReader reader(MessageReader::Kind::Response);
    reader.feed(text, body);
    return reader.state();
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

QTEST_APPLESS_MAIN(BenchTest)
#include "tst_bench.moc"
