#include "tests/support/faultrows.h"
#include "tests/support/scriptwords.h"

#include <QDateTime>
#include <QLocale>

using namespace Qt::StringLiterals;

namespace qcc::test {

namespace {

using Arguments = QList<QByteArray>;

const QByteArray creditTooLow(R"JSON({"type":"error","error":{"type":"invalid_request_error","message":)JSON"
                              R"JSON("Your credit balance is too low to access the Anthropic API. Please go to Plans & )JSON"
                              R"JSON(Billing to upgrade or purchase credits."}})JSON");
const QByteArray quotaExceeded(R"JSON({"error":{"message":"You exceeded your current quota, please check your plan and )JSON"
                               R"JSON(billing details.","type":"insufficient_quota","param":null,)JSON"
                               R"JSON("code":"insufficient_quota"}})JSON");
/// As new-api, one-api and their kin word it.
const QByteArray relayQuotaSpent(R"JSON({"error":{"message":"用户额度不足, 剩余额度: ＄0.000000 (request id: 2026)",)JSON"
                                 R"JSON("type":"new_api_error","code":"insufficient_user_quota"}})JSON");

Script refusal(int status, const QByteArray &body, const RawHeaders &headers = {})
{
    return Script().answer(status, "application/json", body, headers);
}

QByteArray httpDate(const QDateTime &time)
{
    return QLocale::c().toString(time.toUTC(), u"ddd, dd MMM yyyy hh:mm:ss 'GMT'"_s).toLatin1();
}

} // namespace

QList<FaultRow> answerFaults()
{
    return {
        {Fault::RateLimitSeconds, "rate-limit-seconds",
         [](const Arrived &arrived, const Arguments &arguments) {
             return refusal(429, apiError(arrived, 429), {{"retry-after", QByteArray::number(argument(arguments, 0, 7))}});
         }},
        {Fault::RateLimitDate, "rate-limit-date",
         [](const Arrived &arrived, const Arguments &arguments) {
             const QDateTime when = QDateTime::currentDateTimeUtc().addSecs(argument(arguments, 0, 7));
             return refusal(429, apiError(arrived, 429), {{"Retry-After", httpDate(when)}});
         }},
        {Fault::RateLimitMs, "rate-limit-ms",
         [](const Arrived &arrived, const Arguments &arguments) {
             return refusal(429, apiError(arrived, 429), {{"retry-after-ms", QByteArray::number(argument(arguments, 0, 700))}});
         }},
        {Fault::PaymentRequired, "payment-required",
         [](const Arrived &arrived, const Arguments &) { return refusal(402, apiError(arrived, 402)); }},
        {Fault::QuotaAnthropic, "quota-anthropic",
         [](const Arrived &, const Arguments &) { return refusal(400, creditTooLow); }},
        {Fault::QuotaOpenAi, "quota-openai",
         [](const Arrived &, const Arguments &) { return refusal(429, quotaExceeded); }},
        {Fault::QuotaRelay, "quota-relay",
         [](const Arrived &, const Arguments &) { return refusal(403, relayQuotaSpent); }},
        {Fault::Overloaded529, "overloaded-529",
         [](const Arrived &arrived, const Arguments &) {
             return refusal(529, apiError(arrived, 529), {{"x-should-retry", "true"}});
         }},
        {Fault::InvalidUtf8Error, "invalid-utf8-error",
         [](const Arrived &, const Arguments &) { return refusal(500, "{\"error\":{\"message\":\"\xff\xc3\x28\xed\xa0\x80\"}}"); }},
    };
}

} // namespace qcc::test
