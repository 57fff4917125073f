#include "core/api/clientprogram.h"

#include "core/http/headers.h"
#include "core/http/jsonreader.h"

#include <algorithm>

namespace qcc {

using namespace Qt::StringLiterals;

QString slugOf(ClientProgram client)
{
    switch (client) {
    case ClientProgram::ClaudeCode: return u"claude-code"_s;
    case ClientProgram::Codex: return u"codex"_s;
    case ClientProgram::GeminiCli: return u"gemini-cli"_s;
    case ClientProgram::OpenCode: return u"opencode"_s;
    case ClientProgram::QwenCode: return u"qwen-code"_s;
    case ClientProgram::OpenAiSdk: return u"openai-sdk"_s;
    }
    Q_UNREACHABLE();
}

std::optional<ClientProgram> clientOfSlug(const QString &slug)
{
    for (const ClientProgram client : EnumTable<ClientProgram>::values) {
        if (slugOf(client) == slug)
            return client;
    }
    return std::nullopt;
}

QStringList productsOf(ClientProgram client)
{
    switch (client) {
    case ClientProgram::ClaudeCode: return {u"claude-cli"_s, u"claude-code"_s};
    case ClientProgram::Codex: return {u"codex"_s, u"codex_cli_rs"_s, u"codex_exec"_s, u"codex-tui"_s, u"codex_vscode"_s};
    case ClientProgram::GeminiCli: return {u"GeminiCLI"_s};
    case ClientProgram::OpenCode: return {u"opencode"_s};
    case ClientProgram::QwenCode: return {u"QwenCode"_s};
    // Any program may be made with it.
    case ClientProgram::OpenAiSdk: return {};
    }
    Q_UNREACHABLE();
}

std::optional<ClientProgram> clientOfProduct(const QString &product)
{
    for (const ClientProgram client : EnumTable<ClientProgram>::values) {
        for (const QString &known : productsOf(client)) {
            const QStringView rest = product.startsWith(known) ? QStringView(product).sliced(known.size()) : QStringView(u"/");
            if (rest.isEmpty() || rest.startsWith(u'-') || rest.startsWith(u'_'))
                return client;
        }
    }
    return std::nullopt;
}

namespace {

/// Clients choose these words: what is none is nothing to go by, and nothing to keep.
constexpr qsizetype longestClass = 40;

void add(QStringList &classes, QByteArrayView word)
{
    const QByteArrayView bare = word.trimmed();
    const bool isWord = !bare.isEmpty() && bare.size() <= longestClass && std::all_of(bare.begin(), bare.end(), isTokenChar);
    if (const QString text = isWord ? QString::fromLatin1(bare).toLower() : QString(); isWord && !classes.contains(text))
        classes.append(text);
}

} // namespace

QStringList requestClassesOf(const HeaderList &headers)
{
    QByteArrayView hinted, agentType, subagent, turn;
    bool isAgents = false;
    for (const HeaderField &field : headers) {
        // Most fields are told from these by their first letter.
        if (field.name.isEmpty() || (field.name.front() | 0x20) != 'x')
            continue;
        if (isNamed(field, "x-claude-code-request-class"))
            hinted = field.value;
        else if (isNamed(field, "x-claude-code-agent-type"))
            agentType = field.value;
        else if (isNamed(field, "x-claude-code-agent-id"))
            isAgents = true;
        else if (isNamed(field, "x-openai-subagent"))
            subagent = field.value;
        else if (isNamed(field, "x-codex-turn-metadata"))
            turn = field.value;
    }
    QStringList classes;
    add(classes, hinted);
    if (classes.isEmpty() && (isAgents || !agentType.isEmpty() || !subagent.isEmpty()))
        add(classes, "subagent");
    add(classes, agentType);
    add(classes, subagent);
    if (!turn.isEmpty()) {
        if (const std::optional<QByteArray> kind = stringMember(turn, "request_kind"))
            add(classes, *kind);
    }
    return classes;
}

} // namespace qcc
