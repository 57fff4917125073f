#include "core/facts/endpointstate.h"
#include "core/report/loglines.h"
#include "tests/traysupport/coreliterals.h"
#include "ui/log/logwords.h"

#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>
#include <QTest>
#include <QTranslator>

using namespace qcc;
using namespace Qt::StringLiterals;

namespace {

const LogWords::Names names{{u"3fa1b2c4"_s, u"relay-a"_s}, {u"aabbccdd"_s, u"is back"_s}};

/// As it stands in proxy.log.
QString inLog(const LogLine &line)
{
    return u"2026-11-23 10:00:00,123 - INFO - "_s + line.text;
}

ExchangeRecord exchangeWith(Outcome outcome, bool streamed)
{
    ExchangeRecord exchange;
    exchange.number = 12;
    exchange.outcome = outcome;
    exchange.streamed = streamed;
    exchange.status = 200;
    exchange.method = "POST";
    exchange.path = "/v1/messages";
    exchange.model = u"claude-sonnet-4-5"_s;
    exchange.totalMs = 812.4;
    exchange.firstByteMs = 640;
    AttemptRecord first;
    first.endpointId = u"11112222"_s;
    first.endpointName = u"refused"_s;
    first.failure = FailureClass::Connect;
    AttemptRecord last;
    last.endpointId = u"3fa1b2c4"_s;
    last.endpointName = u"relay-a"_s;
    last.status = 200;
    exchange.attempts = {first, last};
    return exchange;
}

RoutingNews newsOf(NewsKind kind, const QString &name = u"relay-a"_s)
{
    RoutingNews news;
    news.kind = kind;
    news.endpointId = u"3fa1b2c4"_s;
    news.endpointName = name;
    news.reason = u"transient (HTTP 529)"_s;
    news.seconds = 60;
    return news;
}

} // namespace

class TrayLogWordsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyLineOfARequestIsShownInTheLanguageAndWithNames_data()
    {
        QTest::addColumn<Outcome>("outcome");
        QTest::addColumn<bool>("streamed");
        QTest::addColumn<QString>("opening");
        const auto row = [](Outcome outcome, bool streamed, const QString &opening) {
            QTest::newRow(qPrintable(toWord(outcome) + (streamed ? u", streamed"_s : QString()))) << outcome << streamed << opening;
        };
        row(Outcome::Complete, false, u"Answered"_s);
        row(Outcome::Recovered, true, u"Streamed to its end"_s);
        row(Outcome::CallerError, false, u"The request was at fault"_s);
        row(Outcome::Error, false, u"Failed"_s);
        row(Outcome::Truncated, true, u"The stream broke off"_s);
        row(Outcome::ClientCancelled, true, u"The client left"_s);
    }
    void everyLineOfARequestIsShownInTheLanguageAndWithNames()
    {
        QFETCH(Outcome, outcome);
        QFETCH(bool, streamed);
        QFETCH(QString, opening);
        QCOMPARE(LogWords::shown(inLog(logLineFor(exchangeWith(outcome, streamed))), names),
                 u"2026-11-23 10:00:00,123 - INFO - [req-12] %1: HTTP 200, took 812.40ms, relay-a, POST /v1/messages, first byte 640.00ms, "
                 "model: claude-sonnet-4-5, refused: no connection → relay-a 200"_s.arg(opening));
    }

    void aTimeoutHasItsOwnWords()
    {
        ExchangeRecord exchange = exchangeWith(Outcome::Error, false);
        exchange.attempts.last().failure = FailureClass::Timeout;
        QVERIFY(LogWords::shown(inLog(logLineFor(exchange)), names).contains(u"No answer in time: HTTP"_s));
    }

    void anEndpointThatIsGoneKeepsItsId()
    {
        QVERIFY(LogWords::shown(inLog(logLineFor(exchangeWith(Outcome::Complete, false))), {}).contains(u", 3fa1b2c4, POST"_s));
    }

    void newsTellNamesAndNoIds()
    {
        for (const NewsKind kind : EnumTable<NewsKind>::values) {
            const QString line = LogWords::shown(inLog(logLineFor(newsOf(kind))), names);
            QVERIFY2(!line.contains(u"3fa1b2c4"_s) && line.contains(u" - INFO - relay-a "_s), qPrintable(line));
        }
    }

    void whatDiffersMayBeEmpty()
    {
        const QString line = u"2026-11-23 10:00:00,123 - INFO - qcc 0.1.0 listens on http://127.0.0.1:7860, cluster \""_s;
        QTranslator chinese;
        QVERIFY(chinese.load(u":/i18n/qcc_zh_CN.qm"_s));
        QVERIFY(QCoreApplication::installTranslator(&chinese));
        for (const QString &cluster : {QString(), u"work"_s})
            QVERIFY(LogWords::shown(line + cluster + u'"', {}).contains(QRegularExpression(u"\\p{Han}"_s)));
        QCoreApplication::removeTranslator(&chinese);
    }

    void reasonsAreWords()
    {
        QVERIFY(LogWords::shown(inLog(logLineFor(newsOf(NewsKind::Opened))), names).contains(u"for 60 s: server error, HTTP 529; it is"_s));
    }

    void whatOthersCallThingsStays()
    {
        // A name, a path or an error that looks like words of the log.
        const QString news = LogWords::shown(inLog(logLineFor(newsOf(NewsKind::Returned, u"%1 (3fa1b2c4) is back %3"_s))), names);
        QCOMPARE(news, u"2026-11-23 10:00:00,123 - INFO - %1 (3fa1b2c4) is back %3 is back"_s);
        ExchangeRecord exchange = exchangeWith(Outcome::Error, false);
        exchange.attempts = {};
        exchange.firstByteMs.reset();
        exchange.model.clear();
        exchange.error = u"耗时: 1.00ms, endpoint: 3fa1b2c4"_s;
        QVERIFY(LogWords::shown(inLog(logLineFor(exchange)), names).endsWith(u", POST /v1/messages, 耗时: 1.00ms, endpoint: 3fa1b2c4"_s));
        for (const QString &strange : {QString(), u"no line of ours"_s, u"2026-11-23 10:00:00,123 - INFO - something new"_s})
            QCOMPARE(LogWords::shown(strange, names), strange);
    }

    void whatIsShownIsFound()
    {
        QCOMPARE(LogWords::inFile(u"relay-a"_s, names), QStringList{u"3fa1b2c4"_s});
        QVERIFY(LogWords::inFile(u"Answered"_s, names).contains(u"✓ 响应成功"_s));
        // A word of a line, and a name that is the same word.
        const QStringList back = LogWords::inFile(u"is back"_s, names);
        QVERIFY(back.contains(u"aabbccdd"_s));
        QVERIFY(std::ranges::any_of(back, [](const QString &each) { return each.contains(u"is back"_s) && each != u"aabbccdd"_s; }));
        QVERIFY(LogWords::inFile(QString(), names).isEmpty());
    }

    void inChinese()
    {
        QTranslator chinese;
        QVERIFY(chinese.load(u":/i18n/qcc_zh_CN.qm"_s));
        QVERIFY(QCoreApplication::installTranslator(&chinese));
        const QString line = LogWords::shown(inLog(logLineFor(newsOf(NewsKind::Opened))), names);
        QVERIFY2(!line.contains(QRegularExpression(u"[a-z]{3,} [a-z]{3,} [a-z]{3,}"_s)), qPrintable(line));
        QVERIFY(LogWords::shown(inLog(logLineFor(exchangeWith(Outcome::Complete, false))), names).contains(u"响应成功: "_s));
        for (const QString &pattern : LogWords::patterns()) {
            const QString known = u"2026-11-23 10:00:00,123 - INFO - "_s + QString(pattern).replace(u"%2"_s, u"3fa1b2c4"_s);
            if (!pattern.contains(QRegularExpression(u"\\p{Han}"_s)))
                QVERIFY2(LogWords::shown(known, names).contains(QRegularExpression(u"\\p{Han}"_s)), qPrintable(pattern));
        }
        QCoreApplication::removeTranslator(&chinese);
    }

    void theCoreStillSaysSo()
    {
        const QString sources = test::literalsOfTheCore();
        QVERIFY(sources.size() > 100'000);
        static const QRegularExpression argument(u"(endpoint )?%\\d( \\(%\\d\\))?"_s);
        for (const QString &pattern : LogWords::patterns()) {
            for (const QString &part : pattern.split(argument)) {
                if (part.size() > 2)
                    QVERIFY2(sources.contains(part.trimmed()), qPrintable(u"the core does not say \"%1\" any more"_s.arg(part)));
            }
        }
    }
};

QTEST_MAIN(TrayLogWordsTest)
#include "tst_traylogwords.moc"
