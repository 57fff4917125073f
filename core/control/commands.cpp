#include "core/control/commands.h"

#include <QJsonDocument>

namespace qcc {

using namespace Qt::StringLiterals;

QJsonObject controlOk(const QJsonValue &result)
{
    return {{"ok"_L1, true}, {"result"_L1, result}};
}

QJsonObject controlFailure(const Failure &failure)
{
    return {{"ok"_L1, false},
            {"code"_L1, toWord(failure.code)},
            {"message"_L1, failure.message},
            {"hint"_L1, failure.hint}};
}

QJsonObject controlRequest(ControlCommand command, QJsonObject arguments)
{
    arguments.insert("cmd"_L1, toWord(command));
    return arguments;
}

void CommandTable::answerAtOnce(ControlCommand command, std::function<Result<QJsonObject>(const QJsonObject &request)> answer)
{
    m_handlers[command] = [answer = std::move(answer)](const QJsonObject &request, const ControlReply &reply) {
        const Result<QJsonObject> result = answer(request);
        reply(result ? controlOk(*result) : controlFailure(result.error()));
    };
}

void CommandTable::handle(const QJsonObject &request, const ControlReply &reply) const
{
    const QString word = request.value("cmd"_L1).toString();
    const std::optional<ControlCommand> command = fromWord<ControlCommand>(word);
    if (!command || !m_handlers[*command])
        return reply(controlFailure({ErrorCode::Usage, u"the proxy does not know the command \"%1\""_s.arg(word), QString()}));
    m_handlers[*command](request, reply);
}

QByteArray toLine(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n';
}

std::optional<QByteArray> LineBuffer::takeLine()
{
    const qsizetype end = m_bytes.indexOf('\n', m_searched);
    if (end < 0) {
        m_searched = m_bytes.size();
        return std::nullopt;
    }
    QByteArray line = m_bytes.first(end);
    m_bytes.remove(0, end + 1);
    m_searched = 0;
    return line;
}

} // namespace qcc
