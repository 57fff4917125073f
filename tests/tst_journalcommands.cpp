#include "core/journal/journal.h"
#include "core/report/stats.h"

#include <QJsonArray>
#include <QTest>

using namespace qcc;
using namespace Qt::StringLiterals;

/// The commands of the control socket about what happened, without the socket.
class TestJournalCommands : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void answersWhatItKnows_data()
    {
        QTest::addColumn<QJsonObject>("request");
        QTest::addColumn<QStringList>("keys"); // none: refused as wrong usage
        const auto row = [](const char *name, const QJsonObject &request, const QStringList &keys) {
            QTest::newRow(name) << request << keys;
        };
        const QStringList requests{u"requests"_s, u"total"_s};
        const QStringList timeline{u"before"_s, u"bucket_s"_s, u"buckets"_s, u"endpoints"_s, u"first_byte_ms"_s, u"first_byte_series_ms"_s, u"from"_s, u"in_flight_series"_s, u"outcomes"_s, u"total_ms"_s};
        row("requests", {{u"cmd"_s, u"requests"_s}}, requests);
        row("limited", {{u"cmd"_s, u"requests"_s}, {u"limit"_s, 0}, {u"after"_s, 0}}, requests);
        row("negative limit", {{u"cmd"_s, u"requests"_s}, {u"limit"_s, -1}}, {});
        row("limit in words", {{u"cmd"_s, u"requests"_s}, {u"limit"_s, u"all"_s}}, {});
        row("after half a request", {{u"cmd"_s, u"requests"_s}, {u"after"_s, 1.5}}, {});
        row("after less than none", {{u"cmd"_s, u"requests"_s}, {u"after"_s, -1}}, {});
        row("hour", {{u"cmd"_s, u"timeline"_s}, {u"range_s"_s, 3'600}}, timeline);
        row("day", {{u"cmd"_s, u"timeline"_s}, {u"range_s"_s, 86'400}}, timeline);
        row("week", {{u"cmd"_s, u"timeline"_s}, {u"range_s"_s, 604'800}}, timeline);
        row("month", {{u"cmd"_s, u"timeline"_s}, {u"range_s"_s, 2'592'000}}, {});
        row("no range", {{u"cmd"_s, u"timeline"_s}}, {});
    }

    void answersWhatItKnows()
    {
        QFETCH(QJsonObject, request);
        QFETCH(QStringList, keys);
        const Journal journal;
        CommandTable commands;
        addJournalCommands(commands, journal, [] {
            LiveFigures live;
            live.config = std::make_shared<const Config>(); // no cluster at all
            return live;
        });
        QList<QJsonObject> answers;
        commands.handle(request, [&answers](const QJsonObject &answer) { answers.append(answer); });
        QCOMPARE(answers.size(), 1);
        QCOMPARE(answers.first().value("ok"_L1).toBool(), !keys.isEmpty());
        QCOMPARE(answers.first().value("result"_L1).toObject().keys(), keys);
        if (keys.isEmpty())
            QCOMPARE(answers.first().value("code"_L1).toString(), u"usage"_s);
    }

    void whatIsNotInTheTableIsWrongUsage_data()
    {
        QTest::addColumn<QJsonObject>("request");
        QTest::newRow("another's") << controlRequest(ControlCommand::Stop);
        QTest::newRow("nobody's") << QJsonObject{{u"cmd"_s, u"dance"_s}};
        QTest::newRow("a number") << QJsonObject{{u"cmd"_s, 1}};
        QTest::newRow("none") << QJsonObject{};
    }

    void whatIsNotInTheTableIsWrongUsage()
    {
        QFETCH(QJsonObject, request);
        const Journal journal;
        CommandTable commands;
        addJournalCommands(commands, journal, [] { return LiveFigures(); });
        QList<QJsonObject> answers;
        commands.handle(request, [&answers](const QJsonObject &answer) { answers.append(answer); });
        QCOMPARE(answers.size(), 1);
        QCOMPARE(answers.first().value("code"_L1).toString(), u"usage"_s);
    }
};

QTEST_GUILESS_MAIN(TestJournalCommands)
#include "tst_journalcommands.moc"
