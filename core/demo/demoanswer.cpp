#include "core/demo/demoanswer.h"

#include "core/api/dialectanswer.h"
#include "core/api/protocol.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace qcc {

namespace {

constexpr int quoteLimitChars = 80;
const auto demoModel = "qcc-demo"_L1;

/// The text of a message's content, or of an input item: a string, or a list of parts that have a "text".
QString textOf(const QJsonValue &content)
{
    if (content.isString())
        return content.toString();
    QStringList texts;
    const QJsonArray parts = content.toArray();
    for (const auto &part : parts) {
        const QJsonValue text = part.toObject()[u"text"_s];
        if (text.isString())
            texts.append(text.toString());
    }
    return texts.join(u' ');
}

QString lastUserText(Dialect dialect, const QJsonObject &request)
{
    if (dialect == Dialect::Gemini) {
        const QJsonArray contents = request[u"contents"_s].toArray();
        return contents.isEmpty() ? QString() : textOf(contents.last().toObject()[u"parts"_s]);
    }
    const QJsonValue input = request[dialect == Dialect::OpenAiResponses ? u"input"_s : u"messages"_s];
    if (input.isString())
        return input.toString();
    const QJsonArray messages = input.toArray();
    for (qsizetype i = messages.size() - 1; i >= 0; --i) {
        const QJsonObject message = messages[i].toObject();
        QString text = textOf(message[u"content"_s]);
        if (message[u"role"_s].toString() == "user"_L1 && !text.isEmpty())
            return text;
    }
    return {};
}

QString quoteOf(const QString &text)
{
    QString line = text.simplified();
    if (line.size() <= quoteLimitChars)
        return line;
    const qsizetype cut = line[quoteLimitChars - 1].isHighSurrogate() ? quoteLimitChars - 1 : quoteLimitChars;
    return line.first(cut) + u'…';
}

/// Words with the space that follows them, so that joining them gives the text back.
QStringList wordsOf(const QString &text)
{
    QStringList words;
    qsizetype start = 0;
    while (start < text.size()) {
        const qsizetype space = text.indexOf(u' ', start);
        const qsizetype end = space < 0 ? text.size() : space + 1;
        words.append(text.sliced(start, end - start));
        start = end;
    }
    return words;
}

SampleAnswer sampleFor(Dialect dialect, const QJsonObject &request, const QByteArray &body, quint64 number, qint64 now)
{
    const QString quote = quoteOf(lastUserText(dialect, request));
    QString text = u"This is the demo that comes with qcc, not a language model: "
                   u"your request went through the proxy and this answer came back the same way. "_s;
    text += quote.isEmpty() ? u"Your request held no user message."_s : u"You wrote: “%1”"_s.arg(quote);
    const QString model = request[u"model"_s].toString(demoModel);
    // About four bytes to a token: good enough for a demo's figures.
    return {u"demo%1"_s.arg(number, 12, 16, QChar(u'0')), model, wordsOf(text), now, std::max(1, int(body.size() / 4))};
}

DemoAnswer errorAnswer(Dialect dialect, int status, const QString &message)
{
    return {status, "application/json", errorBody(dialect, status, message), {}};
}

bool asksForStream(Dialect dialect, const RequestHead &head, const QJsonObject &request)
{
    return dialect == Dialect::Gemini ? head.path().endsWith(":streamGenerateContent") : request[u"stream"_s].toBool();
}

bool isOffered(Dialect dialect, const QByteArray &path)
{
    switch (dialect) {
    case Dialect::Anthropic:
        return path.endsWith("/messages");
    case Dialect::OpenAiChat:
        return path.endsWith("/chat/completions");
    case Dialect::OpenAiResponses:
        return path.endsWith("/responses");
    case Dialect::Gemini:
        return path.endsWith("enerateContent");
    case Dialect::Unknown:
        break;
    }
    return false;
}

} // namespace

DemoAnswer demoAnswerTo(const RequestHead &head, const QByteArray &body, quint64 number, qint64 now)
{
    const QByteArray path = head.path();
    const Dialect dialect = dialectOf(head.method, path);
    if (path == "/" && (head.method == "HEAD" || head.method == "GET"))
        return {200, "text/plain; charset=utf-8", "The demo upstream of qcc.\n", {}};
    if (path.endsWith("/models") && (head.method == "GET" || head.method == "HEAD"))
        return {200, "application/json", modelsJson({demoModel}, now), {}};

    const bool counts = dialect == Dialect::Anthropic && path.endsWith("/count_tokens");
    if (head.method != "POST" || !(counts || isOffered(dialect, path)))
        return errorAnswer(dialect, 404, u"The demo does not offer this path."_s);
    const QJsonDocument document = QJsonDocument::fromJson(body);
    if (!document.isObject())
        return errorAnswer(dialect, 400, u"The request's body is not a JSON object."_s);

    const QJsonObject request = document.object();
    const SampleAnswer sample = sampleFor(dialect, request, body, number, now);
    if (counts)
        return {200, "application/json", tokenCountJson(sample.inputTokens), {}};
    if (asksForStream(dialect, head, request))
        return {200, "text/event-stream; charset=utf-8", {}, answerEvents(dialect, sample)};
    return {200, "application/json", answerJson(dialect, sample), {}};
}

} // namespace qcc
