#include "core/api/answerobserver.h"
#include "core/api/sampleanswer.h"

#include <QTest>

using namespace qcc;
using namespace Qt::StringLiterals;

namespace {

using Tokens = std::optional<qint64>;

AnswerHead head(const QByteArray &type)
{
    AnswerHead h;
    h.status = 200;
    h.headers = {{"Content-Type", type}};
    return h;
}

AnswerHead headFor(const QByteArray &answer)
{
    const bool events = answer.startsWith("data:") || answer.startsWith("event:");
    return head(events ? QByteArray("text/event-stream") : QByteArray("application/json"));
}

TokenUsage usageOf(Dialect dialect, const QByteArray &answer, qsizetype step)
{
    AnswerObserver observer({dialect, Purpose::Generate}, headFor(answer));
    for (qsizetype at = 0; at < answer.size(); at += step)
        observer.feed(QByteArrayView(answer).sliced(at, qMin(step, answer.size() - at)));
    return observer.usage();
}

QByteArray named(const QByteArray &name, const QByteArray &data)
{
    return "event: " + name + "\ndata: " + data + "\n\n";
}

QByteArray messageStart(const QByteArray &usage)
{
    return named("message_start", R"({"type":"message_start","message":{"id":"msg_1","content":[],"usage":)" + usage + "}}");
}

QByteArray messageDelta(const QByteArray &usage)
{
    return named("message_delta", R"({"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":)" + usage + "}");
}

QByteArray completed(const QByteArray &output, const QByteArray &usage)
{
    return named("response.completed", R"({"type":"response.completed","response":{"id":"resp_1","output":[")" + output
                     + R"("],"tools":[{"name":"t","parameters":{"properties":{"usage":{"type":"object"}}}}],"usage":)" + usage
                     + R"(,"user":null,"metadata":{"usage":"none"}}})");
}

QByteArray geminiPart(const QByteArray &text, const QByteArray &usage)
{
    return R"({"candidates":[{"content":{"parts":[{"text":")" + text + R"("}]}}],"usageMetadata":)" + usage + "}";
}

QByteArray data(const QByteArray &text)
{
    return "data: " + text + "\n\n";
}

const QByteArray contentDelta = named("content_block_delta", R"({"type":"content_block_delta","delta":{"text":"usage"}})");

// Raw strings stand outside of the class: moc 6.4 may lose it for them.

template <typename Row>
void anthropicRows(Row row)
{
    const Dialect a = Dialect::Anthropic;
    const QByteArray start = messageStart(R"({"input_tokens":25,"output_tokens":1})");
    const QByteArray cached = R"({"input_tokens":25,"cache_creation_input_tokens":300,"cache_read_input_tokens":4000,"output_tokens":1})";
    row("anthropic: stream", a, start + contentDelta + messageDelta(R"({"output_tokens":15})"), 25, 15);
    row("anthropic: with caches", a, messageStart(cached) + messageDelta(R"({"output_tokens":15})"), 4325, 15);
    row("anthropic: caches are null", a, messageStart(R"({"input_tokens":25,"cache_read_input_tokens":null})"), 25, {});
    row("anthropic: the last delta wins", a,
        start + messageDelta(R"({"output_tokens":5})") + messageDelta(R"({"output_tokens":9})"), 25, 9);
    row("anthropic: the delta repeats the input", a,
        messageStart(cached) + messageDelta(R"({"input_tokens":25,"output_tokens":15})"), 4325, 15);
    row("anthropic: only the delta knows the input", a,
        messageStart(R"({"input_tokens":0,"output_tokens":0})") + messageDelta(R"({"input_tokens":472,"output_tokens":15})"), 472, 15);
    row("anthropic: broken off before the output is known", a, start + contentDelta, 25, {});
    row("anthropic: without event lines", a,
        QByteArray(start + messageDelta(R"({"output_tokens":15})")).replace("event: message_start\n", "").replace("event: message_delta\n", ""), 25, 15);
    row("anthropic: a text about usage", a,
        start + named("content_block_delta", R"({"type":"content_block_delta","usage":{"output_tokens":99}})"), 25, {});
    row("anthropic: JSON", a, R"({"type":"message","content":[{"type":"tool_use","input":{"usage":{"input_tokens":1}}}],"usage":)" + cached + "}", 4325, 1);
    row("anthropic: JSON without", a, R"({"type":"message","content":[]})", {}, {});
    row("anthropic: an error", a, R"({"type":"error","error":{"message":"usage"}})", {}, {});
    row("anthropic: a count of tokens is no usage", a, R"({"input_tokens":2095})", {}, {});
}

template <typename Row>
void openAiRows(Row row)
{
    const Dialect chat = Dialect::OpenAiChat;
    const QByteArray usage = R"({"prompt_tokens":19,"completion_tokens":10,"total_tokens":29,"prompt_tokens_details":{"cached_tokens":4}})";
    const QByteArray chunk = data(R"({"choices":[{"delta":{"content":"\"usage\":{\"prompt_tokens\":7}"}}],"usage":null})");
    row("chat: the last chunk says it", chat, chunk + data(R"({"choices":[],"usage":)" + usage + "}") + data("[DONE]"), 19, 10);
    row("chat: nobody asked for it", chat, chunk + data("[DONE]"), {}, {});
    row("chat: JSON", chat, R"({"choices":[],"usage":)" + usage + "}", 19, 10);
    row("chat: embeddings have no output", chat, R"({"data":[],"usage":{"prompt_tokens":8,"total_tokens":8}})", 8, {});

    const Dialect responses = Dialect::OpenAiResponses;
    const QByteArray both = R"({"input_tokens":36,"input_tokens_details":{"cached_tokens":4},"output_tokens":87,"total_tokens":123})";
    const QByteArray begun = named("response.created", R"({"type":"response.created","response":{"usage":null}})");
    row("responses: stream", responses, begun + completed("hi", both), 36, 87);
    row("responses: incomplete", responses, begun + completed("hi", both).replace("response.completed", "response.incomplete"), 36, 87);
    for (const int length : {3800, 4000, 4096, 4200, 9000, 500'000}) {
        row(qPrintable(u"responses: an output of %1 bytes"_s.arg(length)), responses, begun + completed(QByteArray(length, 'x'), both), 36, 87);
    }
    row("responses: a long output that speaks of it", responses,
        completed(QByteArray(9000, 'x') + R"(\"usage\":{\"input_tokens\":1,\"output_tokens\":2})", "null"), {}, {});
    row("responses: JSON", responses, R"({"object":"response","output":[],"usage":)" + both + "}", 36, 87);
}

template <typename Row>
void geminiRows(Row row)
{
    const Dialect g = Dialect::Gemini;
    const QByteArray thinking = R"({"promptTokenCount":11,"thoughtsTokenCount":50,"totalTokenCount":61})";
    const QByteArray last = R"({"promptTokenCount":11,"candidatesTokenCount":20,"thoughtsTokenCount":60,"totalTokenCount":91})";
    row("gemini: the last one wins", g, data(geminiPart("a", thinking)) + data(geminiPart("b", last)), 11, 80);
    row("gemini: it only thought", g, data(geminiPart("a", thinking)), 11, 50);
    row("gemini: nothing of the output", g, data(geminiPart("a", R"({"promptTokenCount":11})")), 11, {});
    row("gemini: a long part", g, data(geminiPart(QByteArray(20'000, 'x'), last)), 11, 80);
    row("gemini: a part of several lines", g,
        data(geminiPart(QByteArray(3000, 'x') + "\",\ndata: \"more\":\"" + QByteArray(3000, 'y'), last)), 11, 80);
    row("gemini: JSON", g, geminiPart("a", last), 11, 80);
    row("gemini: an array", g, "[" + geminiPart("a", thinking) + ",\r\n" + geminiPart("b", last) + "]", 11, 80);
    row("gemini: an array that broke off", g, "[" + geminiPart("a", thinking) + ",\r\n{\"candidates\":[{", 11, 50);
}

} // namespace

/// What answers say of tokens, as the observer that reads along understands it.
class TestTokenUsage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsWhatAnAnswerSays_data()
    {
        QTest::addColumn<Dialect>("dialect");
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<Tokens>("input");
        QTest::addColumn<Tokens>("output");
        const auto row = [](const char *name, Dialect dialect, const QByteArray &answer, Tokens input, Tokens output) {
            QTest::newRow(name) << dialect << answer << input << output;
        };
        anthropicRows(row);
        openAiRows(row);
        geminiRows(row);
        row("nobody knows what is spoken", Dialect::Unknown, R"({"usage":{"input_tokens":5,"output_tokens":6}})", {}, {});
    }

    void readsWhatAnAnswerSays()
    {
        QFETCH(Dialect, dialect);
        QFETCH(QByteArray, answer);
        for (const qsizetype step : {answer.size(), qsizetype(1), qsizetype(1000)}) {
            const TokenUsage usage = usageOf(dialect, answer, step);
            QTEST(usage.input, "input");
            QTEST(usage.output, "output");
        }
    }

    void whereAStreamIsCutDoesNotMatter()
    {
        const QByteArray stream = messageStart(R"({"input_tokens":3,"cache_read_input_tokens":40,"output_tokens":1})") + contentDelta
            + messageDelta(R"({"output_tokens":7})");
        const TokenUsage expected{43, 7};
        for (qsizetype cut = 0; cut <= stream.size(); ++cut) {
            AnswerObserver observer({Dialect::Anthropic, Purpose::Generate}, head("text/event-stream"));
            observer.feed(QByteArrayView(stream).first(cut));
            observer.feed(QByteArrayView(stream).sliced(cut));
            QVERIFY2(observer.usage() == expected, qPrintable(u"cut at %1"_s.arg(cut)));
        }
    }

    void understandsWhatTheDemoSays_data()
    {
        QTest::addColumn<Dialect>("dialect");
        QTest::addColumn<bool>("streamSays");
        QTest::newRow("Anthropic") << Dialect::Anthropic << true;
        QTest::newRow("Chat") << Dialect::OpenAiChat << false; // only with stream_options.include_usage
        QTest::newRow("Responses") << Dialect::OpenAiResponses << true;
        QTest::newRow("Gemini") << Dialect::Gemini << true;
    }

    void understandsWhatTheDemoSays()
    {
        QFETCH(Dialect, dialect);
        QFETCH(bool, streamSays);
        const SampleAnswer sample{u"1"_s, u"m"_s, {u"a"_s, u"b"_s, u"c"_s}, 1'700'000'000, 12};
        const TokenUsage said{12, 3};
        QVERIFY(usageOf(dialect, answerJson(dialect, sample), 64) == said);
        QVERIFY(usageOf(dialect, answerEvents(dialect, sample).join(), 64) == (streamSays ? said : TokenUsage{}));
    }

    void oddNumbersAreNotKnown_data()
    {
        QTest::addColumn<QByteArray>("number");
        for (const char *number : {"-1", "1e300", "1e3", "12.5", "\"12\"", "true", "null", "[12]", "{\"a\":12}", "99999999999999999999",
                                   "1000000000001", "+5", "NaN"})
            QTest::newRow(number) << QByteArray(number);
    }

    void oddNumbersAreNotKnown()
    {
        QFETCH(QByteArray, number);
        const QByteArray anthropic = "{\"input_tokens\":" + number + ",\"output_tokens\":" + number + "}";
        const QByteArray chat = "{\"usage\":{\"prompt_tokens\":" + number + ",\"completion_tokens\":" + number + "}}";
        const QByteArray gemini = "{\"promptTokenCount\":" + number + ",\"candidatesTokenCount\":" + number + "}";
        QVERIFY(usageOf(Dialect::Anthropic, messageStart(anthropic) + messageDelta(anthropic), 64) == TokenUsage{});
        QVERIFY(usageOf(Dialect::Anthropic, "{\"usage\":" + anthropic + "}", 64) == TokenUsage{});
        QVERIFY(usageOf(Dialect::OpenAiChat, data(chat), 64) == TokenUsage{});
        QVERIFY(usageOf(Dialect::OpenAiChat, chat, 64) == TokenUsage{});
        QVERIFY(usageOf(Dialect::OpenAiResponses, completed("x", anthropic), 64) == TokenUsage{});
        QVERIFY(usageOf(Dialect::Gemini, data(geminiPart("x", gemini)), 64) == TokenUsage{});
    }

    void anOddPartMakesASumUnknown()
    {
        const QByteArray usage = R"({"input_tokens":5,"cache_read_input_tokens":-4,"output_tokens":6})";
        QVERIFY(usageOf(Dialect::Anthropic, "{\"usage\":" + usage + "}", 64) == (TokenUsage{{}, 6}));
    }

    void aLongBodyIsReadToItsEnd()
    {
        const QByteArray text(3 * AnswerObserver::keptBeginning, 'x');
        const QByteArray usage = R"("usage":{"input_tokens":5,"output_tokens":6})";
        QVERIFY(usageOf(Dialect::Anthropic, "{" + usage + ",\"content\":\"" + text + "\"}", 4096) == (TokenUsage{5, 6}));
        QVERIFY(usageOf(Dialect::Anthropic, "{\"content\":\"" + text + "\"," + usage + "}", 4096) == (TokenUsage{5, 6}));
    }
};

QTEST_GUILESS_MAIN(TestTokenUsage)
#include "tst_tokenusage.moc"
