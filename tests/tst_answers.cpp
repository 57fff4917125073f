#include "tests/support/answerrun.h"
#include "tests/support/coding.h"
#include "tests/support/files.h"

#include <QDir>
#include <QDirIterator>
#include <QTest>

#include <algorithm>
#include <memory>

using namespace qcc;
using namespace qcc::test;

namespace {

/// "chat/done-with-blank.case".
QStringList allCases()
{
    const QDir folder(QStringLiteral(ANSWERS));
    QStringList paths;
    QDirIterator files(folder.path(), {QStringLiteral("*.case")}, QDir::Files, QDirIterator::Subdirectories);
    while (files.hasNext())
        paths.append(folder.relativeFilePath(files.next()));
    paths.sort();
    return paths;
}

/// A case may leave modes out that have no sense for it, and compress its requests as this test cannot.
bool runsIn(const AnswerMode &mode, const AnswerCase &answerCase)
{
    const QByteArray modes = answerCase.settings.value("modes");
    const bool canAsk = std::all_of(answerCase.steps.begin(), answerCase.steps.end(), [](const AnswerCase::Step &step) {
        return step.coding.isEmpty() || codings().contains(step.coding);
    });
    return canAsk && (modes.isEmpty() || modes.contains(mode.word()));
}

} // namespace

/// What qcc makes of answers as they are seen in the wild: a file of tests/answers per case.
class TestAnswers : public QObject
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

    void takesThemForWhatTheyAre_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<int>("mode");
        const QStringList paths = allCases();
        QVERIFY(!paths.isEmpty());
        for (const QString &path : paths) {
            const Result<AnswerCase> answerCase = readAnswerCase(readFile(QStringLiteral(ANSWERS "/") + path));
            // One that cannot be read fails as a row of its own.
            for (int mode = 0; mode < AnswerMode::all().size() && (answerCase || mode == 0); ++mode) {
                const AnswerMode all = AnswerMode::all().at(mode);
                if (all.kind == AnswerMode::Kind::Http2 && !m_relay)
                    continue;
                if (!answerCase || runsIn(all, *answerCase))
                    QTest::addRow("%s %s", qPrintable(path.chopped(5)), all.coding.isEmpty() ? all.word().constData() : all.coding.constData()) << path << mode;
            }
        }
    }

    void takesThemForWhatTheyAre()
    {
        QFETCH(QString, path);
        QFETCH(int, mode);
        const Result<AnswerCase> answerCase = readAnswerCase(readFile(QStringLiteral(ANSWERS "/") + path));
        QVERIFY2(answerCase, qPrintable(QStringLiteral("tests/answers/%1: %2").arg(path, answerCase ? QString() : answerCase.error().message)));
        const AnswerMode how = AnswerMode::all().at(mode);
        Http2Relay *relay = how.kind == AnswerMode::Kind::Http2 ? m_relay.get() : nullptr;
        const QStringList differences = AnswerRun(*answerCase, how, relay).differences();
        QVERIFY2(differences.isEmpty(), qPrintable(QStringLiteral("tests/answers/%1:\n  %2").arg(path, differences.join(QStringLiteral("\n  ")))));
    }

private:
    std::unique_ptr<Http2Relay> m_relay;
};

QTEST_GUILESS_MAIN(TestAnswers)
#include "tst_answers.moc"
