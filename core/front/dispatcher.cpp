#include "core/front/dispatcher.h"

#include "core/front/localpages.h"

#include <QHttpServer>
#include <QHttpServerResponder>
#include <QTcpServer>
#include <QTcpSocket>

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>

namespace qcc {

namespace {

// Answers are written elsewhere, and so it is dropped.
#if QT_VERSION < QT_VERSION_CHECK(6, 8, 0)
using UnusedResponder = QHttpServerResponder &&;
#else
using UnusedResponder = QHttpServerResponder &;
#endif

/// A request that has the same route. What may be no page has none, by a method that no route has.
QByteArray lineFor(const RequestHead &head)
{
    static const QByteArray none("POST / HTTP/1.1\r\n\r\n");
    if (head.method != "GET" && head.method != "HEAD")
        return none;
    const QByteArray path = head.path();
    if (!path.startsWith(LocalPages::prefix) || !std::all_of(path.begin() + LocalPages::prefix.size(), path.end(), [](char c) { return c >= 'a' && c <= 'z'; }))
        return none;
    return head.method + ' ' + path + " HTTP/1.1\r\n\r\n";
}

} // namespace

/// The socket on which QtHttpServer hears of requests.
class Dispatcher::Bell : public QTcpSocket
{
public:
    Bell()
    {
        setOpenMode(ReadWrite);
        setSocketState(ConnectedState);
    }
    ~Bell() override { setSocketState(UnconnectedState); }

    void ring(const QByteArray &line)
    {
        m_line = line;
        m_read = 0;
        Q_EMIT readyRead();
    }

    qint64 bytesAvailable() const override { return QIODevice::bytesAvailable() + left(); }

protected:
    qint64 readData(char *data, qint64 most) override
    {
        const qsizetype count = std::min<qsizetype>(most, left());
        memcpy(data, m_line.constData() + m_read, static_cast<size_t>(count));
        m_read += count;
        return count;
    }
    qint64 writeData(const char *, qint64 count) override { return count; }

private:
    qsizetype left() const { return m_line.size() - m_read; }

    QByteArray m_line;
    qsizetype m_read = 0;
};

/// Gives QtHttpServer the bell. It wants to be given its sockets by a server that listens; this one does until then.
class Dispatcher::BellServer : public QTcpServer
{
public:
    void give(Bell *bell) { addPendingConnection(bell); }
};

Dispatcher::Dispatcher(QObject *parent)
    : QObject(parent)
    , m_server(std::make_unique<QHttpServer>())
{
    // One route for all of them: each that there is, QtHttpServer tries for every request.
    m_server->route(QString::fromLatin1(LocalPages::prefix) + QStringLiteral("<arg>"), QHttpServerRequest::Method::Get | QHttpServerRequest::Method::Head,
                    [this](const QString &name, UnusedResponder) {
                        Caller *caller = std::exchange(m_caller, nullptr);
                        if (const std::optional<LocalPage> page = fromWord<LocalPage>(name))
                            caller->servePage(*page);
                        else
                            caller->forward();
                    });
    const auto forward = [this](const QHttpServerRequest &, UnusedResponder) { std::exchange(m_caller, nullptr)->forward(); };
#if QT_VERSION < QT_VERSION_CHECK(6, 8, 0)
    m_server->setMissingHandler(forward);
#else
    m_server->setMissingHandler(this, forward);
#endif
    hasBell();
}

Dispatcher::~Dispatcher() = default;

/// Later versions of QtHttpServer give up a socket that has been silent for long (keepAliveTimeout, since 6.10).
bool Dispatcher::hasBell()
{
    if (m_bell && m_bell->state() == QAbstractSocket::ConnectedState)
        return true;
    const auto server = std::make_unique<BellServer>();
    if (!server->listen(QHostAddress::LocalHost) && !server->listen(QHostAddress::LocalHostIPv6))
        return false;
    m_server->bind(server.get());
    m_bell = new Bell;
    m_bell->setParent(this);
    server->give(m_bell);
    return true;
}

void Dispatcher::dispatch(const RequestHead &head, Caller &caller)
{
    Q_ASSERT(!m_caller);
    m_caller = &caller;
    if (hasBell())
        m_bell->ring(lineFor(head));
    // Without a descriptor to spare for a bell, nothing is missed but qcc's own pages.
    if (Caller *unheard = std::exchange(m_caller, nullptr))
        unheard->forward();
}

} // namespace qcc
