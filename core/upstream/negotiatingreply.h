#pragma once

#include "core/upstream/upstreamreply.h"
#include "core/upstream/upstreamrequest.h"

namespace qcc {

class UpstreamPool;

/// The first attempt at an upstream of which nobody knows whether it speaks HTTP/2: opens a connection and asks. Without HTTP/2
/// this connection serves the request itself; with it, the request moves to Qt's transport. Either way it is sent once.
class NegotiatingReply final : public UpstreamReply
{
    Q_OBJECT

public:
    ~NegotiatingReply() override;

    // UpstreamReply
    const AnswerHead &head() const override { return m_inner->head(); }
    bool hasHead() const override { return m_inner->hasHead(); }
    AnswerReader::Framing framing() const override { return m_inner->framing(); }
    std::optional<qint64> contentLength() const override { return m_inner->contentLength(); }
    bool isUntouched() const override { return m_inner->isUntouched(); }
    QByteArray takeBody() override { return m_inner->takeBody(); }
    bool bodyWaits() const override { return m_inner->bodyWaits(); }
    bool reusedConnection() const override { return m_inner->reusedConnection(); }
    bool provenUnread() const override { return m_inner->provenUnread(); }
    Phase phase() const override { return m_inner->phase(); }
    const ConnectTimes &connectTimes() const override { return m_times ? *m_times : m_inner->connectTimes(); }
    void answerIsOver() override { m_inner->answerIsOver(); }
    void leave() override;

    // QNetworkReply
    void abort() override { m_inner->abort(); }
    qint64 bytesAvailable() const override { return m_inner->bytesAvailable() + QNetworkReply::bytesAvailable(); }

protected:
    qint64 readData(char *data, qint64 max) override { return m_inner->read(data, max); }

private:
    friend class UpstreamPool;
    NegotiatingReply(UpstreamPool *pool, UpstreamRequest asked);

    void listenTo(UpstreamReply *inner);
    void protocolAgreed(bool http2, bool nearby);
    void innerFinished();
    void probeOver();

    UpstreamPool *m_pool;
    UpstreamRequest m_asked;
    HeldReply m_inner;
    std::optional<ConnectTimes> m_times; ///< Of the connection that asked.
    bool m_probing = true;
};

} // namespace qcc
