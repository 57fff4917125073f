#include "tests/support/faults.h"
#include "tests/support/rawclient.h"
#include "tests/support/scriptedupstream.h"
#include "tests/support/testproxy.h"

#include <QTest>

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

const QByteArray streamRequest(R"JSON({"model":"claude-x","stream":true,"messages":[]})JSON");

} // namespace

/// Every fault of the scripted upstream, one row each: what the client sees, what is recorded, and that nothing is sent twice.
class TestFaults : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void neitherHidesNorInventsAnEnd_data()
    {
        QTest::addColumn<Fault>("fault");
        QTest::addColumn<int>("status");
        QTest::addColumn<Ending>("ending");
        QTest::addColumn<Outcome>("outcome");
        QTest::addColumn<FailureClass>("failure");
        const auto row = [](Fault fault, int status, Ending ending, Outcome outcome, FailureClass failure) {
            QTest::newRow(wordOf(fault).constData()) << fault << status << ending << outcome << failure;
        };
        row(Fault::CloseBeforeAnswer, 502, QccError, Outcome::Error, FailureClass::Broken);
        row(Fault::ResetBeforeAnswer, 502, QccError, Outcome::Error, FailureClass::Broken);
        row(Fault::CloseAtHead, 502, QccError, Outcome::Error, FailureClass::Broken);
        row(Fault::ResetAtHead, 502, QccError, Outcome::Error, FailureClass::Broken);
        row(Fault::CloseAfterStatusLine, 502, QccError, Outcome::Error, FailureClass::Broken);
        row(Fault::ResetAfterStatusLine, 502, QccError, Outcome::Error, FailureClass::Broken);
        row(Fault::CloseInsideHeaders, 502, QccError, Outcome::Error, FailureClass::Broken);
        row(Fault::ResetInsideHeaders, 502, QccError, Outcome::Error, FailureClass::Broken);
        row(Fault::CloseAfterHead, 200, Cut, Outcome::Truncated, FailureClass::BrokenStream);
        row(Fault::Garbage, 502, QccError, Outcome::Error, FailureClass::Broken);
        row(Fault::GarbageThenClose, 502, QccError, Outcome::Error, FailureClass::Broken);
        row(Fault::StallBeforeHead, 504, QccError, Outcome::Error, FailureClass::Timeout);
        row(Fault::StallInsideHeaders, 504, QccError, Outcome::Error, FailureClass::Timeout);
        row(Fault::StallAfterHead, 200, Cut, Outcome::Truncated, FailureClass::BrokenStream);
        row(Fault::CloseOnSecondRequest, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::ResetOnSecondRequest, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::IdleClose, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::StallUpload, 504, QccError, Outcome::Error, FailureClass::Timeout);
        row(Fault::SlowUpload, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::ShortLengthClose, 200, Cut, Outcome::Truncated, FailureClass::BrokenStream);
        row(Fault::ShortLengthReset, 200, Cut, Outcome::Truncated, FailureClass::BrokenStream);
        row(Fault::ExtraBytes, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::BadChunkSize, 200, Cut, Outcome::Truncated, FailureClass::BrokenStream);
        row(Fault::ChunkCutClose, 200, Cut, Outcome::Truncated, FailureClass::BrokenStream);
        row(Fault::ChunkCutReset, 200, Cut, Outcome::Truncated, FailureClass::BrokenStream);
        row(Fault::NoLastChunkClose, 200, Cut, Outcome::Truncated, FailureClass::BrokenStream);
        row(Fault::NoLastChunkReset, 200, Cut, Outcome::Truncated, FailureClass::BrokenStream);
        row(Fault::CloseDelimited, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::CloseDelimitedReset, 200, Cut, Outcome::Truncated, FailureClass::BrokenStream);
        row(Fault::LengthAndChunked, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::TwoLengths, 502, QccError, Outcome::Error, FailureClass::Broken);
        row(Fault::BadLength, 502, QccError, Outcome::Error, FailureClass::Broken);
        row(Fault::ChunkExtensions, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::Trailers, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::Bytewise, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::Continue100, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::Processing102, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::EarlyHints103, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::SeveralInterim, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::Switching101, 502, QccError, Outcome::Error, FailureClass::Broken);
        row(Fault::ManyHeaders, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::HugeHeader, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::EndlessHeaders, 502, QccError, Outcome::Error, FailureClass::Broken);
        row(Fault::BareLf, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::FoldedHeader, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::NoReason, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::HighBytesInHeader, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::NoContent204, 204, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::NoContent204WithLength, 204, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::NotModified304, 304, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::NotModified304WithLength, 304, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::HeadWithLength, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::DuplicateHeaders, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::Http10, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::ConnectionClose, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::Early413Close, 413, Whole, Outcome::CallerError, FailureClass::Caller);
        row(Fault::Early413KeepReading, 413, Whole, Outcome::CallerError, FailureClass::Caller);
        row(Fault::Early413Linger, 413, Whole, Outcome::CallerError, FailureClass::Caller);
        row(Fault::RateLimitSeconds, 429, Whole, Outcome::Error, FailureClass::RateLimit);
        row(Fault::RateLimitDate, 429, Whole, Outcome::Error, FailureClass::RateLimit);
        row(Fault::RateLimitMs, 429, Whole, Outcome::Error, FailureClass::RateLimit);
        row(Fault::PaymentRequired, 402, Whole, Outcome::Error, FailureClass::Quota);
        row(Fault::QuotaAnthropic, 400, Whole, Outcome::CallerError, FailureClass::Caller);
        row(Fault::QuotaOpenAi, 429, Whole, Outcome::Error, FailureClass::RateLimit);
        row(Fault::QuotaRelay, 403, Whole, Outcome::Error, FailureClass::Auth);
        row(Fault::Overloaded529, 529, Whole, Outcome::Error, FailureClass::Transient);
        row(Fault::ErrorEventFirst, 200, Whole, Outcome::Truncated, FailureClass::BrokenStream);
        row(Fault::ErrorEventAfterStart, 200, Whole, Outcome::Truncated, FailureClass::BrokenStream);
        row(Fault::ErrorJson200, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::Empty200, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::EmptyStream, 200, ErrorEvent, Outcome::Truncated, FailureClass::BrokenStream);
        row(Fault::OpeningEventsOnly, 200, ErrorEvent, Outcome::Truncated, FailureClass::BrokenStream);
        row(Fault::Html200, 200, Whole, Outcome::Complete, FailureClass::None);
        row(Fault::StallMidStream, 200, ErrorEvent, Outcome::Truncated, FailureClass::BrokenStream);
        row(Fault::StallAfterOpening, 200, ErrorEvent, Outcome::Truncated, FailureClass::BrokenStream);
        row(Fault::StreamCutMidEventClose, 200, ErrorEvent, Outcome::Truncated, FailureClass::BrokenStream);
        row(Fault::StreamCutMidEventReset, 200, ErrorEvent, Outcome::Truncated, FailureClass::BrokenStream);
        row(Fault::StreamEndsAfterContent, 200, ErrorEvent, Outcome::Truncated, FailureClass::BrokenStream);
        row(Fault::StreamEndsBeforeLast, 200, ErrorEvent, Outcome::Truncated, FailureClass::BrokenStream);
        row(Fault::StreamClosesBeforeLast, 200, ErrorEvent, Outcome::Truncated, FailureClass::BrokenStream);
        row(Fault::ErrorEventMidStream, 200, Whole, Outcome::Truncated, FailureClass::BrokenStream);
    }

    void neitherHidesNorInventsAnEnd()
    {
        QFETCH(Fault, fault);
        QFETCH(Ending, ending);
        ScriptedUpstream upstream;
        QVERIFY(upstream.listen());
        upstream.setDefaultScript(wordOf(fault));
        TestProxy proxy({upstream.baseUrl()});

        RawClient client;
        client.connectTo(proxy.port());
        if (fault == Fault::HeadWithLength)
            client.request("HEAD", "/v1/messages");
        else
            client.post("/v1/messages", wordOf(fault).startsWith("early-") ? QByteArray(8 << 20, 'x') : streamRequest);

        QTRY_VERIFY_WITH_TIMEOUT(client.finished() > 0 || client.isClosed(), 30'000);
        QTRY_COMPARE(proxy.records().size(), 1);
        const RawResponse response = client.response();
        const ExchangeRecord record = proxy.last();
        QTEST(response.status, "status");
        QCOMPARE(response.complete, ending != Cut);
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
};

QTEST_GUILESS_MAIN(TestFaults)
#include "tst_faults.moc"
