#include "core/api/protocol.h"

#include "core/api/apierror.h"

#include <algorithm>
#include <array>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

/// Anthropic's words in a shape that OpenAI's clients read as well.
QByteArray unknownErrorBody(int status, const QString &message)
{
    QJsonObject object = openAiError(messagesProtocol.errorType(status), openAiErrorCode(status), message);
    object.insert(u"type"_s, u"error"_s);
    return errorText(object);
}

} // namespace

const Protocol unknownProtocol{
    .claims = nullptr,
    .generates = nullptr,
    .paths = {},
    .reader = nullptr,
    .errorType = [](int status) { return messagesProtocol.errorType(status); },
    .errorBody = unknownErrorBody,
    .samplePath = nullptr,
    .sampleJson = nullptr,
    .sampleEvents = nullptr,
    .sampleClosing = 0,
    .sampleQuestion = nullptr,
    .sampleModel = nullptr,
    .words = nullptr};

QString errorType(Dialect dialect, int status)
{
    return protocolOf(dialect).errorType(status);
}

QByteArray errorBody(Dialect dialect, int status, const QString &message)
{
    return protocolOf(dialect).errorBody(status, message);
}

bool saysSomething(QByteArrayView value)
{
    if (value.isEmpty() || value == "null" || value == "false" || value == "\"\"" || value == "0")
        return false;
    if (value.front() != '{' && value.front() != '[')
        return true;
    return std::any_of(value.begin() + 1, value.end() - 1, [](char c) { return c != ' ' && c != '\t' && c != '\n' && c != '\r'; });
}

QByteArrayView textOf(QByteArrayView token, QByteArray &decoded)
{
    if (token.size() < 2 || token.front() != '"')
        return {};
    const QByteArrayView inner = token.sliced(1, token.size() - 2);
    if (std::memchr(inner.data(), '\\', static_cast<std::size_t>(inner.size())) == nullptr)
        return inner;
    decoded = stringOf(token).value_or(QByteArray());
    return decoded;
}

bool isNonEmptyText(QByteArrayView token)
{
    return token.size() > 2 && token.front() == '"';
}

bool ErrorMarks::take(JsonReader &reader, QByteArrayView key)
{
    enum { Error, Errors, Object, Code, Message, Msg, ErrorCode, ErrorMessage, BaseResponse };
    static constexpr std::array<std::string_view, 9> words = {"error", "errors", "object", "code", "message", "msg", "error_code", "error_msg", "base_resp"};
    switch (placeOf(key, words)) {
    case Error:
    case Errors:
        m_error = saysSomething(reader.value()) || m_error;
        return true;
    case Object:
        m_error = isText(reader.value(), "error") || m_error;
        return true;
    case Code:
        m_code = saysSomething(reader.value()) || m_code;
        return true;
    case Message:
    case Msg:
        if (reader.begins() != '"')
            return false;
        m_words = isNonEmptyText(reader.value()) || m_words;
        return true;
    case ErrorCode:
    case ErrorMessage:
        m_refused = saysSomething(reader.value()) || m_refused;
        return true;
    case BaseResponse:
        if (reader.begins() != '{' || !reader.enter())
            return false;
        while (const auto inner = reader.nextKey())
            if (*inner == "status_code")
                m_refused = saysSomething(reader.value()) || m_refused;
        reader.leave();
        return true;
    default:
        return false;
    }
}

} // namespace qcc
