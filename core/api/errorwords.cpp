#include "core/api/errorwords.h"

#include <QRegularExpression>

#include <algorithm>
#include <array>
#include <utility>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

struct Word {
    QLatin1String word;
    ErrorKind kind;
};

/// Types, codes and statuses, whole words.
constexpr std::array words = {
    // Anthropic
    Word{"invalid_request_error"_L1, ErrorKind::Caller}, Word{"request_too_large"_L1, ErrorKind::Caller},
    Word{"authentication_error"_L1, ErrorKind::Auth}, Word{"permission_error"_L1, ErrorKind::Auth},
    Word{"not_found_error"_L1, ErrorKind::Caller}, Word{"rate_limit_error"_L1, ErrorKind::RateLimit},
    Word{"overloaded_error"_L1, ErrorKind::Overloaded}, Word{"api_error"_L1, ErrorKind::Overloaded},
    Word{"timeout_error"_L1, ErrorKind::Overloaded},
    // OpenAI
    Word{"rate_limit_exceeded"_L1, ErrorKind::RateLimit}, Word{"requests"_L1, ErrorKind::RateLimit}, Word{"tokens"_L1, ErrorKind::RateLimit},
    Word{"invalid_api_key"_L1, ErrorKind::Auth}, Word{"invalid_authentication"_L1, ErrorKind::Auth}, Word{"account_deactivated"_L1, ErrorKind::Auth},
    Word{"server_error"_L1, ErrorKind::Overloaded}, Word{"internal_error"_L1, ErrorKind::Overloaded}, Word{"server_is_overloaded"_L1, ErrorKind::Overloaded},
    Word{"slow_down"_L1, ErrorKind::Overloaded}, Word{"service_unavailable"_L1, ErrorKind::Overloaded}, Word{"internal_server_error"_L1, ErrorKind::Overloaded},
    Word{"engine_overloaded"_L1, ErrorKind::Overloaded}, Word{"engine_overloaded_error"_L1, ErrorKind::Overloaded},
    Word{"invalid_prompt"_L1, ErrorKind::Caller}, Word{"context_length_exceeded"_L1, ErrorKind::Caller}, Word{"string_above_max_length"_L1, ErrorKind::Caller},
    Word{"content_policy_violation"_L1, ErrorKind::Caller}, Word{"content_filter"_L1, ErrorKind::Caller}, Word{"unsupported_parameter"_L1, ErrorKind::Caller},
    Word{"unsupported_value"_L1, ErrorKind::Caller}, Word{"invalid_value"_L1, ErrorKind::Caller}, Word{"invalid_type"_L1, ErrorKind::Caller},
    Word{"missing_required_parameter"_L1, ErrorKind::Caller}, Word{"unknown_parameter"_L1, ErrorKind::Caller}, Word{"bad_request"_L1, ErrorKind::Caller},
    Word{"invalid_request"_L1, ErrorKind::Caller}, Word{"cyber_policy"_L1, ErrorKind::Caller}, Word{"previous_response_not_found"_L1, ErrorKind::Caller},
    // Azure
    Word{"responsibleaipolicyviolation"_L1, ErrorKind::Caller}, Word{"toomanyrequests"_L1, ErrorKind::RateLimit},
    // Google, google.rpc.Code
    Word{"resource_exhausted"_L1, ErrorKind::RateLimit}, Word{"unauthenticated"_L1, ErrorKind::Auth}, Word{"permission_denied"_L1, ErrorKind::Auth},
    Word{"api_key_invalid"_L1, ErrorKind::Auth}, Word{"unavailable"_L1, ErrorKind::Overloaded}, Word{"internal"_L1, ErrorKind::Overloaded},
    Word{"deadline_exceeded"_L1, ErrorKind::Overloaded}, Word{"invalid_argument"_L1, ErrorKind::Caller}, Word{"failed_precondition"_L1, ErrorKind::Caller},
    Word{"not_found"_L1, ErrorKind::Caller}, Word{"out_of_range"_L1, ErrorKind::Caller},
    // Bedrock
    Word{"throttlingexception"_L1, ErrorKind::RateLimit}, Word{"validationexception"_L1, ErrorKind::Caller},
    Word{"accessdeniedexception"_L1, ErrorKind::Auth}, Word{"serviceunavailableexception"_L1, ErrorKind::Overloaded},
    Word{"internalserverexception"_L1, ErrorKind::Overloaded}, Word{"modelstreamerrorexception"_L1, ErrorKind::Overloaded},
    Word{"modeltimeoutexception"_L1, ErrorKind::Overloaded},
    // DashScope, Zhipu, Moonshot, relays
    Word{"data_inspection_failed"_L1, ErrorKind::Caller}, Word{"datainspectionfailed"_L1, ErrorKind::Caller}, Word{"1301"_L1, ErrorKind::Caller},
    Word{"invalidapikey"_L1, ErrorKind::Auth}, Word{"1302"_L1, ErrorKind::RateLimit}, Word{"1305"_L1, ErrorKind::RateLimit},
    Word{"throttling"_L1, ErrorKind::RateLimit}, Word{"throttling.ratequota"_L1, ErrorKind::RateLimit}, Word{"rate_limit_reached_error"_L1, ErrorKind::RateLimit},
    Word{"invalid_authentication_error"_L1, ErrorKind::Auth}, Word{"incorrect_api_key_error"_L1, ErrorKind::Auth},
};

/// Codes and types that say that this endpoint does not serve the model.
constexpr std::array modelWords = {
    "model_not_found"_L1, "model_not_available"_L1, "model_not_supported"_L1, "model_not_allowed"_L1, "unsupported_model"_L1, "invalid_model"_L1,
    "deploymentnotfound"_L1, // Azure
    "modelnotfound"_L1, "model_access_denied"_L1, "model.accessdenied"_L1, "1211"_L1, // DashScope, Zhipu
    "model_price_error"_L1, // new-api
};

struct Phrase {
    QLatin1String text;
    ErrorKind kind;
};

/// What messages say, in lower case.
constexpr std::array phrases = {
    Phrase{"rate limit"_L1, ErrorKind::RateLimit}, Phrase{"ratelimit"_L1, ErrorKind::RateLimit}, Phrase{"too many requests"_L1, ErrorKind::RateLimit},
    Phrase{"requests per minute"_L1, ErrorKind::RateLimit}, Phrase{"tokens per minute"_L1, ErrorKind::RateLimit},
    Phrase{"incorrect api key"_L1, ErrorKind::Auth}, Phrase{"invalid api key"_L1, ErrorKind::Auth}, Phrase{"api key not valid"_L1, ErrorKind::Auth},
    Phrase{"invalid x-api-key"_L1, ErrorKind::Auth}, Phrase{"api key expired"_L1, ErrorKind::Auth}, Phrase{"invalid bearer token"_L1, ErrorKind::Auth},
    Phrase{"prompt is too long"_L1, ErrorKind::Caller}, Phrase{"maximum context length"_L1, ErrorKind::Caller}, Phrase{"context window"_L1, ErrorKind::Caller},
    Phrase{"input is too long"_L1, ErrorKind::Caller}, Phrase{"content policy"_L1, ErrorKind::Caller}, Phrase{"content management policy"_L1, ErrorKind::Caller},
    Phrase{"usage policies"_L1, ErrorKind::Caller}, Phrase{"usage policy"_L1, ErrorKind::Caller}, Phrase{"inappropriate content"_L1, ErrorKind::Caller},
    Phrase{"content filter"_L1, ErrorKind::Caller},
};

/// Of a model that this endpoint has not, or this key may not use.
constexpr std::array modelPhrases = {
    "no access to model"_L1, "not have access to model"_L1, "not have access to the model"_L1, "no available channel for model"_L1,
    "no available channels for model"_L1, "no channel for model"_L1, "no available accounts for model"_L1, "model not found"_L1, "model not exist"_L1, "model does not exist"_L1,
    "unsupported model"_L1, "unknown model"_L1, "invalid model"_L1, "no endpoints found for"_L1, "is not a valid model"_L1, "model is not supported"_L1,
    "not allowed to access model"_L1, "not allowed to use model"_L1, "no such model"_L1, "no permission to use model"_L1, "not authorized to access model"_L1,
    "not authorized to use model"_L1, "model not supported"_L1, "no healthy deployments for"_L1, "unable to find model"_L1, "model access is denied"_L1,
    "don't have access to the model"_L1, "key not allowed to access model"_L1, "not available for model"_L1,
};

/// "The model `x` does not exist", "models/x is not found for API version", "model: x", "model x not found"; what names it stands between.
const QRegularExpression &modelSentence()
{
    static const QRegularExpression sentence(
        u"\\bmodels?\\b[^.!?\\n]{0,120}\\b(?:does not exist|do not exist|doesn't exist|is not found|not found|is not supported|not supported|is not available|not available"
        "|is disabled|not allowed|is unavailable)"_s);
    return sentence;
}

constexpr std::array<QStringView, 8> chineseModelPhrases = {
    u"无可用渠道", u"没有可用渠道", u"无权访问模型", u"模型不存在", u"不支持的模型", u"无权使用模型", u"没有权限使用模型", u"暂不支持该模型",
};

constexpr std::array<QStringView, 6> chineseRatePhrases = {u"请求过于频繁", u"速率限制", u"频率限制", u"请求频率", u"并发数过高", u"访问量过大"};
constexpr std::array<QStringView, 4> chineseAuthPhrases = {u"无效的令牌", u"令牌已过期", u"令牌无效", u"密钥无效"};

/// Words by which an error speaks of who asks.
constexpr std::array keyWords = {
    "api key"_L1, "api-key"_L1, "apikey"_L1, "api_key"_L1, "token"_L1, "credential"_L1, "authenti"_L1, "authoriz"_L1, "unauthorised"_L1, "permission"_L1,
    "account"_L1, "organization"_L1, "subscription"_L1, "login"_L1, "banned"_L1, "suspended"_L1, "your key"_L1, "this key"_L1, "the key"_L1, "key is"_L1,
};
constexpr std::array<QStringView, 8> chineseKeyWords = {u"令牌", u"密钥", u"权限", u"无权", u"账号", u"账户", u"封禁", u"鉴权"};

template <typename Phrases>
bool holdsAny(const QString &text, const Phrases &list)
{
    return std::any_of(list.begin(), list.end(), [&text](auto phrase) { return text.contains(phrase); });
}

template <typename Words>
bool isAny(const QString &word, const Words &list)
{
    return std::find(list.begin(), list.end(), word) != list.end();
}

ErrorKind kindOfWord(const QString &word)
{
    const auto found = std::find_if(words.begin(), words.end(), [&word](const Word &known) { return known.word == word; });
    return found == words.end() ? ErrorKind::Unknown : found->kind;
}

ErrorKind kindOfMessage(const QString &text)
{
    ErrorKind kind = ErrorKind::Unknown;
    for (const Phrase &phrase : phrases)
        if (phrase.kind < kind && text.contains(phrase.text))
            kind = phrase.kind;
    for (const auto &[found, meaning] : {std::pair(holdsAny(text, chineseRatePhrases), ErrorKind::RateLimit), {holdsAny(text, chineseAuthPhrases), ErrorKind::Auth}})
        if (found && meaning < kind)
            kind = meaning;
    return kind;
}

bool saysNoModel(const QString &type, const QString &code, const QString &text)
{
    if (isAny(code, modelWords) || isAny(type, modelWords))
        return true;
    if (type == "not_found_error"_L1 && text.contains("model"_L1))
        return true;
    return holdsAny(text, modelPhrases) || holdsAny(text, chineseModelPhrases) || modelSentence().match(text).hasMatch();
}

} // namespace

ErrorWords wordsOf(const QString &type, const QString &code, const QString &message)
{
    const QString text = message.simplified().toLower();
    const QString typeWord = type.toLower();
    const QString codeWord = code.toLower();
    ErrorWords found;
    bool isNumber = false;
    const int number = codeWord.toInt(&isNumber);
    if (isNumber && number >= 300 && number < 600)
        found.number = number;
    found.aboutKey = holdsAny(text, keyWords) || holdsAny(text, chineseKeyWords);
    if (saysQuotaSpent(type, code, message))
        found.code = ErrorKind::Quota;
    else if (saysNoModel(typeWord, codeWord, text))
        found.code = ErrorKind::Model;
    else
        found.code = kindOfWord(codeWord);
    found.rest = std::min(kindOfWord(typeWord), kindOfMessage(text));
    // A type says more of whose fault it is than words, which may quote anything.
    if (kindOfWord(typeWord) == ErrorKind::Caller && found.rest != ErrorKind::Auth)
        found.rest = std::min(ErrorKind::Caller, found.rest == ErrorKind::RateLimit ? ErrorKind::RateLimit : ErrorKind::Caller);
    return found;
}

std::optional<std::chrono::milliseconds> waitIn(const QString &message)
{
    static const QRegularExpression english(
        u"(?:try again|retry|wait|available)(?: again)?(?: in| after| for)? (?:about )?(?:(\\d+)h)?\\s?(?:(\\d+)m(?!s|i))?\\s?(?:(\\d+(?:\\.\\d+)?)\\s?(ms|milliseconds?|s|sec|seconds?|minutes?|min|hours?))?"_s,
        QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression chinese(u"(\\d+(?:\\.\\d+)?)\\s*(秒|分钟|小时)后"_s);
    const auto bounded = [](double ms) { return std::chrono::milliseconds(qint64(std::min(ms, 86'400'000.0))); };
    for (auto match = english.globalMatch(message); match.hasNext();) {
        const QRegularExpressionMatch found = match.next();
        if (found.captured(1).isEmpty() && found.captured(2).isEmpty() && found.captured(3).isEmpty())
            continue;
        const QString unit = found.captured(4).toLower();
        const double factor = unit == "ms"_L1 || unit.startsWith("milli"_L1) ? 1 : unit.startsWith(u'm') ? 60'000 : unit.startsWith(u'h') ? 3'600'000 : 1000;
        return bounded(found.captured(1).toDouble() * 3'600'000 + found.captured(2).toDouble() * 60'000 + found.captured(3).toDouble() * factor);
    }
    const QRegularExpressionMatch found = chinese.match(message);
    if (!found.hasMatch())
        return std::nullopt;
    const QString unit = found.captured(2);
    return bounded(found.captured(1).toDouble() * (unit == u"秒"_s ? 1000 : unit == u"分钟"_s ? 60'000 : 3'600'000));
}

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
