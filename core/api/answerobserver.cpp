#include "core/api/answerobserver.h"

#include "core/http/headers.h"
#include "core/http/jsonreader.h"

#include <algorithm>

namespace qcc {

namespace {

using Form = AnswerObserver::Form;

/// Whether what has gone through `coding` cannot be read as it is. Others that are given for one ("utf-8", "none") change nothing.
bool compresses(const QByteArray &coding)
{
    static const QByteArrayList known{"gzip", "x-gzip", "deflate", "compress", "x-compress", "br", "zstd", "dcb", "dcz"};
    return known.contains(coding);
}

bool isBlank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

constexpr QByteArrayView byteOrderMark("\xef\xbb\xbf");

QByteArrayView fromItsBeginning(QByteArrayView text)
{
    if (text.startsWith(byteOrderMark))
        text = text.sliced(byteOrderMark.size());
    while (!text.isEmpty() && isBlank(text.front()))
        text = text.sliced(1);
    return text;
}

/// Whether a line of an event stream begins so; undecided where it is too short to tell.
Form formOfLine(QByteArrayView text)
{
    bool mayBecome = false;
    for (const QByteArrayView field : {QByteArrayView(":"), QByteArrayView("data:"), QByteArrayView("event:"), QByteArrayView("id:"), QByteArrayView("retry:")}) {
        if (text.startsWith(field))
            return Form::Events;
        mayBecome = mayBecome || field.startsWith(text);
    }
    return mayBecome ? Form::Undecided : Form::Text;
}

/// Whether all of a JSON object is here, or the word that ends a chat.
bool isWholeData(QByteArrayView data)
{
    if (data.trimmed() == QByteArrayView("[DONE]"))
        return true;
    JsonReader json(data);
    while (json.nextKey()) { }
    return json.atEnd();
}

} // namespace

AnswerObserver::AnswerObserver(ApiCall call, const AnswerHead &head, qsizetype keptOfEvents)
    : m_rules(call.generates())
    , m_success(head.status < 300)
    , m_events(keptOfEvents)
{
    if (const auto makeReader = protocolOf(call.dialect).reader)
        m_reader = makeReader();
    const QByteArray type = firstValue(head.headers, "content-type").toLower();
    m_saysEvents = type.startsWith("text/event-stream");
    m_saysJson = type.startsWith("application/json");
    m_saysNothing = type.isEmpty() || type.startsWith("text/plain") || type.startsWith("application/octet-stream") || type.contains("json");
    m_saysBytes = type.startsWith("application/octet-stream");
    if (type.startsWith("text/html") || type.startsWith("application/xhtml"))
        m_form = Form::Page;
    QList<QByteArray> codings = tokens(head.headers, "content-encoding");
    codings.removeAll("identity");
    m_plain = codings.isEmpty();
    m_compressed = std::any_of(codings.begin(), codings.end(), compresses);
    if (!m_plain && codings.size() == 1)
        m_decoder = decoderFor(codings.first());
    m_readable = m_plain || m_decoder;
}

AnswerObserver::~AnswerObserver() = default;

qsizetype AnswerObserver::feed(QByteArrayView body)
{
    m_bytes += body.size();
    if (!m_readable) {
        // Nobody can tell what it says, so that there is nothing to wait for.
        contentCame();
        return body.size();
    }
    if (!m_decoder)
        return read(body);
    const BodyDecoder::State state = m_decoder->feed(body, [this](QByteArrayView plain) {
        read(plain);
        return true;
    });
    if (state == BodyDecoder::State::Broken)
        readNoFurther();
    return body.size();
}

qsizetype AnswerObserver::read(QByteArrayView plain)
{
    if (plain.isEmpty())
        return 0;
    if (m_form != Form::Undecided)
        return readOn(plain);
    const qsizetype before = m_beginning.size();
    if (before == 0) {
        m_form = formOf(plain);
        if (m_form != Form::Undecided) {
            formKnown();
            return readOn(plain);
        }
    }
    m_beginning.append(plain);
    m_form = formOf(m_beginning);
    if (m_form == Form::Undecided)
        return 0;
    const QByteArray all = std::exchange(m_beginning, QByteArray());
    formKnown();
    return std::max<qsizetype>(0, readOn(all) - before);
}

Form AnswerObserver::formOf(QByteArrayView text) const
{
    if (!m_success)
        return Form::Text;
    if (!m_saysEvents && !m_saysNothing)
        return Form::Opaque;
    // Only of a model's answer is it known what it may be.
    if (!m_rules)
        return m_saysEvents ? Form::Events : m_saysJson ? Form::Json : Form::Opaque;
    // Half a byte order mark says nothing yet.
    if (text.size() < byteOrderMark.size() && byteOrderMark.startsWith(text))
        return Form::Undecided;
    const QByteArrayView begins = fromItsBeginning(text);
    if (begins.isEmpty())
        return text.size() < keptBeginning ? Form::Undecided : m_saysEvents ? Form::Events : Form::Opaque;
    if (begins.front() == '{' || begins.front() == '[')
        return Form::Json;
    if (begins.front() == '<')
        return Form::Page;
    if (m_saysEvents)
        return Form::Events;
    const Form form = formOfLine(begins);
    return form == Form::Text && m_saysBytes ? Form::Opaque : form;
}

void AnswerObserver::formKnown()
{
    if (!m_rules || !m_success || m_form == Form::Opaque)
        contentCame();
    else if (m_form == Form::Page)
        bad(QStringLiteral("an HTML page instead of an answer"));
    else if (m_form == Form::Text)
        bad(QStringLiteral("text instead of an answer"));
}

qsizetype AnswerObserver::readOn(QByteArrayView plain)
{
    if (m_opening == Opening::Undecided && m_form != Form::Events && m_form != Form::Json)
        formKnown();
    if (m_form == Form::Events) {
        const qsizetype whole = m_rules ? m_events.feed(plain, *this) : plain.size();
        return whole;
    }
    if (m_beginning.size() < keptBeginning)
        m_beginning.append(plain.first(qMin(plain.size(), keptBeginning - m_beginning.size())));
    if (m_form == Form::Json)
        readJson(plain);
    return plain.size();
}

void AnswerObserver::longData(QByteArrayView piece)
{
    m_sieve.feed(piece);
}

bool AnswerObserver::event(const SseEvent &event)
{
    const QByteArrayView data = event.isLong ? m_sieve.kept() : event.data;
    const bool torn = m_finishing && !(event.isLong ? m_sieve.isOver() : isWholeData(event.data));
    // Without data nobody hears of it. Source: WHATWG HTML §9.2.6.
    if (event.data.isEmpty() && !event.isLong)
        return true;
    if (!torn) {
        ++m_eventCount;
        m_toldLast = m_finishing;
        take(m_reader->event(event.name, data), data);
    }
    if (event.isLong)
        m_sieve.clear();
    return !m_sawError;
}

void AnswerObserver::readJson(QByteArrayView plain)
{
    for (qsizetype at = 0; at < plain.size() && !m_jsonOver && !m_sawError;) {
        const char c = plain[at];
        const bool starts = !m_sieve.isInside();
        if (starts && (isBlank(c) || c == ',' || (!m_jsonBegan && c != '{' && c != '['))) {
            ++at;
        } else if (starts && !m_jsonBegan && c == '[') {
            m_jsonBegan = m_array = true;
            ++at;
        } else if (starts && m_array && c != '{') {
            // Its end; elements that are no objects say nothing.
            m_jsonOver = c == ']';
            m_sawEnd = m_sawEnd || (m_jsonOver && m_sawFinal);
            ++at;
        } else {
            m_jsonBegan = true;
            at += m_sieve.feed(plain.sliced(at));
            if (!m_sieve.isOver())
                continue;
            if (m_array)
                judgeElement(m_sieve.kept());
            else
                judgeAnswer(m_sieve.kept());
            m_jsonOver = !m_array;
            m_sieve.clear();
        }
    }
}

void AnswerObserver::judgeAnswer(QByteArrayView json)
{
    if (!m_reader)
        return;
    const MessageMeaning meaning = m_reader->answer(json);
    if (!m_rules || !m_success || m_opening == Opening::Bad)
        return;
    m_sawContent = m_sawContent || meaning.content;
    m_sawFinal = m_sawFinal || meaning.final;
    if (meaning.error) {
        m_sawError = true;
        m_errorData = json.toByteArray();
        bad(QStringLiteral("an error inside a 200"));
    } else if (!meaning.usual) {
        bad(QStringLiteral("a JSON object that is no answer"));
    } else if (!meaning.content && !meaning.final && m_reader->usage().output.value_or(0) == 0) {
        bad(QStringLiteral("an empty answer"));
    } else {
        contentCame();
    }
}

/// Gemini streams an array where nobody asks for events. Of other protocols nothing in one is an answer, but an error may be.
void AnswerObserver::judgeElement(QByteArrayView json)
{
    if (!m_reader || !m_rules || !m_success)
        return;
    ++m_eventCount;
    const MessageMeaning meaning = m_reader->event({}, json);
    take(meaning, json);
}

void AnswerObserver::take(const MessageMeaning &meaning, QByteArrayView data)
{
    m_sawContent = m_sawContent || meaning.content;
    m_sawFinal = m_sawFinal || meaning.final;
    if (meaning.error && !m_sawError && !m_sawEnd) {
        m_sawError = true;
        m_errorData = data.toByteArray();
    }
    m_sawEnd = m_sawEnd || meaning.end;
    if (m_opening != Opening::Undecided)
        return;
    if (m_sawError)
        bad(QStringLiteral("an error inside a 200"));
    else if (m_sawContent || m_sawFinal || (m_sawEnd && m_reader->usage().output.value_or(0) > 0))
        contentCame();
    else if (m_sawEnd)
        bad(QStringLiteral("an empty answer"));
}

void AnswerObserver::contentCame()
{
    if (m_opening == Opening::Undecided)
        m_opening = Opening::Content;
}

void AnswerObserver::bad(const QString &reason)
{
    if (m_opening != Opening::Undecided)
        return;
    m_opening = Opening::Bad;
    m_badReason = reason;
}

void AnswerObserver::readNoFurther()
{
    m_readable = false;
    contentCame();
}

void AnswerObserver::finish()
{
    if (std::exchange(m_finishing, true))
        return;
    if (m_form == Form::Undecided && m_saysEvents)
        m_form = Form::Events;
    if (m_form == Form::Events && m_rules && m_readable) {
        const QByteArray breaks = m_events.missingBreaks();
        m_events.finish(*this);
        if (m_toldLast)
            m_missingBreaks = breaks;
    }
    if (m_opening != Opening::Undecided)
        return;
    if (!m_rules || !m_success || (!m_readable && m_bytes > 0))
        contentCame();
    else if (m_form == Form::Events)
        bad(m_eventCount > 0 || m_events.insideEvent() ? QStringLiteral("the stream ended before it said anything") : QStringLiteral("an empty stream"));
    else if (m_form == Form::Json)
        bad(m_array && m_jsonOver ? QStringLiteral("an empty answer") : QStringLiteral("an answer that breaks off"));
    else
        bad(QStringLiteral("an empty answer"));
}

const TokenUsage &AnswerObserver::usage() const
{
    static const TokenUsage unknown;
    return m_reader ? m_reader->usage() : unknown;
}

QString AnswerObserver::model() const
{
    return m_reader ? QString::fromUtf8(m_reader->model()) : QString();
}

AnswerObserver::Verdict AnswerObserver::verdict(bool untilClose) const
{
    if (!m_readable)
        return Verdict::Complete;
    if (m_rules && m_success && isStreamed())
        return (m_sawEnd || m_sawFinal) && !m_sawError ? Verdict::Complete : Verdict::Incomplete;
    if (untilClose && m_decoder && m_bytes > 0 && !codingEnded())
        return Verdict::Incomplete;
    if (untilClose && m_form == Form::Json && m_jsonBegan && !m_jsonOver)
        return Verdict::Incomplete;
    return Verdict::Complete;
}

} // namespace qcc
