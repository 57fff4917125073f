#include "core/config/addresses.h"

#include <QTest>

using namespace qcc;

class TestBasePath : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void saysOnceWhatBothSay_data()
    {
        QTest::addColumn<QByteArray>("base");
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<QByteArray>("joined");
        const auto row = [](const char *base, const char *target, const char *joined) {
            QTest::addRow("%s + %s", base, target) << QByteArray(base) << QByteArray(target) << QByteArray(joined);
        };
        // Nothing that both say.
        row("", "/v1/messages?beta=true", "/v1/messages?beta=true");
        row("/api", "/v1/messages?beta=true", "/api/v1/messages?beta=true");
        row("/api/anthropic", "/v1/messages", "/api/anthropic/v1/messages");
        row("/openai", "/v1/responses", "/openai/v1/responses");
        row("/apiv1", "/v1/messages", "/apiv1/v1/messages");
        row("/v1x", "/v1/messages", "/v1x/v1/messages");
        row("/very", "/v1/messages", "/very/v1/messages");
        row("/api", "/api/hello", "/api/api/hello");
        row("/b%20c", "//x", "/b%20c//x");

        // A version.
        row("/v1", "/v1/messages?beta=true", "/v1/messages?beta=true");
        row("/V1", "/v1/messages", "/V1/messages");
        row("/api/v1", "/v1/messages/count_tokens", "/api/v1/messages/count_tokens");
        row("/v1", "/v1/models?limit=1000", "/v1/models?limit=1000");
        row("/v1", "/v1", "/v1");
        row("/v1", "/v1?x=/v1/", "/v1?x=/v1/");
        row("/v1", "/", "/v1/");
        row("/v1", "/models", "/v1/models");
        row("/v1", "/v1x/models", "/v1/v1x/models");
        row("/v1", "/api/hello", "/v1/api/hello");
        row("/v1", "/v1/v1/x", "/v1/v1/x");
        row("/api/paas/v4", "/v1/chat/completions", "/api/paas/v4/chat/completions");
        row("/api/coding/paas/v4", "/v1/models", "/api/coding/paas/v4/models");
        row("/api/v3", "/v1/responses", "/api/v3/responses");
        row("/v1beta", "/v1beta/models/gemini-pro:streamGenerateContent?alt=sse", "/v1beta/models/gemini-pro:streamGenerateContent?alt=sse");
        row("/gemini/v1beta", "/v1beta/models", "/gemini/v1beta/models");
        row("/v1alpha", "/v1beta/models/m:generateContent", "/v1alpha/models/m:generateContent");
        row("/v1beta/openai", "/v1/chat/completions", "/v1beta/openai/chat/completions");
        row("/v1/openai", "/v1/chat/completions", "/v1/openai/chat/completions");
        row("/v1/account/gateway/openai", "/v1/chat/completions", "/v1/account/gateway/openai/chat/completions");
        row("/client/v4/accounts/a/ai/v1", "/v1/chat/completions", "/client/v4/accounts/a/ai/v1/chat/completions");
        row("/v1.1", "/v1/messages", "/v1.1/messages");

        // An API's whole path.
        row("/api/v1/chat/completions", "/v1/chat/completions", "/api/v1/chat/completions");
        row("/api/v1/chat/completions", "/v1/models?limit=1", "/api/v1/models?limit=1");
        row("/api/paas/v4/chat/completions", "/v1/chat/completions", "/api/paas/v4/chat/completions");
        row("/chat/completions", "/v1/chat/completions", "/chat/completions");
        row("/chat/completions", "/v1/models", "/models");
        row("/chat/completions", "/", "/");
        row("/v1/messages", "/v1/messages?beta=true", "/v1/messages?beta=true");
        row("/v1/messages", "/v1/messages/count_tokens?beta=true", "/v1/messages/count_tokens?beta=true");
        row("/v1/messages/count_tokens", "/v1/messages", "/v1/messages");
        row("/api/messages", "/v1/messages", "/api/messages");
        row("/v1/responses", "/v1/responses", "/v1/responses");
        row("/v1/responses", "/responses", "/v1/responses");
        row("/v1/models", "/v1/models", "/v1/models");
        row("/models", "/v1/chat/completions", "/models/v1/chat/completions");
        row("/v1beta/models/gemini-pro:generateContent", "/v1beta/models/gemini-flash:generateContent", "/v1beta/models/gemini-flash:generateContent");

        // More than one can know.
        row("/v1/proxy", "/v1/messages", "/v1/proxy/v1/messages");
    }

    void saysOnceWhatBothSay()
    {
        QFETCH(QByteArray, base);
        QFETCH(QByteArray, target);
        QTEST(joinedTarget(base, target), "joined");
    }

    void doubtsOnlyWhatItCannotJoin_data()
    {
        QTest::addColumn<QByteArray>("url");
        QTest::addColumn<QString>("doubt");
        const auto row = [](const char *url, const char *doubt) { QTest::newRow(url) << QByteArray(url) << QString::fromLatin1(doubt); };
        for (const char *url : {"https://a", "https://a/api", "https://a/v1", "https://v1", "https://v1.example/api", "https://a/api/paas/v4/",
                                "https://a/v1/chat/completions", "https://a/v1beta/openai", "https://a/v1/v2"})
            row(url, "");
        row("https://a/\u200bapi", "holds characters that cannot be seen (copied along with it?)");
        row("https://a/v1/proxy", "names v1 in its midst, and requests name a version behind it: they go to /v1/proxy/v1/messages");
        row("https://a/v1/chat", "names v1 in its midst, and requests name a version behind it: they go to /v1/chat/v1/messages");
        row("https://a/x/v1beta/y/z/", "names v1beta in its midst, and requests name a version behind it: they go to /x/v1beta/y/z/v1/messages");
    }

    void doubtsOnlyWhatItCannotJoin()
    {
        QFETCH(QByteArray, url);
        QTEST(baseUrlDoubt(url), "doubt");
    }

    void advisesToLeaveOutWhatRequestsSay_data()
    {
        QTest::addColumn<QByteArray>("url");
        QTest::addColumn<QByteArray>("end");
        const auto row = [](const char *url, const char *end) { QTest::newRow(url) << QByteArray(url) << QByteArray(end); };
        row("https://a/v1", "/v1");
        row("https://a/api/v1/", "/v1");
        row("https://a/v1/messages", "/v1/messages");
        row("https://a/api/v1/chat/completions", "/v1/chat/completions");
        for (const char *url : {"https://a", "https://v1", "https://a/apiv1", "https://a/paas/v4", "https://a/v1beta", "https://a/v1/openai", "https://a/v1/chat"})
            row(url, "");
    }

    void advisesToLeaveOutWhatRequestsSay()
    {
        QFETCH(QByteArray, url);
        QFETCH(QByteArray, end);
        QCOMPARE(needlessEnd(url), end);
        QVERIFY(end.isEmpty() || baseUrlAdvice(url).contains(QString::fromLatin1(end)));
        QVERIFY(end.isEmpty() || baseUrlDoubt(url).isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestBasePath)
#include "tst_basepath.moc"
