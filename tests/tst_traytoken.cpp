#include "app/tray/startup.h"

#include <QScopeGuard>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace qcc;
using namespace Qt::StringLiterals;

/// The desktop's leave to come to the front, on its way from a second start to the first.
class TestTrayToken : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isThatOfTheStartWhateverTheDesktopsLibrariesDoWithIt()
    {
        const QTemporaryDir folder;
        const QString socket = folder.filePath(u"tray.sock"_s);
        TrayInstance first(socket);
        QSignalSpy again(&first, &TrayInstance::startedAgain);
        QVERIFY(first.claim());
        qputenv("XDG_ACTIVATION_TOKEN", "a token");
        const auto taken = qScopeGuard([] { qunsetenv("XDG_ACTIVATION_TOKEN"); });
        TrayInstance second(socket);
        // As GTK does while QApplication loads it, beside the thread that hands over.
        qunsetenv("XDG_ACTIVATION_TOKEN");
        second.forward({u"qcc-tray"_s}, [](const Result<void> &) { });
        QTRY_COMPARE(again.size(), 1);
        QCOMPARE(again.first().at(1).toString(), u"a token"_s);
    }
};

QTEST_GUILESS_MAIN(TestTrayToken)
#include "tst_traytoken.moc"
