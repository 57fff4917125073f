#include "core/config/addresses.h"
#include "core/config/vendors.h"

#include <QTest>
#include <QUrl>

using namespace qcc;
using namespace Qt::StringLiterals;

class TestVendors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// What a client asks of qcc arrives where the vendor says it has to: the table's one reason to be right.
    void leadsWhereTheVendorSays_data()
    {
        QTest::addColumn<QString>("baseUrl");
        QTest::addColumn<QByteArray>("asked");
        QTest::addColumn<QString>("documented");
        for (const VendorPreset &vendor : vendors()) {
            for (const VendorCall &call : vendorCalls) {
                if ((vendor.*call.url).isEmpty())
                    continue;
                QTest::newRow(qPrintable(vendor.name + ", "_L1 + call.word))
                    << vendorBaseUrl(vendor, u"mine"_s) << call.target.toByteArray() << QString(vendor.*call.url).replace(vendorResource, "mine"_L1);
            }
        }
    }

    void leadsWhereTheVendorSays()
    {
        QFETCH(QString, baseUrl);
        QFETCH(QByteArray, asked);
        const QUrl base(baseUrl);
        const QByteArray joined = joinedTarget(base.path().toUtf8(), asked);
        QTEST(base.scheme() + "://"_L1 + base.host() + QString::fromUtf8(joined), "documented");
    }

    void isGoodAsItStands_data()
    {
        QTest::addColumn<QString>("name");
        for (const VendorPreset &vendor : vendors())
            QTest::newRow(vendor.name.data()) << QString(vendor.name);
    }

    void isGoodAsItStands()
    {
        QFETCH(QString, name);
        const VendorPreset *vendor = vendorNamed(name);
        QVERIFY(vendor);
        const QString baseUrl = vendorBaseUrl(*vendor, u"mine"_s);
        QCOMPARE(baseUrlFault(baseUrl), QString());
        // Neither command nor window has anything to remark on it.
        QCOMPARE(baseUrlAdvice(trimmedBaseUrl(baseUrl)), QString());
        QVERIFY(baseUrl.startsWith("https://"_L1));
        QCOMPARE(QString::fromUtf8(trimmedBaseUrl(baseUrl)), baseUrl);
        QVERIFY(!baseUrl.contains(u'{'));
        QVERIFY(!vendor->title.isEmpty());
        QVERIFY(!vendorSpeaks(*vendor).isEmpty());
        // Whoever adds a row names the page; it is the vendor's, not somebody's who tells of it.
        const QUrl source(vendor->source);
        QVERIFY(source.isValid() && source.scheme() == "https"_L1 && !source.host().isEmpty());
        for (const VendorPreset &other : vendors()) {
            if (&other == vendor)
                continue;
            QVERIFY(other.title != vendor->title);
            QVERIFY(other.baseUrl != vendor->baseUrl);
        }
    }

    void namesAreWordsAndLeadToOneEach()
    {
        QStringList names = vendorNames();
        QVERIFY(names.size() >= qsizetype(vendors().size()));
        for (const QString &name : names) {
            QVERIFY2(vendorNamed(name), qPrintable(name));
            QCOMPARE(name, name.toLower());
            QVERIFY(!name.contains(u' '));
        }
        QCOMPARE(names.removeDuplicates(), 0);
        QCOMPARE(vendorNamed(u"kimi"), vendorNamed(u"moonshot"));
    }

    void knowsNoOther_data()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("none") << QString();
        QTest::newRow("empty") << u""_s;
        QTest::newRow("a title") << u"DeepSeek"_s;
        QTest::newRow("part of one") << u"deep"_s;
        QTest::newRow("with a blank") << u"openai "_s;
    }

    void knowsNoOther()
    {
        QFETCH(QString, name);
        QCOMPARE(vendorNamed(name), static_cast<const VendorPreset *>(nullptr));
    }

    void aResourceIsALabelOfAHost_data()
    {
        QTest::addColumn<QString>("resource");
        QTest::addColumn<bool>("good");
        QTest::newRow("a name") << u"my-resource2"_s << true;
        QTest::newRow("the longest") << QString(63, u'a') << true;
        QTest::newRow("longer") << QString(64, u'a') << false;
        QTest::newRow("none") << QString() << false;
        QTest::newRow("a host") << u"me.openai.azure.com"_s << false;
        QTest::newRow("a URL") << u"https://me.openai.azure.com"_s << false;
        QTest::newRow("another host behind it") << u"evil.example/x?"_s << false;
        QTest::newRow("a user") << u"me@evil"_s << false;
        QTest::newRow("a blank") << u"my resource"_s << false;
        QTest::newRow("a line") << u"me\nyou"_s << false;
        QTest::newRow("another script") << u"méine"_s << false;
        QTest::newRow("a hyphen first") << u"-me"_s << false;
        QTest::newRow("a hyphen last") << u"me-"_s << false;
    }

    void aResourceIsALabelOfAHost()
    {
        QFETCH(QString, resource);
        QTEST(vendorResourceFault(resource).isEmpty(), "good");
    }

    void putsTheResourceWhereItBelongs()
    {
        QCOMPARE(vendorBaseUrl(*vendorNamed(u"azure"), u"me"_s), u"https://me.openai.azure.com/openai"_s);
        QCOMPARE(vendorNamed(u"azure")->asksForResource(), true);
        QCOMPARE(vendorNamed(u"azure")->auth, AuthStyle::ApiKey);
        QCOMPARE(vendorNamed(u"openai")->asksForResource(), false);
        QCOMPARE(vendorBaseUrl(*vendorNamed(u"openai"), u"me"_s), u"https://api.openai.com"_s);
    }

    void knowsAVendorsAddress_data()
    {
        QTest::addColumn<QString>("vendor");
        QTest::addColumn<QString>("baseUrl");
        QTest::addColumn<bool>("isIts");
        QTest::newRow("the whole") << u"deepseek"_s << u"https://api.deepseek.com/anthropic"_s << true;
        QTest::newRow("another one of it") << u"deepseek"_s << u"https://api.deepseek.com"_s << false;
        QTest::newRow("more") << u"openai"_s << u"https://api.openai.com/v1"_s << false;
        QTest::newRow("nothing") << u"openai"_s << QString() << false;
        QTest::newRow("a customer's") << u"azure"_s << u"https://mine.openai.azure.com/openai"_s << true;
        QTest::newRow("nobody's") << u"azure"_s << u"https://.openai.azure.com/openai"_s << false;
        QTest::newRow("the form alone") << u"azure"_s << u"https://{resource}.openai.azure.com/openai"_s << false;
        QTest::newRow("another host before it") << u"azure"_s << u"https://evil.example/.openai.azure.com/openai"_s << false;
        QTest::newRow("another path") << u"azure"_s << u"https://mine.openai.azure.com/"_s << false;
    }

    void knowsAVendorsAddress()
    {
        QFETCH(QString, vendor);
        QFETCH(QString, baseUrl);
        QTEST(isVendorsBaseUrl(*vendorNamed(vendor), baseUrl), "isIts");
    }

    void saysWhatIsSpoken()
    {
        QCOMPARE(vendorSpeaks(*vendorNamed(u"openrouter")), u"Anthropic Messages, OpenAI Responses, OpenAI Chat"_s);
        QCOMPARE(vendorSpeaks(*vendorNamed(u"gemini")), u"Gemini"_s);
    }
};

QTEST_GUILESS_MAIN(TestVendors)
#include "tst_vendors.moc"
