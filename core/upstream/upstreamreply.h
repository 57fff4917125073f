#pragma once

#include "core/facts/exchangerecord.h"
#include "core/facts/upstreamfault.h"
#include "core/http/answerreader.h"
#include "core/upstream/upstreamconnection.h"

#include <QNetworkAccessManager>
#include <QNetworkReply>

#include <memory>

namespace qcc {

/// One attempt at an upstream, as a QNetworkReply, whatever version of HTTP it travels over.
///
/// fault() speaks of the transport alone; a status of 4xx or 5xx is an answer, not a fault. Nothing is sent twice.
/// QNetworkReply::error() says the same as well as Qt's words can; errorString() says it to people.
///
/// Order of signals: socketStartedConnecting (only when a connection is opened), interim*, metaDataChanged,
/// readyRead* (not for bytes that came together with the end), then finished exactly once, also after abort().
class UpstreamReply : public QNetworkReply
{
    Q_OBJECT

public:
    ~UpstreamReply() override;

    /// None as long as nothing went wrong.
    UpstreamFault fault() const { return m_fault; }

    /// Valid once hasHead().
    virtual const AnswerHead &head() const = 0;
    virtual bool hasHead() const = 0;
    virtual AnswerReader::Framing framing() const = 0;
    virtual std::optional<qint64> contentLength() const = 0;
    /// No byte of an answer arrived.
    virtual bool isUntouched() const = 0;
    /// Body bytes that arrived since the last call. Leaving them here slows the upstream down.
    virtual QByteArray takeBody() = 0;
    virtual bool bodyWaits() const = 0;

    virtual bool reusedConnection() const = 0;
    /// Of one that failed: nobody can have read the request, so that it may be sent again whatever it is.
    virtual bool provenUnread() const = 0;
    /// How far it came; stays at the phase in which it ended.
    virtual Phase phase() const = 0;
    virtual const ConnectTimes &connectTimes() const = 0;

    /// What was read of the answer says all: what is still to come of it ends its framing at most, and is worth waiting for.
    virtual void answerIsOver() { }
    /// Nobody wants the rest of this answer, and nobody hears of it any more. What the upstream still works on is stopped at once; of an
    /// answer that is there a small rest is read, where that saves the connection for the next request. The one way to cancel: it is what
    /// letting go of a HeldReply does. Lifetime: the pool's from here on; it may be called from within the reply's signals.
    virtual void leave() = 0;

    // QNetworkReply
    bool isSequential() const override { return true; }
    /// What QNetworkAccessManager knows the request by.
    void introduce(QNetworkAccessManager::Operation operation, const QNetworkRequest &request);

Q_SIGNALS:
    /// A 1xx answer that stands before the real one.
    void interim(const qcc::AnswerHead &head);

protected:
    explicit UpstreamReply(QObject *parent);
    /// `text`: for people. `host`: who was asked. What may be for want of a network is, where there is none.
    void setFault(UpstreamFault fault, const QString &text, const QString &host);
    /// The end, for QNetworkReply's signals.
    void emitEnd();
    /// Of one that has ended: deletes it, where nobody is being told of the end right now.
    void dispose();

private:
    UpstreamFault m_fault = UpstreamFault::None;
    bool m_telling = false;
};

struct LeaveReply {
    void operator()(UpstreamReply *reply) const { reply->leave(); }
};
/// Whose answer is wanted for as long as this is held. Lifetime: the pool outlives it.
using HeldReply = std::unique_ptr<UpstreamReply, LeaveReply>;

} // namespace qcc
