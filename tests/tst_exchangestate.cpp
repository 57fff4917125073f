#include "core/exchange/exchange.h"

#include <QTest>

using namespace qcc;

class TestExchangeState : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void onlyTheEndIsFinal()
    {
        for (const ExchangeState from : EnumTable<ExchangeState>::values) {
            bool goesOn = false;
            for (const ExchangeState to : EnumTable<ExchangeState>::values)
                goesOn = goesOn || mayFollow(from, to);
            QCOMPARE(goesOn, from != ExchangeState::Ended);
        }
    }

    void everyStateMayEnd()
    {
        for (const ExchangeState from : EnumTable<ExchangeState>::values)
            QCOMPARE(mayFollow(from, ExchangeState::Ended), from != ExchangeState::Ended);
    }

    void whatTheClientHasSeenIsNotReplaced()
    {
        for (const ExchangeState to : EnumTable<ExchangeState>::values)
            QCOMPARE(mayFollow(ExchangeState::Committed, to), to == ExchangeState::Ended);
    }

    void nothingIsCommittedThatWasNotAsked()
    {
        QVERIFY(!mayFollow(ExchangeState::Waiting, ExchangeState::Committed));
        QVERIFY(!mayFollow(ExchangeState::Waiting, ExchangeState::Holding));
        QVERIFY(!mayFollow(ExchangeState::Waiting, ExchangeState::Waiting));
    }

    void anAnswerIsNotAskedForTwice()
    {
        // A head is here, so that the connection was not stale.
        QVERIFY(mayFollow(ExchangeState::Attempting, ExchangeState::Attempting));
        QVERIFY(!mayFollow(ExchangeState::Holding, ExchangeState::Attempting));
        QVERIFY(!mayFollow(ExchangeState::Holding, ExchangeState::Holding));
    }
};

QTEST_GUILESS_MAIN(TestExchangeState)
#include "tst_exchangestate.moc"
