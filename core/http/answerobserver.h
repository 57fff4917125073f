#pragma once

#include "core/http/answerreader.h"
#include "core/http/dialect.h"
#include "core/http/opening.h"
#include "core/http/ssereader.h"
#include "core/http/tokenusage.h"

#include <memory>

namespace qcc {

/// Reads along an answer's body to know what its protocol says about it: whether content has begun, whether an error was reported
/// inside a 200, whether the answer is complete. Never changes a byte.
/// Source: Anthropic "Streaming Messages", OpenAI "Streaming API responses", WHATWG HTML §9.2.
class AnswerObserver
{
public:
    /// What the end of the body means.
    enum class Verdict {
        Complete,   ///< The protocol says so, or has no say and the framing ended well.
        Incomplete, ///< The protocol's own end never came.
    };

    /// `keptOfEvents`: so many bytes of the beginning and of the end of an event are looked at.
    AnswerObserver(Dialect dialect, const AnswerHead &head, qsizetype keptOfEvents = SseReader::keptData);
    ~AnswerObserver();
    AnswerObserver(AnswerObserver &&) noexcept;
    AnswerObserver &operator=(AnswerObserver &&) noexcept;

    /// The most of a body's beginning that is kept to judge it.
    static constexpr qsizetype keptBeginning = 64 * 1024;
    /// A compressed body is read along until it grows by more than this factor and the allowance; beyond that it is passed on unread.
    /// Text shrinks to a tenth or a twentieth, a bomb to a thousandth.
    static constexpr qint64 mostGrowth = 200;
    static constexpr qint64 growthAllowance = 1024 * 1024;

    /// Returns how many of these bytes end with a whole event; all of them where the body is no event stream that can be read.
    qsizetype feed(QByteArrayView body);
    /// The framing of the body ended well.
    void finish();

    /// What has come is worth to the client; from Content on it stays.
    Opening opening() const { return m_opening.opening; }
    /// Why Bad.
    const QString &badReason() const { return m_opening.reason; }
    /// The decoded beginning of a body that is no event stream.
    const QByteArray &beginning() const { return m_beginning; }

    /// Its body is compressed, as far as its header is to be believed.
    bool isCompressed() const { return m_compressed; }
    bool isEventStream() const { return m_eventStream; }
    /// The body can be read along: not encoded, or encoded in a way that is known.
    bool isReadable() const { return m_readable; }
    /// An event of this protocol may be appended: an uncompressed event stream of a known dialect.
    bool takesEvents() const { return m_eventStream && m_plain && m_dialect != Dialect::Unknown; }
    /// The stream stands between two events.
    bool atEventBoundary() const { return !m_events.insideEvent(); }
    /// Something meaningful for the client has come: not only opening events.
    bool sawContent() const { return m_sawContent; }
    /// The protocol's own error event has come.
    bool sawError() const { return m_sawError; }
    /// The beginning of that event's data.
    const QByteArray &errorData() const { return m_errorData; }
    /// Anthropic: the last message_delta told why the message ends; only message_stop is missing.
    bool sawFinalDelta() const { return m_sawFinalDelta; }
    /// Responses: response.created has come, without which its readers take no other event.
    bool sawCreated() const { return m_sawCreated; }
    /// Events so far, which is what the next sequence number of Responses would be.
    qint64 events() const { return m_eventCount; }
    /// The protocol's end has come.
    bool sawEnd() const { return m_sawEnd; }
    qint64 bytes() const { return m_bytes; }
    /// What it says of tokens, as far as it came; of a JSON body, as far as its beginning is kept.
    TokenUsage usage() const;
    /// To be asked when the framing of the body ended well; `untilClose`: only the close of the connection ended it, which is no proof that
    /// all of it came.
    Verdict verdict(bool untilClose) const;

private:
    struct Inflater;
    qsizetype read(QByteArrayView plain);
    void visit(const SseEvent &event);
    void scanJson(QByteArrayView text);
    void judge(QByteArrayView beginning, Extent extent);
    /// Its bytes, where its type does not tell.
    bool mayBeJson() const;
    void contentCame();
    void readNoFurther();

    Dialect m_dialect;
    bool m_success = true;
    QByteArray m_type;
    QByteArray m_beginning;
    OpeningVerdict m_opening;
    bool m_sawFinalDelta = false;
    bool m_sawCreated = false;
    qint64 m_eventCount = 0;
    bool m_eventStream = false;
    bool m_json = false;
    bool m_readable = true;
    bool m_plain = true;
    bool m_compressed = false;
    char m_first = '\0';        ///< Of the body, blanks left out.
    bool m_tellsNoType = false; ///< Its type leaves open whether it is JSON.
    bool m_sawContent = false;
    bool m_sawError = false;
    bool m_sawEnd = false;
    QByteArray m_errorData;
    TokenUsage m_usage; ///< Of an event stream.
    qint64 m_bytes = 0;
    SseReader m_events;
    qint64 m_jsonDepth = 0; ///< As deep as the body is long.
    qint64 m_jsonRead = 0;  ///< Bytes that have been looked at for brackets.
    qint64 m_jsonEnd = 0;   ///< Where the first object or array of the body ends, once it does.
    qint64 m_inflated = 0;
    bool m_jsonInString = false;
    bool m_jsonEscape = false;
    bool m_jsonBegan = false;
    bool m_codingEnded = false; ///< The trailer of the compressed body came.
    std::unique_ptr<Inflater> m_inflater;
};

} // namespace qcc
