#include "app/platform/autostart.h"
#include "app/tray/coretasks.h"
#include "app/tray/trayapp.h"
#include "ui/tray/traymenu.h"

#include <QApplication>
#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QSysInfo>
#include <QTemporaryDir>
#include <QTest>
#include <QTranslator>

#include <memory>

using namespace qcc;
using namespace Qt::StringLiterals;

namespace {

const QStringList arguments = {u"--hidden"_s, u"--wait-for-tray"_s};

QAction *loginItem(const TrayMenu &menu)
{
    for (QAction *action : menu.actions()) {
        if (action->text().remove(u'&') == "Start at login"_L1)
            return action;
    }
    return nullptr;
}

} // namespace

class TrayAutostartTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (QSysInfo::kernelType() != "linux"_L1)
            QSKIP("This test looks into autostart entries, which are another thing here.");
    }

    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QVERIFY(m_folder->isValid());
        QVERIFY(QDir(m_folder->path()).mkdir(u"config"_s));
        qputenv("XDG_CONFIG_HOME", QFile::encodeName(m_folder->filePath(u"config"_s)));
    }

    void isOffWithoutAnEntry()
    {
        QVERIFY(!platform::isAutostartEnabled());
        QVERIFY(platform::disableAutostart());
        QVERIFY(platform::repairAutostart(here()));
        QVERIFY(!QFile::exists(entryPath()));
    }

    void writesAnEntryThatADesktopStarts()
    {
        QVERIFY(platform::enableAutostart(here()));
        QVERIFY(platform::isAutostartEnabled());
        const QStringList lines = entry().split(u'\n');
        QCOMPARE(lines.first(), u"[Desktop Entry]"_s);
        QVERIFY(lines.contains(u"Type=Application"_s));
        QVERIFY(lines.contains(u"Name=qcc"_s));
        QVERIFY(lines.contains("Exec="_L1 + here().program + " --hidden --wait-for-tray"_L1));
        QVERIFY(!lines.contains(u"Hidden=true"_s));
        const auto everyone = QFile::ReadOwner | QFile::WriteOwner | QFile::ReadGroup | QFile::ReadOther | QFile::ReadUser | QFile::WriteUser;
        QCOMPARE(QFile::permissions(entryPath()), everyone);
    }

    void leavesNothingBehindWhenSwitchedOff()
    {
        QVERIFY(platform::enableAutostart(here()));
        QVERIFY(platform::disableAutostart());
        QVERIFY(!platform::isAutostartEnabled());
        QCOMPARE(QDir(m_folder->filePath(u"config/autostart"_s)).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot),
                 QStringList());
    }

    void quotesAsTheSpecificationAsks_data()
    {
        QTest::addColumn<QString>("program");
        QTest::addColumn<QString>("inFile");
        QTest::newRow("plain") << u"/usr/bin/qcc-tray"_s << u"/usr/bin/qcc-tray"_s;
        QTest::newRow("space") << u"/my apps/qcc-tray"_s << u"\"/my apps/qcc-tray\""_s;
        QTest::newRow("double quote") << u"/a\"b/qcc-tray"_s << u"\"/a\\\\\"b/qcc-tray\""_s;
        QTest::newRow("single quote") << u"/a'b/qcc-tray"_s << u"\"/a'b/qcc-tray\""_s;
        QTest::newRow("percent sign") << u"/100%u/qcc-tray"_s << u"env /100%%u/qcc-tray"_s;
        QTest::newRow("percent sign and space") << u"/100 %/qcc-tray"_s << u"env \"/100 %%/qcc-tray\""_s;
        QTest::newRow("backslash") << u"/a\\b/qcc-tray"_s << u"\"/a\\\\\\\\b/qcc-tray\""_s;
        QTest::newRow("dollar and backtick") << u"/$a`b/qcc-tray"_s << u"\"/\\\\$a\\\\`b/qcc-tray\""_s;
        QTest::newRow("tilde and semicolon") << u"/~a;b/qcc-tray"_s << u"\"/~a;b/qcc-tray\""_s;
        QTest::newRow("tab and newline") << u"/a\tb\nc/qcc-tray"_s << u"\"/a\\tb\\nc/qcc-tray\""_s;
        QTest::newRow("Chinese") << u"/应用 程序/qcc-tray"_s << u"\"/应用 程序/qcc-tray\""_s;
        QTest::newRow("Chinese without space") << u"/应用/qcc-tray"_s << u"/应用/qcc-tray"_s;
    }
    void quotesAsTheSpecificationAsks()
    {
        QFETCH(QString, program);
        QFETCH(QString, inFile);
        QVERIFY(platform::enableAutostart({program, {u"--hidden"_s}}));
        QVERIFY2(entry().contains("\nExec="_L1 + inFile + " --hidden\n"_L1), qPrintable(entry()));
    }

    void quotesArguments()
    {
        QVERIFY(platform::enableAutostart({u"/usr/bin/qcc-tray"_s, {u"--cluster"_s, u"my work"_s, QString()}}));
        QVERIFY(entry().contains(u"\nExec=/usr/bin/qcc-tray --cluster \"my work\" \"\"\n"_s));
    }

    void offBySomebodyElse_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("on");
        const QString plain = u"[Desktop Entry]\nType=Application\nExec=qcc-tray\n"_s;
        QTest::newRow("plain") << plain << true;
        QTest::newRow("hidden") << plain + u"Hidden=true\n"_s << false;
        QTest::newRow("hidden, with spaces") << plain + u"Hidden = true \n"_s << false;
        QTest::newRow("not hidden") << plain + u"Hidden=false\n"_s << true;
        QTest::newRow("GNOME") << plain + u"X-GNOME-Autostart-enabled=false\n"_s << false;
        QTest::newRow("GNOME, on") << plain + u"X-GNOME-Autostart-enabled=true\n"_s << true;
        QTest::newRow("a comment") << plain + u"#Hidden=true\n"_s << true;
        QTest::newRow("another group") << plain + u"[Desktop Action x]\nHidden=true\n"_s << true;
        QTest::newRow("line ends of another system") << u"[Desktop Entry]\r\nExec=qcc-tray\r\nHidden=true\r\n"_s << false;
        QTest::newRow("nothing to start") << u"[Desktop Entry]\nType=Application\n"_s << false;
        QTest::newRow("empty") << QString() << false;
        QTest::newRow("no entry at all") << u"Exec=qcc-tray\n"_s << false;
    }
    void offBySomebodyElse()
    {
        QFETCH(QString, text);
        writeEntry(text);
        QTEST(platform::isAutostartEnabled(), "on");
    }

    void switchingOnOverridesWhatSwitchedItOff()
    {
        writeEntry(u"[Desktop Entry]\nExec=qcc-tray\nHidden=true\nX-GNOME-Autostart-enabled=false\n"_s);
        QVERIFY(platform::enableAutostart(here()));
        QVERIFY(platform::isAutostartEnabled());
    }

    void repairsAPathThatIsGone_data()
    {
        QTest::addColumn<QString>("before");
        QTest::addColumn<QString>("after");
        QTest::newRow("plain") << u"/gone/qcc-tray --hidden --wait-for-tray"_s << u"PROGRAM --hidden --wait-for-tray"_s;
        QTest::newRow("without arguments") << u"/gone/qcc-tray"_s << u"PROGRAM"_s;
        QTest::newRow("a name on no path") << u"qcc-tray-that-is-gone --hidden"_s << u"PROGRAM --hidden"_s;
        QTest::newRow("in quotes") << u"\"/gone \\\\\"x\\\\\" %%/qcc-tray\" --hidden"_s << u"PROGRAM --hidden"_s;
        QTest::newRow("arguments of the user") << u"/gone/qcc-tray  --cluster \"my work\" %k"_s << u"PROGRAM  --cluster \"my work\" %k"_s;
        QTest::newRow("behind env") << u"env \"/gone %%/qcc-tray\" --hidden"_s << u"PROGRAM --hidden"_s;
        QTest::newRow("a torn quotation") << u"\"/gone/qcc-tray --hidden"_s << u"PROGRAM"_s;
    }
    void repairsAPathThatIsGone()
    {
        QFETCH(QString, before);
        QFETCH(QString, after);
        const QString frame = u"# mine\n[Desktop Entry]\nName=My qcc\nExec=%1\nX-GNOME-Autostart-Delay=5\n\n[Desktop Action x]\nExec=other\n"_s;
        writeEntry(frame.arg(before));
        QVERIFY(platform::repairAutostart(here()));
        QCOMPARE(entry(), frame.arg(after.replace("PROGRAM"_L1, here().program)));
    }

    void repairFollowsAProgramThatMoved_data()
    {
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("to");
        QTest::newRow("plain") << u"old"_s << u"new"_s;
        QTest::newRow("spaces") << u"my old apps"_s << u"my new apps"_s;
        QTest::newRow("quotes") << u"old \"x\" 'y'"_s << u"new \"x\" 'y'"_s;
        QTest::newRow("percent signs") << u"100%"_s << u"%u %%"_s;
        QTest::newRow("backslash and dollar") << u"a\\b$c`"_s << u"\\n$d`"_s;
        QTest::newRow("Chinese") << u"旧的"_s << u"新的 位置"_s;
    }
    void repairFollowsAProgramThatMoved()
    {
        QFETCH(QString, from);
        QFETCH(QString, to);
        const platform::AutostartCommand before = {programIn(from), arguments};
        QVERIFY(platform::enableAutostart(before));
        const QString text = entry();
        // While it is there, another copy that runs takes nothing away from it.
        QVERIFY(platform::repairAutostart({programIn(u"copy"_s), arguments}));
        QCOMPARE(entry(), text);

        const platform::AutostartCommand after = {programIn(to), arguments};
        QVERIFY(QFile::remove(before.program));
        QVERIFY(platform::repairAutostart(after));
        const QString repaired = entry();
        QVERIFY(repaired != text);
        QVERIFY(platform::enableAutostart(after));
        QCOMPARE(repaired, entry());
    }

    void repairLeavesAnEntryAloneThatIsOff()
    {
        const QString text = u"[Desktop Entry]\nExec=/gone/qcc-tray\nHidden=true\n"_s;
        writeEntry(text);
        QVERIFY(platform::repairAutostart(here()));
        QCOMPARE(entry(), text);
    }

    void repairLeavesACommandOfTheUserAlone_data()
    {
        QTest::addColumn<QString>("command");
        QTest::newRow("a shell") << u"sh -c \"sleep 5; exec /gone/qcc-tray\""_s;
        QTest::newRow("a variable") << u"env QCC_HOME=/somewhere /gone/qcc-tray"_s;
    }
    void repairLeavesACommandOfTheUserAlone()
    {
        QFETCH(QString, command);
        const QString text = u"[Desktop Entry]\nExec=%1\n"_s.arg(command);
        writeEntry(text);
        QVERIFY(platform::repairAutostart(here()));
        QCOMPARE(entry(), text);
    }

    void saysWhatCannotBeWritten()
    {
        // Permissions would not stop root.
        QFile inTheWay(m_folder->filePath(u"config/autostart"_s));
        QVERIFY(inTheWay.open(QIODevice::WriteOnly));
        const Result<void> result = platform::enableAutostart(here());
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::WriteFailed);
        QVERIFY(result.error().message.contains(entryPath()));
        QVERIFY(result.error().message.endsWith(u'.'));
        QVERIFY(!result.error().hint.isEmpty());
        QVERIFY(!platform::isAutostartEnabled());
    }

    void saysWhatCannotBeRemoved()
    {
        QVERIFY(QDir().mkpath(entryPath() + "/in the way"_L1));
        const Result<void> result = platform::disableAutostart();
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::WriteFailed);
        QVERIFY(result.error().message.contains(entryPath()));
        QVERIFY(!platform::enableAutostart(here()));
    }

    void menuItemAsksAndShowsTheTruth()
    {
        TrayMenu menu;
        QAction *item = loginItem(menu);
        QVERIFY(item);
        QVERIFY(item->isCheckable());
        QVERIFY(!item->isChecked());
        QSignalSpy chosen(&menu, &TrayMenu::startAtLoginChosen);
        item->trigger();
        QCOMPARE(chosen.size(), 1);
        QCOMPARE(chosen.at(0).at(0).toBool(), true);
        menu.setStartsAtLogin(true);
        item->trigger();
        QCOMPARE(chosen.size(), 2);
        QCOMPARE(chosen.at(1).at(0).toBool(), false);
        // That failed.
        menu.setStartsAtLogin(true);
        QVERIFY(item->isChecked());
        QCOMPARE(chosen.size(), 2);
    }

    void menuItemIsUpdatedInPlace()
    {
        TrayMenu menu;
        const QList<QAction *> before = menu.actions();
        menu.setStartsAtLogin(true);
        menu.setView({});
        QCOMPARE(menu.actions(), before);
        QVERIFY(loginItem(menu)->isChecked());
        QVERIFY(loginItem(menu)->isEnabled());
        menu.setStartsAtLogin(false);
        QVERIFY(!loginItem(menu)->isChecked());
    }

    void menuItemSpeaksChinese()
    {
        QTranslator translator;
        QVERIFY(translator.load(u":/i18n/qcc_zh_CN.qm"_s));
        QVERIFY(QCoreApplication::installTranslator(&translator));
        const TrayMenu menu;
        QCoreApplication::removeTranslator(&translator);
        QStringList texts;
        for (const QAction *action : menu.actions())
            texts << action->text();
        QVERIFY(texts.contains(u"登录时启动(&L)"_s));
    }

    void choiceReachesTheSession()
    {
        LoginStart login(here());
        TrayMenu menu;
        connect(&menu, &TrayMenu::startAtLoginChosen, &login, &LoginStart::set);
        connect(&login, &LoginStart::wasRead, &menu, &TrayMenu::setStartsAtLogin);
        QSignalSpy failed(&login, &LoginStart::failed);
        loginItem(menu)->trigger();
        QVERIFY(platform::isAutostartEnabled());
        QVERIFY(loginItem(menu)->isChecked());
        loginItem(menu)->trigger();
        QVERIFY(!platform::isAutostartEnabled());
        QVERIFY(!loginItem(menu)->isChecked());

        writeEntry(u"[Desktop Entry]\nExec=qcc-tray\n"_s);
        login.read();
        QVERIFY(loginItem(menu)->isChecked());
        QCOMPARE(failed.size(), 0);
    }

    void failedChoiceIsToldAndTakenBack()
    {
        LoginStart login(here());
        TrayMenu menu;
        connect(&menu, &TrayMenu::startAtLoginChosen, &login, &LoginStart::set);
        connect(&login, &LoginStart::wasRead, &menu, &TrayMenu::setStartsAtLogin);
        QSignalSpy failed(&login, &LoginStart::failed);
        QVERIFY(QDir().mkpath(entryPath() + "/in the way"_L1));
        loginItem(menu)->trigger();
        QCOMPARE(failed.size(), 1);
        QVERIFY(failed.at(0).at(0).value<Failure>().message.contains("cannot be written"_L1));
        QVERIFY(!loginItem(menu)->isChecked());
    }

    void applicationWiresTheItemToTheSession()
    {
        writeEntry(u"[Desktop Entry]\nExec=/gone/qcc-tray --hidden\n"_s);
        const Paths paths(m_folder->filePath(u"home"_s));
        QVERIFY(paths.ensureHome().isEmpty());
        TrayOptions options;
        options.hidden = true;
        options.port = 0;
        TrayCore core(paths, options, {});
        core.start([](QObject *) {});
        QVERIFY(core.claimed().has_value());
        TrayApp app(core, paths, options);
        TrayMenu *menu = nullptr;
        for (QWidget *widget : QApplication::topLevelWidgets()) {
            if (auto *found = qobject_cast<TrayMenu *>(widget))
                menu = found;
        }
        QVERIFY(menu);
        app.start();
        QTRY_VERIFY(loginItem(*menu)->isChecked());
        QVERIFY(entry().contains(here().program));

        loginItem(*menu)->trigger();
        QTRY_VERIFY(!QFile::exists(entryPath()));
        loginItem(*menu)->trigger();
        QTRY_VERIFY(entry().contains("Exec="_L1 + here().program + " --hidden --wait-for-tray\n"_L1));

        // What the desktop's own settings do shows when the menu opens.
        writeEntry(u"[Desktop Entry]\nExec=qcc-tray\nHidden=true\n"_s);
        Q_EMIT menu->aboutToShow();
        QTRY_VERIFY(!loginItem(*menu)->isChecked());
    }

    void startRepairs()
    {
        writeEntry(u"[Desktop Entry]\nExec=/gone/qcc-tray --hidden\n"_s);
        LoginStart login(here());
        QSignalSpy read(&login, &LoginStart::wasRead);
        login.repair();
        QCOMPARE(read.size(), 1);
        QCOMPARE(read.at(0).at(0).toBool(), true);
        QCOMPARE(entry(), "[Desktop Entry]\nExec="_L1 + here().program + " --hidden\n"_L1);
    }

private:
    static platform::AutostartCommand here() { return {QCoreApplication::applicationFilePath(), arguments}; }

    QString entryPath() const { return m_folder->filePath(u"config/autostart/qcc-tray.desktop"_s); }

    QString entry() const
    {
        QFile file(entryPath());
        return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
    }

    void writeEntry(const QString &text) const
    {
        QVERIFY(QDir().mkpath(m_folder->filePath(u"config/autostart"_s)));
        QFile file(entryPath());
        QVERIFY(file.open(QIODevice::WriteOnly));
        const QByteArray bytes = text.toUtf8();
        QCOMPARE(file.write(bytes), qint64(bytes.size()));
    }

    /// An executable file in `folder`.
    QString programIn(const QString &folder) const
    {
        const QString path = m_folder->filePath(folder + "/qcc-tray"_L1);
        QFile file(path);
        if (!QDir().mkpath(m_folder->filePath(folder)) || !file.open(QIODevice::WriteOnly)
            || !file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner))
            return {};
        return path;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_MAIN(TrayAutostartTest)
#include "tst_trayautostart.moc"
