#include "core/report/loglines.h"

#include <QTest>

using namespace qcc;
using namespace Qt::StringLiterals;

namespace {

AttemptRecord attempt(const QString &name, int status, FailureClass failure = FailureClass::None)
{
    AttemptRecord record;
    record.endpointId = u"3fa1b2c4"_s;
    record.endpointName = name;
    record.status = status;
    record.failure = failure;
    return record;
}

ExchangeRecord exchange(Outcome outcome, int status, bool streamed, const QList<AttemptRecord> &attempts)
{
    ExchangeRecord record;
    record.number = 12;
    record.method = "POST";
    record.path = "/v1/messages";
    record.outcome = outcome;
    record.status = status;
    record.streamed = streamed;
    record.totalMs = 812.4;
    record.attempts = attempts;
    return record;
}

} // namespace

class TestLogLines : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void beginsWithTheWordsThatPeopleGrepFor_data()
    {
        QTest::addColumn<ExchangeRecord>("record");
        QTest::addColumn<QString>("beginning");
        QTest::addColumn<int>("level");
        const auto row = [](const char *name, const ExchangeRecord &record, const QString &beginning, LogLevel level) {
            QTest::newRow(name) << record << beginning << static_cast<int>(level);
        };
        const auto good = attempt(u"relay-a"_s, 200);
        const auto overloaded = attempt(u"relay-c"_s, 529, FailureClass::Transient);
        const auto silent = attempt(u"relay-b"_s, 0, FailureClass::Timeout);
        const auto broken = attempt(u"relay-a"_s, 200, FailureClass::BrokenStream);
        row("complete", exchange(Outcome::Complete, 200, false, {good}),
            u"[req-12] ✓ 响应成功: HTTP 200, 耗时: 812.40ms, endpoint: 3fa1b2c4, POST /v1/messages"_s, LogLevel::Info);
        row("complete stream", exchange(Outcome::Complete, 200, true, {good}), u"[req-12] ✓ 流式响应完成: HTTP 200"_s,
            LogLevel::Info);
        row("recovered", exchange(Outcome::Recovered, 200, false, {overloaded, good}), u"[req-12] ✓ 响应成功: "_s,
            LogLevel::Info);
        row("recovered stream", exchange(Outcome::Recovered, 200, true, {overloaded, good}),
            u"[req-12] ✓ 流式响应完成: "_s, LogLevel::Info);
        row("error", exchange(Outcome::Error, 529, false, {overloaded}), u"[req-12] ✗ 响应失败: HTTP 529"_s,
            LogLevel::Error);
        row("error without any attempt", exchange(Outcome::Error, 503, false, {}), u"[req-12] ✗ 响应失败: HTTP 503"_s,
            LogLevel::Error);
        row("timeout at last", exchange(Outcome::Error, 504, true, {overloaded, silent}), u"[req-12] ✗ 请求超时: "_s,
            LogLevel::Error);
        row("timeout before another error", exchange(Outcome::Error, 529, true, {silent, overloaded}),
            u"[req-12] ✗ 响应失败: "_s, LogLevel::Error);
        row("truncated stream", exchange(Outcome::Truncated, 200, true, {broken}), u"[req-12] ⚠ 流式传输中断: "_s,
            LogLevel::Warning);
        row("truncated body", exchange(Outcome::Truncated, 200, false, {broken}), u"[req-12] ✗ 响应失败: "_s,
            LogLevel::Error);
        row("caller's fault", exchange(Outcome::CallerError, 400, false, {attempt(u"a"_s, 400, FailureClass::Caller)}),
            u"[req-12] ⚠ 请求有误: HTTP 400"_s, LogLevel::Warning);
        row("client left", exchange(Outcome::ClientCancelled, 499, true, {attempt(u"a"_s, 0, FailureClass::Cancelled)}),
            u"[req-12] 客户端已断开: HTTP 499"_s, LogLevel::Info);
    }

    void beginsWithTheWordsThatPeopleGrepFor()
    {
        QFETCH(ExchangeRecord, record);
        QFETCH(QString, beginning);
        QFETCH(int, level);
        const LogLine line = logLineFor(record);
        QVERIFY2(line.text.startsWith(beginning), qPrintable(line.text));
        QCOMPARE(static_cast<int>(line.level), level);
    }

    void namesEveryAttemptInShort_data()
    {
        QTest::addColumn<QList<AttemptRecord>>("attempts");
        QTest::addColumn<QString>("text");
        QTest::newRow("none") << QList<AttemptRecord>() << QString();
        QTest::newRow("failover") << QList{attempt(u"relay-c"_s, 529, FailureClass::Transient),
                                           attempt(u"relay-a"_s, 200)}
                                  << u"relay-c 529 → relay-a 200"_s;
        QTest::newRow("no head") << QList{attempt(u"relay-a"_s, 0, FailureClass::Stale), attempt(u"relay-a"_s, 200)}
                                 << u"relay-a stale → relay-a 200"_s;
        QTest::newRow("a 200 that failed") << QList{attempt(u"relay-a"_s, 200, FailureClass::BadAnswer)}
                                           << u"relay-a 200 bad_answer"_s;
        QTest::newRow("no name") << QList{attempt(QString(), 200)} << u"3fa1b2c4 200"_s;
    }

    void namesEveryAttemptInShort()
    {
        QFETCH(QList<AttemptRecord>, attempts);
        QFETCH(QString, text);
        QCOMPARE(attemptsInShort(attempts), text);
    }

    void tellsTheWholeStory()
    {
        ExchangeRecord record = exchange(Outcome::Error, 529, true,
                                         {attempt(u"relay-b"_s, 0, FailureClass::Connect),
                                          attempt(u"relay-c"_s, 529, FailureClass::Transient)});
        record.firstByteMs = 640.2;
        record.model = u"some-model"_s;
        record.error = u"overloaded"_s;
        QCOMPARE(logLineFor(record).text,
                 u"[req-12] ✗ 响应失败: HTTP 529, 耗时: 812.40ms, endpoint: 3fa1b2c4, POST /v1/messages, "
                 "首字节: 640.20ms, model: some-model, relay-b connect → relay-c 529, overloaded"_s);
    }

    void staysShortWhateverTheClientSends()
    {
        ExchangeRecord record = exchange(Outcome::Error, 502, false, {});
        record.path = QByteArray(60'000, 'a');
        record.model = QString(60'000, u'b');
        record.error = QString(60'000, u'c');
        QVERIFY(logLineFor(record).text.size() < 1'000);
    }
};

QTEST_GUILESS_MAIN(TestLogLines)
#include "tst_loglines.moc"
