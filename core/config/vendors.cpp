#include "core/config/vendors.h"

#include <algorithm>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

// One row for each address: what a vendor speaks at two addresses is two rows, and so are its sites for different countries, since a key of the one is
// none of the other. A row without a page of the vendor's that says it has no place here.
constexpr std::array table = {
    VendorPreset{.name = "anthropic"_L1,
           .title = "Anthropic"_L1,
           .baseUrl = "https://api.anthropic.com"_L1,
           .auth = AuthStyle::XApiKey,
           .messages = "https://api.anthropic.com/v1/messages"_L1,
           .source = "https://platform.claude.com/docs/en/api/overview"_L1},
    VendorPreset{.name = "openai"_L1,
           .title = "OpenAI"_L1,
           .baseUrl = "https://api.openai.com"_L1,
           .responses = "https://api.openai.com/v1/responses"_L1,
           .chat = "https://api.openai.com/v1/chat/completions"_L1,
           .source = "https://platform.openai.com/docs/api-reference/responses/create"_L1},
    VendorPreset{.name = "gemini"_L1,
           .alsoName = "google"_L1,
           .title = "Gemini"_L1,
           .baseUrl = "https://generativelanguage.googleapis.com"_L1,
           .auth = AuthStyle::XGoogApiKey,
           .generateContent = "https://generativelanguage.googleapis.com/v1beta/models/MODEL:generateContent"_L1,
           .source = "https://ai.google.dev/api"_L1},
    VendorPreset{.name = "gemini-openai"_L1,
           .title = "Gemini OpenAI"_L1,
           .baseUrl = "https://generativelanguage.googleapis.com/v1beta/openai"_L1,
           .chat = "https://generativelanguage.googleapis.com/v1beta/openai/chat/completions"_L1,
           .source = "https://ai.google.dev/gemini-api/docs/openai"_L1},
    VendorPreset{.name = "deepseek"_L1,
           .title = "DeepSeek"_L1,
           .baseUrl = "https://api.deepseek.com/anthropic"_L1,
           .auth = AuthStyle::XApiKey,
           .messages = "https://api.deepseek.com/anthropic/v1/messages"_L1,
           .source = "https://api-docs.deepseek.com/guides/anthropic_api"_L1},
    // It takes the path with a version, too, for the sake of OpenAI's clients.
    VendorPreset{.name = "deepseek-openai"_L1,
           .title = "DeepSeek OpenAI"_L1,
           .baseUrl = "https://api.deepseek.com"_L1,
           .chat = "https://api.deepseek.com/v1/chat/completions"_L1,
           .source = "https://api-docs.deepseek.com/zh-cn/"_L1},
    VendorPreset{.name = "moonshot"_L1,
           .alsoName = "kimi"_L1,
           .title = "Kimi (moonshot.ai)"_L1,
           .baseUrl = "https://api.moonshot.ai/anthropic"_L1,
           .messages = "https://api.moonshot.ai/anthropic/v1/messages"_L1,
           .source = "https://platform.moonshot.ai/docs/guide/agent-support"_L1},
    VendorPreset{.name = "moonshot-cn"_L1,
           .alsoName = "kimi-cn"_L1,
           .title = "Kimi (moonshot.cn)"_L1,
           .baseUrl = "https://api.moonshot.cn/anthropic"_L1,
           .messages = "https://api.moonshot.cn/anthropic/v1/messages"_L1,
           .source = "https://platform.moonshot.cn/docs/guide/agent-support"_L1},
    VendorPreset{.name = "zai"_L1,
           .alsoName = "z.ai"_L1,
           .title = "GLM (z.ai)"_L1,
           .baseUrl = "https://api.z.ai/api/anthropic"_L1,
           .messages = "https://api.z.ai/api/anthropic/v1/messages"_L1,
           .source = "https://docs.z.ai/devpack/tool/claude"_L1},
    VendorPreset{.name = "zhipu"_L1,
           .alsoName = "bigmodel"_L1,
           .title = "GLM (bigmodel.cn)"_L1,
           .baseUrl = "https://open.bigmodel.cn/api/anthropic"_L1,
           .messages = "https://open.bigmodel.cn/api/anthropic/v1/messages"_L1,
           .source = "https://docs.bigmodel.cn/cn/guide/develop/claude/introduction"_L1},
    VendorPreset{.name = "qwen"_L1,
           .alsoName = "dashscope"_L1,
           .title = "Qwen (alibabacloud.com)"_L1,
           .baseUrl = "https://dashscope-intl.aliyuncs.com/apps/anthropic"_L1,
           .auth = AuthStyle::XApiKey,
           .messages = "https://dashscope-intl.aliyuncs.com/apps/anthropic/v1/messages"_L1,
           .source = "https://www.alibabacloud.com/help/en/model-studio/anthropic-api-messages"_L1},
    VendorPreset{.name = "qwen-openai"_L1,
           .title = "Qwen OpenAI (alibabacloud.com)"_L1,
           .baseUrl = "https://dashscope-intl.aliyuncs.com/compatible-mode"_L1,
           .responses = "https://dashscope-intl.aliyuncs.com/compatible-mode/v1/responses"_L1,
           .chat = "https://dashscope-intl.aliyuncs.com/compatible-mode/v1/chat/completions"_L1,
           .source = "https://www.alibabacloud.com/help/en/model-studio/base-url"_L1},
    VendorPreset{.name = "qwen-cn"_L1,
           .alsoName = "dashscope-cn"_L1,
           .title = "Qwen (aliyun.com)"_L1,
           .baseUrl = "https://dashscope.aliyuncs.com/apps/anthropic"_L1,
           .auth = AuthStyle::XApiKey,
           .messages = "https://dashscope.aliyuncs.com/apps/anthropic/v1/messages"_L1,
           .source = "https://help.aliyun.com/zh/model-studio/anthropic-api-messages"_L1},
    VendorPreset{.name = "qwen-openai-cn"_L1,
           .title = "Qwen OpenAI (aliyun.com)"_L1,
           .baseUrl = "https://dashscope.aliyuncs.com/compatible-mode"_L1,
           .responses = "https://dashscope.aliyuncs.com/compatible-mode/v1/responses"_L1,
           .chat = "https://dashscope.aliyuncs.com/compatible-mode/v1/chat/completions"_L1,
           .source = "https://help.aliyun.com/en/model-studio/compatibility-with-openai-responses-api"_L1},
    VendorPreset{.name = "openrouter"_L1,
           .title = "OpenRouter"_L1,
           .baseUrl = "https://openrouter.ai/api"_L1,
           .messages = "https://openrouter.ai/api/v1/messages"_L1,
           .responses = "https://openrouter.ai/api/v1/responses"_L1,
           .chat = "https://openrouter.ai/api/v1/chat/completions"_L1,
           .source = "https://openrouter.ai/docs/guides/coding-agents/claude-code-integration"_L1},
    VendorPreset{.name = "siliconflow"_L1,
           .title = "SiliconFlow (siliconflow.com)"_L1,
           .baseUrl = "https://api.siliconflow.com"_L1,
           .chat = "https://api.siliconflow.com/v1/chat/completions"_L1,
           .source = "https://www.siliconflow.com/blog/openai-sdk-siliconflow-compatibility-checks"_L1},
    VendorPreset{.name = "siliconflow-cn"_L1,
           .title = "SiliconFlow (siliconflow.cn)"_L1,
           .baseUrl = "https://api.siliconflow.cn"_L1,
           .messages = "https://api.siliconflow.cn/v1/messages"_L1,
           .chat = "https://api.siliconflow.cn/v1/chat/completions"_L1,
           .source = "https://docs.siliconflow.cn/cn/api-reference/chat-completions/messages"_L1},
    VendorPreset{.name = "minimax"_L1,
           .title = "MiniMax (minimax.io)"_L1,
           .baseUrl = "https://api.minimax.io/anthropic"_L1,
           .messages = "https://api.minimax.io/anthropic/v1/messages"_L1,
           .source = "https://platform.minimax.io/docs/api-reference/text-anthropic-api"_L1},
    VendorPreset{.name = "minimax-cn"_L1,
           .title = "MiniMax (minimaxi.com)"_L1,
           .baseUrl = "https://api.minimaxi.com/anthropic"_L1,
           .messages = "https://api.minimaxi.com/anthropic/v1/messages"_L1,
           .source = "https://platform.minimaxi.com/docs/api-reference/text-anthropic-api"_L1},
    VendorPreset{.name = "groq"_L1,
           .title = "Groq"_L1,
           .baseUrl = "https://api.groq.com/openai"_L1,
           .responses = "https://api.groq.com/openai/v1/responses"_L1,
           .chat = "https://api.groq.com/openai/v1/chat/completions"_L1,
           .source = "https://console.groq.com/docs/openai"_L1},
    VendorPreset{.name = "mistral"_L1,
           .title = "Mistral"_L1,
           .baseUrl = "https://api.mistral.ai"_L1,
           .chat = "https://api.mistral.ai/v1/chat/completions"_L1,
           .source = "https://docs.mistral.ai/api/"_L1},
    VendorPreset{.name = "xai"_L1,
           .title = "xAI"_L1,
           .baseUrl = "https://api.x.ai"_L1,
           .responses = "https://api.x.ai/v1/responses"_L1,
           .chat = "https://api.x.ai/v1/chat/completions"_L1,
           .source = "https://docs.x.ai/developers/rest-api-reference/inference"_L1},
    // Its API without dates: nothing has to be asked for by `api-version`.
    VendorPreset{.name = "azure"_L1,
           .title = "Azure OpenAI"_L1,
           .baseUrl = "https://{resource}.openai.azure.com/openai"_L1,
           .auth = AuthStyle::ApiKey,
           .responses = "https://{resource}.openai.azure.com/openai/v1/responses"_L1,
           .chat = "https://{resource}.openai.azure.com/openai/v1/chat/completions"_L1,
           .source = "https://learn.microsoft.com/en-us/azure/foundry/openai/api-version-lifecycle"_L1},
    VendorPreset{.name = "azure-anthropic"_L1,
           .title = "Azure Claude"_L1,
           .baseUrl = "https://{resource}.services.ai.azure.com/anthropic"_L1,
           .auth = AuthStyle::ApiKey,
           .messages = "https://{resource}.services.ai.azure.com/anthropic/v1/messages"_L1,
           .source = "https://platform.claude.com/docs/en/build-with-claude/claude-in-microsoft-foundry"_L1},
};

constexpr qsizetype longestLabel = 63;

bool isOfLabel(QChar c)
{
    return c.unicode() < 0x80 && (c.isLetterOrNumber() || c == u'-');
}

} // namespace

bool VendorPreset::asksForResource() const
{
    return baseUrl.contains(vendorResource);
}

std::span<const VendorPreset> vendors()
{
    return table;
}

const VendorPreset *vendorNamed(QStringView name)
{
    const auto vendor = std::ranges::find_if(table, [name](const VendorPreset &each) { return !name.isEmpty() && (name == each.name || name == each.alsoName); });
    return vendor == table.end() ? nullptr : &*vendor;
}

QStringList vendorNames()
{
    QStringList names;
    for (const VendorPreset &vendor : table) {
        names.append(vendor.name);
        if (!vendor.alsoName.isEmpty())
            names.append(vendor.alsoName);
    }
    return names;
}

QString vendorResourceFault(const QString &resource)
{
    const bool good = !resource.isEmpty() && resource.size() <= longestLabel && std::ranges::all_of(resource, isOfLabel) && !resource.startsWith(u'-')
        && !resource.endsWith(u'-');
    return good ? QString() : u"must be the name alone: letters, digits and hyphens"_s;
}

QString vendorBaseUrl(const VendorPreset &vendor, const QString &resource)
{
    return QString(vendor.baseUrl).replace(vendorResource, resource);
}

bool isVendorsBaseUrl(const VendorPreset &vendor, QStringView baseUrl)
{
    const qsizetype at = vendor.baseUrl.indexOf(vendorResource);
    if (at < 0)
        return baseUrl == vendor.baseUrl;
    const QLatin1StringView before = vendor.baseUrl.first(at);
    const QLatin1StringView behind = vendor.baseUrl.sliced(at + vendorResource.size());
    return baseUrl.size() > before.size() + behind.size() && baseUrl.startsWith(before) && baseUrl.endsWith(behind)
        && vendorResourceFault(baseUrl.sliced(at).chopped(behind.size()).toString()).isEmpty();
}

QString vendorSpeaks(const VendorPreset &vendor)
{
    QStringList titles;
    for (const VendorCall &call : vendorCalls) {
        if (!(vendor.*call.url).isEmpty())
            titles.append(call.title);
    }
    return titles.join(", "_L1);
}

} // namespace qcc
