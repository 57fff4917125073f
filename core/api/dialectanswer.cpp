#include "core/api/dialectanswer.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace qcc {

namespace {

QByteArray compact(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

QByteArray dataEvent(const QJsonObject &data)
{
    return "data: " + compact(data) + "\n\n";
}

/// An event whose name repeats the "type" of its data, as Anthropic and OpenAI's Responses name theirs.
QByteArray namedEvent(const QJsonObject &data)
{
    return "event: " + data[u"type"_s].toString().toUtf8() + '\n' + dataEvent(data);
}

QJsonObject with(QJsonObject object, const QString &key, const QJsonValue &value)
{
    object.insert(key, value);
    return object;
}

// --- Anthropic -------------------------------------------------------------------------------------------------------------

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

// --- OpenAI, Chat Completions ----------------------------------------------------------------------------------------------

QJsonObject chatUsage(const SampleAnswer &answer)
{
    return {{u"prompt_tokens"_s, answer.inputTokens}, {u"completion_tokens"_s, answer.outputTokens()},
            {u"total_tokens"_s, answer.inputTokens + answer.outputTokens()}};
}

QByteArray chatJson(const SampleAnswer &answer)
{
    const QJsonObject message{{u"role"_s, u"assistant"_s}, {u"content"_s, answer.text()}, {u"refusal"_s, QJsonValue::Null}};
    const QJsonObject choice{{u"index"_s, 0}, {u"message"_s, message}, {u"logprobs"_s, QJsonValue::Null},
                             {u"finish_reason"_s, u"stop"_s}};
    return compact({{u"id"_s, u"chatcmpl-"_s + answer.id}, {u"object"_s, u"chat.completion"_s},
                    {u"created"_s, answer.createdAt}, {u"model"_s, answer.model}, {u"choices"_s, QJsonArray{choice}},
                    {u"usage"_s, chatUsage(answer)}});
}

QByteArray chatChunk(const SampleAnswer &answer, const QJsonObject &delta, const QJsonValue &finishReason)
{
    const QJsonObject choice{{u"index"_s, 0}, {u"delta"_s, delta}, {u"logprobs"_s, QJsonValue::Null},
                             {u"finish_reason"_s, finishReason}};
    return dataEvent({{u"id"_s, u"chatcmpl-"_s + answer.id}, {u"object"_s, u"chat.completion.chunk"_s},
                      {u"created"_s, answer.createdAt}, {u"model"_s, answer.model}, {u"choices"_s, QJsonArray{choice}}});
}

QList<QByteArray> chatEvents(const SampleAnswer &answer)
{
    QList<QByteArray> events{
        chatChunk(answer, {{u"role"_s, u"assistant"_s}, {u"content"_s, QString(u""_s)}}, QJsonValue::Null)};
    for (const QString &piece : answer.pieces)
        events += chatChunk(answer, {{u"content"_s, piece}}, QJsonValue::Null);
    events += chatChunk(answer, {}, u"stop"_s);
    events += "data: [DONE]\n\n"_ba;
    return events;
}

// --- OpenAI, Responses -----------------------------------------------------------------------------------------------------

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

// --- Gemini ----------------------------------------------------------------------------------------------------------------

QJsonObject geminiContent(const SampleAnswer &answer, const QString &text, bool last)
{
    const QJsonObject content{{u"role"_s, u"model"_s}, {u"parts"_s, QJsonArray{QJsonObject{{u"text"_s, text}}}}};
    QJsonObject candidate{{u"index"_s, 0}, {u"content"_s, content}};
    if (last)
        candidate.insert(u"finishReason"_s, u"STOP"_s);
    const QJsonObject usage{{u"promptTokenCount"_s, answer.inputTokens}, {u"candidatesTokenCount"_s, answer.outputTokens()},
                            {u"totalTokenCount"_s, answer.inputTokens + answer.outputTokens()}};
    return {{u"candidates"_s, QJsonArray{candidate}}, {u"usageMetadata"_s, usage}, {u"modelVersion"_s, answer.model},
            {u"responseId"_s, answer.id}};
}

QList<QByteArray> geminiEvents(const SampleAnswer &answer)
{
    QList<QByteArray> events;
    for (const QString &piece : answer.pieces)
        events += dataEvent(geminiContent(answer, piece, false));
    events += dataEvent(geminiContent(answer, {}, true));
    return events;
}

} // namespace

QByteArray answerJson(Dialect dialect, const SampleAnswer &answer)
{
    switch (dialect) {
    case Dialect::OpenAiChat:
        return chatJson(answer);
    case Dialect::OpenAiResponses:
        return compact(completedResponse(answer));
    case Dialect::Gemini:
        return compact(geminiContent(answer, answer.text(), true));
    case Dialect::Anthropic:
    case Dialect::Unknown:
        break;
    }
    return compact(anthropicMessage(answer, {anthropicText(answer.text())}, u"end_turn"_s, answer.outputTokens()));
}

QList<QByteArray> answerEvents(Dialect dialect, const SampleAnswer &answer)
{
    switch (dialect) {
    case Dialect::OpenAiChat:
        return chatEvents(answer);
    case Dialect::OpenAiResponses:
        return responsesEvents(answer);
    case Dialect::Gemini:
        return geminiEvents(answer);
    case Dialect::Anthropic:
    case Dialect::Unknown:
        break;
    }
    return anthropicEvents(answer);
}

qsizetype openingEvents(Dialect dialect)
{
    return answerEvents(dialect, {}).size() - closingEvents(dialect);
}

qsizetype closingEvents(Dialect dialect)
{
    switch (dialect) {
    case Dialect::OpenAiChat:
        return 2;
    case Dialect::OpenAiResponses:
        return 4;
    case Dialect::Gemini:
        return 1;
    case Dialect::Anthropic:
    case Dialect::Unknown:
        break;
    }
    return 3;
}

QByteArray modelsJson(const QStringList &models, qint64 createdAt)
{
    QJsonArray list;
    for (const QString &model : models)
        list.append(QJsonObject{{u"id"_s, model}, {u"type"_s, u"model"_s}, {u"object"_s, u"model"_s},
                                {u"display_name"_s, model}, {u"owned_by"_s, u"qcc"_s}, {u"created"_s, createdAt},
                                {u"created_at"_s, QDateTime::fromSecsSinceEpoch(createdAt).toUTC().toString(Qt::ISODate)}});
    const auto idOf = [](const QStringList &names, bool first) {
        return names.isEmpty() ? QJsonValue(QJsonValue::Null) : QJsonValue(first ? names.first() : names.last());
    };
    return compact({{u"object"_s, u"list"_s}, {u"data"_s, list}, {u"has_more"_s, false},
                    {u"first_id"_s, idOf(models, true)}, {u"last_id"_s, idOf(models, false)}});
}

QByteArray tokenCountJson(int tokens)
{
    return compact({{u"input_tokens"_s, tokens}});
}

} // namespace qcc
