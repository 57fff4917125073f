#include "core/http/requestreader.h"
#include "tests/support/bodies.h"

#include <QTest>

using namespace qcc;
using namespace qcc::test;

namespace {

RequestReader::Limits smallLimits()
{
    return {.headBytes = 4096, .fields = 20, .bodyBytes = 1024 * 1024};
}

/// Feeds in pieces of `step` bytes until nothing more is taken.
qsizetype feedAll(RequestReader &reader, const QByteArray &bytes, qsizetype step)
{
    qsizetype used = 0;
    while (used < bytes.size()) {
        const qsizetype took = reader.feed(QByteArrayView(bytes).sliced(used, qMin(step, bytes.size() - used)));
        used += took;
        if (took == 0 || reader.state() == RequestReader::State::Complete || reader.state() == RequestReader::State::Refused)
            break;
    }
    return used;
}

/// The same with arrays that the reader may keep.
qsizetype adoptAll(RequestReader &reader, const QByteArray &bytes, qsizetype step)
{
    qsizetype used = 0;
    while (used < bytes.size()) {
        const QByteArrayView piece = QByteArrayView(bytes).sliced(used, qMin(step, bytes.size() - used));
        const qsizetype took = piece.size() - reader.adopt(piece.toByteArray()).size();
        used += took;
        if (took == 0 || reader.state() == RequestReader::State::Complete || reader.state() == RequestReader::State::Refused)
            break;
    }
    return used;
}

} // namespace

class TestRequestReader : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void acceptsWhatClientsSend_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<QByteArray>("body");
        const auto row = [](const char *name, QByteArray bytes, QByteArray method, QByteArray target, QByteArray body = {}) {
            QTest::newRow(name) << bytes << method << target << body;
        };
        row("get", "GET /v1/models HTTP/1.1\r\nHost: a\r\n\r\n", "GET", "/v1/models");
        row("length", "POST /m HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", "POST", "/m", "hello");
        row("chunked", "POST /m HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n", "POST", "/m", "hello");
        row("chunk extensions and trailers",
            "POST /m HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n5;x=\"y\"\r\nhello\r\n0\r\nX-T: 1\r\n\r\n", "POST", "/m", "hello");
        row("upper-case chunk size", "POST /m HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nA\r\n0123456789\r\n0\r\n\r\n", "POST",
            "/m", "0123456789");
        row("no body", "POST /m HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", "POST", "/m");
        row("unknown method", "PROPFIND /m HTTP/1.1\r\nHost: a\r\n\r\n", "PROPFIND", "/m");
        row("lower-case method", "get /m HTTP/1.1\r\nHost: a\r\n\r\n", "get", "/m");
        row("options for the server", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS", "*");
        row("absolute form", "GET http://elsewhere:1/x?y=1 HTTP/1.1\r\nHost: a\r\n\r\n", "GET", "/x?y=1");
        row("absolute form without a path", "GET http://elsewhere HTTP/1.1\r\nHost: a\r\n\r\n", "GET", "/");
        row("absolute form with only a query", "GET http://elsewhere?q=/ HTTP/1.1\r\nHost: a\r\n\r\n", "GET", "/?q=/");
        row("odd escapes stay", "GET /%41/%2e%2e/a%?q=%zz&r=\xc3\xa9 HTTP/1.1\r\nHost: a\r\n\r\n", "GET", "/%41/%2e%2e/a%?q=%zz&r=\xc3\xa9");
        row("double slash stays", "GET //a//b HTTP/1.1\r\nHost: a\r\n\r\n", "GET", "//a//b");
        row("empty lines first", "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET", "/");
        row("1.0 without host", "GET / HTTP/1.0\r\n\r\n", "GET", "/");
        row("later minor version", "GET / HTTP/1.7\r\nHost: a\r\n\r\n", "GET", "/");
    }

    void acceptsWhatClientsSend()
    {
        QFETCH(QByteArray, bytes);
        for (const auto all : {feedAll, adoptAll}) {
            for (const qsizetype step : {qsizetype(1), qsizetype(3), bytes.size()}) {
                RequestReader reader(smallLimits(), testBodies());
                QCOMPARE(all(reader, bytes, step), bytes.size());
                QVERIFY2(reader.state() == RequestReader::State::Complete, reader.refusal().message.constData());
                const Request request = reader.take();
                QTEST(request.head.method, "method");
                QTEST(request.head.target, "target");
                QTEST(bytesOf(request.body), "body");
                QVERIFY(reader.isIdle());
            }
        }
    }

    void refusesWhatTwoReadersCouldReadDifferently_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("status");
        const auto row = [](const char *name, QByteArray bytes, int status = 400) { QTest::newRow(name) << bytes << status; };
        const QByteArray post = "POST / HTTP/1.1\r\nHost: a\r\n";
        row("length and chunked", post + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
        row("two lengths", post + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc");
        row("same length twice", post + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc");
        row("length list", post + "Content-Length: 5, 5\r\n\r\nhello");
        row("hex length", post + "Content-Length: 0x16\r\n\r\n");
        row("signed length", post + "Content-Length: +5\r\n\r\nhello");
        row("word length", post + "Content-Length: abc\r\n\r\n");
        row("huge length", post + "Content-Length: 9223372036854775808\r\n\r\n");
        row("empty length", post + "Content-Length:\r\n\r\n");
        row("two encodings", post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
        row("xchunked", post + "Transfer-Encoding: xchunked\r\n\r\n");
        row("gzip, chunked", post + "Transfer-Encoding: gzip, chunked\r\n\r\n");
        row("gzip encoding", post + "Transfer-Encoding: gzip\r\n\r\n", 501);
        row("chunked in 1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
        row("bad chunk size", post + "Transfer-Encoding: chunked\r\n\r\nZZ\r\n");
        row("negative chunk size", post + "Transfer-Encoding: chunked\r\n\r\n-1\r\n");
        row("chunk size with 0x", post + "Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n");
        row("chunk size too large", post + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n");
        row("chunk longer than said", post + "Transfer-Encoding: chunked\r\n\r\n3\r\nhello\r\n0\r\n\r\n");
        row("digits after a blank", post + "Transfer-Encoding: chunked\r\n\r\n3 0\r\nhel\r\n0\r\n\r\n");
        row("chunk line ends with LF", post + "Transfer-Encoding: chunked\r\n\r\n3\nhel\r\n0\r\n\r\n");
        row("bare LF in the header", "GET / HTTP/1.1\nHost: a\n\n");
        row("one bare LF", "GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n");
        row("folded line", "GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n");
        row("blank before the colon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n");
        row("no colon", "GET / HTTP/1.1\r\nHost: a\r\nnonsense\r\n\r\n");
        row("empty name", "GET / HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n");
        row("NUL in a value", QByteArray("GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n", 35));
        row("CR in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n");
        row("NUL in the target", QByteArray("GET /a\0b HTTP/1.1\r\nHost: a\r\n\r\n", 30));
        row("tab in the request line", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n");
        row("no version", "GET /\r\nHost: a\r\n\r\n");
        row("blank in the target", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n");
        row("relative target", "GET a HTTP/1.1\r\nHost: a\r\n\r\n");
        row("no host", "GET / HTTP/1.1\r\n\r\n");
        row("two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
        row("connect", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", 405);
        row("HTTP/2", "PRI * HTTP/2.0\r\n\r\n", 505);
        row("HTTP/9.9", "GET / HTTP/9.9\r\nHost: a\r\n\r\n", 505);
        row("other expectation", post + "Expect: tea\r\nContent-Length: 1\r\n\r\n", 417);
        row("long header", "GET / HTTP/1.1\r\nHost: a\r\nX: " + QByteArray(5000, 'x') + "\r\n\r\n", 431);
        row("endless header line", "GET /" + QByteArray(8000, 'x'), 431);
        row("many fields", "GET / HTTP/1.1\r\nHost: a\r\n" + QByteArray("X: y\r\n").repeated(30) + "\r\n", 431);
        row("announced body too large", post + "Content-Length: 1048577\r\n\r\n", 413);
        row("chunked body too large", post + "Transfer-Encoding: chunked\r\n\r\n200000\r\n" + QByteArray(0x180000, 'x'), 413);
        row("TLS", QByteArray("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n", 12));
    }

    void refusesWhatTwoReadersCouldReadDifferently()
    {
        QFETCH(QByteArray, bytes);
        for (const qsizetype step : {qsizetype(1), qsizetype(7), bytes.size()}) {
            if (step == 1 && bytes.size() > 100'000)
                continue;
            RequestReader reader(smallLimits(), testBodies());
            feedAll(reader, bytes, step);
            QCOMPARE(reader.state(), RequestReader::State::Refused);
            QTEST(reader.refusal().status, "status");
            QVERIFY(!reader.refusal().message.isEmpty());
            QCOMPARE(reader.buffered(), 0);
        }
    }

    void drawsTheLimitAtTheSameByteHoweverTheyCome_data()
    {
        QTest::addColumn<qsizetype>("size");
        QTest::addColumn<bool>("accepted");
        QTest::newRow("just fits") << qsizetype(4096) << true;
        QTest::newRow("one more") << qsizetype(4097) << false;
        QTest::newRow("four more") << qsizetype(4100) << false;
    }

    void drawsTheLimitAtTheSameByteHoweverTheyCome()
    {
        QFETCH(qsizetype, size);
        QFETCH(bool, accepted);
        const QByteArray begin("GET / HTTP/1.1\r\nHost: a\r\nX: ");
        const QByteArray bytes = begin + QByteArray(size - begin.size() - 4, 'x') + "\r\n\r\n";
        for (const qsizetype step : {qsizetype(1), qsizetype(7), bytes.size()}) {
            RequestReader reader(smallLimits(), testBodies());
            feedAll(reader, bytes, step);
            QCOMPARE(reader.state(), accepted ? RequestReader::State::Complete : RequestReader::State::Refused);
            if (!accepted)
                QCOMPARE(reader.refusal().status, 431);
        }
    }

    void readsPipelinedRequestsOneByOne()
    {
        RequestReader reader(smallLimits(), testBodies());
        const QByteArray first = "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab";
        const QByteArray both = first + "GET /2 HTTP/1.1\r\nHost: a\r\n\r\n";
        const qsizetype used = reader.feed(both);
        QCOMPARE(used, first.size());
        QCOMPARE(bytesOf(reader.take().body), QByteArray("ab"));
        QCOMPARE(used + reader.feed(QByteArrayView(both).sliced(used)), both.size());
        QCOMPARE(reader.take().head.target, QByteArray("/2"));
    }

    void keepsABodyWhereItWasReadInto_data()
    {
        QTest::addColumn<qsizetype>("headPieces");
        QTest::newRow("behind its head") << qsizetype(0);
        QTest::newRow("behind the rest of its head") << qsizetype(1);
        QTest::newRow("alone") << qsizetype(2);
    }

    void keepsABodyWhereItWasReadInto()
    {
        QFETCH(qsizetype, headPieces);
        RequestReader reader(smallLimits(), testBodies());
        const QByteArray body(100'000, 'b');
        const QByteArray head = "POST /m HTTP/1.1\r\nHost: a\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n";
        const qsizetype before = headPieces == 0 ? 0 : headPieces == 1 ? 10 : head.size();
        QVERIFY(reader.adopt(QByteArray(head.constData(), before)).isEmpty());
        QByteArray rest = head.sliced(before) + body;
        const char *const place = rest.constData() + head.size() - before;
        QVERIFY(reader.adopt(std::move(rest)).isEmpty());
        const Request request = reader.take();
        QCOMPARE(bytesOf(request.body), body);
        QVERIFY(request.bodyBeginning().data() == place);
    }

    void leavesWhatFollowsABody()
    {
        RequestReader reader(smallLimits(), testBodies());
        const QByteArray next = "GET /2 HTTP/1.1\r\nHost: a\r\n\r\n";
        QByteArray both = "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab" + next;
        both = reader.adopt(std::move(both));
        QCOMPARE(both, next);
        QCOMPARE(bytesOf(reader.take().body), QByteArray("ab"));
        QVERIFY(reader.adopt(std::move(both)).isEmpty());
        QCOMPARE(reader.take().head.target, QByteArray("/2"));
    }

    void keepsFieldsInOrderWithCaseAndDuplicates()
    {
        RequestReader reader(smallLimits(), testBodies());
        reader.feed("GET / HTTP/1.1\r\nhOsT: a\r\nX-A:1\r\nx-a:  2 \r\nX-Empty:\r\n\r\n");
        const HeaderList expected = {{"hOsT", "a"}, {"X-A", "1"}, {"x-a", "2"}, {"X-Empty", ""}};
        QCOMPARE(reader.take().head.headers, expected);
    }

    void asksForTheBodyOnce()
    {
        RequestReader reader(smallLimits(), testBodies());
        reader.feed("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n");
        QVERIFY(reader.takeExpectContinue());
        QVERIFY(!reader.takeExpectContinue());
        reader.feed("ab");
        QCOMPARE(bytesOf(reader.take().body), QByteArray("ab"));
    }

    void saysWhenTheClientWantsToClose_data()
    {
        QTest::addColumn<QByteArray>("head");
        QTest::addColumn<bool>("close");
        QTest::newRow("1.1") << QByteArray("GET / HTTP/1.1\r\nHost: a\r\n\r\n") << false;
        QTest::newRow("1.1 close") << QByteArray("GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n") << true;
        QTest::newRow("1.0") << QByteArray("GET / HTTP/1.0\r\n\r\n") << true;
        QTest::newRow("1.0 keep-alive") << QByteArray("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n") << false;
    }

    void saysWhenTheClientWantsToClose()
    {
        QFETCH(QByteArray, head);
        RequestReader reader(smallLimits(), testBodies());
        reader.feed(head);
        QTEST(reader.take().head.wantsClose(), "close");
    }
};

QTEST_GUILESS_MAIN(TestRequestReader)
#include "tst_requestreader.moc"
