#include "tests/support/faults.h"
#include "tests/support/http2server.h"
#include "tests/support/rawclient.h"
#include "tests/support/scriptedupstream.h"
#include "tests/support/testproxy.h"

#include <QTest>

#include <memory>

using namespace qcc;
using namespace qcc::test;

namespace {

/// How an answer ends in the client's eyes.
enum Ending {
    Whole,      ///< The upstream's answer, complete.
    Cut,        ///< Visibly broken.
    ErrorEvent, ///< A stream that ends well with qcc's error event.
    QccError,   ///< An error answer of qcc's own, in the client's protocol.
};

/// What the client asked for.
enum Asked { Plain, Stream, Both };

QByteArray requestBody(Fault fault, bool stream)
{
    if (wordOf(fault).startsWith("early-"))
        return QByteArray(8 << 20, 'x');
    return stream ? R"({"model":"claude-x","stream":true,"messages":[]})" : R"({"model":"claude-x","messages":[]})";
}

} // namespace

/// Every fault of the scripted upstream, one row each, over HTTP/1.1 and over HTTP/2: what the client sees, what is recorded, and that nothing is
/// sent twice.
class TestFaults : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!Http2Server::isInstalled())
            return; // tst_http2faults says so
        m_relay = std::make_unique<Http2Relay>();
        QVERIFY2(m_relay->start(), qPrintable(m_relay->server().problem()));
    }

    void neitherHidesNorInventsAnEnd_data()
    {
        QTest::addColumn<Fault>("fault");
        QTest::addColumn<bool>("stream");
        QTest::addColumn<bool>("http2");
        QTest::addColumn<int>("status");
        QTest::addColumn<Ending>("ending");
        QTest::addColumn<Outcome>("outcome");
        QTest::addColumn<FailureClass>("failure");
        const auto row = [this](Fault fault, Asked asked, int status, Ending ending, Outcome outcome, FailureClass failure) {
            for (const bool http2 : {false, true}) {
                // A head without an end is none that can be passed on as another version's, and one of many frames is more than some builds of
                // the library read; tst_http2faults has both.
                if (http2 && (!m_relay || fault == Fault::HugeHeader || fault == Fault::EndlessHeaders))
                    continue;
                const QByteArray how = http2 ? ", HTTP/2" : "";
                // Over HTTP/2 one of the two ways of asking stands for both.
                if (asked != Stream && !(http2 && asked == Both))
                    QTest::newRow((wordOf(fault) + ", plain" + how).constData()) << fault << false << http2 << status << ending << outcome << failure;
                if (asked != Plain)
                    QTest::newRow((wordOf(fault) + ", stream" + how).constData()) << fault << true << http2 << status << ending << outcome << failure;
            }
        };
        row(Fault::CloseBeforeAnswer, Both, 502, QccError, Outcome::Error, FailureClass::Broken);
        row(Fault::ResetBeforeAnswer, Both, 502, QccError, Outcome::Error, FailureClass::Broken);
        row(Fault::CloseAtHead, Both, 502, QccError, Outcome::Error, FailureClass::Broken);
        row(Fault::ResetAtHead, Both, 502, QccError, Outcome::Error, FailureClass::Broken);
        row(Fault::CloseAfterStatusLine, Both, 502, QccError, Outcome::Error, FailureClass::Broken);
        row(Fault::ResetAfterStatusLine, Both, 502, QccError, Outcome::Error, FailureClass::Broken);
        row(Fault::CloseInsideHeaders, Both, 502, QccError, Outcome::Error, FailureClass::Broken);
        row(Fault::ResetInsideHeaders, Both, 502, QccError, Outcome::Error, FailureClass::Broken);
        row(Fault::CloseAfterHead, Both, 200, Cut, Outcome::Truncated, FailureClass::BrokenStream);
        row(Fault::Garbage, Both, 502, QccError, Outcome::Error, FailureClass::Broken);
        row(Fault::GarbageThenClose, Both, 502, QccError, Outcome::Error, FailureClass::Broken);
        row(Fault::StallBeforeHead, Both, 504, QccError, Outcome::Error, FailureClass::Timeout);
        row(Fault::StallInsideHeaders, Both, 504, QccError, Outcome::Error, FailureClass::Timeout);
        row(Fault::StallAfterHead, Both, 200, Cut, Outcome::Truncated, FailureClass::BrokenStream);
        row(Fault::CloseOnSecondRequest, Both, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::ResetOnSecondRequest, Both, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::IdleClose, Both, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::StallUpload, Both, 504, QccError, Outcome::Error, FailureClass::Timeout);
        row(Fault::SlowUpload, Both, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::ShortLengthClose, Plain, 200, Cut, Outcome::Truncated, FailureClass::BrokenStream);
        row(Fault::ShortLengthClose, Stream, 200, ErrorEvent, Outcome::Truncated, FailureClass::BrokenStream);
        row(Fault::ShortLengthReset, Plain, 200, Cut, Outcome::Truncated, FailureClass::BrokenStream);
        row(Fault::ShortLengthReset, Stream, 200, ErrorEvent, Outcome::Truncated, FailureClass::BrokenStream);
        row(Fault::ExtraBytes, Both, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::BadChunkSize, Plain, 200, Cut, Outcome::Truncated, FailureClass::BrokenStream);
        row(Fault::BadChunkSize, Stream, 200, ErrorEvent, Outcome::Truncated, FailureClass::BrokenStream);
        row(Fault::ChunkCutClose, Plain, 200, Cut, Outcome::Truncated, FailureClass::BrokenStream);
        row(Fault::ChunkCutClose, Stream, 200, ErrorEvent, Outcome::Truncated, FailureClass::BrokenStream);
        row(Fault::ChunkCutReset, Plain, 200, Cut, Outcome::Truncated, FailureClass::BrokenStream);
        row(Fault::ChunkCutReset, Stream, 200, ErrorEvent, Outcome::Truncated, FailureClass::BrokenStream);
        row(Fault::NoLastChunkClose, Plain, 200, Cut, Outcome::Truncated, FailureClass::BrokenStream);
        row(Fault::NoLastChunkClose, Stream, 200, ErrorEvent, Outcome::Truncated, FailureClass::BrokenStream);
        row(Fault::NoLastChunkReset, Plain, 200, Cut, Outcome::Truncated, FailureClass::BrokenStream);
        row(Fault::NoLastChunkReset, Stream, 200, ErrorEvent, Outcome::Truncated, FailureClass::BrokenStream);
        row(Fault::CloseDelimited, Both, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::CloseDelimitedReset, Plain, 200, Cut, Outcome::Truncated, FailureClass::BrokenStream);
        row(Fault::CloseDelimitedReset, Stream, 200, ErrorEvent, Outcome::Truncated, FailureClass::BrokenStream);
        row(Fault::LengthAndChunked, Both, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::TwoLengths, Both, 502, QccError, Outcome::Error, FailureClass::Broken);
        row(Fault::BadLength, Both, 502, QccError, Outcome::Error, FailureClass::Broken);
        row(Fault::NegativeLength, Both, 502, QccError, Outcome::Error, FailureClass::Broken);
        row(Fault::HugeLength, Both, 502, QccError, Outcome::Error, FailureClass::Broken);
        row(Fault::ChunkExtensions, Both, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::Trailers, Both, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::Bytewise, Both, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::HugeBody, Both, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::Gzip, Both, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::GzipBomb, Both, 200, Whole, Outcome::Complete, FailureClass::None); // passed on, and not read to its end
        row(Fault::Continue100, Both, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::Processing102, Both, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::EarlyHints103, Both, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::SeveralInterim, Both, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::InterimFlood, Both, 502, QccError, Outcome::Error, FailureClass::Broken);
        row(Fault::Switching101, Both, 502, QccError, Outcome::Error, FailureClass::Broken);
        row(Fault::ManyHeaders, Both, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::HugeHeader, Both, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::EndlessHeaders, Both, 502, QccError, Outcome::Error, FailureClass::Broken);
        row(Fault::EndlessHeaderLine, Both, 502, QccError, Outcome::Error, FailureClass::Broken);
        row(Fault::TrickledHead, Both, 504, QccError, Outcome::Error, FailureClass::Timeout);
        row(Fault::NulInHeader, Both, 502, QccError, Outcome::Error, FailureClass::Broken);
        row(Fault::CrInHeader, Both, 502, QccError, Outcome::Error, FailureClass::Broken);
        row(Fault::BareLf, Both, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::FoldedHeader, Both, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::NoReason, Both, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::HighBytesInHeader, Both, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::NoContent204, Both, 204, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::NoContent204WithLength, Both, 204, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::NotModified304, Both, 304, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::NotModified304WithLength, Both, 304, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::HeadWithLength, Both, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::DuplicateHeaders, Both, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::Http10, Both, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::ConnectionClose, Both, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::Early413Close, Both, 413, Whole, Outcome::CallerError, FailureClass::Caller);
        row(Fault::Early413KeepReading, Both, 413, Whole, Outcome::CallerError, FailureClass::Caller);
        row(Fault::Early413Linger, Both, 413, Whole, Outcome::CallerError, FailureClass::Caller);
        row(Fault::RateLimitSeconds, Both, 429, Whole, Outcome::Error, FailureClass::RateLimit);
        row(Fault::RateLimitDate, Both, 429, Whole, Outcome::Error, FailureClass::RateLimit);
        row(Fault::RateLimitMs, Both, 429, Whole, Outcome::Error, FailureClass::RateLimit);
        row(Fault::PaymentRequired, Both, 402, Whole, Outcome::Error, FailureClass::Quota);
        row(Fault::QuotaAnthropic, Both, 400, Whole, Outcome::Error, FailureClass::Quota);
        row(Fault::QuotaOpenAi, Both, 429, Whole, Outcome::Error, FailureClass::Quota);
        row(Fault::QuotaRelay, Both, 403, Whole, Outcome::Error, FailureClass::Quota);
        row(Fault::Overloaded529, Both, 529, Whole, Outcome::Error, FailureClass::Transient);
        row(Fault::InvalidUtf8Error, Both, 500, Whole, Outcome::Error, FailureClass::Transient);
        row(Fault::ErrorEventFirst, Both, 200, Cut, Outcome::Error, FailureClass::Transient);
        row(Fault::ErrorEventAfterStart, Both, 200, Cut, Outcome::Error, FailureClass::Transient);
        row(Fault::ErrorJson200, Both, 200, Whole, Outcome::Error, FailureClass::Transient);
        row(Fault::Empty200, Both, 200, Whole, Outcome::Error, FailureClass::BadAnswer);
        row(Fault::EmptyStream, Both, 200, ErrorEvent, Outcome::Truncated, FailureClass::BrokenStream);
        row(Fault::OpeningEventsOnly, Both, 200, ErrorEvent, Outcome::Truncated, FailureClass::BrokenStream);
        row(Fault::Html200, Both, 200, Whole, Outcome::Error, FailureClass::BadAnswer);
        row(Fault::StallMidStream, Both, 200, ErrorEvent, Outcome::Truncated, FailureClass::BrokenStream);
        row(Fault::StallAfterOpening, Both, 200, ErrorEvent, Outcome::Truncated, FailureClass::BrokenStream);
        row(Fault::StreamCutMidEventClose, Both, 200, ErrorEvent, Outcome::Truncated, FailureClass::BrokenStream);
        row(Fault::StreamCutMidEventReset, Both, 200, ErrorEvent, Outcome::Truncated, FailureClass::BrokenStream);
        row(Fault::StreamEndsAfterContent, Both, 200, ErrorEvent, Outcome::Truncated, FailureClass::BrokenStream);
        row(Fault::StreamEndsBeforeLast, Both, 200, Whole, Outcome::Complete, FailureClass::None); // the last event is supplied
        row(Fault::StreamClosesBeforeLast, Both, 200, Whole, Outcome::Complete, FailureClass::None); // and here, too
        row(Fault::InvalidUtf8Events, Both, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::GiganticEvent, Both, 200, ErrorEvent, Outcome::Truncated, FailureClass::BrokenStream);
        row(Fault::ErrorEventMidStream, Both, 200, Cut, Outcome::Truncated, FailureClass::Transient);
    }

    void neitherHidesNorInventsAnEnd()
    {
        QFETCH(Fault, fault);
        QFETCH(bool, stream);
        QFETCH(Ending, ending);
        ScriptedUpstream upstream;
        QVERIFY(upstream.listen());
        upstream.setDefaultScript(wordOf(fault));
        Config config = TestProxy::shortDeadlines();
        config.retry.maxAttempts = 1; // what each fault looks like by itself; tst_failover and tst_holdback repair them
        QFETCH(bool, http2);
        TestProxy proxy({http2 ? m_relay->urlOf(upstream.port()) : upstream.baseUrl()}, config);
        if (http2) {
            proxy.setHttp2(true);
            proxy.setCaFile(m_relay->server().certificateFile());
        }

        RawClient client;
        client.connectTo(proxy.port());
        if (fault == Fault::HeadWithLength)
            client.request("HEAD", "/v1/messages");
        else
            client.post("/v1/messages", requestBody(fault, stream));

        QTRY_VERIFY_WITH_TIMEOUT(client.finished() > 0 || client.isClosed(), 30'000);
        QTRY_COMPARE(proxy.records().size(), 1);
        const RawResponse response = client.response();
        const ExchangeRecord record = proxy.last();
        QTEST(response.status, "status");
        QCOMPARE(response.complete, ending == Whole || ending == QccError);
        QCOMPARE(response.body.contains("qcc: the answer broke off"), ending == ErrorEvent);
        QCOMPARE(!response.header("x-qcc-request-id").isEmpty(), ending == QccError);
        if (ending == QccError)
            QVERIFY(response.body.startsWith("{\"error\":{\"message\":\"qcc: "));
        QTEST(record.outcome, "outcome");
        QCOMPARE(record.attempts.size(), 1);
        QTEST(record.attempts.first().failure, "failure");
        QCOMPARE(record.status, response.status);
        QCOMPARE(upstream.arrivedCount(), 1);
        QTRY_COMPARE(proxy.inFlight(), 0);
        QCOMPARE(proxy.pool().busy, 0);
    }

private:
    std::unique_ptr<Http2Relay> m_relay; ///< Before the upstream, where it is to be asked over HTTP/2.
};

QTEST_GUILESS_MAIN(TestFaults)
#include "tst_faults.moc"
