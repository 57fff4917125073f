#include "core/api/apierror.h"
#include "core/api/protocol.h"
#include "core/api/sampleanswer.h"

#include <QJsonArray>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace qcc {

namespace {

const UsageNames usageNames{{"input_tokens"}, {"output_tokens"}};

/// OpenAI's Responses. Source: https://platform.openai.com/docs/api-reference/responses-streaming
class ResponsesReader final : public ProtocolReader
{
public:
    MessageMeaning event(QByteArrayView name, QByteArrayView data) override;
    MessageMeaning answer(QByteArrayView json) override;
    QByteArray brokenEnd(const QString &message) const override;
    bool needsBlankLine() const override { return true; }

private:
    struct Stored {
        bool hasOutput = false, output = false, failed = false, unfinished = false;
    };
    bool readMember(JsonReader &json, QByteArrayView key, Stored &stored);

    QByteArray m_id;        ///< Of the response, without which its readers take what ends it for another's.
    qint64 m_events = 0;    ///< Which is what the next sequence number would be.
    bool m_created = false; ///< response.created has come, without which its readers take no other event.
};

bool isOpening(QByteArrayView type)
{
    static constexpr std::array<QByteArrayView, 5> openings = {"response.created", "response.in_progress", "response.queued",
                                                               "response.output_item.added", "response.content_part.added"};
    return std::find(openings.begin(), openings.end(), type) != openings.end();
}

/// A member of the response object; false where it is none that tells anything.
bool ResponsesReader::readMember(JsonReader &json, QByteArrayView key, Stored &stored)
{
    if (key == "output") {
        stored.hasOutput = true;
        stored.output = saysSomething(json.value());
    } else if (key == "status") {
        const QByteArrayView status = json.value();
        stored.failed = isText(status, "failed") || stored.failed;
        stored.unfinished = isText(status, "queued") || isText(status, "in_progress") || isText(status, "cancelled") || isText(status, "incomplete");
    } else if (key == "usage") {
        m_usage.take(usageAt(json, usageNames));
    } else if (key == "model") {
        m_model = stringOf(json.value()).value_or(m_model);
    } else if (key == "id") {
        m_id = stringOf(json.value()).value_or(m_id);
    } else if (key == "error") {
        stored.failed = saysSomething(json.value()) || stored.failed;
    } else {
        return false;
    }
    return true;
}

MessageMeaning ResponsesReader::event(QByteArrayView name, QByteArrayView data)
{
    ++m_events;
    JsonReader json(data);
    QByteArray decoded;
    QByteArrayView type;
    ErrorMarks marks;
    Stored stored;
    while (const auto key = json.nextKey()) {
        if (*key == "type") {
            type = textOf(json.value(), decoded);
        } else if (*key == "response" && json.begins() == '{' && json.enter()) {
            while (const auto inner = json.nextKey())
                readMember(json, *inner, stored);
            json.leave();
        } else {
            marks.take(json, *key);
        }
    }
    const bool isOther = type.isEmpty() && name.isEmpty(); // nobody knows what, but somebody may read it
    if (type.isEmpty())
        type = name;
    MessageMeaning meaning;
    meaning.error = type == QByteArrayView("error") || name == QByteArrayView("error") || type == QByteArrayView("response.failed")
        || type == QByteArrayView("response.error") || stored.failed || marks.isError(type.startsWith("response."));
    m_created = m_created || type == QByteArrayView("response.created");
    // Of itself it is an end, too: its reader needs no other sign.
    meaning.end = meaning.error && type == QByteArrayView("response.failed");
    if (meaning.error)
        return meaning;
    if (type == QByteArrayView("response.completed") || type == QByteArrayView("response.incomplete")) {
        meaning.end = true;
        meaning.content = stored.output;
        // Why it is incomplete is why it ends.
        meaning.final = type == QByteArrayView("response.incomplete");
    } else {
        meaning.content = isOther || (type.startsWith("response.") && !isOpening(type));
    }
    return meaning;
}

MessageMeaning ResponsesReader::answer(QByteArrayView text)
{
    JsonReader json(text);
    ErrorMarks marks;
    MessageMeaning meaning;
    Stored stored;
    while (const auto key = json.nextKey()) {
        if (*key == "type")
            meaning.error = isText(json.value(), "error") || meaning.error;
        else if (!readMember(json, *key, stored))
            marks.take(json, *key);
    }
    meaning.usual = stored.hasOutput || stored.unfinished;
    meaning.content = stored.output;
    meaning.final = stored.unfinished;
    meaning.error = meaning.error || stored.failed || marks.isError(meaning.usual);
    return meaning;
}

QByteArray responseEvent(const QString &type, qint64 sequence, const QJsonObject &response)
{
    return "event: " + type.toLatin1() + "\ndata: "
        + errorText({{u"type"_s, type}, {u"sequence_number"_s, sequence}, {u"response"_s, response}}) + "\n\n";
}

/// Its readers count events, and take none before response.created.
QByteArray ResponsesReader::brokenEnd(const QString &message) const
{
    const QString id = m_id.isEmpty() ? u"resp_failed"_s : QString::fromUtf8(m_id);
    QJsonObject response{{u"id"_s, id}, {u"object"_s, u"response"_s}, {u"status"_s, u"in_progress"_s},
                         {u"error"_s, QJsonValue::Null}, {u"output"_s, QJsonArray()}};
    QByteArray events;
    qint64 sequence = m_events;
    if (!m_created)
        events += responseEvent(u"response.created"_s, sequence++, response);
    response.insert(u"status"_s, u"failed"_s);
    response.insert(u"error"_s, QJsonObject{{u"code"_s, u"server_error"_s}, {u"message"_s, message}});
    return events + responseEvent(u"response.failed"_s, sequence, response);
}

/// A thread's messages are OpenAI's, too, wherever they lie.
bool claimsResponses(const PathSegments &path)
{
    return path.contains("responses") && !path.endsWithOrBefore("messages", {"count_tokens", "batches"});
}

bool generatesResponses(const PathSegments &path)
{
    return path.last() == "responses" && !path.isOfKeeping();
}

QJsonObject with(QJsonObject object, const QString &key, const QJsonValue &value)
{
    object.insert(key, value);
    return object;
}

QJsonObject outputText(const QString &text)
{
    return {{u"type"_s, u"output_text"_s}, {u"text"_s, text}, {u"annotations"_s, QJsonArray()}, {u"logprobs"_s, QJsonArray()}};
}

QJsonObject outputMessage(const SampleAnswer &answer, const QString &status, const QJsonArray &content)
{
    return {{u"id"_s, u"msg_"_s + answer.id}, {u"type"_s, u"message"_s}, {u"role"_s, u"assistant"_s},
            {u"status"_s, status}, {u"content"_s, content}};
}

QJsonObject response(const SampleAnswer &answer, const QString &status, const QJsonArray &output, const QJsonValue &usage)
{
    return {{u"id"_s, u"resp_"_s + answer.id}, {u"object"_s, u"response"_s}, {u"created_at"_s, answer.createdAt},
            {u"status"_s, status}, {u"model"_s, answer.model}, {u"output"_s, output}, {u"usage"_s, usage},
            {u"error"_s, QJsonValue::Null}, {u"incomplete_details"_s, QJsonValue::Null}, {u"instructions"_s, QJsonValue::Null},
            {u"metadata"_s, QJsonObject()}, {u"parallel_tool_calls"_s, true}, {u"tool_choice"_s, u"auto"_s},
            {u"tools"_s, QJsonArray()}, {u"temperature"_s, 1.0}, {u"top_p"_s, 1.0}};
}

QJsonObject completedResponse(const SampleAnswer &answer)
{
    const QJsonObject usage{{u"input_tokens"_s, answer.inputTokens},
                            {u"input_tokens_details"_s, QJsonObject{{u"cached_tokens"_s, 0}}},
                            {u"output_tokens"_s, answer.outputTokens()},
                            {u"output_tokens_details"_s, QJsonObject{{u"reasoning_tokens"_s, 0}}},
                            {u"total_tokens"_s, answer.inputTokens + answer.outputTokens()}};
    const QJsonObject message = outputMessage(answer, u"completed"_s, {outputText(answer.text())});
    return response(answer, u"completed"_s, {message}, usage);
}

QList<QByteArray> responsesEvents(const SampleAnswer &answer)
{
    QList<QByteArray> events;
    const auto add = [&events](const QString &type, QJsonObject data) {
        data.insert(u"type"_s, type);
        data.insert(u"sequence_number"_s, qint64(events.size()));
        events += namedEvent(data);
    };
    const QJsonObject begun = response(answer, u"in_progress"_s, {}, QJsonValue::Null);
    const QJsonObject item{{u"output_index"_s, 0}};
    const QJsonObject part{{u"item_id"_s, u"msg_"_s + answer.id}, {u"output_index"_s, 0}, {u"content_index"_s, 0}};
    add(u"response.created"_s, {{u"response"_s, begun}});
    add(u"response.in_progress"_s, {{u"response"_s, begun}});
    add(u"response.output_item.added"_s, with(item, u"item"_s, outputMessage(answer, u"in_progress"_s, {})));
    add(u"response.content_part.added"_s, with(part, u"part"_s, outputText({})));
    for (const QString &piece : answer.pieces)
        add(u"response.output_text.delta"_s, with(with(part, u"delta"_s, piece), u"logprobs"_s, QJsonArray()));
    add(u"response.output_text.done"_s, with(with(part, u"text"_s, answer.text()), u"logprobs"_s, QJsonArray()));
    add(u"response.content_part.done"_s, with(part, u"part"_s, outputText(answer.text())));
    add(u"response.output_item.done"_s,
        with(item, u"item"_s, outputMessage(answer, u"completed"_s, {outputText(answer.text())})));
    add(u"response.completed"_s, {{u"response"_s, completedResponse(answer)}});
    return events;
}

QByteArray responsesJson(const SampleAnswer &answer)
{
    return compactJson(completedResponse(answer));
}

/// Of fewer than 16 tokens it does not hear; and some relays take no request without instructions.
/// Source: https://platform.openai.com/docs/api-reference/responses/create
SampleQuestion responsesQuestion(const QString &model)
{
    const QJsonObject turn{{u"role"_s, u"user"_s}, {u"content"_s, u"hi"_s}};
    return {"/v1/responses", compactJson({{u"model"_s, model}, {u"instructions"_s, u"Answer with one word."_s}, {u"input"_s, QJsonArray{turn}},
                                          {u"max_output_tokens"_s, 16}, {u"store"_s, false}, {u"stream"_s, true}})};
}

/// What has been streamed is said again at its end.
QString responsesWords(const QJsonObject &message)
{
    if (message.value("type"_L1) == "response.output_text.delta"_L1)
        return message.value("delta"_L1).toString();
    QString words;
    const QJsonArray output = message.value("output"_L1).toArray();
    for (const QJsonValue &item : output)
        words += textsIn(item["content"_L1].toArray());
    return words;
}

constexpr auto responsesPaths = std::to_array<ApiPath>({{"/responses"}});

} // namespace

const Protocol responsesProtocol{
    .claims = claimsResponses,
    .generates = generatesResponses,
    .paths = responsesPaths,
    .reader = []() -> std::unique_ptr<ProtocolReader> { return std::make_unique<ResponsesReader>(); },
    .errorType = openAiErrorType,
    .errorBody = [](int status, const QString &message) { return chatProtocol.errorBody(status, message); },
    .samplePath = "/responses",
    .sampleJson = responsesJson,
    .sampleEvents = responsesEvents,
    .sampleClosing = 4,
    .sampleQuestion = responsesQuestion,
    .sampleModel = "gpt-5-mini",
    .words = responsesWords};

} // namespace qcc
