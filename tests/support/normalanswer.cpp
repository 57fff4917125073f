#include "tests/support/scriptwords.h"

#include "core/api/dialect.h"
#include "core/api/protocol.h"
#include "core/api/sampleanswer.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace qcc::test {

namespace {

int numberOf(const Arrived &arrived, const QByteArray &name, int fallback)
{
    bool ok = false;
    const int number = arrived.wish(name).toInt(&ok);
    return ok ? std::max(number, 0) : fallback;
}

Dialect dialectOf(const Arrived &arrived)
{
    return qcc::dialectOf(arrived.method, arrived.path());
}

QJsonObject requestOf(const Arrived &arrived)
{
    return QJsonDocument::fromJson(arrived.body).object();
}

SampleAnswer sampleFor(const Arrived &arrived)
{
    const int bytes = std::max(1, numberOf(arrived, "event-bytes", 6));
    QStringList pieces;
    for (int i = 0; i < numberOf(arrived, "events", 8); ++i)
        pieces += u"w%1 "_s.arg(i).leftJustified(bytes, u'.');
    return {u"test%1"_s.arg(arrived.index), requestOf(arrived)[u"model"_s].toString(u"test-model"_s), pieces, 1'700'000'000,
            int(arrived.bodyBytes / 4) + 1};
}

/// What arrived, as JSON. Bytes outside ASCII are shown as Latin-1.
QByteArray echoOf(const Arrived &arrived)
{
    QJsonArray headers;
    for (const auto &[name, value] : arrived.headers)
        headers.append(QJsonArray{QString::fromLatin1(name), QString::fromLatin1(value)});
    const QJsonObject echo{{u"method"_s, QString::fromLatin1(arrived.method)},
                           {u"target"_s, QString::fromLatin1(arrived.rawTarget)},
                           {u"version"_s, QString::fromLatin1(arrived.version)},
                           {u"headers"_s, headers},
                           {u"body_sha256"_s, QString::fromLatin1(arrived.bodySha256)},
                           {u"body_bytes"_s, arrived.bodyBytes},
                           {u"connection"_s, arrived.connection},
                           {u"on_connection"_s, arrived.onConnection}};
    return QJsonDocument(echo).toJson(QJsonDocument::Compact);
}

} // namespace

bool asksForStream(const Arrived &arrived)
{
    const QByteArray path = arrived.path();
    if (path.endsWith("/echo") || path.endsWith("/models") || path.endsWith("/count_tokens"))
        return false;
    return path.endsWith(":streamGenerateContent") || requestOf(arrived)[u"stream"_s].toBool()
        || arrived.query("stream") == "true";
}

QList<QByteArray> normalEvents(const Arrived &arrived)
{
    return answerEvents(dialectOf(arrived), sampleFor(arrived));
}

milliseconds normalGap(const Arrived &arrived)
{
    return milliseconds(numberOf(arrived, "gap-ms", 0));
}

QByteArray normalBody(const Arrived &arrived)
{
    const QByteArray path = arrived.path();
    if (path.endsWith("/echo"))
        return echoOf(arrived);
    if (path.endsWith("/models"))
        return modelsJson({u"test-model"_s}, 1'700'000'000);
    if (path.endsWith("/count_tokens"))
        return tokenCountJson(int(arrived.bodyBytes / 4) + 1);
    if (asksForStream(arrived))
        return normalEvents(arrived).join();
    return answerJson(dialectOf(arrived), sampleFor(arrived));
}

QByteArray normalType(const Arrived &arrived)
{
    return asksForStream(arrived) ? "text/event-stream; charset=utf-8" : "application/json";
}

Script normalAnswer(const Arrived &arrived)
{
    const RawHeaders headers{{"request-id", "req_test" + QByteArray::number(arrived.index)}};
    if (asksForStream(arrived))
        return Script().streamHead(headers).events(normalEvents(arrived), normalGap(arrived)).lastChunk();
    const QByteArray body = normalBody(arrived);
    if (arrived.method == "HEAD")
        return Script().head(200, RawHeaders{{"Content-Type", "application/json"},
                                             {"Content-Length", QByteArray::number(body.size())}} + headers);
    return Script().answer(200, "application/json", body, headers);
}

QByteArray apiError(const Arrived &arrived, int status)
{
    return errorBody(dialectOf(arrived), status, u"scripted error %1"_s.arg(status));
}

} // namespace qcc::test
