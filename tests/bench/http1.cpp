#include "tests/bench/http1.h"

#include <algorithm>
#include <charconv>

namespace qcc::bench {

namespace {

constexpr std::size_t kHeadLimitBytes = 64 * 1024;

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

int hexDigit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    const char l = lower(c);
    return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

} // namespace

bool equalsIgnoringCase(std::string_view a, std::string_view b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view MessageReader::header(std::string_view name) const
{
    for (const auto &[key, value] : m_headers) {
        if (equalsIgnoringCase(key, name))
            return value;
    }
    return {};
}

void MessageReader::reset()
{
    m_state = State::Head;
    m_framing = Framing::None;
    m_chunk = Chunk::Size;
    m_keepsAlive = true;
    m_status = 0;
    m_sizeDigits = 0;
    m_left = 0;
    m_trailerLine = 0;
    m_head.clear();
    m_method = {};
    m_target = {};
    m_headers.clear();
}

std::size_t MessageReader::feed(std::string_view bytes, std::string &body)
{
    std::size_t taken = 0;
    while (taken < bytes.size() && m_state == State::Head)
        taken += feedHead(bytes.substr(taken));
    if (m_state != State::Body)
        return taken;
    const std::string_view rest = bytes.substr(taken);
    switch (m_framing) {
    case Framing::Length:
        return taken + feedLength(rest, body);
    case Framing::Chunked:
        return taken + feedChunks(rest, body);
    case Framing::Close:
        body.append(rest);
        return bytes.size();
    case Framing::None:
        break;
    }
    return taken;
}

bool MessageReader::endsAtClose()
{
    if (m_state != State::Body || m_framing != Framing::Close)
        return false;
    m_state = State::Complete;
    return true;
}

std::size_t MessageReader::feedHead(std::string_view bytes)
{
    const std::size_t before = m_head.size();
    const std::size_t searchFrom = before < 3 ? 0 : before - 3;
    m_head.append(bytes.substr(0, kHeadLimitBytes));
    const std::size_t end = m_head.find("\r\n\r\n", searchFrom);
    if (end == std::string::npos) {
        if (m_head.size() > kHeadLimitBytes)
            m_state = State::Bad;
        return bytes.size();
    }
    m_head.resize(end + 4);
    const std::size_t taken = m_head.size() - before;
    if (!parseHead() || !chooseFraming()) {
        m_state = State::Bad;
    } else if (m_kind == Kind::Response && m_status >= 100 && m_status < 200) {
        reset();
    } else if (m_framing == Framing::None || (m_framing == Framing::Length && m_left == 0)) {
        m_state = State::Complete;
    } else {
        m_state = State::Body;
    }
    return taken;
}

bool MessageReader::parseHead()
{
    std::string_view rest(m_head);
    const std::string_view line = rest.substr(0, rest.find("\r\n"));
    rest.remove_prefix(line.size() + 2);
    if (m_kind == Kind::Response) {
        if (line.size() < 12 || !line.starts_with("HTTP/1.") || line[8] != ' ')
            return false;
        const auto [end, error] = std::from_chars(line.data() + 9, line.data() + 12, m_status);
        if (error != std::errc{} || end != line.data() + 12)
            return false;
        m_keepsAlive = line[7] == '1';
    } else {
        const std::size_t first = line.find(' ');
        const std::size_t last = line.rfind(' ');
        if (first == std::string_view::npos || first == last || !line.substr(last + 1).starts_with("HTTP/1."))
            return false;
        m_method = line.substr(0, first);
        m_target = line.substr(first + 1, last - first - 1);
        m_keepsAlive = line.back() == '1';
    }
    while (rest.size() > 2) {
        const std::string_view field = rest.substr(0, rest.find("\r\n"));
        rest.remove_prefix(field.size() + 2);
        const std::size_t colon = field.find(':');
        if (colon == std::string_view::npos || colon == 0)
            return false;
        m_headers.emplace_back(field.substr(0, colon), trimmed(field.substr(colon + 1)));
    }
    if (const std::string_view connection = header("connection"); equalsIgnoringCase(connection, "close"))
        m_keepsAlive = false;
    else if (equalsIgnoringCase(connection, "keep-alive"))
        m_keepsAlive = true;
    return true;
}

bool MessageReader::chooseFraming()
{
    const std::string_view coding = header("transfer-encoding");
    const std::string_view length = header("content-length");
    if (!coding.empty()) {
        m_framing = Framing::Chunked;
        return length.empty() && equalsIgnoringCase(coding, "chunked");
    }
    if (!length.empty()) {
        m_framing = Framing::Length;
        const auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), m_left);
        return error == std::errc{} && end == length.data() + length.size();
    }
    const bool bodiless = m_kind == Kind::Request || m_status < 200 || m_status == 204 || m_status == 304;
    m_framing = bodiless ? Framing::None : Framing::Close;
    m_keepsAlive = m_keepsAlive && m_framing != Framing::Close;
    return true;
}

std::size_t MessageReader::feedLength(std::string_view bytes, std::string &body)
{
    const std::size_t part = static_cast<std::size_t>(std::min<std::uint64_t>(m_left, bytes.size()));
    body.append(bytes.substr(0, part));
    m_left -= part;
    if (m_left == 0)
        m_state = State::Complete;
    return part;
}

std::size_t MessageReader::feedChunks(std::string_view bytes, std::string &body)
{
    std::size_t taken = 0;
    while (taken < bytes.size() && m_state == State::Body) {
        if (m_chunk == Chunk::Data) {
            const std::size_t part = static_cast<std::size_t>(std::min<std::uint64_t>(m_left, bytes.size() - taken));
            body.append(bytes.substr(taken, part));
            taken += part;
            m_left -= part;
            if (m_left == 0)
                m_chunk = Chunk::DataCr;
        } else if (!stepChunk(bytes[taken++])) {
            m_state = State::Bad;
        }
    }
    return taken;
}

bool MessageReader::stepChunk(char c)
{
    switch (m_chunk) {
    case Chunk::Size:
        if (const int digit = hexDigit(c); digit >= 0) {
            m_left = m_left * 16 + static_cast<std::uint64_t>(digit);
            return ++m_sizeDigits <= 15;
        }
        if (m_sizeDigits == 0 || (c != '\r' && c != ';'))
            return false;
        m_chunk = c == '\r' ? Chunk::SizeEnd : Chunk::Extension;
        return true;
    case Chunk::Extension:
        if (c == '\r')
            m_chunk = Chunk::SizeEnd;
        return c != '\n';
    case Chunk::SizeEnd:
        m_chunk = m_left > 0 ? Chunk::Data : Chunk::Trailer;
        m_sizeDigits = 0;
        return c == '\n';
    case Chunk::DataCr:
        m_chunk = Chunk::DataLf;
        return c == '\r';
    case Chunk::DataLf:
        m_chunk = Chunk::Size;
        return c == '\n';
    case Chunk::Trailer:
        if (c == '\n') {
            if (m_trailerLine == 0)
                m_state = State::Complete;
            m_trailerLine = 0;
        } else if (c != '\r') {
            ++m_trailerLine;
        }
        return true;
    case Chunk::Data:
        break;
    }
    return false;
}

} // namespace qcc::bench
