#include "core/upstream/negotiatingreply.h"

#include "core/upstream/http1reply.h"
#include "core/upstream/upstreampool.h"

namespace qcc {

NegotiatingReply::NegotiatingReply(UpstreamPool *pool, UpstreamRequest asked)
    : UpstreamReply(pool)
    , m_pool(pool)
    , m_asked(std::move(asked))
{
    UpstreamRequest probe = m_asked;
    probe.offerHttp2 = true;
    Http1Reply *first = pool->startHttp1(std::move(probe));
    connect(first, &Http1Reply::protocolAgreed, this, &NegotiatingReply::protocolAgreed);
    listenTo(first);
}

NegotiatingReply::~NegotiatingReply()
{
    probeOver();
}

void NegotiatingReply::listenTo(UpstreamReply *inner)
{
    m_inner.reset(inner);
    inner->setParent(this);
    connect(inner, &QNetworkReply::socketStartedConnecting, this, &QNetworkReply::socketStartedConnecting);
    connect(inner, &UpstreamReply::interim, this, &UpstreamReply::interim);
    connect(inner, &QNetworkReply::metaDataChanged, this, [this] {
        for (const auto attribute : {QNetworkRequest::HttpStatusCodeAttribute, QNetworkRequest::HttpReasonPhraseAttribute,
                                     QNetworkRequest::Http2WasUsedAttribute})
            setAttribute(attribute, m_inner->attribute(attribute));
        Q_EMIT metaDataChanged();
    });
    connect(inner, &QNetworkReply::readyRead, this, &QNetworkReply::readyRead);
    connect(inner, &QNetworkReply::finished, this, &NegotiatingReply::innerFinished);
}

void NegotiatingReply::protocolAgreed(bool http2, bool nearby)
{
    probeOver();
    m_pool->protocolKnown(m_asked.address, http2, nearby);
    if (!http2)
        return;
    m_times = m_inner->connectTimes();
    // The first has sent nothing, and its connection cannot be of use to Qt's transport.
    listenTo(m_pool->startKnown(m_asked));
}

void NegotiatingReply::innerFinished()
{
    probeOver();
    if (m_inner->fault() != UpstreamFault::None)
        setFault(m_inner->fault(), m_inner->errorString(), m_asked.address.host);
    setFinished(true);
    emitEnd();
}

void NegotiatingReply::probeOver()
{
    if (std::exchange(m_probing, false))
        m_pool->probeEnded(m_asked.address);
}

void NegotiatingReply::leave()
{
    disconnect();
    m_inner.reset();
    deleteLater();
}

} // namespace qcc
