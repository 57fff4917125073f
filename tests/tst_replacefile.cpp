#include "core/base/replacefile.h"
#include "tests/support/files.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <memory>

using namespace qcc;
using namespace qcc::test;
using namespace Qt::StringLiterals;

namespace {

constexpr auto ownerOnly = QFileDevice::ReadOwner | QFileDevice::WriteOwner;

} // namespace

class TestReplaceFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QVERIFY(m_folder->isValid());
    }

    void writesWhatWasNotThere()
    {
        QCOMPARE(replaceFile(at(u"file"_s), "new", ownerOnly), QString());
        QCOMPARE(readFile(at(u"file"_s)), "new");
        onlyTheirOwner(at(u"file"_s));
        QCOMPARE(names(), QStringList{u"file"_s});
    }

    void replacesWhatIsThere_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("shorter") << QByteArray("n");
        QTest::newRow("longer") << QByteArray(3'000'000, 'n');
    }

    void replacesWhatIsThere()
    {
        QFETCH(QByteArray, text);
        writeFile(at(u"file"_s), "old text");
        QVERIFY(QFile::setPermissions(at(u"file"_s), ownerOnly | QFile::ReadGroup | QFile::ReadOther));
        QCOMPARE(replaceFile(at(u"file"_s), text, ownerOnly), QString());
        QVERIFY(readFile(at(u"file"_s)) == text);
        onlyTheirOwner(at(u"file"_s));
        QCOMPARE(names(), QStringList{u"file"_s});
    }

    void aRemnantOfAKillIsTakenAway()
    {
        writeFile(at(u"file"_s), "old");
        writeFile(at(u"file.new"_s), "half of a text that is longer than the new o");
        QVERIFY(QFile::setPermissions(at(u"file.new"_s), ownerOnly | QFile::ReadGroup | QFile::ReadOther));
        QCOMPARE(replaceFile(at(u"file"_s), "new", ownerOnly), QString());
        QCOMPARE(readFile(at(u"file"_s)), "new");
        onlyTheirOwner(at(u"file"_s));
        QCOMPARE(names(), QStringList{u"file"_s});
    }

    void whereALinkLiesInTheWayItIsNotFollowed()
    {
        writeFile(at(u"another"_s), "another's");
        link(u"another"_s, u"file.new"_s);
        QCOMPARE(replaceFile(at(u"file"_s), "new", ownerOnly), QString());
        QCOMPARE(readFile(at(u"file"_s)), "new");
        QCOMPARE(readFile(at(u"another"_s)), "another's");
        QVERIFY(!QFileInfo(at(u"file"_s)).isSymLink());
    }

    void aLinkStaysALink_data()
    {
        QTest::addColumn<bool>("leadsSomewhere");
        QTest::newRow("to a file") << true;
        QTest::newRow("to nothing yet") << false;
    }

    void aLinkStaysALink()
    {
        QFETCH(bool, leadsSomewhere);
        QVERIFY(QDir(m_folder->path()).mkdir(u"elsewhere"_s));
        if (leadsSomewhere)
            writeFile(at(u"elsewhere/real"_s), "old");
        link(u"elsewhere/real"_s, u"file"_s);
        QCOMPARE(replaceFile(at(u"file"_s), "new", ownerOnly), QString());
        QVERIFY(QFileInfo(at(u"file"_s)).isSymLink());
        QCOMPARE(readFile(at(u"elsewhere/real"_s)), "new");
        QCOMPARE(QDir(at(u"elsewhere"_s)).entryList(QDir::Files), QStringList{u"real"_s});
    }

    void aFailureTellsWhyAndLeavesTheOldText_data()
    {
        QTest::addColumn<QString>("folder"); // that lies where a file should
        QTest::newRow("the new text's place is taken") << u"file.new/x"_s;
        QTest::newRow("it is a folder itself") << u"file/x"_s;
    }

    void aFailureTellsWhyAndLeavesTheOldText()
    {
        QFETCH(QString, folder);
        if (!folder.startsWith(u"file/"_s))
            writeFile(at(u"file"_s), "old");
        QVERIFY(QDir(m_folder->path()).mkpath(folder));
        const QStringList before = names();
        const QString problem = replaceFile(at(u"file"_s), "new", ownerOnly);
        QVERIFY(!problem.isEmpty());
        QCOMPARE(problem == at(u"file.new is in the way"_s), !folder.startsWith(u"file/"_s));
        QCOMPARE(names(), before);
        QCOMPARE(readFile(at(u"file"_s)), folder.startsWith(u"file/"_s) ? QByteArray() : QByteArray("old"));
    }

    void aFolderThatIsNotThereIsAFailure()
    {
        QVERIFY(!replaceFile(at(u"nowhere/file"_s), "new", ownerOnly).isEmpty());
        QCOMPARE(names(), QStringList());
    }

private:
    QString at(const QString &name) const { return m_folder->filePath(name); }
    QStringList names() const { return QDir(m_folder->path()).entryList(QDir::AllEntries | QDir::NoDotAndDotDot | QDir::Hidden | QDir::System); }

    /// Windows has no such permissions.
    static void onlyTheirOwner(const QString &path)
    {
#ifndef Q_OS_WIN
        QCOMPARE(QFileInfo(path).permissions() & (QFile::ReadOwner | QFile::WriteOwner | QFile::ReadGroup | QFile::ReadOther), ownerOnly);
#endif
        QVERIFY(QFile::exists(path));
    }

    void link(const QString &target, const QString &name)
    {
        std::error_code error;
        std::filesystem::create_symlink(target.toStdU16String(), QFileInfo(at(name)).filesystemFilePath(), error);
        if (error)
            QSKIP("this system does not let a test make a symbolic link");
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_GUILESS_MAIN(TestReplaceFile)
#include "tst_replacefile.moc"
