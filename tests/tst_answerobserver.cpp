#include "core/api/answerobserver.h"
#include "core/http/jsonreader.h"
#include "tests/support/residentmemory.h"

#include <QElapsedTimer>
#include <QTest>
#include <zlib.h>

using namespace qcc;
using namespace qcc::test;
using Verdict = AnswerObserver::Verdict;

namespace {

AnswerHead head(const QByteArray &type, const QByteArray &encoding = {})
{
    AnswerHead h;
    h.status = 200;
    h.headers = {{"Content-Type", type}};
    if (!encoding.isEmpty())
        h.headers.append(HeaderField{"Content-Encoding", encoding});
    return h;
}

ApiCall generates(Dialect dialect)
{
    return {dialect, Purpose::Generate};
}

QByteArray gzip(const QByteArray &plain)
{
    z_stream z{};
    deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    QByteArray out(plain.size() + 200, '\0');
    QByteArray in = plain;
    z.next_in = reinterpret_cast<Bytef *>(in.data());
    z.avail_in = static_cast<uInt>(in.size());
    z.next_out = reinterpret_cast<Bytef *>(out.data());
    z.avail_out = static_cast<uInt>(out.size());
    deflate(&z, Z_FINISH);
    out.truncate(static_cast<qsizetype>(z.total_out));
    deflateEnd(&z);
    return out;
}

} // namespace

class TestAnswerObserver : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsLittleOfWhatHasNoEnd_data()
    {
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<QByteArray>("opening");
        QTest::newRow("one line of an event") << QByteArray("text/event-stream") << QByteArray("data: ");
        QTest::newRow("a comment") << QByteArray("text/event-stream") << QByteArray(":");
        QTest::newRow("a JSON string") << QByteArray("application/json") << QByteArray("{\"a\":\"");
        QTest::newRow("text") << QByteArray("text/plain") << QByteArray();
    }

    void keepsLittleOfWhatHasNoEnd()
    {
        QFETCH(QByteArray, type);
        QFETCH(QByteArray, opening);
        AnswerObserver observer(generates(Dialect::Anthropic), head(type));
        observer.feed(opening);
        const QByteArray piece(1 << 20, 'x');
        observer.feed(piece);
        const qint64 before = residentBytes();
        for (int i = 0; i < 16; ++i)
            observer.feed(piece);
        QCOMPARE(observer.bytes(), opening.size() + 17 * piece.size());
        QVERIFY2(residentBytes() - before < 4'000'000 + sanitizerBytes, qPrintable(QString::number(residentBytes() - before)));
    }

    void stopsReadingABombAndPassesItOn()
    {
        const QByteArray bomb = gzip(QByteArray(64 << 20, ' '));
        QVERIFY(bomb.size() < 100'000);
        AnswerObserver observer(generates(Dialect::Anthropic), head("text/event-stream", "gzip"));
        const qint64 before = residentBytes();
        QElapsedTimer clock;
        clock.start();
        for (qsizetype at = 0; at < bomb.size(); at += 1000)
            observer.feed(QByteArrayView(bomb).sliced(at, qMin<qsizetype>(1000, bomb.size() - at)));
        observer.finish();
        QVERIFY(!observer.isReadable());
        QCOMPARE(observer.opening(), Opening::Content);
        QCOMPARE(observer.verdict(false), Verdict::Complete);
        QVERIFY2(residentBytes() - before < 4'000'000 + sanitizerBytes, qPrintable(QString::number(residentBytes() - before)));
        QVERIFY2(clock.elapsed() < 1000, qPrintable(QString::number(clock.elapsed()))); // all of it takes several times as long
    }

    void knowsAPageHoweverItsBytesCome_data()
    {
        QTest::addColumn<QByteArray>("type");
        QTest::newRow("no type") << QByteArray();
        QTest::newRow("text") << QByteArray("text/plain");
        QTest::newRow("JSON") << QByteArray("application/json");
    }

    void knowsAPageHoweverItsBytesCome()
    {
        QFETCH(QByteArray, type);
        AnswerObserver observer(generates(Dialect::Anthropic), head(type));
        const QByteArray page(" <!DocType HTML><title>Sign in</title>");
        for (const char c : page)
            observer.feed(QByteArrayView(&c, 1));
        QCOMPARE(observer.opening(), Opening::Bad);

        AnswerObserver other(generates(Dialect::Anthropic), head(type));
        other.feed(" ");
        QCOMPARE(other.opening(), Opening::Undecided);
        other.feed("<!do");
        other.feed("ne");
        QCOMPARE(other.opening(), Opening::Bad);
    }

    void knowsWhenAStreamIsComplete_data()
    {
        QTest::addColumn<Dialect>("dialect");
        QTest::addColumn<QByteArray>("stream");
        QTest::addColumn<bool>("content");
        QTest::addColumn<bool>("error");
        QTest::addColumn<Verdict>("verdict");
        const auto row = [](const char *name, Dialect dialect, QByteArray stream, bool content, bool error, Verdict verdict) {
            QTest::newRow(name) << dialect << stream << content << error << verdict;
        };
        const QByteArray start = "event: message_start\ndata: {\"type\":\"message_start\"}\n\nevent: ping\ndata: {}\n\n: comment\n\n";
        const QByteArray delta = "event: content_block_delta\ndata: {\"type\":\"content_block_delta\"}\n\n";
        const QByteArray stop = "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";
        row("anthropic", Dialect::Anthropic, start + delta + stop, true, false, Verdict::Complete);
        row("anthropic, opening only", Dialect::Anthropic, start, false, false, Verdict::Incomplete);
        row("anthropic, no stop", Dialect::Anthropic, start + delta, true, false, Verdict::Incomplete);
        row("anthropic, stop without its blank line", Dialect::Anthropic, start + delta + stop.chopped(1), true, false, Verdict::Complete);
        row("anthropic, stop torn", Dialect::Anthropic, start + delta + stop.chopped(3), true, false, Verdict::Incomplete);
        row("anthropic, why it ends, but no stop", Dialect::Anthropic,
            start + delta + "event: message_delta\ndata: {\"delta\":{\"stop_reason\":\"end_turn\"},\"type\":\"message_delta\"}\n\n", true, false, Verdict::Complete);
        row("anthropic, without event lines", Dialect::Anthropic,
            "data: {\"type\": \"message_start\"}\n\ndata: {\"type\":\"content_block_delta\"}\n\ndata: {\"type\":\"message_stop\"}\n\n", true, false, Verdict::Complete);
        row("anthropic, error first", Dialect::Anthropic, start + "event: error\ndata: {\"type\":\"error\"}\n\n", false, true, Verdict::Incomplete);
        row("anthropic, CR LF", Dialect::Anthropic, QByteArray(start + delta + stop).replace("\n", "\r\n"), true, false, Verdict::Complete);
        row("chat", Dialect::OpenAiChat, "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\ndata: [DONE]\n\n", true, false, Verdict::Complete);
        row("chat, no done", Dialect::OpenAiChat, "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n", true, false, Verdict::Incomplete);
        row("chat, error", Dialect::OpenAiChat, "data: {\"error\": {\"message\":\"x\"}}\n\n", false, true, Verdict::Incomplete);
        row("chat, null error is none", Dialect::OpenAiChat, "data: {\"error\": null, \"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\ndata:[DONE]\n\n", true, false, Verdict::Complete);
        row("responses", Dialect::OpenAiResponses,
            "event: response.created\ndata: {}\n\nevent: response.output_text.delta\ndata: {}\n\nevent: response.completed\ndata: {}\n\n", true, false, Verdict::Complete);
        row("responses, failed", Dialect::OpenAiResponses, "event: response.created\ndata: {}\n\nevent: response.failed\ndata: {}\n\n", false, true, Verdict::Incomplete);
        row("unknown dialect", Dialect::Unknown, "data: x\n\n", false, false, Verdict::Complete);
        row("a giant event", Dialect::Anthropic,
            start + "event: content_block_delta\ndata: " + QByteArray(1 << 20, 'x') + "\n\n" + stop, true, false, Verdict::Complete);
    }

    void knowsWhenAStreamIsComplete()
    {
        QFETCH(Dialect, dialect);
        QFETCH(QByteArray, stream);
        const auto check = [&](AnswerObserver &observer) {
            QTEST(observer.sawContent(), "content");
            QTEST(observer.sawError(), "error");
            observer.finish();
            QTEST(observer.verdict(false), "verdict");
            QVERIFY(observer.isEventStream());
        };
        AnswerObserver bytewise(generates(dialect), head("text/event-stream; charset=utf-8"));
        for (const char c : std::as_const(stream))
            bytewise.feed(QByteArrayView(&c, 1));
        check(bytewise);
        AnswerObserver compressed(generates(dialect), head("text/event-stream", "gzip"));
        compressed.feed(gzip(stream));
        check(compressed);
        QVERIFY(!compressed.takesEvents());
    }

    void readsTokensOfACompressedAnswer()
    {
        const TokenUsage said{25, 15};
        AnswerObserver stream(generates(Dialect::Anthropic), head("text/event-stream", "gzip"));
        stream.feed(gzip("event: message_start\ndata: {\"message\":{\"usage\":{\"input_tokens\":25}}}\n\n"
                         "event: message_delta\ndata: {\"usage\":{\"output_tokens\":15}}\n\n"));
        QVERIFY(stream.usage() == said);
        AnswerObserver body(generates(Dialect::Anthropic), head("application/json", "gzip"));
        body.feed(gzip("{\"usage\":{\"input_tokens\":25,\"output_tokens\":15}}"));
        QVERIFY(body.usage() == said);
    }

    void judgesJsonByItsBrackets()
    {
        AnswerObserver whole(generates(Dialect::Anthropic), head("application/json"));
        whole.feed("{\"content\":[1,\"}\\\"\"]}");
        QCOMPARE(whole.opening(), Opening::Content);
        QCOMPARE(whole.verdict(true), Verdict::Complete);
        AnswerObserver half(generates(Dialect::Anthropic), head("application/json"));
        half.feed("{\"a\":[1,\"}");
        QCOMPARE(half.verdict(true), Verdict::Incomplete);
        QCOMPARE(half.verdict(false), Verdict::Complete); // a length or last chunk said so
    }

    void takesABareCloseForNoEndWithinSomething_data()
    {
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<QByteArray>("coding");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<Verdict>("verdict");
        const QByteArray more = "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]}}]}";
        const QByteArray event = "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]},\"finishReason\":\"STOP\"}]}";
        const QByteArray longEvent = "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"" + QByteArray(90000, 'x')
            + "\"}]},\"finishReason\":\"STOP\"}]}";
        const auto row = [](const char *name, const QByteArray &type, const QByteArray &coding, const QByteArray &body, Verdict verdict) {
            QTest::newRow(name) << type << coding << body << verdict;
        };
        const QByteArray stream = "text/event-stream";
        row("a whole event", stream, "", event + "\n\n", Verdict::Complete);
        row("without its blank line", stream, "", event + "\n", Verdict::Complete);
        row("without any line break", stream, "", event, Verdict::Complete);
        row("inside an event", stream, "", more + "\n\n" + event.chopped(4), Verdict::Incomplete);
        row("inside an event, at the end of a line", stream, "", more + "\n\ndata: {\"candidates\":\n", Verdict::Incomplete);
        row("inside a long event", stream, "", more + "\n\n" + longEvent.chopped(1), Verdict::Incomplete);
        row("a long event without its blank line", stream, "", longEvent + "\n", Verdict::Complete);
        row("inside a field's name", stream, "", more + "\n\nda", Verdict::Incomplete);
        row("before the data", stream, "", more + "\n\ndata: ", Verdict::Incomplete);
        row("inside a comment", stream, "", event + "\n\n: keep-al", Verdict::Complete);
        row("compressed, event by event", stream, "gzip", gzip(event + "\n\n") + gzip(event + "\n\n"), Verdict::Complete);
        row("compressed, without the last trailer of two", stream, "gzip", gzip(more + "\n\n") + gzip(event + "\n\n").chopped(8), Verdict::Complete);
        row("without why it ends", stream, "", more + "\n\n", Verdict::Incomplete);
        row("compressed, with padding behind it", stream, "gzip", gzip(event + "\n\n") + QByteArray(8, '\0'), Verdict::Complete);
        row("compressed", stream, "gzip", gzip(event + "\n\n"), Verdict::Complete);
        row("compressed, without its trailer", stream, "gzip", gzip(event + "\n\n").chopped(8), Verdict::Complete);
        row("compressed, without the last byte", stream, "gzip", gzip(event + "\n\n").chopped(1), Verdict::Complete);
        row("compressed, not begun", stream, "gzip", "", Verdict::Incomplete);
        row("compressed JSON without its trailer", "application/json", "gzip", gzip("{\"candidates\":[]}").chopped(8), Verdict::Incomplete);
        row("without a type", "", "", "{\"candidates\":[{\"content\"", Verdict::Incomplete);
        row("text", "text/plain; charset=utf-8", "", " \n{\"candidates\":[{\"content\"", Verdict::Incomplete);
        row("a problem", "application/problem+json", "", "{\"title\":\"", Verdict::Incomplete);
        row("text that is none of JSON", "text/plain", "", "a list without an end", Verdict::Complete);
        row("whole, without a type", "", "", "{\"candidates\":[]}\n", Verdict::Complete);
        row("coded twice, once by nothing", "application/json", "gzip, identity", gzip("{\"candidates\":[]}").chopped(8), Verdict::Incomplete);
        row("compressed bytes without their trailer", "application/zip", "gzip", gzip("anything").chopped(8), Verdict::Incomplete);
    }

    void takesABareCloseForNoEndWithinSomething()
    {
        QFETCH(QByteArray, type);
        QFETCH(QByteArray, coding);
        QFETCH(QByteArray, body);
        for (const qsizetype step : {qsizetype(1), qMax<qsizetype>(1, body.size())}) {
            AnswerObserver observer(generates(Dialect::Gemini), head(type, coding));
            for (qsizetype at = 0; at < body.size(); at += step)
                observer.feed(QByteArrayView(body).sliced(at, qMin(step, body.size() - at)));
            observer.finish();
            QTEST(observer.verdict(true), "verdict");
        }
    }

    void readsEveryMemberOfGzip()
    {
        const QByteArray first = gzip("event: message_start\ndata: {\"message\":{\"usage\":{\"input_tokens\":25}}}\n\n");
        const QByteArray last = gzip("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
        const QByteArray body = first + last;
        for (const qsizetype step : {qsizetype(1), first.size(), body.size()}) {
            AnswerObserver observer(generates(Dialect::Anthropic), head("text/event-stream", "gzip"));
            for (qsizetype at = 0; at < body.size(); at += step)
                observer.feed(QByteArrayView(body).sliced(at, qMin(step, body.size() - at)));
            QVERIFY(observer.sawEnd());
            QCOMPARE(observer.verdict(false), Verdict::Complete);
            QCOMPARE(observer.usage().input, std::optional<qint64>(25));
        }
    }

    void passesNoJudgementOnWhatItCannotRead()
    {
        AnswerObserver packed(generates(Dialect::Anthropic), head("text/event-stream", "compress"));
        packed.feed("\x1b\x02");
        QVERIFY(!packed.isReadable());
        QVERIFY(!packed.takesEvents());
        QCOMPARE(packed.verdict(false), Verdict::Complete);
        AnswerObserver liar(generates(Dialect::Anthropic), head("text/event-stream", "gzip"));
        liar.feed("this is not gzip at all");
        QCOMPARE(liar.verdict(false), Verdict::Complete);
    }

    void findsTopLevelMembers_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QByteArray>("model");
        QTest::newRow("first") << QByteArray("{\"model\":\"m\",\"x\":1}") << QByteArray("m");
        QTest::newRow("last, with blanks") << QByteArray(" {\n \"x\" : [1,{\"model\":\"no\"}] ,\t\"model\" : \"m-1\" } ") << QByteArray("m-1");
        QTest::newRow("in a string") << QByteArray("{\"x\":\"\\\"model\\\":\\\"no\\\"\",\"model\":\"m\"}") << QByteArray("m");
        QTest::newRow("nested only") << QByteArray("{\"x\":{\"model\":\"no\"}}") << QByteArray();
        QTest::newRow("not a string") << QByteArray("{\"model\":5}") << QByteArray();
        QTest::newRow("escaped") << QByteArray("{\"model\":\"a\\u0062\"}") << QByteArray("ab");
        QTest::newRow("array") << QByteArray("[\"model\",\"m\"]") << QByteArray();
        QTest::newRow("broken") << QByteArray("{\"x\":[1,\"model\":\"m\"") << QByteArray();
        QTest::newRow("ends after the colon") << QByteArray("{\"model\":") << QByteArray();
        QTest::newRow("ends in an escape") << QByteArray("{\"model\":\"\\") << QByteArray();
        QTest::newRow("empty") << QByteArray() << QByteArray();
    }

    void findsTopLevelMembers()
    {
        QFETCH(QByteArray, json);
        QTEST(stringMember(json, "model").value_or(QByteArray()), "model");
    }
};

QTEST_GUILESS_MAIN(TestAnswerObserver)
#include "tst_answerobserver.moc"
