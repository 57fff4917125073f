#include "core/api/apierror.h"
#include "core/api/protocol.h"
#include "core/api/sampleanswer.h"

#include <QJsonArray>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace qcc {

namespace {

const UsageNames usageNames{{"input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens"}, {"output_tokens"}};

/// Anthropic's Messages. Source: https://docs.anthropic.com/en/docs/build-with-claude/streaming
class MessagesReader final : public ProtocolReader
{
public:
    MessageMeaning event(QByteArrayView name, QByteArrayView data) override;
    MessageMeaning answer(QByteArrayView json) override;
    QByteArray missingEnd() const override { return "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"; }
    bool mendsTornEvent() const override { return true; } // the line break ends the torn line, the new name makes it an error
    QByteArray brokenEnd(const QString &message) const override
    {
        // Its SDK would skip an unnamed event.
        return "event: error\ndata: " + messagesProtocol.errorBody(502, message) + "\n\n";
    }
    bool needsBlankLine() const override { return true; }

private:
    void takeUsage(const TokenUsage &said);
};

/// Whether the object at hand has a stop reason.
bool hasStopReason(JsonReader &json)
{
    bool has = false;
    if (json.begins() != '{' || !json.enter())
        return false;
    while (const auto key = json.nextKey())
        if (*key == "stop_reason")
            has = isNonEmptyText(json.value());
    json.leave();
    return has;
}

/// Whether the content block at hand is text, or thinking, with nothing in it yet.
bool isEmptyBlock(JsonReader &json)
{
    bool ofText = false;
    bool empty = true;
    if (json.begins() != '{' || !json.enter())
        return false;
    while (const auto key = json.nextKey()) {
        if (*key == "type") {
            const QByteArrayView type = json.value();
            ofText = isText(type, "text") || isText(type, "thinking");
        } else if (*key == "text" || *key == "thinking") {
            empty = !isNonEmptyText(json.value()) && empty;
        }
    }
    json.leave();
    return ofText && empty;
}

/// Input is told once or twice, and either time some relays leave out parts of it.
void MessagesReader::takeUsage(const TokenUsage &said)
{
    const std::optional<qint64> before = m_usage.input;
    m_usage.take(said);
    if (before && said.input)
        m_usage.input = std::max(*before, *said.input);
}

MessageMeaning MessagesReader::event(QByteArrayView name, QByteArrayView data)
{
    JsonReader json(data);
    QByteArray decoded;
    QByteArrayView type;
    ErrorMarks marks;
    TokenUsage opened, told;
    bool emptyBlock = false, stopped = false;
    while (const auto key = json.nextKey()) {
        if (*key == "type") {
            type = textOf(json.value(), decoded);
        } else if (*key == "delta") {
            stopped = hasStopReason(json);
        } else if (*key == "content_block") {
            emptyBlock = isEmptyBlock(json);
        } else if (*key == "usage") {
            told = usageAt(json, usageNames);
        } else if (*key == "message" && json.begins() == '{' && json.enter()) {
            while (const auto inner = json.nextKey()) {
                if (*inner == "usage")
                    opened = usageAt(json, usageNames);
                else if (*inner == "model")
                    m_model = stringOf(json.value()).value_or(m_model);
            }
            json.leave();
        } else {
            marks.take(json, *key);
        }
    }
    const bool isOther = type.isEmpty() && name.isEmpty(); // nobody knows what, but somebody may read it
    if (type.isEmpty())
        type = name;
    MessageMeaning meaning;
    const bool isBlock = type.startsWith("content_block");
    meaning.error = type == QByteArrayView("error") || name == QByteArrayView("error") || marks.isError(isBlock || type.startsWith("message_"));
    if (meaning.error)
        return meaning;
    if (type == QByteArrayView("message_start")) {
        // Its output is a placeholder.
        opened.output.reset();
        takeUsage(opened);
    } else if (type == QByteArrayView("message_delta")) {
        takeUsage(told);
        meaning.final = stopped;
    } else if (type == QByteArrayView("message_stop")) {
        meaning.end = true;
    } else if (isBlock && type != QByteArrayView("content_block_stop")) {
        meaning.content = !(emptyBlock && type == QByteArrayView("content_block_start"));
    } else {
        meaning.content = isOther;
    }
    return meaning;
}

MessageMeaning MessagesReader::answer(QByteArrayView text)
{
    JsonReader json(text);
    ErrorMarks marks;
    MessageMeaning meaning;
    TokenUsage said;
    while (const auto key = json.nextKey()) {
        if (*key == "type") {
            meaning.error = isText(json.value(), "error") || meaning.error;
        } else if (*key == "content") {
            meaning.usual = true;
            meaning.content = saysSomething(json.value());
        } else if (*key == "stop_reason") {
            meaning.final = isNonEmptyText(json.value());
        } else if (*key == "usage") {
            said = usageAt(json, usageNames);
        } else if (*key == "model") {
            m_model = stringOf(json.value()).value_or(m_model);
        } else {
            marks.take(json, *key);
        }
    }
    takeUsage(said);
    meaning.error = meaning.error || marks.isError(meaning.usual);
    return meaning;
}

/// Source: https://docs.anthropic.com/en/api/errors
QString messagesErrorType(int status)
{
    switch (status) {
    case 401:
        return u"authentication_error"_s;
    case 402:
        return u"billing_error"_s;
    case 403:
        return u"permission_error"_s;
    case 404:
        return u"not_found_error"_s;
    case 413:
        return u"request_too_large"_s;
    case 429:
        return u"rate_limit_error"_s;
    case 408:
    case 504:
        return u"timeout_error"_s;
    case 529:
        return u"overloaded_error"_s;
    default:
        return status >= 400 && status < 500 ? u"invalid_request_error"_s : u"api_error"_s;
    }
}

QByteArray messagesErrorBody(int status, const QString &message)
{
    const QJsonObject error{{u"message"_s, message}, {u"type"_s, messagesErrorType(status)}};
    return errorText({{u"error"_s, error}, {u"type"_s, u"error"_s}});
}

/// Vertex speaks this protocol by these. Source: https://docs.anthropic.com/en/api/claude-on-vertex-ai
bool isRawPredict(QByteArrayView last)
{
    return last.endsWith(":rawPredict") || last.endsWith(":streamRawPredict");
}

bool claimsMessages(const PathSegments &path)
{
    return path.endsWithOrBefore("messages", {"count_tokens", "batches"}) ? !path.contains("threads") : isRawPredict(path.last());
}

bool generatesMessages(const PathSegments &path)
{
    return isRawPredict(path.last()) || (path.last() == "messages" && !path.isOfKeeping());
}

QJsonObject anthropicUsage(const SampleAnswer &answer, int outputTokens)
{
    return {{u"input_tokens"_s, answer.inputTokens}, {u"output_tokens"_s, outputTokens},
            {u"cache_creation_input_tokens"_s, 0}, {u"cache_read_input_tokens"_s, 0}};
}

QJsonObject anthropicMessage(const SampleAnswer &answer, const QJsonArray &content, const QJsonValue &stopReason,
                             int outputTokens)
{
    return {{u"id"_s, u"msg_"_s + answer.id}, {u"type"_s, u"message"_s}, {u"role"_s, u"assistant"_s},
            {u"model"_s, answer.model}, {u"content"_s, content}, {u"stop_reason"_s, stopReason},
            {u"stop_sequence"_s, QJsonValue::Null}, {u"usage"_s, anthropicUsage(answer, outputTokens)}};
}

QJsonObject anthropicText(const QString &text)
{
    return {{u"type"_s, u"text"_s}, {u"text"_s, text}};
}

QList<QByteArray> anthropicEvents(const SampleAnswer &answer)
{
    QList<QByteArray> events{
        namedEvent({{u"type"_s, u"message_start"_s},
                    {u"message"_s, anthropicMessage(answer, {}, QJsonValue::Null, 1)}}),
        namedEvent({{u"type"_s, u"ping"_s}}),
        namedEvent({{u"type"_s, u"content_block_start"_s}, {u"index"_s, 0}, {u"content_block"_s, anthropicText({})}})};
    for (const QString &piece : answer.pieces) {
        const QJsonObject delta{{u"type"_s, u"text_delta"_s}, {u"text"_s, piece}};
        events += namedEvent({{u"type"_s, u"content_block_delta"_s}, {u"index"_s, 0}, {u"delta"_s, delta}});
    }
    const QJsonObject end{{u"stop_reason"_s, u"end_turn"_s}, {u"stop_sequence"_s, QJsonValue::Null}};
    events += namedEvent({{u"type"_s, u"content_block_stop"_s}, {u"index"_s, 0}});
    events += namedEvent({{u"type"_s, u"message_delta"_s}, {u"delta"_s, end},
                          {u"usage"_s, anthropicUsage(answer, answer.outputTokens())}});
    events += namedEvent({{u"type"_s, u"message_stop"_s}});
    return events;
}

QByteArray anthropicJson(const SampleAnswer &answer)
{
    return compactJson(anthropicMessage(answer, {anthropicText(answer.text())}, u"end_turn"_s, answer.outputTokens()));
}

SampleQuestion messagesQuestion(const QString &model)
{
    const QJsonObject turn{{u"role"_s, u"user"_s}, {u"content"_s, u"hi"_s}};
    return {"/v1/messages", compactJson({{u"model"_s, model}, {u"max_tokens"_s, 1}, {u"stream"_s, true}, {u"messages"_s, QJsonArray{turn}}})};
}

QString messagesWords(const QJsonObject &message)
{
    const QString begins = message.value("content_block"_L1)["text"_L1].toString();
    return begins + message.value("delta"_L1)["text"_L1].toString() + textsIn(message.value("content"_L1).toArray());
}

constexpr auto messagesPaths = std::to_array<ApiPath>({{"/messages/count_tokens"}, {"/messages"}, {"/messages/batches"}});

} // namespace

const Protocol messagesProtocol{
    .claims = claimsMessages,
    .generates = generatesMessages,
    .paths = messagesPaths,
    .reader = []() -> std::unique_ptr<ProtocolReader> { return std::make_unique<MessagesReader>(); },
    .errorType = messagesErrorType,
    .errorBody = messagesErrorBody,
    .samplePath = "/messages",
    .sampleJson = anthropicJson,
    .sampleEvents = anthropicEvents,
    .sampleClosing = 3,
    .sampleQuestion = messagesQuestion,
    .sampleModel = "claude-haiku-4-5",
    .words = messagesWords};

} // namespace qcc
