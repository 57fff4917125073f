#include "app/tray/diagnosticsfeed.h"
#include "app/tray/hostedproxy.h"
#include "tests/support/fakekeychain.h"
#include "tests/support/files.h"
#include "tests/support/scriptedupstream.h"
#include "ui/window/diagnostics.h"

#include <QElapsedTimer>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>

using namespace qcc;
using namespace qcc::test;
using namespace Qt::StringLiterals;

namespace {

constexpr auto key = "sk-ant-0123456789abcdefghij";

} // namespace

/// The diagnostics of the window against real sockets, with the configuration on the core thread as it is in the program.
class TrayDiagnosticsFeedTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_home = qgetenv("HOME");
        qputenv("HOME", m_folder->path().toLocal8Bit());
        m_upstream = std::make_unique<ScriptedUpstream>();
        QVERIFY(m_upstream->listen());
        writeConfig(m_upstream->baseUrl());
        m_host = new HostedProxy(Paths(m_folder->path()), std::make_unique<FakeKeychain>(m_chain));
        m_host->moveToThread(&m_core);
        connect(&m_core, &QThread::finished, m_host, &QObject::deleteLater);
        m_core.start();
        m_window = std::make_unique<QWidget>();
        m_feed = std::make_unique<DiagnosticsFeed>(m_host, Paths(m_folder->path()));
    }

    void cleanup()
    {
        m_feed.reset();
        m_core.quit();
        m_core.wait();
        m_window.reset();
        m_upstream.reset();
        qputenv("HOME", m_home);
    }

    void showsWhatIsThere()
    {
        m_feed->show(m_window.get());
        QTRY_VERIFY_WITH_TIMEOUT(isDone(), 10'000);
        QVERIFY2(shows(u"takes the key"_s), qPrintable(texts()));
        QVERIFY2(shows(u"qcc does not run"_s), qPrintable(texts()));
        QVERIFY(!texts().contains(QLatin1String(key)));
        QCOMPARE(m_upstream->arrivedCount(), 1);

        // What changed meanwhile is seen by the next look.
        writeConfig("http://127.0.0.1:1");
        DiagnosticsDialog *dialog = m_feed->dialog();
        m_feed->show(m_window.get());
        QCOMPARE(m_feed->dialog(), dialog);
        button(u"Check again"_s)->click();
        QVERIFY(!isDone());
        QTRY_VERIFY_WITH_TIMEOUT(isDone(), 10'000);
        QVERIFY2(shows(u"127.0.0.1:1: the connection was refused"_s), qPrintable(texts()));
        QCOMPARE(m_upstream->arrivedCount(), 1);
    }

    void tellsOfAConfigurationThatCannotBeRead()
    {
        writeFile(m_folder->filePath(u"config.json"_s), "{\n\"listen\": {");
        m_feed->show(m_window.get());
        QTRY_VERIFY_WITH_TIMEOUT(isDone(), 10'000);
        QVERIFY2(shows(u"line 2"_s), qPrintable(texts()));
    }

    void savesWithoutKeysAndReplacesNothing()
    {
        const QString path = m_folder->filePath(u"report.json"_s);
        m_feed->show(m_window.get());
        QTRY_VERIFY_WITH_TIMEOUT(isDone(), 10'000);
        m_feed->dialog()->setPathChooser([path](const std::function<void(const QString &)> &then) { then(path); });
        button(u"Save…"_s)->click();
        QTRY_VERIFY(shows(u"report.json, without keys"_s));
        const QByteArray saved = readFile(path);
        QVERIFY(!QJsonDocument::fromJson(saved).object().value("diagnosis"_L1).toObject().value("checks"_L1).toArray().isEmpty());
        QVERIFY(!saved.contains(key));
#ifdef Q_OS_UNIX
        QVERIFY(!(QFileInfo(path).permissions() & (QFileDevice::ReadGroup | QFileDevice::ReadOther)));
#endif
        button(u"Save…"_s)->click();
        QTRY_VERIFY2(shows(u"is there already, and stays as it is"_s), qPrintable(texts()));
        QCOMPARE(readFile(path), saved);
    }

    void aLookEndsWithItsDialog()
    {
        m_upstream->setDefaultScript("delay:30000,ok");
        m_feed->show(m_window.get());
        QTRY_COMPARE_WITH_TIMEOUT(m_upstream->arrivedCount(), 1, 10'000);
        QVERIFY(!isDone());
        QVERIFY2(shows(u"Asking the endpoints, 0 of 1…"_s), qPrintable(texts()));
        m_feed->dialog()->reject();
        QVERIFY(!m_feed->dialog());
        // Nobody waits any more for what does not come.
        QTRY_COMPARE(m_upstream->openConnections(), 0);
        // A window that is made anew takes its dialog along.
        m_feed->show(m_window.get());
        QTRY_COMPARE_WITH_TIMEOUT(m_upstream->arrivedCount(), 2, 10'000);
        m_window = std::make_unique<QWidget>();
        QVERIFY(!m_feed->dialog());
        QTRY_COMPARE(m_upstream->openConnections(), 0);
        // At once: the one before is gone from sight, and not yet from memory.
        m_feed->show(m_window.get());
        m_feed->dialog()->reject();
        m_feed->show(m_window.get());
        // And nobody waits for it at the end of the program.
        QTRY_COMPARE_WITH_TIMEOUT(m_upstream->arrivedCount(), 3, 10'000);
        QElapsedTimer clock;
        clock.start();
        m_feed.reset();
        QVERIFY2(clock.elapsed() < 1'000, qPrintable(QString::number(clock.elapsed())));
    }

private:
    void writeConfig(const QByteArray &baseUrl) const
    {
        const QJsonObject endpoint{{u"name"_s, u"relay"_s}, {u"base_url"_s, QString::fromUtf8(baseUrl)}, {u"api_key"_s, QLatin1String(key)}, {u"proxy"_s, u"none"_s}};
        const QJsonObject cluster{{u"name"_s, u"work"_s}, {u"endpoints"_s, QJsonArray{endpoint}}};
        writeFile(m_folder->filePath(u"config.json"_s),
                  QJsonDocument(QJsonObject{{u"listen"_s, QJsonObject{{u"port"_s, 7869}}}, {u"active_cluster"_s, u"work"_s}, {u"clusters"_s, QJsonArray{cluster}}}).toJson());
    }
    QPushButton *button(const QString &text) const
    {
        for (QPushButton *candidate : m_feed->dialog()->findChildren<QPushButton *>()) {
            if (candidate->text().remove(u'&') == text)
                return candidate;
        }
        return nullptr;
    }
    bool isDone() const { return button(u"Save…"_s)->isEnabled(); }
    QString texts() const
    {
        QStringList texts;
        for (const QLabel *label : m_feed->dialog()->findChildren<QLabel *>())
            texts.append(label->text().remove(QChar(0x200b)));
        return texts.join(u'\n');
    }
    bool shows(const QString &text) const { return texts().contains(text); }

    FakeKeychainState m_chain;
    std::unique_ptr<QTemporaryDir> m_folder;
    QByteArray m_home;
    std::unique_ptr<ScriptedUpstream> m_upstream;
    QThread m_core;
    HostedProxy *m_host = nullptr;
    std::unique_ptr<QWidget> m_window;
    std::unique_ptr<DiagnosticsFeed> m_feed;
};

QTEST_MAIN(TrayDiagnosticsFeedTest)
#include "tst_traydiagnosticsfeed.moc"
