// What a web page can make a real browser send to the proxy: nothing that gets through.

#include "tests/support/scriptedupstream.h"
#include "tests/support/testproxy.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QProcessEnvironment>
#include <QStandardPaths>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace qcc;
using namespace qcc::test;
using namespace Qt::StringLiterals;

namespace {

/// Serves one page and takes one report from it.
class PageServer : public QTcpServer
{
public:
    explicit PageServer(QByteArray page)
        : m_page(std::move(page))
    {
        listen(QHostAddress::LocalHost);
        connect(this, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket *socket = nextPendingConnection())
                connect(socket, &QTcpSocket::readyRead, this, [this, socket] { serve(socket); });
        });
    }

    QJsonObject report;

private:
    void serve(QTcpSocket *socket)
    {
        const QByteArray arrived = socket->property("arrived").toByteArray() + socket->readAll();
        socket->setProperty("arrived", arrived);
        const bool isReport = arrived.startsWith("POST /done");
        const QByteArray body = arrived.mid(arrived.indexOf("\r\n\r\n") + 4);
        if (isReport && !QJsonDocument::fromJson(body).isObject())
            return; // more of it comes
        if (isReport)
            report = QJsonDocument::fromJson(body).object();
        const QByteArray answer = isReport ? "ok" : arrived.startsWith("GET / ") ? m_page : QByteArray();
        socket->write("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: " + QByteArray::number(answer.size())
                      + "\r\n\r\n" + answer);
        socket->disconnectFromHost();
    }

    QByteArray m_page;
};

QByteArray attacksOn(quint16 port)
{
    QFile file(QFINDTESTDATA("data/attacks.html"));
    return file.open(QIODevice::ReadOnly) ? file.readAll().replace("PROXY_PORT", QByteArray::number(port)) : QByteArray();
}

} // namespace

class TestBrowser : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_browser = QStandardPaths::findExecutable(u"chromium"_s);
        if (m_browser.isEmpty())
            QSKIP("chromium is not installed");
    }

    void init()
    {
        m_upstream = std::make_unique<ScriptedUpstream>();
        QVERIFY(m_upstream->listen());
    }

    void noPageOfAnotherOriginGetsThrough()
    {
        TestProxy proxy({m_upstream->baseUrl()});
        const QJsonObject report = visit(proxy);
        QCOMPARE(report.size(), 3);
        QCOMPARE(m_upstream->arrivedCount(), 0);
        const RefusalCounts refused = proxy.plane().refusals.counts();
        // The browser really sent them: all ways but some whose connection it may share or give up.
        QVERIFY2(refused[Denial::CrossSite] >= 20, QByteArray::number(refused[Denial::CrossSite]));
        QVERIFY2(refused[Denial::Host] >= 10, QByteArray::number(refused[Denial::Host]));
        // And none could read qcc's own pages (the fifth way).
        for (const auto &host : report)
            QCOMPARE(host.toArray().at(4).toString(), u"failed"_s);
    }

    void aListedOriginDoes()
    {
        m_allowPage = true;
        TestProxy proxy({m_upstream->baseUrl()}, TestProxy::shortDeadlines());
        const QJsonObject report = visit(proxy);
        m_allowPage = false;
        QVERIFY(m_upstream->arrivedCount() > 0);
        // A request with a preflight, and its answer could be read.
        QCOMPARE(report.value("127.0.0.1"_L1).toArray().at(2).toString(), u"cors 200"_s);
    }

private:
    /// Opens the page in a browser of its own and waits for what it tells.
    QJsonObject visit(TestProxy &proxy)
    {
        PageServer server(attacksOn(proxy.port()));
        if (m_allowPage) {
            Config config = *proxy.plane().router.config();
            config.listen.allowedOrigins = {u"http://localhost:%1"_s.arg(server.serverPort())};
            proxy.plane().router.configure(std::make_shared<const Config>(config), QString());
        }
        QTemporaryDir profile;
        QProcess browser;
        browser.setProcessChannelMode(QProcess::MergedChannels);
        QProcessEnvironment surroundings = QProcessEnvironment::systemEnvironment();
        surroundings.insert(u"HOME"_s, profile.path());
        browser.setProcessEnvironment(surroundings);
        browser.start(m_browser, {u"--headless"_s, u"--no-sandbox"_s, u"--disable-gpu"_s, u"--disable-quic"_s, u"--no-first-run"_s,
                                  u"--disable-background-networking"_s, u"--disable-component-update"_s, u"--disable-sync"_s,
                                  u"--disable-dev-shm-usage"_s, u"--remote-debugging-port=0"_s, u"--no-proxy-server"_s,
                                  u"--host-resolver-rules=MAP evil.example 127.0.0.1"_s, u"--user-data-dir="_s + profile.path(),
                                  u"http://localhost:%1/"_s.arg(server.serverPort())});
        const bool told = QTest::qWaitFor([&server] { return !server.report.isEmpty(); }, 60'000);
        browser.terminate();
        if (!browser.waitForFinished(10'000))
            browser.kill();
        browser.waitForFinished(10'000);
        if (!told)
            qWarning("%s", browser.readAll().constData());
        return server.report;
    }

    QString m_browser;
    bool m_allowPage = false;
    std::unique_ptr<ScriptedUpstream> m_upstream;
};

QTEST_GUILESS_MAIN(TestBrowser)
#include "tst_browser.moc"
