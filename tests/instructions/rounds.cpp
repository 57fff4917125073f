// The way of a request and of its answer without a socket, a case after the other, for check.py, which counts its instructions. The input is
// fixed, and so is what is done with it: what changes a figure is the code on the way, the compiler or a library.

#include "core/api/answerobserver.h"
#include "core/api/dialect.h"
#include "core/forward/credentials.h"
#include "core/forward/forwarding.h"
#include "core/http/answerreader.h"
#include "core/http/jsonreader.h"
#include "core/http/requestreader.h"

#include <QByteArrayList>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <optional>

using namespace qcc;

namespace {

/// Enough that what differs between the first round and the rest is nothing, and few enough that a case takes a moment.
constexpr int roundsOfACase = 20;

/// A figure of work that went wrong would be worth nothing.
void require(bool holds, const char *what)
{
    if (holds)
        return;
    std::fprintf(stderr, "rounds: %s\n", what);
    std::exit(1);
}

QByteArray repeated(int times, const std::function<QByteArray(int)> &piece)
{
    QByteArray all;
    for (int i = 0; i < times; ++i)
        all += piece(i);
    return all;
}

/// About 70 KB, as a session of Claude Code sends them: the conversation, what the program says of itself, its tools.
QByteArray requestBody()
{
    const QByteArray words = repeated(12, [](int i) { return "Sentence " + QByteArray::number(i) + R"( says \"this\" and then that.\n)"; });
    const QByteArray turns = repeated(24, [&words](int i) {
        const QByteArray number = QByteArray::number(i);
        return R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_)" + number + R"(","content":")" + words
            + R"("}]},{"role":"assistant","content":[{"type":"text","text":")" + words + R"("},{"type":"tool_use","id":"toolu_)" + number
            + R"(","name":"Read","input":{"file_path":"/home/me/project/src/main.cpp","offset":)" + number + R"(,"limit":40}}]},)";
    });
    const QByteArray tools = repeated(16, [&words](int i) {
        return (i == 0 ? "" : ",") + (R"({"name":"Tool)" + QByteArray::number(i)) + R"(","description":")" + words + words
            + R"(","input_schema":{"type":"object","properties":{"path":{"type":"string","description":"Where it lies"},)"
              R"("limit":{"type":"number","description":"How many lines"}},"required":["path"],"additionalProperties":false}})";
    });
    return R"({"model":"claude-sonnet-4-5-20250929","messages":[)" + turns
        + R"({"role":"user","content":[{"type":"text","text":"Go on."}]}],"system":[{"type":"text","text":")" + words + words + words
        + R"(","cache_control":{"type":"ephemeral"}}],"tools":[)" + tools
        + R"(],"metadata":{"user_id":"user_0f3a_account_5b1e_session_7d2c9a40-51c6-4c0e-9d83-2f6f0a1b7c11"},"max_tokens":32000,"stream":true})";
}

QByteArray requestBytes()
{
    const QByteArray body = requestBody();
    return "POST /v1/messages?beta=true HTTP/1.1\r\n"
           "accept: application/json\r\n"
           "anthropic-beta: claude-code-20250219,interleaved-thinking-2025-05-14,fine-grained-tool-streaming-2025-05-14\r\n"
           "anthropic-dangerous-direct-browser-access: true\r\n"
           "anthropic-version: 2023-06-01\r\n"
           "authorization: Bearer sk-of-the-client-0123456789\r\n"
           "content-type: application/json\r\n"
           "user-agent: claude-cli/2.0.14 (external, cli)\r\n"
           "x-app: cli\r\n"
           "x-claude-code-session-id: 7d2c9a40-51c6-4c0e-9d83-2f6f0a1b7c11\r\n"
           "x-stainless-arch: x64\r\n"
           "x-stainless-helper-method: stream\r\n"
           "x-stainless-lang: js\r\n"
           "x-stainless-os: Linux\r\n"
           "x-stainless-package-version: 0.60.0\r\n"
           "x-stainless-retry-count: 0\r\n"
           "x-stainless-runtime: node\r\n"
           "x-stainless-runtime-version: v22.14.0\r\n"
           "x-stainless-timeout: 600\r\n"
           "Connection: keep-alive\r\n"
           "Host: 127.0.0.1:7861\r\n"
           "Accept-Encoding: gzip, deflate\r\n"
           "Content-Length: "
        + QByteArray::number(body.size()) + "\r\n\r\n" + body;
}

Request readRequest(RequestReader &reader, QByteArrayView bytes)
{
    constexpr qsizetype readAtOnce = 16 * 1024;
    while (!bytes.isEmpty() && reader.state() != RequestReader::State::Refused) {
        // An array each time, as a socket gives it; that the bytes need no copy for it keeps the test's own work out of the figure.
        const qsizetype length = std::min(readAtOnce, bytes.size());
        bytes = bytes.sliced(length - reader.adopt(QByteArray::fromRawData(bytes.data(), length)).size());
    }
    require(reader.state() == RequestReader::State::Complete, "the request was not read");
    return reader.take();
}

Endpoint endpoint()
{
    Endpoint relay;
    relay.baseUrl = "https://relay.example/api/anthropic";
    relay.apiKey = "sk-of-the-endpoint-0123456789";
    relay.id = QStringLiteral("0a1b2c3d");
    relay.modelMap = {{QStringLiteral("claude-sonnet-4*"), QStringLiteral("sonnet")}, {QStringLiteral("*"), QStringLiteral("other")}};
    return relay;
}

/// A request as an endpoint shall see it: an Attempt's part of it without the body.
void forward(const Request &request, const Endpoint &endpoint)
{
    const ApiCall call = apiCallOf(request.head.method, request.head.path());
    require(call.generates() && !conversationOf(request.head, request.bodyBeginning()).isEmpty(), "the request was not understood");
    const QByteArray target = upstreamTarget(request.head, endpoint);
    require(target == "/api/anthropic/v1/messages?beta=true" && modelOfTarget(target).isEmpty(), "the target is wrong");
    const HeaderList headers = withHop(upstreamHeaders(request.head, endpoint), "mark", endpoint.id, false);
    require(headers.last().value == "Bearer sk-of-the-endpoint-0123456789", "the key is missing");
}

/// What is asked of the whole body: whose conversation it is where no header says so, and the places in which a model gets another name.
void readBody(const Request &request, const Endpoint &endpoint)
{
    require(!conversationOf({}, request.bodyBeginning()).isEmpty(), "the conversation was not found");
    const QList<MemberScan::Found> models = request.readable().models();
    const QString asked = QString::fromUtf8(stringOf(models.first().token).value_or(QByteArray()));
    require(patchesForModel(models, modelFor({}, endpoint.modelMap, asked)).size() == 1, "the model was not replaced");
}

QByteArray chunk(const QByteArray &event)
{
    return QByteArray::number(event.size(), 16) + "\r\n" + event + "\r\n";
}

constexpr int deltasOfAStream = 200;

/// The answer's bytes with each event in a chunk of its own, as most servers write them.
QByteArray streamBytes(const QByteArrayList &opening, const std::function<QByteArray(int)> &delta, const QByteArrayList &closing)
{
    QByteArray bytes = "HTTP/1.1 200 OK\r\n"
                       "Date: Mon, 06 Oct 2025 10:00:00 GMT\r\n"
                       "Content-Type: text/event-stream; charset=utf-8\r\n"
                       "Transfer-Encoding: chunked\r\n"
                       "Connection: keep-alive\r\n"
                       "Cache-Control: no-cache\r\n"
                       "request-id: req_011CTqGzWGW4C2pVx9LsQ7aJ\r\n"
                       "anthropic-organization-id: 2a9d3c1e-0f4b-4f7c-8f0e-6a1d2b3c4d5e\r\n"
                       "anthropic-ratelimit-unified-status: allowed\r\n"
                       "x-envoy-upstream-service-time: 512\r\n"
                       "Strict-Transport-Security: max-age=31536000; includeSubDomains; preload\r\n"
                       "Server: cloudflare\r\n"
                       "CF-RAY: 98a1b2c3d4e5f607-FRA\r\n\r\n";
    for (const QByteArray &event : opening)
        bytes += chunk(event);
    for (int i = 0; i < deltasOfAStream; ++i)
        bytes += chunk(delta(i));
    for (const QByteArray &event : closing)
        bytes += chunk(event);
    return bytes + "0\r\n\r\n";
}

QByteArray named(const QByteArray &name, const QByteArray &data)
{
    return "event: " + name + "\ndata: " + data + "\n\n";
}

QByteArray unnamed(const QByteArray &data)
{
    return "data: " + data + "\n\n";
}

/// A few words, some with what JSON escapes.
QByteArray words(int i)
{
    static const std::array<QByteArray, 5> some = {" the quick", R"( \"brown\" fox)", " jumps over", R"( the\nlazy)", " dog, caf\xc3\xa9"};
    return some[static_cast<std::size_t>(i) % some.size()];
}

/// Source: https://docs.anthropic.com/en/docs/build-with-claude/streaming
QByteArray messagesStream()
{
    return streamBytes(
        {named("message_start", R"({"type":"message_start","message":{"model":"claude-sonnet-4-5-20250929","id":"msg_01XFDUDYJgAACzvnptvVoYEL",)"
                                R"("type":"message","role":"assistant","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":4,)"
                                R"("cache_creation_input_tokens":1204,"cache_read_input_tokens":18112,"output_tokens":1,"service_tier":"standard"}}})"),
         named("content_block_start", R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})"),
         named("ping", R"({"type": "ping"})")},
        [](int i) {
            return named("content_block_delta", R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":")" + words(i) + R"("}})");
        },
        {named("content_block_stop", R"({"type":"content_block_stop","index":0})"),
         named("message_delta", R"({"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":412}})"),
         named("message_stop", R"({"type":"message_stop"})")});
}

/// Source: https://platform.openai.com/docs/api-reference/chat-streaming
QByteArray chatStream()
{
    const auto chunkOf = [](const QByteArray &choices, const QByteArray &usage = "null") {
        return unnamed(R"({"id":"chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT","object":"chat.completion.chunk","created":1759744800,"model":"gpt-5-2025-08-07",)"
                       R"("service_tier":"default","system_fingerprint":"fp_44709d6fcb","choices":[)"
                       + choices + R"(],"usage":)" + usage + '}');
    };
    return streamBytes(
        {chunkOf(R"({"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null})")},
        [&chunkOf](int i) { return chunkOf(R"({"index":0,"delta":{"content":")" + words(i) + R"("},"logprobs":null,"finish_reason":null})"); },
        {chunkOf(R"({"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"})"),
         chunkOf({}, R"({"prompt_tokens":19320,"completion_tokens":412,"total_tokens":19732,"prompt_tokens_details":{"cached_tokens":18112}})"),
         unnamed("[DONE]")});
}

/// Source: https://platform.openai.com/docs/api-reference/responses-streaming
QByteArray responsesStream()
{
    int sequence = 0;
    const auto event = [&sequence](const QByteArray &type, const QByteArray &members) {
        return named(type, R"({"type":")" + type + R"(","sequence_number":)" + QByteArray::number(sequence++) + ',' + members + '}');
    };
    const auto response = [](const QByteArray &status, const QByteArray &output, const QByteArray &usage) {
        return R"("response":{"id":"resp_67c9fdcecf488190bdd9a0409de3a1ec07b8b0ad4e5eb654","object":"response","created_at":1759744800,"status":")" + status
            + R"(","error":null,"incomplete_details":null,"instructions":"You are a coding agent.","model":"gpt-5-codex","output":[)" + output
            + R"(],"parallel_tool_calls":true,"store":false,"tool_choice":"auto","tools":[],"usage":)" + usage + R"(,"user":null,"metadata":{}})";
    };
    const QByteArray place = R"("item_id":"msg_67c9fdcf37fc8190ba82116e33fb28c507b8b0ad4e5eb654","output_index":0,"content_index":0)";
    const QByteArray text = repeated(deltasOfAStream, words);
    const QByteArray part = R"("part":{"type":"output_text","annotations":[],"logprobs":[],"text":")";
    const QByteArray item = R"({"id":"msg_67c9fdcf37fc8190ba82116e33fb28c507b8b0ad4e5eb654","type":"message","role":"assistant","status":)";
    const QByteArray whole = item + R"("completed","content":[{"type":"output_text","annotations":[],"logprobs":[],"text":")" + text + R"("}]})";
    // One after the other: each takes the next number.
    const QByteArrayList opening = {event("response.created", response("in_progress", {}, "null")),
                                    event("response.in_progress", response("in_progress", {}, "null")),
                                    event("response.output_item.added", R"("output_index":0,"item":)" + item + R"("in_progress","content":[]})"),
                                    event("response.content_part.added", place + ',' + part + R"("})")};
    QByteArrayList deltas;
    for (int i = 0; i < deltasOfAStream; ++i)
        deltas += event("response.output_text.delta", place + R"(,"delta":")" + words(i) + R"(","logprobs":[],"obfuscation":"aGk1dXcz")");
    const QByteArrayList closing = {event("response.output_text.done", place + R"(,"text":")" + text + R"(","logprobs":[])"),
                                    event("response.content_part.done", place + ',' + part + text + R"("})"),
                                    event("response.output_item.done", R"("output_index":0,"item":)" + whole),
                                    event("response.completed", response("completed", whole, R"({"input_tokens":19320,"output_tokens":412})"))};
    return streamBytes(opening, [&deltas](int i) { return deltas[i]; }, closing);
}

/// Source: https://ai.google.dev/api/generate-content
QByteArray geminiStream()
{
    const auto message = [](const QByteArray &text, const QByteArray &finish) {
        return unnamed(R"({"candidates": [{"content": {"parts": [{"text": ")" + text + R"("}],"role": "model"},)" + finish
                       + R"("index": 0}],"usageMetadata": {"promptTokenCount": 19320,"candidatesTokenCount": 412,"totalTokenCount": 19732,)"
                         R"("promptTokensDetails": [{"modality": "TEXT","tokenCount": 19320}]},"modelVersion": "gemini-2.5-pro",)"
                         R"("responseId": "mOXlaL3bLqOxvdIPgdeUuQk"})");
    };
    return streamBytes({}, [&message](int i) { return message(words(i), {}); }, {message({}, R"("finishReason": "STOP",)")});
}

QByteArray jsonAnswer()
{
    const QByteArray body = R"({"model":"claude-sonnet-4-5-20250929","id":"msg_01XFDUDYJgAACzvnptvVoYEL","type":"message","role":"assistant",)"
                            R"("content":[{"type":"text","text":")"
        + repeated(deltasOfAStream, words)
        + R"("}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":4,"cache_creation_input_tokens":1204,)"
          R"("cache_read_input_tokens":18112,"output_tokens":412,"service_tier":"standard"}})";
    return "HTTP/1.1 200 OK\r\nDate: Mon, 06 Oct 2025 10:00:00 GMT\r\nContent-Type: application/json\r\nContent-Length: " + QByteArray::number(body.size())
        + "\r\nConnection: keep-alive\r\nrequest-id: req_011CTqGzWGW4C2pVx9LsQ7aJ\r\nx-envoy-upstream-service-time: 512\r\nServer: cloudflare\r\n"
          "CF-RAY: 98a1b2c3d4e5f607-FRA\r\n\r\n"
        + body;
}

/// As an upstream's connection and an Attempt read it, in pieces that end anywhere: some hold an event, some several, some part of one.
void readAnswer(Dialect dialect, QByteArrayView bytes)
{
    static constexpr std::array<qsizetype, 7> sizes = {190, 350, 61, 1448, 247, 512, 128};
    AnswerReader reader(false);
    std::optional<AnswerObserver> observer;
    qsizetype whole = 0;
    for (std::size_t piece = 0; !bytes.isEmpty(); ++piece) {
        const QByteArrayView arrived = bytes.first(std::min(sizes[piece % sizes.size()], bytes.size()));
        QByteArray body;
        const qsizetype used = reader.feed(arrived, body);
        require(used == arrived.size(), "the answer ended too early");
        bytes = bytes.sliced(used);
        if (!observer && reader.headComplete()) {
            require(withoutSecrets(clientHeaders(reader.head()), {"sk-of-the-endpoint-0123456789"}).size() >= 6, "the head lost something");
            observer.emplace(ApiCall{dialect, Purpose::Generate}, reader.head());
        }
        if (observer && !body.isEmpty())
            whole += observer->feed(body);
    }
    require(reader.state() == AnswerReader::State::Done && observer && whole > 0, "the answer was not read");
    observer->finish();
    require(observer->sawContent() && observer->opening() == Opening::Content && observer->usage().output == 412, "the answer was not understood");
    require(observer->verdict(false) == AnswerObserver::Verdict::Complete, "the answer is not complete");
}

// check.py knows these two by their names: it counts from where the first begins to where the second does, and reads what that prints.
[[gnu::noinline]] void countedRounds(const std::function<void()> &round)
{
    for (int i = 0; i < roundsOfACase; ++i)
        round();
}

[[gnu::noinline]] void tellOfCase(const char *name)
{
    std::printf("%d %s\n", roundsOfACase, name);
}

/// `asked`: the names of the cases to run; of all, where there is none.
void runCase(const char *name, const QByteArrayList &asked, const std::function<void()> &round)
{
    if (!asked.isEmpty() && !asked.contains(name))
        return;
    round(); // what is made on first use
    countedRounds(round);
    tellOfCase(name);
}

} // namespace

int main(int argc, char *argv[])
{
    const QByteArrayList asked(argv + 1, argv + argc);
    const QByteArray bytes = requestBytes();
    const Endpoint relay = endpoint();
    BodyStore bodies;
    RequestReader reader({}, bodies);
    const Request request = readRequest(reader, bytes);
    runCase("read a request", asked, [&] { readRequest(reader, bytes); });
    runCase("forward its head", asked, [&] { forward(request, relay); });
    runCase("read its body", asked, [&] { readBody(request, relay); });
    const auto answer = [&asked](const char *name, Dialect dialect, const QByteArray &text) { runCase(name, asked, [&] { readAnswer(dialect, text); }); };
    answer("messages, a stream", Dialect::Anthropic, messagesStream());
    answer("chat, a stream", Dialect::OpenAiChat, chatStream());
    answer("responses, a stream", Dialect::OpenAiResponses, responsesStream());
    answer("gemini, a stream", Dialect::Gemini, geminiStream());
    answer("messages, JSON", Dialect::Anthropic, jsonAnswer());
    return 0;
}
