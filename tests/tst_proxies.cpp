#include "core/config/endpointtext.h"

#include <QMap>
#include <QTest>
#include <QUrl>

using namespace qcc;
using namespace Qt::StringLiterals;

using Environment = QMap<QString, QString>;

class TestProxies : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writesOutWhatIsPlainlyMeant_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("proxy"); // empty: a fault
        const auto row = [](const char *text, const char *proxy) { QTest::newRow(text) << QString::fromLatin1(text) << QString::fromLatin1(proxy); };
        row("system", "system");
        row(" None ", "none");
        row("http://127.0.0.1:7890", "http://127.0.0.1:7890");
        row("HTTP://127.0.0.1:7890/", "http://127.0.0.1:7890/");
        row("127.0.0.1:7890", "http://127.0.0.1:7890");
        row("proxy.example:8080/", "http://proxy.example:8080/");
        row("user:pass@proxy.example:8080", "http://user:pass@proxy.example:8080");
        row("[::1]:7890", "http://[::1]:7890");
        row("socks5://127.0.0.1:1080", "socks5://127.0.0.1:1080");
        row("socks5h://127.0.0.1:1080", "socks5h://127.0.0.1:1080");
        row("socks://127.0.0.1:1080", "socks5://127.0.0.1:1080");
        for (const char *wrong : {"", "proxy", "proxy.example", "https://proxy.example:443", "socks4://127.0.0.1:1080", "http://", "http://a:0",
                                  "http://a b:1", "ftp://a:1", "127.0.0.1:x", "http://a:99999"})
            row(wrong, "");
    }

    void writesOutWhatIsPlainlyMeant()
    {
        QFETCH(QString, text);
        QFETCH(QString, proxy);
        QCOMPARE(proxyFault(text).isEmpty(), !proxy.isEmpty());
        if (!proxy.isEmpty())
            QCOMPARE(readProxy(text), proxy);
    }

    void readsTheEnvironmentAsOthersDo_data()
    {
        QTest::addColumn<Environment>("environment");
        QTest::addColumn<QString>("url");
        QTest::addColumn<QString>("proxy"); // empty: the environment says nothing
        const QString tls = u"https://api.relay.example"_s;
        const QString plain = u"http://api.relay.example:8000"_s;
        const auto row = [](const char *name, const Environment &environment, const QString &url, const char *proxy) {
            QTest::newRow(name) << environment << url << QString::fromLatin1(proxy);
        };
        row("nothing", {}, tls, "");
        row("by scheme", {{u"https_proxy"_s, u"http://s:1"_s}, {u"http_proxy"_s, u"http://p:2"_s}}, tls, "http://s:1");
        row("by the other scheme", {{u"https_proxy"_s, u"http://s:1"_s}, {u"http_proxy"_s, u"http://p:2"_s}}, plain, "http://p:2");
        row("capitals", {{u"HTTPS_PROXY"_s, u"http://s:1"_s}}, tls, "http://s:1");
        row("small letters first", {{u"HTTPS_PROXY"_s, u"http://s:1"_s}, {u"https_proxy"_s, u"http://t:1"_s}}, tls, "http://t:1");
        row("without scheme", {{u"http_proxy"_s, u"127.0.0.1:7890"_s}}, plain, "http://127.0.0.1:7890");
        row("for all", {{u"ALL_PROXY"_s, u"socks5h://127.0.0.1:1080"_s}}, tls, "socks5h://127.0.0.1:1080");
        row("for all, in GNOME's words", {{u"all_proxy"_s, u"socks://127.0.0.1:1080/"_s}}, plain, "socks5://127.0.0.1:1080/");
        row("the scheme's goes before", {{u"ALL_PROXY"_s, u"socks5://a:1"_s}, {u"https_proxy"_s, u"http://s:1"_s}}, tls, "http://s:1");
        row("for all goes before the other scheme's", {{u"ALL_PROXY"_s, u"socks5://a:1"_s}, {u"http_proxy"_s, u"http://s:1"_s}}, tls, "socks5://a:1");
        row("the other scheme's is better than none", {{u"http_proxy"_s, u"http://p:2"_s}}, tls, "http://p:2");
        row("not the other way round", {{u"https_proxy"_s, u"http://s:1"_s}}, plain, "");
        row("empty", {{u"https_proxy"_s, u" "_s}, {u"HTTPS_PROXY"_s, u"http://s:1"_s}}, tls, "http://s:1");
        row("none that is known", {{u"https_proxy"_s, u"https://s:1"_s}}, tls, "");

        const auto exempt = [&row](const char *name, const QString &list, const QString &url, bool direct) {
            row(name, {{u"all_proxy"_s, u"http://a:1"_s}, {u"no_proxy"_s, list}}, url, direct ? "none" : "http://a:1");
        };
        exempt("all are exempt", u"*"_s, tls, true);
        exempt("all among others", u"localhost, *"_s, tls, true);
        exempt("a host", u"localhost,api.relay.example"_s, tls, true);
        exempt("separated by blanks", u"localhost api.relay.example"_s, tls, true);
        exempt("separated by both", u"localhost ,\tapi.relay.example;x"_s, tls, true);
        exempt("a domain", u"relay.example"_s, tls, true);
        exempt("a domain with a dot", u".relay.example"_s, tls, true);
        exempt("a domain with an asterisk", u"*.relay.example"_s, tls, true);
        exempt("in capitals", u"API.Relay.EXAMPLE"_s, tls, true);
        exempt("a host with its dot", u"relay.example"_s, u"https://relay.example."_s, true);
        exempt("the end of a name", u"lay.example"_s, tls, false);
        exempt("another host", u"b.relay.example"_s, tls, false);
        exempt("a port", u"relay.example:8000"_s, plain, true);
        exempt("another port", u"relay.example:8001"_s, plain, false);
        exempt("an address", u"10.0.0.1"_s, u"http://10.0.0.1"_s, true);
        exempt("the end of an address", u"0.0.1"_s, u"http://10.0.0.1"_s, false);
        exempt("a network", u"10.0.0.0/8"_s, u"http://10.1.2.3"_s, true);
        exempt("another network", u"10.0.0.0/8"_s, u"http://11.1.2.3"_s, false);
        exempt("a network for a name", u"10.0.0.0/8"_s, tls, false);
        exempt("an address of version 6", u"[fd00::1]"_s, u"http://[fd00::1]:80"_s, true);
        exempt("with its port", u"[fd00::1]:80"_s, u"http://[fd00::1]"_s, true);
        exempt("empty entries", u", ,."_s, tls, false);
        row("in capitals, too", {{u"ALL_PROXY"_s, u"http://a:1"_s}, {u"NO_PROXY"_s, u"*"_s}}, tls, "none");
        row("exempt from nothing", {{u"no_proxy"_s, u"*"_s}}, tls, "");
    }

    void readsTheEnvironmentAsOthersDo()
    {
        QFETCH(Environment, environment);
        QFETCH(QString, url);
        QFETCH(QString, proxy);
        const auto found = environmentProxy(QUrl(url), [&environment](const char *name) { return environment.value(QString::fromLatin1(name)); });
        QCOMPARE(found.value_or(QString()), proxy);
    }
};

QTEST_GUILESS_MAIN(TestProxies)
#include "tst_proxies.moc"
