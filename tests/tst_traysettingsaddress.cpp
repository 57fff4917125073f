#include "traysupport/settingsdesk.h"

#include "ui/settings/settingedits.h"

#include <QPushButton>
#include <QSet>

#include <algorithm>

using namespace qcc;
using namespace qcc::test;

class TraySettingsAddressTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_desk = std::make_unique<SettingsDesk>();
        QVERIFY(QTest::qWaitForWindowActive(&m_desk->page));
    }

    void aHostForEveryoneWaitsForItsToken()
    {
        m_desk->type(u"Host"_s, u"0.0.0.0"_s);
        m_desk->leave();
        m_desk->shoot(u"settings-fault"_s);
        QTest::mouseClick(m_desk->named<QPushButton>(u"Generate"_s), Qt::LeftButton);
        QCOMPARE(m_desk->changes.size(), 2);
        for (const QList<QVariant> &change : std::as_const(m_desk->changes)) {
            QVERIFY(change.first().value<ConfigChange>().apply(m_desk->json));
            QVERIFY(snapshotOf(m_desk->json));
        }
        QCOMPARE(m_desk->json.value(u"listen"_s)[u"host"_s], QJsonValue(u"0.0.0.0"_s));
        QCOMPARE(m_desk->json.value(u"listen"_s)[u"access_token"_s].toString().size(), 32);
        QVERIFY(!m_desk->changes.first().first().value<ConfigChange>().done.contains(
            m_desk->json.value(u"listen"_s)[u"access_token"_s].toString()));
        QCOMPARE(m_desk->faultOf(u"Host"_s), QString());
    }

    void theTokenStaysWhileOthersReachTheProxy()
    {
        m_desk->json = jsonWith(u"listen"_s, u"access_token"_s, u"secret"_s);
        QJsonObject listen = m_desk->json.value(u"listen"_s).toObject();
        listen.insert(u"host"_s, u"0.0.0.0"_s);
        m_desk->json.insert(u"listen"_s, listen);
        m_desk->page.setConfig(snapshotOf(m_desk->json));
        m_desk->type(u"Access token"_s, u""_s);
        m_desk->leave();
        QVERIFY(m_desk->faultOf(u"Access token"_s).contains(u"Keep a token"_s));
        QCOMPARE(m_desk->changes.size(), 0);
        m_desk->type(u"Host"_s, u"127.0.0.1"_s);
        m_desk->leave();
        QCOMPARE(m_desk->changes.size(), 2);
        for (const QList<QVariant> &change : std::as_const(m_desk->changes)) {
            QVERIFY(change.first().value<ConfigChange>().apply(m_desk->json));
            QVERIFY(snapshotOf(m_desk->json));
        }
    }

    void theTokenIsHiddenUntilSomebodyWantsToSeeIt()
    {
        m_desk->page.setConfig(snapshotOf(jsonWith(u"listen"_s, u"access_token"_s, u"secret"_s)));
        auto *text = m_desk->page.findChild<TokenEdit *>()->findChild<QLineEdit *>();
        QVERIFY(!text->displayText().contains(u"secret"_s));
        QTest::mouseClick(m_desk->named<QPushButton>(u"Show"_s), Qt::LeftButton);
        QCOMPARE(text->displayText(), u"secret"_s);
    }

    void tokensAreNotAlikeAndPassEverywhere()
    {
        QSet<QString> tokens;
        for (int i = 0; i < 50; ++i) {
            const QString token = newToken();
            QVERIFY(std::ranges::all_of(
                token, [](QChar c) { return c.unicode() < 128 && (c.isLetterOrNumber() || c == u'-' || c == u'_'); }));
            tokens << token;
        }
        QCOMPARE(tokens.size(), 50);
    }

    void saysWhereTheAddressIsNotInForce_data()
    {
        QTest::addColumn<QString>("host");
        QTest::addColumn<ProxyView>("view");
        QTest::addColumn<QString>("says");
        QTest::newRow("in force") << u"127.0.0.1"_s << runningAt(u"http://127.0.0.1:7860"_s) << QString();
        QTest::newRow("another port") << u"127.0.0.1"_s << runningAt(u"http://127.0.0.1:7861"_s) << u"Port"_s;
        QTest::newRow("another host") << u"localhost"_s << runningAt(u"http://127.0.0.1:7860"_s) << u"Host"_s;
        QTest::newRow("another host and port") << u"localhost"_s << runningAt(u"http://127.0.0.1:7861"_s) << u"both"_s;
        QTest::newRow("IPv6 in force") << u"::1"_s << runningAt(u"http://[::1]:7860"_s) << QString();
        QTest::newRow("stopped") << u"127.0.0.1"_s << ProxyView() << QString();
    }
    void saysWhereTheAddressIsNotInForce()
    {
        QFETCH(QString, host);
        QFETCH(ProxyView, view);
        QFETCH(QString, says);
        m_desk->page.setConfig(snapshotOf(jsonWith(u"listen"_s, u"host"_s, host)));
        m_desk->page.setView(view);
        QCOMPARE(m_desk->fieldNamed(u"Host"_s)->notice(), says == u"Host"_s || says == u"both"_s ? notice(u"127.0.0.1"_s) : QString());
        QCOMPARE(m_desk->fieldNamed(u"Port"_s)->notice(), says == u"Port"_s || says == u"both"_s ? notice(u"7861"_s) : QString());
        // One button for both.
        const QList<QPushButton *> restarts = visibleRestarts();
        QCOMPARE(restarts.size(), says.isEmpty() ? 0 : 1);
        if (says.isEmpty())
            return;
        QSignalSpy asked(&m_desk->page, &SettingsPage::restartRequested);
        QTest::mouseClick(restarts.first(), Qt::LeftButton);
        QCOMPARE(asked.size(), 1);
        m_desk->page.setView(runningAt(u"http://%1:7860"_s.arg(host)));
        QVERIFY(visibleRestarts().isEmpty());
    }

private:
    static QString notice(const QString &inForce) { return u"Takes effect at the next start; until then it is %1."_s.arg(inForce); }

    QList<QPushButton *> visibleRestarts() const
    {
        QList<QPushButton *> found;
        for (QPushButton *button : m_desk->page.findChildren<QPushButton *>()) {
            if (button->isVisible() && button->text().remove(u'&') == u"Restart the proxy"_s)
                found << button;
        }
        return found;
    }

    std::unique_ptr<SettingsDesk> m_desk;
};

QTEST_MAIN(TraySettingsAddressTest)
#include "tst_traysettingsaddress.moc"
