#include "core/http/http2session.h"

#include "core/http/answergate.h"

#include <nghttp2/nghttp2.h>

#include <array>
#include <new>
#include <vector>

namespace qcc {

namespace {

/// What all streams of a connection may have on the way together. Each is held back by its own window.
constexpr qint32 connectionWindow = 4 * 1024 * 1024;

/// What every frame begins with; its first three bytes say how much follows. Source: RFC 9113 §4.1.
constexpr qsizetype frameHeaderSize = 9;

qint64 payloadSize(QByteArrayView header)
{
    return static_cast<quint8>(header[0]) << 16 | static_cast<quint8>(header[1]) << 8 | static_cast<quint8>(header[2]);
}

// The library takes bytes as unsigned ones, and for names and values without const.
const quint8 *bytesOf(QByteArrayView view)
{
    return reinterpret_cast<const quint8 *>(view.data());
}

QByteArrayView viewOf(const quint8 *bytes, size_t size)
{
    return {reinterpret_cast<const char *>(bytes), static_cast<qsizetype>(size)};
}

} // namespace

struct Http2Session::Library {
    explicit Library(Events &listener) : events(listener) { }

    Events &events;
    nghttp2_session *session = nullptr;
    bool settled = false;
    Stream youngest = 0;                ///< That was asked on.
    std::optional<Stream> lastProcessed; ///< By GOAWAY.
    std::optional<Stream> reset;         ///< By the upstream, just now.
    QByteArray problem;
    QByteArray begun;                    ///< The first bytes of a frame's header.
    qint64 frameLeft = 0;                ///< Bytes of the frame that is being read.

    /// Hands out what came, but the header of a frame only when it is whole: the library (1.52) counts a CONTINUATION frame once for each piece
    /// in which its header comes, and gives up a connection over the eighth.
    bool receive(QByteArrayView bytes)
    {
        if (!begun.isEmpty()) {
            const qsizetype more = qMin(frameHeaderSize - begun.size(), bytes.size());
            begun.append(bytes.first(more));
            bytes = bytes.sliced(more);
            if (begun.size() < frameHeaderSize)
                return true;
            const QByteArray header = std::exchange(begun, {});
            frameLeft = payloadSize(header);
            if (!give(header))
                return false;
        }
        qsizetype used = 0;
        while (bytes.size() - used > frameLeft) {
            used += static_cast<qsizetype>(frameLeft);
            const QByteArrayView next = bytes.sliced(used);
            if (next.size() < frameHeaderSize) {
                frameLeft = 0;
                begun = next.toByteArray();
                return give(bytes.first(used));
            }
            frameLeft = frameHeaderSize + payloadSize(next);
        }
        frameLeft -= bytes.size() - used;
        return give(bytes);
    }

    bool give(QByteArrayView bytes)
    {
        if (bytes.isEmpty())
            return true;
        const ssize_t read = nghttp2_session_mem_recv(session, bytesOf(bytes), static_cast<size_t>(bytes.size()));
        if (read < 0 && problem.isEmpty())
            problem = nghttp2_strerror(static_cast<int>(read));
        return read >= 0;
    }

    void check(int result) const
    {
        if (result == NGHTTP2_ERR_NOMEM)
            throw std::bad_alloc();
    }
    static Library &of(void *userData) { return *static_cast<Library *>(userData); }

    static int beginHeaders(nghttp2_session *, const nghttp2_frame *frame, void *self)
    {
        // What nobody asked for is not wanted.
        if (frame->hd.type != NGHTTP2_HEADERS)
            return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
        of(self).events.headBegan(frame->hd.stream_id);
        return 0;
    }

    static int header(nghttp2_session *, const nghttp2_frame *frame, const quint8 *name, size_t nameSize, const quint8 *value, size_t valueSize,
                      quint8, void *self)
    {
        // The library reads the block to its end all the same, because what follows is compressed by it, but tells no more of it.
        return of(self).events.fieldCame(frame->hd.stream_id, viewOf(name, nameSize), viewOf(value, valueSize)) ? 0
                                                                                                               : NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    }

    static int frameCame(nghttp2_session *, const nghttp2_frame *frame, void *self)
    {
        Library &library = of(self);
        const bool isLast = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
        if (frame->hd.type == NGHTTP2_SETTINGS && (frame->hd.flags & NGHTTP2_FLAG_ACK) == 0)
            library.settled = true;
        if (frame->hd.type == NGHTTP2_GOAWAY)
            library.lastProcessed = frame->goaway.last_stream_id;
        if (frame->hd.type == NGHTTP2_RST_STREAM)
            library.reset = frame->hd.stream_id;
        if (frame->hd.type == NGHTTP2_HEADERS)
            library.events.headEnded(frame->hd.stream_id, isLast);
        if (isLast && (frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA))
            library.events.streamEnded(frame->hd.stream_id);
        return 0;
    }

    static int dataCame(nghttp2_session *session, quint8, Stream stream, const quint8 *bytes, size_t size, void *self)
    {
        nghttp2_session_consume_connection(session, size);
        of(self).events.dataCame(stream, viewOf(bytes, size));
        return 0;
    }

    static int closed(nghttp2_session *, Stream stream, quint32 code, void *self)
    {
        Library &library = of(self);
        const bool isBeyond = library.lastProcessed && stream > *library.lastProcessed && code == NGHTTP2_REFUSED_STREAM;
        library.events.closed(stream, code, isBeyond || std::exchange(library.reset, std::nullopt) == stream);
        return 0;
    }

    static ssize_t upload(nghttp2_session *, Stream stream, quint8 *to, size_t most, quint32 *flags, nghttp2_data_source *, void *self)
    {
        bool atEnd = false;
        const qsizetype got = of(self).events.readUpload(stream, reinterpret_cast<char *>(to), static_cast<qsizetype>(most), atEnd);
        if (got < 0)
            return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
        if (atEnd)
            *flags |= NGHTTP2_DATA_FLAG_EOF;
        return got == 0 && !atEnd ? static_cast<ssize_t>(NGHTTP2_ERR_DEFERRED) : got;
    }

    static int frameWasInvalid(nghttp2_session *, const nghttp2_frame *, int error, void *self)
    {
        of(self).problem = nghttp2_strerror(error);
        return 0;
    }

    static int error(nghttp2_session *, int, const char *text, size_t size, void *self)
    {
        of(self).problem = QByteArray(text, static_cast<qsizetype>(size));
        return 0;
    }
};

bool Http2Session::isBuiltIn()
{
    return true;
}

Http2Session::Http2Session(Events &events, qint32 window) : m_library(std::make_unique<Library>(events))
{
    nghttp2_session_callbacks *callbacks = nullptr;
    nghttp2_option *options = nullptr;
    m_library->check(nghttp2_session_callbacks_new(&callbacks));
    nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, &Library::beginHeaders);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, &Library::header);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, &Library::frameCame);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, &Library::dataCame);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, &Library::closed);
    nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(callbacks, &Library::frameWasInvalid);
    nghttp2_session_callbacks_set_error_callback2(callbacks, &Library::error);
    m_library->check(nghttp2_option_new(&options));
    nghttp2_option_set_no_auto_window_update(options, 1);
    // What a client may send, and some.
    nghttp2_option_set_max_send_header_block_length(options, 256 * 1024);
    // What an answer must satisfy is one rule for every version of HTTP, and not the library's.
    nghttp2_option_set_no_http_messaging(options, 1);
#if QCC_NGHTTP2_CONTINUATIONS
    // Twice as many as the largest header needs. Source of the size of a frame: RFC 9113 §6.5.2.
    nghttp2_option_set_max_continuations(options, static_cast<size_t>(2 * AnswerGate::maxHeadBytes / 16384));
#endif
    m_library->check(nghttp2_session_client_new2(&m_library->session, callbacks, m_library.get(), options));
    nghttp2_option_del(options);
    nghttp2_session_callbacks_del(callbacks);

    const std::array settings{
        nghttp2_settings_entry{NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
        nghttp2_settings_entry{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, static_cast<quint32>(window)},
        nghttp2_settings_entry{NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, static_cast<quint32>(AnswerGate::maxHeadBytes)},
    };
    m_library->check(nghttp2_submit_settings(m_library->session, NGHTTP2_FLAG_NONE, settings.data(), settings.size()));
    m_library->check(nghttp2_session_set_local_window_size(m_library->session, NGHTTP2_FLAG_NONE, 0, connectionWindow));
}

Http2Session::~Http2Session()
{
    nghttp2_session_del(m_library->session);
}

bool Http2Session::receive(QByteArrayView bytes)
{
    if (nghttp2_session_want_read(m_library->session) != 0)
        m_library->problem.clear(); // of what came before
    return m_library->receive(bytes);
}

QByteArray Http2Session::takeOutput(qsizetype most)
{
    QByteArray output;
    while (output.size() < most) {
        const quint8 *bytes = nullptr;
        const ssize_t size = nghttp2_session_mem_send(m_library->session, &bytes);
        if (size <= 0)
            break; // it fails for want of memory alone, and then again
        output.append(viewOf(bytes, static_cast<size_t>(size)));
    }
    return output;
}

bool Http2Session::hasOutput() const
{
    return nghttp2_session_want_write(m_library->session) != 0;
}

bool Http2Session::isOver() const
{
    return nghttp2_session_want_read(m_library->session) == 0 && nghttp2_session_want_write(m_library->session) == 0;
}

const QByteArray &Http2Session::problem() const
{
    return m_library->problem;
}

std::optional<Http2Session::Stream> Http2Session::request(const HeaderList &headers, bool hasBody, bool (*secret)(QByteArrayView name))
{
    std::vector<nghttp2_nv> fields;
    fields.reserve(static_cast<size_t>(headers.size()));
    for (const HeaderField &field : headers) {
        const quint8 flags = secret(field.name) ? NGHTTP2_NV_FLAG_NO_INDEX : NGHTTP2_NV_FLAG_NONE;
        fields.push_back({const_cast<quint8 *>(bytesOf(field.name)), const_cast<quint8 *>(bytesOf(field.value)),
                          static_cast<size_t>(field.name.size()), static_cast<size_t>(field.value.size()), flags});
    }
    nghttp2_data_provider body{};
    body.read_callback = &Library::upload;
    const Stream stream = nghttp2_submit_request(m_library->session, nullptr, fields.data(), fields.size(), hasBody ? &body : nullptr, nullptr);
    m_library->check(stream);
    m_library->youngest = qMax(m_library->youngest, stream);
    return stream > 0 ? std::optional(stream) : std::nullopt;
}

void Http2Session::consume(Stream stream, qsizetype bytes)
{
    nghttp2_session_consume_stream(m_library->session, stream, static_cast<size_t>(bytes)); // of one that is closed there is nothing to tell
}

void Http2Session::resumeUpload(Stream stream)
{
    nghttp2_session_resume_data(m_library->session, stream); // does nothing where it did not wait
}

void Http2Session::reset(Stream stream, Code code)
{
    m_library->check(nghttp2_submit_rst_stream(m_library->session, NGHTTP2_FLAG_NONE, stream, code));
}

void Http2Session::ping()
{
    m_library->check(nghttp2_submit_ping(m_library->session, NGHTTP2_FLAG_NONE, nullptr));
}

void Http2Session::finish()
{
    m_library->check(nghttp2_session_terminate_session(m_library->session, NGHTTP2_NO_ERROR));
}

bool Http2Session::isSettled() const
{
    return m_library->settled;
}

quint32 Http2Session::maxStreams() const
{
    return nghttp2_session_get_remote_settings(m_library->session, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
}

bool Http2Session::takesNoMore() const
{
    return nghttp2_session_check_request_allowed(m_library->session) == 0;
}

std::optional<quint32> Http2Session::takenInAll() const
{
    const std::optional<Stream> &last = m_library->lastProcessed;
    if (!last || *last >= m_library->youngest)
        return std::nullopt;
    return static_cast<quint32>(*last + 1) / 2; // a client's streams have odd numbers
}

} // namespace qcc
