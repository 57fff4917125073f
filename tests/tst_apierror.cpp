#include "core/api/apierror.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace qcc;

class TestApiError : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsTheWordsOfEveryApi_data();
    void readsTheWordsOfEveryApi();
    void knowsASpentQuota_data();
    void knowsASpentQuota();
    void doesNotMistakeOtherErrorsForASpentQuota_data();
    void doesNotMistakeOtherErrorsForASpentQuota();
    void readsTheRetryDelay_data();
    void readsTheRetryDelay();
    void theMessageIsOneShortLine_data();
    void theMessageIsOneShortLine();
    void survivesEveryCutOfABody_data();
    void survivesEveryCutOfABody();
    void survivesLargeAndDeepBodies_data();
    void survivesLargeAndDeepBodies();
};

namespace {

// Below the class, and with slashes as escapes: moc stumbles over raw strings, and loses the class behind them.

const QByteArray geminiPerMinute = R"({
  "error": {
    "code": 429,
    "message": "You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: https:\/\/ai.google.dev/gemini-api/docs/rate-limits.",
    "status": "RESOURCE_EXHAUSTED",
    "details": [
      {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [{"quotaId": "GenerateContentInputTokensPerModelPerMinute-FreeTier", "quotaValue": "250000"}]},
      {"@type": "type.googleapis.com/google.rpc.Help", "links": [{"description": "Learn more about Gemini API quotas"}]},
      {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "34s"}
    ]
  }
})";
const QByteArray geminiThroughRelay = R"({"error":{"message":"You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: https:\/\/ai.google.dev/gemini-api/docs/rate-limits.","type":"new_api_error","code":429}})";
const QByteArray geminiPrepaid = R"({"error":{"code":429,"message":"Your prepayment credits are depleted. Please go to AI Studio at https:\/\/ai.studio/projects to manage your project and billing.","status":"RESOURCE_EXHAUSTED"}})";
const QByteArray geminiInGemini = R"({"error":{"message":"{\n  \"error\": {\n    \"code\": 429,\n    \"message\": \"Resource has been exhausted (e.g. check quota).\",\n    \"status\": \"RESOURCE_EXHAUSTED\"\n  }\n}\n","code":429,"status":"Too Many Requests"}})";
const QByteArray openRouterCredits = R"({"error":{"message":"Insufficient credits. Add more using https:\/\/openrouter.ai/settings/credits","code":402,"metadata":{"limit_source":"openrouter_credits"}}})";
const QByteArray openRouterMaxTokens = R"({"error":{"message":"This request requires more credits, or fewer max_tokens. You requested up to 16384 tokens, but can only afford 3919. To increase, visit https:\/\/openrouter.ai/settings/credits","code":402,"metadata":{"provider_name":null}},"user_id":"user_"})";
const QByteArray openRouterProvider = R"({"error":{"message":"Provider returned error","code":429,"metadata":{"raw":"{\"error\":{\"message\":\"Your account is suspended due to insufficient balance\",\"type\":\"exceeded_current_quota_error\"}}","provider_name":"Moonshot AI"}}})";
const QByteArray openAiQuota = R"({"error":{"message":"You exceeded your current quota, please check your plan and billing details. For more information on this error, read the docs: https:\/\/platform.openai.com/docs/guides/error-codes/api-errors.","type":"insufficient_quota","param":null,"code":"insufficient_quota"}})";
const QByteArray openAiRate = R"({"error":{"message":"Rate limit reached for gpt-4o in organization org-x on tokens per min (TPM): Limit 30000, Used 29000. You can increase your rate limit by adding a payment method at https:\/\/platform.openai.com/account/billing.","type":"tokens","param":null,"code":"rate_limit_exceeded"}})";
const QByteArray dashScope = R"({"error":{"code":"Arrearage","param":null,"message":"Access denied, please make sure your account is in good standing. For details, see: https:\/\/help.aliyun.com/zh/model-studio/error-code#overdue-payment","type":"Arrearage"},"request_id":"1"})";

QByteArray anthropic(const QByteArray &type, const QByteArray &message)
{
    return R"({"type":"error","error":{"type":")" + type + R"(","message":")" + message + R"("},"request_id":"req_1"})";
}

} // namespace

void TestApiError::readsTheWordsOfEveryApi_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("message");
    const auto row = [](const char *name, const QByteArray &body, const QString &type, const QString &code, const QString &message) {
        QTest::newRow(name) << body << type << code << message;
    };
    row("anthropic", anthropic("overloaded_error", "Overloaded"), u"overloaded_error"_s, {}, u"Overloaded"_s);
    row("openai", R"({"error":{"message":"Bad key","type":"invalid_request_error","param":null,"code":"invalid_api_key"}})",
        u"invalid_request_error"_s, u"invalid_api_key"_s, u"Bad key"_s);
    row("openai stream", R"({"type":"response.failed","response":{"status":"failed","error":{"code":"server_error","message":"Oops"}}})",
        u"response.failed"_s, u"server_error"_s, u"Oops"_s);
    row("gemini stream", "[{\"error\":{\"code\":503,\"message\":\"The model is overloaded.\",\"status\":\"UNAVAILABLE\"}}\n]",
        u"UNAVAILABLE"_s, u"503"_s, u"The model is overloaded."_s);
    row("gemini in a message", geminiInGemini, u"RESOURCE_EXHAUSTED"_s, u"429"_s, u"Resource has been exhausted (e.g. check quota)."_s);
    row("fastapi", R"({"detail":"Not authenticated"})", {}, {}, u"Not authenticated"_s);
    row("fastapi validation", R"({"detail":[{"loc":["body","model"],"msg":"field required","type":"value_error.missing","input":"x"}]})",
        u"value_error.missing"_s, {}, u"field required"_s);
    row("fastapi object", R"({"detail":{"error":{"message":"No","code":"x"}}})", {}, u"x"_s, u"No"_s);
    row("message", R"({"message":"Nope"})", {}, {}, u"Nope"_s);
    row("message and code", R"({"code":"INSUFFICIENT_BALANCE","message":"Insufficient account balance"})", {}, u"INSUFFICIENT_BALANCE"_s,
        u"Insufficient account balance"_s);
    row("error is a text", R"({"code":"Some resource has been exhausted","error":"Your team is out"})", {},
        u"Some resource has been exhausted"_s, u"Your team is out"_s);
    row("error is a word", R"({"error":"invalid_token","error_description":"Expired"})", u"invalid_token"_s, {}, u"Expired"_s);
    row("spring", R"({"timestamp":1,"status":404,"error":"Not Found","path":"/v1"})", {}, {}, u"Not Found"_s);
    row("problem details", R"({"type":"about:blank","title":"Too many","status":429,"detail":"Slow down"})", u"about:blank"_s, {}, u"Slow down"_s);
    row("new-api", R"({"error":{"message":"无效的令牌, request id: 2025","type":"new_api_error","code":""}})", u"new_api_error"_s, {},
        u"无效的令牌, request id: 2025"_s);
    row("siliconflow", R"({"code":30001,"message":"Sorry, your account balance is insufficient","data":null})", {}, u"30001"_s,
        u"Sorry, your account balance is insufficient"_s);
    row("minimax", R"({"base_resp":{"status_code":1008,"status_msg":"insufficient balance"}})", {}, u"1008"_s, u"insufficient balance"_s);
    row("cloudflare", R"({"success":false,"errors":[{"code":10000,"message":"Authentication error"}]})", {}, u"10000"_s, u"Authentication error"_s);
    row("error in error", R"({"error":{"error":{"message":"More credits","code":402},"code":1}})", {}, u"402"_s, u"More credits"_s);
    row("what the provider said", openRouterProvider, {}, u"429"_s,
        u"Provider returned error: Your account is suspended due to insufficient balance"_s);
    row("bare string", R"("Invalid token")", {}, {}, u"Invalid token"_s);
    row("event", "event: error\r\ndata: " + anthropic("api_error", "Oops") + "\r\n\r\n", u"api_error"_s, {}, u"Oops"_s);
    row("html", "<!DOCTYPE html>\n<HTML><head><TITLE lang=en>\n 502 Bad&nbsp;Gateway &amp; co </TITLE></head><body>x</body></HTML>", {}, {},
        u"502 Bad Gateway & co"_s);
    row("html with a heading only", "<html><body><h1>Forbidden</h1></body></html>", {}, {}, u"Forbidden"_s);
    row("html that is cut off", "<html><head><title>504 Gateway Ti", {}, {}, u"504 Gateway Ti"_s);
    row("html without words", "<html></html>", {}, {}, {});
    row("xml", "<?xml version=\"1.0\"?><Error><Code>A</Code><Message>Denied</Message></Error>", {}, {}, u"Denied"_s);
    row("plain", "upstream connect error\n", {}, {}, u"upstream connect error"_s);
    row("plain with a bracket", "[ERROR no channel", {}, {}, u"[ERROR no channel"_s);
    row("byte order mark", "\xef\xbb\xbf{\"message\":\"Nope\"}", {}, {}, u"Nope"_s);
    row("broken bytes", "{\"message\":\"caf\xff\"}", {}, {}, u"caf\ufffd"_s);
    row("duplicate keys", R"({"message":"a","message":"b"})", {}, {}, u"b"_s);
    row("unknown object", R"({"prompt":"insufficient balance"})", {}, {}, {});
    row("error is null", R"({"error":null})", {}, {}, {});
    row("error is a number", R"({"error":5,"message":7,"code":true})", {}, {}, {});
    row("number", "42", {}, {}, u"42"_s);
    row("empty object", "{}", {}, {}, {});
    row("empty array", "[]", {}, {}, {});
    row("empty", "", {}, {}, {});
    row("blank", " \r\n", {}, {}, {});
    row("compressed", QByteArray("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", 10), {}, {}, {});
}

void TestApiError::readsTheWordsOfEveryApi()
{
    QFETCH(QByteArray, body);
    const ApiError error = readApiError(500, body);
    QTEST(error.type, "type");
    QTEST(error.code, "code");
    QTEST(error.message, "message");
}

void TestApiError::knowsASpentQuota_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    const auto row = [](const char *name, int status, const QByteArray &body) { QTest::newRow(name) << status << body; };
    row("anthropic credit", 400,
        anthropic("invalid_request_error", "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits."));
    row("anthropic billing", 402, anthropic("billing_error", "There is a problem with your billing"));
    row("anthropic month", 400,
        anthropic("invalid_request_error", "You have reached your specified API usage limits. You will regain access on 2025-07-01 at 00:00 UTC."));
    row("openai quota", 429, openAiQuota);
    row("openai quota without a code", 429, R"({"error":{"message":"You exceeded your current quota, please check your plan and billing details."}})");
    row("openai hard limit", 400, R"({"error":{"code":"billing_hard_limit_reached","message":"Billing hard limit has been reached","type":"invalid_request_error"}})");
    row("openrouter", 402, openRouterCredits);
    row("openrouter for so many tokens", 402, openRouterMaxTokens);
    row("deepseek", 402, R"({"error":{"message":"Insufficient Balance","type":"unknown_error","param":null,"code":"invalid_request_error"}})");
    row("moonshot", 429, R"({"error":{"message":"Your account org-1 <ak-1> is suspended due to insufficient balance, please recharge your account or check your plan and billing details","type":"exceeded_current_quota_error"}})");
    row("moonshot not active", 403, R"({"error":{"message":"Your account xx is not active, organization xx exceeded current quota","type":"exceeded_current_quota_error"}})");
    row("zhipu", 429, R"({"error":{"code":"1113","message":"余额不足或无可用资源包,请充值。"}})");
    row("zhipu as anthropic", 429, R"({"type":"error","error":{"type":"1113","message":"Insufficient balance or no resource package. \n     Please recharge."},"request_id":"1"})");
    row("zhipu code as a number", 429, R"({"error":{"code":1113,"message":"?"}})");
    row("zhipu week", 429, R"({"error":{"code":"1310","message":"Weekly/Monthly Limit Exhausted. Your limit will reset at 2026-03-06 22:19:54"}})");
    row("dashscope", 400, dashScope);
    row("dashscope free quota", 403, R"({"error":{"message":"The free quota has been exhausted. To continue accessing the model on a paid basis, please complete your payment information","type":"AllocationQuota.FreeTierOnly","code":"AllocationQuota.FreeTierOnly"}})");
    row("new-api", 403, R"({"error":{"message":"user quota is not enough, request id: 1","type":"v_api_error","param":"","code":"insufficient_user_quota"}})");
    row("new-api words only", 403, R"({"error":{"message":"预扣费额度失败, 用户剩余额度: ¥0.056700, 需要预扣费额度: ¥0.069900","type":"new_api_error"}})");
    row("new-api user", 403, R"({"error":{"message":"用户额度不足, 剩余额度: $-0.01","type":"new_api_error"}})");
    row("new-api token", 403, R"({"error":{"message":"该令牌额度已用尽","type":"new_api_error","code":"pre_consume_token_quota_failed"}})");
    row("new-api token words", 403, R"({"error":{"message":"令牌额度不足","type":"new_api_error"}})");
    row("sub2api", 403, R"({"code":"INSUFFICIENT_BALANCE","message":"Insufficient account balance"})");
    row("volcengine", 403, R"({"error":{"code":"AccountOverdueError","message":"The request failed because your account has an overdue balance. Request id: 1","param":"","type":"Forbidden"}})");
    row("xai", 429, R"({"code":"Some resource has been exhausted","error":"Your team 1 has either used all available credits or reached its monthly spending limit. To continue making API requests, please purchase more credits or raise your spending limit."})");
    row("grok", 403, R"({"code":"x","error":"You have run out of credits or need a Grok subscription."})");
    row("siliconflow", 403, R"({"code":30001,"message":"Sorry, your account balance is insufficient","data":null})");
    row("gemini prepaid", 429, geminiPrepaid);
    row("plain", 402, "Insufficient Balance");
    row("bare string", 403, R"("insufficient balance")");
    row("cut off", 403, R"({"error":{"message":"x","code":"insufficient_user_quota","ty)");
    row("a rate limit in name only", 429, R"({"type":"error","error":{"type":"rate_limit_error","message":"余额不足"}})");
}

void TestApiError::knowsASpentQuota()
{
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    QVERIFY(readApiError(status, body).words.code == ErrorKind::Quota);
}

void TestApiError::doesNotMistakeOtherErrorsForASpentQuota_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    const auto row = [](const char *name, int status, const QByteArray &body) { QTest::newRow(name) << status << body; };
    row("gemini per minute", 429, geminiPerMinute);
    row("gemini per minute in an array", 429, '[' + geminiPerMinute + ']');
    row("gemini per minute through a relay", 429, geminiThroughRelay);
    row("gemini in a message", 429, geminiInGemini);
    row("gemini without a link", 429, R"({"error":{"code":429,"message":"You exceeded your current quota.","status":"RESOURCE_EXHAUSTED"}})");
    row("openai rate", 429, openAiRate);
    row("anthropic rate", 429, anthropic("rate_limit_error", "This request would exceed your organization's rate limit of 50,000 input tokens per minute"));
    row("anthropic quota under the name of a rate", 429, anthropic("rate_limit_error", "You exceeded your current quota"));
    row("anthropic long context", 429, anthropic("rate_limit_error", "Usage credits are required for long context requests."));
    row("moonshot rate", 429, R"({"error":{"type":"rate_limit_reached_error","message":"Your account request reached project TPM rate limit"}})");
    row("dashscope tokens per minute", 429, R"({"error":{"code":"insufficient_quota","type":"insufficient_quota","message":"Allocated quota exceeded, please increase your quota limit."}})");
    row("openrouter free models", 429, R"({"error":{"message":"Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 free model requests per day","code":429}})");
    row("the provider behind a relay", 429, openRouterProvider);
    row("a prompt that speaks of it", 400, R"({"error":{"message":"Invalid request","type":"invalid_request_error"},"request":{"messages":[{"content":"Your credit balance is too low, insufficient_quota"}]}})");
    row("the input of a validation error", 400, R"({"detail":[{"loc":["body"],"msg":"field required","input":"insufficient balance"}]})");
    row("what is no JSON but was to be", 400, R"({'prompt': 'insufficient balance'})");
    row("an unknown object", 400, R"({"prompt":"insufficient balance"})");
    row("a page", 403, "<html><title>Insufficient balance</title><body>Your credit balance is too low</body></html>");
    row("a long text", 403, QByteArray("lorem ipsum ").repeated(200) + "insufficient balance");
    row("forbidden", 403, anthropic("permission_error", "Your API key does not have permission"));
    row("nothing but the status", 402, "");
    row("a code that only begins like one", 429, R"({"error":{"code":"11130","message":"?"}})");
}

void TestApiError::doesNotMistakeOtherErrorsForASpentQuota()
{
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    QVERIFY(readApiError(status, body).words.code != ErrorKind::Quota);
}

void TestApiError::readsTheRetryDelay_data()
{
    QTest::addColumn<QByteArray>("delay");
    QTest::addColumn<qint64>("ms");
    const auto row = [](const char *delay, qint64 ms) { QTest::addRow("%s", delay) << QByteArray(delay) << ms; };
    row("\"34s\"", 34'000);
    row("\"0.5s\"", 500);
    row("\"0s\"", 0);
    row("\"21599.960323804s\"", 21'599'960);
    row("\"999999999999999999999s\"", 86'400'000);
    row("\"-1s\"", -1);
    row("\"34\"", -1);
    row("\"s\"", -1);
    row("\"nans\"", -1);
    row("\"\"", -1);
    row("34", -1);
    row("null", -1);
}

void TestApiError::readsTheRetryDelay()
{
    QFETCH(QByteArray, delay);
    const QByteArray info = R"({"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":)" + delay + '}';
    const QByteArray body = R"({"error":{"code":429,"message":"m","status":"RESOURCE_EXHAUSTED","details":[7,)" + info + "]}}";
    const auto ms = [](const QByteArray &text) {
        const auto read = readApiError(429, text).wait;
        return read ? qint64(read->count()) : qint64(-1);
    };
    QTEST(ms(body), "ms");
    QTEST(ms('[' + body + ']'), "ms");
}

void TestApiError::theMessageIsOneShortLine_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("message");
    QTest::newRow("lines") << QByteArray("a\\r\\n\\n b\\tc") << u"a b c"_s;
    QTest::newRow("controls") << QByteArray("a\\u0000b\\u001b[31mc\\u007f\\u009bd") << u"ab[31mcd"_s;
    QTest::newRow("line separators") << QByteArray("a\\u2028b\\u2029c\\u0085d") << u"a b c d"_s;
    QTest::newRow("turned direction") << QByteArray("a\\u202eb\\u2066c") << u"abc"_s;
    QTest::newRow("300") << QByteArray(300, 'x') << QString(300, u'x');
    QTest::newRow("301") << QByteArray(301, 'x') << QString(QString(299, u'x') + u'…');
    QTest::newRow("a pair is not torn apart") << QByteArray(298, 'x') + "\xf0\x9f\x98\x80xx" << QString(QString(298, u'x') + u'…');
}

void TestApiError::theMessageIsOneShortLine()
{
    QFETCH(QByteArray, text);
    QTEST(readApiError(500, "{\"message\":\"" + text + "\"}").message, "message");
    const ApiError words = readApiError(500, R"({"error":{"message":"m","type":")" + text + R"(","code":")" + text + "\"}}");
    for (const QString &word : {words.type, words.code}) {
        QVERIFY(word.size() <= 100);
        QVERIFY(!word.contains(u'\n') && !word.contains(u'\x1b'));
    }
}

void TestApiError::survivesEveryCutOfABody_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("known"); // From here on the message is there.
    QTest::newRow("anthropic") << anthropic("api_error", "Größe: \\u4f60\\\"x\\\\") << QByteArray("Gr");
    QTest::newRow("gemini") << geminiPerMinute << QByteArray("You ex");
    QTest::newRow("gemini in gemini") << geminiInGemini << QByteArray("Resource has");
    QTest::newRow("openrouter") << openRouterProvider << QByteArray("Provider ret");
    QTest::newRow("event") << "data: " + anthropic("api_error", "Oops") << QByteArray("Oo");
    QTest::newRow("page") << QByteArray("<html><title>Bad</title></html>") << QByteArray("Ba");
}

void TestApiError::survivesEveryCutOfABody()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, known);
    const qsizetype from = body.indexOf(known) + known.size();
    for (qsizetype length = 0; length <= body.size(); ++length) {
        const ApiError error = readApiError(429, body.first(length));
        if (length < from)
            continue;
        const QByteArray where = "after " + QByteArray::number(length) + " bytes: " + error.message.toUtf8();
        QVERIFY2(error.message.contains(QString::fromUtf8(known)), where.constData());
        QVERIFY2(!error.message.contains(u"\"error\""_s), where.constData());
    }
}

void TestApiError::survivesLargeAndDeepBodies_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("brackets") << QByteArray(1'000'000, '[');
    QTest::newRow("errors") << QByteArray("{\"error\":").repeated(100'000);
    QTest::newRow("deep and whole") << QByteArray("{\"error\":").repeated(500) + "\"x\"" + QByteArray(500, '}');
    QTest::newRow("quotes") << QByteArray(1'000'000, '"');
    QTest::newRow("backslashes") << '"' + QByteArray(1'000'000, '\\');
    QTest::newRow("commas") << '[' + QByteArray(1'000'000, ',');
    QTest::newRow("tags") << QByteArray("<title ").repeated(100'000);
    QTest::newRow("event lines") << QByteArray("data:\n").repeated(100'000);
    QTest::newRow("a long message") << "{\"message\":\"" + QByteArray(5'000'000, 'x') + "\"}";
    QTest::newRow("nothing but zeroes") << QByteArray(1'000'000, '\0');
    QTest::newRow("nothing but high bytes") << QByteArray(1'000'000, '\xff');
}

void TestApiError::survivesLargeAndDeepBodies()
{
    QFETCH(QByteArray, body);
    const ApiError error = readApiError(429, body);
    QVERIFY(error.message.size() <= 300);
    QVERIFY(error.words.code != ErrorKind::Quota);
}

QTEST_APPLESS_MAIN(TestApiError)
#include "tst_apierror.moc"
