#include "tests/traysupport/overviewsamples.h"
#include "ui/overview/problemtable.h"

#include <QSignalSpy>
#include <QTest>

using namespace qcc;
using namespace qcc::test;

namespace {

QString cellOf(const QTableView &table, int row, int column)
{
    return table.model()->index(row, column).data().toString();
}

} // namespace

class TrayProblemsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void problemInWords_data();
    void problemInWords();
    void newProblemsComeOnTop();
    void theSameProblemIsOneRow();
    void oneThatWasRepairedSaysWhatItCost();
};

void TrayProblemsTest::init()
{
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
}

void TrayProblemsTest::problemInWords_data()
{
    QTest::addColumn<ExchangeRecord>("exchange");
    QTest::addColumn<QString>("words");
    const AttemptRecord good = attemptOf(a, FailureClass::None, 200);
    const AttemptRecord full = attemptOf(c, FailureClass::Transient, 529);
    AttemptRecord saysSo = attemptOf(c, FailureClass::BadAnswer, 200);
    saysSo.upstreamError = QStringLiteral("overloaded_error: Overloaded");
    AttemptRecord nameless = attemptOf(QString(), FailureClass::Timeout);
    nameless.endpointId = QStringLiteral("3fa1b2c4");
    ExchangeRecord untried = exchangeOf(1, Outcome::Error, {});
    untried.error = QStringLiteral("no endpoint is enabled");

    QTest::newRow("another one served") << exchangeOf(1, Outcome::Recovered, {full, good})
                                        << QStringLiteral("relay-c: 529 overloaded → relay-a served it");
    QTest::newRow("a chain") << exchangeOf(1, Outcome::Recovered, {full, attemptOf(b, FailureClass::RateLimit, 429), good})
                             << QStringLiteral("relay-c: 529 overloaded → relay-b: 429 rate limit → relay-a served it");
    QTest::newRow("the same one, again") << exchangeOf(1, Outcome::Recovered, {attemptOf(a, FailureClass::Stale), good})
                                         << QStringLiteral("relay-a: stale connection → relay-a served it at the next try");
    QTest::newRow("a good status with an error inside") << exchangeOf(1, Outcome::Recovered, {saysSo, good})
                                                        << QStringLiteral("relay-c: overloaded → relay-a served it");
    QTest::newRow("twice the same") << exchangeOf(1, Outcome::Error, {full, full})
                                    << QStringLiteral("relay-c: 529 overloaded (2 times) → not served");
    const AttemptRecord busy = attemptOf(b, FailureClass::Transient, 503);
    QTest::newRow("nobody") << exchangeOf(1, Outcome::Error, {attemptOf(c, FailureClass::Connect), busy})
                            << QStringLiteral("relay-c: no connection → relay-b: 503 unavailable → not served");
    QTest::newRow("cut short") << exchangeOf(1, Outcome::Truncated, {attemptOf(b, FailureClass::BrokenStream, 200)})
                               << QStringLiteral("relay-b: stream broke → the answer was cut short");
    QTest::newRow("no name") << exchangeOf(1, Outcome::Error, {nameless})
                             << QStringLiteral("3fa1b2c4: no answer in time → not served");
    QTest::newRow("never tried") << untried << QStringLiteral("not served: no endpoint is enabled");
}

void TrayProblemsTest::problemInWords()
{
    QFETCH(ExchangeRecord, exchange);
    QFETCH(QString, words);
    QCOMPARE(ProblemText::of(exchange), words);
}

void TrayProblemsTest::newProblemsComeOnTop()
{
    ProblemTable table;
    QList<ExchangeRecord> problems = someProblems();
    table.setProblems(problems, now);
    table.setCurrentIndex(table.model()->index(1, 0));
    QSignalSpy resets(table.model(), &QAbstractItemModel::modelReset);
    problems.prepend(exchangeOf(106, Outcome::Error, {attemptOf(a, FailureClass::Timeout)}));
    problems.prepend(exchangeOf(107, Outcome::Error, {attemptOf(b, FailureClass::Timeout)}));
    table.setProblems(problems, now);
    QCOMPARE(table.model()->rowCount(), int(ProblemModel::usualRows));
    QCOMPARE(table.currentIndex().row(), 3);
    QCOMPARE(cellOf(table, 3, ProblemModel::What), ProblemText::of(someProblems().at(1)));
    table.setProblems(problems, now);
    QCOMPARE(table.currentIndex().row(), 3);
    QCOMPARE(resets.size(), 0);
    // Another run counts from one again.
    table.setProblems({exchangeOf(2, Outcome::Error, {})}, now);
    QCOMPARE(table.model()->rowCount(), 1);
    table.setProblems({}, now);
    QCOMPARE(table.model()->rowCount(), 0);
}

void TrayProblemsTest::theSameProblemIsOneRow()
{
    const auto failed = [](quint64 number, const QString &endpoint) { return exchangeOf(number, Outcome::Error, {attemptOf(endpoint, FailureClass::Connect)}); };
    ProblemTable table;
    table.setProblems({failed(9, a), failed(8, b), failed(7, a), failed(6, a)}, now);
    const auto timesOf = [&table](int row) { return table.model()->index(row, ProblemModel::What).data(ProblemModel::TimesRole).toString(); };
    QCOMPARE(table.model()->rowCount(), 2);
    QCOMPARE(timesOf(0), QStringLiteral("3 times"));
    QCOMPARE(timesOf(1), QString());
    QCOMPARE(table.model()->index(0, ProblemModel::What).data(Qt::AccessibleTextRole).toString(), QStringLiteral("error: relay-a: no connection → not served, 3 times"));
    // The newest one is what a click shows.
    QSignalSpy chosen(&table, &ProblemTable::exchangeChosen);
    table.setCurrentIndex(table.model()->index(0, 0));
    QTest::keyClick(&table, Qt::Key_Return);
    QCOMPARE(numberOf(chosen.constFirst().constFirst().toULongLong()), quint64(9));
    // One more of the older ones counts where it stands.
    table.setProblems({failed(9, a), failed(8, b), failed(7, a), failed(6, a), failed(5, b)}, now);
    QCOMPARE(timesOf(1), QStringLiteral("2 times"));
    QCOMPARE(table.currentIndex().row(), 0);
}

void TrayProblemsTest::oneThatWasRepairedSaysWhatItCost()
{
    const auto repaired = [](quint64 number, double offsetMs) {
        ExchangeRecord exchange = exchangeOf(number, Outcome::Recovered, {attemptOf(c, FailureClass::Transient, 529), attemptOf(a, FailureClass::None, 200)});
        exchange.attempts.last().offsetMs = offsetMs;
        return exchange;
    };
    ProblemModel model;
    const auto text = [&model] { return model.index(0, ProblemModel::What).data().toString(); };
    model.setProblems({repaired(2, 1'400)}, now);
    QCOMPARE(text(), QStringLiteral("relay-c: 529 overloaded → relay-a served it, after 1.4 s"));
    // Nobody feels a moment, and several have waited for different times.
    model.setProblems({repaired(9, 20)}, now);
    QCOMPARE(text(), QStringLiteral("relay-c: 529 overloaded → relay-a served it"));
    model.setProblems({repaired(3, 700), repaired(2, 1'400)}, now);
    QCOMPARE(text(), QStringLiteral("relay-c: 529 overloaded → relay-a served it"));
}

QTEST_MAIN(TrayProblemsTest)
#include "tst_trayproblems.moc"
