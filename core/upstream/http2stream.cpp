#include "core/upstream/http2stream.h"

#include "core/upstream/http2connection.h"

#include <algorithm>
#include <array>

namespace qcc {

namespace {

/// What is left of a stream's window when its server may no longer find a frame that fits.
constexpr qsizetype lastFrame = 16 * 1024;

/// Fields that belong to a connection of HTTP/1.1: an answer that has one is malformed. Source: RFC 9113 §8.2.2.
bool isOfConnection(QByteArrayView name)
{
    static constexpr std::array<QByteArrayView, 5> names{"connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade"};
    return std::find(names.begin(), names.end(), name) != names.end();
}

} // namespace

Http2Stream::Http2Stream(Owner &owner, Http2Connection &connection, Asked asked)
    : m_owner(owner)
    , m_connection(&connection)
    , m_asked(std::move(asked))
    , m_gate(m_asked.verb == "HEAD")
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

bool Http2Stream::fieldCame(QByteArrayView name, QByteArrayView value)
{
    m_touched = true;
    if (m_gate.state() == AnswerGate::State::Bad)
        return false;
    // Names are lower-case here. Source: RFC 9113 §8.2.
    const bool isUpper = std::any_of(name.begin(), name.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    if (m_gate.headComplete()) {
        if (!name.startsWith(':') && !isUpper)
            return m_gate.addTrailer(name, withoutBlanks(value));
        m_gate.fail("a field behind the answer's body is malformed");
        return false;
    }
    if (!m_inHead) {
        m_inHead = true;
        const bool isStatus = name == ":status" && value.size() == 3 && value[0] >= '1' && value[0] <= '9'
            && std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
        if (!isStatus) {
            m_gate.fail("the answer's status is malformed");
            return false;
        }
        m_gate.beginHead(value.toInt(), {}, 1);
        return true;
    }
    if (isUpper || isOfConnection(name)) {
        m_gate.fail("the answer's header is malformed");
        return false;
    }
    return m_gate.addField(name, withoutBlanks(value));
}

void Http2Stream::headEnded(bool isLast)
{
    m_touched = true;
    if (m_gate.state() == AnswerGate::State::Bad)
        return;
    if (m_gate.headComplete()) {
        if (!isLast)
            m_gate.fail("the answer has a second header");
        return;
    }
    if (!std::exchange(m_inHead, false))
        return m_gate.fail("the answer's status is malformed");
    m_gate.endHead(AnswerGate::Ending::Stream);
    if (std::optional<AnswerHead> interim = m_gate.takeInterim())
        m_interims.push_back(std::move(*interim));
}

qsizetype Http2Stream::dataCame(QByteArrayView bytes)
{
    m_touched = true;
    if (m_gate.state() == AnswerGate::State::Head)
        m_gate.fail("the answer has a body before its header");
    const qsizetype before = m_body.size();
    const qsizetype taken = m_gate.addBody(bytes, m_body);
    m_bodyGrew = m_bodyGrew || taken > 0;
    if (!m_discarding)
        return bytes.size() - taken;
    m_body.truncate(before);
    return bytes.size();
}

void Http2Stream::streamEnded()
{
    if (m_gate.state() == AnswerGate::State::Head || m_gate.state() == AnswerGate::State::Body)
        m_brokeOff = !m_gate.end();
}

void Http2Stream::closedBy(quint32 code)
{
    m_code = code;
}

// --- What the owner is told --------------------------------------------------------------------------------------------------

void Http2Stream::deliver()
{
    using State = AnswerGate::State;
    while (!m_closed && !m_interims.empty()) {
        const AnswerHead interim = std::move(m_interims.front());
        m_interims.pop_front();
        m_owner.progressed();
        m_owner.interimCame(interim);
    }
    if (!m_closed && m_gate.headComplete() && !std::exchange(m_toldHead, true))
        m_owner.headCame();
    if (!m_closed && std::exchange(m_bodyGrew, false)) {
        m_owner.progressed();
        if (m_gate.state() != State::Done && !m_discarding)
            m_owner.bodyCame();
    }
    if (m_closed)
        return;
    if (m_uploadFailed)
        return m_owner.streamFailed(UpstreamFault::BodyEnded, QStringLiteral("the request body ended early"), false);
    if (m_gate.state() == State::Bad)
        return m_owner.streamFailed(m_brokeOff ? UpstreamFault::Closed : UpstreamFault::NoHttp, QString::fromLatin1(m_gate.error()), false);
    if (m_gate.state() == State::Done)
        return m_owner.answerEnded(true);
    if (!m_code)
        return;
    if (*m_code == Http2Session::RefusedStream && !m_touched)
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
                         !text.isEmpty()      ? text
                             : m_touched ? QStringLiteral("the connection was closed before the end of the answer")
                                         : QStringLiteral("the connection was closed before an answer"),
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
