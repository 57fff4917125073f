#include "core/upstream/http2stream.h"

#include "core/upstream/http2connection.h"

namespace qcc {

namespace {

/// What is left of a stream's window when its server may no longer find a frame that fits.
constexpr qsizetype lastFrame = 16 * 1024;

} // namespace

Http2Stream::Http2Stream(Owner &owner, Http2Connection &connection, Asked asked)
    : m_owner(owner)
    , m_connection(&connection)
    , m_asked(std::move(asked))
    , m_answer(m_asked.verb == "HEAD")
    , m_uploadDone(m_asked.uploadSize == 0)
{
}

Http2Stream::~Http2Stream()
{
    close();
}

void Http2Stream::start()
{
    m_id = m_connection->open(*this, m_asked.verb, m_asked.target, std::exchange(m_asked.headers, {}), m_asked.uploadSize, m_asked.hasUpload);
    if (m_id)
        m_connection->flush();
    else
        m_owner.streamFailed(UpstreamFault::Closed, QStringLiteral("the HTTP/2 connection takes no more requests"), true);
}

void Http2Stream::uploadGrew()
{
    m_owner.progressed();
    if (m_connection && m_id)
        m_connection->resumeUpload(*m_id);
}

qsizetype Http2Stream::readUpload(char *to, qsizetype most, bool &atEnd)
{
    const qint64 got = m_owner.readUpload(to, most, atEnd);
    m_owner.progressed();
    m_uploadDone = m_uploadDone || atEnd;
    m_uploadFailed = got < 0;
    return static_cast<qsizetype>(got);
}

// --- What comes --------------------------------------------------------------------------------------------------------------

qsizetype Http2Stream::dataCame(QByteArrayView bytes)
{
    const qsizetype before = m_body.size();
    const qsizetype taken = m_answer.addBody(bytes, m_body);
    m_bodyGrew = m_bodyGrew || taken > 0;
    if (!m_discarding)
        return bytes.size() - taken;
    m_body.truncate(before);
    return bytes.size();
}

// --- What the owner is told --------------------------------------------------------------------------------------------------

void Http2Stream::deliver()
{
    using State = AnswerGate::State;
    const AnswerGate &gate = m_answer.gate();
    while (!m_closed) {
        const std::optional<AnswerHead> interim = m_answer.takeInterim();
        if (!interim)
            break;
        m_owner.progressed();
        m_owner.interimCame(*interim);
    }
    if (!m_closed && gate.headComplete() && !std::exchange(m_toldHead, true))
        m_owner.headCame();
    if (!m_closed && std::exchange(m_bodyGrew, false)) {
        m_owner.progressed();
        if (gate.state() != State::Done && !m_discarding)
            m_owner.bodyCame();
    }
    if (m_closed)
        return;
    if (m_uploadFailed)
        return m_owner.streamFailed(UpstreamFault::BodyEnded, QStringLiteral("the request body ended early"), false);
    if (gate.state() == State::Bad)
        return m_owner.streamFailed(m_answer.brokeOff() ? UpstreamFault::Closed : UpstreamFault::NoHttp, QString::fromLatin1(gate.error()), false);
    if (gate.state() == State::Done)
        return m_owner.answerEnded(true);
    if (!m_code)
        return;
    if (!m_byUpstream) {
        const QString problem = m_connection ? m_connection->problem() : QString();
        return m_owner.streamFailed(UpstreamFault::NoHttp, QStringLiteral("the upstream does not keep to HTTP/2") + problem, false);
    }
    if (*m_code == Http2Session::RefusedStream && isUntouched())
        return m_owner.streamFailed(UpstreamFault::Closed, QStringLiteral("the upstream has not taken the request (HTTP/2: REFUSED_STREAM)"), true);
    m_owner.streamFailed(UpstreamFault::Closed, QStringLiteral("the stream was reset before the end of the answer (HTTP/2: code %1)").arg(*m_code), false);
}

void Http2Stream::lost(UpstreamConnection::End how, const QString &text, bool unread)
{
    deliver();
    if (m_closed)
        return;
    if (how == UpstreamConnection::End::PeerReset)
        return m_owner.streamFailed(UpstreamFault::Closed, QStringLiteral("the connection was reset before the end of the answer"), unread);
    if (how != UpstreamConnection::End::PeerClosed)
        return m_owner.streamFailed(faultOf(how), text, unread);
    m_owner.streamFailed(UpstreamFault::Closed,
                         !text.isEmpty()     ? text
                             : isUntouched() ? QStringLiteral("the connection was closed before an answer")
                                             : QStringLiteral("the connection was closed before the end of the answer"),
                         unread);
}

// --- The reader --------------------------------------------------------------------------------------------------------------

QByteArray Http2Stream::takeBody()
{
    if (m_connection && m_id && !m_body.isEmpty())
        m_connection->consume(*m_id, m_body.size());
    return std::exchange(m_body, QByteArray());
}

bool Http2Stream::isStalled() const
{
    return m_body.size() > Http2Connection::window - lastFrame;
}

bool Http2Stream::discard(bool over)
{
    m_discarding = true;
    m_over = over;
    m_body.clear();
    return false; // the end of a stream costs the connection nothing
}

void Http2Stream::close()
{
    if (std::exchange(m_closed, true) || !m_connection || !m_id)
        return;
    m_connection->letGo(*this);
    m_connection = nullptr;
}

} // namespace qcc
