#include "core/control/controlserver.h"

#include "core/base/replacefile.h"
#include "core/base/sockets.h"
#include "core/control/commands.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QLocalServer>
#include <QLocalSocket>
#include <QPointer>

#include <algorithm>
#include <memory>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 readAheadBytes = 256 * 1024;
constexpr qint64 subscriberBacklogBytes = 4 * 1024 * 1024;
constexpr auto lockSuffix = ".lock"_L1;
constexpr std::chrono::seconds lockTime{1};

/// Whether somebody accepts connections at `name`.
bool isAnswered(const QString &name)
{
    // Connecting to a local socket is settled at once; still connecting means a living server with a full queue.
    QLocalSocket probe;
    probe.connectToServer(name);
    return probe.state() != QLocalSocket::UnconnectedState;
}

} // namespace

/// One client. It is served one line at a time, which keeps the answers in order and its memory bounded: what it sends
/// meanwhile waits in the system.
class ControlServer::Connection : public QObject
{
public:
    Connection(QLocalSocket *socket, ControlServer *server)
        : QObject(server), m_server(*server), m_socket(socket)
    {
        m_socket->setParent(this);
        m_socket->setReadBufferSize(readAheadBytes);
        connect(m_socket, &QLocalSocket::readyRead, this, [this] { serve(); });
        connect(m_socket, &QLocalSocket::disconnected, this, [this] { leave(); });
    }

    bool isSubscribed() const { return m_state == State::Subscribed; }

    void serve()
    {
        if (m_serving)
            return;
        // A handler that answers at once calls back into here.
        m_serving = true;
        while (m_state == State::Reading) {
            if (const auto line = m_lines.takeLine())
                answer(*line);
            else if (m_lines.isOverLimit())
                refuse(QStringLiteral("A line is longer than 16 MiB."));
            else if (m_socket->bytesAvailable() > 0)
                m_lines.append(m_socket->readAll());
            else
                break;
        }
        m_serving = false;
        if (m_state == State::Subscribed || m_state == State::Refused)
            m_socket->readAll(); // Read, so that a leaving client is noticed; meant for nobody.
    }

    /// Sends an event, or drops a client that does not read them.
    void send(const QByteArray &line)
    {
        if (m_socket->bytesToWrite() + line.size() > subscriberBacklogBytes)
            leave();
        else
            m_socket->write(line);
    }

    /// Closes without waiting for anything, after handing to the system what it takes of the last answer.
    void leave()
    {
        if (m_state == State::Gone)
            return;
        m_state = State::Gone;
        m_server.m_connections.removeOne(this);
        m_socket->flush();
        m_socket->abort();
        deleteLater();
    }

private:
    enum class State { Reading, Answering, Subscribed, Refused, Gone };

    void answer(const QByteArray &line)
    {
        const QJsonDocument document = QJsonDocument::fromJson(line);
        if (!document.isObject()) {
            refuse(QStringLiteral("A line is not a JSON object."));
            return;
        }
        const QJsonObject request = document.object();
        if (request.value("cmd"_L1) == "subscribe"_L1) {
            m_socket->write(toLine(controlOk(QJsonObject())));
            m_state = State::Subscribed;
            Q_EMIT m_server.subscribed();
            return;
        }
        m_state = State::Answering;
        const auto finishing = [self = QPointer<Connection>(this), number = ++m_requests](const QJsonObject &reply) {
            if (self)
                self->finish(number, reply);
        };
        m_server.m_handler(request, ControlReply(finishing, this));
    }

    void finish(quint64 number, const QJsonObject &reply)
    {
        Q_ASSERT(m_state == State::Gone || (m_state == State::Answering && number == m_requests));
        if (m_state != State::Answering || number != m_requests)
            return;
        m_socket->write(toLine(reply));
        m_state = State::Reading;
        serve();
    }

    void refuse(const QString &message)
    {
        m_state = State::Refused;
        m_socket->write(toLine(controlFailure({ErrorCode::Usage, message, {}})));
        m_socket->disconnectFromServer(); // After what is written has left.
    }

    ControlServer &m_server;
    QLocalSocket *m_socket;
    LineBuffer m_lines;
    State m_state = State::Reading;
    bool m_serving = false;
    quint64 m_requests = 0;
};

ControlServer::ControlServer(ControlHandler handler, QObject *parent)
    : QObject(parent), m_handler(std::move(handler)), m_server(new QLocalServer(this))
{
    m_server->setSocketOptions(QLocalServer::UserAccessOption);
    connect(m_server, &QLocalServer::newConnection, this, [this] {
        while (QLocalSocket *socket = m_server->nextPendingConnection()) {
            if (!isOurUsers(socket->socketDescriptor())) {
                socket->abort();
                socket->deleteLater();
                continue;
            }
            auto *connection = new Connection(socket, this);
            m_connections.append(connection);
            // What came before the signals were connected announces itself no more.
            connection->serve();
        }
    });
}

ControlServer::~ControlServer()
{
    close();
}

Result<void> ControlServer::listen(const QString &name)
{
    return listen(name, lockTime);
}

Result<void> ControlServer::listen(const QString &name, std::chrono::milliseconds timeout)
{
    // Two processes that find the same dead socket must not both replace it: the second would cut off the first.
    std::unique_ptr<FileLock> lock;
    if (QDir::isAbsolutePath(name)) {
        lock = std::make_unique<FileLock>(name + lockSuffix);
        if (lock->lock(timeout) != FileLock::Outcome::Locked)
            return Failure{ErrorCode::NotAllowed, QStringLiteral("The control socket %1 cannot be locked.").arg(name),
                           QStringLiteral("Check that its folder exists and belongs to you.")};
    }
    if (isAnswered(name))
        return Failure{ErrorCode::AlreadyRunning, QStringLiteral("qcc is running already: %1 answers.").arg(name),
                       QStringLiteral("`qcc proxy status` shows it, `qcc proxy stop` ends it.")};
    QLocalServer::removeServer(name);
    if (!m_server->listen(name))
        return Failure{ErrorCode::NotAllowed,
                       QStringLiteral("The control socket %1 cannot be opened: %2.").arg(name, m_server->errorString()),
                       QStringLiteral("Check that its folder exists and belongs to you.")};
    m_name = name;
    return {};
}

void ControlServer::reopen()
{
    if (!m_name.isEmpty() && !m_server->isListening())
        static_cast<void>(listen(m_name, std::chrono::milliseconds(0))); // else the next time
}

void ControlServer::close()
{
    if (m_server->isListening()) {
        // Qt closes the socket and then removes its file, which between the two may be the next one's already.
        const std::unique_ptr<FileLock> lock = QDir::isAbsolutePath(m_name) ? std::make_unique<FileLock>(m_name + lockSuffix) : nullptr;
        if (lock)
            static_cast<void>(lock->lock(lockTime));
        m_server->close();
    }
    m_name.clear();
    const QList<Connection *> connections = m_connections;
    for (Connection *connection : connections)
        connection->leave();
}

void ControlServer::broadcast(const QJsonObject &event)
{
    if (!hasSubscribers())
        return;
    const QByteArray line = toLine(event);
    const QList<Connection *> connections = m_connections;
    for (Connection *connection : connections) {
        if (connection->isSubscribed())
            connection->send(line);
    }
}

bool ControlServer::hasSubscribers() const
{
    return std::ranges::any_of(m_connections, &Connection::isSubscribed);
}

} // namespace qcc
