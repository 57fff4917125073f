#include "core/api/tokens.h"

#include "core/http/jsonreader.h"

#include <algorithm>
#include <limits>

namespace qcc {

namespace {

/// No answer costs as much: whoever says so means something else, or nothing good.
constexpr qint64 mostTokens = 1'000'000'000'000;

std::optional<qint64> count(QByteArrayView token)
{
    if (token.isEmpty() || !std::ranges::all_of(token, [](char c) { return c >= '0' && c <= '9'; }))
        return std::nullopt;
    bool fits = false;
    const qint64 number = token.toLongLong(&fits);
    return fits && number <= mostTokens ? std::optional(number) : std::nullopt;
}

/// The sum of members, of which each counts once.
struct Sum {
    std::optional<qint64> total;
    unsigned seen = 0;
    bool odd = false;

    void add(const std::initializer_list<std::string_view> &names, QByteArrayView key, QByteArrayView token)
    {
        unsigned place = 1;
        for (const std::string_view name : names) {
            if (key == QByteArrayView(name.data(), static_cast<qsizetype>(name.size())) && !(seen & place)) {
                seen |= place;
                if (token == "null")
                    return;
                const std::optional<qint64> more = count(token);
                odd = odd || !more;
                total = total.value_or(0) + more.value_or(0);
            }
            place <<= 1;
        }
    }
    std::optional<qint64> value() const { return odd ? std::nullopt : total; }
};

} // namespace

void TokenUsage::take(const TokenUsage &said)
{
    if (said.input)
        input = said.input;
    if (said.output)
        output = said.output;
}

TokenUsage usageAt(JsonReader &reader, const UsageNames &names)
{
    if (reader.begins() != '{' || !reader.enter()) {
        reader.skip();
        return {};
    }
    Sum input, output;
    while (const auto key = reader.nextKey()) {
        if (reader.begins() == '{' || reader.begins() == '[')
            continue;
        const QByteArrayView token = reader.value();
        input.add(names.input, *key, token);
        output.add(names.output, *key, token);
    }
    reader.leave();
    return {input.value(), output.value()};
}

namespace {

/// Costs are sums of twentieths of a token, so that they stay whole numbers.
using Cost = qint64;
constexpr Cost token = 20;

constexpr Cost ofRequest = 3 * token;
constexpr Cost ofMessage = 4 * token;
constexpr Cost ofBlock = 4 * token;
constexpr Cost ofToolUse = 12 * token;
constexpr Cost ofTool = 10 * token;
constexpr Cost ofToolInstructions = 346 * token;
constexpr Cost ofImage = 1600 * token;
constexpr qsizetype documentBytesPerToken = 50;
constexpr qsizetype unknownBytesPerToken = 4;
/// A tool's result holds blocks, which may hold results only in an ill-meant request.
constexpr int depthLimit = 4;

bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool isBlank(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/// The cost of a character that takes `bytes` in UTF-8.
Cost ofForeign(int bytes)
{
    return bytes <= 2 ? token / 2 : bytes == 3 ? token * 9 / 10 : token * 2;
}

/// A character beyond ASCII, by its first byte; the bytes that follow cost nothing.
Cost ofByte(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0xc0)
        return 0;
    return ofForeign(byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4);
}

/// The cost of the character that "\uXXXX" stands for.
Cost ofEscape(QByteArrayView digits)
{
    bool ok = false;
    const uint unit = digits.toByteArray().toUInt(&ok, 16);
    if (!ok || unit < 0x80)
        return token / 2;
    if (unit >= 0xd800 && unit <= 0xdfff)
        return token; // Half of a character of four bytes.
    return ofForeign(unit < 0x800 ? 2 : 3);
}

/// The cost of JSON text as written; of a string when it is given with its quotes, or without.
Cost ofText(QByteArrayView text)
{
    Cost cost = 0;
    bool afterBlank = false;
    for (qsizetype at = 0; at < text.size(); ++at) {
        char c = text[at];
        if (c == '\\' && at + 1 < text.size()) {
            c = text[++at];
            if (c == 'u' && at + 4 < text.size()) {
                cost += ofEscape(text.sliced(at + 1, 4));
                at += 4;
                afterBlank = false;
                continue;
            }
            if (c == 'n' || c == 't' || c == 'r')
                c = '\n';
        }
        const bool blank = isBlank(c);
        if (blank)
            cost += afterBlank ? 0 : token / 4;
        else if (isLetter(c))
            cost += token / 4;
        else
            cost += static_cast<unsigned char>(c) < 0x80 ? token / 2 : ofByte(c);
        afterBlank = blank;
    }
    return cost;
}

QByteArrayView viewOf(QByteArrayView text, TextRange range)
{
    return text.sliced(range.at, range.length);
}

/// The cost of a value whose shape is not known. Its outer quotes, if it has some, cost nothing.
Cost ofValue(QByteArrayView value)
{
    return ofText(value.size() >= 2 && value.front() == '"' ? value.sliced(1, value.size() - 2) : value);
}

QByteArrayView member(QByteArrayView object, QByteArrayView name)
{
    const std::optional<TextRange> range = findMember(object, name);
    return range ? viewOf(object, *range) : QByteArrayView();
}

Cost ofDocument(QByteArrayView block)
{
    const QByteArrayView source = member(block, "source");
    const QByteArrayView kind = member(source, "type");
    if (kind == "\"text\"" || kind == "\"content\"")
        return ofValue(member(source, kind == "\"text\"" ? "data" : "content"));
    return std::max(ofImage, Cost(member(source, "data").size() / documentBytesPerToken) * token);
}

Cost ofContent(QByteArrayView content, int depth);

Cost ofContentBlock(QByteArrayView block, int depth)
{
    const QByteArrayView type = member(block, "type");
    if (type == "\"text\"")
        return ofBlock + ofValue(member(block, "text"));
    if (type == "\"image\"")
        return ofImage;
    if (type == "\"document\"")
        return ofBlock + ofDocument(block);
    if (type == "\"tool_use\"")
        return ofToolUse + ofValue(member(block, "name")) + ofValue(member(block, "input"));
    if (type == "\"tool_result\"")
        return ofToolUse + ofContent(member(block, "content"), depth + 1);
    if (type == "\"thinking\"")
        return ofBlock + ofValue(member(block, "thinking"));
    if (type == "\"redacted_thinking\"")
        return ofBlock;
    return ofBlock + ofValue(block);
}

/// A string, or an array of blocks.
Cost ofContent(QByteArrayView content, int depth)
{
    if (content.isEmpty() || content.front() != '[' || depth > depthLimit)
        return ofValue(content);
    Cost cost = 0;
    JsonReader blocks(content);
    while (const auto block = blocks.nextElement())
        cost += ofContentBlock(viewOf(content, *block), depth);
    return cost;
}

Cost ofMessages(QByteArrayView messages)
{
    Cost cost = 0;
    JsonReader reader(messages);
    while (const auto message = reader.nextElement())
        cost += ofMessage + ofContent(member(viewOf(messages, *message), "content"), 0);
    return cost;
}

Cost ofTools(QByteArrayView tools)
{
    Cost cost = 0;
    JsonReader reader(tools);
    while (const auto tool = reader.nextElement())
        cost += ofTool + ofValue(viewOf(tools, *tool));
    return cost == 0 ? 0 : cost + ofToolInstructions;
}

} // namespace

int estimatedTokens(QByteArrayView body)
{
    Cost cost = ofRequest;
    JsonReader reader(body);
    while (const auto member = reader.nextMember()) {
        const QByteArrayView value = viewOf(body, member->value);
        if (isKey(member->key, "system"))
            cost += ofContent(value, 0);
        else if (isKey(member->key, "messages"))
            cost += ofMessages(value);
        else if (isKey(member->key, "tools"))
            cost += ofTools(value);
    }
    if (!reader.atEnd())
        cost = Cost(body.size() / unknownBytesPerToken) * token;
    return int(std::clamp<Cost>(cost / token, 1, std::numeric_limits<int>::max()));
}

} // namespace qcc
