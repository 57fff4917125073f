#include "core/api/apierror.h"

#include "core/base/visibletext.h"
#include "core/http/jsonsieve.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

#include <utility>

namespace qcc {

using namespace Qt::StringLiterals;

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

QJsonObject openAiError(const QString &type, const QJsonValue &code, const QString &message)
{
    return {{u"error"_s, QJsonObject{{u"message"_s, message}, {u"type"_s, type}, {u"param"_s, QJsonValue::Null}, {u"code"_s, code}}}};
}

QByteArray errorText(const QJsonObject &object)
{
    return visibleJson(object, QJsonDocument::Compact);
}

namespace {

constexpr qsizetype bodyLimitBytes = 256 * 1024;
/// Longer text is not a message but a document: what it says somewhere says nothing about the key.
constexpr qsizetype plainLimitChars = 1000;
constexpr qsizetype messageLimitChars = 300;
constexpr qsizetype wordLimitChars = 100;
constexpr int depthLimit = 4;

/// What was read so far, with the message in full length.
struct Reading {
    ApiError error;
    /// What the provider behind a relay said to it. Shown, but no reason to put the relay to rest.
    QString behind;
    bool isMessage = true; ///< Short enough, and no page: its words count.
};

/// `text` as one line of at most `limit` characters.
QString lineOf(const QString &text, qsizetype limit)
{
    // Half a surrogate pair, which JSON can write, is no text.
    QString line = (text.isValidUtf16() ? text : QString::fromUtf8(text.toUtf8())).simplified();
    line.removeIf([](QChar c) { return isSteering(c.unicode()); });
    return line.size() <= limit ? line : beginningOf(line, limit - 1) + u'…';
}

// --- JSON --------------------------------------------------------------------------------------------------------------------

/// The value that `text` is, or begins to be; undefined if it is no JSON. In an array, since a bare string is an answer too.
QJsonValue jsonOf(const QByteArray &text)
{
    if (text.isEmpty() || !QByteArrayView("{[\"").contains(text.front()))
        return QJsonValue::Undefined;
    const QJsonArray whole = QJsonDocument::fromJson('[' + text + ']').array();
    if (!whole.isEmpty())
        return whole.first();
    const auto [here, lastMember] = closedJson(text);
    for (const QByteArray &attempt : {here, lastMember}) {
        const QJsonValue part = QJsonDocument::fromJson('[' + attempt + ']').array().at(0);
        if (part.isString() || !part.toObject().isEmpty() || !part.toArray().isEmpty())
            return part;
    }
    return QJsonValue::Undefined;
}

/// "insufficient_quota", 429, "429".
QString wordOf(const QJsonValue &value)
{
    if (value.isDouble())
        return QString::number(value.toDouble(), 'g', 15);
    return lineOf(value.toString(), wordLimitChars);
}

/// The first of the members that is a string with something in it.
QString firstText(const QJsonObject &object, std::initializer_list<QLatin1String> names)
{
    for (const QLatin1String name : names) {
        const QString text = object[name].toString();
        if (!text.trimmed().isEmpty())
            return text;
    }
    return {};
}

QString firstWord(const QJsonObject &object, std::initializer_list<QLatin1String> names)
{
    for (const QLatin1String name : names) {
        const QString word = wordOf(object[name]);
        if (!word.isEmpty())
            return word;
    }
    return {};
}

/// "34s", "21599.96s". Source: google.protobuf.Duration in JSON.
std::optional<std::chrono::milliseconds> durationOf(const QString &text)
{
    static const QRegularExpression form(u"\\A(\\d+(?:\\.\\d+)?)s\\z"_s);
    const QRegularExpressionMatch match = form.match(text);
    if (!match.hasMatch())
        return std::nullopt;
    return std::chrono::milliseconds(qint64(std::min(match.captured(1).toDouble(), 86'400.0) * 1000));
}

void readDetails(const QJsonArray &details, ApiError &error)
{
    for (const auto &detail : details) {
        const QJsonObject object = detail.toObject();
        if (object["@type"_L1].toString().endsWith("google.rpc.ErrorInfo"_L1) && error.code.isEmpty())
            error.code = wordOf(object["reason"_L1]);
        if (object["@type"_L1].toString().endsWith("google.rpc.RetryInfo"_L1))
            error.wait = durationOf(object["retryDelay"_L1].toString());
    }
}

void readValue(const QJsonValue &value, Reading &reading, int depth);

/// A message may hold another upstream's whole body.
void readMessage(const QString &text, Reading &reading, int depth)
{
    if (!reading.error.message.isEmpty())
        return;
    const QJsonValue nested = jsonOf(text.trimmed().toUtf8());
    if (nested.isObject() || nested.isArray())
        readValue(nested, reading, depth + 1);
    if (reading.error.message.isEmpty())
        reading.error.message = text;
}

/// What is nested is read first, and what is there already stays: the innermost knows best.
void readObject(const QJsonObject &object, Reading &reading, int depth)
{
    ApiError &error = reading.error;
    for (const auto name : {"error"_L1, "errors"_L1, "detail"_L1, "response"_L1, "base_resp"_L1}) {
        const QJsonValue nested = object[name];
        if (nested.isObject() || nested.isArray())
            readValue(nested, reading, depth + 1);
    }
    // OpenRouter tells of one choice's error there.
    if (const QJsonValue ofChoice = object["choices"_L1][0]["error"_L1]; ofChoice.isObject() || ofChoice.isString())
        readValue(ofChoice, reading, depth + 1);
    readDetails(object["details"_L1].toArray(), error);

    const QString summary = object["error"_L1].toString();
    const QString text = firstText(
        object, {"message"_L1, "error_description"_L1, "error_msg"_L1, "msg"_L1, "status_msg"_L1, "detail"_L1, "title"_L1});
    readMessage(text.isEmpty() ? summary : text, reading, depth);
    if (reading.behind.isEmpty())
        reading.behind = object["metadata"_L1]["raw"_L1].toString();

    if (error.code.isEmpty())
        error.code = firstWord(object, {"code"_L1, "error_code"_L1, "status_code"_L1});
    if (error.type.isEmpty())
        error.type = wordOf(object["type"_L1].toString() == "error"_L1 ? QJsonValue() : object["type"_L1]);
    if (error.type.isEmpty() && !text.isEmpty() && object["status"_L1].isString())
        error.type = wordOf(object["status"_L1]);
    if (error.type.isEmpty() && !text.isEmpty())
        error.type = wordOf(summary);
}

void readValue(const QJsonValue &value, Reading &reading, int depth)
{
    if (depth > depthLimit)
        return;
    if (value.isArray())
        readValue(value.toArray().first(), reading, depth + 1);
    else if (value.isObject())
        readObject(value.toObject(), reading, depth);
    else if (value.isString())
        readMessage(value.toString(), reading, depth);
}

// --- Other text --------------------------------------------------------------------------------------------------------------

/// The text of a page's title, else of its first heading, else of an XML error's message.
QString titleOf(const QString &page)
{
    for (const auto tag : {"title"_L1, "h1"_L1, "message"_L1}) {
        const QRegularExpression element(u"<%1\\b[^>]{0,200}>\\s*([^<]+)"_s.arg(tag), QRegularExpression::CaseInsensitiveOption);
        QString text = element.match(page).captured(1);
        if (text.isEmpty())
            continue;
        for (const auto &[entity, meaning] : {std::pair{"&lt;"_L1, "<"_L1}, {"&gt;"_L1, ">"_L1}, {"&quot;"_L1, "\""_L1},
                                              {"&#39;"_L1, "'"_L1}, {"&nbsp;"_L1, " "_L1}, {"&amp;"_L1, "&"_L1}})
            text.replace(entity, meaning);
        return text;
    }
    return {};
}

/// The data of the first event where the body is a stream of events; relays answer with one although the status is an error.
QString firstEvent(const QString &text)
{
    static const QRegularExpression data(u"\\A(?:[a-z]*:[^\\r\\n]*\\r?\\n)*?data: ?([^\\r\\n]+)"_s);
    return data.match(text).captured(1).trimmed();
}

bool isBinary(const QString &text)
{
    return std::any_of(text.begin(), text.end(), [](QChar c) { return c.unicode() < u' ' && !c.isSpace() && c != u'\x1b'; });
}

Reading read(const QString &body)
{
    using Form = ApiError::Form;
    Reading reading;
    const QString event = firstEvent(body);
    const QString text = event.isEmpty() ? body : event;
    const QJsonValue json = jsonOf(text.toUtf8());
    if (!json.isUndefined()) {
        reading.error.form = Form::Object;
        readValue(json, reading, 0);
    } else if (text.startsWith(u'<')) {
        reading.error.form = Form::Page;
        reading.isMessage = false;
        reading.error.message = titleOf(text);
    } else if (isBinary(text)) {
        reading.error.form = Form::Binary;
    } else if (!text.isEmpty()) {
        reading.error.form = Form::Text;
        reading.isMessage = text.size() <= plainLimitChars && !text.startsWith(u'{');
        reading.error.message = text;
    }
    return reading;
}

} // namespace

ApiError readApiError(int status, QByteArrayView body)
{
    // Through UTF-16 and back, so that broken bytes do not cost the rest of the text.
    const QString text = QString::fromUtf8(body.first(std::min(body.size(), bodyLimitBytes))).trimmed();
    Reading reading = read(text);
    ApiError &error = reading.error;
    error.status = status;
    if (reading.isMessage)
        error.words = wordsOf(error.type, error.code, error.message);
    if (!error.wait && reading.isMessage)
        error.wait = waitIn(error.message);
    if (!reading.behind.isEmpty()) {
        const QString behind = read(reading.behind.trimmed()).error.message;
        if (!behind.isEmpty() && !behind.startsWith(u'{'))
            error.message = lineOf(error.message, messageLimitChars / 2) + u": "_s + behind;
    }
    error.message = lineOf(error.message, messageLimitChars);
    return error;
}

} // namespace qcc
