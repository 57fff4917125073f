#include "core/http/answerobserver.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

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

namespace {

/// Chat's first chunk usually names the role and nothing else; the client has no use for it yet.
bool isOpeningChunk(QByteArrayView data)
{
    const QJsonArray choices = QJsonDocument::fromJson(data.toByteArray()).object().value(QLatin1String("choices")).toArray();
    if (choices.isEmpty())
        return false;
    for (const QJsonValue &choice : choices) {
        if (!choice.toObject().value(QLatin1String("finish_reason")).isNull() && choice.toObject().contains(QLatin1String("finish_reason")))
            return false;
        const QJsonObject delta = choice.toObject().value(QLatin1String("delta")).toObject();
        if (!delta.contains(QLatin1String("role")))
            return false;
        for (auto member = delta.begin(); member != delta.end(); ++member)
            if (member.key() != QLatin1String("role") && !member->isNull() && member->toString(QStringLiteral("x")) != QString())
                return false;
    }
    return true;
}

/// A block of text that begins, with nothing in it yet.
bool isEmptyBlockStart(QByteArrayView data)
{
    const QJsonObject block = QJsonDocument::fromJson(data.toByteArray()).object().value(QLatin1String("content_block")).toObject();
    const QString type = block.value(QLatin1String("type")).toString();
    return (type == QLatin1String("text") || type == QLatin1String("thinking")) && block.value(type).toString().isEmpty();
}

/// Events by which Responses announces what is to come.
bool isResponseOpening(QByteArrayView type)
{
    return type == "response.created" || type == "response.in_progress" || type == "response.queued"
        || type == "response.output_item.added" || type == "response.content_part.added";
}

/// Whether what has gone through `coding` cannot be read as it is. Others that are given for one ("utf-8", "none") change nothing.
bool compresses(const QByteArray &coding)
{
    static const QByteArrayList known{"gzip", "x-gzip", "deflate", "compress", "x-compress", "br", "zstd", "dcb", "dcz"};
    return known.contains(coding);
}

/// Whether a stream of JSON ended within an event. Of a long one only the line's end tells.
bool isTorn(const SseReader &events)
{
    if (!events.insideEvent())
        return false;
    const SseEvent last = events.unfinished();
    if (last.data.isEmpty() || !last.end.isEmpty())
        return events.insideLine();
    return QJsonDocument::fromJson(last.data).isNull();
}

/// Whether a message_delta says why the message ends.
bool hasStopReason(QByteArrayView data)
{
    const qsizetype at = data.indexOf("\"stop_reason\"");
    if (at < 0)
        return false;
    QByteArrayView rest = data.sliced(at + 13);
    while (!rest.isEmpty() && (rest.front() == ' ' || rest.front() == ':'))
        rest = rest.sliced(1);
    return rest.startsWith('"');
}

} // namespace

struct AnswerObserver::Inflater {
    z_stream stream{};
    bool ok = false;
    bool isOver = false;

    // 15 + 32: gzip or zlib, told apart by zlib itself.
    Inflater() { ok = ::inflateInit2(&stream, 15 + 32) == Z_OK; }
    /// One gzip member may follow another, and all of them are the body; anything else behind the end is none of it. Source: RFC 1952 §2.2.
    bool beginsNext()
    {
        isOver = isOver || (stream.avail_in > 0 && *stream.next_in != 0x1f);
        return !isOver && stream.avail_in > 0 && ::inflateReset(&stream) == Z_OK;
    }
    ~Inflater() { ::inflateEnd(&stream); }
    Q_DISABLE_COPY_MOVE(Inflater)
};

AnswerObserver::AnswerObserver(Dialect dialect, const AnswerHead &head, qsizetype keptOfEvents)
    : m_dialect(dialect)
    , m_events(keptOfEvents)
{
    m_success = head.status < 300;
    m_type = firstValue(head.headers, "content-type").toLower();
    m_eventStream = m_type.startsWith("text/event-stream");
    m_json = m_type.startsWith("application/json");
    m_tellsNoType = m_type.isEmpty() || m_type.startsWith("text/plain") || m_type.contains("json");
    QList<QByteArray> codings = tokens(head.headers, "content-encoding");
    codings.removeAll("identity");
    m_plain = codings.isEmpty();
    m_compressed = std::any_of(codings.begin(), codings.end(), compresses);
    if (!m_plain) {
        if (codings.size() == 1 && (codings.first() == "gzip" || codings.first() == "x-gzip" || codings.first() == "deflate"))
            m_inflater = std::make_unique<Inflater>();
        m_readable = m_inflater && m_inflater->ok;
    }
}

AnswerObserver::~AnswerObserver() = default;
AnswerObserver::AnswerObserver(AnswerObserver &&) noexcept = default;
AnswerObserver &AnswerObserver::operator=(AnswerObserver &&) noexcept = default;

qsizetype AnswerObserver::feed(QByteArrayView body)
{
    m_bytes += body.size();
    if (!m_readable) {
        // Nobody can tell what it says, so that there is nothing to wait for.
        contentCame();
        return body.size();
    }
    if (!m_inflater)
        return read(body);
    std::array<char, 16 * 1024> out;
    z_stream &z = m_inflater->stream;
    z.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(body.data()));
    z.avail_in = static_cast<uInt>(body.size());
    do {
        if (m_codingEnded && !m_inflater->beginsNext())
            break;
        z.next_out = reinterpret_cast<Bytef *>(out.data());
        z.avail_out = static_cast<uInt>(out.size());
        const int result = ::inflate(&z, Z_SYNC_FLUSH);
        const auto got = static_cast<qsizetype>(out.size() - z.avail_out);
        m_inflated += got;
        read(QByteArrayView(out.data(), got));
        m_codingEnded = result == Z_STREAM_END;
        // Not what it says it is, or made to keep its reader busy.
        const bool broken = result != Z_OK && result != Z_BUF_ERROR && !m_codingEnded;
        if (broken || m_inflated > mostGrowth * m_bytes + growthAllowance) {
            readNoFurther();
            break;
        }
    } while (z.avail_in > 0 || (z.avail_out == 0 && !m_codingEnded));
    return body.size();
}

qsizetype AnswerObserver::read(QByteArrayView plain)
{
    if (m_first == '\0') {
        const QByteArrayView text = plain.trimmed();
        m_first = text.isEmpty() ? '\0' : text.front();
    }
    if (m_eventStream)
        return m_events.feed(plain, [this](const SseEvent &event) { visit(event); });
    if (m_json || mayBeJson() || m_opening.opening == Opening::Undecided)
        scanJson(plain);
    if (m_beginning.size() < keptBeginning)
        m_beginning.append(plain.first(qMin(plain.size(), keptBeginning - m_beginning.size())));
    // Only the object, whatever else came along with its end: how the bytes were cut must not decide.
    if (m_opening.opening == Opening::Undecided && m_jsonEnd > 0)
        judge(QByteArrayView(m_beginning).first(qMin(m_jsonEnd, m_beginning.size())), Extent::WholeObject);
    else if (m_opening.opening == Opening::Undecided)
        judge(m_beginning, Extent::Part);
    return plain.size();
}

void AnswerObserver::judge(QByteArrayView beginning, Extent extent)
{
    // Only of a known API is it known what an answer looks like.
    m_opening = m_dialect == Dialect::Unknown || !m_success ? OpeningVerdict{Opening::Content, {}}
                                                            : judgeOpening(m_type, beginning, extent);
    if (m_opening.opening == Opening::Undecided && m_beginning.size() >= keptBeginning)
        m_opening.opening = Opening::Content;
}

void AnswerObserver::contentCame()
{
    if (m_opening.opening == Opening::Undecided)
        m_opening.opening = Opening::Content;
}

void AnswerObserver::readNoFurther()
{
    m_readable = false;
    m_inflater.reset();
    contentCame();
}

void AnswerObserver::finish()
{
    if (m_opening.opening != Opening::Undecided)
        return;
    if (!m_readable && m_bytes > 0) {
        contentCame();
    } else if (!m_eventStream) {
        judge(m_beginning, Extent::Everything);
    } else if (m_dialect != Dialect::Unknown) {
        m_opening = {Opening::Bad, m_events.insideEvent() || m_eventCount > 0 ? QStringLiteral("the stream ended before it said anything")
                                                                              : QStringLiteral("an empty stream")};
    }
}

void AnswerObserver::visit(const SseEvent &event)
{
    ++m_eventCount;
    const QByteArrayView type = event.name.isEmpty() ? typeOf(event.data) : QByteArrayView(event.name);
    readUsage(m_usage, m_dialect, type, event);
    switch (m_dialect) {
    case Dialect::Anthropic:
        if (type == QByteArrayView("error"))
            m_sawError = true;
        else if (type == QByteArrayView("message_stop"))
            m_sawEnd = true;
        else if (type != QByteArrayView("message_start") && type != QByteArrayView("ping") && !event.data.isEmpty()
                 && (m_sawContent || type != QByteArrayView("content_block_start") || !isEmptyBlockStart(event.data)))
            m_sawContent = true;
        if (type == QByteArrayView("message_delta") && hasStopReason(event.data))
            m_sawFinalDelta = true;
        break;
    case Dialect::OpenAiResponses:
        if (type == QByteArrayView("response.created"))
            m_sawCreated = true;
        if (type == QByteArrayView("response.failed") || type == QByteArrayView("error"))
            m_sawError = true;
        if (type == QByteArrayView("response.completed") || type == QByteArrayView("response.incomplete")
            || type == QByteArrayView("response.failed"))
            m_sawEnd = true;
        else if (!m_sawContent && !m_sawError && !event.data.isEmpty() && !isResponseOpening(type))
            m_sawContent = true;
        break;
    case Dialect::OpenAiChat:
    case Dialect::Gemini:
    case Dialect::Unknown:
        if (event.data == "[DONE]")
            m_sawEnd = true;
        else if (event.name == "error" || beginsWithErrorMember(event.data))
            m_sawError = true;
        else if (!event.data.isEmpty() && (m_sawContent || m_dialect != Dialect::OpenAiChat || !isOpeningChunk(event.data)))
            m_sawContent = true;
        break;
    }
    if (m_sawError && m_errorData.isEmpty())
        m_errorData = event.data;
    if (m_opening.opening == Opening::Undecided) {
        if (m_sawError)
            m_opening = {Opening::Bad, QStringLiteral("an error inside a 200")};
        else if (m_sawContent)
            m_opening.opening = Opening::Content;
    }
}

void AnswerObserver::scanJson(QByteArrayView text)
{
    for (qsizetype i = 0; i < text.size() && m_jsonEnd == 0; ++i) {
        const char c = text[i];
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
        } else if ((c == '}' || c == ']') && m_jsonDepth > 0 && --m_jsonDepth == 0) {
            m_jsonEnd = m_jsonRead + i + 1;
        }
    }
    m_jsonRead += text.size();
}

bool AnswerObserver::mayBeJson() const
{
    return m_tellsNoType && m_dialect != Dialect::Unknown && (m_first == '{' || m_first == '\0');
}

TokenUsage AnswerObserver::usage() const
{
    return m_json ? usageOfBody(m_dialect, m_beginning) : m_usage;
}

AnswerObserver::Verdict AnswerObserver::verdict(bool untilClose) const
{
    if (!m_readable)
        return Verdict::Complete;
    if (untilClose && m_inflater && m_bytes > 0 && !m_codingEnded)
        return Verdict::Incomplete;
    if (m_eventStream) {
        // Gemini's has no end of its own, and its last event may do without the blank line behind it.
        if (untilClose && m_dialect == Dialect::Gemini && isTorn(m_events))
            return Verdict::Incomplete;
        const bool hasEnd = m_dialect == Dialect::Anthropic || m_dialect == Dialect::OpenAiChat || m_dialect == Dialect::OpenAiResponses;
        return !hasEnd || m_sawEnd ? Verdict::Complete : Verdict::Incomplete;
    }
    if ((m_json || mayBeJson()) && untilClose && m_jsonBegan && (m_jsonDepth > 0 || m_jsonInString))
        return Verdict::Incomplete;
    return Verdict::Complete;
}

} // namespace qcc
