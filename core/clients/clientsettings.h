#pragma once

#include "core/base/enumwords.h"
#include "core/import/importplaces.h"

namespace qcc {

class Paths;

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

/// What the settings of a client say of where it sends its requests.
struct ClientSetting {
    ClientProgram client = ClientProgram::ClaudeCode;
    QString place;         ///< The file, or the variable.
    QString url = {};      ///< As it stands there; empty: none.
    QString problem = {};  ///< Why the file says nothing, as the rest of a sentence.
    QStringList keys = {}; ///< What must not be shown.
};

/// Where clients keep their settings.
struct ClientPlaces {
    ImportPlaces places;
    QString openCode;  ///< The folder of opencode.
    QString qwen = {}; ///< The folder of qwen-code.

    static ClientPlaces ofThisUser(const Paths &paths);
};

/// opencode's settings file: the one with comments where there is one.
QString openCodeSettings(const ClientPlaces &places);

/// The settings of the clients that there are for this user. Nothing is changed anywhere.
/// Thread: any that may wait: it reads a few small files.
QList<ClientSetting> clientSettings(const ClientPlaces &places);

} // namespace qcc
