#pragma once

#include <QByteArray>
#include <QByteArrayView>

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

    /// Calls `visit(const SseEvent &)` for each event that ends within `bytes`.
    /// Returns how many of the bytes lie before the last place where another event could be put in; 0 when there is none.
    template <typename Visit>
    qsizetype feed(QByteArrayView bytes, Visit visit)
    {
        qsizetype boundary = 0;
        for (qsizetype i = 0; i < bytes.size(); ++i) {
            const char c = bytes[i];
            const bool secondOfCrLf = c == '\n' && m_afterCr;
            m_afterCr = c == '\r';
            if (secondOfCrLf) {
                if (!insideEvent())
                    boundary = i + 1;
                continue;
            }
            if (c != '\n' && c != '\r') {
                if (m_line.size() < keptLine)
                    m_line.append(c);
                else
                    keepEnd(c);
                continue;
            }
            if (!m_line.isEmpty()) {
                endLine();
            } else if (m_hasField) {
                visit(m_event);
                m_event = {};
                m_hasField = false;
            }
            if (!insideEvent())
                boundary = i + 1;
        }
        return boundary;
    }
    /// Bytes of an event that has not ended.
    bool insideEvent() const { return m_hasField || !m_line.isEmpty(); }

private:
    /// Room for the name of the field as well.
    static constexpr qsizetype keptLine = keptData + 8;

    void endLine();
    void appendData(QByteArrayView value);
    /// Of a line that is longer than is kept.
    void keepEnd(char c)
    {
        m_lineEnd.append(c);
        if (m_lineEnd.size() >= 2 * keptData)
            m_lineEnd.remove(0, keptData);
    }

    QByteArray m_line;
    QByteArray m_lineEnd; ///< What comes after the kept beginning; between one and two times keptData where that is more.
    SseEvent m_event;
    bool m_hasField = false;
    bool m_afterCr = false;
};

} // namespace qcc
