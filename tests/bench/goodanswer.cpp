#include "tests/bench/goodanswer.h"

#include <cstdio>

namespace qcc::bench {

namespace {

constexpr std::string_view kFiller = "The quick brown fox jumps over the lazy dog; ";

} // namespace

std::string plainBody(std::string_view key)
{
    std::string text;
    while (text.size() < 800)
        text += kFiller;
    return R"({"id":"msg_bench","type":"message","role":"assistant","model":"bench","request_key":")" + std::string(key)
        + R"(","content":[{"type":"text","text":")" + text
        + R"("}],"stop_reason":"end_turn","usage":{"input_tokens":10,"output_tokens":200}})";
}

std::string eventChunk(const std::string &key, std::int64_t number, std::int64_t events, std::int64_t sentNs)
{
    const bool first = number == 0;
    const bool last = number + 1 == events;
    const char *type = first ? "message_start" : last ? "message_stop" : "content_block_delta";
    std::string extra;
    if (first)
        extra = R"("message":{"id":"msg_bench","role":"assistant","model":"bench","request_key":")" + key + R"("},)";
    else if (!last)
        extra = R"("index":0,"delta":{"type":"text_delta","text":"some words of an answer "},)";
    char event[512];
    const int size
        = std::snprintf(event, sizeof event, "event: %s\ndata: {\"type\":\"%s\",%s\"seq\":%lld,\"sent_ns\":%lld}\n\n",
                        type, type, extra.c_str(), static_cast<long long>(number), static_cast<long long>(sentNs));
    char chunk[640];
    const int chunkSize = std::snprintf(chunk, sizeof chunk, "%x\r\n%s\r\n", static_cast<unsigned>(size), event);
    return std::string(chunk, static_cast<std::size_t>(chunkSize));
}

} // namespace qcc::bench
