#include "core/config/vendors.h"
#include "tests/cli/program.h"

#include <QFile>
#include <QJsonArray>
#include <QTest>

using namespace Qt::StringLiterals;

namespace {

constexpr auto kKey = "sk-secret-0123456789abcdef"_L1;

/// "endpoint add work `words` --api-key …"
Ended add(const Program &qcc, const QString &words)
{
    return qcc.run(QStringList{u"endpoint"_s, u"add"_s, u"work"_s} + words.split(u' ') + QStringList{u"--api-key"_s, kKey});
}

QJsonArray endpoints(const Program &qcc)
{
    return qcc.run("endpoint list work --json").json().value("endpoints"_L1).toArray();
}

} // namespace

class TestCliVendors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyVendorMakesAnEndpoint();
    void whatIsSaidGoesBeforeThePreset_data();
    void whatIsSaidGoesBeforeThePreset();
    void aSecondOneGetsANumber();
    void aNameOfOnesOwnThatIsTakenIsRefused();
    void saysWhatItFilledIn();
    void saysNothingOfAnAddressOfOnesOwn();
    void refuses_data();
    void refuses();
    void listsThem();
    void listsThemForScripts();
};

void TestCliVendors::everyVendorMakesAnEndpoint()
{
    const Program qcc;
    for (const qcc::VendorPreset &vendor : qcc::vendors()) {
        const Ended ended = add(qcc, u"--vendor "_s + vendor.name + (vendor.asksForResource() ? u" --resource mine"_s : QString()));
        QCOMPARE(ended.err, QString());
        QCOMPARE(ended.exit, 0);
        QVERIFY(!ended.out.contains(kKey));
    }
    const QJsonArray added = endpoints(qcc);
    QCOMPARE(added.size(), qsizetype(qcc::vendors().size()));
    qsizetype at = 0;
    for (const qcc::VendorPreset &vendor : qcc::vendors()) {
        const QJsonObject endpoint = added.at(at++).toObject();
        QCOMPARE(endpoint.value("name"_L1).toString(), QString(vendor.name));
        QCOMPARE(endpoint.value("base_url"_L1).toString(), vendorBaseUrl(vendor, u"mine"_s));
        QCOMPARE(endpoint.value("auth"_L1).toString(), toWord(vendor.auth));
        QVERIFY(!endpoint.value("api_key"_L1).toString().isEmpty());
    }
}

void TestCliVendors::whatIsSaidGoesBeforeThePreset_data()
{
    QTest::addColumn<QString>("words");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("baseUrl");
    QTest::addColumn<QString>("auth");
    const auto row = [](const char *words, const char *name, const char *baseUrl, const char *auth) {
        QTest::newRow(words) << QString::fromLatin1(words) << QString::fromLatin1(name) << QString::fromLatin1(baseUrl) << QString::fromLatin1(auth);
    };
    row("--vendor deepseek", "deepseek", "https://api.deepseek.com/anthropic", "x-api-key");
    row("--vendor kimi", "moonshot", "https://api.moonshot.ai/anthropic", "bearer");
    row("--vendor deepseek --name mine", "mine", "https://api.deepseek.com/anthropic", "x-api-key");
    row("--vendor deepseek --auth bearer", "deepseek", "https://api.deepseek.com/anthropic", "bearer");
    row("--vendor deepseek --auth auto", "deepseek", "https://api.deepseek.com/anthropic", "auto");
    row("--vendor deepseek --base-url https://relay.example/deepseek", "deepseek", "https://relay.example/deepseek", "x-api-key");
    row("--vendor azure --resource mine", "azure", "https://mine.openai.azure.com/openai", "api-key");
    row("--vendor azure --base-url https://mine.example/openai", "azure", "https://mine.example/openai", "api-key");
    row("--vendor=azure-anthropic --resource=mine", "azure-anthropic", "https://mine.services.ai.azure.com/anthropic", "api-key");
}

void TestCliVendors::whatIsSaidGoesBeforeThePreset()
{
    const Program qcc;
    QFETCH(QString, words);
    const Ended ended = add(qcc, words);
    QCOMPARE(ended.err, QString());
    QCOMPARE(ended.exit, 0);
    const QJsonArray added = endpoints(qcc);
    QCOMPARE(added.size(), 1);
    QTEST(added[0]["name"_L1].toString(), "name");
    QTEST(added[0]["base_url"_L1].toString(), "baseUrl");
    QTEST(added[0]["auth"_L1].toString(), "auth");
}

void TestCliVendors::aSecondOneGetsANumber()
{
    const Program qcc;
    for (int i = 0; i < 3; ++i)
        QCOMPARE(add(qcc, u"--vendor openai"_s).exit, 0);
    const QJsonArray added = endpoints(qcc);
    QCOMPARE(added.size(), 3);
    QCOMPARE(added[1]["name"_L1].toString(), u"openai-2"_s);
    QCOMPARE(added[2]["name"_L1].toString(), u"openai-3"_s);
}

void TestCliVendors::aNameOfOnesOwnThatIsTakenIsRefused()
{
    const Program qcc;
    QCOMPARE(add(qcc, u"--vendor openai --name mine"_s).exit, 0);
    const Ended ended = add(qcc, u"--vendor openai --name mine"_s);
    QCOMPARE(ended.exit, 1);
    QVERIFY(ended.err.contains("mine"_L1));
    QCOMPARE(endpoints(qcc).size(), 1);
}

void TestCliVendors::saysWhatItFilledIn()
{
    const Program qcc;
    const QString out = add(qcc, u"--vendor openrouter"_s).out;
    QVERIFY2(out.contains("It is asked at https://openrouter.ai/api, its key goes as bearer, and it speaks Anthropic Messages, OpenAI Responses, OpenAI Chat."_L1),
             qPrintable(out));
}

void TestCliVendors::saysNothingOfAnAddressOfOnesOwn()
{
    const Program qcc;
    QVERIFY(!add(qcc, u"--vendor openrouter --base-url https://relay.example"_s).out.contains("speaks"_L1));
}

void TestCliVendors::refuses_data()
{
    QTest::addColumn<QString>("words");
    QTest::addColumn<QString>("error");
    QTest::addColumn<QString>("hint");
    const auto row = [](const char *words, const char *error, const char *hint) {
        QTest::newRow(words) << QString::fromLatin1(words) << QString::fromLatin1(error) << QString::fromLatin1(hint);
    };
    row("--vendor antropic", "--vendor must be one of anthropic, ", "Did you mean \"anthropic\"?");
    row("--vendor xyzzyx", "--vendor must be one of anthropic, ", "See `qcc help endpoint add`.");
    row("--vendor openai --vendor groq", "given twice", "qcc help");
    row("--vendor azure", "`qcc endpoint add --vendor azure` needs --resource.", "the NAME in https://NAME.openai.azure.com/openai");
    row("--vendor azure --resource https://mine.openai.azure.com/", "--resource must be the name alone", "the NAME in https://NAME.openai.azure.com/openai");
    row("--vendor azure --resource evil.example/x", "--resource must be the name alone", "NAME");
    row("--vendor openai --resource mine", "here nothing asks for it", "qcc endpoint vendors");
    row("--base-url https://relay.example --resource mine", "here nothing asks for it", "qcc endpoint vendors");
    row("--vendor azure --resource mine --base-url https://relay.example", "here nothing asks for it", "qcc endpoint vendors");
    row("--vendor openai --base-url ftp://x", "--base-url must be an http:// or https:// URL", "qcc help");
}

void TestCliVendors::refuses()
{
    const Program qcc;
    QFETCH(QString, words);
    const Ended ended = add(qcc, words);
    QCOMPARE(ended.exit, 2);
    QCOMPARE(ended.out, QString());
    QFETCH(QString, error);
    QFETCH(QString, hint);
    const QStringList lines = ended.err.split(u'\n', Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), 2);
    QVERIFY2(lines.at(0).startsWith("error: "_L1) && lines.at(0).contains(error), qPrintable(ended.err));
    QVERIFY2(lines.at(1).startsWith("hint: "_L1) && lines.at(1).contains(hint), qPrintable(ended.err));
    QVERIFY(!ended.err.contains(kKey));
    QVERIFY(!QFile::exists(qcc.file(u"config.json"_s)));
}

void TestCliVendors::listsThem()
{
    const Program qcc;
    const Ended ended = qcc.run("endpoint vendors");
    QCOMPARE(ended.exit, 0);
    const QStringList lines = ended.out.split(u'\n', Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), qsizetype(qcc::vendors().size()) + 1);
    QVERIFY(lines.first().startsWith("NAME "_L1));
    for (const qcc::VendorPreset &vendor : qcc::vendors())
        QVERIFY2(ended.out.contains(vendor.baseUrl), vendor.name.data());
    QVERIFY(!QFile::exists(qcc.file(u"config.json"_s)));
}

void TestCliVendors::listsThemForScripts()
{
    const Program qcc;
    const QJsonArray json = qcc.run("endpoint vendors --json").json().value("vendors"_L1).toArray();
    QCOMPARE(json.size(), qsizetype(qcc::vendors().size()));
    for (const QJsonValue &each : json) {
        const qcc::VendorPreset *vendor = qcc::vendorNamed(each["name"_L1].toString());
        QVERIFY(vendor);
        QCOMPARE(each["base_url"_L1].toString(), QString(vendor->baseUrl));
        QCOMPARE(each["auth"_L1].toString(), toWord(vendor->auth));
        QVERIFY(each["source"_L1].toString().startsWith("https://"_L1));
        QVERIFY(!each["speaks"_L1].toArray().isEmpty());
        QVERIFY(each["also_name"_L1].isNull() || qcc::vendorNamed(each["also_name"_L1].toString()) == vendor);
    }
    QCOMPARE(json[0]["speaks"_L1].toArray(), QJsonArray{u"messages"_s});
}

QTEST_GUILESS_MAIN(TestCliVendors)
#include "tst_clivendors.moc"
