#include "core/api/apierror.h"
#include "core/api/protocol.h"

using namespace Qt::StringLiterals;

namespace qcc {

namespace {

const UsageNames usageNames{{"promptTokenCount"}, {"candidatesTokenCount", "thoughtsTokenCount"}};

/// Google's Gemini API, and Code Assist, which wraps each answer in a `response`. Its streams have no end of their own.
/// Source: https://ai.google.dev/api/generate-content
class GeminiReader final : public ProtocolReader
{
public:
    Meaning event(QByteArrayView name, QByteArrayView data) override
    {
        Meaning meaning = answer(data);
        meaning.error = meaning.error || name == QByteArrayView("error");
        // Nobody knows what it is, but somebody may read it.
        meaning.content = meaning.content || (!m_known && !meaning.error);
        meaning.usual = false;
        return meaning;
    }
    Meaning answer(QByteArrayView json) override;
    bool needsBlankLine() const override { return true; }
    QByteArray brokenEnd(const QString &message) const override { return "data: " + geminiProtocol.errorBody(502, message) + "\n\n"; }

private:
    void readMembers(JsonReader &json, Meaning &meaning, ErrorMarks &marks);

    bool m_known = false; ///< The message that was read last has a member that is Gemini's.
};

void readCandidate(JsonReader &json, Meaning &meaning)
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
void GeminiReader::readMembers(JsonReader &json, Meaning &meaning, ErrorMarks &marks)
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

Meaning GeminiReader::answer(QByteArrayView text)
{
    JsonReader json(text);
    ErrorMarks marks;
    Meaning meaning;
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

} // namespace

const Protocol geminiProtocol{Dialect::Gemini, []() -> std::unique_ptr<ProtocolReader> { return std::make_unique<GeminiReader>(); },
                              geminiErrorStatus, geminiErrorBody};

} // namespace qcc
