#include "core/http/answerreader.h"

#include <QTest>

using namespace qcc;
using State = AnswerReader::State;

class TestAnswerReader : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void goesOnBehindA101ThatWasAskedFor_data()
    {
        QTest::addColumn<QByteArray>("head");
        QTest::addColumn<bool>("good");
        const QByteArray line("HTTP/1.1 101 Switching Protocols\r\n");
        QTest::newRow("a WebSocket") << line + "Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n" << true;
        QTest::newRow("in other letters") << line + "upgrade: WebSocket\r\nconnection: keep-alive, upgrade\r\n\r\n" << true;
        // A 1xx has no body, whatever it says.
        QTest::newRow("lengths") << line + "Upgrade: websocket\r\nConnection: Upgrade\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n" << true;
        QTest::newRow("behind another interim answer") << "HTTP/1.1 103 Early Hints\r\n\r\n" + line + "Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n" << true;
        QTest::newRow("another protocol") << line + "Upgrade: h2c\r\nConnection: Upgrade\r\n\r\n" << false;
        QTest::newRow("no protocol") << line + "\r\n" << false;
        QTest::newRow("not of this connection") << line + "Upgrade: websocket\r\n\r\n" << false;
        QTest::newRow("HTTP/1.0") << QByteArray("HTTP/1.0 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n") << false;
    }

    void goesOnBehindA101ThatWasAskedFor()
    {
        QFETCH(QByteArray, head);
        QFETCH(bool, good);
        AnswerReader reader(false, true);
        QByteArray body;
        const QByteArray all = head + "HTTP/1.1 200 OK\r\n\r\n";
        for (qsizetype at = 0; at < all.size();) {
            const qsizetype used = reader.feed(QByteArrayView(all).sliced(at), body);
            at += used;
            if (!reader.takeInterim() && used == 0)
                break;
        }
        QCOMPARE(reader.gate().hasSwitched(), good);
        QCOMPARE(reader.state(), good ? AnswerReader::State::Body : AnswerReader::State::Bad);
        QCOMPARE(body, good ? QByteArray("HTTP/1.1 200 OK\r\n\r\n") : QByteArray());
        QCOMPARE(reader.keepsAlive(), false);
        QCOMPARE(reader.finish(), good);
    }

    void readsAnswers_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<bool>("headRequest");
        QTest::addColumn<bool>("thenClose");
        QTest::addColumn<State>("state");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<bool>("keepsAlive");
        const auto row = [](const char *name, QByteArray bytes, State state, QByteArray body = {}, bool keepsAlive = false,
                            bool thenClose = false, bool headRequest = false) {
            QTest::newRow(name) << bytes << headRequest << thenClose << state << body << keepsAlive;
        };
        row("length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", State::Done, "hello", true);
        row("length 0", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", State::Done, "", true);
        row("length, connection: close", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello", State::Done, "hello");
        row("length, HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello", State::Done, "hello");
        row("length, HTTP/1.0 keep-alive", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nhello", State::Done, "hello", true);
        row("length too short", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel", State::Bad, "hel", false, true);
        row("same length twice", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello", State::Done, "hello", true);
        row("two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", State::Bad);
        row("a length behind a vertical tab", "HTTP/1.1 200 OK\r\nContent-Length: \x0b" "5\r\n\r\nhello", State::Bad);
        row("a length before a form feed", "HTTP/1.1 200 OK\r\nContent-Length: 5\x0c\r\n\r\nhello", State::Bad);
        row("bad length", "HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\nhello", State::Bad);
        row("chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", State::Done, "hello", true);
        row("chunked with a trailer", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX: y\r\n\r\n", State::Done, "hello", true);
        row("a trailer without a colon", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX: y\r\nnonsense\r\n\r\n", State::Bad, "hello");
        row("a trailer without a name", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n: y\r\n\r\n", State::Bad, "hello");
        row("a trailer of two words", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX Y: y\r\n\r\n", State::Bad, "hello");
        row("chunked cut inside", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel", State::Bad, "hel", false, true);
        row("chunked without the last chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", State::Bad, "hello", false, true);
        row("negative length", "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello", State::Bad);
        row("length of twenty digits", "HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551616\r\n\r\nhello", State::Bad);
        row("NUL in a value", QByteArray("HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n", 28), State::Bad);
        row("CR in a value", "HTTP/1.1 200 OK\r\nX: a\rb\r\n\r\n", State::Bad);
        row("bad chunk size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nxyz\r\n", State::Bad, "hello");
        row("chunked beats length, and ends the connection",
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", State::Done, "hello");
        row("until close", "HTTP/1.1 200 OK\r\n\r\nhello", State::Done, "hello", false, true);
        row("until close, still open", "HTTP/1.1 200 OK\r\n\r\nhello", State::Body, "hello");
        row("head request", "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", State::Done, "", true, false, true);
        row("204", "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", State::Done, "", true);
        row("304", "HTTP/1.1 304 Not Modified\r\nContent-Length: 500\r\n\r\n", State::Done, "", true);
        row("no reason", "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", State::Done, "", true);
        row("bare LF", "HTTP/1.1 200 OK\nContent-Length: 5\n\nhello", State::Done, "hello", true);
        row("blank before the colon", "HTTP/1.1 200 OK\r\nContent-Length : 5\r\n\r\nhello", State::Done, "hello", true);
        row("garbage", "220 mail.example ESMTP\r\n", State::Bad);
        row("garbage, one byte", "x", State::Bad);
        row("HTTP/2", "HTTP/2.0 200 OK\r\n\r\n", State::Bad);
        row("status too short", "HTTP/1.1 20\r\n\r\n", State::Bad);
        row("unasked 101", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", State::Bad);
        row("field without a colon", "HTTP/1.1 200 OK\r\nnonsense\r\n\r\n", State::Bad);
        row("CR inside a value", "HTTP/1.1 200 OK\r\nX: a\rb\r\n\r\n", State::Bad);
        row("NUL inside a value", QByteArray("HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n", 27), State::Bad);
        row("an empty length", "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\nhello", State::Bad);
        row("an empty length beside a good one", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: \r\n\r\nhello", State::Bad);
        row("a length and a comma", "HTTP/1.1 200 OK\r\nContent-Length: 5,\r\n\r\nhello", State::Bad);
        row("the same length twice in one field", "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\nhello", State::Done, "hello", true);
        for (const char *coding : {"xchunked", "chunkedx", "\"chunked\"", "'chunked'", "chunked;q=1", "chunked chunked", "gzip", "identity", "", ",",
                                   "gzip, chunked", "chunked, gzip", "chunked, xchunked", "x-chunked", "\x0b""chunked"})
            row(qPrintable(QStringLiteral("coded as <%1>").arg(QLatin1String(coding))),
                QByteArray("HTTP/1.1 200 OK\r\nTransfer-Encoding: ") + coding + "\r\n\r\n5\r\nhello\r\n0\r\n\r\n", State::Bad);
        row("chunked twice, and no more of this connection",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", State::Done, "hello");
        row("a length on an interim answer", "HTTP/1.1 103 Early Hints\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
            State::Bad);
        row("a length of 0 on an interim answer", "HTTP/1.1 100 Continue\r\nContent-Length: 0\r\n\r\n", State::Bad);
        row("a chunked interim answer", "HTTP/1.1 103 Early Hints\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", State::Bad);
        row("closed before a byte", "", State::Bad, "", false, true);
        row("closed inside the header", "HTTP/1.1 200 OK\r\nContent-", State::Bad, "", false, true);
        row("a long field and many fields", "HTTP/1.1 200 OK\r\nX: " + QByteArray(150'000, 'x') + "\r\n"
            + QByteArray("Y: z\r\n").repeated(300) + "Content-Length: 2\r\n\r\nok", State::Done, "ok", true);
        row("endless header", "HTTP/1.1 200 OK\r\n" + QByteArray("Y: zzzzzzzzzz\r\n").repeated(50'000), State::Bad);
    }

    void readsAnswers()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(bool, thenClose);
        QFETCH(bool, headRequest);
        for (const qsizetype step : {qsizetype(1), qsizetype(1000), qMax<qsizetype>(1, bytes.size())}) {
            AnswerReader reader(headRequest);
            QByteArray body;
            for (qsizetype at = 0; at < bytes.size() && reader.state() != State::Bad; at += step)
                reader.feed(QByteArrayView(bytes).sliced(at, qMin(step, bytes.size() - at)), body);
            if (thenClose)
                reader.finish();
            QTEST(reader.state(), "state");
            QTEST(body, "body");
            QTEST(reader.keepsAlive(), "keepsAlive");
            QCOMPARE(reader.error().isEmpty(), reader.state() != State::Bad);
        }
    }

    void handsOutInterimAnswersBeforeTheRealOne()
    {
        AnswerReader reader(false);
        QByteArray body;
        const QByteArray bytes = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
        QByteArrayView rest(bytes);
        QList<int> interim;
        while (!rest.isEmpty()) {
            rest = rest.sliced(reader.feed(rest, body));
            if (const auto head = reader.takeInterim())
                interim.append(head->status);
        }
        QCOMPARE(interim, (QList<int>{100, 103}));
        QCOMPARE(reader.state(), State::Done);
        QCOMPARE(reader.head().status, 200);
        QCOMPARE(body, QByteArray("ok"));
    }

    void endsAFloodOfInterimAnswers()
    {
        AnswerReader reader(false);
        QByteArray body;
        int interims = 0;
        while (reader.state() == State::Head && interims < 1000) {
            reader.feed("HTTP/1.1 102 Processing\r\n\r\n", body);
            if (reader.takeInterim())
                ++interims;
        }
        QCOMPARE(interims, 100);
        QCOMPARE(reader.state(), State::Bad);
        QVERIFY2(reader.error().contains("100 interim answers"), reader.error().constData());
    }

    void takesNoReasonThatCouldBeReadAsMore_data()
    {
        QTest::addColumn<QByteArray>("reason");
        QTest::addColumn<QByteArray>("passed");
        const auto row = [](const char *name, const QByteArray &reason, const QByteArray &passed) { QTest::newRow(name) << reason << passed; };
        row("words", "Nothing of the kind", "Nothing of the kind");
        row("UTF-8", "\xe6\x9c\xaa", "\xe6\x9c\xaa");
        row("a tab", "Not\tFound", "Not\tFound");
        row("none", "", "");
        row("CR", "Gone\rX-Injected: 1", "Not Found");
        row("CR at once", "\rX-Injected: 1", "Not Found");
        row("NUL", QByteArray("Go\0ne", 5), "Not Found");
        row("ESC", "\x1b[2J", "Not Found");
        row("DEL", "Gone\x7f", "Not Found");
        row("a bell", "Gone\a", "Not Found");
        row("a control sequence of one character", "Gone\xc2\x9b" "31m", "Not Found");
        row("the same as a byte", "Gone\x9b" "31m", "Not Found");
        row("text turned round", "\xe2\x80\xae" "enoG", "Not Found");
    }

    void takesNoReasonThatCouldBeReadAsMore()
    {
        QFETCH(QByteArray, reason);
        AnswerReader reader(false);
        QByteArray body;
        reader.feed("HTTP/1.1 404 " + reason + "\r\nContent-Length: 0\r\n\r\n", body);
        QCOMPARE(reader.state(), State::Done);
        QTEST(reader.head().reason, "passed");
    }

    void leavesBytesAfterTheAnswerAlone()
    {
        AnswerReader reader(false);
        QByteArray body;
        const QByteArray bytes = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokEXTRA";
        QCOMPARE(reader.feed(bytes, body), bytes.size() - 5);
        QCOMPARE(body, QByteArray("ok"));
    }

    void keepsFieldsInOrderWithDuplicates()
    {
        AnswerReader reader(false);
        QByteArray body;
        reader.feed("HTTP/1.1 200 Fine Indeed\r\nSet-Cookie: a=1\r\nx-B: 1\r\nSet-Cookie: b=2\r\nX-Fold: a\r\n  b\r\nContent-Length: 0\r\n\r\n", body);
        const HeaderList expected = {{"Set-Cookie", "a=1"}, {"x-B", "1"}, {"Set-Cookie", "b=2"}, {"X-Fold", "a b"}, {"Content-Length", "0"}};
        QCOMPARE(reader.head().headers, expected);
        QCOMPARE(reader.head().reason, QByteArray("Fine Indeed"));
    }
};

QTEST_GUILESS_MAIN(TestAnswerReader)
#include "tst_answerreader.moc"
