#include "app/tray/traysettingsfile.h"

#ifdef Q_OS_LINUX
#include "tests/support/smalldisk.h"
#endif

#include <QFile>
#include <QDir>
#include <QTemporaryDir>
#include <QTest>

using namespace qcc;
using namespace Qt::StringLiterals;

namespace {

TraySettings unlikeTheDefaults()
{
    TraySettings settings;
    settings.language = u"zh_CN"_s;
    settings.theme = Theme::Dark;
    settings.trayIcon = TrayColours::Colour;
    settings.leftClick = ClickAction::OpenMenu;
    settings.middleClick = ClickAction::Nothing;
    settings.notices[static_cast<int>(Notice::Recovered)] = false;
    return settings;
}

void writeFile(const QString &path, const QByteArray &text)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(text), text.size());
}

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class TraySettingsTest : public QObject
{
    Q_OBJECT

#ifdef Q_OS_LINUX
public:
    static void initMain() { test::SmallDisk::enter(); }
#endif

private Q_SLOTS:
    void init()
    {
        m_home = std::make_unique<QTemporaryDir>();
        QVERIFY(m_home->isValid());
        m_path = m_home->filePath(u"tray.ini"_s);
    }

    void aMissingFileIsTheDefaults()
    {
        QCOMPARE(TraySettingsFile(m_path).load(), TraySettings());
        QVERIFY(!QFile::exists(m_path));
    }

    void keepsWhatWasSaved()
    {
        QVERIFY(TraySettingsFile(m_path).save(unlikeTheDefaults()));
        QCOMPARE(TraySettingsFile(m_path).load(), unlikeTheDefaults());
        QVERIFY(TraySettingsFile(m_path).save(TraySettings()));
        QCOMPARE(TraySettingsFile(m_path).load(), TraySettings());
    }

    void theFileIsWordsForItsOwnerOnly()
    {
        writeFile(m_path, "theme=light\n");
        QVERIFY(QFile::setPermissions(m_path, QFile::ReadOwner | QFile::WriteOwner | QFile::ReadGroup | QFile::ReadOther));
        QVERIFY(TraySettingsFile(m_path).save(unlikeTheDefaults()));
        const auto others = QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther;
        QVERIFY(!(QFile::permissions(m_path) & others));
        const QByteArray text = contentOf(m_path);
        for (const char *line : {"language=zh_CN\n", "theme=dark\n", "tray_icon=colour\n", "left_click=open_menu\n", "middle_click=nothing\n",
                                 "recovered=off\n", "all_down=on\n"})
            QVERIFY2(text.contains(line), text.constData());
    }

    void whatMakesNoSenseIsTheDefault_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<TraySettings>("settings");
        TraySettings dark;
        dark.theme = Theme::Dark;
        QTest::newRow("unknown words") << "language=tlh\ntheme=dark\nleft_click=explode\n[notices]\nall_down=perhaps\n"_ba
                                       << dark;
        QTest::newRow("numbers") << "theme=2\nmiddle_click=0\n[notices]\nrecovered=0\n"_ba << TraySettings();
        QTest::newRow("no INI") << "\x01\x02 {\"theme\": \"dark\"}\n]["_ba << TraySettings();
        QTest::newRow("one garbled line") << "theme=dark\nwhat is this\n"_ba << dark;
        QTest::newRow("empty") << QByteArray() << TraySettings();
    }
    void whatMakesNoSenseIsTheDefault()
    {
        QFETCH(QByteArray, text);
        writeFile(m_path, text);
        QTEST(TraySettingsFile(m_path).load(), "settings");
        // And it is no obstacle to the next change.
        QVERIFY(TraySettingsFile(m_path).save(unlikeTheDefaults()));
        QCOMPARE(TraySettingsFile(m_path).load(), unlikeTheDefaults());
    }

    void keysOfALaterVersionStay()
    {
        writeFile(m_path, "theme=dark\nwallpaper=tiles\n");
        QVERIFY(TraySettingsFile(m_path).save(unlikeTheDefaults()));
        QVERIFY(contentOf(m_path).contains("wallpaper=tiles"));
    }

    void keepsThePlacesOfWindowsBesideTheSettings()
    {
        const QByteArray place("\x01\xd9\xd0\xcb\x00\x03\n,;=", 10);
        TraySettingsFile file(m_path);
        QVERIFY(file.save(unlikeTheDefaults()));
        QCOMPARE(file.state(u"window"_s), QByteArray());
        QVERIFY(file.setState(u"window"_s, place));
        QVERIFY(file.save(TraySettings()));
        QCOMPARE(TraySettingsFile(m_path).state(u"window"_s), place);
        QCOMPARE(TraySettingsFile(m_path).state(u"requests"_s), QByteArray());
        QCOMPARE(TraySettingsFile(m_path).load(), TraySettings());
    }

    void aGarbledLineCostsNothingElse()
    {
        writeFile(m_path, "theme=dark\nwhat is this\nleft_click=open_menu\n");
        QVERIFY(TraySettingsFile(m_path).setState(u"window"_s, "place"_ba));
        QCOMPARE(TraySettingsFile(m_path).load().theme, Theme::Dark);
        QCOMPARE(TraySettingsFile(m_path).load().leftClick, ClickAction::OpenMenu);
        QCOMPARE(TraySettingsFile(m_path).state(u"window"_s), "place"_ba);
    }

#ifdef Q_OS_LINUX
    void aFullDiskLeavesTheOldSettings()
    {
        test::SmallDisk disk(256 * 1024);
        if (!disk.isMounted())
            QSKIP("this system does not let a test mount a file system");
        TraySettingsFile file(disk.filePath(u"tray.ini"_s));
        QVERIFY(file.save(unlikeTheDefaults()));
        const QByteArray before = contentOf(disk.filePath(u"tray.ini"_s));
        disk.fill();
        const Result<void> saved = file.save(TraySettings());
        QVERIFY(!saved);
        QVERIFY(saved.error().message.contains("tray.ini"_L1));
        QVERIFY(saved.error().hint.contains("disk is full"_L1));
        QVERIFY(!file.setState(u"window"_s, QByteArray(3000, 'x')));
        QCOMPARE(contentOf(disk.filePath(u"tray.ini"_s)), before);
        disk.empty();
        QVERIFY(file.save(TraySettings()));
        QCOMPARE(TraySettingsFile(disk.filePath(u"tray.ini"_s)).load(), TraySettings());
        QCOMPARE(QDir(disk.path()).entryList(QDir::Files), QStringList{u"tray.ini"_s});
    }
#endif

    void saysWhereItCannotWrite()
    {
        writeFile(m_home->filePath(u"file"_s), "no folder");
        TraySettingsFile file(m_home->filePath(u"file/tray.ini"_s));
        for (const Result<void> &result : {file.save(TraySettings()), file.setState(u"window"_s, "place"_ba)}) {
            QVERIFY(!result);
            QCOMPARE(result.error().code, ErrorCode::WriteFailed);
            QVERIFY2(result.error().message.contains(u"file/tray.ini"_s), qPrintable(result.error().message));
        }
    }

private:
    std::unique_ptr<QTemporaryDir> m_home;
    QString m_path;
};

QTEST_MAIN(TraySettingsTest)
#include "tst_traysettings.moc"
