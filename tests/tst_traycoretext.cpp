#include "app/tray/endpointtester.h"
#include "core/config/configedit.h"
#include "core/health/endpointprobe.h"
#include "core/upstream/connectproblem.h"
#include "tests/traysupport/coreliterals.h"
#include "ui/model/coretext.h"

#include <QDirIterator>
#include <QElapsedTimer>
#include <QFile>
#include <QRegularExpression>
#include <QScopeGuard>
#include <QTest>
#include <QTranslator>

using namespace qcc;
using namespace Qt::StringLiterals;

namespace {

/// Translates every sentence of core: what stays as it was, nobody looked up.
class Marker : public QTranslator
{
public:
    QString translate(const char *context, const char *text, const char *, int) const override
    {
        return qstrcmp(context, "ProbeText") == 0 ? u"\u8bd1<%1>"_s.arg(QString::fromUtf8(text)) : QString();
    }
    bool isEmpty() const override { return false; }
};

} // namespace

/// What core says of endpoints, keys and edits, as the screens say it.
class TrayCoreTextTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatCoreSaysIsInTheUsersLanguage_data()
    {
        QTest::addColumn<QString>("said");
        QTest::addColumn<QString>("shown");
        const auto row = [](const char *said, const QString &shown) { QTest::newRow(said) << QString::fromUtf8(said) << shown; };
        row("the connection was refused", u"\u8bd1<the connection was refused>"_s);
        row("this computer has no network", u"\u8bd1<this computer has no network>"_s);
        row("the key was refused (HTTP 401)", u"\u8bd1<the key was refused (HTTP 401)>"_s);
        row("HTTP 529: overloaded_error: try in 5 s", u"\u8bd1<HTTP 529>: overloaded_error: try in 5 s"_s);
        row("HTTP 529 (overloaded_error: Overloaded)", u"\u8bd1<HTTP 529>\u0020(overloaded_error: Overloaded)"_s);
        row("no connection within 10 s (tried 10.0.0.4, 10.0.0.5)", u"\u8bd1<no connection within 10 s (tried 10.0.0.4, 10.0.0.5)>"_s);
        row("no TLS connection: the certificate of a.example expired on 2026-01-02; check this computer's clock, else only the endpoint's operator can renew it",
            u"\u8bd1<no TLS connection>: \u8bd1<the certificate of a.example expired on 2026-01-02; check this computer's clock, else only the endpoint's operator can renew it>"_s);
        row("no way through the proxy: the proxy http://10.0.0.1:8080 refused the connection: nothing listens there",
            u"\u8bd1<no way through the proxy>: \u8bd1<the proxy http://10.0.0.1:8080 refused the connection: nothing listens there>"_s);
        row("its key cannot be decrypted: the master key in the keychain is damaged. Set the key anew.",
            u"\u8bd1<its key cannot be decrypted: \u8bd1<the master key in the keychain is damaged>. Set the key anew.>"_s);
        row("There is a cluster \"100% of %1\" already.", u"\u8bd1<There is a cluster \"100% of %1\" already.>"_s);
        row("something new 7", u"something new 7"_s);
    }
    /// Once the key's fault, the last error of a row and a refused edit stood there in English, whatever the language.
    void whatCoreSaysIsInTheUsersLanguage()
    {
        Marker marker;
        QVERIFY(QCoreApplication::installTranslator(&marker));
        QFETCH(QString, said);
        QTEST(inUsersLanguage(said), "shown");
        QCoreApplication::removeTranslator(&marker);
        QCOMPARE(inUsersLanguage(said), said);
    }

    void aSideOfASentenceIsKnown_data()
    {
        QTest::addColumn<QString>("side");
        QTest::addColumn<QString>("shown");
        QTest::newRow("matter") << u"the certificate is for b.example, not for a.example"_s << u"证书属于 b.example，而不是 a.example"_s;
        QTest::newRow("step") << u"Check host and port."_s << u"请检查主机和端口。"_s;
        QTest::newRow("names") << u"relay-a: the connection was refused; relay-b: HTTP 529 (overloaded_error: wait)"_s
                               << u"relay-a: 连接被拒绝; relay-b: HTTP 529 (overloaded_error: wait)"_s;
        QTest::newRow("two sentences") << u"/f cannot be read: denied. Check its permissions."_s << u"无法读取 /f：denied。请检查它的权限。"_s;
        QTest::newRow("somebody else's") << u"No such file or directory"_s << u"No such file or directory"_s;
    }
    void aSideOfASentenceIsKnown()
    {
        QTranslator chinese;
        QVERIFY(chinese.load(u":/i18n/qcc_zh_CN.qm"_s));
        QFETCH(QString, side);
        QCOMPARE(inUsersLanguage(side), side);
        QCoreApplication::installTranslator(&chinese);
        const auto remove = qScopeGuard([&chinese] { QCoreApplication::removeTranslator(&chinese); });
        QTEST(inUsersLanguage(side), "shown");
    }

    /// An upstream's words reach the screens, too, in each of which they are looked at several times a second.
    void wordsOfOthersCostLittleHoweverTheyAreMade_data()
    {
        QTest::addColumn<QString>("words");
        QTest::newRow("sentences") << u"a: b. "_s.repeated(600);
        QTest::newRow("colons") << u"a: "_s.repeated(1'300);
        QTest::newRow("names") << u"a: b; "_s.repeated(600);
        QTest::newRow("brackets") << u"a (pid "_s.repeated(500);
        QTest::newRow("known ones") << u"HTTP 500: "_s.repeated(390);
        QTest::newRow("long") << u"HTTP 500: "_s.repeated(100'000);
    }
    void wordsOfOthersCostLittleHoweverTheyAreMade()
    {
        QFETCH(QString, words);
        inUsersLanguage(words); // The table is made once.
        QElapsedTimer clock;
        clock.start();
        for (int i = 0; i < 10; ++i)
            inUsersLanguage(words);
        qInfo() << "took" << static_cast<double>(clock.nsecsElapsed()) / 1e7 << "ms each";
        QVERIFY(clock.elapsed() < 1'000);
    }

    void everythingThatTestsAndEditsFindWrongIsKnown()
    {
        Marker marker;
        QVERIFY(QCoreApplication::installTranslator(&marker));
        QStringList said;
        for (const UpstreamFault fault : EnumTable<UpstreamFault>::values) {
            if (fault != UpstreamFault::None && fault != UpstreamFault::LeadsBack) // That has its words from elsewhere.
                said << verdictOn(fault, Phase::Queue, {}).error << verdictOn(fault, Phase::Headers, {}).error;
        }
        for (const Phase phase : EnumTable<Phase>::values)
            said << verdictOnSilence(phase, std::chrono::milliseconds(2500)).error;
        for (const int status : {401, 403, 500, 529})
            said << verdictOn(status, ApiError()).error;
        UpstreamAddress address;
        address.host = u"relay.example"_s;
        address.port = 443;
        for (const QString &user : {QString(), u"me"_s}) {
            address.proxy = QNetworkProxy(QNetworkProxy::HttpProxy, u"10.0.0.1"_s, 8080, user, u"secret"_s);
            for (const auto error : {QAbstractSocket::ProxyAuthenticationRequiredError, QAbstractSocket::ProxyConnectionRefusedError, QAbstractSocket::ProxyNotFoundError,
                                     QAbstractSocket::ProxyConnectionTimeoutError, QAbstractSocket::ProxyConnectionClosedError, QAbstractSocket::SocketAccessError,
                                     QAbstractSocket::HostNotFoundError, QAbstractSocket::ConnectionRefusedError, QAbstractSocket::ProxyProtocolError,
                                     QAbstractSocket::UnknownSocketError})
                said << proxyProblem(error, address, u"words of Qt"_s);
        }
        for (const QString &text : {QString(), u"wrong version number"_s, u"unrecognized name"_s, u"certificate required"_s, u"handshake failure"_s, u"something"_s})
            said << handshakeProblem(text, u"relay.example"_s, 443);
        for (const Failure &failure : {noCluster(u"c"_s), noEndpoint(u"c"_s, u"e"_s), clusterNeedsName(), clusterNameTaken(u"c"_s), endpointNameTaken(u"c"_s, u"e"_s)})
            said << failure.message;
        QVERIFY(said.size() > 60);
        QStringList unknown;
        for (const QString &each : std::as_const(said)) {
            if (!inUsersLanguage(each).startsWith(u"\u8bd1<"_s))
                unknown << each;
        }
        QCoreApplication::removeTranslator(&marker);
        QCOMPARE(unknown.join(u'\n'), QString());
    }

    void aRefusedEditIsSaidInTheUsersLanguage()
    {
        const Failure refused = clusterNameTaken(u"work"_s);
        QCOMPARE(failureText(refused), u"There is a cluster \"work\" already. Choose another name, or add endpoints to it."_s);
        Marker marker;
        QVERIFY(QCoreApplication::installTranslator(&marker));
        QCOMPARE(failureText(refused), u"\u8bd1<There is a cluster \"work\" already.>. \u8bd1<Choose another name, or add endpoints to it.>"_s);
        QCoreApplication::removeTranslator(&marker);
    }

    void everySentenceThatIsKnownIsOneOfTheCore()
    {
        const QString core = test::literalsOfTheCore();
        QVERIFY(core.size() > 100'000);
        static const QRegularExpression gap(u"%[1-9]|\\("_s); // What stands in brackets may be added by another line.
        QStringList gone;
        for (const QString &each : knownCoreTexts()) {
            for (const QString &piece : each.split(gap)) {
                if (!core.contains(piece.trimmed()))
                    gone << piece;
            }
        }
        QCOMPARE(gone.join(u'\n'), QString());
    }
};

QTEST_MAIN(TrayCoreTextTest)
#include "tst_traycoretext.moc"
