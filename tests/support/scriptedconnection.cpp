#include "tests/support/scriptedconnection.h"

#include "tests/support/scriptedupstream.h"
#include "tests/support/sockettricks.h"

#include <QSslCertificate>
#include <QSslSocket>

#include <algorithm>

namespace qcc::test {

namespace {

constexpr qint64 bufferBytes = qint64(256) * 1024;
constexpr qsizetype keptBodyBytes = qsizetype(1024) * 1024;
constexpr milliseconds readTick{20};

} // namespace

ScriptedConnection::ScriptedConnection(QTcpSocket *socket, int number, ScriptedUpstream *upstream)
    : QObject(upstream)
    , m_upstream(upstream)
    , m_socket(socket)
    , m_random(quint32(number + 1))
    , m_number(number)
{
    m_socket->setParent(this);
    m_socket->setReadBufferSize(bufferBytes);
    m_socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    m_stepTimer.setSingleShot(true);
    m_stepTimer.setTimerType(Qt::PreciseTimer);
    m_readTimer.setInterval(readTick);
    m_idleTimer.setSingleShot(true);
    m_idleTimer.setTimerType(Qt::PreciseTimer);
    connect(&m_stepTimer, &QTimer::timeout, this, [this] {
        ++m_step;
        resume();
    });
    connect(&m_readTimer, &QTimer::timeout, this, &ScriptedConnection::paceReading);
    connect(&m_idleTimer, &QTimer::timeout, this, &ScriptedConnection::close);
    connect(m_socket, &QTcpSocket::readyRead, this, &ScriptedConnection::readMore);
    connect(m_socket, &QTcpSocket::bytesWritten, this, [this] {
        if (m_running && m_wait == Progress::AgainAfterDrain)
            resume();
    });
    connect(m_socket, &QTcpSocket::disconnected, this, &ScriptedConnection::socketGone);
}

// --- Requests --------------------------------------------------------------------------------------------------------------

void ScriptedConnection::readMore()
{
    if (m_ended) {
        if (m_socket->isOpen())
            m_socket->skip(m_socket->bytesAvailable());
        return;
    }
    if (m_running && m_script.readBytesPerSecond() >= 0)
        return; // paceReading reads.
    feedReader();
    for (;;) {
        if (m_hasRequest && m_current.bodyComplete) {
            if (m_running || m_ended)
                return;
            leaveRequest();
        }
        const LenientRequestReader::State before = m_reader.state();
        const LenientRequestReader::State state = m_reader.advance();
        if (state == LenientRequestReader::State::Broken)
            return refuseMalformed();
        if (before == LenientRequestReader::State::Head && state == LenientRequestReader::State::Body)
            takeHead();
        if (m_ended)
            return;
        takeBody();
        if (state == LenientRequestReader::State::Complete)
            takeRequest();
        else if (state == before)
            return;
    }
}

void ScriptedConnection::feedReader()
{
    // Pipelined requests wait in the client's buffers once ours hold enough.
    if (m_reader.pendingBytes() < bufferBytes)
        m_reader.feed(m_socket->readAll());
}

void ScriptedConnection::paceReading()
{
    const qint64 bytes = m_script.readBytesPerSecond() * readTick.count() / 1000;
    m_reader.feed(m_socket->read(std::max<qint64>(bytes, 1)));
    if (m_reader.advance() == LenientRequestReader::State::Broken)
        return refuseMalformed();
    takeBody();
    if (m_reader.state() == LenientRequestReader::State::Complete)
        takeRequest();
}

void ScriptedConnection::takeHead()
{
    m_idleTimer.stop();
    const RawRequestHead &head = m_reader.head();
    m_current = {};
    m_current.connection = m_number;
    m_current.onConnection = m_requests++;
    if (const auto *tls = qobject_cast<QSslSocket *>(m_socket))
        m_current.clientName = tls->peerCertificate().subjectInfo(QSslCertificate::CommonName).value(0).toUtf8();
    m_current.peer = m_socket->peerAddress().toString().toLatin1();
    m_current.method = head.method;
    m_current.rawTarget = head.target;
    m_current.version = head.version;
    m_current.headers = head.headers;
    m_current.headAtMs = m_upstream->now();
    m_hash.reset();
    m_hasRequest = true;
    m_begun = false;
    m_upstream->record(m_current);
    Q_EMIT m_upstream->headArrived(m_current.index);

    const Script script = m_upstream->scriptAtHead(m_current);
    const bool wantsBody = script.isEmpty() || script.readBytesPerSecond() > 0;
    if (wantsBody && head.header("expect").toLower() == "100-continue")
        m_socket->write("HTTP/1.1 100 Continue\r\n\r\n");
    if (!script.isEmpty())
        begin(script);
}

void ScriptedConnection::takeBody()
{
    const QByteArray bytes = m_reader.takeBody();
    if (bytes.isEmpty())
        return;
    m_hash.addData(bytes);
    m_current.bodyBytes += bytes.size();
    m_current.body += QByteArrayView(bytes).first(std::min(bytes.size(), keptBodyBytes - m_current.body.size()));
    // A large one tells how far it has come.
    if (m_current.bodyBytes > keptBodyBytes)
        m_upstream->update(m_current);
}

void ScriptedConnection::takeRequest()
{
    m_readTimer.stop();
    m_current.bodyComplete = true;
    m_current.bodySha256 = m_hash.toHex();
    m_current.bodyAtMs = m_upstream->now();
    m_upstream->update(m_current);
    Q_EMIT m_upstream->requestArrived(m_current.index);

    if (m_endOnNext)
        return *m_endOnNext ? reset() : close();
    if (!m_begun)
        begin(m_upstream->scriptFor(m_current));
    else if (m_running && m_wait == Progress::AgainAfterRequest)
        resume();
}

void ScriptedConnection::refuseMalformed()
{
    if (!m_hasRequest) {
        m_current = {};
        m_current.connection = m_number;
        m_current.onConnection = m_requests++;
        m_current.method = m_reader.head().method;
        m_current.rawTarget = m_reader.head().target;
        m_current.headAtMs = m_upstream->now();
        m_hasRequest = true;
        m_upstream->record(m_current);
    }
    m_current.malformed = true;
    m_upstream->update(m_current);
    Q_EMIT m_upstream->requestArrived(m_current.index);
    m_socket->write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    close();
}

void ScriptedConnection::leaveRequest()
{
    m_hasRequest = false;
    m_reader.next();
    if (m_closeWhenIdle)
        m_idleTimer.start(randomBetween(m_closeWhenIdle->least, m_closeWhenIdle->most));
}

// --- Scripts ---------------------------------------------------------------------------------------------------------------

void ScriptedConnection::begin(const Script &script)
{
    m_script = script;
    m_step = 0;
    m_running = true;
    m_begun = true;
    m_current.answerBeganAtMs = m_upstream->now();
    m_upstream->update(m_current);
    m_upstream->streamsChanged(1);
    if (!m_current.bodyComplete && script.readBytesPerSecond() > 0)
        m_readTimer.start();
    resume();
}

void ScriptedConnection::resume()
{
    while (m_running) {
        if (m_step < m_script.steps().size()) {
            m_wait = std::visit([this](const auto &step) { return run(step); }, m_script.steps()[m_step]);
            if (m_wait != Progress::Next)
                return;
            ++m_step;
        } else if (isDrained()) {
            endScript();
        } else {
            m_wait = Progress::AgainAfterDrain;
            return;
        }
    }
}

void ScriptedConnection::endScript()
{
    if (!m_running)
        return;
    m_running = false;
    m_readTimer.stop();
    m_current.answered = true;
    m_current.answerEndedAtMs = m_upstream->now();
    m_upstream->update(m_current);
    m_upstream->streamsChanged(-1);
    Q_EMIT m_upstream->requestEnded(m_current.index);
    QMetaObject::invokeMethod(this, &ScriptedConnection::readMore, Qt::QueuedConnection);
}

ScriptedConnection::Progress ScriptedConnection::run(const step::Send &send)
{
    m_socket->write(send.bytes);
    m_socket->flush(); // At once, so that pieces stay pieces on the wire.
    return m_running ? Progress::Next : Progress::Ended;
}

ScriptedConnection::Progress ScriptedConnection::run(const step::Delay &delay)
{
    m_stepTimer.start(randomBetween(delay.least, delay.most));
    return Progress::NextAfterTimer;
}

ScriptedConnection::Progress ScriptedConnection::run(const step::Repeat &repeat)
{
    if (!m_repeatLeft)
        m_repeatLeft = repeat.bytes;
    while (*m_repeatLeft != 0 && m_socket->bytesToWrite() < bufferBytes) {
        QByteArray piece = repeat.unit;
        if (*m_repeatLeft > 0) {
            piece.truncate(std::min<qint64>(piece.size(), *m_repeatLeft));
            *m_repeatLeft -= piece.size();
        }
        m_socket->write(repeat.chunked ? chunkBytes(piece) : piece);
    }
    if (*m_repeatLeft != 0)
        return Progress::AgainAfterDrain;
    m_repeatLeft.reset();
    return Progress::Next;
}

ScriptedConnection::Progress ScriptedConnection::run(const step::AwaitRequest &)
{
    return m_current.bodyComplete ? Progress::Next : Progress::AgainAfterRequest;
}

ScriptedConnection::Progress ScriptedConnection::run(const step::DecideAgain &)
{
    if (!m_current.bodyComplete)
        return Progress::AgainAfterRequest;
    m_script.then(m_upstream->scriptFor(m_current));
    return Progress::Next;
}

ScriptedConnection::Progress ScriptedConnection::run(const step::Stall &)
{
    return Progress::Never;
}

ScriptedConnection::Progress ScriptedConnection::run(const step::Close &)
{
    if (!isDrained())
        return Progress::AgainAfterDrain;
    close();
    return Progress::Ended;
}

ScriptedConnection::Progress ScriptedConnection::run(const step::Reset &)
{
    if (!isDrained())
        return Progress::AgainAfterDrain;
    reset();
    return Progress::Ended;
}

ScriptedConnection::Progress ScriptedConnection::run(const step::Linger &linger)
{
    if (!isDrained())
        return Progress::AgainAfterDrain;
    m_ended = true;
    shutdownWriting(m_socket);
    m_idleTimer.start(linger.most);
    endScript();
    return Progress::Ended;
}

ScriptedConnection::Progress ScriptedConnection::run(const step::CloseWhenIdle &close)
{
    m_closeWhenIdle = close;
    return Progress::Next;
}

ScriptedConnection::Progress ScriptedConnection::run(const step::EndOnNextRequest &end)
{
    m_endOnNext = end.reset;
    return Progress::Next;
}

// --- Connection ------------------------------------------------------------------------------------------------------------

bool ScriptedConnection::isDrained()
{
    m_socket->flush();
    return m_socket->bytesToWrite() == 0;
}

milliseconds ScriptedConnection::randomBetween(milliseconds least, milliseconds most)
{
    return milliseconds(m_random.bounded(int(least.count()), int(std::max(least, most).count()) + 1));
}

void ScriptedConnection::close()
{
    m_ended = true;
    endScript();
    m_socket->disconnectFromHost();
}

void ScriptedConnection::reset()
{
    m_ended = true;
    endScript();
    resetConnection(m_socket);
}

void ScriptedConnection::socketGone()
{
    m_stepTimer.stop();
    m_readTimer.stop();
    m_idleTimer.stop();
    const bool brokeOff = m_hasRequest && !m_current.bodyComplete && !m_current.malformed;
    if (m_running || brokeOff) {
        m_current.clientLeft = !m_ended;
        m_current.clientLeftAtMs = m_upstream->now();
        m_upstream->update(m_current);
        if (brokeOff)
            Q_EMIT m_upstream->requestArrived(m_current.index);
        if (m_running) {
            m_upstream->streamsChanged(-1);
            Q_EMIT m_upstream->requestEnded(m_current.index);
        }
    }
    m_running = false;
    m_ended = true;
    m_upstream->connectionClosed();
    deleteLater();
}

} // namespace qcc::test
