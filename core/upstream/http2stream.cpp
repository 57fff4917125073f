#include "core/upstream/http2stream.h"

#include "core/upstream/http2connection.h"

namespace qcc {

namespace {

/// What is left of a stream's window when its server may no longer find a frame that fits.
constexpr qsizetype lastFrame = 16 * 1024;

/// Source: RFC 9113 §§8.2.2, 8.3.1.
HeaderList http2Headers(const UpstreamStream::Asked &asked, bool tls)
{
    HeaderList out{{":method", asked.verb}, {":scheme", tls ? "https" : "http"}, {":authority", firstValue(asked.headers, "host")}, {":path", asked.target}};
    for (const HeaderField &field : asked.headers) {
        if (!isNamed(field, "host") && !isHopByHop(field.name))
            out.append({field.name.toLower(), field.value});
    }
    if (asked.statesLength)
        out.append({"content-length", QByteArray::number(asked.uploadSize)});
    return out;
}

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
    const HeaderList fields = http2Headers(m_asked, m_connection->address().tls);
    m_asked.headers.clear();
    m_id = m_connection->open(*this, fields, m_asked.uploadSize != 0);
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
    m_connection->letGo(*m_id, *this);
    m_connection = nullptr;
}

// --- All streams of a connection ---------------------------------------------------------------------------------------------

Http2StreamTable::Http2StreamTable(Http2Session &session, quint32 most, std::function<void(quint32)> refused)
    : m_session(session)
    , m_most(most)
    , m_refused(std::move(refused))
{
}

void Http2StreamTable::add(Id id, Http2Stream &stream)
{
    m_wanted[id] = &stream;
    m_open.insert(id);
}

Http2StreamTable::Left Http2StreamTable::letGo(Id id, const Http2Stream &stream)
{
    m_wanted.erase(id);
    if (!m_open.contains(id))
        return Left::Nothing;
    if (!stream.isAllButClosed())
        return Left::More;
    m_lingering.insert(id);
    return Left::End;
}

std::set<Http2StreamTable::Id> Http2StreamTable::takeLingering()
{
    return std::exchange(m_lingering, {});
}

Http2Stream *Http2StreamTable::touch(Id id)
{
    const auto found = m_wanted.find(id);
    if (found == m_wanted.end())
        return nullptr;
    if (m_touched.empty() || m_touched.back() != id)
        m_touched.push_back(id);
    return found->second;
}

void Http2StreamTable::deliver()
{
    for (const Id id : std::exchange(m_touched, {})) {
        // What one is told may end another.
        if (const auto found = m_wanted.find(id); found != m_wanted.end())
            found->second->deliver();
    }
}

void Http2StreamTable::lose(UpstreamConnection::End how, const QString &text, bool unread)
{
    m_touched.clear();
    while (!m_wanted.empty()) {
        Http2Stream *stream = m_wanted.begin()->second;
        m_wanted.erase(m_wanted.begin());
        stream->lost(how, text, unread && stream->isUntouched());
    }
}

void Http2StreamTable::headBegan(Id id)
{
    if (Http2Stream *its = touch(id))
        its->incoming().headBegan();
}

bool Http2StreamTable::fieldCame(Id id, QByteArrayView name, QByteArrayView value)
{
    Http2Stream *its = touch(id);
    return !its || its->incoming().addField(name, value);
}

void Http2StreamTable::headEnded(Id id, bool isLast)
{
    if (Http2Stream *its = touch(id))
        its->incoming().headEnded(isLast);
}

void Http2StreamTable::dataCame(Id id, QByteArrayView bytes)
{
    Http2Stream *its = touch(id);
    if (!its)
        return; // its window stays as it is: nobody is there to be sent more
    if (const qsizetype unwanted = its->dataCame(bytes); unwanted > 0)
        m_session.consume(id, unwanted);
}

void Http2StreamTable::streamEnded(Id id)
{
    if (Http2Stream *its = touch(id))
        its->incoming().end();
}

void Http2StreamTable::closed(Id id, quint32 code, bool byUpstream)
{
    m_open.erase(id);
    m_lingering.erase(id);
    if (code == Http2Session::RefusedStream && byUpstream && !m_session.takesNoMore()) {
        m_most = qMin(m_most, open()); // whatever it had said
        m_refused(m_most);
    }
    if (Http2Stream *its = touch(id))
        its->closedBy(code, byUpstream);
}

qsizetype Http2StreamTable::readUpload(Id id, char *to, qsizetype most, bool &atEnd)
{
    const auto found = m_wanted.find(id);
    if (found == m_wanted.end())
        return -1;
    const qsizetype got = found->second->readUpload(to, most, atEnd);
    if (got < 0)
        touch(id);
    return got;
}

} // namespace qcc
