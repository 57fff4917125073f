#include "core/upstream/http2connection.h"

#include "core/forward/credentials.h"

#include <QScopedValueRollback>

namespace qcc {

namespace {

/// What is read and handed out in one piece.
constexpr qint64 slice = 64 * 1024;
/// Slices that are read in one turn of the event loop: a flood on one connection must leave time for all others.
constexpr int slicesPerTurn = 4;
/// Bytes handed to the connection ahead of the network.
constexpr qint64 writeAhead = 128 * 1024;
/// An answer that is complete is given as long to end its stream.
constexpr std::chrono::milliseconds lingerTime{1000};
/// As Http1Stream's.
constexpr std::chrono::milliseconds longestLook{256};
/// What may still come of answers that nobody waits for any more.
constexpr qint64 mostUnasked = 8 * 1024 * 1024;

bool isSecret(QByteArrayView name)
{
    return isCredentialField(name) || name == "cookie";
}

QString inSeconds(std::chrono::milliseconds time)
{
    return QStringLiteral("%1 s").arg(std::chrono::duration_cast<std::chrono::seconds>(time).count());
}

} // namespace

Http2Connection::Http2Connection(UpstreamConnection *connection, const Most &most, Alarms &alarms, QObject *parent)
    : QObject(parent)
    , m_connection(connection)
    , m_alarms(alarms)
    , m_streams(m_session, most.streams, [this](quint32 taken) { Q_EMIT refused(taken); })
    , m_session(m_streams, window)
    , m_requestsLeft(most.requests)
    , m_ping(alarms.now())
    , m_settle(alarms, [this] {
        lose(UpstreamConnection::End::TimedOut, QStringLiteral("the upstream agreed on HTTP/2 and did not begin to speak it within ") + inSeconds(settleTime), false);
    })
    , m_life(alarms, [this] { lookForLife(); })
    , m_linger(alarms, [this] { dropLingering(); })
    , m_lookAgain(alarms, [this] {
        const auto [how, text] = *std::exchange(m_pendingEnd, std::nullopt);
        connectionIsOver(how, text);
    })
{
    connection->setParent(this);
    connection->watchEnd();
    connection->setUser(this);
    m_settle.start(settleTime);
}

Http2Connection::~Http2Connection()
{
    m_over = true;
}

bool Http2Connection::hasRoom() const
{
    if (m_retired || m_over || m_requestsLeft == 0 || m_session.takesNoMore())
        return false;
    if (!isSettled())
        return m_streams.open() == 0;
    return m_streams.open() < qMin(announcedStreams(), m_streams.most());
}

void Http2Connection::retire()
{
    if (!std::exchange(m_retired, true))
        Q_EMIT retired();
}

void Http2Connection::checkAddress(const std::function<bool(const QHostAddress &)> &isOurs)
{
    if (m_connection->isOpen() && !isOurs(m_connection->localAddress()))
        m_connection->networkGone();
}

void Http2Connection::drop()
{
    if (std::exchange(m_over, true))
        return m_connection->drop();
    m_session.finish();
    m_connection->write(m_session.takeOutput(slice));
    m_connection->flush();
    m_connection->drop();
}

// --- Streams -----------------------------------------------------------------------------------------------------------------

std::optional<Http2Connection::Stream> Http2Connection::open(Http2Stream &stream, const HeaderList &headers, bool hasBody)
{
    if (!hasRoom())
        return std::nullopt;
    const bool wasQuiet = m_streams.wanted() == 0;
    const std::optional<Stream> id = m_session.request(headers, hasBody, isSecret);
    if (!id)
        return std::nullopt;
    m_streams.add(*id, stream);
    --m_requestsLeft;
    m_connection->countCarried();
    if (wasQuiet) {
        if (m_connection->carried() > 1)
            m_connection->requestComes();
        m_unaskedBytes = 0;
        m_ping.asked(m_alarms.now());
        lookForLife();
    }
    return id;
}

void Http2Connection::resumeUpload(Stream stream)
{
    m_session.resumeUpload(stream);
    flush();
}

void Http2Connection::consume(Stream stream, qsizetype bytes)
{
    m_session.consume(stream, bytes);
    flushLater();
}

void Http2Connection::letGo(Stream id, const Http2Stream &stream)
{
    const Http2StreamTable::Left left = m_streams.letGo(id, stream);
    if (m_streams.wanted() == 0)
        m_life.stop();
    if (m_over || left == Http2StreamTable::Left::Nothing)
        return;
    if (left == Http2StreamTable::Left::End) {
        if (!m_linger.isRunning())
            m_linger.start(lingerTime);
        return;
    }
    const bool isBad = stream.answer().state() == AnswerGate::State::Bad;
    m_session.reset(id, isBad ? Http2Session::ProtocolError : Http2Session::Cancel);
    flushLater();
}

void Http2Connection::dropLingering()
{
    for (const Stream stream : m_streams.takeLingering())
        m_session.reset(stream, Http2Session::Cancel);
    flush();
}

// --- What comes --------------------------------------------------------------------------------------------------------------

void Http2Connection::receive()
{
    if (m_over || m_receiving)
        return;
    // Over TLS sending reads, too: whoever sends is not to be told of answers meanwhile, its own or another's.
    if (m_flushing)
        return receiveLater();
    m_ping.heard(m_alarms.now());
    for (int i = 0; i < slicesPerTurn && m_connection->bytesAvailable() > 0; ++i) {
        if (!receiveSome())
            break;
    }
    flush();
    if (!m_over && m_connection->bytesAvailable() > 0)
        receiveLater();
}

void Http2Connection::receiveLater()
{
    if (!std::exchange(m_readWaits, true)) {
        QMetaObject::invokeMethod(this, [this] {
            m_readWaits = false;
            receive();
        }, Qt::QueuedConnection);
    }
}

/// False: nothing more can be read.
bool Http2Connection::receiveSome()
{
    const QByteArray bytes = m_connection->read(slice);
    if (bytes.isEmpty())
        return false;
    if (m_streams.wanted() == 0)
        m_unaskedBytes += bytes.size();
    const bool wasSettled = isSettled();
    bool understood = false;
    {
        const QScopedValueRollback receiving(m_receiving, true);
        understood = m_session.receive(bytes);
        m_streams.deliver();
    }
    if (m_over)
        return false;
    if (!understood) {
        breakOff();
        return false;
    }
    if (!wasSettled && isSettled()) {
        m_settle.stop();
        Q_EMIT settled();
    }
    if (!m_over && (m_session.takesNoMore() || m_requestsLeft == 0 || m_streams.most() == 0 || m_unaskedBytes > mostUnasked))
        retire();
    return !m_over;
}

// --- What goes ---------------------------------------------------------------------------------------------------------------

void Http2Connection::flushLater()
{
    if (!m_over && !m_receiving && !std::exchange(m_flushWaits, true)) {
        QMetaObject::invokeMethod(this, [this] {
            m_flushWaits = false;
            flush();
        }, Qt::QueuedConnection);
    }
}

/// Whether there was anything.
bool Http2Connection::send()
{
    bool any = false;
    while (!m_over && m_connection->bytesToWrite() < writeAhead) {
        const QByteArray bytes = m_session.takeOutput(slice);
        if (bytes.isEmpty())
            break;
        m_connection->write(bytes);
        any = true;
    }
    return any;
}

void Http2Connection::flush()
{
    if (m_over || m_receiving || m_flushing)
        return;
    {
        const QScopedValueRollback flushing(m_flushing, true);
        for (int i = 0; i < slicesPerTurn && send(); ++i)
            m_connection->flush();
    }
    // Where the system takes it as fast as it comes, nothing else tells of the room.
    if (!m_over && m_connection->bytesToWrite() == 0 && m_session.hasOutput())
        flushLater();
    // What was found on sending is told once whoever asked can hear it.
    if (m_streams.hasNews())
        QMetaObject::invokeMethod(this, [this] { m_streams.deliver(); }, Qt::QueuedConnection);
    // It has said goodbye because of what came.
    if (!m_over && m_session.isOver() && m_connection->bytesToWrite() == 0)
        QMetaObject::invokeMethod(this, &Http2Connection::breakOff, Qt::QueuedConnection);
}

// --- The end -----------------------------------------------------------------------------------------------------------------

void Http2Connection::lookForLife()
{
    const PingWatch::Verdict verdict = m_ping.look(m_alarms.now(), m_connection->acknowledged());
    switch (verdict.what) {
    case PingWatch::Verdict::What::Ping:
        m_session.ping();
        flushLater();
        [[fallthrough]];
    case PingWatch::Verdict::What::Look:
        m_life.start(verdict.time);
        break;
    case PingWatch::Verdict::What::Lost:
        lose(UpstreamConnection::End::PeerClosed, QStringLiteral("the HTTP/2 connection is dead: no answer to a PING within ") + inSeconds(verdict.time), false);
        break;
    }
}

void Http2Connection::connectionIsOver(UpstreamConnection::End how, const QString &text)
{
    if (m_flushing) { // as with what is read
        QMetaObject::invokeMethod(this, [this, how, text] { connectionIsOver(how, text); }, Qt::QueuedConnection);
        return;
    }
    while (!m_over && m_connection->bytesAvailable() > 0 && receiveSome()) { }
    if (m_over)
        return;
    // Its own words say no more than that.
    const QString why = how == UpstreamConnection::End::PeerClosed ? QString() : text;
    bool unread = false;
    if (m_streams.wanted() > 0) {
        // All of these began after the connection had rested: what is said of the first one's bytes holds for all.
        const CloseProbe::Taken taken = m_connection->requestTaken();
        if (taken == CloseProbe::Taken::NotKnownYet && m_lookAgainIn <= longestLook) {
            m_pendingEnd = {how, why};
            return m_lookAgain.start(std::exchange(m_lookAgainIn, 2 * m_lookAgainIn));
        }
        unread = taken == CloseProbe::Taken::No;
    }
    lose(how, why, unread);
}

QString Http2Connection::problem() const
{
    const QByteArray &problem = m_session.problem();
    return problem.isEmpty() ? QString() : QStringLiteral(": ") + QString::fromLatin1(problem);
}

void Http2Connection::breakOff()
{
    lose(UpstreamConnection::End::NoProtocol, QStringLiteral("the upstream does not keep to HTTP/2") + problem(), false);
}

void Http2Connection::lose(UpstreamConnection::End how, const QString &text, bool unread)
{
    if (m_over)
        return;
    m_over = m_retired = true;
    m_settle.stop();
    m_life.stop();
    m_linger.stop();
    m_lookAgain.stop();
    m_streams.lose(how, text, unread);
    Q_EMIT gone();
}

} // namespace qcc
