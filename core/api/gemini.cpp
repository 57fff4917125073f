#include "core/api/apierror.h"
#include "core/api/protocol.h"
#include "core/api/sampleanswer.h"

#include <QJsonArray>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace qcc {

namespace {

const UsageNames usageNames{{"promptTokenCount"}, {"candidatesTokenCount", "thoughtsTokenCount"}};

/// Google's Gemini API, and Code Assist, which wraps each answer in a `response`. Its streams have no end of their own.
/// Source: https://ai.google.dev/api/generate-content
class GeminiReader final : public ProtocolReader
{
public:
    MessageMeaning event(QByteArrayView name, QByteArrayView data) override
    {
        MessageMeaning meaning = answer(data);
        meaning.error = meaning.error || name == QByteArrayView("error");
        // Nobody knows what it is, but somebody may read it.
        meaning.content = meaning.content || (!m_known && !meaning.error);
        meaning.usual = false;
        return meaning;
    }
    MessageMeaning answer(QByteArrayView json) override;
    bool needsBlankLine() const override { return true; }
    QByteArray brokenEnd(const QString &message) const override { return "data: " + geminiProtocol.errorBody(502, message) + "\n\n"; }

private:
    void readMembers(JsonReader &json, MessageMeaning &meaning, ErrorMarks &marks);

    bool m_known = false; ///< The message that was read last has a member that is Gemini's.
};

void readCandidate(JsonReader &json, MessageMeaning &meaning)
{
    if (json.begins() != '{' || !json.enter())
        return;
    while (const auto key = json.nextKey()) {
        if (*key == "finishReason") {
            meaning.final = isNonEmptyText(json.value()) || meaning.final;
        } else if (*key == "content" && json.begins() == '{' && json.enter()) {
            while (const auto inner = json.nextKey())
                if (*inner == "parts")
                    meaning.content = saysSomething(json.value()) || meaning.content;
            json.leave();
        }
    }
    json.leave();
}

/// Of the object that is read, up to its end.
void GeminiReader::readMembers(JsonReader &json, MessageMeaning &meaning, ErrorMarks &marks)
{
    while (const auto key = json.nextKey()) {
        m_known = m_known || *key == "candidates" || *key == "promptFeedback" || *key == "usageMetadata" || *key == "modelVersion" || *key == "responseId";
        if (*key == "candidates") {
            meaning.usual = true;
            if (json.begins() != '[' || !json.enter())
                continue;
            while (json.nextItem())
                readCandidate(json, meaning);
            json.leave();
        } else if (*key == "promptFeedback" && json.begins() == '{' && json.enter()) {
            meaning.usual = true;
            while (const auto inner = json.nextKey())
                if (*inner == "blockReason")
                    meaning.final = isNonEmptyText(json.value()) || meaning.final;
            json.leave();
        } else if (*key == "usageMetadata") {
            m_usage.take(usageAt(json, usageNames));
        } else if (*key == "modelVersion") {
            m_model = stringOf(json.value()).value_or(m_model);
        } else if (*key == "response" && json.begins() == '{' && json.enter()) {
            readMembers(json, meaning, marks);
            json.leave();
        } else {
            marks.take(json, *key);
        }
    }
}

MessageMeaning GeminiReader::answer(QByteArrayView text)
{
    JsonReader json(text);
    ErrorMarks marks;
    MessageMeaning meaning;
    m_known = false;
    readMembers(json, meaning, marks);
    meaning.error = marks.isError(meaning.usual);
    return meaning;
}

/// Source: google.rpc.Code
QString geminiErrorStatus(int status)
{
    switch (status) {
    case 401:
        return u"UNAUTHENTICATED"_s;
    case 403:
        return u"PERMISSION_DENIED"_s;
    case 404:
        return u"NOT_FOUND"_s;
    case 409:
        return u"ABORTED"_s;
    case 429:
        return u"RESOURCE_EXHAUSTED"_s;
    case 500:
        return u"INTERNAL"_s;
    case 501:
        return u"UNIMPLEMENTED"_s;
    case 408:
    case 504:
        return u"DEADLINE_EXCEEDED"_s;
    default:
        return status >= 400 && status < 500 ? u"INVALID_ARGUMENT"_s : u"UNAVAILABLE"_s;
    }
}

QByteArray geminiErrorBody(int status, const QString &message)
{
    return errorText({{u"error"_s, QJsonObject{{u"message"_s, message}, {u"code"_s, status}, {u"status"_s, geminiErrorStatus(status)}}}});
}

bool generatesGemini(const PathSegments &path)
{
    return path.last().endsWith(":generateContent") || path.last().endsWith(":streamGenerateContent");
}

bool claimsGemini(const PathSegments &path)
{
    const auto isVersion = [](QByteArrayView segment) {
        return segment == "v1beta" || segment == "v1alpha" || segment.startsWith("v1internal");
    };
    return std::any_of(path.begin(), path.end(), isVersion) || generatesGemini(path) || path.last().endsWith(":countTokens");
}

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

QByteArray geminiJson(const SampleAnswer &answer)
{
    return compactJson(geminiContent(answer, answer.text(), true));
}

SampleQuestion geminiQuestion(const QString &model)
{
    const QJsonObject turn{{u"role"_s, u"user"_s}, {u"parts"_s, QJsonArray{QJsonObject{{u"text"_s, u"hi"_s}}}}};
    return {"/v1beta/models/" + model.toUtf8().toPercentEncoding() + ":streamGenerateContent?alt=sse",
            compactJson({{u"contents"_s, QJsonArray{turn}}, {u"generationConfig"_s, QJsonObject{{u"maxOutputTokens"_s, 1}}}})};
}

QString geminiWords(const QJsonObject &message)
{
    const QJsonValue answer = message.contains("response"_L1) ? message.value("response"_L1) : QJsonValue(message);
    return textsIn(answer["candidates"_L1][0]["content"_L1]["parts"_L1].toArray());
}

} // namespace

const Protocol geminiProtocol{
    .claims = claimsGemini,
    .generates = generatesGemini,
    .paths = {}, // which name the model: core/config/addresses
    .reader = []() -> std::unique_ptr<ProtocolReader> { return std::make_unique<GeminiReader>(); },
    .errorType = geminiErrorStatus,
    .errorBody = geminiErrorBody,
    .samplePath = "enerateContent",
    .sampleJson = geminiJson,
    .sampleEvents = geminiEvents,
    .sampleClosing = 1,
    .sampleQuestion = geminiQuestion,
    .sampleModel = "gemini-2.5-flash-lite",
    .words = geminiWords};

} // namespace qcc
