#include "core/api/protocol.h"

#include "core/api/errorjson.h"

#include <array>

using namespace Qt::StringLiterals;

namespace qcc {

namespace {

/// Anthropic's words in a shape that OpenAI's clients read as well.
QByteArray unknownErrorBody(int status, const QString &message)
{
    QJsonObject object = openAiError(messagesProtocol.errorType(status), openAiErrorCode(status), message);
    object.insert(u"type"_s, u"error"_s);
    return errorText(object);
}

const Protocol unknownProtocol{Dialect::Unknown, nullptr, [](int status) { return messagesProtocol.errorType(status); }, unknownErrorBody};

} // namespace

/// The one list of what is spoken.
const Protocol &protocolOf(Dialect dialect)
{
    static constexpr std::array<const Protocol *, 5> protocols = {&messagesProtocol, &chatProtocol, &responsesProtocol, &geminiProtocol, &unknownProtocol};
    for (const Protocol *protocol : protocols) {
        if (protocol->dialect == dialect)
            return *protocol;
    }
    Q_UNREACHABLE();
}

QString errorType(Dialect dialect, int status)
{
    return protocolOf(dialect).errorType(status);
}

QByteArray errorBody(Dialect dialect, int status, const QString &message)
{
    return protocolOf(dialect).errorBody(status, message);
}

} // namespace qcc
