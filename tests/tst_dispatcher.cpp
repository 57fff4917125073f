#include "core/front/dispatcher.h"

#include <QTest>

using namespace qcc;

namespace {

class Caller : public Dispatcher::Caller
{
public:
    void servePage(LocalPage page) override { told += toWord(page).toLatin1() + ' '; }
    void forward() override { told += "forward "; }

    QByteArray told;
};

RequestHead head(const QByteArray &method, const QByteArray &target)
{
    RequestHead head;
    head.method = method;
    head.target = target;
    return head;
}

} // namespace

/// What QtHttpServer makes of requests that have been read.
class TestDispatcher : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsTheirPlace_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<QByteArray>("told");
        for (const QString &page : allWords<LocalPage>()) {
            QTest::addRow("GET %s", qPrintable(page)) << QByteArray("GET") << "/__qcc__/" + page.toLatin1() << page.toLatin1() + ' ';
            QTest::addRow("HEAD %s", qPrintable(page)) << QByteArray("HEAD") << "/__qcc__/" + page.toLatin1() << page.toLatin1() + ' ';
            QTest::addRow("POST %s", qPrintable(page)) << QByteArray("POST") << "/__qcc__/" + page.toLatin1() << QByteArray("forward ");
        }
        const QByteArray forward("forward ");
        QTest::newRow("with a query") << QByteArray("GET") << QByteArray("/__qcc__/stats?x=/__qcc__/logs") << QByteArray("stats ");
        QTest::newRow("no page") << QByteArray("GET") << QByteArray("/__qcc__/nothing") << forward;
        QTest::newRow("no page's name") << QByteArray("GET") << QByteArray("/__qcc__/") << forward;
        QTest::newRow("below a page") << QByteArray("GET") << QByteArray("/__qcc__/stats/x") << forward;
        QTest::newRow("encoded") << QByteArray("GET") << QByteArray("/__qcc__/%73tats") << forward;
        QTest::newRow("in capitals") << QByteArray("GET") << QByteArray("/__qcc__/STATS") << forward;
        QTest::newRow("another path with it") << QByteArray("GET") << QByteArray("/x/__qcc__/stats") << forward;
        QTest::newRow("an API") << QByteArray("POST") << QByteArray("/v1/messages?beta=true") << forward;
        QTest::newRow("the root") << QByteArray("GET") << QByteArray("/") << forward;
        QTest::newRow("the whole server") << QByteArray("OPTIONS") << QByteArray("*") << forward;
        QTest::newRow("a method that nobody knows") << QByteArray("BREW") << QByteArray("/__qcc__/stats") << forward;
        QTest::newRow("a method with odd letters") << QByteArray("G'E|T~") << QByteArray("/pot") << forward;
        QTest::newRow("bytes beyond ASCII") << QByteArray("GET") << QByteArray("/__qcc__/\xff\xfe") << forward;
    }

    void findsTheirPlace()
    {
        QFETCH(QByteArray, method);
        QFETCH(QByteArray, target);
        QFETCH(QByteArray, told);
        Dispatcher dispatcher;
        Caller caller;
        dispatcher.dispatch(head(method, target), caller);
        QCOMPARE(caller.told, told);
        // And afterwards it hears as well as before.
        caller.told.clear();
        dispatcher.dispatch(head("GET", "/__qcc__/health"), caller);
        QCOMPARE(caller.told, QByteArray("health "));
    }

    void tellsEachOnceAndAtOnce()
    {
        Dispatcher dispatcher;
        for (int i = 0; i < 1000; ++i) {
            Caller caller;
            const bool isPage = i % 3 == 0;
            dispatcher.dispatch(head("GET", isPage ? "/__qcc__/metrics" : "/v1/models"), caller);
            QCOMPARE(caller.told, QByteArray(isPage ? "metrics " : "forward "));
        }
    }
};

QTEST_GUILESS_MAIN(TestDispatcher)
#include "tst_dispatcher.moc"
