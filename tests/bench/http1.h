#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace qcc::bench {

/// Reads one HTTP/1.1 message at a time from bytes that arrive in any pieces, strictly: what a proxy mangles must show.
/// Source: RFC 9112 §6, §7.1.
class MessageReader
{
public:
    enum class Kind { Request, Response };
    enum class State { Head, Body, Complete, Bad };

    explicit MessageReader(Kind kind)
        : m_kind(kind)
    {
    }

    /// Takes bytes up to the end of the message and appends its decoded body to `body`; returns how many it took.
    std::size_t feed(std::string_view bytes, std::string &body);
    /// The peer closed: true when that is a proper end of this message (a body delimited by the close).
    bool endsAtClose();
    /// Makes ready for the next message of the connection.
    void reset();

    State state() const { return m_state; }
    bool started() const { return !m_head.empty(); }
    int status() const { return m_status; }
    std::string_view method() const { return m_method; }
    std::string_view target() const { return m_target; }
    /// The first value of `name`, which is compared without case; empty when there is none.
    std::string_view header(std::string_view name) const;
    bool keepsAlive() const { return m_keepsAlive; }

private:
    enum class Framing { None, Length, Chunked, Close };
    enum class Chunk { Size, Extension, SizeEnd, Data, DataCr, DataLf, Trailer };

    bool parseHead();
    bool chooseFraming();
    std::size_t feedHead(std::string_view bytes);
    std::size_t feedLength(std::string_view bytes, std::string &body);
    std::size_t feedChunks(std::string_view bytes, std::string &body);
    bool stepChunk(char c);

    Kind m_kind;
    State m_state = State::Head;
    Framing m_framing = Framing::None;
    Chunk m_chunk = Chunk::Size;
    bool m_keepsAlive = true;
    int m_status = 0;
    int m_sizeDigits = 0;
    std::uint64_t m_left = 0;
    std::size_t m_trailerLine = 0;
    std::string m_head;
    // Views into m_head, valid once it is whole.
    std::string_view m_method;
    std::string_view m_target;
    std::vector<std::pair<std::string_view, std::string_view>> m_headers;
};

bool equalsIgnoringCase(std::string_view a, std::string_view b);

} // namespace qcc::bench
