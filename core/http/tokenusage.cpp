#include "core/http/tokenusage.h"

#include "core/http/jsonscan.h"

#include <algorithm>
#include <initializer_list>
#include <string_view>

namespace qcc {

namespace {

/// No answer costs as much: whoever says so means something else, or nothing good.
constexpr qint64 mostTokens = 1'000'000'000'000;

QByteArrayView valueOf(QByteArrayView object, std::string_view name)
{
    const std::optional<TextRange> range = findMember(object, QByteArrayView(name.data(), static_cast<qsizetype>(name.size())));
    return range ? object.sliced(range->at, range->length) : QByteArrayView();
}

std::optional<qint64> count(QByteArrayView token)
{
    if (token.isEmpty() || !std::ranges::all_of(token, [](char c) { return c >= '0' && c <= '9'; }))
        return std::nullopt;
    bool fits = false;
    const qint64 number = token.toLongLong(&fits);
    return fits && number <= mostTokens ? std::optional(number) : std::nullopt;
}

/// Of those members that are there; nothing where none is, or one is no count.
std::optional<qint64> sum(QByteArrayView object, std::initializer_list<std::string_view> names)
{
    std::optional<qint64> total;
    for (const std::string_view name : names) {
        const QByteArrayView token = valueOf(object, name);
        if (token.isEmpty() || token == "null")
            continue;
        const std::optional<qint64> more = count(token);
        if (!more)
            return std::nullopt;
        total = total.value_or(0) + *more;
    }
    return total;
}

/// What the usage object of a dialect says.
TokenUsage usageOf(Dialect dialect, QByteArrayView object)
{
    switch (dialect) {
    case Dialect::Anthropic:
        return {sum(object, {"input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens"}),
                count(valueOf(object, "output_tokens"))};
    case Dialect::OpenAiResponses:
        return {count(valueOf(object, "input_tokens")), count(valueOf(object, "output_tokens"))};
    case Dialect::OpenAiChat:
        return {count(valueOf(object, "prompt_tokens")), count(valueOf(object, "completion_tokens"))};
    case Dialect::Gemini:
        return {count(valueOf(object, "promptTokenCount")), sum(object, {"candidatesTokenCount", "thoughtsTokenCount"})};
    case Dialect::Unknown:
        break;
    }
    return {};
}

std::string_view usageWord(Dialect dialect)
{
    return dialect == Dialect::Gemini ? "usageMetadata" : "usage";
}

/// Whether an event of a stream may carry a usage object at all.
bool maySay(Dialect dialect, QByteArrayView type)
{
    switch (dialect) {
    case Dialect::Anthropic:
        return type == QByteArrayView("message_start") || type == QByteArrayView("message_delta");
    case Dialect::OpenAiResponses:
        return type == QByteArrayView("response.completed") || type == QByteArrayView("response.incomplete")
            || type == QByteArrayView("response.failed");
    case Dialect::OpenAiChat:
    case Dialect::Gemini:
        return true;
    case Dialect::Unknown:
        break;
    }
    return false;
}

/// The last object that a key `word` names, at any depth and in a text whose beginning may be missing. Within a string the key's
/// quotes would be escaped, so that what looks like a key is one.
QByteArrayView lastObjectNamed(QByteArrayView text, std::string_view word)
{
    const std::string_view all(text.data(), static_cast<size_t>(text.size()));
    QByteArrayView last;
    // By the word's first letter, which is rarer than a quote: nearly all events are only searched.
    for (size_t at = all.find(word); at != std::string_view::npos; at = all.find(word, at + 1)) {
        const size_t end = at + word.size();
        if (at == 0 || all[at - 1] != '"' || end == all.size() || all[end] != '"')
            continue;
        const size_t value = all.find_first_not_of(" \t\r\n:", end + 1);
        if (value != std::string_view::npos && all[value] == '{')
            last = text.sliced(static_cast<qsizetype>(value));
    }
    return last;
}

/// The usage object of an event, empty where there is none.
QByteArrayView usageObject(Dialect dialect, QByteArrayView type, const SseEvent &event)
{
    const std::string_view word = usageWord(dialect);
    const QByteArrayView last = lastObjectNamed(event.end.isEmpty() ? event.data : event.end, word);
    if (last.isEmpty() || !event.end.isEmpty())
        return last;
    const QByteArrayView text = event.data;
    if (dialect == Dialect::OpenAiResponses)
        return valueOf(valueOf(text, "response"), word);
    if (dialect == Dialect::Anthropic && type == QByteArrayView("message_start"))
        return valueOf(valueOf(text, "message"), word);
    return valueOf(text, word);
}

void take(TokenUsage &known, const TokenUsage &said)
{
    if (said.input)
        known.input = said.input;
    if (said.output)
        known.output = said.output;
}

} // namespace

void readUsage(TokenUsage &usage, Dialect dialect, QByteArrayView type, const SseEvent &event)
{
    if (!maySay(dialect, type))
        return;
    const QByteArrayView object = usageObject(dialect, type, event);
    if (!object.startsWith('{'))
        return;
    TokenUsage said = usageOf(dialect, object);
    if (dialect == Dialect::Anthropic) {
        // The opening's output is a placeholder. Input is told once or twice, and either time some relays leave out parts of it.
        if (type == QByteArrayView("message_start"))
            said.output.reset();
        if (said.input && usage.input)
            said.input = std::max(*said.input, *usage.input);
    }
    take(usage, said);
}

TokenUsage usageOfBody(Dialect dialect, QByteArrayView body)
{
    if (dialect == Dialect::Unknown)
        return {};
    TokenUsage usage;
    // Gemini streams an array of answers where nobody asks for events.
    JsonReader parts(body);
    while (const std::optional<TextRange> part = parts.nextElement())
        take(usage, usageOf(dialect, valueOf(body.sliced(part->at, part->length), usageWord(dialect))));
    take(usage, usageOf(dialect, valueOf(body, usageWord(dialect))));
    return usage;
}

} // namespace qcc
