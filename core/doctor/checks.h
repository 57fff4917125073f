#pragma once

#include "core/config/config.h"
#include "core/doctor/finding.h"
#include "core/facts/endpointstate.h"
#include "core/import/importplaces.h"
#include "core/plane/acceptor.h"

#include <QJsonArray>
#include <QJsonObject>

#include <optional>

namespace qcc {

class Paths;

/// What was seen of one enabled endpoint.
struct SeenEndpoint {
    QString cluster;
    Endpoint endpoint;
    QString proxy;                           ///< As it may be shown; empty: there is none between.
    std::optional<ProbeResult> result = {};  ///< Absent: it was not asked, or no time was left.
};

/// What was seen of qcc's own port.
struct SeenPort {
    QJsonObject status = {};                 ///< Of the running proxy, by its control socket.
    std::optional<ErrorCode> silence = {};   ///< Why there is no status.
    std::optional<ProbeResult> answer = {};  ///< What came of a request to the port.
    PortOwner owner = {};                    ///< Who listens there, as far as the system tells.
    qint64 pid = 0;                          ///< Of the proxy, by its pid file.
};

/// Programs that can be told to ask qcc.
#define QCC_CLIENT_PROGRAMS(X)        \
    X(ClaudeCode, "Claude Code")      \
    X(Codex, "Codex")                 \
    X(GeminiCli, "Gemini CLI")        \
    X(OpenCode, "opencode")           \
    X(OpenAiSdk, "OpenAI's SDK")
QCC_ENUM_WITH_WORDS(ClientProgram, QCC_CLIENT_PROGRAMS)

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
    QString openCode; ///< The folder of opencode.

    static ClientPlaces ofThisUser(const Paths &paths);
};

/// The settings of the clients that there are for this user. Nothing is changed anywhere.
/// Thread: any that may wait: it reads a few small files.
QList<ClientSetting> clientSettings(const ClientPlaces &places);

/// All that was seen: what the findings follow from, without a look at anything else.
struct Examination {
    QString homeProblem = {};       ///< As homeOwnerProblem().
    QString configPath = {};
    bool configIsThere = true;
    std::optional<Config> config = {};
    Failure configFailure = {};     ///< Where there is no config.
    QStringList secretFiles = {};   ///< Files with keys that are there.
    QStringList exposedFiles = {};  ///< Of them those that others get at.
    SeenPort port = {};
    QList<SeenEndpoint> endpoints = {}; ///< Those of the active cluster first.
    bool offline = false;
    QJsonArray states = {};         ///< What the running proxy thinks of its endpoints, as in its stats.
    Variables environment = {};
    QList<ClientSetting> clients = {};
};

/// The findings, in the order of Check.
QList<Finding> findingsOf(const Examination &seen);

/// Those about clients.
QList<Finding> clientFindings(const Examination &seen);

/// The address by which clients reach qcc: that of the running one, else that of the configuration.
QString addressOf(const Examination &seen);

} // namespace qcc
