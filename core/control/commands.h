#pragma once

#include "core/base/enumwords.h"
#include "core/base/result.h"

#include <QByteArray>
#include <QJsonObject>
#include <QObject>
#include <QPointer>

#include <concepts>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

namespace qcc {

/// Answers one request, now or later, exactly once. `{"ok":true,"result":…}` or `{"ok":false,"code":…,"message":…,"hint":…}`.
class ControlReply
{
public:
    using Answer = std::function<void(const QJsonObject &)>;

    template <std::invocable<const QJsonObject &> Function>
        requires(!std::same_as<std::remove_cvref_t<Function>, ControlReply>)
    ControlReply(Function &&answer, QObject *asker = nullptr) : m_answer(std::forward<Function>(answer)), m_asker(asker)
    {
    }
    void operator()(const QJsonObject &answer) const { m_answer(answer); }
    /// Is destroyed when who asked has left, so that what costs something need not go on for nobody. Null where that is not known.
    QObject *asker() const { return m_asker; }

private:
    Answer m_answer;
    QPointer<QObject> m_asker;
};

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
    X(WriteHistory, "write_history")       \
    X(ClearHistory, "clear_history")       \
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

/// The longest line of the control protocol in either direction.
inline constexpr qsizetype controlLineLimitBytes = qsizetype(16) * 1024 * 1024;

/// A JSON object as one line of the control protocol.
QByteArray toLine(const QJsonObject &object);

/// Cuts a byte stream into lines, looking at each byte once however small the pieces are.
class LineBuffer
{
public:
    void append(const QByteArray &bytes) { m_bytes += bytes; }
    /// The next whole line without its end, or nothing yet.
    std::optional<QByteArray> takeLine();
    /// Whether a line has begun that will not fit controlLineLimitBytes.
    bool isOverLimit() const { return m_bytes.size() > controlLineLimitBytes; }

private:
    QByteArray m_bytes;
    qsizetype m_searched = 0;
};

} // namespace qcc
