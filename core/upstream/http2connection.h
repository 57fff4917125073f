#pragma once

#include "core/base/clock.h"
#include "core/http/http2session.h"
#include "core/upstream/http2policy.h"
#include "core/upstream/http2stream.h"
#include "core/upstream/upstreamconnection.h"

#include <QObject>
#include <QString>

#include <functional>
#include <optional>
#include <utility>

namespace qcc {

/// A connection that has agreed on HTTP/2, and the streams on it.
/// While the upstream says nothing although it is asked, PINGs find out whether it is still there (PingWatch).
/// Order of signals: settled once, retired at most once, gone exactly once. Thread: its connection's.
class Http2Connection final : public QObject, private UpstreamConnection::User
{
    Q_OBJECT

public:
    /// Body bytes of a stream that may wait for its reader.
    static constexpr qint32 window = 256 * 1024;
    /// The upstream's first words, its SETTINGS, have so long.
    static constexpr std::chrono::milliseconds settleTime{10000};

    /// What was found out of the upstream's connections: streams at a time, requests in all.
    struct Most {
        quint32 streams;
        quint32 requests;
    };

    /// `connection`: open; it is this object's from here on.
    Http2Connection(UpstreamConnection *connection, const Most &most, Alarms &alarms, QObject *parent);
    ~Http2Connection() override;

    const UpstreamAddress &address() const { return m_connection->address(); }
    const ConnectTimes &times() const { return m_connection->times(); }
    bool isNearby() const { return m_connection->isNearby(); }
    QString addressText() const { return m_connection->addressText(); }
    HostResolver::AddressState addressState() const { return m_connection->addressState(); }

    /// Whether one more stream starts at once.
    bool hasRoom() const;
    /// The upstream has said how many streams it takes; until then one is let in.
    bool isSettled() const { return m_session.isSettled(); }
    quint32 announcedStreams() const { return m_session.maxStreams(); }
    std::optional<quint32> takenInAll() const { return m_session.takenInAll(); }
    /// Takes no more streams, and ends with those that it has.
    void retire();
    bool isRetired() const { return m_retired; }
    /// What the upstream did wrong last, behind a colon; empty where there is nothing to say.
    QString problem() const;
    /// Streams whose owner wants an answer.
    int streams() const { return m_streams.wanted(); }
    /// Whether the upstream said something not longer ago than a second.
    bool wasJustHeard() const { return m_alarms.now() - m_ping.lastHeard() <= std::chrono::seconds(1); }
    /// Ends it where its address is none of this computer's any more.
    void checkAddress(const std::function<bool(const QHostAddress &)> &isOurs);
    /// Ends at once, with a goodbye, without a signal.
    void drop();

Q_SIGNALS:
    void settled();
    /// One more than `taken` streams at a time was refused. Told from within the reading.
    void refused(quint32 taken);
    void retired();
    void gone();

private:
    // UpstreamConnection::User
    void connectionReadable(UpstreamConnection *) override { receive(); }
    void connectionWritten(UpstreamConnection *) override { flush(); }
    void connectionEnded(UpstreamConnection *, UpstreamConnection::End how, const QString &text) override { connectionIsOver(how, text); }

    friend class Http2Stream;
    using Stream = Http2Session::Stream;

    // Called by streams.
    /// Nothing where there is no room.
    std::optional<Stream> open(Http2Stream &stream, const HeaderList &headers, bool hasBody);
    void resumeUpload(Stream stream);
    void consume(Stream stream, qsizetype bytes);
    /// Its owner wants no more of it.
    void letGo(Stream id, const Http2Stream &stream);
    /// Sends what there is to be sent.
    void flush();

    void receive();
    void receiveLater();
    bool receiveSome();
    bool send();
    void flushLater();
    void connectionIsOver(UpstreamConnection::End how, const QString &text);
    void breakOff();
    void lose(UpstreamConnection::End how, const QString &text, bool unread);
    void lookForLife();
    void dropLingering();

    UpstreamConnection *m_connection;
    Alarms &m_alarms;
    Http2StreamTable m_streams;
    Http2Session m_session;
    quint32 m_requestsLeft;
    bool m_retired = false;
    bool m_over = false;
    bool m_receiving = false;
    bool m_flushing = false;
    bool m_flushWaits = false;
    bool m_readWaits = false;
    PingWatch m_ping;
    qint64 m_unaskedBytes = 0;     ///< That came while nothing was asked.
    Alarm m_settle, m_life, m_linger, m_lookAgain;
    std::chrono::milliseconds m_lookAgainIn{1};
    std::optional<std::pair<UpstreamConnection::End, QString>> m_pendingEnd; ///< Until it is known whether the requests were taken.
};

} // namespace qcc
