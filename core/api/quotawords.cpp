#include "core/api/quotawords.h"

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace qcc {

namespace {

/// Types and codes that mean that nothing is left.
constexpr std::array quotaWords = {
    "billing_error"_L1, // Anthropic
    "insufficient_quota"_L1, "billing_hard_limit_reached"_L1, "billing_not_active"_L1, // OpenAI
    "insufficient_credits"_L1, "insufficient_balance"_L1, "insufficient_balance_error"_L1, // relays, MiniMax
    "credit_limit"_L1, // Together
    "exceeded_current_quota_error"_L1, // Moonshot
    "1113"_L1, "1308"_L1, "1309"_L1, "1310"_L1, // Zhipu: in arrears; a plan's five hours, term, week or month are over
    "arrearage"_L1, "allocationquota.freetieronly"_L1, // DashScope
    "accountoverdueerror"_L1, // Volcengine
    "insufficient_user_quota"_L1, "pre_consume_token_quota_failed"_L1, "token_quota_exhausted"_L1, // new-api, one-api
};

/// What messages say when the money is gone; nobody says it of a rate.
constexpr std::array moneyPhrases = {
    "credit balance is too low"_L1, "reached your specified api usage limits"_L1, "out of extra usage"_L1, // Anthropic
    "billing hard limit has been reached"_L1, // OpenAI
    "insufficient credit"_L1, "requires more credits"_L1, "more credits are required"_L1, // OpenRouter
    "insufficient balance"_L1, "insufficient account balance"_L1, // DeepSeek, Zhipu, Moonshot, relays
    "balance is insufficient"_L1, // SiliconFlow
    "used all available credits"_L1, "run out of credits"_L1, "monthly spending limit"_L1, // xAI
    "credits are depleted"_L1, "monthly spending cap"_L1, // Gemini
    "credit limit exceeded"_L1, // Together
    "make sure your account is in good standing"_L1, // DashScope
    "overdue balance"_L1, "overdue account"_L1, "account is in arrears"_L1, // Volcengine, DashScope, Zhipu
};

/// What messages say when a quota is spent. Some say it of a rate too.
constexpr std::array quotaPhrases = {
    "exceeded your current quota"_L1, "exceeded current quota"_L1, // OpenAI, Moonshot
    "quota is not enough"_L1, "quota is insufficient"_L1, "insufficient quota"_L1, "insufficient user quota"_L1, // new-api
    "pre-consume quota failed"_L1, // new-api
    "free quota has been exhausted"_L1, // DashScope
    "weekly/monthly limit exhausted"_L1, // Zhipu
};

/// Balance, quota, allowance, points: short or used up; arrears. Zhipu, SiliconFlow, new-api, one-api and the relays built on them.
constexpr std::array<QStringView, 13> chinesePhrases = {
    u"余额不足", u"余额已用", u"额度不足", u"额度失败", u"额度已用", u"额度用尽", u"额度已耗尽",
    u"额度耗尽", u"配额不足", u"配额已用", u"积分不足", u"点数不足", u"欠费",
};

/// Words of a limit per minute in a message that otherwise reads like a spent quota.
constexpr std::array ratePhrases = {
    "ai.google.dev"_L1, // Gemini words every limit as an exceeded quota, and relays drop its status but keep this link
    "increase your quota limit"_L1, // DashScope: tokens per minute, under the code insufficient_quota
    "per minute"_L1,
};

template <typename Phrases>
bool holdsAny(const QString &text, const Phrases &phrases)
{
    return std::any_of(phrases.begin(), phrases.end(), [&text](auto phrase) { return text.contains(phrase); });
}

bool isQuotaWord(const QString &word)
{
    return std::find(quotaWords.begin(), quotaWords.end(), word.toLower()) != quotaWords.end();
}

bool isRateWord(const QString &word)
{
    return word.contains("rate_limit"_L1, Qt::CaseInsensitive)
        || word.compare("RESOURCE_EXHAUSTED"_L1, Qt::CaseInsensitive) == 0;
}

} // namespace

bool saysQuotaSpent(const QString &type, const QString &code, const QString &message)
{
    const QString text = message.simplified().toLower();
    if (holdsAny(text, moneyPhrases) || holdsAny(text, chinesePhrases))
        return true;
    if (holdsAny(text, ratePhrases))
        return false;
    if (isQuotaWord(type) || isQuotaWord(code))
        return true;
    return !isRateWord(type) && !isRateWord(code) && holdsAny(text, quotaPhrases);
}

} // namespace qcc
