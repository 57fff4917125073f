#include "tests/traysupport/exchanges.h"
#include "ui/model/exchangetext.h"
#include "ui/requests/attemptschart.h"
#include "ui/requests/detailtext.h"

#include <QTest>

using namespace qcc;
using namespace qcc::test;

namespace {

/// "dns 0-12, waiting 12-500".
QString inWords(const QList<Span> &spans)
{
    QStringList parts;
    for (const Span &span : spans)
        parts << QStringLiteral("%1 %2-%3").arg(ExchangeText::of(span.stage)).arg(span.fromMs).arg(span.toMs);
    return parts.join(QStringLiteral(", "));
}

AttemptRecord with(AttemptRecord attempt, Phase phase, std::optional<double> firstByteMs = {})
{
    attempt.phase = phase;
    attempt.firstByteMs = firstByteMs;
    return attempt;
}

} // namespace

class ExchangeTextTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
        qputenv("TZ", "UTC");
    }

    void spansFollowEachOther_data()
    {
        QTest::addColumn<AttemptRecord>("attempt");
        QTest::addColumn<QString>("spans");
        AttemptRecord fresh = overloadedAttempt(100);
        QTest::newRow("new connection") << fresh
                                        << QStringLiteral("dns 100-112, connect 112-172, tls 172-262, waiting 262-600, streaming 600-620");
        QTest::newRow("reused connection") << goodAttempt(50) << QStringLiteral("waiting 50-690, streaming 690-2450");
        QTest::newRow("no answer") << with(fresh, Phase::Headers)
                                   << QStringLiteral("dns 100-112, connect 112-172, tls 172-262, waiting 262-620");
        QTest::newRow("refused") << unreachableAttempt() << QStringLiteral("connect 0-180");
        fresh.tlsMs.reset();
        QTest::newRow("handshake failed") << with(fresh, Phase::Tls) << QStringLiteral("dns 100-112, connect 112-172, tls 172-620");
        fresh.dnsMs = fresh.connectMs = std::nullopt;
        QTest::newRow("name not found") << with(fresh, Phase::Dns) << QStringLiteral("dns 100-620");
        QTest::newRow("never left the queue") << with(fresh, Phase::Queue) << QStringLiteral("queued 100-620");
        AttemptRecord warmed = goodAttempt();
        warmed.connectMs = 5'000;
        QTest::newRow("connection opened ahead of need") << warmed << QStringLiteral("connect 0-640, streaming 640-2400");
        AttemptRecord none;
        QTest::newRow("took no time") << none << QString();
    }
    void spansFollowEachOther()
    {
        QFETCH(AttemptRecord, attempt);
        QTEST(inWords(spansOf(attempt)), "spans");
    }

    void aPauseIsWhatLiesBetweenTwoAttempts()
    {
        const ExchangeRecord exchange = finished(1, {overloadedAttempt(30), goodAttempt(1'400)});
        QCOMPARE(pauseBefore(exchange, 0), 30.0);
        QCOMPARE(pauseBefore(exchange, 1), 850.0);
        QCOMPARE(endOf(exchange), 3'800.0);
    }

    void anAttemptThatBeganBeforeTheOtherEndedHadNoPause()
    {
        QCOMPARE(pauseBefore(finished(1, {overloadedAttempt(), goodAttempt(400)}), 1), 0.0);
    }

    void copiesAllThatIsKnown()
    {
        const QString expected = QStringLiteral("req-12: recovered, 200\n"
                                                "POST /v1/messages\n"
                                                "Started: 2026-11-25T14:02:31.000Z\n"
                                                "Client: claude-cli\n"
                                                "Model: claude-sonnet-4-5\n"
                                                "Cluster: work\n"
                                                "First byte: 2.0 s\n"
                                                "Total: 3.8 s\n"
                                                "Request size: 48.2 kB\n"
                                                "Answer size: 12.4 kB\n"
                                                "Tokens: 12 k → 850\n"
                                                "\n"
                                                "Attempt 1: relay-c\n"
                                                "  HTTP 529, overloaded, new connection, 520 ms, ended while reading the answer\n"
                                                "  dns 12 ms, connect 60 ms, tls 90 ms, waiting 338 ms, streaming 20 ms\n"
                                                "  Upstream: overloaded_error: Overloaded\n"
                                                "Pause of 880 ms\n"
                                                "Attempt 2: relay-a\n"
                                                "  HTTP 200, good, reused connection, 2.4 s\n"
                                                "  waiting 640 ms, streaming 1.8 s\n");
        QCOMPARE(exchangeText(recovered(12)), expected);
    }

    void copiesWhatWasNeverSentToAnyEndpoint()
    {
        ExchangeRecord exchange;
        exchange.number = 3;
        exchange.startedAt = QDateTime(QDate(2026, 11, 25), QTime(14, 2, 31), Qt::UTC);
        exchange.method = "GET";
        exchange.path = "/";
        exchange.outcome = Outcome::Error;
        exchange.status = 503;
        exchange.error = QStringLiteral("no cluster is in use");
        const QString text = exchangeText(exchange);
        QVERIFY2(text.startsWith(QStringLiteral("req-3: error, 503\nGET /\n")), qPrintable(text));
        QVERIFY2(text.endsWith(QStringLiteral("Answer size: 0 bytes\nError: no cluster is in use\n")), qPrintable(text));
        QVERIFY(!text.contains(QStringLiteral("Client")));
        QVERIFY(!text.contains(QStringLiteral("Tokens")));
    }

    void saysHttp2WhereAConnectionSpokeIt()
    {
        AttemptRecord attempt = goodAttempt();
        QVERIFY(!ExchangeText::facts(attempt).contains(QStringLiteral("HTTP/2")));
        attempt.version = HttpVersion::Http1;
        QCOMPARE(ExchangeText::facts(attempt).join(QStringLiteral(", ")), QStringLiteral("HTTP 200, good, reused connection, 2.4 s"));
        attempt.version = HttpVersion::Http2;
        QCOMPARE(ExchangeText::facts(attempt).join(QStringLiteral(", ")), QStringLiteral("HTTP 200, good, reused connection, HTTP/2, 2.4 s"));
    }

    void saysWhoseWordsAnErrorIs()
    {
        QCOMPARE(ExchangeText::errors(unreachableAttempt()),
                 QStringList{QStringLiteral("qcc: no connection to relay-b.example:443: refused")});
        QCOMPARE(ExchangeText::errors(overloadedAttempt()), QStringList{QStringLiteral("Upstream: overloaded_error: Overloaded")});
        AttemptRecord both = unreachableAttempt();
        both.upstreamError = QStringLiteral("api_error: later");
        QCOMPARE(ExchangeText::errors(both).size(), 2);
        QCOMPARE(ExchangeText::errors(goodAttempt()), QStringList());
    }

    void resultSaysStatusOrFailure_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<FailureClass>("failure");
        QTest::addColumn<QString>("result");
        QTest::newRow("good") << 200 << FailureClass::None << QStringLiteral("200");
        QTest::newRow("status of failure") << 429 << FailureClass::RateLimit << QStringLiteral("429");
        QTest::newRow("no head") << 0 << FailureClass::Timeout << QStringLiteral("no answer in time");
        QTest::newRow("good status that failed") << 200 << FailureClass::BadAnswer << QStringLiteral("200 unusable answer");
    }
    void resultSaysStatusOrFailure()
    {
        QFETCH(int, status);
        QFETCH(FailureClass, failure);
        AttemptRecord attempt;
        attempt.status = status;
        attempt.failure = failure;
        QTEST(ExchangeText::result(attempt), "result");
    }

    void tokensAreUnknownOneByOne()
    {
        QCOMPARE(ExchangeText::tokens(1'234, 850), QStringLiteral("1.2 k → 850"));
        QCOMPARE(ExchangeText::tokens({}, 850), QStringLiteral("– → 850"));
        QCOMPARE(ExchangeText::tokens({}, {}), QStringLiteral("–"));
    }

    void ticksAreRound_data()
    {
        QTest::addColumn<double>("end");
        QTest::addColumn<int>("most");
        QTest::addColumn<QList<double>>("expected");
        QTest::newRow("hundreds") << 620.0 << 6 << QList<double>{0, 200, 400, 600, 800};
        QTest::newRow("exact") << 500.0 << 5 << QList<double>{0, 100, 200, 300, 400, 500};
        QTest::newRow("seconds") << 3'800.0 << 4 << QList<double>{0, 1'000, 2'000, 3'000, 4'000};
        QTest::newRow("one only") << 3'800.0 << 1 << QList<double>{0, 5'000};
        QTest::newRow("nothing") << 0.0 << 5 << QList<double>{0};
    }
    void ticksAreRound()
    {
        QFETCH(double, end);
        QFETCH(int, most);
        QTEST(axisTicks(end, most), "expected");
    }

    void theAxisSaysItsUnit()
    {
        QCOMPARE(axisLabel(2'000, 2'000, 8'000), QStringLiteral("2 s"));
        QCOMPARE(axisLabel(0, 500, 2'000), QStringLiteral("0 s"));
        QCOMPARE(axisLabel(1'500, 500, 2'000), QStringLiteral("1.5 s"));
        QCOMPARE(axisLabel(1'050, 50, 1'200), QStringLiteral("1.05 s"));
        QCOMPARE(axisLabel(200, 200, 800), QStringLiteral("200 ms"));
        QCOMPARE(axisLabel(120'000, 20'000, 200'000), QStringLiteral("120 s"));
    }

    void copiesWhatIsKnownOfOneThatRuns()
    {
        const QString expected = QStringLiteral("req-40: asking\n"
                                                "POST /v1/messages\n"
                                                "Started: 2026-11-25T14:02:31.000Z\n"
                                                "Client: claude-cli\n"
                                                "Model: claude-sonnet-4-5\n"
                                                "Cluster: work\n"
                                                "First byte: –\n"
                                                "Age: 5.0 s\n"
                                                "Answer size: 0 bytes\n"
                                                "\n"
                                                "Attempt 1: relay-b\n"
                                                "  no connection, new connection, 180 ms, ended while connecting\n"
                                                "  connect 180 ms\n"
                                                "  qcc: no connection to relay-b.example:443: refused\n"
                                                "Pause of 220 ms\n"
                                                "Attempt 2: relay-c\n"
                                                "  asking, 4.6 s\n"
                                                "  dns 12 ms, connect 60 ms, tls 90 ms, waiting 338 ms, streaming 4.1 s\n"
                                                "  Upstream: overloaded_error: Overloaded\n");
        QCOMPARE(runningText(someRunning().at(1), 5'000, QStringLiteral("asking")), expected);
    }

    void theTitleSaysWhatBecameOfIt_data()
    {
        QTest::addColumn<Outcome>("outcome");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("title");
        QTest::newRow("complete") << Outcome::Complete << 200 << QStringLiteral("Answered by relay-a");
        QTest::newRow("recovered") << Outcome::Recovered << 200 << QStringLiteral("Recovered by relay-a");
        QTest::newRow("truncated") << Outcome::Truncated << 200 << QStringLiteral("Broke off at relay-a");
        QTest::newRow("error") << Outcome::Error << 529 << QStringLiteral("Error 529");
        QTest::newRow("error without an answer") << Outcome::Error << 0 << QStringLiteral("Error");
        QTest::newRow("caller's error") << Outcome::CallerError << 404 << QStringLiteral("Caller's error 404");
        QTest::newRow("cancelled") << Outcome::ClientCancelled << 499 << QStringLiteral("Cancelled by the client");
    }
    void theTitleSaysWhatBecameOfIt()
    {
        QFETCH(Outcome, outcome);
        QFETCH(int, status);
        ExchangeRecord exchange = finished(1, {overloadedAttempt(), goodAttempt(1'400)}, outcome);
        exchange.status = status;
        QTEST(DetailText::title(ExchangeRow(exchange)), "title");
        exchange.attempts.clear();
        QVERIFY(!DetailText::title(ExchangeRow(exchange)).isEmpty());
    }

    void theTitleOfOneThatRunsSaysWhoHasIt()
    {
        QCOMPARE(DetailText::title(ExchangeRow(running(1))), QStringLiteral("Streaming from relay-a"));
        QCOMPARE(DetailText::title(ExchangeRow(running(1, RunningState::Attempting))), QStringLiteral("Asking relay-a"));
        RunningView waiting = running(1, RunningState::Waiting);
        waiting.current.reset();
        QCOMPARE(DetailText::title(ExchangeRow(waiting)), QStringLiteral("Queued"));
    }

    void whatIsSaidTwiceStandsThereOnce()
    {
        const QList<Said> said = DetailText::said({overloadedAttempt(), unreachableAttempt(600), overloadedAttempt(900), goodAttempt(1'500)});
        QCOMPARE(said.size(), 2);
        QCOMPARE(said.at(0), (Said{QStringLiteral("What relay-c said"), QStringLiteral("Attempts 1 and 3"), QStringLiteral("overloaded_error: Overloaded")}));
        QCOMPARE(said.at(1), (Said{QStringLiteral("What qcc says of relay-b"), QStringLiteral("Attempt 2"), QStringLiteral("no connection to relay-b.example:443: refused")}));
        QVERIFY(DetailText::said({goodAttempt()}).isEmpty());
    }

    void whenItBeganIsSaidWithItsDay()
    {
        const ExchangeRow row(finished(12));
        QCOMPARE(DetailText::origin(row, row.startedAt().addSecs(60)), QStringLiteral("req-12 · POST /v1/messages · today, 14:02:31"));
        QCOMPARE(DetailText::origin(row, row.startedAt().addDays(1)), QStringLiteral("req-12 · POST /v1/messages · 11/25/26 14:02:31"));
        ExchangeRecord far = finished(13);
        far.path = "/" + QByteArray("abc/").repeated(50) + "end";
        const QString shortened = DetailText::origin(ExchangeRow(far), far.startedAt);
        QVERIFY2(shortened.size() < 130 && shortened.contains(QStringLiteral("/end · today")) && shortened.contains(QChar(0x2026)), qPrintable(shortened));
        QVERIFY(DetailText::request(ExchangeRow(far)).endsWith(QString::fromLatin1(far.path)));
    }
};

QTEST_GUILESS_MAIN(ExchangeTextTest)
#include "tst_trayexchangetext.moc"
