#include "tests/fuzz/fuzztarget.h"

#include <QDir>
#include <QTest>

using namespace qcc::fuzz;

/// What fuzzing found and what it began with, fed to the same functions again; a claim that does not hold ends the program.
class TestFuzzCorpus : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void holdsForWholeAndCutOffInputs_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<qsizetype>("target");
        for (qsizetype i = 0; i < targets().size(); ++i) {
            const QDir folder(QStringLiteral(CORPUS "/%1").arg(QLatin1String(targets()[i].name)));
            const QStringList names = folder.entryList(QDir::Files);
            QVERIFY2(!names.isEmpty(), targets()[i].name);
            for (const QString &name : names)
                QTest::addRow("%s/%s", targets()[i].name, qPrintable(name)) << folder.filePath(name) << i;
        }
    }

    void holdsForWholeAndCutOffInputs()
    {
        QFETCH(QString, path);
        QFETCH(qsizetype, target);
        QFile file(path);
        QVERIFY2(file.open(QIODevice::ReadOnly), qPrintable(file.errorString()));
        const QByteArray bytes = file.readAll();
        targets()[target].run(bytes);
        // Every early end as well; of long inputs some, for the time it takes.
        const qsizetype step = 1 + bytes.size() / 100;
        for (qsizetype end = 0; end < bytes.size(); end += step)
            targets()[target].run(QByteArrayView(bytes).first(end));
    }
};

QTEST_GUILESS_MAIN(TestFuzzCorpus)
#include "tst_fuzzcorpus.moc"
