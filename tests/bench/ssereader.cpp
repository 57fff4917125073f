#include "tests/bench/ssereader.h"

#include <charconv>

namespace qcc::bench {

namespace {

StreamEvent parseEvent(std::string_view block)
{
    StreamEvent event;
    if (block.find("event: error") != std::string_view::npos)
        event.kind = StreamEvent::Kind::Error;
    else if (block.find("event: message_start") != std::string_view::npos)
        event.kind = StreamEvent::Kind::Opening;
    else if (block.find("event: message_stop") != std::string_view::npos)
        event.kind = StreamEvent::Kind::Stop;
    event.seq = numberAfter(block, "seq", -1);
    event.sentNs = numberAfter(block, "sent_ns", 0);
    return event;
}

} // namespace

std::int64_t numberAfter(std::string_view json, std::string_view name, std::int64_t fallback)
{
    const std::size_t at = json.rfind(name);
    if (at == std::string_view::npos)
        return fallback;
    const std::string_view rest = json.substr(at + name.size());
    if (!rest.starts_with("\":"))
        return fallback;
    std::int64_t value = fallback;
    std::from_chars(rest.data() + 2, rest.data() + rest.size(), value);
    return value;
}

void SseReader::feed(std::string_view bytes, std::vector<StreamEvent> &events)
{
    m_partial.append(bytes);
    std::string_view rest(m_partial);
    for (std::size_t end = rest.find("\n\n"); end != std::string_view::npos; end = rest.find("\n\n")) {
        // A comment (a proxy's keep-alive) is no event.
        if (const std::string_view block = rest.substr(0, end); !block.starts_with(':'))
            events.push_back(parseEvent(block));
        rest.remove_prefix(end + 2);
    }
    m_partial.erase(0, m_partial.size() - rest.size());
}

} // namespace qcc::bench
