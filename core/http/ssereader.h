#pragma once

#include <QByteArray>
#include <QByteArrayView>

namespace qcc {

/// One server-sent event. Lifetime: what it names is valid for as long as it is told of.
struct SseEvent {
    QByteArrayView name; ///< Of the `event:` line; may be empty.
    QByteArrayView data; ///< All of it, its lines joined by LF; empty where `isLong`.
    bool isLong = false; ///< Its data was handed out in pieces before.
};

/// Splits an event stream into events as its bytes arrive, in bounded memory however long an event is.
/// Source: WHATWG HTML §9.2.6.
class SseReader
{
public:
    /// Data up to this is handed out in one piece. Units: bytes.
    static constexpr qsizetype keptData = 64 * 1024;
    static constexpr qsizetype longestName = 1024;

    /// Who hears of events.
    class Sink
    {
    public:
        /// A piece of the data of an event that is longer than what is kept; event() follows once it ends.
        virtual void longData(QByteArrayView piece) = 0;
        /// Returns false where nothing after this event is of interest: feed() ends behind it.
        virtual bool event(const SseEvent &event) = 0;

    protected:
        ~Sink() = default;
    };

    explicit SseReader(qsizetype kept = keptData) : m_kept(kept) { }

    /// Tells `sink` of each event that ends within `bytes`. Returns how many of the bytes lie before the last place where another event could be
    /// put in; 0 when there is none.
    qsizetype feed(QByteArrayView bytes, Sink &sink);
    /// The sink wanted to hear no more; what was not taken in of the bytes is behind the boundary.
    bool isStopped() const { return m_stopped; }
    /// Bytes of an event that has not ended.
    bool insideEvent() const { return m_hasField || insideLine() || m_inComment; }
    /// Bytes of a line that has not ended, and is no comment.
    bool insideLine() const { return !m_line.isEmpty() || m_inDataLine || m_skipsLine; }
    /// The line breaks that an event at the end of the body lacks; empty between two events.
    QByteArray missingBreaks() const;
    /// The body has ended: tells of the event that lacks its line breaks, where there is one. Source: what the clients' own readers do.
    void finish(Sink &sink);

private:
    qsizetype passMark(QByteArrayView bytes);
    void linePart(QByteArrayView part, Sink &sink);
    bool lineEnded(QByteArrayView line, Sink &sink);
    bool endLine(Sink &sink);
    void field(QByteArrayView line, Sink &sink);
    void beginDataLine(Sink &sink);
    void appendData(QByteArrayView part, Sink &sink);
    void keepView();
    bool tell(Sink &sink);

    qsizetype m_kept;
    QByteArray m_line;         ///< What has come of a line that is not known to be data yet.
    bool m_inDataLine = false; ///< Of a line of data that goes on; its value is with the data.
    bool m_inComment = false;
    bool m_skipsLine = false;  ///< Of a line that is too long to mean anything.
    QByteArray m_name;
    QByteArray m_data;
    QByteArrayView m_nameView; ///< The name, where its line lies in the bytes at hand; else empty.
    QByteArrayView m_view;     ///< The data, where it is one line that lies in the bytes at hand; else empty.
    bool m_hasData = false;
    bool m_isLong = false;
    bool m_hasField = false;
    bool m_afterCr = false;
    bool m_begun = false;      ///< The byte order mark has been passed, or is not there.
    qsizetype m_mark = 0;      ///< So much of it has come.
    bool m_stopped = false;
};

} // namespace qcc
