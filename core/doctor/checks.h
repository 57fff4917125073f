#pragma once

#include "core/clients/clientsettings.h"
#include "core/config/config.h"
#include "core/doctor/finding.h"
#include "core/facts/endpointstate.h"
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
