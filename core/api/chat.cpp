#include "core/api/apierror.h"
#include "core/api/protocol.h"
#include "core/api/sampleanswer.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace qcc {

namespace {

const UsageNames usageNames{{"prompt_tokens"}, {"completion_tokens"}};

/// OpenAI's Chat Completions, and the older Completions. Source: https://platform.openai.com/docs/api-reference/chat-streaming
class ChatReader final : public ProtocolReader
{
public:
    MessageMeaning event(QByteArrayView name, QByteArrayView data) override;
    MessageMeaning answer(QByteArrayView json) override { return read(json, false); }
    QByteArray missingEnd() const override { return "data: [DONE]\n\n"; }
    QByteArray brokenEnd(const QString &message) const override { return "data: " + chatProtocol.errorBody(502, message) + "\n\n"; }

private:
    MessageMeaning read(QByteArrayView json, bool streamed);
    void readChoice(JsonReader &json, MessageMeaning &meaning);
    bool allFinished() const { return m_seen != 0 && m_seen == m_finished; }

    quint64 m_seen = 0;     ///< Choices, a bit each; those beyond share the last one.
    quint64 m_finished = 0; ///< Of them.
};

/// Whether the delta or message at hand says anything but whose it is.
bool saysMore(JsonReader &json)
{
    bool more = false;
    if (json.begins() != '{' || !json.enter())
        return false;
    while (const auto key = json.nextKey())
        if (*key != "role")
            more = saysSomething(json.value()) || more;
    json.leave();
    return more;
}

void ChatReader::readChoice(JsonReader &json, MessageMeaning &meaning)
{
    if (json.begins() != '{' || !json.enter())
        return;
    quint64 place = 1;
    bool finished = false;
    while (const auto key = json.nextKey()) {
        if (*key == "index") {
            place = quint64(1) << qBound(0LL, json.value().toLongLong(), 63LL);
        } else if (*key == "delta" || *key == "message") {
            meaning.content = saysMore(json) || meaning.content;
        } else if (*key == "text") {
            meaning.content = isNonEmptyText(json.value()) || meaning.content;
        } else if (*key == "finish_reason") {
            const QByteArrayView reason = json.value();
            finished = isNonEmptyText(reason);
            meaning.error = isText(reason, "error") || meaning.error;
        } else if (*key == "error") {
            meaning.error = saysSomething(json.value()) || meaning.error;
        }
    }
    json.leave();
    m_seen |= place;
    if (finished)
        m_finished |= place;
}

MessageMeaning ChatReader::read(QByteArrayView text, bool streamed)
{
    JsonReader json(text);
    ErrorMarks marks;
    MessageMeaning meaning;
    bool known = false; // else nobody knows what it is, but somebody may read it
    while (const auto key = json.nextKey()) {
        known = known || *key == "choices" || *key == "usage" || *key == "type" || *key == "object";
        if (*key == "choices") {
            if (json.begins() != '[' || !json.enter())
                continue;
            meaning.usual = true;
            while (json.nextItem())
                readChoice(json, meaning);
            json.leave();
        } else if (*key == "usage") {
            m_usage.take(usageAt(json, usageNames));
        } else if (*key == "model") {
            const QByteArrayView name = json.value();
            // Every chunk repeats it.
            if (m_model.isEmpty() && isNonEmptyText(name))
                m_model = stringOf(name).value_or(m_model);
        } else if (*key == "type") {
            meaning.error = isText(json.value(), "error") || meaning.error;
        } else {
            marks.take(json, *key);
        }
    }
    meaning.error = meaning.error || marks.isError(meaning.usual);
    meaning.final = !meaning.error && allFinished();
    if (streamed) {
        meaning.content = meaning.content || (!known && !meaning.error);
        meaning.usual = false;
    }
    return meaning;
}

MessageMeaning ChatReader::event(QByteArrayView name, QByteArrayView data)
{
    if (data.trimmed() == QByteArrayView("[DONE]")) {
        MessageMeaning meaning;
        meaning.end = true;
        return meaning;
    }
    MessageMeaning meaning = read(data, true);
    meaning.error = meaning.error || name == QByteArrayView("error");
    return meaning;
}

QByteArray chatErrorBody(int status, const QString &message)
{
    return errorText(openAiError(openAiErrorType(status), openAiErrorCode(status), message));
}

bool claimsChat(const PathSegments &path)
{
    return path.contains("completions") || path.last() == "embeddings"
        || (path.contains("threads") && path.endsWithOrBefore("messages", {"count_tokens", "batches"}));
}

bool generatesChat(const PathSegments &path)
{
    return path.last() == "completions" && !path.isOfKeeping();
}

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
    return compactJson({{u"id"_s, u"chatcmpl-"_s + answer.id}, {u"object"_s, u"chat.completion"_s},
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

/// Models that think refuse max_tokens, and need some tokens for that. Source: https://platform.openai.com/docs/api-reference/chat/create
SampleQuestion chatQuestion(const QString &model)
{
    const QJsonObject turn{{u"role"_s, u"user"_s}, {u"content"_s, u"hi"_s}};
    const bool thinks = model.startsWith("gpt-5"_L1) || (model.size() > 1 && model.front() == u'o' && model.at(1).isDigit());
    QJsonObject body{{u"model"_s, model}, {u"stream"_s, true}, {u"messages"_s, QJsonArray{turn}}};
    if (thinks)
        body.insert(u"max_completion_tokens"_s, 64);
    else
        body.insert(u"max_tokens"_s, 1);
    return {"/v1/chat/completions", compactJson(body)};
}

QString chatWords(const QJsonObject &message)
{
    const QJsonValue choice = message.value("choices"_L1)[0];
    QString words = choice["text"_L1].toString();
    for (const auto part : {"delta"_L1, "message"_L1}) {
        const QJsonValue content = choice[part]["content"_L1];
        words += content.toString() + textsIn(content.toArray());
    }
    return words;
}

constexpr auto chatPaths = std::to_array<ApiPath>({{"/chat/completions"}, {"/completions", false}, {"/embeddings", false}, {"/models", false}});

} // namespace

const Protocol chatProtocol{
    .claims = claimsChat,
    .generates = generatesChat,
    .paths = chatPaths,
    .reader = []() -> std::unique_ptr<ProtocolReader> { return std::make_unique<ChatReader>(); },
    .errorType = openAiErrorType,
    .errorBody = chatErrorBody,
    .samplePath = "/chat/completions",
    .sampleJson = chatJson,
    .sampleEvents = chatEvents,
    .sampleClosing = 2,
    .sampleQuestion = chatQuestion,
    .sampleModel = "gpt-4o-mini",
    .words = chatWords};

} // namespace qcc
