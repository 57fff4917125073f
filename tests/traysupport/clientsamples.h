#pragma once

#include "ui/clients/clientwords.h"

#include <QDir>

// Clients as they stand on a computer where much is used, for what shows them.

namespace qcc::test {

using namespace Qt::StringLiterals;

inline ClientView clientOf(ClientProgram client, const QString &place, ClientState::Connection connection = ClientState::Connection::None)
{
    ClientState state{client};
    state.isInstalled = true;
    state.places = {QDir::homePath() + place};
    state.connection = connection;
    return {state};
}

inline QList<ClientView> allClients(const QDateTime &now)
{
    using Connection = ClientState::Connection;
    ClientView claude = clientOf(ClientProgram::ClaudeCode, u"/.claude/settings.json"_s, Connection::Here);
    claude.state.since = claude.first = now.addDays(-1);
    claude.last = now.addSecs(-12);
    ClientView codex = clientOf(ClientProgram::Codex, u"/.codex/config.toml"_s, Connection::Elsewhere);
    codex.state.address = u"https://relay-b.example/v1"_s;
    ClientView gemini = clientOf(ClientProgram::GeminiCli, u"/.gemini/.env"_s, Connection::Here);
    gemini.state.since = now.addDays(-1);
    gemini.state.shadows = {u"GOOGLE_GEMINI_BASE_URL is set in the environment, and is stronger."_s};
    ClientView openCode = clientOf(ClientProgram::OpenCode, u"/.config/opencode/opencode.json"_s, Connection::Here);
    openCode.state.since = now.addSecs(-40);
    ClientView qwen = clientOf(ClientProgram::QwenCode, u"/.qwen/settings.json"_s, Connection::Unclear);
    qwen.state.problem = u"line 14 is not valid JSON: a comma is missing"_s;
    return {claude, codex, gemini, openCode, qwen};
}

inline QList<ClientView> noClients()
{
    QList<ClientView> clients = allClients({});
    for (ClientView &each : clients) {
        each = clientOf(each.state.client, u"/x"_s);
        each.state.isInstalled = false;
    }
    return clients;
}

inline ShownChange codexChange()
{
    return {ClientProgram::Codex, true, {},
            {{QDir::homePath() + u"/.codex/config.toml"_s, false, false,
              {u"@@ line 1"_s, u"-model_provider = \"openai\""_s, u"+model_provider = \"qcc\""_s, u"@@ line 4"_s, u"+[model_providers.qcc]"_s, u"+name = \"qcc\""_s,
               u"+base_url = \"http://127.0.0.1:7860/v1\""_s, u"+wire_api = \"responses\""_s, u"+supports_websockets = false"_s, u"+experimental_bearer_token = \"qcc\""_s}}}};
}

inline ShownChange claudeChange(bool connects)
{
    const QChar sign = connects ? u'+' : u'-';
    return {ClientProgram::ClaudeCode, connects, {},
            {{QDir::homePath() + u"/.claude/settings.json"_s, false, false,
              {u"@@ line 3"_s, sign + u"    \"ANTHROPIC_BASE_URL\": \"http://127.0.0.1:7860\","_s, sign + u"    \"ANTHROPIC_AUTH_TOKEN\": \"***\""_s}}}};
}

} // namespace qcc::test
