#include "core/upstream/addressrace.h"

#include "core/base/systemresources.h"

#include <QTcpSocket>

#include <algorithm>

namespace qcc {

namespace {

/// Somebody who has not answered for so long does not do so only because he is far away.
constexpr std::chrono::seconds silence{2};

} // namespace

AddressRace::AddressRace(HostResolver &hosts, QString host, quint16 port, std::function<QTcpSocket *()> makeSocket, QObject *parent)
    : QObject(parent)
    , m_hosts(hosts)
    , m_host(std::move(host))
    , m_port(port)
    , m_byName(QHostAddress(m_host).isNull())
    , m_makeSocket(std::move(makeSocket))
{
    m_delay.setSingleShot(true);
    connect(&m_delay, &QTimer::timeout, this, &AddressRace::next);
}

AddressRace::~AddressRace()
{
    const auto now = HostResolver::Clock::now();
    for (const Runner &runner : m_runners) {
        runner.socket->disconnect(this);
        if (m_byName && now - runner.since >= silence)
            m_hosts.failed(m_host, m_port, runner.address, now);
    }
}

void AddressRace::start()
{
    m_began = HostResolver::Clock::now();
    if (!m_byName) {
        m_asked = true;
        answered({QHostAddress(m_host)});
    } else if (const auto known = m_hosts.known(m_host, m_port, m_began)) {
        answered(*known);
    } else {
        ask();
    }
}

void AddressRace::stop()
{
    m_over = true;
    m_delay.stop();
    if (m_lookup) {
        m_lookup->disconnect(this);
        m_lookup.release()->deleteLater();
    }
    for (const Runner &runner : m_runners)
        runner.socket->disconnect(this);
}

void AddressRace::ask()
{
    m_asked = true;
    // What was known before has failed, however young it was.
    m_lookup = m_hosts.ask(m_host, m_port, m_began);
    if (m_lookup) {
        connect(m_lookup.get(), &HostLookup::answered, this, &AddressRace::answered);
        return;
    }
    m_failures.push_back({QHostAddress(), QAbstractSocket::SocketResourceError, QString()});
    if (m_runners.empty())
        lose();
}

void AddressRace::answered(const QList<QHostAddress> &addresses)
{
    if (m_lookup)
        m_lookup.release()->deleteLater();
    if (!m_known && !addresses.isEmpty()) {
        m_known = true;
        Q_EMIT addressesKnown();
    }
    for (const QHostAddress &address : addresses)
        if (!m_tried.contains(address) && !m_left.contains(address))
            m_left.append(address);
    // Somebody who has just set out gets his moment.
    if (!m_over && (m_runners.empty() || !m_delay.isActive()))
        next();
}

void AddressRace::next()
{
    if (m_left.isEmpty())
        return nobodyLeft();
    if (!mayOpenForRequest()) {
        m_failures.push_back({m_left.first(), QAbstractSocket::SocketResourceError, QString()});
        m_left.clear();
        if (m_runners.empty())
            lose();
        return;
    }
    const QHostAddress address = m_left.takeFirst();
    m_tried.append(address);
    QTcpSocket *socket = m_makeSocket();
    socket->setParent(this);
    m_runners.push_back({socket, address, HostResolver::Clock::now()});
    connect(socket, &QAbstractSocket::connected, this, [this, socket] { connected(socket); });
    connect(socket, &QAbstractSocket::errorOccurred, this, [this, socket] { failed(socket); });
    m_delay.start(attemptDelay);
    socket->connectToHost(address, m_port); // may fail at once
}

void AddressRace::nobodyLeft()
{
    if (!m_asked)
        ask();
    if (m_over || !m_runners.empty())
        return;
    if (!m_lookup || std::exchange(m_namesTurn, m_known)) {
        m_lookup.reset();
        return lose();
    }
    // Whoever is known has failed, and others may be asked instead: a name server that is slow to say more is not waited for for long.
    if (m_known)
        m_delay.start(nameDelay);
}

void AddressRace::connected(QTcpSocket *socket)
{
    m_over = true;
    m_delay.stop();
    m_lookup.reset();
    for (const Runner &runner : std::exchange(m_runners, {})) {
        runner.socket->disconnect(this);
        if (runner.socket == socket)
            continue;
        runner.socket->abort();
        runner.socket->deleteLater();
    }
    socket->setParent(nullptr);
    Q_EMIT won(socket);
}

void AddressRace::failed(QTcpSocket *socket)
{
    const auto its = std::find_if(m_runners.begin(), m_runners.end(), [socket](const Runner &r) { return r.socket == socket; });
    const bool wasYoungest = &*its == &m_runners.back();
    m_failures.push_back({its->address, socket->error(), socket->errorString()});
    if (m_byName && socket->error() != QAbstractSocket::SocketResourceError)
        m_hosts.failed(m_host, m_port, its->address, HostResolver::Clock::now());
    m_runners.erase(its);
    socket->disconnect(this);
    socket->deleteLater();
    // Only who set out last is given a moment.
    if (wasYoungest || m_runners.empty()) {
        m_delay.stop();
        next();
    }
}

void AddressRace::lose()
{
    m_over = true;
    m_delay.stop();
    if (m_failures.empty()) {
        Q_EMIT lost(QAbstractSocket::HostNotFoundError, QStringLiteral("Host not found"));
        return;
    }
    // That somebody refuses says more than that somebody else is silent.
    const auto refused = std::find_if(m_failures.begin(), m_failures.end(),
                                      [](const Failure &f) { return f.error == QAbstractSocket::ConnectionRefusedError; });
    const Failure &first = refused != m_failures.end() ? *refused : m_failures.front();
    const bool allAlike = std::all_of(m_failures.begin(), m_failures.end(), [&first](const Failure &f) { return f.text == first.text; });
    QStringList texts;
    for (const Failure &failure : m_failures) {
        if (!failure.text.isEmpty())
            texts.append(failure.address.toString() + QLatin1String(": ") + failure.text);
    }
    Q_EMIT lost(first.error, allAlike ? first.text : texts.join(QLatin1String("; ")));
}

} // namespace qcc
