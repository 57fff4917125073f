#include "core/control/controlclient.h"

#include "core/control/commands.h"

#include <QJsonDocument>
#include <QLocalSocket>
#include <QPointer>
#include <QTimer>

#include <deque>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

using Done = std::function<void(Result<QJsonObject>)>;

Failure notRunning()
{
    return {ErrorCode::NotRunning, QStringLiteral("qcc is not running."),
            QStringLiteral("`qcc proxy start` starts it.")};
}

Result<QJsonObject> resultOf(const QJsonObject &reply)
{
    if (reply.value("ok"_L1).toBool())
        return reply.value("result"_L1).toObject();
    return Failure{fromWord<ErrorCode>(reply.value("code"_L1).toString()).value_or(ErrorCode::Failed), reply.value("message"_L1).toString(),
                   reply.value("hint"_L1).toString()};
}

} // namespace

/// One connection. Requests wait in line for their answers, which come in the same order; events come after the answer
/// to "subscribe".
struct ControlClient::Private : public QObject
{
    struct Call {
        QByteArray line;
        Done done; ///< Empty once it was told of a timeout: its answer still comes, or will be lost with the others.
        std::unique_ptr<QTimer> deadline;
        bool sent = false;
    };

    Private(ControlClient &client, QString name) : q(client), socketName(std::move(name))
    {
        connect(socket, &QLocalSocket::connected, this, &Private::sendWaiting);
        connect(socket, &QLocalSocket::readyRead, this, &Private::read);
        connect(socket, &QLocalSocket::disconnected, this,
                [this] { failAll({ErrorCode::Failed, QStringLiteral("qcc closed the control connection."), {}}); });
        connect(socket, &QLocalSocket::errorOccurred, this, [this](QLocalSocket::LocalSocketError error) {
            if (error == QLocalSocket::PeerClosedError)
                return; // disconnected() follows.
            if (error == QLocalSocket::ServerNotFoundError || error == QLocalSocket::ConnectionRefusedError)
                failAll(notRunning());
            else if (error == QLocalSocket::SocketAccessError)
                failAll({ErrorCode::NotAllowed, QStringLiteral("The control socket belongs to another user."), {}});
            else
                failAll({ErrorCode::Failed, socket->errorString(), {}});
        });
        start.setSingleShot(true);
        connect(&start, &QTimer::timeout, this, &Private::sendWaiting);
    }

    ~Private() override
    {
        // The client may be deleted by whom the socket's own signal called.
        socket->disconnect(this);
        socket->abort();
        socket->deleteLater();
    }

    void enqueue(const QJsonObject &request, Done done, std::chrono::milliseconds timeout)
    {
        auto deadline = std::make_unique<QTimer>();
        deadline->setSingleShot(true);
        connect(deadline.get(), &QTimer::timeout, this, [this, timer = deadline.get()] { expire(timer); });
        deadline->start(timeout);
        calls.push_back({toLine(request), std::move(done), std::move(deadline)});
        // Later, so that nobody is called back before call() returned.
        start.start(0);
    }

    void sendWaiting()
    {
        if (calls.empty())
            return;
        if (socket->state() == QLocalSocket::UnconnectedState) {
            lines = {};
            socket->connectToServer(socketName);
            return; // connected() calls back.
        }
        if (socket->state() != QLocalSocket::ConnectedState)
            return;
        for (Call &call : calls) {
            if (!call.sent)
                socket->write(call.line);
            call.sent = true;
            call.line.clear();
        }
    }

    void read()
    {
        // Whoever is told of a line may delete the client.
        const QPointer<Private> alive(this);
        lines.append(socket->readAll());
        while (const auto line = lines.takeLine()) {
            const QJsonDocument document = QJsonDocument::fromJson(*line);
            if (!document.isObject()) {
                socket->abort();
                return;
            }
            if (!calls.empty())
                settleFirst(resultOf(document.object()));
            else if (subscribed)
                Q_EMIT q.event(document.object());
            if (!alive)
                return;
        }
        if (lines.isOverLimit())
            socket->abort();
    }

    void settleFirst(const Result<QJsonObject> &result)
    {
        const Call call = std::move(calls.front());
        calls.pop_front();
        if (call.done)
            call.done(result);
    }

    void expire(const QTimer *timer)
    {
        for (Call &call : calls) {
            if (call.deadline.get() != timer)
                continue;
            const Done done = std::exchange(call.done, {});
            if (done)
                done(Failure{ErrorCode::Timeout, QStringLiteral("qcc did not answer in time."), {}});
            return;
        }
    }

    void failAll(const Failure &failure)
    {
        const QPointer<Private> alive(this);
        // Calls made by those who are told now belong to the next connection.
        std::deque<Call> failed;
        failed.swap(calls);
        for (const Call &call : failed) {
            if (call.done)
                call.done(failure);
            if (!alive)
                return;
        }
        if (std::exchange(subscribed, false))
            Q_EMIT q.lost();
    }

    ControlClient &q;
    QString socketName;
    QLocalSocket *socket = new QLocalSocket; ///< Not a child: see the destructor.
    QTimer start;
    LineBuffer lines;
    std::deque<Call> calls;
    bool subscribed = false;
};

ControlClient::ControlClient(QString socketName, QObject *parent)
    : QObject(parent), m_calls(std::make_unique<Private>(*this, std::move(socketName)))
{
}

ControlClient::~ControlClient() = default;

void ControlClient::call(const QJsonObject &request, Done done, std::chrono::milliseconds timeout)
{
    m_calls->enqueue(request, std::move(done), timeout);
}

void ControlClient::subscribe()
{
    if (m_events && m_events->subscribed)
        return;
    if (!m_events)
        m_events = std::make_unique<Private>(*this, m_calls->socketName);
    m_events->subscribed = true;
    m_events->enqueue({{"cmd"_L1, "subscribe"_L1}}, {}, std::chrono::seconds(15));
}

} // namespace qcc
