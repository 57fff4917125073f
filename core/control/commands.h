#pragma once

#include "core/base/enumwords.h"
#include "core/base/result.h"

#include <QJsonObject>

#include <functional>

namespace qcc {

/// Answers one request, now or later, exactly once. `{"ok":true,"result":…}` or `{"ok":false,"code":…,"message":…,"hint":…}`.
using ControlReply = std::function<void(const QJsonObject &)>;
using ControlHandler = std::function<void(const QJsonObject &request, ControlReply reply)>;

QJsonObject controlOk(const QJsonValue &result = {});
QJsonObject controlFailure(const Failure &failure);

/// What a proxy can be asked over its control socket, beside `subscribe`, which the socket knows by itself.
#define QCC_CONTROL_COMMANDS(X)                    \
    X(Status, "status")                    \
    X(Stats, "stats")                      \
    X(Requests, "requests")                \
    X(Timeline, "timeline")                \
    X(Running, "running")                  \
    X(UseCluster, "use_cluster")           \
    X(Reload, "reload")                    \
    X(TestEndpoints, "test_endpoints")     \
    X(ResetEndpoint, "reset_endpoint")     \
    X(PreferEndpoint, "prefer_endpoint")   \
    X(Stop, "stop")
QCC_ENUM_WITH_WORDS(ControlCommand, QCC_CONTROL_COMMANDS)

/// The request that asks for it: `arguments`, and "cmd".
QJsonObject controlRequest(ControlCommand command, QJsonObject arguments = {});

/// Who answers which command.
class CommandTable
{
public:
    ControlHandler &operator[](ControlCommand command) { return m_handlers[command]; }
    /// Has `answer` answer it at once.
    void answerAtOnce(ControlCommand command, std::function<Result<QJsonObject>(const QJsonObject &request)> answer);
    /// Errors, as an answer: Usage (a command that is not in the table).
    void handle(const QJsonObject &request, const ControlReply &reply) const;

private:
    PerEnum<ControlCommand, ControlHandler> m_handlers;
};

} // namespace qcc
