#include "core/http/answerobserver.h"

#include <zlib.h>

#include <array>

namespace qcc {

namespace {

/// The value of the first "type" member near the beginning of a JSON object. Events are told apart by it, and parsing every
/// event whole would cost more than forwarding it.
QByteArrayView typeOf(QByteArrayView data)
{
    const QByteArrayView start = data.first(qMin<qsizetype>(data.size(), 512));
    qsizetype at = start.indexOf("\"type\"");
    if (at < 0)
        return {};
    at += 6;
    while (at < start.size() && (start[at] == ' ' || start[at] == ':'))
        ++at;
    if (at >= start.size() || start[at] != '"')
        return {};
    const qsizetype end = start.indexOf('"', at + 1);
    return end < 0 ? QByteArrayView() : start.sliced(at + 1, end - at - 1);
}

bool beginsWithErrorMember(QByteArrayView data)
{
    qsizetype at = 0;
    const auto skipBlanks = [&] {
        while (at < data.size() && (data[at] == ' ' || data[at] == '\t' || data[at] == '\n'))
            ++at;
    };
    skipBlanks();
    if (at >= data.size() || data[at] != '{')
        return false;
    ++at;
    skipBlanks();
    if (!data.sliced(at).startsWith("\"error\""))
        return false;
    at += 7;
    skipBlanks();
    if (at >= data.size() || data[at] != ':')
        return false;
    ++at;
    skipBlanks();
    return !data.sliced(at).startsWith("null");
}

} // namespace

struct AnswerObserver::Inflater {
    z_stream stream{};
    bool ok = false;

    // 15 + 32: gzip or zlib, told apart by zlib itself.
    Inflater() { ok = ::inflateInit2(&stream, 15 + 32) == Z_OK; }
    ~Inflater() { ::inflateEnd(&stream); }
    Q_DISABLE_COPY_MOVE(Inflater)
};

AnswerObserver::AnswerObserver(Dialect dialect, const AnswerHead &head) : m_dialect(dialect)
{
    const QByteArray type = firstValue(head.headers, "content-type").toLower();
    m_eventStream = type.startsWith("text/event-stream");
    m_json = type.startsWith("application/json");
    const QByteArray encoding = firstValue(head.headers, "content-encoding").toLower();
    m_plain = encoding.isEmpty() || encoding == "identity";
    if (!m_plain && (m_eventStream || m_json)) {
        if (encoding == "gzip" || encoding == "x-gzip" || encoding == "deflate")
            m_inflater = std::make_unique<Inflater>();
        m_readable = m_inflater && m_inflater->ok;
    }
}

AnswerObserver::~AnswerObserver() = default;
AnswerObserver::AnswerObserver(AnswerObserver &&) noexcept = default;
AnswerObserver &AnswerObserver::operator=(AnswerObserver &&) noexcept = default;

void AnswerObserver::feed(QByteArrayView body)
{
    m_bytes += body.size();
    if (!m_readable || (!m_eventStream && !m_json))
        return;
    if (!m_inflater) {
        read(body);
        return;
    }
    std::array<char, 16 * 1024> out;
    z_stream &z = m_inflater->stream;
    z.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(body.data()));
    z.avail_in = static_cast<uInt>(body.size());
    do {
        z.next_out = reinterpret_cast<Bytef *>(out.data());
        z.avail_out = static_cast<uInt>(out.size());
        const int result = ::inflate(&z, Z_SYNC_FLUSH);
        read(QByteArrayView(out.data(), static_cast<qsizetype>(out.size() - z.avail_out)));
        if (result == Z_STREAM_END)
            break;
        if (result != Z_OK && result != Z_BUF_ERROR) {
            m_readable = false; // not what it says it is: no longer our business
            break;
        }
    } while (z.avail_in > 0 || z.avail_out == 0);
}

void AnswerObserver::read(QByteArrayView plain)
{
    if (m_eventStream)
        m_events.feed(plain, [this](const SseEvent &event) { visit(event); });
    else
        scanJson(plain);
}

void AnswerObserver::visit(const SseEvent &event)
{
    const QByteArrayView type = event.name.isEmpty() ? typeOf(event.data) : QByteArrayView(event.name);
    switch (m_dialect) {
    case Dialect::Anthropic:
        if (type == QByteArrayView("error"))
            m_sawError = true;
        else if (type == QByteArrayView("message_stop"))
            m_sawEnd = true;
        else if (type != QByteArrayView("message_start") && type != QByteArrayView("ping") && !event.data.isEmpty())
            m_sawContent = true;
        break;
    case Dialect::OpenAiResponses:
        if (type == QByteArrayView("response.failed") || type == QByteArrayView("error"))
            m_sawError = true;
        if (type == QByteArrayView("response.completed") || type == QByteArrayView("response.incomplete")
            || type == QByteArrayView("response.failed"))
            m_sawEnd = true;
        else if (type != QByteArrayView("response.created") && type != QByteArrayView("response.in_progress")
                 && type != QByteArrayView("response.queued") && !event.data.isEmpty())
            m_sawContent = m_sawContent || !m_sawError;
        break;
    case Dialect::OpenAiChat:
    case Dialect::Gemini:
    case Dialect::Unknown:
        if (event.data == "[DONE]")
            m_sawEnd = true;
        else if (event.name == "error" || beginsWithErrorMember(event.data))
            m_sawError = true;
        else if (!event.data.isEmpty())
            m_sawContent = true;
        break;
    }
    if (m_sawError && m_errorData.isEmpty())
        m_errorData = event.data;
}

void AnswerObserver::scanJson(QByteArrayView text)
{
    for (const char c : text) {
        if (m_jsonInString) {
            if (m_jsonEscape)
                m_jsonEscape = false;
            else if (c == '\\')
                m_jsonEscape = true;
            else if (c == '"')
                m_jsonInString = false;
        } else if (c == '"') {
            m_jsonInString = true;
            m_jsonBegan = true;
        } else if (c == '{' || c == '[') {
            ++m_jsonDepth;
            m_jsonBegan = true;
        } else if (c == '}' || c == ']') {
            --m_jsonDepth;
        }
    }
}

AnswerObserver::Verdict AnswerObserver::verdict(bool untilClose) const
{
    if (!m_readable)
        return Verdict::Complete;
    if (m_eventStream) {
        const bool hasEnd = m_dialect == Dialect::Anthropic || m_dialect == Dialect::OpenAiChat || m_dialect == Dialect::OpenAiResponses;
        return !hasEnd || m_sawEnd ? Verdict::Complete : Verdict::Incomplete;
    }
    // A length or a last chunk is proof enough; a bare close is not.
    if (m_json && untilClose && m_jsonBegan && (m_jsonDepth > 0 || m_jsonInString))
        return Verdict::Incomplete;
    return Verdict::Complete;
}

} // namespace qcc
