#pragma once

#include "core/api/protocol.h"
#include "core/http/answerreader.h"
#include "core/http/bodydecoder.h"
#include "core/http/jsonsieve.h"
#include "core/http/ssereader.h"

#include <QString>

#include <memory>

namespace qcc {

/// What the beginning of a 2xx answer is worth to the client.
enum class Opening {
    Undecided, ///< Nothing meaningful yet: headers, opening events, half an object.
    Content,   ///< The client has use for it.
    Bad,       ///< An error, a page or nothing at all in the dress of a success.
};

/// Reads along an answer's body to know what its protocol says about it: whether content has begun, whether an error was reported
/// inside a 200, whether the answer is complete (ARCH-5). Puts together codings, events, JSON and the protocol's own reader. Never changes a byte.
/// Source: docs/answers.md, parts 1 to 3.
class AnswerObserver final : private SseReader::Sink
{
public:
    /// What the end of the body means.
    enum class Verdict {
        Complete,   ///< The protocol says so, or has no say and the framing ended well.
        Incomplete, ///< The protocol's own end never came.
    };
    /// What the body turned out to be, by its type and its first bytes.
    enum class Form {
        Undecided,
        Events,
        Json,
        Page,   ///< HTML, XML.
        Text,   ///< Something else that a person could read.
        Opaque, ///< Nobody here can tell, or need.
    };

    /// `keptOfEvents`: an event's data up to this is read as it is, longer data by way of a sieve. Units: bytes.
    AnswerObserver(ApiCall call, const AnswerHead &head, qsizetype keptOfEvents = SseReader::keptData);
    ~AnswerObserver();
    Q_DISABLE_COPY_MOVE(AnswerObserver)

    /// The most of a body's beginning that is kept to judge and to show it. Units: bytes.
    static constexpr qsizetype keptBeginning = 64 * 1024;

    /// Returns how many of these bytes end with a whole event; all of them where the body is no event stream that can be read.
    qsizetype feed(QByteArrayView body);
    /// The body has ended, well or not: what it ends in the midst of is judged as far as it is whole.
    void finish();

    /// What has come is worth to the client; from Content on it stays.
    Opening opening() const { return m_opening; }
    /// Why Bad.
    const QString &badReason() const { return m_badReason; }
    /// The decoded beginning of a body that is no event stream.
    const QByteArray &beginning() const { return m_beginning; }

    Form form() const { return m_form; }
    /// Only its bytes will tell whether it is an event stream.
    bool mayBeEvents() const { return m_form == Form::Undecided && m_saysNothing && !m_saysJson && m_rules && m_success; }
    /// Its body is compressed, as far as its header is to be believed.
    bool isCompressed() const { return m_compressed; }
    bool isEventStream() const { return m_form == Form::Events; }
    /// Its messages come one after the other: as events, or as the elements of an array.
    bool isStreamed() const { return m_form == Form::Events || (m_form == Form::Json && m_array); }
    /// Of one that said all: it needs nothing more to be read by its client, either.
    bool isWhole() const { return m_form == Form::Events || m_jsonOver; }
    /// The body can be read along: not encoded, or encoded in a way that is known.
    bool isReadable() const { return m_readable; }
    /// An event of this protocol may be appended: an uncompressed event stream of a model's answer.
    bool takesEvents() const { return m_form == Form::Events && m_plain && m_rules; }
    /// The same, as far as its type is to be believed while nothing has come.
    bool mayTakeEvents() const { return m_plain && m_rules && m_success && (m_form == Form::Events || (m_form == Form::Undecided && m_saysEvents)); }
    /// The stream stands between two events.
    bool atEventBoundary() const { return !m_events.insideEvent(); }
    /// Once finished: the line breaks that the last event lacks for readers of this protocol to take it.
    const QByteArray &missingBreaks() const { return m_missingBreaks; }

    /// Something meaningful for the client has come: not only opening events.
    bool sawContent() const { return m_sawContent; }
    /// An API's error has come; nothing after it was read.
    bool sawError() const { return m_sawError; }
    /// What said so: the data of its event, or the JSON answer.
    const QByteArray &errorData() const { return m_errorData; }
    /// The answer has said why it ends; at most its end is missing.
    bool sawFinal() const { return m_sawFinal; }
    /// The protocol's end has come.
    bool sawEnd() const { return m_sawEnd; }
    /// A good stream that needs nothing more, whatever becomes of its connection.
    bool saidAll() const { return isStreamed() && (m_sawEnd || m_sawFinal) && !m_sawError && m_opening != Opening::Bad; }
    /// The coding's own end has come, or there is none.
    bool codingEnded() const { return !m_decoder || m_decoder->state() == BodyDecoder::State::Ended; }
    qint64 bytes() const { return m_bytes; }

    /// To be asked when the framing of the body ended well; `untilClose`: only the close of the connection ended it, which is no proof that
    /// all of it came.
    Verdict verdict(bool untilClose) const;

    const TokenUsage &usage() const;
    /// The model that answered, as it calls itself; empty where it does not.
    QString model() const;
    /// Of an answer in a known protocol, else null.
    const ProtocolReader *reader() const { return m_reader.get(); }

private:
    // SseReader::Sink
    void longData(QByteArrayView piece) override;
    bool event(const SseEvent &event) override;

    qsizetype read(QByteArrayView plain);
    qsizetype readOn(QByteArrayView plain);
    void readJson(QByteArrayView plain);
    Form formOf(QByteArrayView text) const;
    void formKnown();
    void take(const MessageMeaning &meaning, QByteArrayView data);
    void judgeAnswer(QByteArrayView json);
    void judgeElement(QByteArrayView json);
    void contentCame();
    void bad(const QString &reason);
    void readNoFurther();

    std::unique_ptr<ProtocolReader> m_reader;
    std::unique_ptr<BodyDecoder> m_decoder;
    bool m_rules;             ///< Its protocol says what a good answer is.
    bool m_success;
    bool m_saysEvents = false; ///< Its type does.
    bool m_saysJson = false;
    bool m_saysBytes = false;
    bool m_saysNothing = false; ///< Its type leaves open what it is.
    bool m_plain = true;
    bool m_compressed = false;
    bool m_readable = true;
    Form m_form = Form::Undecided;
    QByteArray m_beginning;
    Opening m_opening = Opening::Undecided;
    QString m_badReason;
    SseReader m_events;
    JsonSieve m_sieve;        ///< Of long data, or of a JSON answer.
    bool m_array = false;     ///< The JSON answer is one.
    bool m_jsonBegan = false;
    bool m_jsonOver = false;
    bool m_finishing = false;
    bool m_toldLast = false;  ///< The event that the body ended in the midst of was whole.
    QByteArray m_missingBreaks;
    qint64 m_eventCount = 0;
    bool m_sawContent = false;
    bool m_sawError = false;
    bool m_sawFinal = false;
    bool m_sawEnd = false;
    QByteArray m_errorData;
    qint64 m_bytes = 0;
};

} // namespace qcc
