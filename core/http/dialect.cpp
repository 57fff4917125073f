#include "core/http/dialect.h"

#include "core/base/visibletext.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QList>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace qcc {

namespace {

using Segments = QList<QByteArrayView>;

Segments segmentsOf(QByteArrayView path)
{
    Segments segments;
    qsizetype start = 0;
    for (qsizetype i = 0; i <= path.size(); ++i) {
        if (i < path.size() && path[i] != '/')
            continue;
        if (i > start)
            segments.append(path.sliced(start, i - start));
        start = i + 1;
    }
    return segments;
}

bool endsWithOrFollowedBy(const Segments &segments, QByteArrayView name, std::initializer_list<QByteArrayView> followers)
{
    const qsizetype at = segments.lastIndexOf(name);
    if (at < 0)
        return false;
    return at + 1 == segments.size() || std::find(followers.begin(), followers.end(), segments[at + 1]) != followers.end();
}

bool isGemini(const Segments &segments)
{
    const auto isGeminiVersion = [](QByteArrayView segment) {
        return segment == "v1beta" || segment == "v1alpha" || segment.startsWith("v1internal");
    };
    if (std::any_of(segments.begin(), segments.end(), isGeminiVersion))
        return true;
    const QByteArrayView last = segments.last();
    return last.endsWith(":generateContent") || last.endsWith(":streamGenerateContent") || last.endsWith(":countTokens");
}

QString anthropicErrorType(int status)
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

QString openAiErrorType(int status)
{
    switch (status) {
    case 402:
        return u"insufficient_quota"_s;
    case 429:
        return u"requests"_s;
    default:
        return status >= 400 && status < 500 ? u"invalid_request_error"_s : u"server_error"_s;
    }
}

QJsonValue openAiErrorCode(int status)
{
    switch (status) {
    case 401:
        return u"invalid_api_key"_s;
    case 402:
        return u"insufficient_quota"_s;
    case 429:
        return u"rate_limit_exceeded"_s;
    default:
        return QJsonValue::Null;
    }
}

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

QJsonObject errorObject(Dialect dialect, int status, const QString &message)
{
    QJsonObject error{{u"message"_s, message}};
    if (dialect == Dialect::Gemini) {
        error.insert(u"code"_s, status);
        error.insert(u"status"_s, errorType(dialect, status));
        return {{u"error"_s, error}};
    }
    error.insert(u"type"_s, errorType(dialect, status));
    if (dialect != Dialect::Anthropic) {
        error.insert(u"param"_s, QJsonValue::Null);
        error.insert(u"code"_s, openAiErrorCode(status));
    }
    QJsonObject object{{u"error"_s, error}};
    if (dialect == Dialect::Anthropic || dialect == Dialect::Unknown)
        object.insert(u"type"_s, u"error"_s);
    return object;
}

QByteArray compact(const QJsonObject &object)
{
    return visibleJson(object, QJsonDocument::Compact);
}

QByteArray responseEvent(const QString &type, qint64 sequence, const QJsonObject &response)
{
    return "event: " + type.toLatin1() + "\ndata: "
        + compact({{u"type"_s, type}, {u"sequence_number"_s, sequence}, {u"response"_s, response}}) + "\n\n";
}

} // namespace

Dialect dialectOf(QByteArrayView method, QByteArrayView path)
{
    const Segments segments = segmentsOf(path);
    if (segments.isEmpty())
        return method == "HEAD" ? Dialect::Anthropic : Dialect::Unknown; // Claude Code's probe before its first request.

    // Relays and Gemini's own compatibility layer put one API's paths under another's prefix: the innermost path decides.
    if (endsWithOrFollowedBy(segments, "messages", {"count_tokens", "batches"}))
        return segments.contains(QByteArrayView("threads")) ? Dialect::OpenAiChat : Dialect::Anthropic;
    const qsizetype responses = segments.lastIndexOf(QByteArrayView("responses"));
    if (responses >= 0)
        return Dialect::OpenAiResponses;
    if (segments.contains(QByteArrayView("completions")) || segments.last() == "embeddings")
        return Dialect::OpenAiChat;
    return isGemini(segments) ? Dialect::Gemini : Dialect::Unknown;
}

QString errorType(Dialect dialect, int status)
{
    switch (dialect) {
    case Dialect::Anthropic:
    case Dialect::Unknown:
        return anthropicErrorType(status);
    case Dialect::OpenAiChat:
    case Dialect::OpenAiResponses:
        return openAiErrorType(status);
    case Dialect::Gemini:
        return geminiErrorStatus(status);
    }
    return {};
}

QByteArray errorBody(Dialect dialect, int status, const QString &message)
{
    return compact(errorObject(dialect, status, message));
}

QByteArray failedResponseEvents(int status, const QString &message, bool created, qint64 sequence)
{
    QJsonObject response{{u"id"_s, u"resp_failed"_s}, {u"object"_s, u"response"_s}, {u"status"_s, u"in_progress"_s},
                         {u"error"_s, QJsonValue::Null}, {u"output"_s, QJsonArray()}};
    QByteArray events;
    if (!created)
        events += responseEvent(u"response.created"_s, sequence++, response);
    const QJsonValue code = openAiErrorCode(status);
    response.insert(u"status"_s, u"failed"_s);
    response.insert(u"error"_s, QJsonObject{{u"code"_s, code.isNull() ? QJsonValue(u"server_error"_s) : code}, {u"message"_s, message}});
    return events + responseEvent(u"response.failed"_s, sequence, response);
}

QByteArray errorEvent(Dialect dialect, int status, const QString &message)
{
    if (dialect == Dialect::OpenAiResponses)
        return failedResponseEvents(status, message, true, 0);
    const QByteArray data = "data: " + errorBody(dialect, status, message) + "\n\n";
    // An unnamed event would be skipped by Anthropic's SDK, and a named one is still data to OpenAI's.
    return dialect == Dialect::Anthropic || dialect == Dialect::Unknown ? "event: error\n" + data : data;
}

} // namespace qcc
