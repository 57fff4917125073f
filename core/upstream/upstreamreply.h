#pragma once

#include "core/http/answerreader.h"
#include "core/journal/exchangerecord.h"
#include "core/upstream/upstreamconnection.h"

#include <QElapsedTimer>
#include <QNetworkReply>
#include <QPointer>
#include <QTimer>

#include <chrono>

namespace qcc {

class UpstreamPool;

/// One attempt at an upstream over HTTP/1.1, as a QNetworkReply.
///
/// Where Qt's own reply is silent this one is exact: headers in order with duplicates, 1xx answers as a signal, the end of a body told
/// by its framing (a broken chunk, a short body, a reset are errors), an answer that arrives while the upload still runs, and
/// never a resend. error() speaks of the transport alone; a status of 4xx or 5xx is an answer, not an error.
///
/// Order of signals: socketStartedConnecting (only when a connection is opened), requestSent, interim*, metaDataChanged,
/// readyRead* (not for bytes that came together with the end), then finished exactly once, also after abort().
class UpstreamReply final : public QNetworkReply
{
    Q_OBJECT

public:
    /// Limits on silence; 0 means none.
    struct Deadlines {
        std::chrono::milliseconds connect{0}; ///< DNS, TCP and TLS together.
        std::chrono::milliseconds read{0};    ///< Until the head, and between bytes of the body.
    };

    ~UpstreamReply() override;

    const AnswerHead &head() const { return m_answer.head(); }
    bool hasHead() const { return m_answer.headComplete(); }
    AnswerReader::Framing framing() const { return m_answer.framing(); }
    std::optional<qint64> contentLength() const { return m_answer.contentLength(); }
    /// No byte of an answer arrived.
    bool isUntouched() const { return m_answer.untouched(); }
    /// Body bytes that arrived since the last call. Leaving them here slows the upstream down.
    QByteArray takeBody();
    bool bodyWaits() const { return !m_body.isEmpty(); }

    bool reusedConnection() const { return m_reused; }
    /// How far it came; stays at the phase in which it ended.
    Phase phase() const;
    const ConnectTimes &connectTimes() const { return m_times; }
    /// The upload was sent whole.
    bool uploadComplete() const { return m_uploadLeft == 0 && m_sending; }

    // QNetworkReply
    void abort() override;
    qint64 bytesAvailable() const override;
    bool isSequential() const override { return true; }

Q_SIGNALS:
    /// A 1xx answer that stands before the real one.
    void interim(const qcc::AnswerHead &head);

protected:
    qint64 readData(char *data, qint64 max) override;

private:
    friend class UpstreamPool;
    UpstreamReply(UpstreamPool *pool, QNetworkAccessManager::Operation operation, const QNetworkRequest &request,
                  QIODevice *upload);

    // Called by the pool.
    const UpstreamAddress &address() const { return m_address; }
    bool needsFreshConnection() const { return m_fresh; }
    /// Gives the reply its connection, open already or still to be opened; it starts on the next turn of the event loop.
    void attach(UpstreamConnection *connection);

    void send();
    QByteArray requestHead() const;
    void sendMore();
    void receive();
    bool acceptHead();
    void connectionEnded(UpstreamConnection::End how, const QString &text);
    void resume();
    void fail(NetworkError error, const QString &text);
    void end(bool reusable);
    void armTimer();
    void timeUp();

    UpstreamPool *m_pool;
    UpstreamAddress m_address;
    QByteArray m_verb;
    QByteArray m_target;
    HeaderList m_headers;
    QPointer<QIODevice> m_upload;
    qint64 m_uploadLeft = 0;
    bool m_statesLength = false;
    bool m_fresh = false;
    Deadlines m_deadlines;

    QPointer<UpstreamConnection> m_connection;
    bool m_reused = false;
    bool m_sending = false;
    bool m_ended = false;
    bool m_stalled = false; ///< The reader has not taken what is here; bytes may wait in the connection.
    std::optional<std::pair<UpstreamConnection::End, QString>> m_pendingEnd;
    ConnectTimes m_times;
    Phase m_phase = Phase::Queue;
    AnswerReader m_answer;
    QByteArray m_body;
    QTimer m_timer;
    QElapsedTimer m_progress; ///< Since the last sign of life.
};

} // namespace qcc
