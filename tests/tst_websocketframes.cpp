#include "core/http/websocket.h"
#include "tests/support/websocketends.h"

#include <QTest>

using namespace qcc;
using namespace qcc::test;

namespace {

RequestHead headOf(const QByteArray &method, int minorVersion, HeaderList headers)
{
    return {.method = method, .target = "/v1/responses", .minorVersion = minorVersion, .headers = std::move(headers)};
}

} // namespace

/// Where frames end, and what asks for a WebSocket: nothing but bytes.
class TestWebSocketFrames : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void knowsARequestForOne_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<int>("minorVersion");
        QTest::addColumn<HeaderList>("headers");
        QTest::addColumn<bool>("asks");
        const HeaderList usual{{"Connection", "Upgrade"}, {"Upgrade", "websocket"}};
        QTest::newRow("usual") << QByteArray("GET") << 1 << usual << true;
        QTest::newRow("among others") << QByteArray("GET") << 1 << HeaderList{{"connection", "keep-alive, upgrade"}, {"upgrade", "h2c, WebSocket"}} << true;
        QTest::newRow("a body of none") << QByteArray("GET") << 1 << (usual + HeaderList{{"Content-Length", "0"}}) << true;
        QTest::newRow("a body") << QByteArray("GET") << 1 << (usual + HeaderList{{"Content-Length", "1"}}) << false;
        QTest::newRow("chunks") << QByteArray("GET") << 1 << (usual + HeaderList{{"Transfer-Encoding", "chunked"}}) << false;
        QTest::newRow("POST") << QByteArray("POST") << 1 << usual << false;
        QTest::newRow("HTTP/1.0") << QByteArray("GET") << 0 << usual << false;
        QTest::newRow("h2c") << QByteArray("GET") << 1 << HeaderList{{"Connection", "Upgrade"}, {"Upgrade", "h2c"}} << false;
        QTest::newRow("no Connection") << QByteArray("GET") << 1 << HeaderList{{"Upgrade", "websocket"}} << false;
        QTest::newRow("a version") << QByteArray("GET") << 1 << HeaderList{{"Connection", "Upgrade"}, {"Upgrade", "websocket/13"}} << false;
        QTest::newRow("none") << QByteArray("GET") << 1 << HeaderList{} << false;
    }

    void knowsARequestForOne()
    {
        QFETCH(QByteArray, method);
        QFETCH(int, minorVersion);
        QFETCH(HeaderList, headers);
        QTEST(asksForWebSocket(headOf(method, minorVersion, headers)), "asks");
    }

    void knowsWhereFramesEnd_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<bool>("between");
        QTest::addColumn<bool>("closed");
        const auto row = [](const char *name, const QByteArray &bytes, bool between, bool closed) { QTest::newRow(name) << bytes << between << closed; };
        row("nothing", {}, true, false);
        for (const qsizetype size : {0, 1, 125, 126, 127, 65535, 65536, 100000}) {
            for (const bool masked : {false, true}) {
                const QByteArray whole = frame(QByteArray(size, char(0x88)), masked);
                QTest::addRow("%lld%s", static_cast<long long>(size), masked ? ", masked" : "") << whole << true << false;
                QTest::addRow("%lld%s, but for a byte", static_cast<long long>(size), masked ? ", masked" : "") << whole.chopped(1) << false << false;
            }
        }
        row("half a head", frame("abc").first(1), false, false);
        row("half a length", frame(QByteArray(70000, 'x')).first(7), false, false);
        row("fragments with a ping between", frame("a", false, 0x02) + frame("p", false, 0x89) + frame("b", false, 0x80), true, false);
        row("close", closeFrame(1000, "bye"), true, true);
        row("close, masked", closeFrame(1000, "bye", 0xa1b2c3d4), true, true);
        row("close without a code", frame({}, false, 0x88), true, true);
        row("close, but for a byte", closeFrame(1000, "bye").chopped(1), false, false);
        row("data and close", frame("abc") + closeFrame(4321, "why"), true, true);
        row("close and a part of something", closeFrame(4321, "why") + "\x82", false, true);
        row("a length that two readers read differently", QByteArray("\x82\x7f\x80\0\0\0\0\0\0\1x", 11) + closeFrame(1000, {}), false, false);
        row("the greatest length", QByteArray("\x82\x7f\x7f\xff\xff\xff\xff\xff\xff\xffx", 11) + closeFrame(1000, {}), false, false);
        row("no WebSocket at all", "HTTP/1.1 200 OK\r\n\r\n", false, false);
    }

    void knowsWhereFramesEnd()
    {
        QFETCH(QByteArray, bytes);
        WebSocketFrames whole;
        whole.feed(bytes);
        QTEST(whole.isBetweenFrames(), "between");
        QTEST(whole.sawClose(), "closed");
        QCOMPARE(whole.mayTakeOurs(), whole.isBetweenFrames() && !whole.sawClose());
        WebSocketFrames bytewise;
        for (const char &byte : std::as_const(bytes))
            bytewise.feed(QByteArrayView(&byte, 1));
        QCOMPARE(bytewise.isBetweenFrames(), whole.isBetweenFrames());
        QCOMPARE(bytewise.sawClose(), whole.sawClose());
    }

    void closesAsTheStandardSays()
    {
        QCOMPARE(closeFrame(1012, "ab"), QByteArray("\x88\x04\x03\xf4" "ab"));
        QCOMPARE(closeFrame(1001, "ab", 0x01020304), QByteArray("\x88\x84\x01\x02\x03\x04\x02\xeb" "bf", 10));
        QCOMPARE(maskedCloseCode(closeFrame(1001, "ab", 0x01020304)), std::optional<quint16>(1001));
        // A control frame has a length of one byte.
        QCOMPARE(closeFrame(1001, QByteArray(200, 'x')).size(), 2 + 125);
    }
};

QTEST_GUILESS_MAIN(TestWebSocketFrames)
#include "tst_websocketframes.moc"
