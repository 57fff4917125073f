#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <utility>

namespace qcc {

/// One server-sent event, as far as telling events apart needs it.
struct SseEvent {
    QByteArray name; ///< Of the `event:` line; may be empty.
    QByteArray data; ///< The beginning of the data, at most SseReader::keptData bytes.
    QByteArray end;  ///< The last SseReader::keptData bytes of data that is longer; empty where `data` is all of it.
};

/// Splits an event stream into events as its bytes arrive, in bounded memory however long an event is.
/// Source: WHATWG HTML §9.2.6.
class SseReader
{
public:
    static constexpr qsizetype keptData = 4096;

    /// `kept` bytes of the beginning and of the end of an event's data are kept.
    explicit SseReader(qsizetype kept = keptData) : m_kept(kept) { }

    /// Calls `visit(const SseEvent &)` for each event that ends within `bytes`.
    /// Returns how many of the bytes lie before the last place where another event could be put in; 0 when there is none.
    template <typename Visit>
    qsizetype feed(QByteArrayView bytes, Visit visit)
    {
        qsizetype boundary = 0;
        qsizetype lf = -1; // where the next LF stands; what lies before `at` is stale
        for (qsizetype at = 0; at < bytes.size();) {
            const bool secondOfCrLf = std::exchange(m_afterCr, false) && bytes[at] == '\n';
            if (!secondOfCrLf) {
                if (lf < at)
                    lf = bytes.indexOf('\n', at);
                if (lf < 0)
                    lf = bytes.size();
                const qsizetype cr = bytes.sliced(at, lf - at).indexOf('\r');
                const qsizetype end = cr < 0 ? lf : at + cr;
                if (end > at)
                    appendToLine(bytes.sliced(at, end - at));
                at = end;
                if (at == bytes.size())
                    break;
                m_afterCr = cr >= 0;
                if (!m_line.isEmpty()) {
                    endLine();
                } else if (m_hasField) {
                    visit(m_event);
                    m_event = {};
                    m_hasField = false;
                }
            }
            ++at;
            if (!insideEvent())
                boundary = at;
        }
        return boundary;
    }
    /// Bytes of an event that has not ended.
    bool insideEvent() const { return m_hasField || !m_line.isEmpty(); }
    /// That event as it would be if the line breaks that are missing came.
    SseEvent unfinished() const;
    /// Bytes of a line that has not ended, and is no comment.
    bool insideLine() const { return !m_line.isEmpty() && !m_line.startsWith(':'); }

private:
    void appendToLine(QByteArrayView part);
    void endLine();
    void appendData(QByteArrayView part);

    qsizetype m_kept;
    QByteArray m_line;
    QByteArray m_lineEnd; ///< What comes after the kept beginning; its last bytes where that is more than twice what is kept.
    SseEvent m_event;
    bool m_hasField = false;
    bool m_afterCr = false;
};

} // namespace qcc
