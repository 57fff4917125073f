#include "app/tray/pagefeeds.h"
#include "tests/traysupport/exchanges.h"
#include "ui/requests/exchangesmodel.h"

#include <QAbstractItemModelTester>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>
#include <QTest>

using namespace qcc;
using namespace qcc::test;

namespace {

/// The numbers from top to bottom; those that run with a "*".
QString lines(const ExchangesModel &model)
{
    QStringList numbers;
    for (int row = 0; row < model.rowCount(); ++row)
        numbers << (model.at(row).running() ? QStringLiteral("*%1") : QStringLiteral("%1")).arg(numberOf(model.at(row).key));
    return numbers.join(QLatin1Char(' '));
}

QString cell(const ExchangesModel &model, int row, int column)
{
    return model.index(row, column).data().toString();
}

const QByteArray runningAnswer = R"({"running":[
  {"id":"req-7","number":7,"started_at":"2026-11-25T14:02:31.250Z","method":"POST","path":"/v1/messages","client":"claude-cli",
   "model":"m","cluster":"work","state":"holding","endpoint_id":"3fa1b2c4","endpoint_name":"relay-a","attempts":2,"age_ms":1250.5,
   "first_byte_ms":900,"answer_bytes":17,
   "tried":[{"endpoint_id":"77c0ffee","endpoint_name":"relay-c","phase":"body","failure":"transient","protocol":"http/1.1","status":529,"total_ms":20}],
   "current":{"endpoint_id":"3fa1b2c4","endpoint_name":"relay-a","phase":"headers","failure":"none","protocol":"","offset_ms":21,"total_ms":1229.5}},
  {"id":"req-8","number":8,"started_at":"2026-11-25T14:02:32Z","method":"GET","path":"/","client":"","model":"","cluster":"work",
   "state":"waiting","endpoint_id":"","endpoint_name":"","attempts":0,"age_ms":1,"first_byte_ms":null,"answer_bytes":0}]})";

} // namespace

class RequestsModelTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }

    void readsTheAnswerToRunning()
    {
        const QList<RunningView> list = runningViews(QJsonDocument::fromJson(runningAnswer).object());
        QCOMPARE(list.size(), 2);
        QCOMPARE(list.at(0).number, quint64(7));
        QCOMPARE(list.at(0).startedAt, QDateTime(QDate(2026, 11, 25), QTime(14, 2, 31, 250), Qt::UTC));
        QCOMPARE(list.at(0).state, RunningState::Holding);
        QCOMPARE(list.at(0).tried.size(), 1);
        QCOMPARE(list.at(0).tried.at(0).status, 529);
        QCOMPARE(list.at(0).current->endpointName, QStringLiteral("relay-a"));
        QVERIFY(!list.at(1).current);
        QCOMPARE(list.at(0).attempts, 2);
        QCOMPARE(list.at(0).ageMs, 1250.5);
        QCOMPARE(list.at(0).firstByteMs, std::optional<double>(900));
        QCOMPARE(list.at(0).answerBytes, 17);
        QCOMPARE(list.at(1).state, RunningState::Waiting);
        QVERIFY(!list.at(1).firstByteMs);
        QVERIFY(runningViews({}).isEmpty());
    }

    void linesStandInTheOrderOfTheirTime()
    {
        ExchangesModel model;
        QAbstractItemModelTester tester(&model);
        model.addFinished({finished(4), finished(3)});
        model.setRunning({running(5), running(6)}, 0);
        model.addFinished({finished(2)});
        QCOMPARE(lines(model), QStringLiteral("*6 *5 4 3 2"));
    }

    void whatFinishesKeepsItsLine()
    {
        ExchangesModel model;
        QAbstractItemModelTester tester(&model);
        model.addFinished({finished(1)});
        model.setRunning({running(2), running(3), running(4)}, 0);
        const QPersistentModelIndex three = model.index(1, 0);
        QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
        QSignalSpy removed(&model, &QAbstractItemModel::rowsRemoved);
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);

        model.addFinished({finished(2)});
        QCOMPARE(lines(model), QStringLiteral("*4 *3 2 1"));
        QCOMPARE(changed.count(), 1);
        QCOMPARE(changed.at(0).at(0).toModelIndex().row(), 2);

        model.addFinished({finished(4)});
        QCOMPARE(lines(model), QStringLiteral("4 *3 2 1"));
        QCOMPARE(three.row(), 1);
        QCOMPARE(inserted.count() + removed.count(), 0);
    }

    void whatIsMissingWaitsOneCallForItsRecord()
    {
        ExchangesModel model;
        model.setRunning({running(1), running(2)}, 0);
        model.setRunning({running(2)}, 250);
        QCOMPARE(lines(model), QStringLiteral("*2 *1"));
        model.addFinished({finished(1)});
        QCOMPARE(lines(model), QStringLiteral("*2 1"));
        model.setRunning({}, 500);
        QCOMPARE(lines(model), QStringLiteral("*2 1"));
        model.setRunning({}, 750);
        QCOMPARE(lines(model), QStringLiteral("1"));
    }

    void whatHasFinishedDoesNotRunAgain()
    {
        ExchangesModel model;
        model.addFinished({finished(1)});
        model.setRunning({running(1)}, 0);
        model.addFinished({finished(1)});
        QCOMPARE(lines(model), QStringLiteral("1"));
        QVERIFY(!model.hasRunning());
    }

    void keepsTheNewestUpToTheLimit()
    {
        ExchangesModel model;
        QAbstractItemModelTester tester(&model);
        QList<ExchangeRecord> batch;
        for (quint64 number = 1; number <= ExchangesModel::limit + 100; ++number)
            batch.prepend(finished(number));
        model.addFinished(batch.last(ExchangesModel::limit));
        QCOMPARE(numberOf(model.at(0).key), quint64(ExchangesModel::limit));
        model.addFinished(batch.first(100));
        model.setRunning({running(5'000)}, 0);
        QCOMPARE(model.rowCount(), int(ExchangesModel::limit));
        QCOMPARE(numberOf(model.at(1).key), quint64(ExchangesModel::limit + 100));
        QCOMPARE(numberOf(model.at(model.rowCount() - 1).key), quint64(102));
        QVERIFY(!model.keeps(101));
    }

    void agesGrowByTheClock()
    {
        ExchangesModel model;
        model.addFinished({finished(1)});
        model.setRunning({running(2, RunningState::Attempting, 500)}, 10'000);
        QCOMPARE(cell(model, 0, ExchangesModel::Total), QStringLiteral("500 ms"));
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        model.tick(10'250);
        QCOMPARE(cell(model, 0, ExchangesModel::Total), QStringLiteral("750 ms"));
        QCOMPARE(changed.count(), 1);
        QCOMPARE(changed.at(0).at(1).toModelIndex().row(), 0);
    }

    void cellsSayWhatIsKnown()
    {
        ExchangesModel model;
        model.addFinished({recovered(1)});
        model.setRunning({running(2)}, 0);
        QCOMPARE(cell(model, 1, ExchangesModel::Client), QStringLiteral("claude-cli"));
        QCOMPARE(cell(model, 1, ExchangesModel::Attempts), QStringLiteral("relay-c 529 → relay-a 200"));
        QCOMPARE(cell(model, 1, ExchangesModel::FirstByte), QStringLiteral("2.0 s"));
        QCOMPARE(cell(model, 1, ExchangesModel::Total), QStringLiteral("3.8 s"));
        QCOMPARE(cell(model, 1, ExchangesModel::Tokens), QStringLiteral("12 k → 850"));
        QCOMPARE(cell(model, 1, ExchangesModel::State), QStringLiteral("Recovered"));
        QCOMPARE(cell(model, 0, ExchangesModel::Attempts), QStringLiteral("relay-a"));
        QCOMPARE(cell(model, 0, ExchangesModel::FirstByte), QStringLiteral("–"));
        QCOMPARE(cell(model, 0, ExchangesModel::Tokens), QStringLiteral("–"));
        QCOMPARE(cell(model, 0, ExchangesModel::State), QStringLiteral("Streaming"));
    }

    void chipsHaveTheShapeOfTheirFailure_data()
    {
        QTest::addColumn<FailureClass>("failure");
        QTest::addColumn<Mark>("mark");
        QTest::newRow("good") << FailureClass::None << Mark::Disc;
        QTest::newRow("server error") << FailureClass::Transient << Mark::Cross;
        QTest::newRow("key refused") << FailureClass::Auth << Mark::Cross;
        QTest::newRow("rate limit") << FailureClass::RateLimit << Mark::Triangle;
        QTest::newRow("nobody's fault") << FailureClass::Stale << Mark::Ring;
        QTest::newRow("client left") << FailureClass::Cancelled << Mark::Ring;
    }
    void chipsHaveTheShapeOfTheirFailure()
    {
        QFETCH(FailureClass, failure);
        AttemptRecord attempt = goodAttempt();
        attempt.failure = failure;
        const QList<Chip> chips = chipsOf(finished(1, {overloadedAttempt(), attempt}));
        QCOMPARE(chips.size(), 2);
        QTEST(chips.at(1).mark, "mark");
    }

    void theFilterFindsAllWordsInAnyField_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected");
        QTest::newRow("nothing asked") << QString() << QStringLiteral("*4 3 2 1");
        QTest::newRow("id") << QStringLiteral("req-2") << QStringLiteral("2");
        QTest::newRow("client") << QStringLiteral("codex") << QStringLiteral("1");
        QTest::newRow("model, any case") << QStringLiteral("SONNET") << QStringLiteral("*4 3 2 1");
        QTest::newRow("path") << QStringLiteral("/v1/messages") << QStringLiteral("*4 3 2 1");
        QTest::newRow("endpoint that failed") << QStringLiteral("relay-c") << QStringLiteral("3 2");
        QTest::newRow("qcc's error") << QStringLiteral("refused") << QStringLiteral("3");
        QTest::newRow("upstream's error") << QStringLiteral("overloaded") << QStringLiteral("3 2");
        QTest::newRow("outcome") << QStringLiteral("Recovered") << QStringLiteral("2");
        QTest::newRow("outcome and endpoint") << QStringLiteral("error relay-b") << QStringLiteral("3");
        QTest::newRow("what one does that runs") << QStringLiteral("streaming") << QStringLiteral("*4");
        QTest::newRow("several words") << QStringLiteral(" relay-c  RELAY-A ") << QStringLiteral("2");
        QTest::newRow("one of two is missing") << QStringLiteral("relay-c nowhere") << QString();
        QTest::newRow("not across fields") << QStringLiteral("claude-cliclaude") << QString();
    }
    void theFilterFindsAllWordsInAnyField()
    {
        QFETCH(QString, text);
        ExchangesModel model;
        ExchangeRecord codex = finished(1);
        codex.client = QStringLiteral("codex");
        model.addFinished({failed(3), recovered(2), codex});
        model.setRunning({running(4)}, 0);
        model.setFilter({text, Asked::All});
        QTEST(lines(model), "expected");
    }

    void theFilterChoosesByOutcome_data()
    {
        QTest::addColumn<Asked>("asked");
        QTest::addColumn<QString>("expected");
        QTest::newRow("all") << Asked::All << QStringLiteral("*7 6 5 4 3 2 1");
        QTest::newRow("problems") << Asked::Problems << QStringLiteral("4 3 2");
        QTest::newRow("errors") << Asked::Errors << QStringLiteral("3");
        QTest::newRow("recovered") << Asked::Recovered << QStringLiteral("2");
        QTest::newRow("truncated") << Asked::Truncated << QStringLiteral("4");
        QTest::newRow("caller's errors") << Asked::CallerErrors << QStringLiteral("5");
        QTest::newRow("cancelled") << Asked::Cancelled << QStringLiteral("6");
        QTest::newRow("running") << Asked::Running << QStringLiteral("*7");
    }
    void theFilterChoosesByOutcome()
    {
        QFETCH(Asked, asked);
        ExchangesModel model;
        QAbstractItemModelTester tester(&model);
        model.setFilter({{}, asked});
        QList<ExchangeRecord> all;
        quint64 number = 0;
        for (const Outcome outcome : {Outcome::Complete, Outcome::Recovered, Outcome::Error, Outcome::Truncated, Outcome::CallerError,
                                      Outcome::ClientCancelled})
            all.prepend(finished(++number, {goodAttempt()}, outcome));
        model.addFinished(all);
        model.setRunning({running(7)}, 0);
        QTEST(lines(model), "expected");
        QCOMPARE(model.total(), 7);
    }

    void theFilterKnowsWhatEndedWhen()
    {
        ExchangesModel model;
        ExchangeRecord timed = finished(2);
        // Where the clock is known, it says when.
        timed.endedAt = std::chrono::system_clock::time_point(std::chrono::milliseconds(timed.startedAt.addSecs(600).toMSecsSinceEpoch()));
        model.addFinished({timed, finished(1)});
        model.setRunning({running(3)}, 0);
        const QDateTime end = endOfExchange(finished(1));
        model.setFilter({{}, Asked::All, end});
        QCOMPARE(lines(model), QStringLiteral("*3 2 1"));
        model.setFilter({{}, Asked::All, end.addMSecs(1)});
        QCOMPARE(lines(model), QStringLiteral("*3 2"));
        model.setFilter({{}, Asked::All, end, end.addMSecs(1)});
        QCOMPARE(lines(model), QStringLiteral("1"));
        QCOMPARE(model.runningFound(), 0);
        QCOMPARE(model.finishedFound()[Outcome::Complete], 1);
        model.setFilter({{}, Asked::Errors});
        QCOMPARE(model.runningFound(), 1);
        QCOMPARE(model.finishedFound()[Outcome::Complete], 2);
        QCOMPARE(model.finishedFoundSince(end)[Outcome::Complete], 1);
    }

    void whatFinishesLeavesTheRunningOnes()
    {
        ExchangesModel model;
        QAbstractItemModelTester tester(&model);
        model.setFilter({{}, Asked::Running});
        model.setRunning({running(1), running(2)}, 0);
        model.addFinished({finished(1)});
        QCOMPARE(lines(model), QStringLiteral("*2"));
    }

    void whatRunsShowsItsFailedAttempts()
    {
        ExchangesModel model;
        model.setRunning({someRunning().at(1)}, 0);
        QCOMPARE(cell(model, 0, ExchangesModel::Attempts), QStringLiteral("relay-b: no connection → relay-c"));
        const ExchangeRecord soFar = model.at(0).running()->soFar(5'000);
        QCOMPARE(soFar.attempts.size(), 2);
        QCOMPARE(soFar.attempts.at(1).totalMs, 4'600.0);
        model.setFilter({QStringLiteral("relay-b"), Asked::All});
        QCOMPARE(model.rowCount(), 1);
    }

    void anotherRunOfTheProxyIsNotTheSame()
    {
        ExchangesModel model;
        QAbstractItemModelTester tester(&model);
        ExchangeRecord earlier = finished(1);
        earlier.startedAt = earlier.startedAt.addDays(-1);
        model.addFinished({finished(1)});
        model.addPast({finished(1), earlier});
        model.setRunning({running(2)}, 0);
        QCOMPARE(lines(model), QStringLiteral("*2 1 1"));
        model.dropRunning();
        QCOMPARE(lines(model), QStringLiteral("1 1"));
        QCOMPARE(model.at(1).finished()->startedAt, earlier.startedAt);
    }

    void whatWasLookedForTakesNobodysPlace()
    {
        ExchangesModel model;
        QList<ExchangeRecord> past;
        QList<ExchangeRecord> lately;
        for (quint64 number = 1; number <= quint64(ExchangesModel::limit); ++number) {
            lately << finished(number);
            past << finished(number);
            past.last().startedAt = past.constLast().startedAt.addDays(-1);
        }
        model.addFinished(lately);
        model.addPast(past);
        QCOMPARE(model.rowCount(), int(2 * ExchangesModel::limit));
        // It goes with the filter that it was looked for with.
        model.setFilter({QStringLiteral("claude"), Asked::All});
        QCOMPARE(model.rowCount(), int(ExchangesModel::limit));
    }

    void columnsAreSortedAndWhatIsNotKnownComesLast_data()
    {
        QTest::addColumn<int>("column");
        QTest::addColumn<Qt::SortOrder>("order");
        QTest::addColumn<QString>("expected");
        QTest::newRow("time") << int(ExchangesModel::Time) << Qt::AscendingOrder << QStringLiteral("1 2 3 *4");
        QTest::newRow("model, down") << int(ExchangesModel::Model) << Qt::DescendingOrder << QStringLiteral("3 *4 1 2");
        QTest::newRow("model, up") << int(ExchangesModel::Model) << Qt::AscendingOrder << QStringLiteral("*4 1 3 2");
        QTest::newRow("tokens, down") << int(ExchangesModel::Tokens) << Qt::DescendingOrder << QStringLiteral("1 3 *4 2");
        QTest::newRow("tokens, up") << int(ExchangesModel::Tokens) << Qt::AscendingOrder << QStringLiteral("3 1 *4 2");
        QTest::newRow("attempts, down") << int(ExchangesModel::Attempts) << Qt::DescendingOrder << QStringLiteral("2 *4 3 1");
    }
    void columnsAreSortedAndWhatIsNotKnownComesLast()
    {
        QFETCH(int, column);
        QFETCH(Qt::SortOrder, order);
        ExchangesModel model;
        QAbstractItemModelTester tester(&model);
        ExchangeRecord little = finished(3);
        little.inputTokens = 1;
        little.model = QStringLiteral("zeta");
        ExchangeRecord unknown = failed(2);
        unknown.model.clear();
        model.addFinished({finished(1), unknown, little});
        model.setRunning({running(4)}, 0);
        model.sort(column, order);
        QTEST(lines(model), "expected");
        // Those that come find their place.
        model.addFinished({finished(5)});
        QCOMPARE(model.rowCount(), 5);
    }

    void clearForgetsTheNumbers()
    {
        ExchangesModel model;
        model.addFinished({finished(1)});
        model.setRunning({running(2)}, 0);
        model.clear();
        QCOMPARE(model.rowCount(), 0);
        model.addFinished({finished(1)});
        QCOMPARE(lines(model), QStringLiteral("1"));
    }
};

QTEST_GUILESS_MAIN(RequestsModelTest)
#include "tst_trayrequestsmodel.moc"
