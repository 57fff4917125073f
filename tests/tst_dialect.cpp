#include "core/api/dialect.h"
#include "core/api/protocol.h"
#include "core/api/sampleanswer.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace qcc;

Q_DECLARE_METATYPE(qcc::Dialect)

namespace {

const SampleAnswer sample{u"1"_s, u"model-x"_s, {u"Grüße "_s, u"aus "_s, u"\"Köln\"\n"_s}, 1'700'000'000, 7};

struct Event {
    QByteArray name;
    QByteArray data;
};

/// One event's name and data; an event that is not exactly one blank-line-terminated block has no data.
Event parseEvent(const QByteArray &text)
{
    Event event;
    if (!text.endsWith("\n\n") || text.indexOf("\n\n") != text.size() - 2)
        return event;
    for (const QByteArray &line : text.chopped(2).split('\n')) {
        if (line.startsWith("event: "))
            event.name = line.mid(7);
        else if (line.startsWith("data: "))
            event.data = line.mid(6);
    }
    return event;
}

QJsonObject objectOf(const QByteArray &json)
{
    return QJsonDocument::fromJson(json).object();
}

} // namespace

class TestDialect : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void knowsTheDialectOfARequest_data();
    void knowsTheDialectOfARequest();
    void knowsWhatARequestIsFor_data();
    void knowsWhatARequestIsFor();
    void errorBodiesHaveTheShapeOfTheirApi_data();
    void errorBodiesHaveTheShapeOfTheirApi();
    void unknownErrorsSuitBothFamilies();
    void errorEventsEndAStreamInItsOwnWords_data();
    void errorEventsEndAStreamInItsOwnWords();
    void everyEventIsOneBlockOfJson_data();
    void everyEventIsOneBlockOfJson();
    void anthropicStreamFollowsItsOrder();
    void chatStreamEndsWithDone();
    void responsesEventsAreNumbered();
    void streamsAndBodiesSayTheSame_data();
    void streamsAndBodiesSayTheSame();
    void openingAndClosingEventsEncloseTheText_data();
    void openingAndClosingEventsEncloseTheText();
    void modelListSuitsBothFamilies();
};

void TestDialect::knowsTheDialectOfARequest_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<Dialect>("dialect");
    const auto row = [](const char *method, const char *path, Dialect dialect) {
        QTest::addRow("%s %s", method, path) << QByteArray(method) << QByteArray(path) << dialect;
    };
    row("POST", "/v1/messages", Dialect::Anthropic);
    row("POST", "/v1/messages/", Dialect::Anthropic);
    row("POST", "/api/anthropic/v1/messages", Dialect::Anthropic);
    row("POST", "/v1/messages/count_tokens", Dialect::Anthropic);
    row("GET", "/v1/messages/batches/msgbatch_1", Dialect::Anthropic);
    row("HEAD", "/", Dialect::Anthropic);
    row("POST", "/v1/chat/completions", Dialect::OpenAiChat);
    row("POST", "/chat/completions", Dialect::OpenAiChat);
    row("POST", "/v1beta/openai/chat/completions", Dialect::OpenAiChat);
    row("POST", "/v1/threads/thread_1/messages", Dialect::OpenAiChat);
    row("POST", "/v1/embeddings", Dialect::OpenAiChat);
    row("POST", "/v1/threads/t/messages/batches/x:rawPredict", Dialect::OpenAiChat);
    row("POST", "/v1/threads/t/messages/count_tokens/x:rawPredict", Dialect::OpenAiChat);
    row("POST", "/v1/projects/p/publishers/anthropic/models/claude:streamRawPredict", Dialect::Anthropic);
    row("POST", "/v1/responses/chat/completions", Dialect::OpenAiResponses);
    row("POST", "/v1/responses", Dialect::OpenAiResponses);
    row("GET", "/v1/responses/resp_1", Dialect::OpenAiResponses);
    row("POST", "/v1/responses/compact", Dialect::OpenAiResponses);
    row("POST", "/v1beta/models/gemini-pro:streamGenerateContent", Dialect::Gemini);
    row("POST", "/v1/models/gemini-pro:generateContent", Dialect::Gemini);
    row("POST", "/v1internal:generateContent", Dialect::Gemini);
    row("GET", "/v1beta/models", Dialect::Gemini);
    row("GET", "/", Dialect::Unknown);
    row("GET", "", Dialect::Unknown);
    row("GET", "/v1/models", Dialect::Unknown);
    row("GET", "/v1/messagesque", Dialect::Unknown);
    row("GET", "/messages.html", Dialect::Unknown);
}

void TestDialect::knowsTheDialectOfARequest()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);
    QTEST(dialectOf(method, path), "dialect");
}

void TestDialect::knowsWhatARequestIsFor_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<Purpose>("purpose");
    const auto row = [](const char *method, const char *path, Purpose purpose) {
        QTest::addRow("%s %s", method, path) << QByteArray(method) << QByteArray(path) << purpose;
    };
    row("HEAD", "/", Purpose::Greeting);
    row("HEAD", "/api/hello", Purpose::Greeting);
    row("HEAD", "/relay/api/hello/", Purpose::Greeting);
    row("GET", "/api/hello", Purpose::Auxiliary);
    row("HEAD", "/hello", Purpose::Auxiliary);
    row("HEAD", "/api/hello/again", Purpose::Auxiliary);
    row("GET", "/v1/models", Purpose::ListModels);
    row("GET", "/v1beta/models", Purpose::ListModels);
    row("HEAD", "/v1/models", Purpose::Auxiliary);
    row("GET", "/v1/models/claude-x", Purpose::Auxiliary);
    row("POST", "/v1/models", Purpose::Auxiliary);
    row("POST", "/v1/messages", Purpose::Generate);
    row("POST", "/v1/messages/count_tokens", Purpose::CountTokens);
    row("POST", "/", Purpose::Other);
}

void TestDialect::knowsWhatARequestIsFor()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);
    QFETCH(Purpose, purpose);
    const ApiCall call = apiCallOf(method, path);
    QCOMPARE(call.purpose, purpose);
    QCOMPARE(call.isAuxiliary(), purpose != Purpose::Generate && purpose != Purpose::Other);
}

void TestDialect::errorBodiesHaveTheShapeOfTheirApi_data()
{
    QTest::addColumn<Dialect>("dialect");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("type");
    const auto row = [](const char *name, Dialect dialect, int status, const QString &type) {
        QTest::addRow("%s %d", name, status) << dialect << status << type;
    };
    row("anthropic", Dialect::Anthropic, 400, u"invalid_request_error"_s);
    row("anthropic", Dialect::Anthropic, 401, u"authentication_error"_s);
    row("anthropic", Dialect::Anthropic, 402, u"billing_error"_s);
    row("anthropic", Dialect::Anthropic, 403, u"permission_error"_s);
    row("anthropic", Dialect::Anthropic, 404, u"not_found_error"_s);
    row("anthropic", Dialect::Anthropic, 413, u"request_too_large"_s);
    row("anthropic", Dialect::Anthropic, 422, u"invalid_request_error"_s);
    row("anthropic", Dialect::Anthropic, 429, u"rate_limit_error"_s);
    row("anthropic", Dialect::Anthropic, 502, u"api_error"_s);
    row("anthropic", Dialect::Anthropic, 503, u"api_error"_s);
    row("anthropic", Dialect::Anthropic, 504, u"timeout_error"_s);
    row("anthropic", Dialect::Anthropic, 529, u"overloaded_error"_s);
    row("chat", Dialect::OpenAiChat, 400, u"invalid_request_error"_s);
    row("chat", Dialect::OpenAiChat, 429, u"requests"_s);
    row("chat", Dialect::OpenAiChat, 502, u"server_error"_s);
    row("responses", Dialect::OpenAiResponses, 503, u"server_error"_s);
    row("gemini", Dialect::Gemini, 400, u"INVALID_ARGUMENT"_s);
    row("gemini", Dialect::Gemini, 413, u"INVALID_ARGUMENT"_s);
    row("gemini", Dialect::Gemini, 429, u"RESOURCE_EXHAUSTED"_s);
    row("gemini", Dialect::Gemini, 502, u"UNAVAILABLE"_s);
    row("gemini", Dialect::Gemini, 504, u"DEADLINE_EXCEEDED"_s);
}

void TestDialect::errorBodiesHaveTheShapeOfTheirApi()
{
    QFETCH(Dialect, dialect);
    QFETCH(int, status);
    QFETCH(QString, type);
    const QString message = u"relay-a: 502 “bad”\n"_s;
    const QJsonObject body = objectOf(errorBody(dialect, status, message));
    const QJsonObject error = body[u"error"_s].toObject();
    QCOMPARE(error[u"message"_s].toString(), message);
    if (dialect == Dialect::Gemini) {
        QCOMPARE(error[u"status"_s].toString(), type);
        QCOMPARE(error[u"code"_s].toInt(), status);
        return;
    }
    QCOMPARE(error[u"type"_s].toString(), type);
    QCOMPARE(body[u"type"_s].toString(), dialect == Dialect::Anthropic ? u"error"_s : QString());
    QCOMPARE(error.contains(u"param"_s), dialect != Dialect::Anthropic);
    QCOMPARE(error.contains(u"code"_s), dialect != Dialect::Anthropic);
}

void TestDialect::unknownErrorsSuitBothFamilies()
{
    const QJsonObject body = objectOf(errorBody(Dialect::Unknown, 503, u"no endpoint"_s));
    QCOMPARE(body[u"type"_s].toString(), u"error"_s);
    const QJsonObject error = body[u"error"_s].toObject();
    QCOMPARE(error[u"type"_s].toString(), u"api_error"_s);
    QVERIFY(error.contains(u"code"_s));
}

void TestDialect::errorEventsEndAStreamInItsOwnWords_data()
{
    QTest::addColumn<Dialect>("dialect");
    QTest::addColumn<QByteArray>("name");
    QTest::addRow("anthropic") << Dialect::Anthropic << QByteArray("error");
    QTest::addRow("chat") << Dialect::OpenAiChat << QByteArray();
    QTest::addRow("responses") << Dialect::OpenAiResponses << QByteArray("response.failed");
    QTest::addRow("gemini") << Dialect::Gemini << QByteArray();
}

void TestDialect::errorEventsEndAStreamInItsOwnWords()
{
    QFETCH(Dialect, dialect);
    const std::unique_ptr<ProtocolReader> reader = protocolOf(dialect).reader();
    if (dialect == Dialect::OpenAiResponses)
        reader->event("response.created", "{}");
    const Event event = parseEvent(reader->brokenEnd(u"the upstream broke off"_s));
    QTEST(event.name, "name");
    const QJsonObject data = objectOf(event.data);
    const QJsonObject holder = dialect == Dialect::OpenAiResponses ? data[u"response"_s].toObject() : data;
    QCOMPARE(holder[u"error"_s].toObject()[u"message"_s].toString(), u"the upstream broke off"_s);
    if (dialect == Dialect::OpenAiResponses) {
        QCOMPARE(holder[u"status"_s].toString(), u"failed"_s);
        QCOMPARE(holder[u"error"_s].toObject()[u"code"_s].toString(), u"server_error"_s);
    }
}

static void addDialects()
{
    QTest::addColumn<Dialect>("dialect");
    QTest::addRow("anthropic") << Dialect::Anthropic;
    QTest::addRow("chat") << Dialect::OpenAiChat;
    QTest::addRow("responses") << Dialect::OpenAiResponses;
    QTest::addRow("gemini") << Dialect::Gemini;
}

void TestDialect::everyEventIsOneBlockOfJson_data()
{
    addDialects();
}

void TestDialect::everyEventIsOneBlockOfJson()
{
    QFETCH(Dialect, dialect);
    for (const QByteArray &text : answerEvents(dialect, sample)) {
        const Event event = parseEvent(text);
        if (event.data == "[DONE]")
            continue;
        const QJsonObject data = objectOf(event.data);
        QVERIFY2(!data.isEmpty(), text.constData());
        if (!event.name.isEmpty())
            QCOMPARE(data[u"type"_s].toString().toUtf8(), event.name);
    }
}

void TestDialect::anthropicStreamFollowsItsOrder()
{
    QByteArrayList names;
    for (const QByteArray &event : answerEvents(Dialect::Anthropic, sample))
        names += parseEvent(event).name;
    const QByteArrayList expected{"message_start", "ping", "content_block_start", "content_block_delta",
                                  "content_block_delta", "content_block_delta", "content_block_stop", "message_delta",
                                  "message_stop"};
    QCOMPARE(names, expected);
}

void TestDialect::chatStreamEndsWithDone()
{
    const QList<QByteArray> events = answerEvents(Dialect::OpenAiChat, sample);
    QCOMPARE(events.last(), "data: [DONE]\n\n"_ba);
    const QJsonObject last = objectOf(parseEvent(events[events.size() - 2]).data);
    QCOMPARE(last[u"choices"_s][0][u"finish_reason"_s].toString(), u"stop"_s);
}

void TestDialect::responsesEventsAreNumbered()
{
    int expected = 0;
    for (const QByteArray &event : answerEvents(Dialect::OpenAiResponses, sample))
        QCOMPARE(objectOf(parseEvent(event).data)[u"sequence_number"_s].toInt(-1), expected++);
    QVERIFY(expected > 0);
}

void TestDialect::streamsAndBodiesSayTheSame_data()
{
    addDialects();
}

void TestDialect::streamsAndBodiesSayTheSame()
{
    QFETCH(Dialect, dialect);
    QString streamed;
    for (const QByteArray &event : answerEvents(dialect, sample)) {
        const QJsonObject data = objectOf(parseEvent(event).data);
        streamed += data[u"delta"_s].toObject()[u"text"_s].toString();           // Anthropic
        streamed += data[u"delta"_s].toString();                                  // Responses
        streamed += data[u"choices"_s][0][u"delta"_s][u"content"_s].toString();   // Chat Completions
        streamed += data[u"candidates"_s][0][u"content"_s][u"parts"_s][0][u"text"_s].toString();
    }
    QCOMPARE(streamed, sample.text());

    const QJsonObject body = objectOf(answerJson(dialect, sample));
    QString whole = body[u"content"_s][0][u"text"_s].toString();
    whole += body[u"output"_s][0][u"content"_s][0][u"text"_s].toString();
    whole += body[u"choices"_s][0][u"message"_s][u"content"_s].toString();
    whole += body[u"candidates"_s][0][u"content"_s][u"parts"_s][0][u"text"_s].toString();
    QCOMPARE(whole, sample.text());
}

void TestDialect::openingAndClosingEventsEncloseTheText_data()
{
    addDialects();
}

void TestDialect::openingAndClosingEventsEncloseTheText()
{
    QFETCH(Dialect, dialect);
    const QList<QByteArray> events = answerEvents(dialect, sample);
    const qsizetype opening = openingEvents(dialect);
    QCOMPARE(events.size(), opening + sample.pieces.size() + closingEvents(dialect));
    for (qsizetype i = 0; i < opening; ++i)
        QVERIFY(!events[i].contains("Gr"));
    QVERIFY(events[opening].contains("Gr"));
}

void TestDialect::modelListSuitsBothFamilies()
{
    const QJsonObject list = objectOf(modelsJson({u"a"_s, u"b"_s}, 1'700'000'000));
    QCOMPARE(list[u"object"_s].toString(), u"list"_s);
    QCOMPARE(list[u"last_id"_s].toString(), u"b"_s);
    QCOMPARE(list[u"data"_s].toArray().size(), 2);
    QCOMPARE(list[u"data"_s][0][u"id"_s].toString(), u"a"_s);
    QCOMPARE(list[u"data"_s][0][u"created_at"_s].toString(), u"2023-11-14T22:13:20Z"_s);
}

QTEST_GUILESS_MAIN(TestDialect)
#include "tst_dialect.moc"
