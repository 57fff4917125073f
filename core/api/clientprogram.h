#pragma once

#include "core/base/enumwords.h"

#include <QList>
#include <QString>
#include <QStringList>

#include <optional>

namespace qcc {

struct HeaderField;

/// Programs that can be told to ask qcc.
#define QCC_CLIENT_PROGRAMS(X)        \
    X(ClaudeCode, "Claude Code")      \
    X(Codex, "Codex")                 \
    X(GeminiCli, "Gemini CLI")        \
    X(OpenCode, "opencode")           \
    X(QwenCode, "qwen-code")          \
    X(OpenAiSdk, "OpenAI's SDK")
QCC_ENUM_WITH_WORDS(ClientProgram, QCC_CLIENT_PROGRAMS)

/// What it is called on the command line and in files: "claude-code".
QString slugOf(ClientProgram client);
std::optional<ClientProgram> clientOfSlug(const QString &slug);

/// What its requests say that they come from: the product that their User-Agent begins with, or one that goes on behind it with "-" or "_". Source: the
/// programs on the wire.
QStringList productsOf(ClientProgram client);
/// Nothing: of none of them.
std::optional<ClientProgram> clientOfProduct(const QString &product);

/// What a request is to its client, in its own words and in lower case, the one that says most first; none where it does not say.
/// - Claude Code: `x-claude-code-request-class` (main, subagent, workflow, compaction, auxiliary; sent where hint headers are on), `x-claude-code-agent-type`
///   (explore, plan, …); without hints `subagent` where `x-claude-code-agent-id` is there.
/// - Codex: `subagent` and the word of `x-openai-subagent` (review, compact, …) where that is there, `request_kind` of `x-codex-turn-metadata` (turn, …).
/// Source: code.claude.com/docs/en/llm-gateway-protocol; Codex on the wire.
QStringList requestClassesOf(const QList<HeaderField> &headers);

} // namespace qcc
